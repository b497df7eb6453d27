"""What a message begins, if anything: by an entry point, a link, a keyword, as wish for more, as first."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.advancing import NotReadyError
from bot.channels.channel import Inbound, Start
from flows.inbound import Chose, Content, Said
from flows.phrases import LANGUAGES, find_command
from storage.published_flows import Current, Reason, find_candidates, fold_word
from storage.sessions import StoredSession

_TYPED_START: Final = re.compile(r"\W{0,3}start[\s:]+\W{0,3}([a-z][a-z0-9_-]{0,31})\W{0,3}")
_TYPED_CODE: Final = re.compile(r"\W{0,3}([a-z][a-z0-9-]{1,31})\W{0,3}")
_LONGEST_TYPED: Final = 60
"""Characters from which a message is no start: more than a code, the word before it and some quotes have."""


@dataclass(frozen=True, slots=True)
class Beginning:
    """The flow to begin, the key of a sentence to say first, by which entry point, in which language."""

    flow: Current
    first: str = ""
    entry: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Again:
    """Somebody asks to start what is going on already: its open question is asked once more."""

    session: StoredSession


async def choose_flow(
    connection: AsyncConnection, inbound: Inbound, session: StoredSession | None
) -> Beginning | Again | StoredSession:
    """The flow this message begins, or the session it belongs to.

    One query at most, whose cost grows neither with the number of flows nor of entry points; none while a
    conversation goes on, unless the message reads "start …". Raises NotReadyError.
    """
    going_on = session if session is not None and session.state.status == "open" else None
    said = inbound.content.text if isinstance(inbound.content, Said) else ""
    start = inbound.start or _read_start(said)
    if going_on is not None and start is None:
        return going_on
    found = await find_candidates(
        connection,
        named=(start.flow or _fold(start.word)) if start else None,
        entry=_fold(start.entry or start.word) if start else _read_code(said),
        word=said,
        last=session.state.flow if session else None,
    )
    if "usual" not in found:
        raise NotReadyError("no flow is published; run `vertelbot flows publish`")
    chosen = _find_asked(found, start) if start else _take(found.get("entry"))
    if going_on is not None:
        if chosen is not None and chosen.flow.flow != going_on.state.flow:
            return chosen
        # What only looks like a start, and leads nowhere, is said in the conversation.
        return Again(going_on) if chosen is not None or inbound.start is not None else going_on
    if chosen is not None:
        return chosen
    if "word" in found:
        return Beginning(found["word"])
    if start is not None:
        unknown = start.flow or start.entry or start.word
        return Beginning(found["usual"], "unknown_flow" if unknown else "", language=start.language)
    if session is None:
        return Beginning(found["usual"])
    return Beginning(found.get("last", found["usual"])) if _asks_for_another(inbound.content) else session


def _read_start(said: str) -> Start | None:
    """The start that somebody typed, as links to WhatsApp and SMS have it ready: "start", then a code."""
    typed = _TYPED_START.fullmatch(said.casefold()) if len(said) <= _LONGEST_TYPED else None
    return Start(word=typed[1]) if typed and not _is_command(said) else None


def _read_code(said: str) -> str | None:
    """The code that a message is, with nothing beside it."""
    typed = _TYPED_CODE.fullmatch(said.casefold()) if len(said) <= _LONGEST_TYPED else None
    return typed[1] if typed else None


def _find_asked(found: Mapping[Reason, Current], start: Start) -> Beginning | None:
    """What a start asks for; a flow that it names goes before that of its entry point."""
    named, entered = found.get("named"), _take(found.get("entry"), start.language)
    if entered is None:
        return Beginning(named, language=start.language) if named else None
    return replace(entered, flow=named) if named and start.flow else entered


def _take(entered: Current | None, language: str | None = None) -> Beginning | None:
    """The beginning that an entry point makes, in the language asked for or in its own."""
    if entered is None:
        return None
    return Beginning(entered, entry=entered.entry, language=language or entered.language)


def _fold(word: str | None) -> str | None:
    return None if word is None else fold_word(word)


def _asks_for_another(content: Content | None) -> bool:
    """Whether someone whose conversation ended wants another one, by the button or by the word."""
    if isinstance(content, Said):
        return _is_command(content.text)
    return content == Chose(("start",))


def _is_command(text: str) -> bool:
    """Whether a message is a word for beginning, in any language."""
    return any(find_command(language, text) == "start" for language in LANGUAGES)
