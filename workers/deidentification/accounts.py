"""Names of accounts by their signs: with an at sign, behind a platform, and pages that are said."""

import re
from collections.abc import Iterator
from typing import Final

from workers.deidentification.finding import Finding

_WEIGHT: Final = 70

_HANDLE: Final = re.compile(r"(?<![\w.@])@[A-Za-z0-9_](?:[\w.]{0,30}[\w])?")
_JOINED: Final = re.compile(r"(?<![\w@./\-])(?=\w*[^\W\d_])[^\W_]\w*_\w*[^\W_](?![\w@]|\.\w)")
"""Nothing else that people write has an underscore."""

_NAMED: Final = re.compile(
    r"\b(?:heet|heette|noem\w{0,3}|gam\w{1,4}|speel\w{0,2}|naam|profiel|online)(?:\s(?:is|was|zich|me|mezelf|ie|hij|ze|ik"
    r"|daar|online|hem|haar|als|onder|de|naam|op|die|dat|uh)){0,4}\s(?P<name>[^\W\d_]{4,20}\d{2,5})(?!\w)",
    re.IGNORECASE,
)
"""Letters and figures in one, where it is about how somebody is called."""

_UNDERSCORE: Final = (
    r"(?:laag(?: liggend)? streepje|liggend streepje|lage streep|streepje laag|underscore|underskoor)"
)
_SAID_JOINED: Final = re.compile(
    rf"(?<!\w)[a-z]\w{{1,30}}(?:\s{_UNDERSCORE}\s\w{{1,20}}){{1,3}}(?!\w)", re.IGNORECASE
)
"""A name with the sign said that only accounts have."""

_PLATFORM: Final = (
    r"(?:insta(?:gram)?|snap(?:chat)?|tik\s?tok|telegram|twitter|facebook|fb|messenger|discord|linkedin|youtube"
    r"|marktplaats|gebruikersnaam|accountnaam|account|inlognaam|profiel|username|nickname)"
)
_BEHIND: Final = re.compile(
    rf"\b{_PLATFORM}\b"
    r"(?:[\s:=,]{1,3}(?:is|was|naam|account|heet|ze|hij|ik|als|onder|op|via|mijn|mn|haar|zijn|zn|zit|zat|sta|staat|ben|te|vinden)\b){0,5}[\s:=,]{1,3}"
    r"(?P<name>[A-Za-z][\w.\-]{0,30}(?:[\d_][\w.\-]{0,20}|\.[\w\-]{2,20}|#\d{2,6})(?<![.\-]))(?![\w@])",
    re.IGNORECASE,
)
_SAID_PAGE: Final = re.compile(
    r"(?<!\w)(?:facebook|instagram|tiktok|linkedin|youtube|marktplaats|[\w\-]{2,30})\s(?:punt|dot)\s(?:com|nl|net|org)\s"
    r"(?:slash|schuine streep)\s\w{1,30}"
    r"(?:\s(?!daar|dan|en|of|op|in|die|dat|maar|want|is|staat|staan|kun|kan|je|voor|naar)\w{2,30}){0,1}",
    re.IGNORECASE,
)
_SAID_SITE: Final = re.compile(
    r"(?<!\w)(?:(?:www|w w w|wee wee wee|weeweewee)\s(?:punt|dot)\s(?:\w{1,30}\s){1,4}?|[\w\-]{3,40}\s)"
    r"(?:punt|dot)\s(?:nl|com|org|eu|be|de(?=$|[.,!?]))(?!\w)",
    re.IGNORECASE,
)


def find_accounts(text: str) -> Iterator[Finding]:
    """Accounts, as typed and as spoken."""
    for found in _HANDLE.finditer(text):
        yield Finding(*found.span(), "account", "account", weight=_WEIGHT)
    for found in _JOINED.finditer(text):
        yield Finding(*found.span(), "account", "with an underscore", weight=_WEIGHT)
    for found in _SAID_JOINED.finditer(text):
        yield Finding(*found.span(), "account", "with an underscore", weight=_WEIGHT)
    for found in _NAMED.finditer(text):
        yield Finding(*found.span("name"), "account", "made up", weight=_WEIGHT)
    for found in _BEHIND.finditer(text):
        yield Finding(*found.span("name"), "account", "behind the name of a platform", weight=_WEIGHT)
    for found in _SAID_PAGE.finditer(text):
        yield Finding(*found.span(), "account", "spoken web address", weight=_WEIGHT)
    for found in _SAID_SITE.finditer(text):
        yield Finding(*found.span(), "account", "spoken web address", weight=_WEIGHT - 1)
