"""How an utterance reads when it is heard: its words, then what can be answered, by number. Pure."""

from typing import Any, Final

from bot.channels.rendering import OPEN, find_span, write_rule
from flows.outbound import Utterance
from flows.phrases import phrase

_QUOTES: Final = str.maketrans("", "", "\"'«»“”„‘")


def write_spoken(utterance: Utterance) -> str:
    """What is read aloud of an utterance; the same for everyone, so without the progress.

    Options have the numbers by which they are answered, in speech as in figures.
    """
    said = [utterance.text]
    if utterance.tappable and utterance.kind not in OPEN and not find_span(utterance):
        said += [
            phrase(utterance.language, "number_spoken", number=number, label=option.label)
            for number, option in enumerate(utterance.tappable, start=1)
        ]
    rule = write_rule(utterance)
    return "\n".join([*said, *([rule] if rule else [])]).translate(_QUOTES)


def describe_spoken(utterance: Utterance) -> dict[str, Any]:
    """What is to be heard of a message, as it is kept beside it: `text`, `language`, if `personal`."""
    return {
        "text": write_spoken(utterance),
        "language": utterance.language,
        "personal": utterance.personal,
    }
