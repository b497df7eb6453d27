"""The rules of a flow that concern more than one of its entries, each fault with its place in the file.

One module per subject. Every rule says in one sentence what is wrong and how to mend it.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from flows.checking.rules import channels, codes, fields, guards, length, order, placeholders, texts, times
from flows.checking.rules.outline import Fault, draw_outline


def find_faults(body: Mapping[str, Any], has_picture: Callable[[str], bool]) -> Iterator[Fault]:
    """All faults of a flow as it was read from its file; entries of a wrong form are passed over."""
    outline = draw_outline(body)
    yield from order.find_faults(outline)
    yield from codes.find_faults(outline)
    yield from fields.find_faults(outline, has_picture)
    yield from times.find_faults(outline)
    yield from guards.find_faults(outline)
    yield from placeholders.find_faults(outline)
    yield from texts.find_faults(outline)
    yield from channels.find_faults(outline)
    yield from length.find_faults(outline)


def find_advice(body: Mapping[str, Any]) -> Iterator[Fault]:
    """What is not wrong, but reads or looks better another way."""
    outline = draw_outline(body)
    yield from texts.find_advice(outline)
    yield from channels.find_advice(outline)
