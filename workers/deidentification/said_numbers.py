"""Numbers in words, as they are said and as a speech recogniser writes them: patterns for other rules."""

from typing import Final

UNIT: Final = r"(?:nul|[eé][eé]n|twee|drie|vier|vijf|zes|zeven|acht|negen)"
_TEEN: Final = r"(?:tien|elf|twaalf|dertien|veertien|vijftien|zestien|zeventien|achttien|negentien)"
_TENS: Final = r"(?:twintig|dertig|veertig|vijftig|zestig|zeventig|tachtig|negentig)"
BELOW_HUNDRED: Final = rf"(?:(?:(?!nul){UNIT}[ ]?[eë]n[ ]?)?{_TENS}|{_TEEN}|{UNIT})"
_HUNDRED: Final = rf"(?:(?:{_TEEN}|(?!nul|[eé][eé]n){UNIT})?[ ]?honderd)"
BELOW_THOUSAND: Final = rf"(?:{_HUNDRED}(?:[ ]?(?:en[ ]?)?{BELOW_HUNDRED})?|{BELOW_HUNDRED})"
LONG_AGO: Final = (
    rf"(?:(?:negentien|achttien)[ ]?(?:honderd[ ]?)?(?:en[ ]?)?{BELOW_HUNDRED}"
    rf"|(?:(?!nul){UNIT}[ ]?[eë]n[ ]?)?(?:dertig|veertig|vijftig|zestig|zeventig|tachtig|negentig))"
)
"""A year of the last century, whole or by its last two figures."""

YEAR: Final = (
    rf"(?:{LONG_AGO}|tweeduizend(?:[ ]?(?:en[ ]?)?{BELOW_HUNDRED})?|twintig[ ]?{BELOW_HUNDRED}"
    rf"|{BELOW_HUNDRED})"
)
DAY_OF_MONTH: Final = (
    rf"(?:(?:(?:{UNIT}[ ]?[eë]n[ ]?)?(?:twintig|dertig)|{_TEEN}|{UNIT})(?:ste|de)?|eerste|derde)"
)

_ONES: Final = ("nul", "een", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen")
_FIRST: Final = (
    *(*_ONES, "tien", "elf", "twaalf", "dertien", "veertien"),
    *("vijftien", "zestien", "zeventien", "achttien", "negentien"),
)
_ROUND: Final = ("twintig", "dertig", "veertig", "vijftig", "zestig", "zeventig", "tachtig", "negentig")
SAID: Final = {
    **{str(number): word for number, word in enumerate(_FIRST)},
    **{f"{ten}0": word for ten, word in enumerate(_ROUND, 2)},
    **{f"{ten}{one}": f"{_ONES[one]}en{word}" for ten, word in enumerate(_ROUND, 2) for one in range(1, 10)},
}
"""The numbers below a hundred, in figures, with the folded word for each."""
