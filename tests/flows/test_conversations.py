"""Conversations as files: what is said or tapped, and what must come back; one runner for all.

A case names a `flow` (of the catalogue, or a file in `tests/conversations/flows`), a `language` (left out,
the flow decides), perhaps the question it `starts at` (everything before is answered by the runner), the
codes of stories this person has `kept`, the `seed` that decides what is drawn, whether all can be heard
as well (`reads aloud`; left out, it can), and its `turns`; or `each`,
turns that all begin anew at that question, after turns that always come `first`. It is Thursday 12 March
2026. A turn has one of

    says · letters (so many) · taps (one code or several; `of` another question) · points [x, y]
    edits {what a message said at first: what it says now} · places (every stone's [x, y] or off)
    records (a name, `seconds`) · photo (a name) · sends (a sticker, video, …) · transcript {name: text}
    fails {name: problem} · waits (a duration: what is due by then happens)
    stale (a duration: word comes of a moment so long ago, which the conversation does not wait for)

and what comes of it: `back` (per message its beginning or a part, `…` for any; or `nothing`), `asks` (the
question it ends with), `options` (what can be tapped then), `progress` [step, of], `in` (the language),
`purpose` (why the last message comes unasked), `aloud` (whether all of it is to be heard),
and `then` (what is recorded or asked for; left out, there must be nothing).
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, cast

import pytest

from cases import CASES, FOLDER, Exchange, describe, list_items, open_case, play
from flows.file import read_catalogue
from flows.kinds.confirmation import Confirmation
from flows.outbound import Utterance
from flows.yaml_reader import load_plain
from talks import FLOWS

KEYS = {
    *("about", "flow", "language", "opens", "starts at", "kept", "seed", "reads aloud"),
    *("turns", "first", "each"),
}
ANY = "…"
LONGEST_CHANGE = 3
"""Lines of cases that may have to change with one wording."""


@pytest.mark.parametrize("name", sorted(CASES))
def test_conversation(name: str) -> None:
    """What is said and tapped brings back and records what the file says."""
    case = CASES[name]
    assert set(case) <= KEYS
    assert ("turns" in case) is not ("each" in case)
    if "opens" in case:
        opened = open_case({key: value for key, value in case.items() if key != "starts at"})
        _check_back(opened.shown, case["opens"])
    for exchange in play(case):
        try:
            _check(exchange)
        except AssertionError as error:
            error.add_note(f"in turn {exchange.number} of {name}: {exchange.expected}")
            raise


@pytest.mark.parametrize("name", sorted(read_catalogue()))
def test_every_flow_of_the_catalogue_comes_to_its_end(name: str) -> None:
    """A plain teller gets from the first question to the last words, in every language of the flow."""
    for language in FLOWS[name].languages:
        case = {"flow": name.removesuffix(".yaml"), "language": language, "starts at": "the end"}
        ended = open_case(case).turn
        assert ended.session.status == "finished"
        assert {said.language for said in ended.says} == {language}


def test_a_changed_wording_changes_few_cases() -> None:
    """No sentence of the bot or the catalogue is quoted in more than three places."""
    quotes = [
        quote
        for case in CASES.values()
        for quote in (
            *list_items(case.get("opens")),
            *(part for turn in _list_turns(case) for part in list_items(turn.get("back"))),
        )
        if quote != ANY
    ]
    sources = [FOLDER.parents[1] / "flows" / "phrases" / f"{language}.yaml" for language in ("nl", "en")]
    wordings = [text for path in sources for text in load_plain(path.read_text())["sentences"].values()]
    wordings += [text for source in read_catalogue().values() for text in _list_strings(load_plain(source))]
    often = {text for text in wordings if sum(quote in text for quote in quotes) > LONGEST_CHANGE}

    assert quotes
    assert often == set()


def _check(exchange: Exchange) -> None:
    expected, turn, flow = exchange.expected, exchange.turn, exchange.flow
    assert set(expected) & {"back", "asks"}, "a turn says what comes back"
    if "back" in expected:
        _check_back(turn.says, expected["back"])
    if "asks" in expected:
        step = flow.walk[turn.session.at].step
        named = "the text" if isinstance(step, Confirmation) else step.name
        named = (turn.says[-1].step or "") if turn.session.menu else named
        assert named == expected["asks"]
        assert turn.session.status == "open"
        assert not turn.session.paused
        assert turn.session.menu or turn.says[-1].step == step.name
    if "options" in expected:
        assert [option.code for option in turn.says[-1].tappable] == expected["options"]
    if "progress" in expected:
        progress = turn.says[-1].progress
        assert progress is not None
        assert [progress.at, progress.of] == expected["progress"]
    if "aloud" in expected:
        assert {utterance.aloud for utterance in turn.says} == {expected["aloud"]}
    if "purpose" in expected:
        assert turn.says[-1].purpose == expected["purpose"]
    assert exchange.content is None or not any(said.purpose for said in turn.says), "the bot was asked"
    if "in" in expected:
        assert {utterance.language for utterance in turn.says} == {expected["in"]}
    happened = describe(turn)
    wanted: list[Mapping[str, Any]] = list_items(expected.get("then"))
    assert len(happened) == len(wanted), happened
    for fact, want in zip(happened, wanted, strict=True):
        assert {key: fact.get(key) for key in want} == want


def _check_back(says: Sequence[Utterance], expected: str | list[str]) -> None:
    wanted = list_items(expected)
    texts = [utterance.text for utterance in says]
    assert len(texts) == len(wanted), texts
    for text, part in zip(texts, wanted, strict=True):
        assert part in text or part == ANY


def _list_turns(case: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [turn for key in ("first", "turns", "each") for turn in list_items(case.get(key))]


def _list_strings(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        nested = cast(dict[str, Any] | list[Any], value)
        for item in nested.values() if isinstance(nested, dict) else nested:
            yield from _list_strings(item)
