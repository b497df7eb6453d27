"""Single rules of the engine: codes that fit, shares that add up, progress, the count of stories."""

from decimal import Decimal
from math import inf, isfinite, nan

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.channels.channel import write_tap
from flows.engine import wants_count
from flows.flow import Flow
from flows.inbound import Chose, Placed, Recorded, Said, TranscriptReady
from flows.kinds.confirmation import Confirmation
from flows.kinds.dyad import POSITIONS
from flows.kinds.stones import PLACES
from flows.kinds.triad import ZONES, share_point
from flows.turn import AnswerGiven, Turn
from flows.walk import draw_lots
from flows.wording import render_plain
from talks import FLOWS, WORLD, add_up, start, walk

LONGEST_CODE = 30
LONGEST_BUTTON = 64  # bytes, in Telegram
TO_THE_TRIAD = [Chose(("yes",)), 0, Said("woord " * 30), 0]


@pytest.fixture(params=sorted(FLOWS))
def flow(request: pytest.FixtureRequest) -> Flow:
    """Every flow of the catalogue and of the tests in turn."""
    return FLOWS[request.param]


def test_a_transcript_after_the_end_changes_nothing() -> None:
    """A recording that was put aside may become text when all is over; the session stays as it was."""
    talk = walk(
        [Chose(("yes",)), Recorded("a"), 0, Chose(("change",)), Said("Getypt."), Chose(("keep",))],
        FLOWS["kort.yaml"],
    )
    ended = talk.turn.session

    assert ended.status == "finished"
    assert talk.take(TranscriptReady("a", "Te laat.")) == Turn(ended)


@given(st.floats(), st.floats())
@example(nan, 50.0)
@example(inf, -inf)
@example(100.0, 100.0)
@example(33.335, 66.665)
def test_a_point_anywhere_shares_exactly_a_hundred(x: float, y: float) -> None:
    """Any point gives three shares that are exactly 100 together; what is no point is asked again."""
    talk = walk([])
    while talk.open and talk.offer().kind != "triad":
        talk.take(talk.pick(0))
    step = talk.offer().step
    turn = talk.take(Placed(x, y, step))

    assert bool(turn.events) == (isfinite(x) and isfinite(y))
    if not turn.events:
        assert turn.says[-1].step == step
        return
    (answer,) = turn.events
    assert isinstance(answer, AnswerGiven)
    shares = [part.number or 0.0 for part in answer.parts]
    assert tuple(shares) == share_point(x, y)
    assert add_up(shares) == 100
    assert all(0 <= share <= 100 for share in shares)


def test_the_seven_zones_share_exactly_a_hundred() -> None:
    """Each button of a triad stores three shares that are exactly 100 together."""
    assert {add_up(shares) for shares in ZONES.values()} == {Decimal(100)}


def test_the_places_of_dyads_and_stones_lie_even() -> None:
    """What is stored for buttons lies in the middle of its part of the line, and of the square."""
    assert list(POSITIONS.values()) == [7.14, 21.43, 35.71, 50.0, 64.29, 78.57, 92.86]
    assert PLACES["1"] == (16.67, 83.33)  # the top left one: x from the left, y from the bottom
    assert PLACES["5"] == (50.0, 50.0)
    assert PLACES["9"] == (83.33, 16.67)


def test_lots_are_drawn_evenly_and_the_same_for_a_seed() -> None:
    """Over many sessions each question of a rotate comes as often as the others."""
    drawn = [draw_lots(seed, "extra", 3, 1) for seed in range(3_000)]
    often = [sum(number in lots for lots in drawn) for number in range(3)]

    assert all(len(lots) == 1 for lots in drawn)
    assert all(900 < count < 1_100 for count in often)
    assert draw_lots(7, "extra", 3, 2) == draw_lots(7, "extra", 3, 2)
    assert len(draw_lots(7, "extra", 3, 3)) == 3


def test_every_code_fits_a_button(flow: Flow) -> None:
    """No option's code is longer than thirty characters, and with its step it fits a button of Telegram."""
    session = start(flow).turn.session
    seen = 0
    for place in flow.walk:
        assert len(place.step.name) <= LONGEST_CODE
        if isinstance(place.step, Confirmation):
            continue
        shown = render_plain(flow, session, place, WORLD)
        for option in (*shown.tappable, *shown.beyond):
            seen += 1
            assert len(option.code) <= LONGEST_CODE
            assert len(write_tap(shown.step, option.code).encode()) <= LONGEST_BUTTON
    assert seen


@pytest.mark.parametrize("story", ["v", "verhaal", "v" * 21, "v" * 22, "v" * 23, "v" * 30])
def test_the_confirmation_has_a_code_of_its_own(story: str) -> None:
    """However long the story's code, the confirmation's is another, and no longer than a code may be."""
    name = Confirmation(story).name

    assert len(name) <= LONGEST_CODE
    assert ":" in name  # which no code in a flow file can have
    assert Confirmation(story).name == name


def test_the_longest_codes_fit_a_button() -> None:
    """A step and an option of thirty characters each fit a button of Telegram."""
    assert len(write_tap("s" * LONGEST_CODE, "o" * LONGEST_CODE).encode()) <= LONGEST_BUTTON


def test_the_walk_says_where_the_teller_is(flow: Flow) -> None:
    """Going straight on, each question has the next number; the total never grows, and is what came."""
    talk = walk([0] * 120, flow)

    counted = [said.progress for said in talk.shown if said.progress]
    ats = list(dict.fromkeys(progress.at for progress in counted))
    totals = [progress.of for progress in counted]
    assert not talk.open
    assert ats == list(range(1, len(ats) + 1))
    assert totals == sorted(totals, reverse=True)
    assert totals[-1] == len(ats)


def test_the_count_of_stories_is_spoken_of_only_where_it_is_asked_for(flow: Flow) -> None:
    """A turn that says how many stories are shared is one for which they were counted."""
    talk = walk([], flow)
    while talk.open:
        wanted = wants_count(flow, talk.turn.session)
        turn = talk.take(talk.pick(0))
        assert wanted or not any(str(WORLD.shared) in said.text for said in turn.says)


def test_stories_are_counted_only_for_a_flow_that_says_how_many(flow: Flow) -> None:
    """One whose texts never say `{shared}` costs no counting, up to its very end; any other one does."""
    talk = walk([], flow)
    wanted = False
    while talk.open:
        wanted |= wants_count(flow, talk.turn.session)
        talk.take(talk.pick(0))
    assert wanted == flow.tells_count == ("{shared}" in flow.model_dump_json())
