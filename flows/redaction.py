"""First pass of de-identification: telephone numbers, e-mail addresses and links are taken out of a text.

Every pattern reads a run of characters from its first one only, so that the time a text takes grows with
its length and no faster.
"""

import re
from dataclasses import dataclass

EMAIL = re.compile(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[\w-]+)+")

# A bare address counts as a link by its ending; endings that are Dutch or English words ("huis.De", "it.Me")
# count only with a path behind them.
LINK = re.compile(
    r"(?:https?://|(?<![^\W\d_])www\.)\S*[^\s.,;:!?)\]'\"…]"
    r"|(?<![\w.-])[\w-][\w.-]*\.(?:"
    r"(?:nl|com|org|eu|io)(?![\w-])(?:[/?#]\S*[^\s.,;:!?)\]'\"…]|/)?"
    r"|(?:net|be|de|info|me)/\S*[^\s.,;:!?)\]'\"…])",
    re.IGNORECASE,
)

_BETWEEN = r"[ ().\-/\u00a0\u2010-\u2013]{0,3}"
"""What people write between the digits of a number: spaces, dots, slashes, brackets and dashes."""

# Dutch numbers have ten digits from a 0, or +31/0031 and nine (numbering plan of the ACM); other countries'
# have eight to fifteen after + or 00 (ITU-T E.164). Dates and times begin alike, so they are looked at first.
PHONE = re.compile(
    rf"""
    \(?(?:\+|(?<!\d)00)[ .-]?31{_BETWEEN}(?:0{_BETWEEN})?[1-9](?:{_BETWEEN}\d){{8}}(?!\d)
    | \(?(?:\+|(?<!\d)00)[ .-]?[1-9](?:{_BETWEEN}\d){{7,14}}(?!\d)
    | \(?(?<!\d)(?!\d\d?([-./])\d\d?\1(?:19|20)\d\d(?!\d))       # 06-12-2026 14:30
      (?!\d\d[.:]\d\d[ ]?[-\u2013 ][ ]?\d\d[.:]\d\d(?!\d))       # 09.00 - 12.30
      0[1-9](?:{_BETWEEN}\d){{8}}(?!\d)
    | (?<!\d)316\d{{8}}(?!\d)
    """,
    re.VERBOSE,
)

MARKS = {"email": "[e-mailadres]", "link": "[link]", "phone": "[telefoonnummer]"}
"""What stands in the place of what was taken out."""


_LOOKED_FOR = (
    (re.compile("@"), EMAIL, MARKS["email"]),
    (re.compile(r"://|\.\w"), LINK, MARKS["link"]),
    (re.compile(r"\d"), PHONE, MARKS["phone"]),
)
"""Each with the sign without which it cannot be there: most texts have none, and are read only once."""


@dataclass(frozen=True, slots=True)
class Redaction:
    """A text without contact details, and how many were taken out."""

    text: str
    found: int


def redact(text: str) -> Redaction:
    """Take telephone numbers, e-mail addresses and links out of a text. Doing it twice changes nothing."""
    found = 0
    once, count = _redact_once(text)
    while count:  # a mark can show what stood hidden against the next: 31.nl0612345678
        text, found = once, found + count
        once, count = _redact_once(text)
    return Redaction(text, found)


def _redact_once(text: str) -> tuple[str, int]:
    found = 0
    for sign, pattern, mark in _LOOKED_FOR:
        if sign.search(text):
            text, count = pattern.subn(mark, text)
            found += count
    return text, found
