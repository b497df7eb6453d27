"""The words of the web pages themselves, per language; the texts stand in YAML."""

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Final, cast

from flows.yaml_reader import load_plain

LANGUAGES: Final = ("nl", "en", "tr", "ar", "pl")
"""The languages of the pages; the first is the fallback."""


def word(language: str, key: str, **values: object) -> str:
    """One text of the pages, its `{placeholders}` filled in."""
    return words(language)[key].format(**values)


def words(language: str) -> Mapping[str, str]:
    """All texts of the pages in a language, or in the fallback language."""
    return _load(language if language in LANGUAGES else LANGUAGES[0])


@lru_cache
def _load(language: str) -> Mapping[str, str]:
    source = files("bot.page_texts").joinpath(f"{language}.yaml").read_text(encoding="utf-8")
    return cast(Mapping[str, str], load_plain(source))


def choose_language(accepted: str, fallback: str = LANGUAGES[0]) -> str:
    """The language of the pages that an Accept-Language header asks for first."""
    asked: list[tuple[float, str]] = []
    for place, part in enumerate(accepted[:500].split(",")):
        name, _, quality = part.partition(";q=")
        try:
            weight = float(quality) if quality else 1.0
        except ValueError:
            continue
        asked.append((-weight + place / 1000, name.strip().lower().split("-")[0]))
    return next((name for _, name in sorted(asked) if name in LANGUAGES), fallback)
