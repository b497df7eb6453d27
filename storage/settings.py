"""The settings of storage, read once; and how any setting is read: from the environment or a `*_FILE`."""

import os
import re
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from pydantic import BaseModel, ConfigDict, ValidationError
from sqlalchemy import make_url
from sqlalchemy.exc import ArgumentError

from storage.errors import SettingsError
from storage.retention import DEFAULTS, KEPT
from storage.vault import MIN_SECRET_LENGTH


class StorageSettings(BaseModel):
    """Where data lives and the secret that seals it."""

    model_config = ConfigDict(frozen=True)

    database_url: str
    redis_url: str
    home: Path
    secrets: tuple[str, ...]
    retention: Mapping[str, timedelta | None] = DEFAULTS

    @property
    def media_folder(self) -> Path:
        """The folder of sealed recordings."""
        return self.home / "media"


def read_setting(name: str, environ: Mapping[str, str] = os.environ) -> str | None:
    """The value of a setting, from NAME or from the file that NAME_FILE names; None when it is not set.

    Raises SettingsError when the file cannot be read, or both are given.
    """
    value, path = environ.get(name), environ.get(f"{name}_FILE")
    if value and path:
        raise SettingsError(f"{name} and {name}_FILE are both set; set only one of them.")
    if path:
        try:
            value = Path(path).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            raise SettingsError(f"{name}_FILE names a file that cannot be read.") from error
    return value or None


def read_home(environ: Mapping[str, str] = os.environ) -> Path:
    """The data folder: VERTELBOT_HOME, or `.vertelbot` in the working folder."""
    return Path(read_setting("VERTELBOT_HOME", environ) or ".vertelbot").absolute()


def read_storage_settings(environ: Mapping[str, str] = os.environ) -> StorageSettings:
    """Read the settings of storage. Raises SettingsError with what is missing."""
    values = {
        name: read_setting(name, environ) for name in ("DATABASE_URL", "REDIS_URL", "VERTELBOT_SECRET_KEY")
    }
    missing = [name for name, value in values.items() if value is None]
    if missing:
        raise SettingsError(f"{' and '.join(missing)} must be set.")
    if not (values["REDIS_URL"] or "").startswith(("redis://", "rediss://", "unix://")):
        raise SettingsError("REDIS_URL must start with redis://, rediss:// or unix://.")
    secrets = tuple((values["VERTELBOT_SECRET_KEY"] or "").split())
    if not secrets or any(len(secret) < MIN_SECRET_LENGTH for secret in secrets):
        raise SettingsError(
            f"Each secret in VERTELBOT_SECRET_KEY (white space stands between them) must have at least "
            f"{MIN_SECRET_LENGTH} characters."
        )
    try:
        return StorageSettings(
            database_url=_check_url(_name_driver(values["DATABASE_URL"] or "")),
            redis_url=values["REDIS_URL"] or "",
            home=read_home(environ),
            secrets=secrets,
            retention=read_retention(environ),
        )
    except ValidationError as error:
        raise SettingsError(str(error)) from error


def read_retention(environ: Mapping[str, str] = os.environ) -> dict[str, timedelta | None]:
    """How long each kind of data is kept, by its name; None for ever. Raises SettingsError."""
    kept = dict(DEFAULTS)
    for rule in KEPT:
        value = read_setting(rule.setting, environ)
        if value is not None:
            kept[rule.kind] = _read_time(rule.setting, value)
    return kept


def _read_time(name: str, value: str) -> timedelta | None:
    if value == "never":
        return None
    found = re.fullmatch(r"([1-9]\d{0,4})([hdwy])", value)
    if found is None:
        raise SettingsError(
            f"{name} must be a time such as 24h, 30d, 8w or 2y, or never: then it is not deleted by itself."
        )
    hours = {"h": 1, "d": 24, "w": 7 * 24, "y": 365 * 24}[found[2]]
    return timedelta(hours=int(found[1]) * hours)


def _name_driver(url: str) -> str:
    """Accept the plain `postgresql://` that hosting services hand out."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return f"postgresql+psycopg://{url.removeprefix(prefix)}"
    if not url.startswith("postgresql+psycopg://"):
        raise SettingsError("DATABASE_URL must start with postgresql:// ; this bot needs Postgres.")
    return url


def _check_url(url: str) -> str:
    """A database address that can be read. Raises SettingsError."""
    try:
        make_url(url)
    except (ArgumentError, ValueError) as error:
        raise SettingsError("DATABASE_URL cannot be read; look at its port and at special signs.") from error
    return url
