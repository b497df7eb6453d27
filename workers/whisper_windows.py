"""Whisper's windows as long as the speech in them, and the language found in what was encoded anyway.

Whisper reads 30 seconds at a time: a shorter note is filled up, and the encoder works on nothing for most
of its time. CTranslate2 takes shorter windows as well. Measured on six Dutch notes of 10 seconds, on one
thread: 1.3 s a note with windows of 30 seconds, 0.45 s with windows as long as the note and three seconds.
"""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from faster_whisper import BatchedInferencePipeline, WhisperModel
from faster_whisper.tokenizer import Tokenizer
from faster_whisper.transcribe import TranscriptionOptions

Features = npt.NDArray[np.float32]
"""Mel spectra: window, mel band, frame of a hundredth of a second."""

MARGIN_SECONDS = 3.0
"""Silence left after the speech: without any the last words were cut off."""

BRIEF_SECONDS = 5.0
"""Speech below which a window stays whole: "Ja." in a cut one was heard as "IRA", and short words twice."""

SURE = 0.8
"""The share of a language among those allowed from which it counts as found."""

LIKELY = 0.4
"""The share among all languages that it needs besides: of an unknown one, something near comes out on top."""

TELLING_SECONDS = 4.0
"""Speech from which it tells its language: of "Nederlands.", said by itself, "The native land" was heard."""


class Model(WhisperModel):
    """Whisper's model, which does not encode the same windows twice in a row."""

    _features: Features | None = None
    _encoded: object = None

    def encode(self, features: Features) -> Any:
        """The encoder's output for windows; kept until `forget`."""
        if self._features is not features:
            library: Any = super()
            self._features, self._encoded = features, library.encode(features)
        return self._encoded

    def forget(self) -> None:
        """Let go of what was encoded last: some thirty megabytes."""
        self._features = self._encoded = None


class Windows(BatchedInferencePipeline):
    """The library's pipeline with windows cut to the speech; `languages` may be spoken, the likeliest first.

    `language` is the one that was found; None as long as nothing was heard.
    """

    def __init__(self, model: Model) -> None:
        super().__init__(model)
        self._whisper: Any = model  # the library leaves the types of what it holds unknown
        self.languages: Sequence[str] = ()
        self.language: str | None = None

    def forward(
        self,
        features: Features,
        tokenizer: Tokenizer,
        chunks_metadata: Sequence[Mapping[str, Any]],
        options: TranscriptionOptions,
    ) -> Any:
        """Make text of some windows."""
        longest = max(float(chunk["duration"]) for chunk in chunks_metadata)
        whole = features.shape[-1]
        needed = 2 * math.ceil((longest + MARGIN_SECONDS) * self._whisper.frames_per_second / 2)
        frames = whole if longest < BRIEF_SECONDS else min(whole, needed)
        cut = np.ascontiguousarray(features[..., :frames])
        library: Any = super()
        try:
            if self.language is None:
                spoken = sum(float(chunk["duration"]) for chunk in chunks_metadata)
                self.language = self._find_language(cut, spoken)
            speaking = Tokenizer(
                tokenizer.tokenizer,
                multilingual=self._whisper.model.is_multilingual,
                task="transcribe",
                language=self.language,
            )
            return library.forward(cut, speaking, list(chunks_metadata), options)
        finally:
            self._whisper.forget()

    def _find_language(self, features: Features, spoken: float) -> str:
        """The language of the first windows: the likeliest of those allowed, but the first when unsure.

        `spoken` is how many seconds of speech they hold.
        """
        anything = len(self.languages) == len(self._whisper.supported_languages)
        tells = spoken >= TELLING_SECONDS or anything
        if len(self.languages) == 1 or not tells or not self._whisper.model.is_multilingual:
            return self.languages[0]
        shares = dict.fromkeys(self.languages, 0.0)
        for window in self._whisper.model.detect_language(self._whisper.encode(features)):
            for token, share in window:
                language = token.strip("<|>")
                if language in shares:
                    shares[language] += share / len(features)
        best = max(shares, key=lambda language: shares[language])
        sure = shares[best] >= max(LIKELY, SURE * sum(shares.values()))
        return best if sure or anything else self.languages[0]
