"""A channel that fails as a test says and remembers what it took; and a delivery on it."""

from collections import deque
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from bot.aftermath import Aftermath
from bot.channels.channel import Inbound, Parcel, Quota
from bot.channels.delivery_errors import UnknownFateError, WindowClosedError
from bot.delivery import Delivery
from bot.gate import Gate
from bot.pacing import Pacer
from storage.database import Database
from storage.vault import Vault


@dataclass(slots=True)
class ScriptedChannel:
    """A channel named like the web chat. `failures` come one a call, None lets a call through.

    A text is cut at "|" into parts. `asked` says whether it can be asked what became of a message: what it
    really `took` counts then. `lost` are answers that never come back although the message was taken.
    """

    name: str = "web"
    windowed: bool = False
    reports: bool = False
    asked: bool = False
    failures: deque[Exception | None] = field(default_factory=deque[Exception | None])
    lost: deque[Exception | None] = field(default_factory=deque[Exception | None])
    took: list[str] = field(default_factory=list[str])
    templates: list[str] = field(default_factory=list[str])
    quotas: Sequence[Quota] = ()
    to: list[str] = field(default_factory=list[str])
    plain: list[bool] = field(default_factory=list[bool])

    def parse(self, raw: Mapping[str, Any]) -> Inbound | None:
        """Nothing comes in here."""
        raise AssertionError(raw)

    def count_parts(self, parcel: Parcel) -> int:
        """As many as its text has parts."""
        return len(parcel.utterance.text.split("|"))

    def list_quotas(self, parcel: Parcel, chat: str) -> Sequence[Quota]:
        """What the test says."""
        del parcel, chat
        return self.quotas

    async def send(self, parcel: Parcel) -> str:
        """Take a part, or fail as the script says, before or after taking it."""
        failure = self.failures.popleft() if self.failures else None
        if failure is not None:
            raise failure
        self.took.append(parcel.utterance.text.split("|")[parcel.part])
        self.to.append(parcel.address)
        self.plain.append(parcel.plain)
        lost = self.lost.popleft() if self.lost else None
        if lost is not None:
            raise lost
        return f"p{len(self.took)}"

    async def find_sent(self, parcel: Parcel, since: datetime, known: Collection[str]) -> str | None:
        """Look among what was taken, where it can be asked."""
        if not self.asked:
            raise UnknownFateError
        assert since <= datetime.now(UTC) + timedelta(seconds=1)
        words = parcel.utterance.text.split("|")[parcel.part]
        ids = [f"p{place}" for place, each in enumerate(self.took, 1) if each == words]
        return next((each for each in ids if each not in known), None)

    async def send_template(self, parcel: Parcel) -> str | None:
        """Say it by an approved text, of which there is one for reminders."""
        if parcel.utterance.purpose != "reminder":
            raise WindowClosedError
        self.templates.append(parcel.utterance.purpose)
        return "template"


def make_delivery(database: Database, vault: Vault, channel: ScriptedChannel) -> Delivery:
    """One server's delivery through this channel."""
    return Delivery(database, vault, {channel.name: channel}, Aftermath(database, vault, Gate()), Pacer(None))
