"""Stories as kept: confirmed by their tellers, or left unfinished; and the consents under them."""

from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, delete, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.flow import Flow
from flows.turn import ConsentAnswered, StoryConfirmed
from storage.sessions import StoredSession
from storage.tables import consents, participants, sessions, stories
from storage.vault import Vault


async def add_story(
    connection: AsyncConnection, vault: Vault, session: StoredSession, story: StoryConfirmed, flow: Flow
) -> None:
    """Keep a story; of one its teller confirmed readers see text and title from the commit on.

    Where the flow has a facilitator look first, they see nothing of it until that is done. Of an
    unfinished one they never see its words: nobody read it back, so those stay sealed.
    """
    words = (
        {"title": story.title, "story": story.text or None}
        if story.complete
        else {"sealed_draft": vault.seal_json({"title": story.title, "text": story.text})}
    )
    await connection.execute(
        insert(stories).values(
            id=uuid4(),
            session=session.id,
            code=story.code,
            flow=session.state.flow,
            version=session.state.version,
            audience=flow.audience,
            entry=session.entry,
            channel=session.channel,
            language=session.state.language,
            told_by=story.told_by,
            words=story.words,
            share_with=story.share_with,
            complete=story.complete,
            held=story.complete and flow.released_by == "facilitator",
            told_on=func.date(func.timezone("Europe/Amsterdam", func.now())),
            **words,
        )
    )


async def find_session_of(connection: AsyncConnection, participant: UUID, code: str) -> UUID | None:
    """The session in which a participant told the story with this code; None when they have none such."""
    statement = (
        select(stories.c.session)
        .join(sessions, sessions.c.id == stories.c.session)
        .where(stories.c.code == code, sessions.c.participant == participant)
    )
    return (await connection.execute(statement)).scalar_one_or_none()


async def list_codes(connection: AsyncConnection, participant: UUID) -> tuple[str, ...]:
    """The codes of the stories that are kept of a participant, newest first."""
    statement = (
        select(stories.c.code)
        .join(sessions, sessions.c.id == stories.c.session)
        .where(sessions.c.participant == participant)
        .order_by(stories.c.confirmed_at.desc(), stories.c.code)
    )
    return tuple((await connection.execute(statement)).scalars())


async def find_teller_of(connection: AsyncConnection, code: str) -> UUID | None:
    """The participant who told the story with this code; None when there is no such story."""
    statement = (
        select(sessions.c.participant)
        .join(stories, stories.c.session == sessions.c.id)
        .where(stories.c.code == code)
    )
    return (await connection.execute(statement)).scalar_one_or_none()


async def is_known(connection: AsyncConnection, participant: UUID) -> bool:
    """Whether there is such a participant."""
    there = select(participants.c.id).where(participants.c.id == participant)
    return (await connection.execute(there)).first() is not None


async def withdraw_all(connection: AsyncConnection, session: UUID) -> None:
    """The consents of a session stay as lines in the ledger, and count no more."""
    await _withdraw(connection, session)


async def add_consent(connection: AsyncConnection, session: StoredSession, consent: ConsentAnswered) -> bool:
    """A line in the ledger: who agreed (or not) to which version of which text, in which language.

    An earlier answer to the same question counts no more from now on; answers whether there was one.
    """
    earlier = await withdraw_consent(connection, session.id, consent.question)
    await connection.execute(
        insert(consents).values(
            participant=session.participant,
            session=session.id,
            question=consent.question,
            purpose=consent.purpose,
            version=consent.version,
            language=consent.language,
            given=consent.given,
        )
    )
    return earlier


async def delete_consents(connection: AsyncConnection, session: UUID) -> None:
    """What was agreed to in a session that its teller threw away proves nothing any more."""
    await connection.execute(delete(consents).where(consents.c.session == session))


async def withdraw_consent(connection: AsyncConnection, session: UUID, question: str) -> bool:
    """The answer to a consent counts no more; answers whether there was one."""
    return await _withdraw(connection, session, consents.c.question == question)


async def withdraw_all_given(connection: AsyncConnection, session: UUID) -> None:
    """Who takes no part has agreed to nothing: every yes counts no more, the no stays."""
    await _withdraw(connection, session, consents.c.given)


async def count_stories(connection: AsyncConnection, flow: str) -> int:
    """How many stories of a flow were told to the end and are kept."""
    counted = select(func.count()).select_from(stories).where(stories.c.flow == flow, stories.c.complete)
    return (await connection.execute(counted)).scalar_one()


async def _withdraw(connection: AsyncConnection, session: UUID, *which: ColumnElement[bool]) -> bool:
    statement = (
        update(consents)
        .where(consents.c.session == session, consents.c.withdrawn_at.is_(None), *which)
        .values(withdrawn_at=func.now())
    )
    return (await connection.execute(statement)).rowcount > 0
