"""How typed replies are read: by name, number, beginning, with slips; one, several, unclear or not at all."""

from typing import NamedTuple

import pytest

from flows.outbound import Option
from flows.reading.replies import Unsure, read_exactly, read_option, read_options

SHOWN = (
    Option("gids", "Gids: zeker"),
    Option("muur", "Muur: machteloos"),
    Option("mist", "Mist: onzeker"),
    Option("geld", "Geld en werk"),
    Option("regels-vak", "Tussen Regels en afspraken en Mijn vakkennis"),
    Option("regels-gevoel", "Tussen Regels en afspraken en Mijn gevoel"),
    Option("skip", "Sla over"),
)
BOTH_RULES = Unsure(("regels-vak", "regels-gevoel"))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1", "gids"),
        (" 2. ", "muur"),
        ("3)", "mist"),
        ("07", "skip"),
        ("0", None),
        ("8", None),
        ("100", None),
        ("²", None),
        ("gids", "gids"),
        ("GIDS", "gids"),
        ("Regels-Vak", "regels-vak"),
        ("mist:  ONZEKER !", "mist"),
        ('"Sla over."', "skip"),
        ("2. Muur: machteloos", "muur"),
        ("1. Muur: machteloos", "muur"),
        ("2) muur", "muur"),
        ("2.Muur: machteloos", "muur"),
        ("Muur: machte…", "muur"),
        ("2. Muur: mach…", "muur"),
        ("5. Tussen Regels en afs…", "regels-vak"),
        ("6. Tussen Regels en afs…", "regels-gevoel"),
        ("Tussen Regels en afs…", BOTH_RULES),
        ("1. Tussen Regels en afs…", BOTH_RULES),
        ("99. Mist: onzeker", "mist"),
        ("…", None),
        ("3. …", None),
        ("", None),
        (" \n", None),
        ("machteloos", None),
        ("de gids denk ik", "gids"),
        ("2 muur", "muur"),
        ("1 muur", Unsure(("gids", "muur"))),
        ("gids en muur", Unsure(("gids", "muur"))),
    ],
)
def test_one_option(text: str, code: str | Unsure | None) -> None:
    """A reply names the option meant, several when it fits several, or none."""
    assert read_option(text, SHOWN) == code


@pytest.mark.parametrize(
    "text",
    [
        *("3", "3.", "nr 3", "nr. 3", "#3", "nummer 3", "nummer drie", "Drie", "derde", "de derde", "de 3e"),
        *("de 3de graag", "antwoord 3", "optie 3", "ik kies nummer drie", "doe maar 3", "ja, 3", "3 denk ik"),
        *("3\ufe0f\u20e3", "3\ufe0f\u20e3 Mist: onzeker", "\u0663", "\uff13", "- 3", "Mist onzeker", "mist…"),
    ],
)
def test_a_number_in_any_way_people_give_one(text: str) -> None:
    """Figures of any script, words, ordinals, a key as a picture: all are the third."""
    assert read_option(text, SHOWN) == "mist"


NEAR = (
    Option("a", "De regels"),
    Option("b", "Mijn team"),
    Option("c", "Team van de buren"),
    Option("d", "Veilig"),
    Option("e", "Weet ik niet"),
    Option("f", "Geen van beide"),
    Option("g", "Machteloos"),
    Option("h", "Één gesprek"),
)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("ik kies mijn team", "b"),
        ("de regels denk ik", "a"),
        ("regels", "a"),
        ("het gesprek", "h"),
        ("een gesprek", "h"),
        ("gee", None),
        ("geen van", "f"),
        ("vei", "d"),
        ("ve", None),
        ("team", Unsure(("b", "c"))),
        ("ons team", None),
        ("haar team", None),
        ("regles", "a"),
        ("de rgels", "a"),
        ("mjin team", "b"),
        ("veiligg", "d"),
        ("machetlos", "g"),
        ("weet ik neit", "e"),
        ("weetikniet", "e"),
        ("onveilig", None),
        ("niet veilig", None),
        ("ik weet", None),
        ("weet", None),
        ("geen van allen", None),
        ("niet 1", None),
        ("geen 1", None),
        ("1 niet", None),
        ("zonder regels", None),
        ("nee", None),
        ("dat is het", None),
    ],
)
def test_small_words_beginnings_and_slips(text: str, code: str | Unsure | None) -> None:
    """What is nearly a label is read; another word, or the opposite, never is."""
    assert read_option(text, NEAR) == code


def test_two_that_are_about_as_close_are_asked_back() -> None:
    """A slip that fits two labels about as well names both."""
    shown = (Option("a", "Gespannen"), Option("b", "Gespannes"), Option("c", "Rustig"))

    assert read_option("gespannem", shown) == Unsure(("a", "b"))
    assert read_option("rusitg", shown) == "c"


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("1 en 4", ("gids", "geld")),
        ("1 and 4", ("gids", "geld")),
        ("1en4", ("gids", "geld")),
        ("1,4", ("gids", "geld")),
        ("4 & 1", ("geld", "gids")),
        ("1 3", ("gids", "mist")),
        ("1\n3", ("gids", "mist")),
        ("- gids\n- muur", ("gids", "muur")),
        ("1, 2 en 3.", ("gids", "muur", "mist")),
        ("1 en 1", ("gids",)),
        ("drie en vijf", ("mist", "regels-vak")),
        ("de eerste en de laatste", ("gids", "skip")),
        ("gids en muur", ("gids", "muur")),
        ("gids en muurr", ("gids", "muur")),
        ("1 en misst", ("gids", "mist")),
        ("Gids: zeker, Mist: onzeker", ("gids", "mist")),
        ("Mist: onzeker, Muur: machteloos", ("mist", "muur")),
        ("Gids: zeker en Mist: onzeker", ("gids", "mist")),
        ("Geld en werk", ("geld",)),
        ("Geld en werk en muur", ("geld", "muur")),
        ("muur machteloos gids", ("muur", "gids")),
        ("1 gids 2 muur", ("gids", "muur")),
        ("1 of 2", Unsure(("gids", "muur"))),
        ("gids of muur", Unsure(("gids", "muur"))),
        ("1 muur", Unsure(("gids", "muur"))),
        ("1 en tussen", BOTH_RULES),
        ("14", None),
        ("1-3", None),
        ("1 - 3", None),
        ("1 t/m 3", None),
        ("1 tot 3", None),
        ("1.4", None),
        ("1.4 2", None),
        ("1 en 99", None),
        ("1 en iets anders", None),
        ("1, niet 2", None),
        ("niet 1 en 2", None),
        ("alles behalve 2", None),
        ("geen van beide", None),
        ("", None),
        (", en ;", None),
    ],
)
def test_several_options(text: str, codes: tuple[str, ...] | Unsure | None) -> None:
    """A reply names all the options meant in its own order, or none when any part of it is not understood."""
    assert read_options(text, SHOWN) == codes


LABELS = {
    "en": ("The rules", "My team", "I don't know", "None of these"),
    "tr": ("Güvenli", "Bilmiyorum", "Işık", "Ekibim"),
    "ar": ("الدليل", "الجدار", "الضباب", "لا أعرف"),
    "pl": ("Mój zespół", "Zasady", "Mgła", "Nie wiem"),
}


class Told(NamedTuple):
    """A reply in a language, with the places (from one) of the options it names."""

    language: str
    text: str
    places: tuple[int, ...] | None
    name: str


TOLD = (
    Told("en", "rules", (1,), "label without article"),
    Told("en", "I don’t know", (3,), "curly apostrophe"),
    Told("en", "I dont knwo", (3,), "slip"),
    Told("en", "i know", None, "the opposite"),
    Told("en", "the second one", (2,), "ordinal"),
    Told("en", "that one", None, "no number"),
    Told("en", "number one", (1,), "number word"),
    Told("en", "1 and 3", (1, 3), "two numbers"),
    Told("en", "first and last", (1, 4), "first and last"),
    Told("en", "not 1", None, "negation"),
    Told("tr", "GÜVENLİ", (1,), "capitals with dotted i"),
    Told("tr", "ISIK", (3,), "capitals without dots"),
    Told("tr", "bence ekibim", (4,), "small word"),
    Told("tr", "güvensiz", None, "the opposite"),
    Told("tr", "biliyorum", None, "verb turned round"),
    Told("tr", "üçüncü", (3,), "ordinal"),
    Told("tr", "3. seçenek", (3,), "number noun"),
    Told("tr", "1 ve 3", (1, 3), "two numbers"),
    Told("tr", "ikinci ve sonuncu", (2, 4), "second and last"),
    Told("tr", "1 değil", None, "negation"),
    Told("ar", "دليل", (1,), "label without article"),
    Told("ar", "الدَّلِيل", (1,), "vowel marks"),
    Told("ar", "الدليـــل", (1,), "tatweel"),
    Told("ar", "لا اعرف", (4,), "plain alef"),
    Told("ar", "أختار الجدار", (2,), "small word"),
    Told("ar", "رقم ٢", (2,), "number in its own figures"),
    Told("ar", "ثلاثة", (3,), "number word"),
    Told("ar", "١ و ٣", (1, 3), "two numbers"),
    Told("ar", "الدليل والجدار", (1, 2), "and written on"),
    Told("ar", "الأول والأخير", (1, 4), "first and last"),
    Told("ar", "ليس ١", None, "negation"),
    Told("pl", "moj zespol", (1,), "no accents"),
    Told("pl", "wybieram zasady", (2,), "small word"),
    Told("pl", "zasayd", (2,), "slip"),
    Told("pl", "MGLA", (3,), "capitals"),
    Told("pl", "wiem", None, "the opposite"),
    Told("pl", "trzecia", (3,), "ordinal"),
    Told("pl", "numer dwa", (2,), "number word"),
    Told("pl", "1 i 3", (1, 3), "two numbers"),
    Told("pl", "1 oraz 2", (1, 2), "two numbers, other word"),
    Told("pl", "pierwszy i ostatni", (1, 4), "first and last"),
    Told("pl", "nie 1", None, "negation"),
)


@pytest.mark.parametrize("told", TOLD, ids=[f"{told.language}-{told.name}" for told in TOLD])
def test_other_languages(told: Told) -> None:
    """The same ways of answering are read in every language, with its own words and letters."""
    shown = tuple(Option(f"o{place}", label) for place, label in enumerate(LABELS[told.language], start=1))
    codes = told.places and tuple(f"o{place}" for place in told.places)

    assert read_options(told.text, shown, told.language) == codes


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("3", "3"),
        ("drie", "3"),
        ("0", "0"),
        ("nul", "0"),
        ("10", "10"),
        ("12", "none"),
        ("11", None),
        ("geen", None),
        ("3,5", Unsure(("3", "5"))),
        ("3.5", None),
        ("6.5", None),
        ("6. 5", "5"),
        ("de derde", Unsure(("2", "3"))),
        ("-1", None),
    ],
)
def test_labels_that_are_numbers_go_before_places(text: str, code: str | Unsure | None) -> None:
    """On a scale from 0 a number is what stands there; only what comes after the scale has a place."""
    scale = (*(Option(str(number), str(number)) for number in range(11)), Option("none", "Past niet"))

    assert read_option(text, scale) == code


def test_a_label_that_begins_with_a_number() -> None:
    """A label such as `2. klas` is found as it stands; a number that can mean two is asked back."""
    classes = (Option("een", "1. klas"), Option("twee", "2. klas"))
    shifted = (Option("twee", "2. klas"), Option("drie", "3. klas"))
    ends = (Option("0", "0: nooit"), Option("1", "1"), Option("2", "2: altijd"))

    assert read_option("2. klas", classes) == "twee"
    assert read_option("2", classes) == "twee"
    assert read_option("2", shifted) == Unsure(("twee", "drie"))
    assert [read_option(text, ends) for text in ("0", "1", "2")] == ["0", "1", "2"]


def test_codes_that_are_numbers_give_way_to_places() -> None:
    """People see places and no codes; a code that is no place still counts."""
    shown = (Option("0", "Nooit"), Option("1", "Soms"), Option("9", "Vaak"))

    assert [read_option(text, shown) for text in ("1", "2", "3", "9")] == ["0", "1", "9", "9"]


def test_a_label_of_two_options_names_both() -> None:
    """What could mean two things is asked back."""
    twice = (Option("a", "Anders"), Option("b", "Anders"))

    assert read_option("anders", twice) == Unsure(("a", "b"))
    assert read_options("1 en anders", twice) == Unsure(("a", "b"))
    assert read_option("2", twice) == "b"
    assert read_option("2. Anders", twice) == "b"


@pytest.mark.parametrize(
    ("text", "code"),
    [("Sla over", "skip"), ("sla over!", "skip"), ("sla", None), ("7", None), ("ik sla over", None)],
)
def test_exact_reading_leaves_free_text_alone(text: str, code: str | None) -> None:
    """Where words of one's own are expected, only a whole label or code names an option."""
    assert read_exactly(text, SHOWN) == code


@pytest.mark.parametrize("sign", ["x", "1 ", "1,", "en ", "\u00e9", "\u0301\u0316", " \n", "0", "of 1 "])
def test_long_replies_are_read_no_further(sign: str) -> None:
    """Twenty thousand signs name nothing; spare spaces around an answer do no harm."""
    assert read_options(sign * (20_000 // len(sign)), SHOWN) is None
    assert read_options(" " * 20_000 + "1", SHOWN) == ("gids",)
