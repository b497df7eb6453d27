"""The floor for voice notes in a queue: a job as the README of faster-whisper and RQ would have it."""

import sys
from typing import Any

from faster_whisper import WhisperModel
from rq import Queue, Worker

from workers.queue import connect_valkey

QUEUE = "plain"


def hear(weights: str, path: str) -> str:
    """What RQ calls: build the model, as the job's process is new, and make text of a file."""
    model: Any = WhisperModel(weights, device="cpu", compute_type="int8")
    segments, _ = model.transcribe(path, language="nl")
    return " ".join(segment.text for segment in segments)


def main() -> None:
    """Work on the queue at an address until ended."""
    connection = connect_valkey(sys.argv[1])
    Worker([Queue(QUEUE, connection=connection)], connection=connection).work(logging_level="WARNING")


if __name__ == "__main__":
    main()
