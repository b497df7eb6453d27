"""Whisper through faster-whisper: with `whisper_windows` the only module that knows that library."""

import math
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Protocol, cast

from workers.sound import SAMPLE_RATE, Samples
from workers.transcriber import Segment, Transcription, Word

# Whisper's own bound: text that zips better than this goes round in circles.
_MOST_REPETITIVE = 2.4

# Music that slips through the voice filter becomes a line of which Whisper itself believes next to nothing:
# at most -1.9 on twenty-one melodies, where words of a second of speech had -1.1 and all other speech more.
_LEAST_LIKELY = -1.5
# Whisper's own rule for silence.
_NO_SPEECH, _UNLIKELY = 0.6, -1.0

# Measured on Dutch voice notes: four-grams that may not repeat end the loops and cost no accuracy; without
# the voice filter silence, noise and music become text ("TV GELDERLAND 2020."), with it they stay empty.
# Words, with how sure each is, cost some seven parts in a hundred of the time (docs/decisions/0024).
_SETTINGS: dict[str, object] = {
    "beam_size": 5,
    "vad_filter": True,
    "no_repeat_ngram_size": 4,
    "word_timestamps": True,
}

UNKNOWN = "und"
"""ISO 639-2 for a language that nobody named and nothing told."""


class HeardWord(Protocol):
    """One word as faster-whisper gives it."""

    start: float
    end: float
    word: str
    probability: float


class Heard(Protocol):
    """One segment as faster-whisper gives it."""

    start: float
    end: float
    text: str
    avg_logprob: float
    compression_ratio: float
    no_speech_prob: float
    words: Sequence[HeardWord] | None


class _Listener(Protocol):
    """What faster-whisper's model and its batched pipeline have in common."""

    def transcribe(self, audio: Samples, **settings: object) -> tuple[Iterable[Heard], object]: ...


class _Model(_Listener, Protocol):
    @property
    def supported_languages(self) -> list[str]: ...


class _Windows(_Listener, Protocol):
    languages: Sequence[str]
    language: str | None


class Whisper:
    """Makes text of voice notes with the weights in the folder `model`; one thread at a time.

    The weights are loaded at the first note, or by `warm()`. Never load them in a process that forks
    afterwards: CTranslate2's threads do not survive, and the child waits for them for ever. One thread per
    process and more processes make two cores almost twice as fast; two threads in one process hardly help.
    """

    def __init__(
        self, model: Path, *, device: str = "cpu", compute_type: str = "int8", threads: int = 1
    ) -> None:
        self._folder = model
        self._device = device
        self._compute_type = compute_type
        self._threads = threads
        self._loaded: tuple[_Model, _Windows] | None = None

    def warm(self) -> None:
        """Load the weights now, so that the first note need not wait for it; again is harmless."""
        self._load()

    def transcribe(self, samples: Samples, *, languages: Sequence[str]) -> Transcription:
        """Make text of 16 kHz mono; languages that Whisper does not know are passed over.

        Name those that may be spoken where they are known: left to guess among all, batches of Dutch
        speech have come out in English (faster-whisper #1179).
        """
        model, windows = self._load()
        supported = model.supported_languages
        named = dict.fromkeys(language.lower().partition("-")[0] for language in languages)
        known = [language for language in named if language in supported]
        windows.languages, windows.language = known or supported, None
        pieces, _ = windows.transcribe(
            samples, language=windows.languages[0], batch_size=8, temperature=[0.0], **_SETTINGS
        )

        def hear_again(piece: Heard) -> Iterable[Heard]:
            # The batched pipeline has no second try; the sequential one climbs to higher temperatures.
            clip = samples[int(piece.start * SAMPLE_RATE) : int(piece.end * SAMPLE_RATE)]
            return model.transcribe(
                clip, language=windows.language, condition_on_previous_text=False, **_SETTINGS
            )[0]

        segments = tuple(mend_loops(pieces, hear_again))
        return Transcription(
            text=" ".join(segment.text for segment in segments),
            language=windows.language or (known[0] if known else UNKNOWN),
            segments=segments,
            seconds=len(samples) / SAMPLE_RATE,
        )

    def _load(self) -> tuple[_Model, _Windows]:
        if self._loaded is None:
            # Here and not above: the library brings CTranslate2, ONNX and a hub client, which the command
            # line and a parent that forks workers have no use for.
            from workers.whisper_windows import Model, Windows  # noqa: PLC0415 - see above

            model = Model(
                str(self._folder),
                device=self._device,
                compute_type=self._compute_type,
                cpu_threads=self._threads,
            )
            # The library is typed in part and promises numpy arrays only; these are the doors we use of it.
            self._loaded = (cast("_Model", model), cast("_Windows", Windows(model)))
        return self._loaded


def mend_loops(pieces: Iterable[Heard], hear_again: Callable[[Heard], Iterable[Heard]]) -> Iterator[Segment]:
    """Give the segments that say something; one that goes round in circles is heard again, then dropped."""
    for piece in pieces:
        if piece.compression_ratio <= _MOST_REPETITIVE:
            yield from _segment(piece, offset=0.0)
            continue
        for better in hear_again(piece):
            if better.compression_ratio <= _MOST_REPETITIVE:
                yield from _segment(better, offset=piece.start)


def _segment(piece: Heard, *, offset: float) -> Iterator[Segment]:
    """Give our form of a segment, or nothing when it holds no text or was made up."""
    text = piece.text.strip()
    made_up = piece.avg_logprob < _LEAST_LIKELY or (
        piece.avg_logprob < _UNLIKELY and piece.no_speech_prob > _NO_SPEECH
    )
    if text and not made_up:
        words = tuple(
            Word(word.start + offset, word.end + offset, word.word.strip(), float(word.probability))
            for word in piece.words or ()
        )
        confidence = min(1.0, math.exp(piece.avg_logprob))
        yield Segment(piece.start + offset, piece.end + offset, text, confidence, words)
