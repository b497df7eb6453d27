"""Notes of five minutes of recorded Dutch, made from the voices of a game where Debian's package of it is.

`apt-get install fillets-ng-data-nl fillets-ng-data` brings some fifteen hundred clips of two actors, and
their words (GPL-2+: nothing of it is ours to pass on). Lines of a game have nothing to do with one another
and are acted: harder than somebody who tells a story, good for comparing and no measure of what tellers get.
"""

import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from faster_whisper import decode_audio

from benchmarks.audio import PAUSE_SECONDS, Note, write_note
from workers.sound import SAMPLE_RATE, Samples

GAME: Final = Path("/usr/share/games/fillets-ng")
LONG_SECONDS: Final = 300.0
_COUNT: Final = 2
_LINE: Final = re.compile(r'dialogId\("([^"]+)".*?dialogStr\("((?:[^"\\]|\\.)*)"\)', re.DOTALL)


def make_recorded(folder: Path, game: Path = GAME) -> list[Note]:
    """Two notes, the same ones each time, written into `folder`; none where the package is not."""
    clips = sorted(_list_clips(game))
    random.Random(300).shuffle(clips)
    return [_join(clips, folder / f"recorded{number}.ogg") for number in range(_COUNT)] if clips else []


def _list_clips(game: Path) -> Iterator[tuple[Path, str]]:
    for lines in game.glob("script/*/dialogs_nl.lua"):
        for name, words in _LINE.findall(lines.read_text("utf-8")):
            clip = game / "sound" / lines.parent.name / "nl" / f"{name}.ogg"
            if clip.exists() and words:
                yield clip, re.sub(r"\\(.)", r"\1", words)


def _join(clips: list[tuple[Path, str]], path: Path) -> Note:
    """A note of clips with pauses between them; takes those it used off the list."""
    pause = np.zeros(int(PAUSE_SECONDS * SAMPLE_RATE), np.float32)
    parts: list[Samples] = []
    words: list[str] = []
    while sum(map(len, parts)) < LONG_SECONDS * SAMPLE_RATE:
        clip, said = clips.pop()
        decoded: Any = decode_audio(str(clip), sampling_rate=SAMPLE_RATE)  # typed as one or two channels
        parts += [decoded, pause]
        words.append(said)
    return write_note(path, np.concatenate(parts), " ".join(words))
