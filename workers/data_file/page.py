"""The page that shows a person all that is held of them: one file, without anything from elsewhere."""

from collections.abc import Mapping
from functools import lru_cache
from importlib.resources import files
from typing import cast

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from flows.phrases import LANGUAGES
from flows.texts import RIGHT_TO_LEFT
from flows.yaml_reader import load_plain
from storage.held_conversations import Held


def write_page(held: Held, language: str) -> str:
    """What is held (as of `read_holdings`) as HTML, in a language of the bot."""
    known = language if language in LANGUAGES else LANGUAGES[0]
    return _load_template().render(
        held=held,
        words=load_words(known),
        language=known,
        direction="rtl" if known in RIGHT_TO_LEFT else "ltr",
    )


@lru_cache
def load_words(language: str) -> Mapping[str, str]:
    """The words of the page in a language of the bot."""
    source = files("workers.data_file").joinpath("words", f"{language}.yaml").read_text(encoding="utf-8")
    return cast(Mapping[str, str], load_plain(source))


@lru_cache
def _load_template() -> Template:
    environment = Environment(
        loader=PackageLoader("workers.data_file", ""),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("page.html")
