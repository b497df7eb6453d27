"""After the fire: boxes are empty, nothing failed but what could not be read, everybody is answered."""

import asyncio
import hashlib
import time
from collections.abc import Sequence
from itertools import count
from typing import Any, Final

import psycopg

from channels.telegram_builders import Updates
from channels.twilio_forms import TwilioForms
from fuzz.aiming import WEBHOOK_SECRET, bear, read_chat, sign_form, write_form
from fuzz.corpus import SMS_FROM, TWILIO_TOKEN, WHATSAPP_FROM, Person
from fuzz.findings import Findings
from fuzz.mutations import write_json
from fuzz.pipe import Pipe, Reply, Shot
from fuzz.platforms import ACCOUNT, AcceptingPlatforms
from fuzz.web_readers import count_said
from storage.vault import Vault

PATIENCE: Final = 180.0
"""Seconds for everything to come to rest, and for one person to be answered."""

_AT_ONCE: Final = 12
_PLAIN, _AGAIN = "herhaal", "start"
_HURRY: Final = (
    "update outbox set due_at = now() - interval '1 minute' where state = 'ready' and due_at > now()",
    "update inbox set due_at = now() - interval '1 minute' where state = 'new' and due_at > now()",
)
"""What waits for a new try is tried now."""

_BOXES: Final = (
    "select (select count(*) from inbox where state = 'new'),"
    " (select count(*) from outbox where state in ('ready', 'sending'))"
)
_DEAD_UPDATES: Final = (
    "select split_part(error, ':', 1), left(error, 90), count(*)"
    " from inbox where state = 'dead' group by 1, 2"
)
_DEAD_MESSAGES: Final = (
    "select a.channel, o.error, count(*) from outbox o join addresses a on a.id = o.address"
    " where o.state = 'dead' and o.error not like 'The person %' group by 1, 2"
)
_ADDRESSES: Final = "select channel, sealed, token, stopped_at is not null from addresses"


class Aftermath:
    """Looks at what is left, and asks everybody for an answer."""

    def __init__(
        self, findings: Findings, platforms: AcceptingPlatforms, database_url: str, secret: str
    ) -> None:
        self._findings = findings
        self._platforms = platforms
        self._database_url = database_url.replace("postgresql+psycopg://", "postgresql://")
        self._vault = Vault([secret])
        self._updates = Updates(1_900_000_000)
        self._forms = TwilioForms(ACCOUNT, TWILIO_TOKEN, whatsapp_from=WHATSAPP_FROM, sms_from=SMS_FROM)
        self._forms.next_sid("SM")
        self._numbers = count(1)

    async def ask_everybody(self, port: int, tokens: Sequence[str]) -> None:
        """Everybody with an address says a plain word and is answered; `tokens` are those of web chats."""
        await self._come_to_rest("the fire")
        by_value = {hashlib.sha256(token.encode()).hexdigest(): token for token in tokens}
        waiting: list[tuple[Person, bool]] = []
        for channel, sealed, _, stopped in await self._read(_ADDRESSES):
            value = self._vault.open(bytes(sealed)).decode()
            chat = {"whatsapp": f"whatsapp:{value}", "web": by_value.get(value, "")}.get(channel, value)
            if chat:
                waiting.append((Person(channel, chat), bool(stopped)))
        self._findings.counts["people with an address, each asked for an answer"] = len(waiting)
        await asyncio.gather(*(self._ask_some(port, waiting) for _ in range(_AT_ONCE)))
        await self._come_to_rest("everybody was asked")
        await self._look_at_dead()

    async def _come_to_rest(self, after: str) -> None:
        deadline = time.monotonic() + PATIENCE
        new = out = -1
        while time.monotonic() < deadline:
            for statement in _HURRY:
                await self._write(statement)
            [(new, out)] = await self._read(_BOXES)
            if new == out == 0:
                return
            await asyncio.sleep(0.5)
        self._findings.blame(f"after {after}: {new} updates and {out} messages still wait")

    async def _ask_some(self, port: int, waiting: list[tuple[Person, bool]]) -> None:
        pipe = Pipe(port)
        while waiting:
            person, stopped = waiting.pop()
            await self._ask(pipe, person, _AGAIN if stopped else _PLAIN)
        await pipe.close()

    async def _ask(self, pipe: Pipe, person: Person, words: str) -> None:
        before = await self._count(pipe, person)
        shot = self._write_question(person, words)
        reply = await self._fire(pipe, shot)
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            if await self._count(pipe, person) > before:
                return
            await asyncio.sleep(0.02)
        self._findings.blame(f"stuck: {person.channel} {person.chat!r} ({reply.status})", shot.write())

    async def _count(self, pipe: Pipe, person: Person) -> int:
        if person.channel != "web":
            return self._platforms.find(person.chat).count
        reply = await self._fire(pipe, read_chat(person))
        return count_said(reply) if reply.status == 200 else -1

    async def _fire(self, pipe: Pipe, shot: Shot) -> Reply:
        try:
            reply = await pipe.fire(shot)
        except TimeoutError:
            reply = Reply(0)
            await pipe.close()
        self._findings.judge(shot, reply, 0.0)
        return reply

    def _write_question(self, person: Person, words: str) -> Shot:
        if person.channel == "telegram":
            chat = int(person.chat)
            update = (
                self._updates.start(chat_id=chat)
                if words == _AGAIN
                else self._updates.text(words, chat_id=chat)
            )
            header = ("X-Telegram-Bot-Api-Secret-Token", WEBHOOK_SECRET.encode())
            return Shot("after", "/webhooks/telegram", (header,), write_json(update), sound=True)
        if person.channel == "web":
            body = write_json({"id": f"after-{next(self._numbers)}", "text": words})
            headers = (("Content-Type", b"application/json"), bear(person))
            return Shot("after", "/api/chat/messages", headers, body, sound=True)
        write = self._forms.text_form if person.channel == "whatsapp" else self._forms.sms_form
        form = write(person.chat, words) | {"MessageSid": f"SMafter{next(self._numbers):025}"}
        body = write_form(list(form.items()))
        headers = (
            ("Content-Type", b"application/x-www-form-urlencoded"),
            ("X-Twilio-Signature", sign_form("/webhooks/twilio", body)),
        )
        return Shot("after", "/webhooks/twilio", headers, body, sound=True)

    async def _look_at_dead(self) -> None:
        """Dead letters: of updates only what could not be read, of messages only what was refused."""
        read = 0
        for kind, error, number in await self._read(_DEAD_UPDATES):
            read += number
            if kind != "ParseError":
                self._findings.blame(f"a dead letter for {error} ({number}×)")
        self._findings.counts["updates that could not be read, put aside"] = read
        for channel, error, number in await self._read(_DEAD_MESSAGES):
            self._findings.figures.append(f"{number:9,} dead messages on {channel}: {error}")
            if channel in {"telegram", "web"}:
                self._findings.blame(f"a message on {channel} was given up: {error}")

    async def _read(self, statement: str) -> list[tuple[Any, ...]]:
        async with await psycopg.AsyncConnection.connect(self._database_url) as connection:
            return await (await connection.execute(statement.encode())).fetchall()

    async def _write(self, statement: str) -> None:
        async with await psycopg.AsyncConnection.connect(self._database_url, autocommit=True) as connection:
            await connection.execute(statement.encode())
