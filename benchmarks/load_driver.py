"""Many people at once: brings updates to a bot's webhook, sees at the fake Telegram when they are answered.

The driver takes as little as it can of the machine that it shares with what it measures.
"""

import asyncio
import random
import time
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count

from benchmarks.load_script import Move, write_update
from benchmarks.telegram_sink import RECORD
from benchmarks.webhook_line import LoadError, WebhookLine, call_webhook

PATIENCE = 60.0
"""Seconds a person waits for a reply; only a bot that lost a message makes one wait that long."""


@dataclass(slots=True)
class Talk:
    """One person's way through a script: `at` is the next message, `left` replies to the last are awaited."""

    chat: int
    at: int = 0
    left: int = 0
    last: float = 0.0
    ended: bool = False
    answered: asyncio.Event = field(default_factory=asyncio.Event)


class Crowd:
    """All people of one bot, each talk in a chat of its own; counts replies, and conversations `ended`."""

    def __init__(self, port: int, script: Sequence[Move], numbers: "count[int]") -> None:
        self._port = port
        self._script = script
        self._numbers = numbers
        self._talks: dict[int, Talk] = {}
        self._lines: deque[WebhookLine] = deque()
        self._rest: bytes = b""
        self.watching = asyncio.Event()
        self.replies = 0
        self.ended = 0

    async def talk_for(self, seconds: float, people: int) -> float:
        """Messages a second that are answered while so many people talk without ever pausing to think."""
        until = time.monotonic() + seconds
        answered = 0

        async def talk() -> None:
            nonlocal answered
            while time.monotonic() < until:
                one = self._begin()
                for _ in self._script:
                    await self._say(one)
                    if time.monotonic() >= until:
                        break
                    answered += 1
                self._leave(one)

        async with asyncio.TaskGroup() as group:
            for _ in range(people):
                group.create_task(talk())
        return answered / seconds

    async def talk_through(self, conversations: int, people: int) -> None:
        """Let so many people talk, some at the same time, until each has come to the end of the script."""
        waiting = iter(range(conversations))

        async def talk() -> None:
            for _ in waiting:
                one = self._begin()
                for _ in self._script:
                    await self._say(one)
                self._leave(one)

        async with asyncio.TaskGroup() as group:
            for _ in range(people):
                group.create_task(talk())

    async def come_by(self, rate: float, seconds: float, lots: random.Random) -> list[float]:
        """Seconds until the last reply to each message, when so many a second come by chance.

        Nobody waits for anyone else. The first fifth of the time only fills the house.
        """
        resting: deque[Talk] = deque()
        took: list[float] = []
        begun = due = time.monotonic()
        counted = begun + seconds / 5

        async def say(one: Talk) -> None:
            sent = await self._say(one)
            if sent >= counted:
                took.append(one.last - sent)
            if one.at < len(self._script):
                resting.append(one)
            else:
                self._leave(one)

        async with asyncio.TaskGroup() as group:
            while due < begun + seconds:
                due += lots.expovariate(rate)
                await asyncio.sleep(max(0.0, due - time.monotonic()))
                # A person rests while some others speak, else a few would do all the talking.
                rested = len(resting) > rate
                group.create_task(say(resting.popleft() if rested else self._begin()))
        for one in resting:
            self._leave(one)
        return took

    def watch(self, data: bytes) -> None:
        """Take records of the fake Telegram as they come, in pieces of any size."""
        data = self._rest + data
        whole = len(data) - len(data) % RECORD.size
        self._rest = data[whole:]
        for chat, moment, ended in RECORD.iter_unpack(data[:whole]):
            self.watching.set()
            self.replies += chat > 0
            self.ended += ended
            if talk := self._talks.get(chat):
                talk.left -= 1
                talk.ended |= bool(ended)
                talk.last = moment / 1e9
                if talk.left == 0:
                    talk.answered.set()

    def close(self) -> None:
        """Hang up."""
        for line in self._lines:
            line.close()

    def _begin(self) -> Talk:
        talk = Talk(1_000_000_000 + next(self._numbers))
        self._talks[talk.chat] = talk
        return talk

    def _leave(self, talk: Talk) -> None:
        """A talk is over. Raises LoadError when the script and the bot do not agree on where it ended."""
        del self._talks[talk.chat]
        ends = talk.at > 0 and self._script[talk.at - 1].ends
        if talk.left or talk.ended != ends:
            raise LoadError(f"after {talk.at} messages {talk.left} replies were wanting; ended: {talk.ended}")

    async def _say(self, talk: Talk) -> float:
        """Send the next message and wait for all replies; answers when it was sent (time.monotonic)."""
        move = self._script[talk.at]
        talk.at += 1
        talk.left += move.replies
        talk.answered.clear()
        body = write_update(next(self._numbers), talk.chat, move)
        line = self._lines.popleft() if self._lines else await call_webhook(self._port)
        sent = time.monotonic()
        try:
            async with asyncio.timeout(PATIENCE):
                await line.bring(body)
                await talk.answered.wait()
        except TimeoutError as error:
            raise LoadError(f"no {move.replies} replies to message {talk.at}") from error
        self._lines.append(line)
        return sent


@asynccontextmanager
async def gathered_crowd(
    port: int, sink: int, script: Sequence[Move], numbers: "count[int]"
) -> AsyncGenerator[Crowd]:
    """People who talk with the bot at one port and read at the fake Telegram at the other.

    `numbers` gives ids of updates and chats; a bot that goes on with the same database needs ever new ones.
    """
    crowd = Crowd(port, script, numbers)
    loop = asyncio.get_running_loop()
    watcher, _ = await loop.create_connection(lambda: _Watcher(crowd), "127.0.0.1", sink)
    watcher.write(b"GET /watch HTTP/1.1\r\n\r\n")
    try:
        await asyncio.wait_for(crowd.watching.wait(), PATIENCE)  # no message may come in before
        yield crowd
    finally:
        crowd.close()
        watcher.close()


class _Watcher(asyncio.Protocol):
    """Hands on what the fake Telegram tells."""

    def __init__(self, crowd: Crowd) -> None:
        self._crowd = crowd

    def data_received(self, data: bytes) -> None:
        self._crowd.watch(data)
