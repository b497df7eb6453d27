"""What the channels can show: buttons, rows of a list, texts; WhatsApp has the narrowest limits.

The limits are those of Twilio's `twilio/quick-reply` and `twilio/list-picker` and of its messages. Where
something does not fit, the bot falls back on numbered text; that is advice, not a problem.
"""

from collections.abc import Iterator, Sequence
from itertools import chain

from flows.checking.rules.outline import Entry, Fault, Location, Outline
from flows.phrases import find_opt_out
from flows.reading.words import split_words

BUTTONS = 3
BUTTON_LIMIT = 20
ROWS = 10
ROW_LIMIT = 24
DESCRIPTION_LIMIT = 72
BESIDE_OPTIONS_LIMIT = 1024
MESSAGE_LIMIT = 1600

_FRONT = {"dyad": len("1: ")}
"""Characters that stand before a label, by kind."""

Label = tuple[Location, str, str]
"""Where a label stands, its language ("" for all) and its words."""


def find_faults(outline: Outline) -> Iterator[Fault]:
    """Labels that cannot be shown, or cannot be told apart."""
    for entry in outline.questions:
        labels = list(_list_labels(entry))
        for location, language, label in labels:
            if _count(label) + _FRONT.get(entry.kind, 0) > DESCRIPTION_LIMIT:
                message = f"{_name(language)} has {len(label)} characters; {DESCRIPTION_LIMIT} can be shown"
                yield location, f"{message}, so make it shorter"
        if entry.kind in ("choice", "consent", "triad", "dyad"):
            found = (
                _find_equal([each for each in labels if each[1] in (language, "")])
                for language in outline.languages
            )
            yield from dict.fromkeys(chain.from_iterable(found))  # a bare label stands in every language


def find_advice(outline: Outline) -> Iterator[Fault]:
    """What is shown in parts, cut, or as numbered text."""
    for entry in outline.entries:
        yield from _check_rows(entry)
        yield from _check_pictures(entry)
        for location, language, label in _list_labels(entry):
            if message := _describe_cut(entry, label):
                yield location, f"{_name(language)} has {len(label)} characters; {message}"
        yield from _check_opt_outs(entry)
        yield from _check_texts(entry)


def _list_labels(entry: Entry) -> Iterator[Label]:
    """The labels that can be tapped."""
    keys = {"consent": {"yes", "no"}, "choice": {"label"}, "triad": {"label"}, "dyad": {"label"}}
    for wording in entry.list_wordings():
        if wording.role == "label" and wording.location[-1] in keys.get(entry.kind, set()):
            yield from ((wording.location, language, text) for language, text in wording.texts.items())


def _find_equal(labels: Sequence[Label]) -> Iterator[Fault]:
    """Labels of one language that are the same, for a reader or for a row of a list."""
    read: dict[str, str] = {}
    shown: dict[str, str] = {}
    for location, _, label in labels:
        folded, cut = " ".join(split_words(label)) or label, label[:ROW_LIMIT]
        if folded in read:
            yield location, f"'{label}' is read as another answer, '{read[folded]}'; word it otherwise"
        elif len(label) > ROW_LIMIT and cut in shown:
            message = f"begins like '{shown[cut]}'; in WhatsApp only {ROW_LIMIT} characters are shown"
            yield location, f"{message}, so let the first words differ"
        read.setdefault(folded, label)
        if len(label) > ROW_LIMIT:
            shown.setdefault(cut, label)


def _check_rows(entry: Entry) -> Iterator[Fault]:
    """A list that is too long is shown as numbered text."""
    if entry.kind != "choice":
        return
    options, page = len(entry.list_items("options")), entry.read_number("page", 0)
    paged = bool(page) and page < options
    shown = (page or 0) + 1 if paged else options
    rows = max(shown + len(entry.ways_around), shown + ((entry.read_number("max", 1) or 1) > 1))
    if rows > ROWS:
        what = "with the way to more options and around the question" if paged else "with the ways around"
        message = f"{rows} rows {what}; WhatsApp shows {ROWS} and gets numbered text instead"
        yield (*entry.location, "page" if paged else "options"), f"makes {message}"


def _check_pictures(entry: Entry) -> Iterator[Fault]:
    options = entry.list_items("options")
    bare = [item for item in options if "picture" not in item.body and item.body.get("other") is not True]
    if len(bare) < len(options) and len(bare) > 1 and any("picture" in item.body for item in options):
        message = f"{len(bare)} options have no picture; give each one, or none"
        yield (*entry.location, "options"), message


def _check_opt_outs(entry: Entry) -> Iterator[Fault]:
    """Answers of one word that a phone number cannot send without ending all messages to it."""
    typed = [(location, label) for location, _, label in _list_labels(entry)]
    codes = [((*item.location, "code"), item.body.get("code")) for item in entry.list_items("options")]
    for location, word in (*typed, *codes):
        if isinstance(word, str) and find_opt_out(word):
            message = f"who sends '{word}' by WhatsApp or text message gets no more messages"
            yield location, f"{message}; use another word"


def _describe_cut(entry: Entry, label: str) -> str | None:
    length = _count(label) + _FRONT.get(entry.kind, 0)
    if length > DESCRIPTION_LIMIT:
        return None  # a problem, not advice
    if length > ROW_LIMIT:
        return f"WhatsApp cuts a row at {ROW_LIMIT}, and shows the whole below it"
    buttons = len(entry.list_items("options")) + len(entry.ways_around)
    few = entry.kind == "consent" or (entry.kind == "choice" and buttons <= BUTTONS)
    if few and length > BUTTON_LIMIT:
        return f"a button of WhatsApp holds {BUTTON_LIMIT}, so it shows a list instead"
    return None


def _check_texts(entry: Entry) -> Iterator[Fault]:
    beside = entry.kind in ("consent", "choice", "scale", "dyad", "triad", "stones") or entry.ways_around
    for wording in entry.list_wordings():
        if wording.location[-1] != "text" or wording.role != "text":
            continue
        limit = BESIDE_OPTIONS_LIMIT if beside else MESSAGE_LIMIT
        for language, text in wording.texts.items():
            if _count(text) > limit:
                front = f"{_name(language)} has {len(text)} characters; "
                reason = (
                    f"beside buttons WhatsApp shows {limit}, and gets numbered text instead"
                    if beside
                    else f"WhatsApp shows {limit} in one message, and gets several"
                )
                yield wording.location, front + reason


def _name(language: str) -> str:
    return f"the text in '{language}'" if language else "the text"


def _count(text: str) -> int:
    """Length as WhatsApp counts it, in UTF-16 units."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
