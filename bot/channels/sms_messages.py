"""How an utterance looks in text messages: numbered text, in as few segments as the sentences allow. Pure."""

from typing import Final

from bot.channels.rendering import (
    OPEN,
    find_seams,
    find_span,
    split_text,
    write_file_link,
    write_how,
    write_link,
    write_text,
)
from bot.channels.sms_segments import count_segments, simplify
from flows.outbound import Utterance
from flows.phrases import find_opt_out
from flows.values import replace

TEXT_LIMIT: Final = 1600
"""Characters Twilio takes in one message (21617 above), counted in UTF-16 units, which is never too few."""

SEGMENTS: Final = 3
"""A message of more is cut at a sentence, where there is one; a question of more is worth a warning."""


def lay_out(
    utterance: Utterance, *, site: str, canvas: str | None = None, file: str | None = None
) -> list[str]:
    """Write the messages that show an utterance, in order.

    Pictures stay away: the labels say the same. `site` and `canvas` make the link to the page for touch, and
    `file` is the path of a file that goes with it.
    """
    offered = _leave_out_stops(utterance)
    where = write_file_link(offered, site, file) if file else ""
    parts = (where, write_text(offered), write_link(offered, site, canvas), write_how(offered))
    return split_messages("\n\n".join(part for part in parts if part))


def split_messages(text: str) -> list[str]:
    """Split a text into messages of at most 1600 characters, each of 3 segments where its sentences allow."""
    messages: list[str] = []
    rest = text.strip()
    while rest:
        cut = _find_cut(rest)
        messages += _cut_hard(rest[:cut].strip())
        rest = rest[cut:].strip()
    return messages


def _find_cut(text: str) -> int:
    """Where the last sentence ends that still fits, else the first one."""
    seams = [*find_seams(text), len(text)]
    fitting = seams[0]
    for seam in seams:
        if count_segments(simplify(text[:seam].strip())) > SEGMENTS:
            break
        fitting = seam
    return fitting


def _cut_hard(text: str) -> list[str]:
    plain = simplify(text)
    units = len(plain.encode("utf-16-le", "surrogatepass")) // 2
    # Cut in code points; every character that takes two units makes a message that much shorter.
    return split_text(plain, max(TEXT_LIMIT // 2, TEXT_LIMIT - (units - len(plain))))


def _leave_out_stops(utterance: Utterance) -> Utterance:
    """The utterance without words to type by which the person would say that they want no more messages.

    Twilio itself acts on those (STOP, END, CANCEL, …). An option with a number keeps its label.
    """
    if utterance.kind not in OPEN and not find_span(utterance):
        return utterance
    extras = tuple(option for option in utterance.extras if not find_opt_out(option.label))
    if find_span(utterance):
        return replace(utterance, extras=extras)
    options = tuple(option for option in utterance.options if not find_opt_out(option.label))
    return replace(utterance, options=options, extras=extras)
