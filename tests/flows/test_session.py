"""Sessions survive being saved; a draft knows what was told."""

import json

from hypothesis import given
from hypothesis import strategies as st

from flows.session import Draft, Session, StoryPart, read_session, write_session

_words = st.one_of(st.none(), st.text())
_parts = st.lists(st.builds(StoryPart, _words, _words, st.booleans()), max_size=3).map(tuple)
_codes = st.lists(st.text(), max_size=3).map(tuple)
_sessions = st.builds(
    Session,
    flow=st.text(),
    version=st.integers(),
    language=st.text(),
    at=st.integers(-1, 40),
    status=st.sampled_from(["open", "finished", "declined"]),
    paused=st.booleans(),
    picked=_codes,
    misses=st.integers(0),
    remembered=st.dictionaries(st.text(), st.text(), max_size=3),
    story=st.builds(
        Draft,
        parts=_parts,
        previous=_parts,
        again=st.sampled_from(["", "type", "tell"]),
        nudged=st.booleans(),
        announced=st.booleans(),
        heard=_codes,
    ),
)


@given(_sessions)
def test_a_session_is_read_back_as_it_was_saved(session: Session) -> None:
    """Every field comes back, through JSON as text."""
    assert read_session(json.loads(json.dumps(write_session(session)))) == session


def test_a_draft_is_its_words_in_order() -> None:
    """Typed and spoken parts are paragraphs; what failed or is still to come has no words."""
    draft = Draft(
        (
            StoryPart(text="Een."),
            StoryPart(recording="a", failed=True),
            StoryPart(recording="b", text="Twee."),
            StoryPart(recording="c"),
        )
    )

    assert draft.text == "Een.\n\nTwee."
    assert draft.pending
    assert draft.spoken
    assert [part.recording for part in draft.usable] == [None, "b", "c"]


def test_a_failed_recording_is_nothing_told() -> None:
    """A story of which every recording failed is neither usable nor spoken nor waited for."""
    draft = Draft((StoryPart(recording="a", failed=True),))

    assert (draft.usable, draft.spoken, draft.pending, draft.text) == ((), False, False, "")
