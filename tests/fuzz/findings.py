"""What a run showed: how much was done, what was answered, and each thing that should not be."""

import logging
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web import RequestPayloadError as PayloadError

from fuzz.pipe import Reply, Shot

_MOST_KEPT: Final = 20
"""Requests of which the bytes are written down; the first of a kind of fault says most."""

_SERVER_ERROR: Final = 500


@dataclass(slots=True)
class Findings:
    """Counts, and what is wrong. Requests that show a fault are written to `folder`."""

    folder: Path
    fired: Counter[str] = field(default_factory=Counter[str])
    statuses: Counter[str] = field(default_factory=Counter[str])
    slowest: dict[str, float] = field(default_factory=dict[str, float])
    counts: dict[str, int] = field(default_factory=dict[str, int])
    figures: list[str] = field(default_factory=list[str])
    wrong: Counter[str] = field(default_factory=Counter[str])
    _kept: int = 0

    @property
    def done(self) -> int:
        """How many requests were answered so far."""
        return sum(self.fired.values())

    def judge(self, shot: Shot, reply: Reply | None, seconds: float) -> None:
        """Note the answer to a request; None when there was none in time."""
        self.fired[shot.door] += 1
        if seconds > self.slowest.get(shot.door, 0.0):
            self.slowest[shot.door] = seconds
        status = reply.status if reply else -1
        self.statuses[f"{shot.door}: {status or 'no answer'}"] += 1
        if shot.claimed is not None and status <= 0:
            return  # it was never whole, so nothing is owed
        if status <= 0 or status >= _SERVER_ERROR:
            said = "no answer in time" if status < 0 else f"answered {status or 'nothing'}"
            self.blame(f"{shot.door}: {said}", shot.write())

    def blame(self, what: str, shown_by: bytes = b"") -> None:
        """Note a fault, and for the first ones what shows it."""
        self.wrong[what] += 1
        if shown_by and self._kept < _MOST_KEPT and self.wrong[what] <= 3:
            self._kept += 1
            path = self.folder / f"fault-{self._kept:02}.bin"
            path.write_bytes(shown_by)
            self.figures.append(f"{what}: see {path.name}")

    def write(self) -> str:
        """All of it, to read."""
        lines = [f"{number:9,} {what}" for what, number in self.counts.items()]
        lines += ["", "requests:", *(f"{number:9,} {door}" for door, number in sorted(self.fired.items()))]
        lines += ["", "answers:", *(f"{number:9,} {what}" for what, number in sorted(self.statuses.items()))]
        lines += ["", "slowest answer:"]
        lines += [f"{seconds:9.2f} s {door}" for door, seconds in sorted(self.slowest.items())]
        lines += ["", *self.figures, ""]
        lines += [f"WRONG {number:,}× {what}" for what, number in self.wrong.items()] or ["Nothing is wrong."]
        return "\n".join(lines)


class LogWatch(logging.Handler):
    """Reads what the server writes down: an error is a fault, but for an update that could not be read."""

    def __init__(self, findings: Findings) -> None:
        super().__init__(logging.WARNING)
        self._findings = findings
        self.said: Counter[str] = Counter()

    def emit(self, record: logging.LogRecord) -> None:
        """Count a line; an error that is not foreseen is a fault."""
        template = str(record.msg)
        self.said[f"{record.levelname} {record.name}: {template}"] += 1
        if record.levelno < logging.ERROR or _is_foreseen(record):
            return
        self._findings.blame(f"logged: {record.getMessage().split(': ', 1)[-1][:200]}")
        if record.exc_info and record.exc_info[0] is not None:
            self._findings.blame(f"logged an exception: {record.exc_info[0].__name__}")


def _is_foreseen(record: logging.LogRecord) -> bool:
    """What is no HTTP, and a dead letter that has not the shape its platform promises."""
    if record.name == "aiohttp.server" and record.exc_info:
        return isinstance(record.exc_info[1], HttpProcessingError | PayloadError | ConnectionError)
    args = record.args
    return (
        str(record.msg) == "update %s %s: %s"
        and isinstance(args, tuple)
        and args[1] == "is a dead letter now"
        and str(args[2]).startswith("ParseError: ")
    )
