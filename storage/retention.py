"""How long each kind of data is kept: its setting, what it is when that is not set, and what it is about."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from types import MappingProxyType
from typing import Final


@dataclass(frozen=True, slots=True)
class Kept:
    """One kind of data; `default` None is for ever, `what` says for an operator what goes and from when."""

    kind: str
    setting: str
    default: timedelta | None
    what: str


_DAYS: Final = {days: timedelta(days=days) for days in (1, 30, 90, 365)}

KEPT: Final = (
    Kept("recordings", "VERTELBOT_KEEP_RECORDINGS", _DAYS[30], "sound of voice messages, from its arrival"),
    Kept("transcripts", "VERTELBOT_KEEP_TRANSCRIPTS", _DAYS[30], "text made of sound, from when it was made"),
    Kept("photos", "VERTELBOT_KEEP_PHOTOS", None, "photos, from their arrival"),
    Kept("link", "VERTELBOT_KEEP_LINK", _DAYS[30], "what leads from a confirmed story to its teller"),
    Kept("unfinished", "VERTELBOT_KEEP_UNFINISHED", _DAYS[90], "stories whose time ran out, from that day"),
    Kept("stories", "VERTELBOT_KEEP_STORIES", None, "confirmed stories with their answers"),
    Kept(
        "consents",
        "VERTELBOT_KEEP_CONSENTS",
        _DAYS[365],
        "conversations of which nothing told is kept, with the consents in them",
    ),
    Kept("chat", "VERTELBOT_KEEP_CHAT", _DAYS[30], "what the web chat shows"),
    Kept("addresses", "VERTELBOT_KEEP_ADDRESSES", _DAYS[90], "addresses, from the last contact"),
    Kept(
        "messages", "VERTELBOT_KEEP_MESSAGES", _DAYS[30], "the platforms' numbers of messages that went out"
    ),
    Kept("dead_letters", "VERTELBOT_KEEP_DEAD_LETTERS", _DAYS[30], "messages that could not be read or sent"),
    Kept("jobs", "VERTELBOT_KEEP_JOBS", _DAYS[30], "jobs that are done or failed"),
    Kept("data_files", "VERTELBOT_KEEP_DATA_FILES", _DAYS[1], "files with all that is held of a person"),
    Kept("erasures", "VERTELBOT_KEEP_ERASURES", None, "the log of what was erased"),
)
"""Every kind of data that goes by itself when its time is over."""

DEFAULTS: Final[Mapping[str, timedelta | None]] = MappingProxyType({kept.kind: kept.default for kept in KEPT})
"""How long each is kept when nothing is set."""
