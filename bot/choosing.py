"""Which flow a message begins, if any: by a link, a keyword, as the wish for another, or as first word."""

from dataclasses import dataclass

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.advancing import NotReadyError
from bot.channels.channel import Inbound
from flows.inbound import Chose, Content, Said
from flows.phrases import LANGUAGES, find_command
from storage.published_flows import Current, find_candidates
from storage.sessions import StoredSession


@dataclass(frozen=True, slots=True)
class Beginning:
    """The flow to begin, and the key of a sentence to say first."""

    flow: Current
    first: str = ""


async def choose_flow(
    connection: AsyncConnection, inbound: Inbound, session: StoredSession | None
) -> Beginning | StoredSession:
    """The flow this message begins, or the session it belongs to.

    One query at most, whose cost does not grow with the number of flows; none while a conversation goes on.
    Raises NotReadyError.
    """
    going_on = session if session is not None and session.state.status == "open" else None
    if going_on is not None and inbound.start is None:
        return going_on
    said = inbound.content.text if isinstance(inbound.content, Said) else None
    found = await find_candidates(
        connection,
        named=inbound.start.flow if inbound.start else None,
        word=said,
        last=session.state.flow if session else None,
    )
    if "usual" not in found:
        raise NotReadyError("no flow is published; run `vertelbot flows publish`")
    if inbound.start is not None:
        named = found.get("named")
        if going_on is None:
            unknown = named is None and inbound.start.flow is not None
            return Beginning(named or found["usual"], "unknown_flow" if unknown else "")
        return going_on if named is None or named.flow == going_on.state.flow else Beginning(named)
    if "word" in found:
        return Beginning(found["word"])
    if session is None:
        return Beginning(found["usual"])
    return Beginning(found.get("last", found["usual"])) if _asks_for_another(inbound.content) else session


def _asks_for_another(content: Content | None) -> bool:
    """Whether someone whose conversation ended wants another one, by the button or by the word."""
    if isinstance(content, Said):
        return any(find_command(language, content.text) == "start" for language in LANGUAGES)
    return content == Chose(("start",))
