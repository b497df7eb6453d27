"""Entry points: a code per poster, team or meeting, by which people come in and stories get labels."""

import re
import secrets
import unicodedata
from dataclasses import dataclass, replace
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.dialects.postgresql import insert as upsert
from sqlalchemy.ext.asyncio import AsyncConnection

from flows.phrases import LANGUAGES, find_command, find_opt_out, find_reply
from storage.errors import StorageError
from storage.published_flows import fold_word
from storage.tables import entries, flows

LONGEST_TITLE: Final = 120
LONGEST_LABEL: Final = 80
"""Characters of the name of a team or a neighbourhood."""

_CODE: Final = re.compile(r"[a-z][a-z0-9-]{1,30}[a-z0-9]")
_LETTERS: Final = "bcdfghjkmnpqrstvwxz"
_SIGNS: Final = f"{_LETTERS}23456789"
"""Of what codes are made: nothing that people mix up when they copy it, no vowels, so that it is no word."""

_MADE_LENGTH: Final = 6
_MOST_TRIES: Final = 20


class EntryError(StorageError):
    """An entry point cannot be made or found; says why."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry point: the flow it begins, in which language, and what readers know its stories by.

    `language` is two letters, None where the teller's own counts. One that is not `active` is closed:
    it begins nothing more, and its labels stay.
    """

    code: str
    title: str
    flow: str
    language: str | None = None
    team: str | None = None
    neighbourhood: str | None = None
    active: bool = True


_COLUMNS: Final = tuple(entries.c[name] for name in Entry.__slots__)


async def add_entry(
    connection: AsyncConnection,
    *,
    title: str,
    flow: str,
    code: str | None = None,
    language: str | None = None,
    team: str | None = None,
    neighbourhood: str | None = None,
) -> Entry:
    """Add an entry point, open at once; without a code, one is made that is easy to copy.

    Raises EntryError: the code has another shape, is taken or means something else in a chat; there is no
    such flow, or it does not speak the language; a label is empty or too long.
    """
    wanted = None if code is None else _check_code(code)
    row = {
        "title": _check_label("title", title, LONGEST_TITLE),
        "flow": flow,
        "language": await _check_flow(connection, flow, language),
        "team": None if team is None else _check_label("team", team, LONGEST_LABEL),
        "neighbourhood": (
            None if neighbourhood is None else _check_label("neighbourhood", neighbourhood, LONGEST_LABEL)
        ),
    }
    if wanted is not None:
        await _check_word(connection, wanted)
    for _ in range(_MOST_TRIES):
        statement = upsert(entries).values(code=wanted or _make_code(), **row)
        added = await connection.execute(statement.on_conflict_do_nothing().returning(*_COLUMNS))
        if (found := added.first()) is not None:
            return Entry(*found)
        if wanted is not None:
            raise EntryError(f"There is an entry point {wanted} already.")
    raise EntryError("No free code was found; give one yourself.")


async def find_entry(connection: AsyncConnection, code: str) -> Entry | None:
    """The entry point with this code, in whatever case it was typed, open or closed; None without one."""
    folded = fold_word(code)
    if not _CODE.fullmatch(folded):  # nor anything that the database could not take
        return None
    row = (await connection.execute(select(*_COLUMNS).where(entries.c.code == folded))).first()
    return Entry(*row) if row else None


async def get_entry(connection: AsyncConnection, code: str) -> Entry:
    """The entry point with this code. Raises EntryError when there is none."""
    found = await find_entry(connection, code)
    if found is None:
        raise EntryError("There is no entry point with this code; `vertelbot entries list` shows them.")
    return found


async def list_entries(connection: AsyncConnection) -> list[Entry]:
    """All entry points, closed ones too, the oldest first."""
    rows = await connection.execute(select(*_COLUMNS).order_by(entries.c.created_at, entries.c.code))
    return [Entry(*row) for row in rows.all()]


async def set_active(connection: AsyncConnection, code: str, *, active: bool) -> Entry:
    """Open or close an entry point. Raises EntryError when there is none with this code."""
    found = await get_entry(connection, code)
    await connection.execute(update(entries).where(entries.c.code == found.code).values(active=active))
    return replace(found, active=active)


def _make_code() -> str:
    first = secrets.choice(_LETTERS)
    return first + "".join(secrets.choice(_SIGNS) for _ in range(_MADE_LENGTH - 1))


def _check_code(code: str) -> str:
    """A code as it is kept. Raises EntryError."""
    folded = fold_word(code)
    if not _CODE.fullmatch(folded):
        raise EntryError(
            "The code must be 3 to 32 of a-z, 0-9 and -, with a letter first and no - at the end."
        )
    known = find_opt_out(folded) or any(
        find_command(language, folded)
        or find_reply(language, folded)
        or find_command(language, f"start {folded}")
        for language in LANGUAGES
    )
    if known:
        raise EntryError(f"The code {folded} is a word that the bot knows already; take another.")
    return folded


async def _check_word(connection: AsyncConnection, code: str) -> None:
    """Raises EntryError when a code is that of a flow, or a word that starts one."""
    taken = select(flows.c.flow).where((flows.c.flow == code) | flows.c.keywords.contains([code]))
    if (flow := (await connection.execute(taken.limit(1))).scalar_one_or_none()) is not None:
        raise EntryError(f"The code {code} starts the flow {flow} already; take another.")


async def _check_flow(connection: AsyncConnection, flow: str, language: str | None) -> str | None:
    """The language as it is kept. Raises EntryError when there is no such flow, or not in this language."""
    rows = await connection.execute(select(flows.c.flow, flows.c.languages).order_by(flows.c.published_at))
    spoken = {row.flow: row.languages for row in rows.all()}
    if flow not in spoken:
        known = ", ".join(spoken) or "none yet"
        raise EntryError(f"There is no flow with this name. Published flows: {known}.")
    folded = None if language is None else fold_word(language)
    if folded is not None and folded not in spoken[flow]:
        raise EntryError(f"The flow {flow} does not speak this language, only {', '.join(spoken[flow])}.")
    return folded


def _check_label(name: str, text: str, longest: int) -> str:
    """A label on one line. Raises EntryError."""
    label = " ".join(text.split())
    if not label or len(label) > longest:
        raise EntryError(f"The {name} must have 1 to {longest} characters.")
    if any(unicodedata.category(sign) in ("Cc", "Cs") for sign in label):
        raise EntryError(f"The {name} has a character that cannot be kept.")
    return label
