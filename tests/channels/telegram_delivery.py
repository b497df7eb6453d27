"""Updates brought to a webhook as Telegram brings them: in queues, again and again, until they are taken.

After tdlib/telegram-bot-api (WebhookActor.cpp, Client.cpp): one update in flight per queue; messages, edits
and changes of membership queue by chat, taps by person, so that a tap can overtake a message. A try fails
unless its status is 200 to 299.
"""

import asyncio
import json
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Final, Self
from urllib.parse import urlsplit

import aiohttp

from channels.telegram_builders import Update
from channels.telegram_server import TelegramServer

PATIENCE: Final = 60.0
"""Seconds that our answer may take."""
LONGEST_WAIT: Final = 3600.0
"""Seconds; a longer Retry-After counts as this."""

_DAY: Final = 86_400.0
_TAP_LIFE: Final = 150.0
_SLOW_FROM: Final = 60.0
_DEGRADED_AFTER: Final = 10.0

QueueKey = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Mischief:
    """The chance (0 to 1) of each thing a network may do to one try.

    `twice`: an update that was taken comes once more. `late`: a queue stands still for up to three seconds
    first, so that queues overtake each other. `before`: the connection breaks within the request; `after`:
    as soon as our answer begins, which Telegram then never sees.
    """

    twice: float = 0.0
    late: float = 0.0
    before: float = 0.0
    after: float = 0.0


@dataclass(slots=True)
class Counts:
    """What became of the updates and of the tries; `delivered` and `expired` together are all that ended."""

    delivered: int = 0
    expired: int = 0
    retried: int = 0
    doubled: int = 0
    broken: int = 0


class TelegramDelivery:
    """Brings the updates of one bot to its webhook, from entering the context until leaving it.

    `url` and `secret` are those of setWebhook unless they are given; `max_connections` as well. All times
    are on the clock of the server: speed 1000 lives a day in 86 seconds, and leaves our answer 60 thousandths
    of a second unless there is more `patience`. What could not be brought stays in its queue until it is
    too old. A bug in here shows on leaving.
    """

    def __init__(
        self,
        server: TelegramServer,
        *,
        url: str | None = None,
        secret: str | None = None,
        max_connections: int | None = None,
        patience: float = PATIENCE,
        mischief: Mischief | None = None,
    ) -> None:
        self.counts = Counts()
        self.brought: list[Update] = []
        """All updates that were ever given to `bring`, in order."""
        self.tries: list[tuple[int, float, int | None]] = []
        """Each try: (update_id, when it began, the status of the answer or None)."""
        self.mischief = mischief or Mischief()
        self.server = server
        self._clock = server.clock
        self._given = (url, secret, max_connections)
        self._patience = patience
        self._queues: dict[QueueKey, deque[tuple[Update, float]]] = {}
        self._open = 0
        self._last_success: float | None = None
        self._changed = asyncio.Condition()
        self._tasks: set[asyncio.Task[None]] = set()
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        # Telegram follows no redirect, and a connection of its own for each try can be broken by itself.
        self._session = aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True, limit=0))
        self.server.count_pending = lambda: self.pending
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        ends = await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()
        for end in ends:
            if isinstance(end, Exception):
                raise end

    @property
    def pending(self) -> int:
        """How many updates are neither taken nor expired."""
        return sum(map(len, self._queues.values()))

    def bring(self, *updates: Update) -> None:
        """Put updates in their queues, without a bound; they are brought from now on."""
        self._aim()  # without a webhook there is nowhere to bring them: LookupError
        for update in updates:
            self.brought.append(update)
            key = find_queue(update)
            queue = self._queues.get(key)
            if queue is None:
                queue = self._queues[key] = deque()
                task = asyncio.ensure_future(self._empty(key, queue))
                self._tasks.add(task)
            queue.append((update, self._clock.now() + _life_of(update)))

    async def settle(self) -> None:
        """Wait until every update was taken or has expired."""
        async with self._changed:
            await self._changed.wait_for(lambda: not self._queues)

    async def _empty(self, key: QueueKey, queue: deque[tuple[Update, float]]) -> None:
        while queue:
            if self._clock.happens(self.mischief.late):
                await self._clock.sleep(self._clock.random.uniform(0, 3))
            update, expiry = queue[0]
            if await self._bring_one(update, expiry):
                self.counts.delivered += 1
            else:
                self.counts.expired += 1
            queue.popleft()
        # No update can have come in between: nothing was awaited since the queue was seen empty.
        del self._queues[key]
        task = asyncio.current_task()
        if task is not None:
            self._tasks.discard(task)
        async with self._changed:
            self._changed.notify_all()

    async def _bring_one(self, update: Update, expiry: float) -> bool:
        """Try until it is taken; tells whether it was, before its time was over."""
        pause = 0.0
        while True:
            taken, asked = await self._try(update)
            if taken:
                if self._clock.happens(self.mischief.twice):
                    self.counts.doubled += 1
                    await self._try(update)
                return True
            wait = pause if asked is None else asked
            pause = min(max(2.0, pause * 2), self._clock.random.uniform(_SLOW_FROM, 2 * _SLOW_FROM))
            if self._clock.now() + wait > expiry:
                return False
            self.counts.retried += 1
            await self._clock.sleep(wait)

    async def _try(self, update: Update) -> tuple[bool, float | None]:
        """Send it once: (whether it was taken, the seconds that our answer asks to wait)."""
        async with self._changed:
            await self._changed.wait_for(lambda: self._open < self._most_open())
            self._open += 1
        began, status, wait, problem = self._clock.now(), None, None, ""
        try:
            async with asyncio.timeout(self._clock.shorten(self._patience)):
                if self._clock.happens(self.mischief.before):
                    await self._break(update, half=True)
                elif self._clock.happens(self.mischief.after):
                    await self._break(update, half=False)
                else:
                    status, wait, problem = await self._post(update)
        except TimeoutError:
            problem = "Read timeout expired"
        except (aiohttp.ClientError, OSError):
            problem = "Connection failed"
        finally:
            async with self._changed:
                self._open -= 1
                self._changed.notify_all()
        self.tries.append((update["update_id"], began, status))
        taken = status is not None and 200 <= status <= 299
        if taken:
            self._last_success = self._clock.now()
        else:
            error = {"last_error_date": int(time.time()), "last_error_message": problem}
            self.server.webhook_error = error
        return taken, wait

    async def _post(self, update: Update) -> tuple[int, float | None, str]:
        url, headers = self._aim()
        assert self._session is not None, "enter the context first"
        async with self._session.post(url, json=update, headers=headers, allow_redirects=False) as answer:
            body = await answer.read()
            if 200 <= answer.status <= 299:
                self.server.obey(body)
            asked = answer.headers.get("Retry-After", "")
            wait = min(float(asked), LONGEST_WAIT) if asked.isascii() and asked.isdigit() else None
            return answer.status, wait, f"Wrong response from the webhook: {answer.status} {answer.reason}"

    async def _break(self, update: Update, *, half: bool) -> None:
        self.counts.broken += 1
        url, headers = self._aim()
        parts, body = urlsplit(url), json.dumps(update).encode()
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        lines = {"Host": parts.netloc, "Content-Type": "application/json", "Content-Length": str(len(body))}
        head = "".join(f"{name}: {value}\r\n" for name, value in {**lines, **headers}.items())
        request = f"POST {path} HTTP/1.1\r\n{head}\r\n".encode() + body
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        try:
            writer.write(request[: -len(body) // 2] if half else request)
            await writer.drain()
            if not half:
                await reader.read(1)
        finally:
            writer.transport.abort()

    def _aim(self) -> tuple[str, Mapping[str, str]]:
        url, secret, _ = self._given
        url = url or self.server.webhook["url"]
        secret = secret or self.server.webhook.get("secret_token")
        return url, {"X-Telegram-Bot-Api-Secret-Token": secret} if secret else {}

    def _most_open(self) -> int:
        """How many tries may be under way: one alone after ten seconds without a success."""
        if self._last_success is not None and self._clock.now() - self._last_success > _DEGRADED_AFTER:
            return 1
        return self._given[2] or int(self.server.webhook.get("max_connections", 40))


def find_queue(update: Update) -> QueueKey:
    """The queue of an update: a tap stands in that of the person, everything else in that of the chat."""
    if "callback_query" in update:
        return "person", update["callback_query"]["from"]["id"]
    body: Any = next(value for name, value in update.items() if name != "update_id")
    return "chat", body["chat"]["id"]


def _life_of(update: Update) -> float:
    """Seconds until Telegram gives an update up."""
    return _TAP_LIFE if "callback_query" in update else _DAY
