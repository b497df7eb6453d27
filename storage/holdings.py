"""All that is held of one person, unsealed, as plain JSON: for that person, in a file they asked for."""

from typing import Any
from uuid import UUID

from sqlalchemy import Row, Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.held_conversations import Held, Periods, find_end, read_conversation, write_plain
from storage.tables import addresses, chat_messages, inbox, outbox, participants, sends, sessions
from storage.vault import Vault


async def read_holdings(
    connection: AsyncConnection, vault: Vault, participant: UUID, periods: Periods
) -> Held | None:
    """All that is held of a person; None when there is no such person."""
    found = await connection.execute(select(participants).where(participants.c.id == participant))
    person = found.first()
    if person is None:
        return None
    told = select(sessions).where(sessions.c.participant == participant).order_by(sessions.c.started_at)
    reached = select(addresses).where(addresses.c.participant == participant)
    places = list((await connection.execute(reached)).all())
    return {
        "participant": str(person.id),
        "since": write_plain(person.created_at),
        "kept_for_days": {kind: None if kept is None else kept.days for kind, kept in periods.items()},
        "addresses": [_read_address(row, vault) for row in places],
        "conversations": [
            await read_conversation(connection, vault, row, periods)
            for row in (await connection.execute(told)).all()
        ],
        "messages_in": [each for row in places for each in await _read_inbox(connection, vault, row.token)],
        "messages_out": [each for row in places for each in await _read_outbox(connection, vault, row.id)],
        "chat": [each for row in places for each in await _read_chat(connection, vault, row.id, periods)],
    }


def _read_address(row: Row[Any], vault: Vault) -> Held:
    return {
        "channel": row.channel,
        "address": vault.open(row.sealed).decode(),
        "since": write_plain(row.created_at),
        "last_heard": write_plain(row.heard_at),
        "blocked": row.gone,
        "no_more_messages_since": write_plain(row.stopped_at),
    }


async def _read_inbox(connection: AsyncConnection, vault: Vault, chat: str) -> list[Held]:
    statement = select(inbox).where(inbox.c.chat == chat).order_by(inbox.c.id)
    return [
        {
            "channel": row.channel,
            "number": row.key,
            "arrived": write_plain(row.received_at),
            "state": row.state,
            "content": vault.open_json(row.sealed_raw) if row.sealed_raw is not None else None,
        }
        for row in (await connection.execute(statement)).all()
    ]


async def _read_outbox(connection: AsyncConnection, vault: Vault, address: UUID) -> list[Held]:
    taken: Select[Any] = (
        select(outbox, sends.c.provider_id, sends.c.status)
        .outerjoin(sends, sends.c.outbox == outbox.c.id)
        .where(outbox.c.address == address)
        .order_by(outbox.c.id, sends.c.part)
    )
    return [
        {
            "written": write_plain(row.created_at),
            "sent": write_plain(row.sent_at),
            "state": row.state,
            "number": row.provider_id,
            "text": vault.open_json(row.sealed_message)["text"] if row.sealed_message is not None else None,
        }
        for row in (await connection.execute(taken)).all()
    ]


async def _read_chat(
    connection: AsyncConnection, vault: Vault, address: UUID, periods: Periods
) -> list[Held]:
    statement = select(chat_messages).where(chat_messages.c.address == address).order_by(chat_messages.c.n)
    shown: list[Held] = []
    for row in (await connection.execute(statement)).all():
        message = vault.open_json(row.sealed_message)
        until = find_end(row.created_at, periods.get("chat"))
        shown.append(
            {
                "from": message["from"],
                "text": message["text"],
                "at": write_plain(row.created_at),
                "kept_until": until,
            }
        )
    return shown
