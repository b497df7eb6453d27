"""What is taken out of texts: each rule with what it finds and what it leaves, and how marks are numbered."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.deidentification import BLIND, FILES, GOALS, PRECISION, count, read_sentences
from storage.errors import SettingsError
from workers.deidentification.deidentify import Deidentifier
from workers.deidentification.finding import Finding, settle
from workers.deidentification.frequencies import load_frequencies
from workers.deidentification.numbers import is_bsn, is_iban
from workers.deidentification.word_lists import load_names


def test_numbers_that_overlap_are_one() -> None:
    """What one rule sees of a number and another sees of it goes whole; a name beside it stays what it is."""
    found = [
        Finding(0, 6, "nummer", "number of a paper", weight=70),
        Finding(4, 12, "telefoon", "spoken number", weight=60),
        Finding(12, 16, "persoon", "first name", weight=36),
        Finding(10, 18, "adres", "ending of a street", weight=30),
    ]

    settled = settle("7 0044 19 33 anna laan", found)

    assert [(each.start, each.end, each.kind) for each in settled] == [(0, 12, "nummer"), (12, 16, "persoon")]


def test_a_person_keeps_a_number(deidentifier: Deidentifier) -> None:
    """By any part of the name, also when its other half comes later."""
    text = "Fatima kwam binnen. Later zei Ahmed dat mevrouw Fatima el Amrani, of El Amrani, ziek is."

    assert deidentifier.deidentify(text).text == (
        "[persoon 1] kwam binnen. Later zei [persoon 2] dat mevrouw [persoon 1], of [persoon 1], ziek is."
    )


def test_every_mark_says_why(deidentifier: Deidentifier) -> None:
    """Which characters, by which rule, from which list."""
    found = deidentifier.deidentify("Fatima woont in Pathmos.")

    assert [(each.mark, each.finding.rule, each.finding.source) for each in found.replaced] == [
        ("[persoon 1]", "first name", "first names of deduce"),
        ("[plaats 1]", "list of names", "enschede.yaml"),
    ]


@pytest.mark.parametrize("name", [*FILES, *BLIND])
def test_the_goals_are_held_to(deidentifier: Deidentifier, name: str) -> None:
    """On the sentences the rules were made with and on the others; nothing gets worse unseen."""
    counts = count(read_sentences(name), deidentifier)

    assert counts.recall("persoon") > GOALS["persoon"]
    assert counts.recall("number or address") > GOALS["number or address"]
    assert counts.precision() > PRECISION + 0.05
    often = [kind for kind, taken in counts.taken.items() if taken > 10]  # of five, one says nothing
    assert min(map(counts.precision, often)) > PRECISION + 0.05


def test_the_sentences_are_what_they_should_be() -> None:
    """At least 400, half of them well written or spoken neatly, a third once unseen, none in both."""
    seen, unseen, more = (read_sentences(name) for name in ("seen", "unseen", "more"))
    everything = [sentence.text for sentence in seen + unseen]

    assert len(set(everything)) == len(everything) >= 400
    assert not {sentence.text for sentence in more} & {*everything}
    assert 0.3 < len(unseen) / len(everything) < 0.4
    typed = sum(sentence.register == "typed" for sentence in seen + unseen)
    assert 0.3 < typed / len(everything) < 0.6
    assert 0.2 < sum(not sentence.marks for sentence in seen) / len(seen) < 0.5


@pytest.mark.timeout(30)
@pytest.mark.parametrize(
    "sign",
    [
        "a",
        "A",
        "1 ",
        "1",
        "van ",
        "A. ",
        "jan punt ",
        "een ",
        "a@",
        "a-",
        "'",
        "a1",
        "uh ",
        "ter ",
        "kamer 1 ",
        "bij de ",
        "huis van ",
        "insta at a ",
        "a punt at ",
        "ja nul en ",
        "meneer hoe heet ie ook weer ",
        "nummer 1 van de ",
        "van de ",
        "k van k ",
    ],
)
def test_no_text_takes_long(deidentifier: Deidentifier, sign: str) -> None:
    """The longest text there can be, of one sign over and over, is read as quickly as any other."""
    assert isinstance(deidentifier.find(sign * (20_000 // len(sign))), list)


def test_check_digits() -> None:
    """Citizen service numbers by the eleven test, bank accounts by the remainder of 97."""
    assert [is_bsn(digits) for digits in ("111222333", "123456782", "123456789")] == [True, True, False]
    codes = ("NL91ABNA0417164300", "NL91 ABNA 0417 1643 00", "NL92ABNA0417164300", "NL é")
    assert [is_iban(code) for code in codes] == [True, True, False, False]


def test_only_the_lists_of_packages_are_read() -> None:
    """Code of deduce would send the messages of all libraries to the output; that of wordfreq is slow."""
    code = (
        "import sys; from workers.deidentification.deidentify import Deidentifier;"
        "from workers.deidentification.frequencies import load_frequencies;"
        "Deidentifier.load('enschede', load_frequencies());"
        "assert not {'deduce', 'wordfreq', 'numpy', 'PIL'} & {*sys.modules}"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_municipality_of_ones_own(tmp_path: Path) -> None:
    """A file with the same keys."""
    names = tmp_path / "dorp.yaml"
    names.write_text(
        "places: de kromme akkers\nstreets: achterom\ninstitutions: het baken\n", encoding="utf-8"
    )
    found = Deidentifier.load(names, load_frequencies()).deidentify("bij het baken in de kromme akkers")

    assert found.text == "bij [instelling 1] in [plaats 1]"


@pytest.mark.parametrize(
    "source",
    [
        "",
        "- places",
        "places: [een, twee]",
        "wijken: pathmos",
        "capitalised: pathmos",
        "places: {",
        "\x00",
        "42",
    ],
)
def test_a_file_that_holds_no_names(tmp_path: Path, source: str) -> None:
    """Is refused with what would be right."""
    names = tmp_path / "dorp.yaml"
    names.write_text(source, "utf-8")

    with pytest.raises(SettingsError, match=r"dorp\.yaml is no file of names: it may have the keys places, "):
        load_names(names)


@pytest.mark.parametrize(
    ("language", "text", "kept"),
    [
        (
            "en",
            "I went there because Anna Kowalska called me.",
            "I went there because [persoon 1] called me.",
        ),
        ("tr", "Komşum Ayşe bana mektubu okudu.", "Komşum [persoon 1] bana mektubu okudu."),
        ("pl", "Sąsiadka Anna pomogła mi w Pathmos.", "Sąsiadka [persoon 1] pomogła mi w [plaats 1]."),
        ("ar", "ساعدتني جارتي في قراءة الرسالة.", "ساعدتني جارتي في قراءة الرسالة."),
    ],
)
def test_in_another_language_strange_words_are_no_names(
    deidentifier: Deidentifier, language: str, text: str, kept: str
) -> None:
    """There only names of the lists are found: words that Dutch does not know say nothing."""
    assert deidentifier.deidentify(text, language).text == kept


def test_a_text_with_marks_gets_others(deidentifier: Deidentifier) -> None:
    """Who changes a text that was shown with marks, and names somebody else, has them told apart."""
    assert deidentifier.deidentify("[persoon 1] belde, en toen kwam Mohammed.").text == (
        "[persoon 1] belde, en toen kwam [persoon 2]."
    )
