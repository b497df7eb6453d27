"""Webhooks brought as Twilio brings them: signed, within fifteen seconds, hardly ever twice, then lost."""

import asyncio
from collections import Counter
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Literal, Self
from urllib.parse import urlsplit
from xml.etree import ElementTree as ET

import aiohttp

from channels.twilio_forms import Algorithm
from channels.twilio_messages import SentMessage
from channels.twilio_overrides import Failure, Overrides
from channels.twilio_server import TwilioServer

_XML: Final = frozenset({"text/xml", "application/xml", "text/html"})


@dataclass(frozen=True, slots=True)
class Mischief:
    """The chance (0 to 1) of each thing that may happen to a webhook.

    `refused`: no connection is made; `after`: our answer is lost on its way; `twice`: a webhook that was
    taken comes once more. `shuffled`: a message's statuses come in any order; `missing`: one never comes.
    """

    refused: float = 0.0
    after: float = 0.0
    twice: float = 0.0
    shuffled: float = 0.0
    missing: float = 0.0


@dataclass(frozen=True, slots=True)
class _Doom:
    code: int
    picks: Callable[[SentMessage], bool]
    status: str
    once: bool


class TwilioDelivery:
    """Brings what people send, and what becomes of messages, from entering the context until leaving it.

    `webhook` is where inbound messages go whose number or sender has no address of its own set, with its
    overrides behind `#`. `reach` says where a public origin really is, `{"https://bot.example": url}`.
    `algorithm` sha256 signs in the newer way. All times are on the clock of the server.
    """

    def __init__(
        self,
        server: TwilioServer,
        *,
        webhook: str = "",
        reach: Mapping[str, str] | None = None,
        mischief: Mischief | None = None,
        algorithm: Algorithm = "sha1",
    ) -> None:
        self.server = server
        self.webhook = webhook
        self.mischief = mischief or Mischief()
        self.algorithm: Algorithm = algorithm
        self.counts: Counter[str] = Counter()
        """`delivered`, `lost`, `retried`, `doubled`, `fallback`: inbound; `statuses`, `statuses lost`."""
        self.troubles: Counter[int] = Counter()
        """What Twilio's debugger would show: 11200, 11205, 12100 and 12300, so many times each."""
        self.lost: list[dict[str, str]] = []
        """The forms of people's messages that we were never told of."""
        self._reach = dict(reach or {})
        self._clock = server.clock
        self._dooms: list[_Doom] = []
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True, limit=0))
        self.server.on_taken = lambda message: self._start(self._report(message))
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.server.on_taken = None
        for task in self._tasks:
            task.cancel()
        ends = await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
        for end in ends:
            if isinstance(end, Exception):
                raise end

    def bring(self, *forms: Mapping[str, str]) -> None:
        """Let people send: each message is heard at once, and our webhook told of it from now on."""
        for form in forms:
            self.server.hear(form)
            self._start(self._tell(dict(form)))

    async def settle(self) -> None:
        """Wait until every webhook was taken or is lost."""
        while self._tasks:
            await asyncio.gather(*self._tasks)

    def doom(
        self,
        code: int,
        picks: Callable[[SentMessage], bool] = lambda _message: True,
        *,
        status: Literal["failed", "undelivered"] = "undelivered",
        once: bool = True,
    ) -> None:
        """Let the next message that is picked, or with `once` false every such, fail later with a code."""
        self._dooms.append(_Doom(code, picks, status, once))

    def _start(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._forget)

    def _forget(self, task: asyncio.Task[None]) -> None:
        # A task that failed stays, so that `settle` and leaving tell of it.
        if not task.cancelled() and task.exception() is None:
            self._tasks.discard(task)

    async def _tell(self, form: dict[str, str]) -> None:
        url, fallback, _ = self.server.console.find_webhooks(form["To"])
        url = url or self.webhook
        if not url:
            self.counts["lost"] += 1
            self.lost.append(form)
            return
        if await self._call(url, form, inbound=True):
            self.counts["delivered"] += 1
        elif fallback and await self._call(
            fallback, {**form, "ErrorCode": "11200", "ErrorUrl": url.partition("#")[0]}, inbound=True
        ):
            self.counts["fallback"] += 1
        else:
            self.counts["lost"] += 1
            self.lost.append(form)

    async def _report(self, message: SentMessage) -> None:
        """Bring a message on its way, and tell of each step where we asked to be told."""
        steps = self._foresee(message)
        url = message.status_callback or self.server.console.find_webhooks(message.sender)[2]
        for status, code in steps:
            await self._clock.sleep(self._clock.random.uniform(0.05, 0.5))
            self.server.log.note(message.sid, status, code)
            if url and not self._clock.happens(self.mischief.missing):
                form = self.server.status_form(
                    message.sid, status, str(code) if code else None, to=message.to, sender=message.sender
                )
                taken = await self._call(url, form, inbound=False)
                self.counts["statuses" if taken else "statuses lost"] += 1

    def _foresee(self, message: SentMessage) -> list[tuple[str, int | None]]:
        doom = next((doom for doom in self._dooms if doom.picks(message)), None)
        if doom is not None and doom.once:
            self._dooms.remove(doom)
        if self.server.holds_window and not self.server.is_open(message):
            return [("failed", 63016)]
        steps: list[tuple[str, int | None]] = [("sending", None), ("sent", None), ("delivered", None)]
        if doom is not None:
            steps = [("sent", None)] if doom.status == "undelivered" else []
            steps.append((doom.status, doom.code))
        elif message.to.startswith("whatsapp:"):
            steps = [*steps[1:], ("read", None)]
        if self._clock.happens(self.mischief.shuffled):
            self._clock.random.shuffle(steps)
        return steps

    async def _call(self, url: str, form: Mapping[str, str], *, inbound: bool) -> bool:
        """Call an address as often as its overrides ask; tells whether it was taken."""
        overrides = Overrides.read_from(url)
        token = f"{self._clock.random.getrandbits(128):032x}"
        deadline = self._clock.now() + overrides.total
        for attempt in range(overrides.retries + 1):
            left = deadline - self._clock.now()
            if left <= 0:
                break
            if attempt:
                self.counts["retried"] += 1
            failure = await self._try(url, form, token, overrides, left, inbound=inbound)
            if failure is None:
                if self._clock.happens(self.mischief.twice):
                    self.counts["doubled"] += 1
                    await self._try(url, form, token, overrides, overrides.total, inbound=inbound)
                return True
            self.troubles[11205 if failure == "ct" else 11200] += 1
            if failure not in overrides.policy:
                break
        return False

    async def _try(
        self,
        url: str,
        form: Mapping[str, str],
        token: str,
        overrides: Overrides,
        left: float,
        *,
        inbound: bool,
    ) -> Failure | None:
        if self._clock.happens(self.mischief.refused):
            return "ct"
        timeout = aiohttp.ClientTimeout(
            total=self._clock.shorten(left),
            sock_connect=self._clock.shorten(overrides.connect),
            sock_read=self._clock.shorten(overrides.read),
        )
        assert self._session is not None, "enter the context first"
        headers = {"I-Twilio-Idempotency-Token": token, **self._sign(url, form)}
        try:
            async with self._session.post(
                self._find(url), data=dict(form), headers=headers, timeout=timeout, allow_redirects=False
            ) as answer:
                body = await answer.read()
        except (aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError):
            return "ct"
        except (aiohttp.ClientError, TimeoutError, OSError):
            return "rt"
        if self._clock.happens(self.mischief.after):
            return "rt"
        if answer.status >= 300:
            return "5xx" if answer.status >= 500 else "4xx"
        if inbound:
            self._check_twiml(answer.content_type, body)
        return None

    def _sign(self, url: str, form: Mapping[str, str]) -> dict[str, str]:
        signed = {"X-Twilio-Signature": self.server.sign(url, form, self.algorithm)}
        if self.algorithm == "sha256":
            settings = "key=webhooks_sharedkey_1,algorithm=HMAC_SHA256"
            signed["X-Twilio-Webhooks-Signature-Settings"] = settings
        return signed

    def _find(self, url: str) -> str:
        parts = urlsplit(url.partition("#")[0])
        origin = f"{parts.scheme}://{parts.netloc}"
        return url.partition("#")[0].replace(origin, self._reach.get(origin, origin), 1)

    def _check_twiml(self, content_type: str, body: bytes) -> None:
        """Note an answer that Twilio cannot read, or one that would say something: ours says nothing."""
        if content_type not in _XML:
            self.troubles[12300] += 1
            return
        try:
            root = ET.fromstring(body)
        except ET.ParseError:
            self.troubles[12100] += 1
            return
        if root.tag != "Response" or len(root):
            self.troubles[12100] += 1
