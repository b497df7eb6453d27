"""Whisper with the real weights: Dutch speech comes out as text, and nothing else comes out at all."""

import math
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

from benchmarks.sounds import make_sounds
from workers.sound import SAMPLE_RATE, read_samples
from workers.transcriber import Segment, Transcriber
from workers.whisper import Heard, HeardWord, Whisper, mend_loops


@dataclass
class Piece:
    """A segment as faster-whisper gives it."""

    start: float
    end: float
    text: str
    avg_logprob: float = -0.5
    compression_ratio: float = 1.2
    no_speech_prob: float = 0.1
    words: Sequence[HeardWord] | None = None


SOUNDS = make_sounds()

SHORT_LIST = (
    "ten seconds of silence",
    "white noise",
    "loud white noise",
    "brown noise",
    "a tone",
    "a number dialled",
    "an engine",
    "a chord",
    "a melody with chords",
    "a hall full of people",
)
"""Of the sounds that `make bench` plays, those that are most like something."""


def test_dutch_speech_becomes_text(whisper: Whisper, voice: Path) -> None:
    """The words that matter are heard, and the segments carry times and certainty."""
    samples = read_samples((voice / "verhaal.ogg").read_bytes())

    heard = whisper.transcribe(samples, languages=["nl"])

    for word in ("school", "dochter", "fiets", "tas"):
        assert word in heard.text
    assert heard.language == "nl"
    assert heard.seconds == pytest.approx(11.8, abs=0.1)
    assert " ".join(segment.text for segment in heard.segments) == heard.text
    for segment in heard.segments:
        assert 0.0 <= segment.start < segment.end <= heard.seconds + 0.1
        assert 0.3 < segment.confidence <= 1.0


@pytest.mark.parametrize("languages", [["nl-NL"], ["NL"], ["nl", "en"], ["klingon", "nl"]])
def test_the_language_is_named_in_any_form(whisper: Whisper, voice: Path, languages: Sequence[str]) -> None:
    """Region and capitals do no harm, and a language that Whisper does not know is passed over."""
    samples = read_samples((voice / "verhaal.ogg").read_bytes())

    assert whisper.transcribe(samples, languages=languages).language == "nl"


@pytest.mark.parametrize("languages", [["nl"], ["nl", "en", "tr", "ar", "pl"], []])
@pytest.mark.parametrize("name", [*SHORT_LIST, "nothing", "a twentieth of a second"])
def test_nothing_is_invented_where_nobody_speaks(
    whisper: Whisper, name: str, languages: Sequence[str]
) -> None:
    """Without its filters Whisper makes subtitles of these; no teller must find words never said."""
    none = {"nothing": np.zeros(0, np.float32), "a twentieth of a second": np.zeros(800, np.float32)}
    samples = none[name] if name in none else SOUNDS[name]

    heard = whisper.transcribe(samples, languages=languages)

    assert heard.text == ""
    assert heard.segments == ()
    assert heard.seconds == len(samples) / SAMPLE_RATE


def test_there_are_enough_sounds() -> None:
    """Twenty at least, no two alike."""
    assert len({sound.tobytes() for sound in SOUNDS.values()}) == len(SOUNDS) >= 20


def test_silence_from_a_file_stays_empty(whisper: Whisper, voice: Path) -> None:
    """A recording that was started and stopped without a word."""
    samples = read_samples((voice / "stil.ogg").read_bytes())

    assert whisper.transcribe(samples, languages=["nl"]).text == ""


def test_speech_after_a_long_silence_is_found_in_its_place(whisper: Whisper, voice: Path) -> None:
    """Thinking for half a minute before speaking loses nothing, and the times are those of the recording."""
    speech = read_samples((voice / "verhaal.ogg").read_bytes())
    samples = np.concatenate([np.zeros(30 * SAMPLE_RATE, np.float32), speech])

    heard = whisper.transcribe(samples, languages=["nl"])

    assert "fiets" in heard.text
    assert heard.segments[0].start > 28.0
    assert heard.segments[-1].end < 43.0


def test_whisper_is_a_transcriber(whisper: Whisper) -> None:
    """The rest of the house knows the contract only."""
    engine: Transcriber = whisper

    assert engine.transcribe(np.zeros(1600, np.float32), languages=["nl"]).text == ""


def test_a_segment_in_circles_is_heard_again() -> None:
    """The second hearing takes the place of the first, at the right time; what stays in circles goes."""
    circles = Piece(10.0, 20.0, " m'n m'n m'n m'n", compression_ratio=17.6)
    asked: list[Heard] = []

    def hear_again(piece: Heard) -> Iterable[Heard]:
        asked.append(piece)
        return [Piece(0.5, 2.0, " mijn fiets ", -0.7), Piece(2.0, 9.0, " m'n m'n", compression_ratio=3.0)]

    segments = list(mend_loops([Piece(0.0, 9.0, " Dag. ", 0.0), circles], hear_again))

    assert asked == [circles]
    assert segments == [
        Segment(0.0, 9.0, "Dag.", 1.0),
        Segment(10.5, 12.0, "mijn fiets", math.exp(-0.7)),
    ]


@pytest.mark.parametrize(("likely", "no_speech"), [(-1.6, 0.1), (-1.1, 0.7)])
def test_what_whisper_itself_does_not_believe_is_left_out(likely: float, no_speech: float) -> None:
    """Music that passes the voice filter becomes a line that is as good as made up."""
    made_up = Piece(0.0, 1.0, "En dan is het zo.", likely, no_speech_prob=no_speech)
    said = Piece(1.0, 2.0, "Ja.", -1.1, no_speech_prob=0.1)

    assert [segment.text for segment in mend_loops([made_up, said], lambda piece: [piece])] == ["Ja."]


def test_a_segment_without_text_is_left_out() -> None:
    """Blanks are no words."""
    never: Callable[[Heard], Iterable[Heard]] = lambda piece: [piece]  # noqa: E731 - not to be called

    assert list(mend_loops([Piece(0.0, 1.0, "  ")], never)) == []


def test_the_engine_can_be_imported_without_its_libraries() -> None:
    """A parent that forks workers, and the command line, do not pay for CTranslate2."""
    code = (
        "import sys, workers.whisper, workers.weights\n"
        "heavy = {'faster_whisper', 'ctranslate2', 'onnxruntime', 'huggingface_hub'} & set(sys.modules)\n"
        "assert not heavy, heavy"
    )

    subprocess.run([sys.executable, "-W", "error", "-c", code], check=True)


def test_a_note_is_heard_without_a_warning(whisper_model: Path, voice: Path) -> None:
    """A fresh process in which every warning is an error, from import to text."""
    code = (
        "import sys; from pathlib import Path\n"
        "from workers.sound import read_samples\n"
        "from workers.whisper import Whisper\n"
        "whisper = Whisper(Path(sys.argv[1])); whisper.warm()\n"
        "print(whisper.transcribe(read_samples(Path(sys.argv[2]).read_bytes()), languages=['nl']).text)"
    )
    command = [sys.executable, "-W", "error", "-c", code, str(whisper_model), str(voice / "verhaal.ogg")]

    done = subprocess.run(command, check=True, capture_output=True, text=True)

    assert "fiets" in done.stdout
    assert done.stderr == ""
