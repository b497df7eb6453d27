"""The bot's own sentences and the catalogue's: the same in each language, all in use, short, unmistakable."""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from itertools import chain
from pathlib import Path
from typing import Any, cast, get_args

import pytest

from flows.file import read_catalogue, read_flow
from flows.flow import Flow
from flows.inbound import TranscriptProblem, UnreadableWhat
from flows.kinds.choice import Choice
from flows.kinds.consent import Consent
from flows.kinds.dyad import Dyad
from flows.kinds.stones import Stones
from flows.kinds.triad import Triad
from flows.outbound import Purpose
from flows.phrases import (
    LANGUAGES,
    TWILIO_OPT_IN,
    TWILIO_OPT_OUT,
    Command,
    Reply,
    find_command,
    find_opt_in,
    find_opt_out,
    find_reply,
    name_language,
    phrase,
)
from flows.reading.missing import PARTS
from flows.session import Status
from flows.yaml_reader import load_plain

ROOT = Path(__file__).parents[2]
PHRASES: Mapping[str, Any] = {
    language: load_plain((ROOT / "flows" / "phrases" / f"{language}.yaml").read_text())
    for language in LANGUAGES
}
FLOWS = {name: read_flow(source, name) for name, source in read_catalogue().items()}
SPOKEN = [(name, language) for name, flow in sorted(FLOWS.items()) for language in flow.languages]
"""Each flow of the catalogue with each of its own languages."""

MOST_WORDS = 12
LONGEST_BUTTON = 20
BUTTONS = (
    *("skip", "not_applicable", "dont_know", "more", "done", "this_is_all", "keep", "change", "again"),
    *("retype", "back_to_text", "choose", "discard", "take_back_yes", "take_back_no", "more_options"),
    *("erase_this", "erase_everything", "erase_nothing", "erase_all", "erase_stay"),
    *("today", "yesterday", "stone_off", "go_on", "start", "canvas_open"),
    *(key for key in PHRASES["nl"]["sentences"] if key.startswith("place_")),
)
LONGEST_TEMPLATE = 1024
"""Characters of a stored text of WhatsApp, beside which buttons stand."""

OBEYED = {"skip": "skip", "done": "done", "this_is_all": "done", "go_on": "go_on"}
"""The buttons whose words are also a command when typed, and which: what the button does."""

DYNAMIC = {
    *(f"unreadable_{what}" for what in get_args(UnreadableWhat)),
    *(f"transcript_{problem}" for problem in get_args(TranscriptProblem)),
    *(f"missing_{part}" for part in PARTS),
    *(status for status in get_args(Status) if status != "open"),
    *(f"template_{purpose}" for purpose in get_args(Purpose) if purpose),
}
"""Keys the code puts together.

Of what was unreadable, what a recording or a story lacked, how it ended, why the bot speaks unasked.
"""

_PLACEHOLDER = re.compile(r"\{(\w*)\}")
_SENTENCE_END = re.compile(r"[.?!…؟]+(?=\s|$)|\n")
_QUOTED = re.compile(r"(?:(?<!\w)'|«)([^'«»]+)(?:'(?!\w)|»)")
_ASKED_FOR = re.compile(r"""(?:\.say\(|phrase\([\w.]+, |say_first\([^"\n]*|offer\([^"\n]*)\s*"(\w+)\"""")


def _read_sources() -> str:
    paths = chain((ROOT / "flows").rglob("*.py"), (ROOT / "bot").rglob("*.py"))
    return "\n".join(path.read_text(encoding="utf-8") for path in sorted(paths))


def _list_texts(value: object) -> Iterator[tuple[str, str]]:
    """Every text by language in a flow file, wherever it stands."""
    if isinstance(value, dict):
        body = cast(dict[str, object], value)
        if set(body) <= set(LANGUAGES):
            yield from ((language, text) for language, text in body.items() if isinstance(text, str))
        else:
            yield from chain.from_iterable(_list_texts(item) for item in body.values())
    elif isinstance(value, list):
        yield from chain.from_iterable(_list_texts(item) for item in cast(list[object], value))


def _list_everything_said() -> list[tuple[str, str]]:
    """(language, text) of all phrases and of the whole catalogue."""
    own = [(language, text) for language in LANGUAGES for text in PHRASES[language]["sentences"].values()]
    return [
        *own,
        *chain.from_iterable(_list_texts(load_plain(source)) for source in read_catalogue().values()),
    ]


def _list_labels(flow: Flow, language: str) -> Iterator[str]:
    """All words and codes in a flow that can be typed as an answer."""
    for step in flow.questions:
        if isinstance(step, Choice):
            yield from chain.from_iterable((option.code, option.label[language]) for option in step.options)
        elif isinstance(step, Triad):
            yield from (corner.label[language] for corner in (step.top, step.left, step.right))
        elif isinstance(step, Dyad):
            yield from (end.label[language] for end in (step.left, step.right))
        elif isinstance(step, Stones):
            yield from (stone.label[language] for stone in step.stones)
        elif isinstance(step, Consent):
            yield from (step.yes[language], step.no[language])


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_the_same_sentences(language: str) -> None:
    """No key and no placeholder of the first language is missing in another, and none is added."""
    first = PHRASES[LANGUAGES[0]]["sentences"]
    own = PHRASES[language]["sentences"]

    assert list(own) == list(first)
    for key, text in own.items():
        assert sorted(_PLACEHOLDER.findall(text)) == sorted(_PLACEHOLDER.findall(first[key])), key
    assert set(PHRASES[language]["commands"]) == set(get_args(Command))
    assert set(PHRASES[language]["replies"]) == set(get_args(Reply))


def test_every_language_has_its_own_name() -> None:
    """A language is offered by what its speakers call it; one the bot does not speak by its code."""
    names = {language: name_language(language) for language in (*LANGUAGES, "fr")}

    assert names == {
        "nl": "Nederlands",
        "en": "English",
        "tr": "Türkçe",
        "ar": "العربية",
        "pl": "Polski",
        "fr": "fr",
    }


def test_every_sentence_is_in_use() -> None:
    """Each key stands in the code, or is put together there; none is left over."""
    sources = _read_sources()
    keys = set(PHRASES["nl"]["sentences"])

    assert keys >= DYNAMIC
    assert {key for key in keys - DYNAMIC if f'"{key}"' not in sources} == set()


def test_every_sentence_the_code_asks_for_exists() -> None:
    """No call names a key that is not there."""
    named = set(_ASKED_FOR.findall(_read_sources()))

    assert {"old_question", "progress", "expired"} <= named
    assert named <= set(PHRASES["nl"]["sentences"])


def test_every_sentence_is_short() -> None:
    """Twelve words at most, by the rule for plain language; in the bot's own words and in the catalogue."""
    sentences = [
        sentence for _, text in _list_everything_said() for sentence in _SENTENCE_END.split(text) if sentence
    ]

    assert len(sentences) > 200
    assert [sentence for sentence in sentences if len(sentence.split()) > MOST_WORDS] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_on_buttons_fit(language: str) -> None:
    """What stands on a button of the bot's own fits a button of WhatsApp, and is not there twice."""
    labels = [phrase(language, key) for key in BUTTONS]

    assert [label for label in labels if len(label) > LONGEST_BUTTON] == []
    assert len(set(labels)) == len(labels)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_word_is_one_command_only(language: str) -> None:
    """No word means two things, and each is understood as written, with a slash, in capitals, with a dot."""
    commands = cast(Mapping[str, list[str]], PHRASES[language]["commands"])
    words = [(word, command) for command, group in commands.items() for word in group]

    assert len({word.casefold() for word, _ in words}) == len(words)
    for word, command in words:
        plain = "".join(
            each for each in unicodedata.normalize("NFD", word) if not unicodedata.combining(each)
        )
        for form in (
            word,
            f" /{word} ",
            word.upper(),
            f"{word}.",
            f"{word} !",
            word.replace(" ", "  "),
            plain,
        ):
            assert find_command(language, form) == command
        assert find_command(language, f"{word} dan") is None


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reply_means_one_thing(language: str) -> None:
    """A word for yes is none for no, none is a command, and capitals make no difference."""
    replies = cast(Mapping[str, list[str]], PHRASES[language]["replies"])

    for meaning, group in replies.items():
        for word in group:
            assert {find_reply(language, form) for form in (word, word.upper(), f"{word}!")} == {meaning}
            assert find_command(language, word) is None


@pytest.mark.parametrize(
    ("language", "typed", "command"),
    [
        ("tr", "İPTAL", "take_back"),
        ("tr", "IPTAL", "take_back"),
        ("tr", "DUR", "stop"),
        ("tr", "DEĞİŞTİR", "change"),
        ("tr", "degistir", "change"),
        ("tr", "YARDIM", "help"),
        ("tr", "yardim", "help"),
        ("tr", "BAŞLA", "start"),
        ("tr", "hikayeyi sil", "take_back"),
        ("ar", "تَوَقَّفْ", "stop"),
        ("ar", "تـــوقف", "stop"),
        ("ar", "«توقف»", "stop"),
        ("ar", "\u200fتوقف\u200e", "stop"),
        ("ar", "إبدأ", "start"),
        ("ar", "ابدا", "start"),
        ("ar", "متابعه", "go_on"),
        ("ar", "تخطى", "skip"),
        ("pl", "POMOŻ", "help"),
        ("pl", "wroc", "back"),
        ("pl", "„stop”", "stop"),
        ("nl", "'stop'", "stop"),
        ("nl", "\u2018stop\u2019", "stop"),
        ("en", "Türkçe", None),
        ("ar", "توقف القطار", None),
        ("tr", "durak", None),
    ],
)
def test_commands_however_they_are_typed(language: str, typed: str, command: str | None) -> None:
    """Capitals with and without a dot, letters without their marks, vowel signs and quotes: all the same."""
    assert find_command(language, typed) == command


@pytest.mark.parametrize("language", LANGUAGES)
def test_buttons_do_what_their_words_do(language: str) -> None:
    """Few buttons can be typed as a command; those mean the same when typed."""
    buttons = {key: find_command(language, phrase(language, key)) for key in BUTTONS}

    assert {key: command for key, command in buttons.items() if command} == OBEYED


@pytest.mark.parametrize(("name", "language"), SPOKEN)
def test_commands_are_no_answers(name: str, language: str) -> None:
    """No command word is an answer in the catalogue; none in any language starts one of its flows."""
    flow = FLOWS[name]

    assert [label for label in _list_labels(flow, language) if find_command(language, label)] == []
    assert [word for word in flow.keywords if any(find_command(each, word) for each in LANGUAGES)] == []


def test_what_people_are_told_to_type_is_understood() -> None:
    """Every word between quotes is a command of that language, or starts a flow that speaks it."""
    keywords = {(language, word) for name, language in SPOKEN for word in FLOWS[name].keywords}
    told = [(language, word) for language, text in _list_everything_said() for word in _QUOTED.findall(text)]

    assert {language for language, _ in told} == set(LANGUAGES)
    assert len(told) > 10 * len(LANGUAGES)
    assert [each for each in told if each not in keywords and not find_command(*each)] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_nobody_is_told_to_type_what_ends_all_messages(language: str) -> None:
    """By text message Twilio would hear it; only who wants no more messages is told such a word."""
    texts = [
        *(text for key, text in PHRASES[language]["sentences"].items() if not key.startswith("template_")),
        *chain.from_iterable(
            (text for each, text in _list_texts(load_plain(source)) if each == language)
            for source in read_catalogue().values()
        ),
    ]

    assert [text for text in texts if any(map(find_opt_out, _QUOTED.findall(text)))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_stored_templates_stand_alone(language: str) -> None:
    """What WhatsApp keeps and sends days later needs no values, fits, and says how to end or go on."""
    texts = {key: phrase(language, key) for key in PHRASES[language]["sentences"] if "template_" in key}
    labels = [texts.pop("template_go_on"), texts.pop("template_stop")]

    assert set(texts) == {"template_reminder", "template_expired", "template_follow_up"}
    assert [text for text in texts.values() if "{" in text or len(text) > LONGEST_TEMPLATE] == []
    assert [label for label in labels if len(label) > LONGEST_BUTTON] == []
    assert find_command(language, labels[0]) == "go_on"
    assert find_opt_out(labels[1])
    for key in ("template_reminder", "template_follow_up"):
        assert [word for word in texts[key].split() if find_opt_out(word)], key
    assert [word for word in phrase(language, "opted_out").split() if find_opt_in(word)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_words_that_end_all_messages_are_no_other_command(language: str) -> None:
    """A channel that hears them first takes no other word of the conversation away; nor an answer."""
    words = {*TWILIO_OPT_OUT, *chain.from_iterable(each["contact"]["opt_out"] for each in PHRASES.values())}

    assert {find_command(language, word) for word in words} <= {None, "stop"}
    assert {find_reply(language, word) for word in words} == {None}
    assert not any(map(find_opt_in, words))
    pauses = cast(list[str], PHRASES[language]["commands"]["stop"])
    assert [word for word in pauses if not find_opt_out(word)]


@pytest.mark.parametrize(
    ("text", "ends"),
    [
        *((word, True) for word in sorted(TWILIO_OPT_OUT)),
        *((word.upper(), True) for word in sorted(TWILIO_OPT_OUT)),
        *((word, True) for word in (" Stop! ", "'stop'", "«STOP».", "/stop", "stop\n", "\u200fstop")),
        *((word, True) for word in ("Afmelden", "uitschrijven.", "DUR", "ret", "تَوَقَّفْ", "توقف!", "Wypisuję")),
        *((word, False) for word in ("", " ", "!", "stop nu", "ik stop", "stop stop", "stoppen", "pauze")),
        *((word, False) for word in ("nonstop", "einde", "the end", "intrekken", "iptal", "إلغاء", "anuluj")),
        ("stop" + "!" * 100, False),
    ],
)
def test_one_word_ends_all_messages(text: str, ends: bool) -> None:  # noqa: FBT001  # a column of the table
    """Any case, whatever stands around it, in any language; but a message of that word only."""
    assert find_opt_out(text) is ends


def test_one_word_asks_for_messages_again() -> None:
    """START and its kin; YES by text message only, where Twilio hears it too."""
    again = (*TWILIO_OPT_IN, "START", "Start.", "aanmelden", "BAŞLA", "ابدأ", "إبدأ", "zacznij")

    assert all(find_opt_in(word, sms=True) for word in again)
    assert [word for word in again if not find_opt_in(word)] == ["yes"]
    assert not any(find_opt_in(word, sms=True) for word in ("", "ja", "yes please", "start nu", "stop"))


def test_arabic_holds_one_script_only() -> None:
    """No Latin letter and no other digits than 1, 2, 3 break the direction of reading."""
    for key, text in PHRASES["ar"]["sentences"].items():
        assert re.search(r"[A-Za-z\u0660-\u0669\u06f0-\u06f9?,;]", _PLACEHOLDER.sub("", text)) is None, key


def test_an_unknown_language_speaks_the_first() -> None:
    """A language without sentences of its own gets those of the first."""
    assert phrase("fr", "progress", at=1, of=9) == "Stap 1 van 9"
    assert find_command("fr", "klaar") == "done"
    assert find_command("nl", "") is None
