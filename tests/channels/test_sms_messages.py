"""Questions as text messages: numbered, cut at sentences, without words that end the conversation."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.channels.sms_messages import lay_out, split_messages
from bot.channels.sms_segments import count_segments
from channels.question_samples import EXTRAS, scale, word
from flows.outbound import Option, Progress, Utterance
from flows.values import replace

SITE = "https://vertel.example"
CANVAS = "/canvas/abc-_1"


def count_units(text: str) -> int:
    """The UTF-16 units of a text."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def test_a_choice_is_numbered() -> None:
    """The progress, the question, its options by number, and how to answer."""
    question = Utterance(
        "Wat paste het best?",
        "nl",
        kind="choice",
        step="r",
        options=(Option("gids", "Gids", "pictures/gids.svg"), Option("mist", "Mist…", "pictures/mist.svg")),
        extras=EXTRAS[2:],
        progress=Progress(2, 9),
    )
    (text,) = lay_out(question, site=SITE)
    assert text == (
        "Stap 2 van 9\nWat paste het best?\n\n1. Gids\n2. Mist...\n3. Sla over\n\nAntwoord met een nummer."
    )


def test_a_triad_is_its_seven_places() -> None:
    """The places are numbered, and the link to the page for touch stands with the question."""
    question = word("oorzaak")
    (text,) = lay_out(question, site=SITE)
    assert re.findall(r"^(\d+)\.", text, re.MULTILINE) == [
        str(n) for n in range(1, len(question.tappable) + 1)
    ]
    linked = "\n".join(lay_out(question, site=SITE, canvas=CANVAS))
    link = f"Of wijs het aan: {SITE}{CANVAS}"
    assert linked.index(question.text[:20]) < linked.index(link) < linked.index("1. ")


@pytest.mark.parametrize("site", ["http://127.0.0.1:8080", ""])
def test_no_link_that_a_phone_cannot_open(site: str) -> None:
    """Without https there is no link."""
    assert lay_out(word("oorzaak"), site=site, canvas=CANVAS) == lay_out(word("oorzaak"), site=site)


STOPS = (Option("stop", "Stop"), Option("cancel", "CANCEL"), Option("skip", "Sla over"))


def test_numbered_labels_may_be_any_word() -> None:
    """An option of a choice has a number, so nobody needs to type what it says."""
    question = Utterance("Hoe nu?", "nl", kind="choice", options=(Option("end", "End"),), extras=STOPS)
    assert lay_out(question, site=SITE)[0].splitlines()[2:6] == [
        "1. End",
        "2. Stop",
        "3. CANCEL",
        "4. Sla over",
    ]


@pytest.mark.parametrize("kind", ["story", "text", "photo", "number", "date"])
def test_open_questions_name_no_word_that_ends_it(kind: str) -> None:
    """What is to be typed as a word is never one by which Twilio ends the conversation."""
    question = replace(Utterance("Vertel.", "nl", extras=STOPS, options=STOPS[:1]), kind=kind)
    assert lay_out(question, site=SITE) == ["Vertel.\n\nOf typ: Sla over."]
    assert lay_out(replace(question, extras=STOPS[:2]), site=SITE) == ["Vertel."]


def test_scales_name_no_word_that_ends_it() -> None:
    """The same beside the numbers of a scale."""
    assert lay_out(scale(0, 10, STOPS), site=SITE) == [
        "Hoe ging het?\n\nTyp een getal van 0 tot 10.\nOf typ: Sla over."
    ]
    assert lay_out(scale(0, 10, STOPS[:1]), site=SITE) == ["Hoe ging het?\n\nTyp een getal van 0 tot 10."]


SENTENCE = "Dit is een zin van vijftig tekens, met een punt.. "


def test_long_texts_are_cut_at_sentences() -> None:
    """Each message takes at most three segments, and only white space is lost at the seams."""
    text = (SENTENCE * 30).strip()
    messages = split_messages(text)
    assert [len(message) for message in messages] == [449, 449, 449, 149]
    assert all(count_segments(message) <= 3 for message in messages)
    assert " ".join(messages) == text


@pytest.mark.parametrize(("length", "count"), [(459, 1), (460, 2)])
def test_three_segments_are_one_message(length: int, count: int) -> None:
    """The limit itself still fits; past it a sentence goes on its own."""
    text = "a" * (length - 12) + ". Nog een b."
    assert len(text) == length
    assert len(split_messages(text)) == count


@pytest.mark.parametrize(("length", "count"), [(201, 1), (202, 2)])
def test_three_segments_of_other_letters(length: int, count: int) -> None:
    """Texts that need the larger alphabet are cut much earlier."""
    text = "ş" * (length - 12) + ". Nog een b."
    assert len(split_messages(text)) == count


@pytest.mark.parametrize(
    ("letter", "length", "count"),
    [("a", 1600, 1), ("a", 1601, 2), ("ş", 1600, 1), ("ş", 1601, 2), ("😀", 800, 1), ("😀", 801, 2)],
)
def test_a_sentence_without_end_is_cut_at_1600(letter: str, length: int, count: int) -> None:
    """A long sentence stays whole up to what Twilio takes."""
    assert len(split_messages(letter * length)) == count


def test_dots_that_grow_count() -> None:
    """An ellipsis becomes three dots, and that is what Twilio counts."""
    (first, second) = split_messages("a" * 1599 + "\u2026")
    assert (len(first), second) == (1600, "..")


def test_nothing_is_no_message() -> None:
    """White space says nothing."""
    assert split_messages(" \n\u00a0 ") == []
    assert lay_out(Utterance("", "nl"), site=SITE) == []


@settings(deadline=None)  # the machine may be busy
@given(st.text(st.sampled_from("aë. \n\u2026😀€!?"), max_size=3000))
def test_twilio_would_take_every_message(text: str) -> None:
    """Whatever is said, each message is within Twilio's limit, says something, and no letter is lost."""
    messages = split_messages(text)
    assert all(0 < count_units(message) <= 1600 for message in messages)
    assert all(message == message.strip() for message in messages)

    def letters(whole: str) -> str:
        return "".join(whole.replace("\u2026", "...").split())

    assert letters("".join(messages)) == letters(text)
