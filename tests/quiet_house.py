"""The bot without its channels: a real database, the real conversation, a clock that tests can move."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from bot.aftermath import Aftermath
from bot.channels.channel import Arrival, Image, Inbound, Parcel, Quota, Report, Sound, Start
from bot.channels.delivery_errors import DeliveryError
from bot.conversation import Conversation
from bot.delivery import Delivery
from bot.pacing import Pacer
from bot.terminal.search import load_deidentifier
from flows.file import read_flow
from flows.inbound import Chose, Corrected, Said
from flows.outbound import Utterance
from storage.database import Database
from storage.inbox import SYSTEM
from storage.published_flows import publish_flow
from storage.tables import inbox
from storage.vault import Vault
from workers.name_search import Desk, run_search
from workers.queue import PRIVACY

CHANNEL = "quiet"


@dataclass(slots=True)
class QuietChannel:
    """A channel without a platform: what is said to each address stays here."""

    name: str = CHANNEL
    windowed: bool = False
    reports: bool = False
    errors: Mapping[str, DeliveryError] = field(default_factory=dict[str, DeliveryError])
    templates: list[str] = field(default_factory=list[str])
    said: defaultdict[str, list[Utterance]] = field(
        default_factory=lambda: defaultdict[str, list[Utterance]](list)
    )

    def parse(self, raw: Mapping[str, Any]) -> Inbound:
        """Read what a test sends."""
        address = raw["address"]
        match raw:
            case {"contact": contact}:
                return Inbound(address, contact=contact)
            case {"report": report}:
                return Inbound(address, report=Report(**report, error=self.errors.get(report["code"])))
            case {"edits": message, "text": text}:
                return Inbound(address, Corrected(text, message))
            case {"message": message, "text": text}:
                return Inbound(address, Said(text), message=message)
            case {"start": start}:
                return Inbound(address, start=Start(**start))
            case {"text": text}:
                return Inbound(address, Said(text))
            case {"codes": codes}:
                return Inbound(address, Chose(tuple(codes)))
            case {"photo": media}:
                return Inbound(address, image=Image("media", media))
            case _:
                return Inbound(address, sound=Sound("media", raw["sound"]))

    def count_parts(self, parcel: Parcel) -> int:
        """A message is never too long here."""
        del parcel
        return 1

    def list_quotas(self, parcel: Parcel, chat: str) -> Sequence[Quota]:
        """As many as one likes."""
        del parcel, chat
        return ()

    async def send(self, parcel: Parcel) -> str:
        """Keep a message."""
        self.said[parcel.address].append(parcel.utterance)
        return parcel.reference

    async def find_sent(self, parcel: Parcel, since: datetime, known: Collection[str]) -> str | None:
        """Whether a message was said already."""
        del since
        said = parcel.utterance in self.said[parcel.address]
        return parcel.reference if said and parcel.reference not in known else None

    async def send_template(self, parcel: Parcel) -> str | None:
        """Note that it was said by an approved text."""
        self.templates.append(parcel.utterance.purpose)
        return None


@dataclass(slots=True)
class QuietHouse:
    """One server's conversation; `now` is what its clock shows, `works` whether a worker does."""

    conversation: Conversation
    channel: QuietChannel
    now: datetime
    rings: list[tuple[str, UUID]]
    discarded: list[str]
    unrung: list[tuple[str, UUID]]
    desk: Desk
    works: bool = True
    sent: int = 0

    async def start(self, address: str, flow: str, language: str = "nl", entry: str | None = None) -> None:
        """Follow a link to a flow."""
        await self.send(address, {"start": {"flow": flow, "language": language, "entry": entry}})

    async def say(self, address: str, *texts: str) -> None:
        """Type something, or one thing after the other."""
        for text in texts:
            await self.send(address, {"text": text})

    async def tap(self, address: str, *codes: str) -> None:
        """Tap one option after the other."""
        for code in codes:
            await self.send(address, {"codes": [code]})

    async def send(self, address: str, body: Mapping[str, Any]) -> None:
        """Send anything, and wait until it is answered."""
        self.sent += 1
        raw = {"address": address, **body}
        await self.conversation.keep(Arrival(CHANNEL, f"{address} {self.sent}", address, raw, self.sent))
        await self.conversation.settle(CHANNEL, address)
        await self._search(address)

    async def _search(self, address: str) -> None:
        """Do what a worker of queue `privacy` does with words; photos are left lying."""
        for ring in [ring for ring in self.rings if ring[0] == PRIVACY and self.works]:
            if ring in self.rings:  # else another teller's message has it done
                place = self.rings.index(ring)
                del self.rings[place]
                if not await run_search(self.desk, ring[1]):
                    self.rings.insert(place, ring)
        for chat in await self._list_told():
            self.conversation.wake(chat)
        await self.conversation.settle(CHANNEL, address)
        await self._wait_for_words()

    async def _wait_for_words(self) -> None:
        """Wait until what workers handed back had its turn, under the token of whichever secret."""
        for _ in range(100):
            if not await self._list_told():
                return
            await asyncio.sleep(0.02)

    async def _list_told(self) -> Sequence[str]:
        """The chats in which something of a worker waits."""
        waiting = select(inbox.c.chat).where(inbox.c.channel == SYSTEM, inbox.c.state == "new").distinct()
        async with self.conversation.database.reading() as connection:
            return (await connection.execute(waiting)).scalars().all()

    async def wait(self, duration: timedelta) -> None:
        """Let time pass, and the server look at it."""
        self.now += duration
        await self.sweep()

    async def sweep(self) -> None:
        """Let the server look around once, and wait for all that comes of it."""
        await self.conversation.sweep()
        for address in [*self.channel.said]:
            await self.conversation.settle(CHANNEL, address)

    def heard(self, address: str) -> list[str]:
        """What was said to an address, and is not heard yet."""
        texts = [utterance.text for utterance in self.channel.said[address]]
        self.channel.said[address].clear()
        return texts


def open_house(database: Database, vault: Vault) -> QuietHouse:
    """A server's conversation on this database; open two for two servers."""
    channel = QuietChannel()
    channels = {CHANNEL: channel}
    rings: list[tuple[str, UUID]] = []
    discarded: list[str] = []
    unrung: list[tuple[str, UUID]] = []
    conversation = Conversation(
        database=database,
        vault=vault,
        channels=channels,
        delivery=Delivery(database, vault, channels, Aftermath(database, vault), Pacer(None)),
        ring=lambda queue, job: rings.append((queue, job)),
        discard=discarded.append,
        unring=unrung.extend,
    )
    desk = Desk(database, vault, lambda: load_deidentifier("enschede"))
    house = QuietHouse(conversation, channel, datetime.now(UTC), rings, discarded, unrung, desk)
    conversation.clock = conversation.delivery.clock = lambda: house.now
    return house


async def publish(database: Database, source: str) -> int:
    """Publish a flow file, whatever changes in it; answers the version it became."""
    flow = read_flow(source, "test.yaml")
    async with database.transaction() as connection:
        return (await publish_flow(connection, flow, source, accept_changes=True)).version
