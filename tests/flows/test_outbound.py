"""Utterances survive the outbox: what is written as JSON is read back the same."""

import json
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from flows.outbound import Option, Progress, Purpose, Utterance, read_utterance, write_utterance

_options = st.lists(
    st.builds(Option, st.text(), st.text(), st.one_of(st.none(), st.just("pictures/gids.svg"))), max_size=3
).map(tuple)
_utterances = st.builds(
    Utterance,
    text=st.text(),
    language=st.sampled_from(["nl", "en"]),
    kind=st.sampled_from(["say", "consent", "story", "text", "choice", "triad", "review", "confirm"]),
    step=st.one_of(st.none(), st.text()),
    options=_options,
    extras=_options,
    min=st.integers(1, 9),
    max=st.integers(1, 9),
    progress=st.one_of(st.none(), st.builds(Progress, st.integers(1, 9), st.integers(1, 9))),
    personal=st.booleans(),
    purpose=st.sampled_from(get_args(Purpose)),
)


@given(_utterances)
def test_an_utterance_is_read_back_as_it_was_written(utterance: Utterance) -> None:
    """Every field comes back, through JSON as text."""
    assert read_utterance(json.loads(json.dumps(write_utterance(utterance)))) == utterance


def test_an_utterance_written_before_it_had_a_purpose_is_read() -> None:
    """What waited in the outbox is said; what answers does not write its purpose."""
    assert read_utterance({"text": "Hoi", "language": "nl"}) == Utterance("Hoi", "nl")
    assert write_utterance(Utterance("Hoi", "nl")) == {"text": "Hoi", "language": "nl"}


def test_what_can_be_tapped_is_numbered_answers_first() -> None:
    """The ways around a question come after its answers."""
    utterance = Utterance("Vraag?", "nl", options=(Option("a", "A"),), extras=(Option("skip", "Sla over"),))

    assert [option.code for option in utterance.tappable] == ["a", "skip"]
