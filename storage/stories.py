"""Stories as confirmed by their tellers, and the consents under them."""

from uuid import uuid4

from sqlalchemy import func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.turn import ConsentAnswered, StoryConfirmed
from storage.sessions import StoredSession
from storage.tables import consents, stories


async def add_story(
    connection: AsyncConnection, session: StoredSession, story: StoryConfirmed, audience: str
) -> None:
    """Keep a story its teller confirmed; from the commit on readers see it."""
    await connection.execute(
        insert(stories).values(
            id=uuid4(),
            session=session.id,
            code=story.code,
            flow=session.state.flow,
            version=session.state.version,
            audience=audience,
            entry=session.entry,
            channel=session.channel,
            language=session.state.language,
            title=story.title,
            story=story.text,
            told_by=story.told_by,
            words=story.words,
            share_with=story.share_with,
            complete=True,
            told_on=func.date(func.timezone("Europe/Amsterdam", func.now())),
        )
    )


async def add_consent(connection: AsyncConnection, session: StoredSession, consent: ConsentAnswered) -> None:
    """A line in the ledger: who agreed (or not) to which version of which text, in which language."""
    await connection.execute(
        insert(consents).values(
            participant=session.participant,
            session=session.id,
            purpose=consent.purpose,
            version=consent.version,
            language=consent.language,
            given=consent.given,
        )
    )


async def count_stories(connection: AsyncConnection, flow: str) -> int:
    """How many stories of a flow are kept."""
    return (
        await connection.execute(select(func.count()).select_from(stories).where(stories.c.flow == flow))
    ).scalar_one()
