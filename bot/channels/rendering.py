"""How an utterance reads as plain text: progress in front, numbered options, split within a limit."""

import re
from collections.abc import Sequence

from flows.outbound import Option, Utterance
from flows.phrases import phrase

_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+|\n+")


def write_text(utterance: Utterance) -> str:
    """The text with the progress line in front, where there is one."""
    if utterance.progress is None:
        return utterance.text
    line = phrase(utterance.language, "progress", at=utterance.progress.at, of=utterance.progress.of)
    return f"{line}\n{utterance.text}"


def write_numbered(utterance: Utterance) -> str:
    """The text with every option on a line of its own, numbered from 1, and how to answer.

    An open question is answered in words; what can be tapped there is named, not numbered.
    """
    if not utterance.tappable:
        return write_text(utterance)
    if utterance.kind in ("text", "story"):  # a number typed here is an answer in words, not an option
        words = " / ".join(option.label for option in utterance.tappable)
        return "\n\n".join([write_text(utterance), phrase(utterance.language, "or_type", words=words)])
    how = phrase(utterance.language, "answer_by_number" if utterance.max == 1 else "answer_by_numbers")
    return "\n".join([write_text(utterance), "", *number_options(utterance.tappable), "", how])


def number_options(options: Sequence[Option]) -> list[str]:
    """One line an option: `1. label`."""
    return [f"{number}. {option.label}" for number, option in enumerate(options, start=1)]


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


def _find_seam(text: str, limit: int) -> int:
    head = text[: limit + 1]
    paragraph = head.rfind("\n\n")
    if paragraph > limit // 2:
        return paragraph
    ends = [match.end() for match in _SENTENCE_END.finditer(head) if match.end() <= limit]
    if ends and ends[-1] > limit // 2:
        return ends[-1]
    space = head.rfind(" ")
    return space if space > 0 else limit
