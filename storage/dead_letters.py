"""Dead letters, in and out: listed, opened, put back in their old place, or thrown away for ever."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Literal

from sqlalchemy import Row, Select, delete, false, func, literal, null, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.errors import StorageError
from storage.inbox import TOPIC
from storage.signals import notify
from storage.tables import addresses, inbox, outbox
from storage.vault import Vault

Box = Literal["inbox", "outbox"]

_PUT_BACK: Final = "Put back after: "
_DROPPED: Final = "Thrown away after: "
_STATES: Final = {
    "new": "it waits for its turn",
    "done": "it had its turn",
    "ready": "it waits to be sent",
    "sending": "it is being sent",
    "sent": "it was sent",
    "held": "it waits until the person writes",
}


class DeadLetterError(StorageError):
    """A dead letter is not there, or cannot be put back; says which and why."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A dead letter without its content; `since` is when it arrived or was written.

    `kept` when its content is still there. `lost` says why its person cannot be written to, where that is so.
    """

    id: int
    channel: str
    error: str
    attempts: int
    since: datetime
    kept: bool
    lost: Literal["", "gone", "stopped"] = ""

    @property
    def returnable(self) -> bool:
        """Whether it can be put back."""
        return self.kept and not self.lost


async def list_letters(connection: AsyncConnection, box: Box, channel: str | None = None) -> list[DeadLetter]:
    """All dead letters of a box, or those of one channel, in the order in which they came."""
    statement = _select(box).where(_table(box).c.state == "dead").order_by(_table(box).c.id)
    if channel is not None:
        owner = inbox if box == "inbox" else addresses
        statement = statement.where(owner.c.channel == channel)
    return [_read(row) for row in (await connection.execute(statement)).all()]


async def find_letter(connection: AsyncConnection, box: Box, number: int) -> DeadLetter:
    """One dead letter. Raises DeadLetterError when there is none with this number."""
    (letter,) = await _find_all(connection, box, [number])
    return letter


async def open_letter(connection: AsyncConnection, vault: Vault, box: Box, number: int) -> dict[str, Any]:
    """What a dead letter holds: a raw update, or an utterance. Raises DeadLetterError and SealError."""
    table = _table(box)
    sealed = table.c.sealed_raw if box == "inbox" else table.c.sealed_message
    statement = select(sealed).where(table.c.id == number, table.c.state == "dead")
    content = (await connection.execute(statement)).scalar_one_or_none()
    if content is None:
        raise DeadLetterError(f"Nothing is left of what {_name(box, number)} held.")
    return vault.open_json(content)


async def replay_updates(connection: AsyncConnection, numbers: Sequence[int]) -> None:
    """Give dead updates another turn, in the platform's own order, and ring the servers; all or none.

    Each keeps its place in its chat and its key, so the same is never taken twice. What went wrong stays
    noted. Raises DeadLetterError when one of them is no dead letter, or its content is gone.
    """
    for letter in await _find_all(connection, "inbox", numbers):
        if not letter.kept:
            raise DeadLetterError(f"Nothing is left of what {_name('inbox', letter.id)} held.")
        statement = (
            update(inbox)
            .where(inbox.c.id == letter.id)
            .values(state="new", attempts=0, due_at=func.now(), error=_note(_PUT_BACK, letter.error))
            .returning(inbox.c.chat)
        )
        await notify(connection, TOPIC, (await connection.execute(statement)).scalar_one())


async def retry_messages(connection: AsyncConnection, numbers: Sequence[int]) -> None:
    """Send dead messages after all, before what was written to the same person later; all or none.

    The next sweep of any server takes them. One whose answer was lost stays marked so: it is looked for
    first where the platform can be asked. Raises DeadLetterError when one of them is no dead letter, its
    content is gone, or its person cannot be written to.
    """
    for letter in await _find_all(connection, "outbox", numbers):
        name = _name("outbox", letter.id)
        if letter.lost:
            why = "blocked the bot or is gone" if letter.lost == "gone" else "asked for no more messages"
            raise DeadLetterError(f"{name.capitalize()} cannot be sent: the person {why}.")
        if not letter.kept:
            raise DeadLetterError(f"Nothing is left of what {name} held.")
        doubtful = letter.error.startswith(("UncertainError", "UnknownError", "UnknownFateError"))
        await connection.execute(
            update(outbox)
            .where(outbox.c.id == letter.id)
            .values(
                state="ready",
                attempts=0,
                throttled=0,
                due_at=outbox.c.created_at,
                uncertain=or_(outbox.c.uncertain, literal(doubtful)),
                error=_note(_PUT_BACK, letter.error),
                leased_until=None,
            )
        )


async def drop_letters(connection: AsyncConnection, box: Box, numbers: Sequence[int]) -> None:
    """Throw dead letters away for ever; all or none. Raises DeadLetterError.

    The key of an update stays, so that the platform cannot bring it again. Of a message nothing stays.
    """
    for letter in await _find_all(connection, box, numbers):
        if box == "outbox":
            await connection.execute(delete(outbox).where(outbox.c.id == letter.id))
        else:
            gone = {"state": "done", "sealed_raw": None, "done_at": func.now()}
            await connection.execute(
                update(inbox)
                .where(inbox.c.id == letter.id)
                .values(**gone, error=_note(_DROPPED, letter.error))
            )


async def _find_all(connection: AsyncConnection, box: Box, numbers: Sequence[int]) -> list[DeadLetter]:
    """These dead letters, locked, in the order in which they came. Raises DeadLetterError."""
    table, wanted = _table(box), sorted(set(numbers))
    statement = _select(box).where(table.c.id.in_(wanted)).order_by(table.c.id).with_for_update(of=table)
    rows = {row.id: row for row in (await connection.execute(statement)).all()}
    for number in wanted:
        if number not in rows:
            raise DeadLetterError(f"There is no {_name(box, number)}.")
        if (state := rows[number].state) != "dead":
            raise DeadLetterError(f"{_name(box, number).capitalize()} is no dead letter: {_STATES[state]}.")
    return [_read(rows[number]) for number in wanted]


def _select(box: Box) -> Select[*tuple[Any, ...]]:
    if box == "inbox":
        return select(
            inbox.c.id,
            inbox.c.channel,
            inbox.c.state,
            inbox.c.error,
            inbox.c.attempts,
            inbox.c.received_at.label("since"),
            inbox.c.sealed_raw.is_not(None).label("kept"),
            false().label("gone"),
            null().label("stopped_at"),
        )
    return select(
        outbox.c.id,
        addresses.c.channel,
        outbox.c.state,
        outbox.c.error,
        outbox.c.attempts,
        outbox.c.created_at.label("since"),
        outbox.c.sealed_message.is_not(None).label("kept"),
        addresses.c.gone,
        addresses.c.stopped_at,
    ).join(addresses, addresses.c.id == outbox.c.address)


def _read(row: Row[Any]) -> DeadLetter:
    lost = "stopped" if row.stopped_at else "gone" if row.gone else ""
    return DeadLetter(row.id, row.channel, row.error or "", row.attempts, row.since, row.kept, lost)


def _table(box: Box) -> Any:
    return inbox if box == "inbox" else outbox


def _name(box: Box, number: int) -> str:
    return f"{'update' if box == 'inbox' else 'message'} {number}"


def _note(front: str, error: str) -> str:
    """What went wrong, kept beside what was done about it; said once, however often it is done."""
    return front + error.removeprefix(_PUT_BACK)
