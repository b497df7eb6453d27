"""A new version of a flow: what would break for readers is told with its line, all else is fine."""

import pytest

from flows.checking.changes import find_changes
from flows.file import read_flow

OLD = """\
format: 1
flow: proef
title: Proef
audience: coach
languages: [nl, en]
steps:
  - ask: mee
    kind: consent
    version: "1"
    text: {nl: Doe je mee?, en: Will you join?}
    yes: Ja
    no: Nee
  - ask: verhaal
    kind: story
    text: Vertel.
  - ask: naam
    kind: text
    text: Hoe heet het?
    fills: title
  - ask: gevoel
    kind: choice
    text: Hoe was het?
    options:
      - {code: gids, label: {nl: Zeker, en: Sure}}
      - {code: mist, label: {nl: Onzeker, en: Unsure}}
      - {code: muur, label: {nl: Boos, en: Angry}}
  - ask: cijfer
    kind: scale
    text: Hoe goed?
    from: 1
    to: 10
    low: Slecht
    high: Goed
  - ask: tel
    kind: number
    text: Hoeveel?
    min: 0
    max: 10
  - ask: driehoek
    kind: triad
    text: Waardoor?
    top: {code: regels, label: Regels}
    left: {code: vak, label: Vak}
    right: {code: hart, label: Hart}
  - ask: lijn
    kind: dyad
    text: Hoe was het?
    left: {code: weinig, label: Te weinig}
    right: {code: veel, label: Te veel}
  - ask: stenen
    kind: stones
    text: Waar staat het?
    stones:
      - {code: buur, label: Buur}
      - {code: zus, label: Zus}
    left: Ver
    right: Dichtbij
    bottom: Slecht
    top: Goed
"""

# What stands in the old file, what in the new one, and the line, step and message of each change.
BREAKING: dict[str, tuple[str, str, list[tuple[int, str, str]]]] = {
    "question gone": (
        "  - ask: naam\n    kind: text\n    text: Hoe heet het?\n    fills: title\n",
        "",
        [(6, "flow", "the question 'naam' is gone")],
    ),
    "question renamed": (
        "ask: tel",
        "ask: aantal",
        [(6, "flow", "the question 'tel' is gone")],
    ),
    "kind changed": (
        "kind: number\n    text: Hoeveel?\n    min: 0\n    max: 10",
        "kind: text\n    text: Hoeveel?",
        [(35, "tel", "kind: 'tel' was of kind number")],
    ),
    "option gone": (
        "      - {code: muur, label: {nl: Boos, en: Angry}}\n",
        "",
        [(23, "gevoel", "the code 'muur' is gone")],
    ),
    "labels swapped in one language": (
        "{code: gids, label: {nl: Zeker, en: Sure}}\n      - {code: mist, label: {nl: Onzeker, en: Unsure}}",
        "{code: gids, label: {nl: Onzeker, en: Sure}}\n      - {code: mist, label: {nl: Zeker, en: Unsure}}",
        [
            (23, "gevoel", "the code 'gids' has the label that 'mist' had"),
            (23, "gevoel", "the code 'mist' has the label that 'gids' had"),
        ],
    ),
    "one became several": (
        "text: Hoe was het?\n    options",
        "text: Hoe was het?\n    max: 2\n    options",
        [(23, "gevoel", "one answer became up to 2")],
    ),
    "entries instead of an answer": (
        "    text: Hoe heet het?\n    fills: title\n",
        "    text: Hoe heet het?\n    max: 3\n",
        [(16, "naam", "'title' was filled by 'naam'"), (19, "naam", "one answer became up to 3")],
    ),
    "scale wider": ("from: 1", "from: 0", [(30, "cijfer", "from: was 1")]),
    "ends of a scale swapped": (
        "low: Slecht\n    high: Goed",
        "low: Goed\n    high: Slecht",
        [(32, "cijfer", "low and high changed places")],
    ),
    "number range": ("max: 10", "max: 12", [(38, "tel", "max was 10, and is 12")]),
    "number without a limit": ("    min: 0\n", "", [(34, "tel", "min was 0, and is gone")]),
    "decimals": ("max: 10", "max: 10\n    decimals: 1", [(39, "tel", "decimals was 0, and is 1")]),
    "corners moved": (
        "left: {code: vak, label: Vak}\n    right: {code: hart, label: Hart}",
        "left: {code: hart, label: Hart}\n    right: {code: vak, label: Vak}",
        [(43, "driehoek", "'hart' stood at right"), (44, "driehoek", "'vak' stood at left")],
    ),
    "corner gone": (
        "{code: hart, label: Hart}",
        "{code: gevoel, label: Hart}",
        [(39, "driehoek", "the code 'hart' is gone")],
    ),
    "ends of a line turned": (
        "left: {code: weinig, label: Te weinig}\n    right: {code: veel, label: Te veel}",
        "left: {code: veel, label: Te veel}\n    right: {code: weinig, label: Te weinig}",
        [(48, "lijn", "'veel' stood at right"), (49, "lijn", "'weinig' stood at left")],
    ),
    "stone gone": (
        "      - {code: zus, label: Zus}\n",
        "",
        [(53, "stenen", "the code 'zus' is gone")],
    ),
    "axes turned": (
        "bottom: Slecht\n    top: Goed",
        "bottom: Goed\n    top: Slecht",
        [(58, "stenen", "bottom and top changed places")],
    ),
    "consent with other words": (
        "nl: Doe je mee?",
        "nl: Mag alles online?",
        [(9, "mee", "version: people agreed to other words under version '1'")],
    ),
    "consent for something else": (
        'version: "1"',
        'version: "2"\n    purpose: call',
        [(10, "mee", "purpose: agreement was to 'share'")],
    ),
    "another question fills the title": (
        "    fills: title\n  - ask: gevoel\n    kind: choice\n",
        "  - ask: gevoel\n    kind: choice\n    fills: title\n",
        [(21, "gevoel", "'title' was filled by 'naam'")],
    ),
}

FINE: dict[str, tuple[str, str]] = {
    "nothing": ("", ""),
    "other wording": ("text: Hoe goed?", "text: Hoe goed ging het?"),
    "other label": ("{nl: Boos, en: Angry}", "{nl: Kwaad, en: Angry}"),
    "new question": (
        "  - ask: tel\n",
        "  - {ask: foto, kind: photo, text: Heb je een foto?}\n  - ask: tel\n",
    ),
    "new option": (
        "      - {code: muur,",
        "      - {code: blij, label: {nl: Blij, en: Glad}}\n      - {code: muur,",
    ),
    "other order of options": (
        "{code: mist, label: {nl: Onzeker, en: Unsure}}\n      - {code: muur, label: {nl: Boos, en: Angry}}",
        "{code: muur, label: {nl: Boos, en: Angry}}\n      - {code: mist, label: {nl: Onzeker, en: Unsure}}",
    ),
    "consent in other words and a new version": (
        'version: "1"\n    text: {nl: Doe je mee?',
        'version: "2"\n    text: {nl: Wil je meedoen?',
    ),
    "a way around": ("    fills: title\n", "    fills: title\n    allow: [skip]\n"),
    "a guard": (
        "text: Hoeveel?",
        "text: Hoeveel?\n    when: {question: gevoel, is: gids}",
    ),
}


@pytest.mark.parametrize("name", sorted(BREAKING))
def test_what_breaks_is_told_in_its_place(name: str) -> None:
    """Each change that makes answers of two versions differ, with its line in the new file."""
    before, after, expected = BREAKING[name]
    assert OLD.count(before) == 1
    source = OLD.replace(before, after)

    found = find_changes(read_flow(OLD, "oud"), read_flow(source, "nieuw"), source, "nieuw.yaml")

    assert [(problem.line, problem.step) for problem in found] == [each[:2] for each in expected]
    for problem, (_, _, message) in zip(found, expected, strict=True):
        assert message in problem.message
        assert problem.file == "nieuw.yaml"


@pytest.mark.parametrize("name", sorted(FINE))
def test_what_breaks_nothing_is_not_told(name: str) -> None:
    """Better wording, more questions and more codes are always fine."""
    before, after = FINE[name]
    assert before in OLD
    source = OLD.replace(before, after, 1)

    assert find_changes(read_flow(OLD, "oud"), read_flow(source, "nieuw"), source, "nieuw.yaml") == ()


def test_a_question_keeps_its_meaning_in_a_section() -> None:
    """Where a question stands does not matter, and lines are those of the section."""
    head, tail = OLD.split("  - ask: cijfer\n")
    moved = "".join(f"    {line}\n" for line in f"  - ask: cijfer\n{tail}".splitlines())
    source = f"{head}  - section: deel\n    steps:\n{moved}"
    wider = source.replace("to: 10", "to: 9")

    assert find_changes(read_flow(OLD, "oud"), read_flow(source, "nieuw"), source, "nieuw.yaml") == ()
    (problem,) = find_changes(read_flow(OLD, "oud"), read_flow(wider, "nieuw"), wider, "nieuw.yaml")
    assert (problem.line, problem.step) == (33, "cijfer")
