"""The bot's own sentences and the words it always understands, per language; the texts stand in YAML."""

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Literal, cast

from flows.yaml_reader import load_plain

LANGUAGES: tuple[str, ...] = ("nl", "en")
"""The languages of the bot's own sentences; the first one is the fallback."""

Command = Literal["done", "stop", "go_on", "repeat", "help", "start"]


Reply = Literal["yes", "no"]


def phrase(language: str, key: str, **values: object) -> str:
    """One sentence in a language (or the fallback language), its `{placeholders}` filled in."""
    sentences = cast(Mapping[str, str], _load(language)["sentences"])
    return sentences[key].format(**values)


def find_command(language: str, text: str) -> Command | None:
    """The command a message is, when it is nothing but one of that language's command words."""
    return _commands(language).get(_fold(text))


def find_reply(language: str, text: str) -> Reply | None:
    """Whether a message is nothing but one of that language's words for yes or for no."""
    return _replies(language).get(_fold(text))


@lru_cache
def _replies(language: str) -> Mapping[str, Reply]:
    words = cast(Mapping[Reply, list[str]], _load(language)["replies"])
    return {_fold(word): reply for reply, group in words.items() for word in group}


@lru_cache
def _commands(language: str) -> Mapping[str, Command]:
    words = cast(Mapping[Command, list[str]], _load(language)["commands"])
    return {_fold(word): command for command, group in words.items() for word in group}


def _fold(text: str) -> str:
    return " ".join(text.replace(",", " ").split()).strip(" /.!").casefold()


@lru_cache
def _load(language: str) -> Mapping[str, object]:
    known = language if language in LANGUAGES else LANGUAGES[0]
    source = files("flows.phrases").joinpath(f"{known}.yaml").read_text(encoding="utf-8")
    return cast(Mapping[str, object], load_plain(source))
