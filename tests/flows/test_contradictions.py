"""Guards that can never hold together, against all ways there are through a small flow."""

from itertools import chain, combinations, product
from typing import Any

import pytest

from flows.checking.rules.contradictions import can_hold
from flows.checking.rules.length import count_questions
from flows.checking.rules.outline import Item, draw_outline
from flows.guards import Guard, Known, all_hold
from flows.yaml_reader import load_plain

FLOW = """\
languages: [nl, en]
audience: coach
steps:
  - {ask: mee, kind: consent}
  - {ask: rol, kind: choice, allow: [skip], options: [{code: a}, {code: b}]}
  - section: deel
    when: {question: rol, is: a}
    steps:
      - {ask: wie, kind: choice, max: 2, options: [{code: x}, {code: y}, {code: z}]}
  - {ask: cijfer, kind: scale, from: 1, to: 3}
  - {ask: tel, kind: number, min: 0, max: 4, when: {question: cijfer, at_least: 2}}
"""
UNSEEN = ({"question": "wie", "answered": False}, {"question": "tel", "answered": False})
OUTLINE = draw_outline(load_plain(FLOW))

GUARDS: list[dict[str, Any]] = [
    *({"question": "rol", "is": code} for code in "ab"),
    *({"question": "rol", "is_not": code} for code in "ab"),
    *({"question": "rol", "answered": value} for value in (True, False)),
    *({"question": "wie", "is": code} for code in "xyz"),
    *({"question": "wie", "is_not": code} for code in "xy"),
    {"question": "wie", "in": ["x", "y"]},
    *({"question": "wie", "answered": value} for value in (True, False)),
    *({"question": "cijfer", "is": number} for number in (1, 3)),
    {"question": "cijfer", "is_not": 3},
    {"question": "cijfer", "in": [1, 2]},
    {"question": "cijfer", "at_least": 3},
    {"question": "cijfer", "at_most": 1},
    {"question": "cijfer", "answered": False},
    {"question": "tel", "at_least": 3},
    {"question": "tel", "at_most": 2},
    {"question": "tel", "answered": False},
    {"question": "mee", "is": "yes"},
    {"question": "mee", "is": "no"},
    {"language": "nl"},
    {"language": ["en"]},
]


def _list_ways() -> list[Known]:
    """Every way through the flow, as the engine would remember it."""
    ways: list[Known] = []
    pairs = [(), ("x",), ("y",), ("z",), ("x", "y"), ("x", "z"), ("y", "z")]
    for language, mee, rol, wie, cijfer, tel in product(
        ("nl", "en"), ("yes", "no"), ("", "a", "b"), pairs, (1, 2, 3), (None, *range(5))
    ):
        if bool(wie) is (rol == "a") and (tel is not None) is (cijfer >= 2):
            remembered = {
                "mee": (mee,),
                "rol": (rol,) if rol else (),
                "wie": wie,
                "cijfer": (str(cijfer),),
                "tel": () if tel is None else (str(tel),),
            }
            ways.append(Known(remembered, language, "coach"))
    return ways


WAYS = _list_ways()


@pytest.mark.parametrize("count", [1, 2, 3])
def test_a_contradiction_is_told_when_no_way_is_left_and_never_otherwise(count: int) -> None:
    """For every combination of guards the rule says what trying all answers says.

    One thing it does not see: that a question with a guard must have been asked, when it was not answered.
    """
    held = {
        index: frozenset(
            number for number, way in enumerate(WAYS) if all_hold((Guard.model_validate(guard),), way)
        )
        for index, guard in enumerate(GUARDS)
    }
    said = {
        chosen: can_hold([Item((), GUARDS[index]) for index in chosen], OUTLINE)
        for chosen in combinations(range(len(GUARDS)), count)
    }
    true = {
        chosen: any(all(way in held[index] for index in chosen) for way in range(len(WAYS)))
        for chosen in said
    }
    unseen = {index for index, guard in enumerate(GUARDS) if guard in UNSEEN}

    assert [chosen for chosen in said if true[chosen] and not said[chosen]] == []
    assert [chosen for chosen in said if said[chosen] and not true[chosen] and not unseen & {*chosen}] == []


def _write_steps(*steps: str) -> str:
    return "\n".join(["languages: [nl, en]", "steps:", *(f"  - {step}" for step in steps)])


ROLE = "{ask: rol, kind: choice, options: [{code: a}, {code: b}]}"


@pytest.mark.parametrize(
    ("steps", "count"),
    [
        (("{ask: mee, kind: consent}", "{ask: v, kind: story}", "{say: dag}"), 0),
        ((ROLE, "{ask: p, kind: text}", "{ask: q, kind: photo}"), 3),
        ((ROLE, "{ask: p, when: {question: rol, is: a}}", "{ask: q, when: {question: rol, is: b}}"), 2),
        ((ROLE, "{ask: p, when: {question: rol, is: a}}", "{ask: q, when: {question: rol, is_not: b}}"), 3),
        (("{ask: p, when: {language: nl}}", "{ask: q, when: {language: en}}"), 1),
        (("{rotate: r, pick: 2, steps: [{ask: p}, {ask: q}, {ask: s}]}", "{ask: t}"), 3),
        (
            (
                "{ask: cijfer, kind: scale, from: 1, to: 10}",
                "{ask: p, when: {question: cijfer, at_most: 4}}",
                "{ask: q, when: {question: cijfer, at_least: 8}}",
            ),
            2,
        ),
        (
            (
                ROLE,
                "{ask: p, kind: choice, options: [{code: x}], when: {question: rol, is: a}}",
                "{ask: q, when: {question: p, is: x}}",
                "{ask: s, when: {question: rol, is: b}}",
            ),
            3,
        ),
    ],
)
def test_questions_that_exclude_each_other_count_once(steps: tuple[str, ...], count: int) -> None:
    """What counts is the longest way, not the length of the file."""
    assert count_questions(draw_outline(load_plain(_write_steps(*steps)))) == count


def test_counting_ends_also_in_a_long_flow_with_many_branches() -> None:
    """Thirty questions that each look at another are counted without trying a thousand million ways."""
    asked = [f"{{ask: k{n}, kind: choice, options: [{{code: a}}, {{code: b}}]}}" for n in range(30)]
    looking = [f"{{ask: q{n}, kind: text, when: {{question: k{n}, is: a}}}}" for n in range(30)]

    assert count_questions(draw_outline(load_plain(_write_steps(*chain(asked, looking))))) == 60
