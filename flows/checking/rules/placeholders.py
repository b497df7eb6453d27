"""Placeholders: every text with an answer in it comes only when there is an answer."""

import re
from collections.abc import Iterator

from flows.checking.rules.contradictions import ensure_answer
from flows.checking.rules.outline import Entry, Fault, Outline, Wording
from flows.texts import PLACEHOLDERS, find_placeholders

NAMING = ("choice", "text", "scale", "number", "date")
"""Kinds whose answer reads as words within another text."""


def find_faults(outline: Outline) -> Iterator[Fault]:
    """Placeholders that have no value yet, or may have none."""
    for wording in outline.list_wordings():
        if wording.location == ("title",):
            for name in _list_names(wording):
                yield wording.location, f"{{{name}}} cannot stand in the title of a flow; leave it out"
    for entry in outline.entries:
        for wording in entry.list_wordings():
            yield from _check_wording(wording, entry, outline)


def _check_wording(wording: Wording, entry: Entry, outline: Outline) -> Iterator[Fault]:
    for name in _list_names(wording):
        if wording.role == "label":
            message = f"{{{name}}} is not filled in here, only in what the bot says first; leave it out"
            yield wording.location, message
        elif name in PLACEHOLDERS:
            if entry.index <= outline.last_question:
                yield wording.location, f"{{{name}}} is known after the last question only; say it there"
        elif fault := _check_name(name, entry, outline):
            yield wording.location, fault


def _list_names(wording: Wording) -> list[str]:
    """The names between braces, each once; those of a wrong form are told about by the models."""
    names = [name for text in wording.texts.values() for name in find_placeholders(text)]
    return [name for name in dict.fromkeys(names) if re.fullmatch("[a-z0-9_-]+", name)]


def _check_name(name: str, entry: Entry, outline: Outline) -> str | None:
    question = outline.asked.get(name)
    if question is None:
        known = ", ".join(f"{{{each}}}" for each in PLACEHOLDERS)
        return f"{{{name}}} is no placeholder; use {known} or the code of an earlier question"
    if question.index >= entry.index:
        return f"{{{name}}} has no answer yet; the question must come earlier"
    if question.kind not in NAMING:
        return f"the answer of '{name}' is of kind {question.kind} and cannot be read out; leave it out"
    if question.draw is not None:
        return f"'{name}' stands in a rotate and may not be asked; leave {{{name}}} out"
    if not ensure_answer(entry.guards, question, outline):
        guard = f"{{question: {name}, answered: true}}"
        return f"'{name}' may have no answer here; add `when: {guard}`, or leave {{{name}}} out"
    return None
