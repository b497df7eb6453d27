"""Reading aloud by a program: real espeak-ng, and programs that do wrong; voice notes of our own making."""

import os
from pathlib import Path

import pytest

from spoken_sound import find_speaker, measure_voice_note, pronounce
from storage.errors import SettingsError
from workers import speech
from workers.settings import SpeechSettings, read_speech_settings
from workers.sound import UnreadableSoundError
from workers.speech import Speech, SpeechError, find_speech
from workers.voice_notes import convert_to_voice_note


def make_program(folder: Path, script: str) -> Speech:
    """A program of a few lines that stands in for espeak-ng."""
    path = folder / "speaker"
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return Speech("espeak-ng", str(path), {"nl": "nl"})


@pytest.mark.parametrize("language", ["nl", "en", "tr", "ar", "pl"])
async def test_espeak_reads_every_language(language: str) -> None:
    """One channel of Opus, longer for more words; what looks like an option is none."""
    path = find_speaker()
    program = find_speech(SpeechSettings())

    assert program is not None
    assert (program.program, program.path) == ("espeak-ng", path)
    short = measure_voice_note(await program.speak("--help 1", language))
    long = measure_voice_note(await program.speak("--help 1 2 3 4 5 6 7 8 9 " * 3, language))
    assert 0.2 < short < long


async def test_a_language_without_a_voice() -> None:
    """Nothing is read in it."""
    with pytest.raises(SpeechError, match="no voice for 'fr'"):
        await Speech("espeak-ng", "espeak-ng", {"nl": "nl"}).speak("Bonjour", "fr")


async def test_a_program_that_is_not_there(tmp_path: Path) -> None:
    """It does not start."""
    with pytest.raises(SpeechError, match="does not start"):
        await Speech("espeak-ng", str(tmp_path / "none"), {"nl": "nl"}).speak("Dag", "nl")


@pytest.mark.parametrize(
    ("script", "wrong"),
    [
        ("cat >/dev/null; exit 3", "ended with 3"),
        ("cat >/dev/null", "0 bytes"),
        ("cat", "no sound"),
        ("cat >/dev/null; yes RIFF", "too much sound"),
    ],
)
async def test_a_program_that_does_wrong(tmp_path: Path, script: str, wrong: str) -> None:
    """It says what is wrong, and nothing of the text; endless output is stopped."""
    with pytest.raises(SpeechError, match=wrong) as error:
        await make_program(tmp_path, script).speak("Iets geheims", "nl")
    assert "geheim" not in str(error.value)


async def test_a_program_that_never_ends(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is ended after its time."""
    monkeypatch.setattr(speech, "WORK_SECONDS", 0.2)
    pids = tmp_path / "pid"
    with pytest.raises(SpeechError, match="took longer"):
        await make_program(tmp_path, f"echo $$ >{pids}; exec sleep 600").speak("Dag", "nl")
    with pytest.raises(ProcessLookupError):
        os.kill(int(pids.read_text()), 0)


def test_a_file_becomes_a_voice_note() -> None:
    """Any sound is decoded and encoded anew; what is no sound is refused."""
    made = convert_to_voice_note(pronounce("Goedemorgen allemaal."), max_seconds=60)

    assert measure_voice_note(made) > 0.5
    with pytest.raises(UnreadableSoundError):
        convert_to_voice_note(b"<html>", max_seconds=60)


def test_settings(tmp_path: Path) -> None:
    """The program and the voices of piper; what cannot be is refused in one sentence."""
    voice = tmp_path / "nl.onnx"
    voice.touch()

    assert read_speech_settings({}) == SpeechSettings()
    piper = read_speech_settings({"VERTELBOT_SPEECH": "piper", "VERTELBOT_PIPER_VOICES": f"nl={voice}"})
    assert piper.piper_voices == {"nl": voice}
    assert find_speech(SpeechSettings(program="off")) is None
    for wrong in (
        {"VERTELBOT_SPEECH": "loud"},
        {"VERTELBOT_SPEECH": "piper"},
        {"VERTELBOT_PIPER_VOICES": "nl=/nowhere.onnx"},
        {"VERTELBOT_PIPER_VOICES": str(voice)},
    ):
        with pytest.raises(SettingsError):
            read_speech_settings(wrong)
