"""The settings of the workers, read once: the speech model, and how sound is fetched from the platforms."""

import os
import re
from collections.abc import Mapping, MutableMapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from storage.errors import SettingsError
from storage.settings import StorageSettings, read_setting, read_storage_settings
from workers.fetch import DEFAULT_MEDIA_HOSTS

SOUND_LIMIT = 20_000_000
"""Bytes a voice note may have at most: what Telegram hands out."""

PHOTO_LIMIT = 10_000_000
"""Bytes a photo may have at most; channels refuse what says to be larger."""

MUNICIPALITIES = ("enschede",)
"""Municipalities whose names come along."""

DEVICES = ("cpu", "cuda", "auto")
COMPUTE_TYPES = (
    "default",
    "auto",
    "int8",
    "int8_float32",
    "int8_float16",
    "int8_bfloat16",
    "int16",
    "float16",
    "bfloat16",
    "float32",
)
"""What CTranslate2 knows; which of them a machine can do, it says itself when the model is loaded."""


SPEECH_PROGRAMS = ("off", "espeak-ng", "piper")
"""What can read aloud."""


class SpeechSettings(BaseModel):
    """What reads aloud: a program, `auto` for espeak-ng where that is found; piper's voices by language."""

    model_config = ConfigDict(frozen=True)

    program: str = "auto"
    piper_voices: Mapping[str, Path] = {}


class WorkerSettings(BaseModel):
    """What a worker needs to know."""

    model_config = ConfigDict(frozen=True)

    storage: StorageSettings
    whisper_model: str
    whisper_device: str
    whisper_compute_type: str
    whisper_language: str | None
    whisper_threads: int
    models_folder: Path
    telegram_tokens: tuple[str, ...]
    telegram_api_url: str
    twilio_account_sid: str | None
    twilio_auth_tokens: tuple[str, ...]
    twilio_media_hosts: frozenset[str]
    municipality: str | Path


def read_worker_settings(environ: Mapping[str, str] = os.environ) -> WorkerSettings:
    """Read the settings of the workers. Raises SettingsError with what is missing or wrong."""
    storage = read_storage_settings(environ)

    def read(name: str, default: str) -> str:
        return read_setting(name, environ) or default

    hosts = read("TWILIO_MEDIA_HOSTS", ",".join(DEFAULT_MEDIA_HOSTS))
    device, compute = read("WHISPER_DEVICE", "cpu"), read("WHISPER_COMPUTE_TYPE", "int8")
    if device not in DEVICES:
        raise SettingsError(f"WHISPER_DEVICE must be one of {', '.join(DEVICES)}.")
    if compute not in COMPUTE_TYPES:
        raise SettingsError(f"WHISPER_COMPUTE_TYPE must be one of {', '.join(COMPUTE_TYPES)}.")
    language = read_setting("WHISPER_LANGUAGE", environ)
    if language is not None and not re.fullmatch("[a-z]{2,3}", language):
        raise SettingsError("WHISPER_LANGUAGE must be a language code such as nl.")
    threads = read("WHISPER_THREADS", "1")
    if not threads.isdecimal() or not threads.isascii() or int(threads) < 1:
        raise SettingsError("WHISPER_THREADS must be a number of threads, 1 or more.")
    return WorkerSettings(
        storage=storage,
        whisper_model=read("WHISPER_MODEL", "base"),
        whisper_device=device,
        whisper_compute_type=compute,
        whisper_language=language,
        whisper_threads=int(threads),
        models_folder=storage.home / "models",
        telegram_tokens=tuple(read("TELEGRAM_BOT_TOKEN", "").split()),
        telegram_api_url=read("TELEGRAM_API_URL", "https://api.telegram.org").rstrip("/"),
        twilio_account_sid=read_setting("TWILIO_ACCOUNT_SID", environ),
        twilio_auth_tokens=tuple(read("TWILIO_AUTH_TOKEN", "").split()),
        twilio_media_hosts=frozenset(host.strip() for host in hosts.split(",") if host.strip()),
        municipality=read_municipality(environ),
    )


def read_speech_settings(environ: Mapping[str, str] = os.environ) -> SpeechSettings:
    """Read what reads aloud. Raises SettingsError with what is missing or wrong."""
    program = read_setting("VERTELBOT_SPEECH", environ) or "auto"
    if program not in (*SPEECH_PROGRAMS, "auto"):
        raise SettingsError(f"VERTELBOT_SPEECH must be one of {', '.join(SPEECH_PROGRAMS)}.")
    voices: dict[str, Path] = {}
    for pair in (read_setting("VERTELBOT_PIPER_VOICES", environ) or "").replace(",", " ").split():
        language, _, path = pair.partition("=")
        if not re.fullmatch("[a-z]{2,3}", language) or not Path(path).is_file():
            raise SettingsError(
                "VERTELBOT_PIPER_VOICES must be like nl=FOLDER/VOICE.onnx, of files there are."
            )
        voices[language] = Path(path)
    if program == "piper" and not voices:
        raise SettingsError("VERTELBOT_SPEECH is piper; name its voices in VERTELBOT_PIPER_VOICES.")
    return SpeechSettings(program=program, piper_voices=voices)


def limit_threads(environ: MutableMapping[str, str] = os.environ) -> None:
    """Keep OpenMP to one thread, unless the operator said otherwise: a worker has one core.

    With more, CTranslate2's threads have raced ONNX's at the end of a process (LibreTranslate #1008).
    """
    environ.setdefault("OMP_NUM_THREADS", "1")


def read_municipality(environ: Mapping[str, str] = os.environ) -> str | Path:
    """Whose names are taken out: a code of `MUNICIPALITIES`, or a file of names. Raises SettingsError."""
    value = read_setting("VERTELBOT_MUNICIPALITY", environ) or MUNICIPALITIES[0]
    if value in MUNICIPALITIES:
        return value
    if not Path(value).is_file():
        known = ", ".join(MUNICIPALITIES)
        raise SettingsError(f"VERTELBOT_MUNICIPALITY must be {known}, or a file of names that is there.")
    return Path(value)
