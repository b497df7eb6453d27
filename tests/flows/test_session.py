"""Sessions survive being saved; a draft knows what was told."""

import json
from typing import get_args

from hypothesis import given
from hypothesis import strategies as st

from flows.session import (
    Draft,
    Menu,
    Session,
    Status,
    StoryPart,
    load_session,
    save_session,
)

_numbers = st.integers(-1, 2**31)
_words = st.one_of(st.none(), st.text())
_parts = st.lists(st.builds(StoryPart, _words, _words, st.booleans(), st.text()), max_size=3).map(tuple)
_codes = st.lists(st.text(), max_size=3).map(tuple)
_sessions = st.builds(
    Session,
    flow=st.text(),
    version=_numbers,
    language=st.text(),
    at=_numbers,
    reached=_numbers,
    owed=st.lists(_numbers, max_size=3).map(tuple),
    count=_numbers,
    total=_numbers,
    status=st.sampled_from(get_args(Status)),
    paused=st.booleans(),
    picked=_codes,
    page=_numbers,
    writing=st.text(),
    misses=_numbers,
    sources=_codes,
    missed=_codes,
    menu=st.sampled_from(get_args(Menu)),
    remembered=st.dictionaries(st.text(), _codes, max_size=3),
    seed=_numbers,
    touched=st.floats(0, 1e11),
    reminded=_numbers,
    follow=st.booleans(),
    silent=st.booleans(),
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
    """Every field comes back, through JSON as text and as bytes."""
    assert load_session(json.dumps(json.loads(save_session(session))).encode()) == session
    assert load_session(save_session(session)) == session


def test_a_session_says_only_what_is_not_as_at_the_beginning() -> None:
    """What is as by default is not written; a session saved before a field existed is still read."""
    fresh = Session("kort", 1, "nl")

    assert json.loads(save_session(fresh)) == {"flow": "kort", "version": 1, "language": "nl"}
    assert load_session(b'{"flow": "kort", "version": 1, "language": "nl"}') == fresh


def test_a_session_saved_before_messages_had_names_is_read() -> None:
    """What a session of an earlier version told and picked is there, from messages nobody can name."""
    saved = {"flow": "kort", "version": 1, "language": "nl", "at": 1, "picked": ["a"]}
    read = load_session(json.dumps({**saved, "story": {"parts": [{"text": "Een."}]}}).encode())

    assert (read.picked, read.sources, read.missed) == (("a",), (), ())
    assert read.story.parts == (StoryPart(text="Een."),)


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
