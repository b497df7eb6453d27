"""Texts people write in flow files: one wording per language, with the flow's first language as fallback."""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated

from pydantic import AfterValidator, BeforeValidator, StringConstraints

PLACEHOLDERS: tuple[str, ...] = ("code", "shared")
"""What a text may hold between braces, besides earlier questions: the story's code, the stories shared."""

RIGHT_TO_LEFT = frozenset({"ar", "ckb", "dv", "fa", "he", "prs", "ps", "sd", "ug", "ur", "yi"})
"""Languages written from right to left."""

_PLACEHOLDER = re.compile(r"\{([^{}]*)\}")
_CODE = r"[a-z0-9](?:[a-z0-9_-]{0,28}[a-z0-9])?"


def _spread(value: object) -> object:
    """A bare string is the text in every language."""
    return {"": value} if isinstance(value, str) else value


def _check_text(value: Mapping[str, str]) -> Mapping[str, str]:
    if not value:
        raise ValueError("has no text; write at least the first language of the flow")
    for language, text in value.items():
        if language and not re.fullmatch(r"[a-z]{2,3}", language):
            raise ValueError(f"'{language}' is no language code; use two letters such as nl or en")
        if not text.strip():
            raise ValueError(f"the text in '{language or 'every language'}' is empty")
        for name in find_placeholders(text):
            if not re.fullmatch(_CODE, name):
                known = ", ".join(f"{{{known}}}" for known in PLACEHOLDERS)
                raise ValueError(
                    f"{{{name}}} is no placeholder; use {known} or the code of an earlier question"
                )
    return value


Text = Annotated[
    Mapping[str, str],
    BeforeValidator(_spread, json_schema_input_type=str | Mapping[str, str]),
    AfterValidator(_check_text),
]
"""Wording by language code; a bare string in the file stands for all languages."""

Language = Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
"""A language, by its ISO 639 code of two or three letters."""

Code = Annotated[str, StringConstraints(pattern=rf"^{_CODE}$")]
"""A code: 1–30 of a-z, 0-9, - and _. It is stored and never changes once published."""


def choose_text(text: Mapping[str, str], language: str, languages: Sequence[str]) -> str:
    """The wording in a language; else in the flow's first language; else in any."""
    for candidate in (language, "", *languages):
        if candidate in text:
            return text[candidate]
    return next(iter(text.values()))


def find_placeholders(text: str) -> list[str]:
    """The names between braces in a text."""
    return _PLACEHOLDER.findall(text)


def shorten(text: str, length: int) -> str:
    """A text of at most so many characters; what is cut off shows as three dots."""
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def isolate(text: str) -> str:
    """A text to put within another, so that its own direction of reading disturbs nothing around it.

    For display only: U+2068 and U+2069 are never stored (Unicode bidirectional algorithm, UAX 9).
    """
    return f"\u2068{text}\u2069"


def fill_text(text: str, values: Mapping[str, str]) -> str:
    """Put values in the place of `{placeholders}`; an unknown one stays as it is."""
    return _PLACEHOLDER.sub(lambda match: values.get(match[1], match[0]), text)


def clean_text(text: str) -> str:
    """What people typed without characters that are none: NUL, and halves of surrogate pairs."""
    return text.replace("\0", "").encode("utf-16", "surrogatepass").decode("utf-16", "replace")
