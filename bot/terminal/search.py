"""What a worker would find in a conversation that is not stored: its words are in the events."""

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path

from flows.deidentification import NAMELESS, SearchedText
from flows.inbound import Deidentified
from flows.turn import AnswerGiven, AnswerWithdrawn, Deidentify, Event, StoryConfirmed
from flows.values import replace
from workers.deidentification.deidentify import Deidentifier
from workers.deidentification.frequencies import load_frequencies
from workers.name_search import search_texts


def search(
    municipality: str | Path, language: str, events: Iterable[Event], asked: Deidentify
) -> Deidentified:
    """What is found in the story and in the answers that count by now."""
    texts = [SearchedText("", "", asked.story)] if asked.story else []
    texts += list_words(events)
    return Deidentified(asked.number, tuple(search_texts(load_deidentifier(municipality), texts, language)))


def list_words(events: Iterable[Event]) -> list[SearchedText]:
    """The answers in own words that count; each is called by its question and part."""
    given: dict[str, AnswerGiven] = {}
    for event in events:
        match event:
            case AnswerGiven():
                given.pop(event.question, None)
                given[event.question] = event
            case AnswerWithdrawn(question):
                given.pop(question, None)
            case _:
                pass
    return [
        SearchedText(f"{answer.question}:{part.part}", answer.question, part.text)
        for answer in given.values()
        for part in answer.parts
        if part.text and answer.kind not in NAMELESS
    ]


def write_kept(events: Sequence[Event]) -> list[Event]:
    """The events with all answers in own words as they are kept, once the story was."""
    kept = {
        text.key: text.text for event in events if isinstance(event, StoryConfirmed) for text in event.texts
    }
    return [
        replace(
            event,
            parts=tuple(
                replace(part, text=kept.get(f"{event.question}:{part.part}", part.text))
                for part in event.parts
            ),
        )
        if isinstance(event, AnswerGiven)
        else event
        for event in events
    ]


@cache
def load_deidentifier(municipality: str | Path) -> Deidentifier:
    """The rules with the lists of a municipality; loaded once a process."""
    return Deidentifier.load(municipality, load_frequencies())
