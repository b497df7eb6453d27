"""What a recording says that is only played in the terminal."""

from collections.abc import Callable
from pathlib import Path
from typing import Final

_LONGEST_PATH: Final = 4096


def read_spoken(named: str, tell: Callable[[str], None]) -> str | None:
    """The words typed, or those in the text file they name; None, and why is told, when that is no text."""
    path = Path(named).expanduser()
    if len(named) > _LONGEST_PATH or not _is_file(path):
        return named
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        tell(f"{named} holds no text that can be read; type what the recording says.")
        return None


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):
        return False
