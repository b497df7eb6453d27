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
DAY_OF_MONTH: Final = rf"(?:(?:(?:{UNIT}[eë]n)?(?:twintig|dertig)|{_TEEN}|{UNIT})(?:ste|de)?|eerste|derde)"
