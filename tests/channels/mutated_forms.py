"""Forms of Twilio's in which anything may stand anywhere, and what reading one must come to."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from hypothesis import strategies as st

from bot.channels.channel import Inbound, ParseError

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


def mutate(forms: Sequence[Mapping[str, str]], odd: Sequence[str]) -> st.SearchStrategy[dict[str, Any]]:
    """One of the forms with fields changed to anything, `odd` values among it, and with fields dropped."""
    fields = sorted({name for form in forms for name in form} | {"MessageStatus", "ErrorCode"})

    def change(form: Mapping[str, str], changes: Mapping[str, Any], dropped: set[str]) -> dict[str, Any]:
        return {name: value for name, value in {**form, **changes}.items() if name not in dropped}

    return st.builds(
        change,
        form=st.sampled_from(forms),
        changes=st.dictionaries(
            st.sampled_from(fields) | st.text(), _JSON | st.sampled_from(odd), max_size=6
        ),
        dropped=st.sets(st.sampled_from(fields), max_size=4),
    )


def check_reading(read_form: Callable[[Mapping[str, Any]], Inbound | None], form: Mapping[str, Any]) -> None:
    """Whatever a form holds, reading it gives one thing, nothing or a ParseError."""
    try:
        inbound = read_form(form)
    except ParseError:
        return
    held = [inbound.content, inbound.sound, inbound.image, inbound.report, inbound.contact] if inbound else []
    assert inbound is None or sum(bool(each) for each in held) == 1
