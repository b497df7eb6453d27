"""How spoken answers are read as transcripts write them: every kind of question, in every language."""

from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from flows.inbound import Said
from flows.kinds.step import Given, Misread, Partly, Reading, Setting
from flows.phrases import Command, find_command, find_language, find_reply
from flows.reading.places import read_score, read_sides
from flows.reading.spoken import list_forms
from flows.reading.words import LANGUAGES
from talks import FLOWS

FLOW = FLOWS["gesproken.yaml"]
TODAY = date(2026, 3, 12)
UNSURE = "unsure"
"""What is asked back, for it can be several."""


def _hear(ask: str, language: str, words: str) -> Reading:
    """What words mean as an answer, in the first of their forms that is understood."""
    setting = Setting(language, FLOW.languages, today=TODAY)
    readings = [FLOW.asked[ask].read(Said(form), setting) for form in list_forms(words, language)]
    return next((each for each in readings if not isinstance(each, Misread)), readings[-1])


def _name(reading: Reading) -> object:
    """A reading in short: codes, a number, a day; the zone's shares; `unsure`, or None."""
    match reading:
        case Given(parts=parts, status="answered") if len(parts) == 1:
            part = parts[0]
            return (part.x, part.y) if part.x is not None else part.code or part.text or part.number
        case Given(parts=parts, status="answered"):
            return tuple(part.code or part.number for part in parts)
        case Given(status=status):
            return status
        case Partly(picked=picked):
            return picked[0] if len(picked) == 1 else picked
        case Misread(says=says) if "?" in says or "؟" in says:
            return UNSURE
        case _:
            return None


def _spread(answers: dict[object, Sequence[str]]) -> list[tuple[str, object]]:
    return [(words, meant) for meant, said in answers.items() for words in said]


TOP, LEFT, RIGHT = (80, 10, 10), (10, 80, 10), (10, 10, 80)
TOP_LEFT, TOP_RIGHT, LEFT_RIGHT, ALL = (45, 45, 10), (45, 10, 45), (10, 45, 45), (33.34, 33.33, 33.33)


@pytest.mark.parametrize(
    ("words", "meant"),
    _spread(
        {
            "yes": (
                "Ja.",
                "Ja hoor.",
                "Ja, ik doe mee.",
                "Uh, ja.",
                "Ja, is goed.",
                "Oké.",
                "Ja graag!",
                "Doe maar.",
            ),
            "no": ("Nee.", "Nee, dank je.", "Nee hoor.", "Liever niet.", "Nou nee.", "Nee, liever niet."),
            None: ("Misschien.", "Ja en nee.", "Wat?", ""),
        }
    ),
)
def test_consent_in_dutch(words: str, meant: object) -> None:
    """Only a plain yes is agreement."""
    said = [find_reply("nl", form) for form in list_forms(words, "nl")]
    heard = _name(_hear("mee", "nl", words)) if words else None
    assert (heard if heard in ("yes", "no") else None) == meant, said


@pytest.mark.parametrize(
    ("words", "meant"),
    _spread(
        {
            "vaak": (
                "Heel vaak.",
                "heel vaak",
                "De derde.",
                "Nummer drie.",
                "Drie.",
                "3.",
                "Uh, heel vaak denk ik.",
            ),
            "soms": (
                "Soms.",
                "Soms, denk ik.",
                "De tweede.",
                "De tweede!",
                "Volgens mij soms.",
                "Doe maar de tweede.",
            ),
            "nooit": (
                "Nooit.",
                "De eerste.",
                "Eén.",
                "Nummer één.",
                "Nou, nooit eigenlijk.",
                "Ik kies de eerste.",
            ),
            ("nooit", "soms"): ("Nooit en soms.", "De eerste en de tweede.", "1 en 2.", "Een en twee."),
            "skipped": ("Sla over.",),
            "dont_know": ("Weet ik niet.",),
            UNSURE: ("Nooit of soms.",),
            None: ("Altijd.", "Blauw.", "Zes.", "Ik ga morgen naar de markt."),
        }
    ),
)
def test_a_choice_in_dutch(words: str, meant: object) -> None:
    """By label, number or place, with the small words of speech around it."""
    assert _name(_hear("vaak", "nl", words)) == meant


@pytest.mark.parametrize(
    ("words", "meant"),
    _spread(
        {
            7.0: (
                "Een zeven.",
                "Zeven.",
                "7.",
                "Zeven op tien.",
                "Een 7 op 10.",
                "Zeven van de tien.",
                "Ik denk een zeven.",
            ),
            10.0: ("Tien.", "Een tien.", "Heel erg.", "10.", "Tien op tien."),
            0.0: ("Nul.", "Helemaal niet.", "Een nul."),
            4.0: ("Vier.", "Fier.", "Volgens mij een vier."),
            5.0: ("In het midden.", "Vijf.", "Halverwege."),
            UNSURE: ("Zeven of acht.",),
            None: ("Elf.", "Zeven op vijf.", "Goed."),
        }
    ),
)
def test_a_scale_in_dutch(words: str, meant: object) -> None:
    """A number in any way people say one; out of another number than the last it is none."""
    assert _name(_hear("cijfer", "nl", words)) == meant


@pytest.mark.parametrize(
    ("words", "meant"),
    _spread(
        {
            7.14: ("Te traag.", "Helemaal links.", "Eén.", "Nummer één.", "Helemaal te traag."),
            21.43: ("Meer naar links.", "Meer te traag.", "Vooral te traag.", "Twee.", "Meer naar te traag."),
            35.71: ("Een beetje naar links.", "Een beetje te traag.", "Iets meer te traag.", "Drie."),
            50.0: ("In het midden.", "Midden.", "Er precies tussenin.", "Vier."),
            64.29: ("Een beetje te snel.", "Iets meer naar rechts."),
            78.57: ("Meer naar rechts.", "Meer naar te snel."),
            92.86: ("Te snel.", "Helemaal rechts.", "Zeven.", "De zevende."),
            UNSURE: ("Links.", "Rechts.", "Aan de linkerkant."),
            None: ("Boven.", "Acht.", "Blauw.", "Links en rechts."),
        }
    ),
)
def test_a_dyad_in_dutch(words: str, meant: object) -> None:
    """A step by number, by its end, or by how far it lies to one side; a bare side is asked back."""
    assert _name(_hear("tempo", "nl", words)) == meant


@pytest.mark.parametrize(
    ("words", "meant"),
    _spread(
        {
            TOP: (
                "Regels.",
                "Vooral regels.",
                "De regels.",
                "Bovenaan.",
                "De eerste.",
                "Vooral de regels, denk ik.",
            ),
            LEFT: ("Vakkennis.", "Links.", "Linksonder.", "Nummer vijf."),
            RIGHT: ("Gevoel.", "Rechtsonder.", "Helemaal rechts.", "Vooral gevoel."),
            TOP_LEFT: ("Tussen regels en vakkennis in.", "Regels en vakkennis.", "De tweede.", "Linksboven."),
            TOP_RIGHT: (
                "Tussen regels en gevoel in.",
                "Tussen gevoel en regels.",
                "Allebei, regels en gevoel.",
            ),
            LEFT_RIGHT: ("Vakkennis en gevoel.", "Een mix van vakkennis en gevoel.", "Onderaan."),
            ALL: (
                "Alle drie.",
                "Alle drie evenveel.",
                "In het midden.",
                "Regels, vakkennis en gevoel.",
                "Allemaal.",
            ),
            UNSURE: ("Meer naar links.", "Een beetje naar boven.", "Regels of gevoel."),
            None: ("Niet regels.", "Blauw.", "Tussen regels en blauw.", "Acht."),
        }
    ),
)
def test_a_triad_in_dutch(words: str, meant: object) -> None:
    """A zone by its corners, by number, or by where it lies; more towards a corner is asked back."""
    assert _name(_hear("reden", "nl", words)) == meant


@pytest.mark.parametrize(
    ("words", "meant"),
    _spread(
        {
            (16.67, 83.33): ("Linksboven.", "Links boven.", "Boven links.", "Eén.", "De eerste."),
            (50.0, 50.0): ("In het midden.", "Het midden.", "Vijf."),
            (83.33, 16.67): ("Rechtsonder.", "Onder rechts."),
            (50.0, 83.33): ("Boven.", "Boven in het midden."),
            "off": ("Hoort er niet bij.",),
            None: ("Blauw.", "Alle drie."),
        }
    ),
)
def test_stones_in_dutch(words: str, meant: object) -> None:
    """A place by number or by its sides, in either order."""
    assert _name(_hear("vierkant", "nl", words)) == meant


@pytest.mark.parametrize(
    ("ask", "words", "meant"),
    [
        ("aantal", "Drieëntwintig.", 23.0),
        ("aantal", "Uh, twaalf mensen.", 12.0),
        ("aantal", "Een stuk of vijf.", None),
        ("aantal", "Nul.", 0.0),
        ("dag", "Gisteren.", "2026-03-11"),
        ("dag", "Volgens mij vorige week dinsdag.", "2026-03-03"),
        ("dag", "Op 1 maart.", "2026-03-01"),
        ("dag", "Ik denk eergisteren.", "2026-03-10"),
        ("dag", "In maart.", UNSURE),
    ],
)
def test_numbers_and_days_in_dutch(ask: str, words: str, meant: object) -> None:
    """As typed ones are read; a vague one is asked."""
    assert _name(_hear(ask, "nl", words)) == meant


@pytest.mark.parametrize(
    ("ask", "words", "meant"),
    [
        ("mee", "Yes please.", "yes"),
        ("mee", "No, thank you.", "no"),
        ("vaak", "Very often.", "vaak"),
        ("vaak", "The second one.", "soms"),
        ("vaak", "Um, never I think.", "nooit"),
        ("vaak", "Number three.", "vaak"),
        ("vaak", "Never and sometimes.", ("nooit", "soms")),
        ("vaak", "The last option.", "skipped"),
        ("cijfer", "Seven out of ten.", 7.0),
        ("cijfer", "A seven.", 7.0),
        ("cijfer", "7 out of 10.", 7.0),
        ("cijfer", "Ate.", 8.0),
        ("cijfer", "For.", 4.0),
        ("cijfer", "In the middle.", 5.0),
        ("tempo", "Completely left.", 7.14),
        ("tempo", "A bit too fast.", 64.29),
        ("tempo", "More to the left.", 21.43),
        ("tempo", "Left.", UNSURE),
        ("tempo", "Halfway.", 50.0),
        ("reden", "Between rules and feeling.", TOP_RIGHT),
        ("reden", "Mostly rules.", TOP),
        ("reden", "All three.", ALL),
        ("reden", "In the middle.", ALL),
        ("reden", "Know-how.", LEFT),
        ("reden", "Not rules.", None),
        ("aantal", "Twenty three.", 23.0),
        ("dag", "Yesterday.", "2026-03-11"),
    ],
)
def test_english(ask: str, words: str, meant: object) -> None:
    """The same in English."""
    assert _name(_hear(ask, "en", words)) == meant


@pytest.mark.parametrize(
    ("language", "ask", "words", "meant"),
    [
        ("tr", "mee", "Evet.", "yes"),
        ("tr", "vaak", "Bazen.", "soms"),
        ("tr", "vaak", "İkinci.", "soms"),
        ("tr", "vaak", "Şey, bazen galiba.", "soms"),
        ("tr", "cijfer", "Yedi.", 7.0),
        ("tr", "cijfer", "10 üzerinden 7.", 7.0),
        ("tr", "tempo", "Ortada.", 50.0),
        ("tr", "reden", "Kurallar.", TOP),
        ("tr", "reden", "Kurallar ve duygu.", TOP_RIGHT),
        ("tr", "reden", "Hepsi.", ALL),
        ("ar", "mee", "نعم.", "yes"),
        ("ar", "vaak", "أحيانا.", "soms"),
        ("ar", "vaak", "الثاني.", "soms"),
        ("ar", "cijfer", "سبعة.", 7.0),
        ("ar", "cijfer", "سبعة من عشرة.", 7.0),
        ("ar", "tempo", "في الوسط.", 50.0),
        ("ar", "reden", "القواعد.", TOP),
        ("ar", "reden", "القواعد والشعور.", TOP_RIGHT),
        ("ar", "reden", "الكل.", ALL),
        ("pl", "mee", "Tak.", "yes"),
        ("pl", "vaak", "Czasami.", "soms"),
        ("pl", "vaak", "Drugi.", "soms"),
        ("pl", "cijfer", "Siedem.", 7.0),
        ("pl", "cijfer", "Siedem na dziesięć.", 7.0),
        ("pl", "tempo", "W środku.", 50.0),
        ("pl", "reden", "Zasady.", TOP),
        ("pl", "reden", "Zasady i uczucie.", TOP_RIGHT),
        ("pl", "reden", "Wszystkie.", ALL),
    ],
)
def test_the_other_languages(language: str, ask: str, words: str, meant: object) -> None:
    """The plain answers in Turkish, Arabic and Polish."""
    assert _name(_hear(ask, language, words)) == meant


@pytest.mark.parametrize(
    ("language", "words", "command"),
    [
        ("nl", "Terug.", "back"),
        ("nl", "Uh, terug.", "back"),
        ("nl", "Ga maar terug.", "back"),
        ("nl", "Stop!", "stop"),
        ("nl", "Ik wil stoppen.", "stop"),
        ("nl", "Overslaan.", "skip"),
        ("nl", "Sla maar over.", "skip"),
        ("nl", "Klaar.", "done"),
        ("nl", "Klopt niet.", "wrong"),
        ("nl", "Nee, dat klopt niet.", "wrong"),
        ("nl", "Lees maar voor.", "read_aloud"),
        ("nl", "Toen gingen we terug.", None),
        ("en", "Go back, please.", "back"),
        ("en", "Skip it.", "skip"),
        ("tr", "Geri dön.", "back"),
        ("ar", "رجوع.", "back"),
        ("pl", "Wróć.", "back"),
    ],
)
def test_spoken_commands(language: str, words: str, command: Command | None) -> None:
    """The words that always work, as a transcript writes them; within a sentence they are none."""
    found = [find_command(language, form) for form in list_forms(words, language)]
    assert next((each for each in found if each), None) == command


@pytest.mark.parametrize(
    ("words", "language"),
    [
        ("Engels.", "en"),
        ("Turkish", "tr"),
        ("Arapça", "ar"),
        ("polski", "pl"),
        ("Nederlands", "nl"),
        ("Frans", None),
    ],
)
def test_languages_by_their_names(words: str, language: str | None) -> None:
    """A language is named in any other."""
    assert find_language(words) == language


@given(st.sampled_from(LANGUAGES), st.text(max_size=300))
def test_nothing_is_heard_that_nobody_said(language: str, words: str) -> None:
    """All forms but a homophone are part of the words, and none is empty."""
    forms = list_forms(words, language)
    spaced = " ".join(words.split())
    assert all(forms)
    assert all(" ".join(form.split()) in spaced for form in forms[:2])


@given(st.sampled_from(LANGUAGES), st.text(max_size=80), st.integers(0, 20))
def test_no_words_break_the_reading_of_places(language: str, words: str, last: int) -> None:
    """Whatever is said about a place is read or not; a score lies within what was said."""
    assert read_sides(words, language) is None or words
    assert read_score(words, language, last) is None or any(sign.isalnum() for sign in words)
