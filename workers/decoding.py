"""Opens sound in a process of its own: what crashes, hangs or eats memory there takes no worker with it.

FFmpeg is a great deal of C that reads what strangers send. The process is kept warm, may take so much
memory and time, and is started anew when it ends.
"""

import asyncio
import contextlib
import ctypes
import multiprocessing
import os
import resource
import signal
import sys
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field
from typing import Any

from workers.sound import Samples, UnreadableSoundError, read_samples

MEMORY = 1 << 30
"""Bytes of address space. Fifteen minutes of sound take 450 million, libraries and all (measured)."""

SECONDS = 30
"""How long one file may take; fifteen minutes of sound take two seconds."""

START_SECONDS = 15
"""How long the process may take to start; on a laden machine it takes three."""

TRIES = 2
"""How often a file is opened when the process ends: once more, for it may have been ended from outside."""

_PR_SET_PDEATHSIG = 1


@dataclass(slots=True)
class Decoder:
    """Opens sound, one file at a time, within `memory` (bytes) and `seconds`. Use it from the main thread."""

    memory: int = MEMORY
    seconds: int = SECONDS
    _pool: ProcessPoolExecutor | None = field(default=None, init=False)

    async def read(self, data: bytes, *, starts: float = 0.0, ends: float | None = None) -> Samples:
        """As `read_samples`; what ends the process counts as unreadable.

        Raises UnreadableSoundError or TooLongSoundError.
        """
        loop = asyncio.get_running_loop()
        for _ in range(TRIES):
            self._pool = self._pool or self._start()
            try:
                reading = loop.run_in_executor(self._pool, _read, data, starts, ends, self.seconds)
                return await asyncio.wait_for(reading, self.seconds + START_SECONDS)
            except (BrokenProcessPool, TimeoutError):
                _let_go(self._pool)
                self.close()
        raise UnreadableSoundError("This sound file cannot be opened within bounds.")

    def warm(self) -> None:
        """Start the process now, so that the first file need not wait for it."""
        self._pool = self._pool or self._start()
        self._pool.submit(_be_ready)

    def close(self) -> None:
        """End the process; the next file starts another."""
        if self._pool is not None:
            self._pool.shutdown(cancel_futures=True)
            self._pool = None

    def _start(self) -> ProcessPoolExecutor:
        # Spawned, because a fork would bring the speech model along, and the locks of its threads.
        context = multiprocessing.get_context("spawn")
        return ProcessPoolExecutor(1, context, initializer=_hold_back, initargs=(self.memory, os.getpid()))


def _let_go(pool: ProcessPoolExecutor) -> None:
    """Stop writing to a process that is gone: before 3.11.5 Python waits for ever there (gh-94777)."""
    queue: Any = getattr(pool, "_call_queue", None)
    if queue is not None:
        with contextlib.suppress(OSError):
            queue._reader.close()  # noqa: SLF001 - as newer versions do themselves, in this very place


def _hold_back(memory: int, worker: int) -> None:
    """In the child: take no more memory than this, leave signals to the worker, and end when that ends.

    `worker` is its process id: it may have been killed while the child was starting.
    """
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches the whole group; the worker ends us
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != worker:
        os._exit(1)


def _be_ready() -> None:
    """In the child: nothing; it is there by then."""


def _read(data: bytes, starts: float, ends: float | None, seconds: int) -> Samples:
    """In the child: open one file; the alarm ends the process also in the midst of C."""
    signal.alarm(seconds)
    try:
        return read_samples(data, starts=starts, ends=ends)
    except MemoryError as error:
        raise UnreadableSoundError("This sound file takes more memory than sound does.") from error
    finally:
        signal.alarm(0)
