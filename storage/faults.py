"""How a fault of ours is written down: its type and where it was; not its message, which may quote people."""

import traceback
from pathlib import Path


def write_fault(error: BaseException) -> str:
    """The type of an error and the lines that led to it, without any value: `TypeError at turns.py:98, …`."""
    frames = traceback.extract_tb(error.__traceback__)[-6:]
    lines = ", ".join(f"{Path(frame.filename).name}:{frame.lineno}" for frame in frames)
    return f"{type(error).__name__} at {lines}" if lines else type(error).__name__
