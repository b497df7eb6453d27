"""Names of accounts: with an at sign, said or written, and behind the name of a platform."""

import re
from collections.abc import Iterator
from typing import Final

from workers.deidentification.finding import Finding
from workers.deidentification.said_numbers import UNIT

_WEIGHT: Final = 70

_HANDLE: Final = re.compile(r"(?<![\w.@])@[A-Za-z0-9_](?:[\w.]{0,30}[\w])?")
_PLATFORM: Final = (
    r"(?:insta(?:gram)?|snap(?:chat)?|tik\s?tok|telegram|twitter|facebook|fb|messenger|discord|linkedin|youtube"
    r"|marktplaats|gebruikersnaam|accountnaam|account|inlognaam|profiel|username|nickname)"
)
_BEHIND: Final = re.compile(
    rf"\b{_PLATFORM}\b"
    r"(?:[\s:=,]{1,3}(?:is|was|naam|account|heet|ze|hij|ik|als|onder|op|via|mijn|mn|haar|zijn|zn)\b){0,5}[\s:=,]{1,3}"
    r"(?P<name>[A-Za-z][\w.\-]{0,30}(?:[\d_][\w.\-]{0,20}|\.[\w\-]{2,20})(?<![.\-]))(?![\w@])",
    re.IGNORECASE,
)
_SAID: Final = re.compile(
    r"(?<!\w)(?:apen?staa?rtje|apenstaart)\s[^\W_]\w{0,30}"
    r"(?:\s(?:punt|streepje(?: laag)?|underscore|van|met|de|het|en)\s\w{1,30}"
    rf"|\s(?:{UNIT}|\d{{1,4}})(?!\w)){{0,5}}",
    re.IGNORECASE,
)
_SAID_PAGE: Final = re.compile(
    r"(?<!\w)(?:facebook|instagram|tiktok|linkedin|youtube|marktplaats|[\w\-]{2,30})\s(?:punt|dot)\s(?:com|nl|net|org)\s"
    r"(?:slash|schuine streep)\s\w{1,30}"
    r"(?:\s(?!daar|dan|en|of|op|in|die|dat|maar|want|is|staat|staan|kun|kan|je|voor|naar)\w{2,30}){0,1}",
    re.IGNORECASE,
)


def find_accounts(text: str) -> Iterator[Finding]:
    """Accounts, as typed and as spoken."""
    for found in _HANDLE.finditer(text):
        yield Finding(*found.span(), "account", "account", weight=_WEIGHT)
    for found in _BEHIND.finditer(text):
        yield Finding(*found.span("name"), "account", "behind the name of a platform", weight=_WEIGHT)
    for found in _SAID.finditer(text):
        yield Finding(*found.span(), "account", "spoken account", weight=_WEIGHT)
    for found in _SAID_PAGE.finditer(text):
        yield Finding(*found.span(), "account", "spoken web address", weight=_WEIGHT)
