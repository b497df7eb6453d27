"""Streets with their numbers, and postcodes: by the ending of a word and by what stands around it."""

import re
from collections.abc import Collection, Iterator
from itertools import chain
from typing import Final

from workers.deidentification.finding import Finding
from workers.deidentification.frequencies import RARE, UNKNOWN, Frequency
from workers.deidentification.postcodes import find_postcodes
from workers.deidentification.said_numbers import BELOW_THOUSAND, UNIT
from workers.deidentification.word_lists import Words

STREET: Final = "ending of a street"
"""The rule of what is found by how its name ends."""

_SURE: Final = r"straat|str\.|str|straatje|laan|ln|wg|dreef|steeg|singel|plantsoen|gracht|kade"
"""Hardly any everyday word ends in one of these."""

_LIKELY: Final = f"{_SURE}|weg|pad|plein|dijk|ring|hof"
_ALL: Final = (
    f"{_LIKELY}|hofje|brink|burg|kamp|markt|park|stede|veld|weide|kant|oord|passage|boulevard|akker|kotten"
)

NO_NUMBER: Final = (
    r"(?![.,]?\d|\s?(?:uur|jaar|euro|minuten|kinderen|keer|dagen|weken|maanden|mensen|personen|man"
    r"|woningen|huizen|%|km|m2))"
)
_NUMBER: Final = (
    rf"(?:\s*,?\s*(?:nr\.?|nummer|huisnummer)?\s?"
    rf"(?:\d[ ]\d\d|\d{{1,4}}|{UNIT}(?:[ ]{UNIT}){{1,2}}|{BELOW_THOUSAND})(?!\w)"
    r"(?:\s?(?:bis|hs|[a-h])(?!\w))?(?:[-/](?:\d{1,3}|[a-zA-Z](?!\w)))?"
    rf"{NO_NUMBER})|(?:\s\d{{1,4}}[a-zA-Z](?!\w))"
)
_PREFIX: Final = (
    r"(?:(?:[A-Z][\w.\-'’]{0,30}|van|de|der|den|ten|ter|het|’t|'t|sint|st\.?|prins|prinses|koningin|koning|burgemeester|wethouder|minister"
    r"|dokter|dr\.?|professor|prof\.?)\s){0,4}"
)

_LOWER_PREFIX: Final = (
    r"(?:(?:sint|st\.?|prins|prinses|koningin|koning|burgemeester|burg\.?|wethouder|minister|dokter|dr\.?|professor|prof\.?|van|der|den|ten|ter"
    r"|(?:[a-z]\.\s?){1,3}|(?:[a-z]\s){2,3}(?=van|de|der|ter|ten))\s?(?:(?:van|der|de|den|ter|ten|te|dr\.?)\s){0,3})?"
)

_BEHIND: Final = re.compile(r"[\s,]{0,3}(?P<code>[1-9]\d{3}\s?[a-zA-Z][ ]?[a-zA-Z])(?!\w)")
"""A postcode right behind a street and its number, also in lower case."""

_STREETS: Final = (
    (re.compile(rf"(?<!\w){_PREFIX}[A-Z][\w\-'’]{{0,40}}(?:{_LIKELY})(?!\w)(?:{_NUMBER})?"), 63),
    (re.compile(rf"(?<!\w){_PREFIX}[A-Z][\w\-'’]{{0,40}}(?:{_ALL})(?!\w)(?:{_NUMBER})"), 64),
    (
        re.compile(
            r"(?<!\w)(?:[A-Z][\w\-'’.]{1,30}\s){1,3}(?:straat|laan|plein|singel|kade|dreef)(?!\w)"
            rf"(?:{_NUMBER})?"
        ),
        63,
    ),
    (re.compile(rf"(?<!\w){_LOWER_PREFIX}[\w\-'’]{{3,40}}(?:{_ALL})(?!\w)(?:{_NUMBER})", re.IGNORECASE), 64),
    (re.compile(rf"(?<!\w){_LOWER_PREFIX}[\w\-'’]{{3,40}}(?:{_SURE})(?!\w)", re.IGNORECASE), 61),
)
_UNSURE: Final = tuple(_LIKELY.removeprefix(f"{_SURE}|").split("|"))
_LED: Final = re.compile(
    r"(?<!\w)(?:in|op|aan|van|vd|naar|bij|langs|achter|over|tot|via|vanaf|hoek|adres|tussen|om|uit|rond|nabij"
    r"|vlakbij) "
    r"(?:de |het |t |'t |et )?"
    r"(?P<street>[a-z]{3,30}(?:weg|plein|dijk|hof|pad|park|markt|brink|veld|kamp|(?<![aeiouk])ring))(?!\w)",
    re.IGNORECASE,
)
_SURER: Final = ("weg", "plein", "dijk", "hof", "pad", "park", "ring")
"""Endings that make a street of a word that nobody knows."""

_TWENTE: Final = re.compile(
    r"\b(?:aan|op|hoek)\s(?:(?:de|het|'t)\s)?(?P<street>[A-Z][a-z]{2,25}"
    r"(?:brink|hoek|landen|maat|maten|esch|bree|stede|horst|mors|laer|haar|kamp|weide|akker|brug|bos|veld|kotten|haven|gaarde|hoeve|poort|wal|vaart))(?!\w)"
)
"""As streets end here and words hardly do, with a capital: aan de Posbrink."""

_ARTICLED: Final = re.compile(
    r"\b(?:op|aan|bij|naar|van|adres)\s(?P<street>(?:Het|De|'t)\s[A-Z][a-z]{2,20}\s\d{1,4}(?:\s?[a-h](?!\w)|-\d{1,3})?)(?!\w)"
)
"""With an article that has a capital: Het Lang 97."""

_LONG: Final = re.compile(r"(?<!\w)(?P<street>[a-z]{7,30}(?:weg|dijk|plein))(?!\w)")
_AT_NUMBER: Final = re.compile(
    r"\bwoon\w{0,3} (?:\w{1,10} ){0,3}?op (?:nummer|nr\.?) "
    rf"(?P<number>\d{{1,4}}[a-z]?|{BELOW_THOUSAND}(?!\w))(?![\w.,]\d)"
    rf"|\bhuisnummer (?:is |was |uh |dat )*(?P<said>{BELOW_THOUSAND}(?!\w))"
)
_BOX: Final = re.compile(r"\b(?:postbus|antwoordnummer)\s\d{1,5}(?!\w)", re.IGNORECASE)
_PAIR: Final = 2
_MOST_USUAL: Final = 4.5
_MOST_LISTED: Final = 3.4
"""How usual a word is at most that is also the name of a street somewhere: hertogplein."""

_WORD: Final = re.compile(r"[^\W\d_][\w\-'’]*")
_ARTICLES: Final = re.compile(r"(?:(?:de|het|van|der|den|'t|’t)\s)*")


_TOLD: Final = re.compile(r".*\b(?:[Vv]an|[Uu]it|[Aa]an|[Oo]p|[Ii]n)\s(?:de|het|'t|’t)\s(?=[A-Z])")
"""An article behind a preposition, before a capital: of grammar, and of no name."""

_LED_IN: Final = re.compile(r"(?P<word>[A-Z][a-z]{1,12})\s(?:(?:de|het|'t|’t)\s)")
"""The first word of a sentence before a street: Tussen de."""

_LAID_OUT: Final = re.compile(
    r"(?<=\s)(?:[Oo]p|[Aa]an|[Nn]aar|[Vv]an|[Bb]ij|adres|is)\s(?:(?:[Dd]e|[Hh]et|'t)\s)?"
    r"(?P<street>(?:[A-Z][\w\-'’]{2,30}\s){0,2}[A-Z][\w\-'’]{3,40}"
    r"\s\d{1,4}(?:\s?[a-zA-Z](?!\w)|-\d{1,3})?)(?=[.,;!?)]|\s(?:in|te|en|woont|woon|is|was|waar)\s|$|\s[1-9]\d{3}\s?[A-Z]{2})"
)
_IN_TOWN: Final = re.compile(
    r"(?<![\w-])(?P<street>(?:(?:de|het|'t|t|oude|nieuwe|lage|hoge|kleine|grote)\s)?(?P<name>[a-z][a-z\-]{3,30})\s"
    r"\d{1,3}(?:[-/]\d{1,3}|\s?[a-h](?!\w))?),?\s(?:in\s|te\s)?(?:enschede|hengelo|almelo|oldenzaal|haaksbergen"
    r"|losser|glanerbrug|borne|delden|goor|gronau|boekelo|lonneker|overdinkel|denekamp|deventer|zwolle)(?!\w)",
    re.IGNORECASE,
)
"""A name and a number before a town: oosterveld 19, hengelo."""

_FARM: Final = re.compile(
    rf"(?<!\w)(?P<street>erve\s(?:(?:oude?|nieuwe?|groote?|lutje|klein)\s)?[a-z]{{3,20}}(?:\s(?:\d{{1,4}}[a-z]?|{BELOW_THOUSAND})(?!\w))?)",
    re.IGNORECASE,
)
"""Farms of Twente, and the streets called after them."""

_LIVED: Final = re.compile(
    r"\b(?i:adres(?: is| was| wordt)?:?|woon\w{0,3}|op|aan|verhui\w{1,6}(?: \w{1,12}){0,6}? naar)\s"
    r"(?:(?:\w{1,10}\s)?(?:op|aan)\s)?(?:(?:de|het|'t|t)\s)?"
    r"(?P<street>(?:(?:oude|nieuwe|lage|hoge|korte|lange|kleine|grote|noord|zuid|oost|west)\s)?(?P<name>[A-Za-z][a-z]{3,30}|[A-Z][a-z]{3,12}\s[A-Z][a-z]{2,20})"
    rf"\s(?:(?!19\d\d|20\d\d)\d{{1,4}}(?!\d)|{BELOW_THOUSAND}(?!\w))(?:\s?[a-c](?!\w)|-\d{{1,3}})?)"
    r"(?![\d.,:]\d|\s?[%x€]|\s(?:(?!\w{0,4}ge)[a-zé]{3,}en|keer|uur|jaar|euro|man|km|m2|pers\w*)\b)"
)
"""A name with a number that ends like no street: Hulsmaatlanden 31."""


def find_addresses(text: str, frequency: Frequency, words: Words) -> Iterator[Finding]:
    """Postcodes, and streets by the ending of their name, but for everyday words that end so."""
    yield from find_postcodes(text)
    streets = _find_streets(text, frequency, words.not_streets)
    for finding in chain(streets, _find_bare(text, frequency, words)):
        yield finding
        behind = _BEHIND.match(text, finding.end)
        if behind and text[finding.end - 1].isalnum():
            yield Finding(*behind.span("code"), "adres", "postcode behind a street", weight=74)


def find_number(text: str, end: int) -> int:
    """Where a street ends whose name ends at `end`: behind its number, if it has one."""
    found = _HOUSE.match(text, end)
    return found.end() if found else end


_HOUSE: Final = re.compile(_NUMBER)


def _is_usual(word: str, frequency: Frequency) -> bool:
    """Whether a word that ends like a street is used too often for one: ervaring, omgeving."""
    return word.endswith(_UNSURE) and (frequency(word) > UNKNOWN or word.endswith("kring"))


def _find_streets(text: str, frequency: Frequency, everyday: Collection[str]) -> Iterator[Finding]:
    for pattern, weight in _STREETS:
        for found in pattern.finditer(text):
            articles = _ARTICLES.match(found[0])
            if not (
                articles and articles[0].strip() in {"de", "het"}
            ):  # no article stands before a name: de Jan van de Veldestraat
                articles = _TOLD.match(found[0]) or articles
            led = _LED_IN.match(found[0])
            if led and frequency(led["word"].casefold()) > _MOST_USUAL:
                articles = led
            start = found.start() + (articles.end() if articles else 0)
            words = _WORD.findall(text[start : found.end()])
            if not words or words[0].casefold() in everyday:
                continue
            whole = len(words) == 1 and _is_usual(words[0].casefold(), frequency)
            plain = [word for word in words if not word.isdigit()]
            said = len(plain) == _PAIR and frequency(plain[0].casefold()) > _MOST_USUAL
            if not whole and not (said and plain[1].casefold() in everyday):
                yield Finding(start, found.end(), "adres", STREET, weight=weight)


def _find_bare(text: str, frequency: Frequency, words: Words) -> Iterator[Finding]:
    """Streets without a capital or with another ending, by what stands around them."""
    for pattern in (_LED, _LONG):
        for found in pattern.finditer(text):
            street = found["street"].casefold()
            sure = UNKNOWN if street.endswith(_SURER) else 0.0
            most = _MOST_LISTED if street in words.streets else sure
            if frequency(street) < most and street not in words.not_streets:
                end = find_number(text, found.end("street"))
                yield Finding(found.start("street"), end, "adres", STREET, weight=45)
    for found in _BOX.finditer(text):
        yield Finding(*found.span(), "adres", "box of the post", weight=60)
    for found in _AT_NUMBER.finditer(text):
        group = "number" if found["number"] else "said"
        yield Finding(*found.span(group), "adres", "house number", weight=45)
    for found in _TWENTE.finditer(text):
        if frequency(found["street"].casefold()) < RARE:
            yield Finding(*found.span("street"), "adres", STREET, weight=45)
    for found in _FARM.finditer(text):
        yield Finding(*found.span("street"), "adres", "name of a farm", weight=63)
    yield from _find_numbered(text, frequency)


def _find_numbered(text: str, frequency: Frequency) -> Iterator[Finding]:
    """Names that end like no street, with the number of a house."""
    rule = "name with a house number"
    for pattern in (_LAID_OUT, _ARTICLED):
        for found in pattern.finditer(text):
            yield Finding(*found.span("street"), "adres", rule, weight=63)
    for found in _IN_TOWN.finditer(text):
        if frequency(found["name"].casefold()) < _MOST_USUAL:
            yield Finding(*found.span("street"), "adres", rule, weight=63)
    for found in _LIVED.finditer(text):
        qualified = found.start("street") < found.start("name")
        if frequency(found["name"].casefold()) < (_MOST_USUAL if qualified else UNKNOWN):
            yield Finding(*found.span("street"), "adres", rule, weight=63)
