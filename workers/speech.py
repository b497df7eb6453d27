"""Text to speech by a program on this machine, bounded in time and size: espeak-ng or piper."""

import asyncio
import contextlib
import os
import shutil
import signal
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from workers.settings import SpeechSettings

MIME: Final = "audio/ogg"
"""What a reading is: a voice note."""

MOST_CHARACTERS: Final = 6_000
"""Characters that are read at once: about seven minutes; what comes after them is not read."""

LONGEST_SECONDS: Final = 900.0
"""Seconds a reading may take to hear."""

WORK_SECONDS: Final = 60.0
"""Seconds the program may take."""

MOST_BYTES: Final = 64_000_000
"""Bytes it may give: some more than so many seconds of 16-bit sound at 22 kHz."""

_WORDS_A_MINUTE: Final = "150"
"""A little slower than espeak-ng speaks by itself, for who listens in a second language."""

_CHUNK: Final = 65_536
_ESPEAK_VOICES: Final[Mapping[str, str]] = {"nl": "nl", "en": "en-gb", "tr": "tr", "ar": "ar", "pl": "pl"}


class SpeechError(Exception):
    """Some text could not be read aloud; says why, and holds nothing of the text."""


@dataclass(frozen=True, slots=True)
class Speech:
    """A program that speaks; `voices` is what it needs to know for each language."""

    program: str
    path: str
    voices: Mapping[str, str]

    def speaks(self, language: str) -> bool:
        """Whether it has a voice for a language."""
        return language in self.voices

    def name_voice(self, language: str) -> str:
        """What tells one voice from another: sound that another one made is not used."""
        return f"{self.program} {Path(self.voices[language]).name}"

    async def speak(self, text: str, language: str) -> bytes:
        """A voice note of a text, which goes in by the program's input. Raises SpeechError."""
        if not self.speaks(language):
            raise SpeechError(f"there is no voice for '{language}'")
        sound = await self._run(text[:MOST_CHARACTERS], self.voices[language])
        # Here and not above: FFmpeg and numpy, for a server that may never read anything aloud.
        from workers.sound import SoundError  # noqa: PLC0415 - see above
        from workers.voice_notes import convert_to_voice_note  # noqa: PLC0415

        try:
            return await asyncio.to_thread(convert_to_voice_note, sound, max_seconds=LONGEST_SECONDS)
        except SoundError as error:
            raise SpeechError(str(error)) from error

    async def _run(self, text: str, voice: str) -> bytes:
        try:
            process = await asyncio.create_subprocess_exec(
                self.path,
                *self._write_arguments(voice),
                stdin=asyncio.subprocess.PIPE,
                stdout=asyncio.subprocess.PIPE,
                stderr=asyncio.subprocess.DEVNULL,
                start_new_session=True,  # so that what it starts itself is ended with it
            )
        except OSError as error:
            raise SpeechError(f"{self.program} does not start") from error
        try:
            async with asyncio.timeout(WORK_SECONDS):
                sound = await _talk(process, text)
                code = await process.wait()
        except TimeoutError:
            raise SpeechError(f"{self.program} took longer than {WORK_SECONDS:g} seconds") from None
        finally:
            await _end(process)
        if code != 0 or not sound:
            raise SpeechError(f"{self.program} ended with {code} and {len(sound)} bytes")
        return sound

    def _write_arguments(self, voice: str) -> list[str]:
        if self.program == "piper":
            return ["--model", voice, "--output_file", "-"]
        return ["-v", voice, "-s", _WORDS_A_MINUTE, "--stdin", "--stdout"]


async def _end(process: asyncio.subprocess.Process) -> None:
    """Leave nothing of a program behind, nor of what it started."""
    if process.returncode is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        if process.stdout is not None:
            await process.stdout.read()  # what is not read keeps asyncio from seeing the end
        await process.wait()


async def _talk(process: asyncio.subprocess.Process, text: str) -> bytes:
    """Give the text and take the sound, both at once; stops at more than `MOST_BYTES`."""
    if process.stdin is None or process.stdout is None:
        raise SpeechError("the program has no input")
    process.stdin.write(f"{' '.join(text.split())}\n".encode())
    process.stdin.write_eof()
    sound = bytearray()
    while chunk := await process.stdout.read(_CHUNK):
        sound += chunk
        if len(sound) > MOST_BYTES:
            raise SpeechError("the program gives too much sound")
    return bytes(sound)


def find_speech(settings: SpeechSettings) -> Speech | None:
    """The program that reads aloud here; None where none is set or found."""
    program = settings.program
    if program == "off":
        return None
    path = shutil.which("espeak-ng" if program == "auto" else program)
    if path is None:
        return None
    if program == "piper":
        return Speech("piper", path, {each: str(model) for each, model in settings.piper_voices.items()})
    return Speech("espeak-ng", path, _ESPEAK_VOICES)
