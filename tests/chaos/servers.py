"""The servers and the worker of a storm: started in a moment, killed anywhere, and started again."""

import asyncio
import contextlib
import json
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Final, Self

import aiohttp

from chaos.nursery import Birth
from chaos.seams import SEAMS
from workers.queue import PRIVACY

OUTSIDE: Final = "at any moment, from outside"
_ROOT: Final = Path(__file__).parents[2]


@dataclass(slots=True)
class Server:
    """One place for a server or a worker: its settings, and the life it has at the moment (0: none)."""

    number: int
    environ: dict[str, str]
    queue: str | None = None
    life: int = 0
    born: float = 0.0
    seam: str | None = None
    killed: list[float] = field(default_factory=list[float])
    """When each of its lives ended, in monotonic seconds."""


class Servers:
    """Keeps a server alive for each environment, and a worker for photos, while the context lasts.

    While `raging`, each life ends at a seam after some passages, all seams in turn, or when `strike` picks
    it. `kills` counts both.
    """

    def __init__(
        self,
        environs: Sequence[Mapping[str, str]],
        folder: Path,
        random: Random,
        *,
        passages: int,
    ) -> None:
        self.places = [Server(number, dict(environ)) for number, environ in enumerate(environs)]
        self.worker = Server(len(environs), dict(environs[0]), PRIVACY)
        self.raging = False
        self.starts = 0
        self.struck = 0
        self._random = random
        self._passages = passages
        self._folder = folder
        self._deaths = folder / "deaths.txt"
        self._seams: list[str] = []
        self._ended: dict[int, asyncio.Event] = {}
        self._giving = asyncio.Lock()
        self._born: asyncio.Queue[int] = asyncio.Queue()
        self._tasks: list[asyncio.Task[None]] = []
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        path = os.pathsep.join([str(_ROOT / "tests"), str(_ROOT)])
        self._process = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "chaos.nursery"),
            env={**os.environ, "PYTHONPATH": path},
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
        )
        self._tasks.append(asyncio.create_task(self._listen()))
        self._tasks += [asyncio.create_task(self._keep_alive(place)) for place in (*self.places, self.worker)]
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for task in self._tasks:
            task.cancel()
        ends = await asyncio.gather(*self._tasks, return_exceptions=True)
        process = self._process
        assert process is not None
        assert process.stdin is not None
        process.stdin.close()
        await process.wait()
        for end in ends:
            if isinstance(end, Exception) and error is None:
                raise end

    async def wait_until_ready(self, http: aiohttp.ClientSession) -> None:
        """Wait until every place has a server that answers."""
        for place in self.places:
            url = f"http://127.0.0.1:{place.environ['VERTELBOT_PORT']}/readyz"
            for _ in range(600):
                with contextlib.suppress(aiohttp.ClientError, OSError, TimeoutError):
                    async with http.get(url) as answer:
                        if answer.ok:
                            break
                await asyncio.sleep(0.1)
            else:
                raise AssertionError("a server does not start; see its log")

    def count_kills(self) -> Counter[str]:
        """How often servers died where; every seam is named."""
        counts: Counter[str] = Counter(dict.fromkeys(SEAMS, 0))
        if self._deaths.exists():
            counts.update(self._deaths.read_text(encoding="utf-8").splitlines())
        counts[OUTSIDE] = self.struck
        return counts

    def strike(self, *, all_at_once: bool = False) -> None:
        """Kill a server, or all of them, wherever it is."""
        places = self.places if self._random.random() < 0.9 else [self.worker]
        living = [place for place in places if place.life]
        for place in living if all_at_once else living[:1] and [self._random.choice(living)]:
            with contextlib.suppress(ProcessLookupError):  # it just died by itself
                os.kill(place.life, signal.SIGKILL)
                self.struck += 1

    def died_within(self, number: int, since: float, seconds: float) -> bool:
        """Whether a server's life ended within some seconds after a moment."""
        return any(since <= moment <= since + seconds for moment in self.places[number].killed)

    async def _listen(self) -> None:
        assert self._process is not None
        assert self._process.stdout is not None
        async for line in self._process.stdout:
            word, number = line.decode().split()
            if word == "started":
                self._ended[int(number)] = asyncio.Event()
                self._born.put_nowait(int(number))
            else:
                self._ended[int(number)].set()
        raise AssertionError("the nursery ended")

    async def _keep_alive(self, place: Server) -> None:
        while True:
            place.life = await self._give_birth(place)
            place.born = time.monotonic()
            await self._ended[place.life].wait()
            place.life = 0
            place.killed.append(time.monotonic())
            await asyncio.sleep(self._random.uniform(0.0, 1.0))

    async def _give_birth(self, place: Server) -> int:
        seam, passages = None, 0
        if self.raging and place.queue is None:
            if not self._seams:
                self._seams = [*SEAMS]
                self._random.shuffle(self._seams)
            seam = self._seams.pop()
            passages = self._random.randint(1, max(2, round(self._passages * SEAMS[seam].share)))
        log, deaths = self._folder / f"server-{place.number}.log", self._deaths
        birth = Birth(place.environ, str(log), str(deaths), seam, passages, place.queue)
        assert self._process is not None
        assert self._process.stdin is not None
        async with self._giving:
            self._process.stdin.write(f"{json.dumps(asdict(birth))}\n".encode())
            await self._process.stdin.drain()
            life = await self._born.get()
        self.starts += 1
        place.seam = seam
        return life
