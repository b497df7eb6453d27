"""Servers that start in a moment: forked from one process that has read the code already.

A process of its own, `python -m chaos.nursery`. Each line on its stdin is a `Birth` as JSON; it writes
`started PID` or `ended PID` to its stdout. When its stdin ends, so do its servers.
"""

import contextlib
import json
import logging
import os
import signal
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from types import FrameType
from typing import Any, cast

from bot import server
from bot.channels import telegram
from bot.channels.sms import Sms
from bot.channels.telegram import Telegram
from bot.channels.whatsapp import WhatsApp
from bot.cli import QUIET
from bot.commands.serve import run_server
from bot.settings import read_bot_settings
from chaos.plans import list_sheets, read_storm
from chaos.seams import arm
from flows.file import read_picture
from workers import photography
from workers.process import serve_queue
from workers.settings import read_worker_settings

PATIENCE = 3.0
"""Seconds that a server waits for a platform's answer, so that a run lives through many that never come."""


_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Birth:
    """A server, or the worker of a `queue`, to start: environment, log, and where it dies by itself."""

    environ: dict[str, str]
    log: str
    deaths: str
    seam: str | None = None
    passages: int = 0
    queue: str | None = None


def main() -> None:
    """Start what is asked for until stdin ends."""
    _draw_once()
    assert server, photography  # read here once; each server and worker would read them when they start
    alive: set[int] = set()

    def bury(number: int, frame: FrameType | None) -> None:
        del number, frame
        with contextlib.suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG)[0]) > 0:
                alive.discard(ended)
                os.write(1, f"ended {ended}\n".encode())

    signal.signal(signal.SIGCHLD, bury)
    for line in sys.stdin:
        signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGCHLD})  # started is told before ended
        child = os.fork()
        if child == 0:
            live(Birth(**json.loads(line)))
        alive.add(child)
        os.write(1, f"started {child}\n".encode())
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    for each in list(alive):
        with contextlib.suppress(ProcessLookupError):
            os.kill(each, signal.SIGKILL)


def live(birth: Birth) -> None:
    """Be a server until killed; never returns."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGCHLD})
    log = os.open(birth.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    nothing = os.open(os.devnull, os.O_RDWR)
    for source, number in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(source, number)
    code = 1
    try:
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
        for name in QUIET:
            logger = logging.getLogger(name)
            logger.setLevel(max(logger.level, logging.WARNING))
        _shorten_patience()
        if birth.seam is not None:
            arm(birth.seam, birth.passages, Path(birth.deaths))
        if birth.queue is None:
            run_server(read_bot_settings(birth.environ))
        else:
            serve_queue(read_worker_settings(birth.environ), birth.queue)
        code = 0
    except BaseException:  # noqa: BLE001 - the log is all that tells of it
        _log.exception("a server ended")
    finally:
        os._exit(code)


def _draw_once() -> None:
    """Draw the pictures for Telegram once, and not in every server that starts."""
    drawn = cache(telegram.draw_sheet)
    for sheet in list_sheets(read_storm()):
        drawn(sheet, read_picture)
    telegram.draw_sheet = drawn


def _shorten_patience() -> None:
    """The channels wait for an answer less long than they would."""
    for channel, name in ((Telegram, "timeout"), (WhatsApp, "seconds"), (Sms, "seconds")):
        defaults = cast("dict[str, Any]", channel.__init__.__kwdefaults__)
        assert name in defaults
        defaults[name] = PATIENCE


if __name__ == "__main__":
    main()
