"""Texts: every language of the flow is there, and no other."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, cast

from flows.checking.rules.outline import Fault, Outline
from flows.phrases import LANGUAGES

_LANGUAGE = re.compile("[a-z]{2,3}")


def find_faults(outline: Outline) -> Iterator[Fault]:
    """Texts that lack a language of the flow; of what is no language code no texts are asked."""
    languages = [each for each in outline.languages if _LANGUAGE.fullmatch(each)]
    for wording in outline.list_wordings():
        if "" not in wording.texts:
            written = _find_value(outline.body, wording.location)
            for language in languages:
                if language not in written:
                    yield wording.location, f"has no text in '{language}'; add it"


def find_advice(outline: Outline) -> Iterator[Fault]:
    """Languages that nobody reads, or that the bot itself does not speak."""
    if not all(_LANGUAGE.fullmatch(each) for each in outline.languages):
        return  # told as a problem, and whatever is said of the others hangs on it
    for place, language in enumerate(outline.languages):
        if language not in LANGUAGES:
            known = ", ".join(LANGUAGES)
            message = f"the bot's own sentences are not there in '{language}', but in {known}"
            yield ("languages", place), f"{message}; '{LANGUAGES[0]}' is used instead"
    for wording in outline.list_wordings():
        for language in wording.texts:
            if _LANGUAGE.fullmatch(language) and language not in outline.languages:
                message = f"nobody reads '{language}' here; add it to languages, or take the text away"
                yield (*wording.location, language), message


def _find_value(body: Any, location: tuple[str | int, ...]) -> Mapping[str, Any]:
    """The texts as they stand in the file, those that are no text included."""
    for part in location:
        body = body[part]
    return cast(Mapping[str, Any], body)
