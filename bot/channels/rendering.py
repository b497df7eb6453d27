"""How an utterance reads as plain text: progress in front, numbered options, split within a limit."""

import re
import unicodedata
from collections.abc import Sequence
from typing import Final

from flows.outbound import MessageKind, Option, Utterance
from flows.phrases import phrase
from flows.texts import RIGHT_TO_LEFT, isolate

_MEASURES: Final[frozenset[MessageKind]] = frozenset({"scale", "dyad"})

OPEN: Final[frozenset[MessageKind]] = frozenset({"say", "story", "text", "photo", "number", "date"})
"""Kinds answered in one's own words; a number typed there is an answer, not an option.

What is said back of a voice note is none of the list either: the question behind it has the numbers.
"""

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")
_NUMBER = re.compile(r"\u200f?\d+\.")
_LINK = re.compile(r"/(canvas|media)/[\w-]+")
_RIGHTWARD_MARK = "\u200f"  # sets the direction of a line, and is not seen


def write_text(utterance: Utterance) -> str:
    """The text with the progress line in front, where there is one."""
    if utterance.progress is None:
        return utterance.text
    line = phrase(utterance.language, "progress", at=utterance.progress.at, of=utterance.progress.of)
    # The bot's own line may be in another language than the text, which runs the other way.
    line = isolate(line) if utterance.language in RIGHT_TO_LEFT else line
    return f"{line}\n{utterance.text}"


def write_numbered(utterance: Utterance) -> str:
    """The text with every option on a line of its own, numbered from 1, and how to answer.

    An open question is answered in words; what can be tapped there is named, not numbered. So are the ways
    around a scale, whose numbers are the answers.
    """
    return "\n\n".join(part for part in (write_text(utterance), write_how(utterance)) if part)


def write_how(utterance: Utterance) -> str:
    """How an utterance is answered by typing: its options and what to type; empty when it asks nothing."""
    rule = write_rule(utterance)
    if not rule or utterance.kind in OPEN or find_span(utterance):
        return rule
    return "\n".join([*number_options(utterance.tappable, utterance.language), "", rule])


def write_rule(utterance: Utterance) -> str:
    """What to type, without the options that are numbered; empty when nothing can be tapped."""
    if not utterance.tappable:
        return ""
    if utterance.kind in OPEN:
        return _name_options(utterance, utterance.tappable)
    if span := find_span(utterance):
        how = phrase(utterance.language, "answer_by_scale", first=span.start, last=span[-1])
        return f"{how}\n{_name_options(utterance, utterance.extras)}" if utterance.extras else how
    return phrase(utterance.language, "answer_by_number" if utterance.max == 1 else "answer_by_numbers")


def write_link(utterance: Utterance, site: str, canvas: str | None) -> str:
    """The line that names the page on which a question can be answered by touch; empty where there is none.

    `site` is our public address: without https a phone cannot reach it. `canvas` is the page's path.
    """
    if canvas is None or not site.startswith("https://"):
        return ""
    return phrase(utterance.language, "canvas_link", link=f"{site}{canvas}")


def write_file_link(utterance: Utterance, site: str, path: str) -> str:
    """The line that names where a file lies, for platforms that take no such file."""
    return phrase(utterance.language, "file_link", link=f"{site}{path}")


def forget_link(text: str) -> str:
    """A text without the part of a link that is another at each try, to compare what was sent."""
    return _LINK.sub(r"/\1/", text)


def number_options(options: Sequence[Option], language: str = "") -> list[str]:
    """One line an option: `1. label`; where a label runs the other way, the number stays in its place."""
    mark = _RIGHTWARD_MARK if language in RIGHT_TO_LEFT else ""
    labels = [option.label for option in options]
    return [
        f"{mark}{number}. {isolate(label) if mark or runs_right_to_left(label) else label}"
        for number, label in enumerate(labels, start=1)
    ]


def runs_right_to_left(text: str) -> bool:
    """Whether a text holds a letter of a script that is written from right to left."""
    return any(unicodedata.bidirectional(letter) in ("R", "AL") for letter in text)


def find_span(utterance: Utterance) -> range | None:
    """The numbers of a scale or a dyad, whose options are numbers themselves; None of any other question.

    What is typed there is the number, not a place in a list.
    """
    if utterance.kind not in _MEASURES or not utterance.options:
        return None
    return range(int(utterance.options[0].code), int(utterance.options[-1].code) + 1)


def find_ends(text: str, codes: Sequence[str]) -> tuple[str, str]:
    """What the first and the last number of a scale mean, by the lines `1 = …` of its question."""
    lines = [line.partition(" = ") for line in text.splitlines()]
    meanings = {number.strip(): meaning.strip() for number, equals, meaning in lines if equals}
    return meanings.get(codes[0], ""), meanings.get(codes[-1], "")


def split_text(text: str, limit: int) -> list[str]:
    """Split a text into pieces of at most `limit` code points, at paragraphs, sentences or spaces.

    Nothing but white space at the seams is lost. An empty text gives no pieces.
    """
    pieces: list[str] = []
    rest = text.strip()
    while len(rest) > limit:
        cut = _find_seam(rest, limit)
        pieces.append(rest[:cut].rstrip())
        rest = rest[cut:].lstrip()
    return [*pieces, rest] if rest else pieces


def find_seams(text: str) -> list[int]:
    """Where sentences and lines end, behind the white space that follows them; not the end of the text.

    The number of an option ends no sentence: its label would stand alone in the next message.
    """
    return [match.end() for match in _SENTENCE_END.finditer(text) if not _is_behind_number(text, match)]


def _is_behind_number(text: str, end: re.Match[str]) -> bool:
    line = text[text.rfind("\n", 0, end.start()) + 1 : end.start()]
    return "\n" not in end[0] and _NUMBER.fullmatch(line) is not None


def _name_options(utterance: Utterance, options: Sequence[Option]) -> str:
    words = " / ".join(
        isolate(option.label) if runs_right_to_left(option.label) else option.label for option in options
    )
    return phrase(utterance.language, "or_type", words=words)


def _find_seam(text: str, limit: int) -> int:
    head = text[: limit + 1]
    paragraph = head.rfind("\n\n")
    if paragraph > limit // 2:
        return paragraph
    ends = [end for end in find_seams(head) if end <= limit]
    if ends and ends[-1] > limit // 2:
        return ends[-1]
    space = head.rfind(" ")
    return space if space > 0 else limit
