"""The fakes of a storm: they know which server of ours asked, tell who listens, and bring to any server."""

import time
from collections import defaultdict
from collections.abc import Callable, Generator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from aiohttp import web

from channels.telegram_delivery import TelegramDelivery
from channels.telegram_faults import Fault
from channels.telegram_methods import Form
from channels.telegram_server import TelegramServer
from channels.twilio_delivery import TwilioDelivery
from channels.twilio_messages import MessageLog, SentMessage
from channels.twilio_server import TwilioServer

NOBODY: Final = -1
"""Whoever asks at the address that is no server's own."""

_GARBAGE: Final = Fault(breaks="garbage")
_asking: ContextVar[int] = ContextVar("_asking", default=NOBODY)


@dataclass(slots=True)
class Shown:
    """A message that a platform took for a chat: its words, what can be tapped ((label, data)), its id.

    `server` asked for it, `at` some moment (monotonic seconds); `withheld` when that server got no answer.
    """

    chat: str
    words: str
    taps: Sequence[tuple[str, str]]
    provider_id: str
    server: int
    at: float
    withheld: bool = False
    lists: bool = False


Hear = Callable[[Shown], None]


class Line:
    """Who listens to which chat, and all that was shown there."""

    def __init__(self) -> None:
        self.shown: dict[str, list[Shown]] = defaultdict(list)
        self.ears: dict[str, Hear] = {}

    def show(self, shown: Shown) -> None:
        """Note a message and tell the person, if they listen."""
        self.shown[shown.chat].append(shown)
        if shown.chat in self.ears:
            self.ears[shown.chat](shown)


class Doors:
    """Addresses of one fake, one for each server of ours, which can be shut for a while."""

    def __init__(self, runner: web.AppRunner) -> None:
        self._runner = runner
        self._sites: dict[int, web.TCPSite] = {}
        self.ports: list[int] = []

    async def add(self) -> str:
        """One more address."""
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.ports.append(int(self._runner.addresses[-1][1]))
        self._sites[self.ports[-1]] = site
        return f"http://127.0.0.1:{self.ports[-1]}"

    async def shut(self, port: int) -> None:
        """Refuse connections from now on; those that are open stay."""
        await self._sites.pop(port).stop()

    async def open(self, port: int) -> None:
        """Take connections again."""
        site = web.TCPSite(self._runner, "127.0.0.1", port, reuse_address=True)
        await site.start()
        self._sites[port] = site

    def find(self, request: web.Request) -> int:
        """Which server asks."""
        name: Any = request.transport.get_extra_info("sockname") if request.transport else None
        return self.ports.index(name[1]) if name and name[1] in self.ports else NOBODY

    @contextmanager
    def noting(self, request: web.Request) -> Generator[None]:
        """Remember for the length of the block who asks."""
        token = _asking.set(self.find(request))
        try:
            yield
        finally:
            _asking.reset(token)


class StormyTelegram(TelegramServer):
    """A Telegram that tells people what they see; `garbage` is the chance of an answer that says nothing."""

    def __init__(self, *args: Any, garbage: float = 0.0, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.line = Line()
        self.garbage = garbage
        self._by_id: dict[int, Shown] = {}

    async def start(self) -> None:
        """Listen; `doors` makes an address for each server."""
        await super().start()
        assert self._runner is not None
        self.doors = Doors(self._runner)

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        with self.doors.noting(request):
            return await super()._answer(request)

    async def _break(self, request: web.Request, fault: Fault | None, result: Any) -> web.StreamResponse:
        sent = isinstance(result, dict) and "message_id" in result
        if fault is None and sent and self.clock.happens(self.garbage):
            fault = _GARBAGE
            self.dealt["garbage"] += 1
        if fault is not None and sent:
            self._by_id[result["message_id"]].withheld = True
        return await super()._break(request, fault, result)

    def _send(self, form: Form, content: dict[str, Any], **kept: Any) -> dict[str, Any]:
        result = super()._send(form, content, **kept)
        message = self.sent[-1]
        taps = [tap for row in message.buttons for tap in row]
        shown = Shown(
            message.chat_id, message.words, taps, str(message.message_id), _asking.get(), time.monotonic()
        )
        self._by_id[message.message_id] = shown
        self.line.show(shown)
        return result


class _LongLog(MessageLog):
    """A log of so many messages that it must not look through all of them for each page."""

    def __init__(self, account_sid: str) -> None:
        super().__init__(account_sid)
        self._by_receiver: dict[str, MessageLog] = {}
        self._account_of_all = account_sid

    def add_sent(self, message: SentMessage, *, waits: bool) -> dict[str, Any]:
        """Take a message of ours."""
        self._find(message.to).add_sent(message, waits=waits)
        return super().add_sent(message, waits=waits)

    def add_heard(self, form: Mapping[str, str], at: datetime | None = None) -> None:
        """Take a message of a person."""
        self._find(form["To"]).add_heard(form, at)
        super().add_heard(form, at)

    def note(self, sid: str, status: str, code: int | None = None) -> None:
        """Note how far a message came."""
        super().note(sid, status, code)
        self._find(self._shown[sid]["to"]).note(sid, status, code)

    def follow(self, sent: Sequence[SentMessage]) -> None:
        """Nobody changes what was sent in a storm."""

    def list(self, query: Mapping[str, str]) -> dict[str, Any]:
        """A page of the messages to one receiver."""
        return self._find(query["To"]).list(query)

    def _find(self, receiver: str) -> MessageLog:
        if receiver not in self._by_receiver:
            self._by_receiver[receiver] = MessageLog(self._account_of_all)
        return self._by_receiver[receiver]


class StormyTwilio(TwilioServer):
    """A Twilio that tells people what they see."""

    def __init__(self, account_sid: str, *args: Any, **kwargs: Any) -> None:
        super().__init__(account_sid, *args, **kwargs)
        self.log = _LongLog(account_sid)
        self.line = Line()

    async def start(self) -> None:
        """Listen; `doors` makes an address for each server."""
        await super().start()
        assert self._runner is not None
        self.doors = Doors(self._runner)

    async def _create_message(self, request: web.Request) -> web.Response:
        answer = await super()._create_message(request)
        if answer.status == 201:
            message = self.sent[-1]  # nothing was waited for since it was put there
            lists = "twilio/list-picker" in (message.content or {})
            shown = Shown(
                message.to,
                message.body,
                message.taps,
                message.sid,
                self.doors.find(request),
                time.monotonic(),
                lists=lists,
            )
            self.line.show(shown)
        return answer


class Everywhere:
    """The servers' addresses; each call picks one, as a load balancer that knows of no deaths would."""

    def __init__(self, urls: Sequence[str]) -> None:
        self._urls = urls
        self._turn = 0

    def pick(self) -> str:
        """The next address."""
        self._turn += 1
        return self._urls[self._turn % len(self._urls)]


class TelegramPost(TelegramDelivery):
    """Brings updates to any server."""

    def __init__(self, *args: Any, everywhere: Everywhere, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._everywhere = everywhere

    def _aim(self) -> tuple[str, Mapping[str, str]]:
        _, headers = super()._aim()
        return f"{self._everywhere.pick()}/webhooks/telegram", headers


class TwilioPost(TwilioDelivery):
    """Brings forms to any server."""

    def __init__(self, *args: Any, everywhere: Everywhere, origin: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._everywhere = everywhere
        self._origin = origin

    def _find(self, url: str) -> str:
        return url.partition("#")[0].replace(self._origin, self._everywhere.pick(), 1)
