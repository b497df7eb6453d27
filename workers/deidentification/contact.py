"""What telephone numbers, e-mail addresses and links look like in a text.

Every pattern reads a run of characters from its first one only, so that the time a text takes grows with
its length and no faster.
"""

import re

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
