"""Number plates: by the forms of Dutch and German ones, and behind a word that announces one."""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from workers.deidentification.finding import Finding
from workers.deidentification.pieces import Run
from workers.deidentification.said_numbers import BELOW_THOUSAND
from workers.deidentification.tokens import Token

_WEIGHT: Final = 75
_NEAR: Final = 40
"""Characters between a plate and the word that says what it is."""

_SIDECODES: Final = ("aa-99-99", "99-99-aa", "99-aa-99", "aa-99-aa", "aa-aa-99", "99-aa-aa", "99-aaa-9")
_LATER: Final = ("9-aaa-99", "aa-999-a", "a-999-aa", "aaa-99-a", "a-99-aaa", "9-aa-999", "999-aa-9")
"""The fourteen forms of Dutch number plates, by letters and digits (RDW, sidecodes 1 to 14)."""

_LETTER: Final = r"[^\W\d_]"
_FORMS: Final = re.compile(
    "|".join(
        rf"(?<![\w-]){form.replace('-', '[- ]?').replace('a', _LETTER).replace('9', '[0-9]')}(?![\w-])"
        for form in _SIDECODES + _LATER
    )
)
_GERMAN: Final = re.compile(r"(?<![\w-])[A-ZÄÖÜ]{1,3}-[A-Z]{1,2}[ -]?\d{1,4}(?![\w-])", re.IGNORECASE)
_SAID: Final = re.compile(
    r"\b(?:kenteken|nummerbord|nummerplaat|kentekenplaat|plaatje?|nummerbordje|scooterplaat|brommerplaat)"
    r"\w{0,6}\b|\bletters?\b|\bachterop\b",
    re.IGNORECASE,
)
_VEHICLE: Final = re.compile(
    r"\b\w*(?:auto|bus|busje|scooter|brommer|bromfiets|motor|caravan|camper|aanhanger|wagen|bestelwagen|vrachtwagen|taxi|trailer|golf)(?:s|tje|je|chauffeur)?\b"
    r"|\b(?:ge)?parkee?r(?:t|d|en|de)?\b|\b(?:poolse?|duitse?|turkse?|buitenlandse?)\b"
    r"|\b(?:golf|fiat|opel|polo|audi|bmw|mercedes|volvo|ford|kia|toyota|peugeot|renault|seat|skoda|tesla|volkswagen|vw|citroen"
    r"|citroën|nissan|mazda|suzuki|hyundai|dacia|mini|vespa|corsa|astra|clio|twingo|panda|punto|fiesta|focus|passat|caddy|transporter"
    r"|yaris|corolla|aygo|picanto|swift|berlingo|kangoo|vivaro|sprinter|transit|tiguan|touran|octavia|fabia|ibiza|leon)\b",
    re.IGNORECASE,
)
_ABROAD: Final = re.compile(r"[A-Z]{1,3}[ \-]?\d{1,5}(?:[ \-]?[A-Z]{1,3})?|[A-Z]{2}[ \-]?\d[A-Z\d]{3,5}")
_WRITTEN_ABROAD: Final = re.compile(
    r"(?<![\w-])[A-Z]{2,3} (?=[A-Z]?\d[A-Z\d]*\d)(?=\d*[A-Z])[A-Z\d]{4,5}(?![\w-])"
)
"""As Polish plates are, with a letter among the figures: PO 5RX82."""

_PIECE: Final = rf"(?:[a-z]{{1,3}}(?![\w])|\d{{1,3}}(?!\d)|{BELOW_THOUSAND}(?!\w))"
_SMALL: Final = r"(?:van|met|op|en|om|in|is|was|bij|na|al|nu|nr|km|uit|tot|die|dat|had|de|het|een|per|ca|x)"
_POLISH: Final = re.compile(
    rf"(?:{_VEHICLE.pattern})\s(?P<plate>(?!{_SMALL}\s)[a-z]{{2,3}}\s?\d{{4,5}})(?![\w-])", re.IGNORECASE
)
_SPOKEN: Final = re.compile(
    r"\b(?:kenteken|nummerbord|nummerplaat)(?:\s(?:is|was|dat|van|die|het|auto|ervan|uh|eh|nummer|met|zijn|haar))*[\s:]+"
    rf"(?P<plate>(?:{_PIECE}[ \-]){{2,7}}{_PIECE})",
    re.IGNORECASE,
)
_WORDED: Final = re.compile(r"[a-z]*[aeiou][a-z]*(?<=[a-z]{3})")
"""Letters that can be said as a word; plates hardly have vowels."""

_PARTS: Final = 2
_SIGNS: Final = 6
_ABROAD_SIGNS: Final = range(5, 9)
_ENDS_IN_YEAR: Final = re.compile(r"\b(?:19|20)\d\d$")
"""What is read as a plate then is a model and its year: GTI 2015."""

_POSTCODE: Final = "9999aa"
_MOST_LETTERS: Final = 3


def find_plates(text: str) -> Iterator[Finding]:
    """Number plates; without hyphens only near a word for one or for what carries it."""
    for found in _FORMS.finditer(text):
        carried = _is_near(_VEHICLE, text, found.start()) and not _holds_words(found[0])
        if _WORDED.search(found[0]) and not _is_near(_SAID, text, found.start()):
            continue
        if carried or found[0].count("-") == _PARTS or _is_near(_SAID, text, found.start()):
            yield Finding(*found.span(), "kenteken", "number plate", weight=_WEIGHT)
    for found in _GERMAN.finditer(text):
        told = any(_is_near(word, text, found.start()) for word in (_VEHICLE, _SAID))
        if not found[0].isupper() and not told:
            continue
        yield Finding(*found.span(), "kenteken", "German number plate", weight=_WEIGHT - 10)
    for found in _WRITTEN_ABROAD.finditer(text):
        yield Finding(*found.span(), "kenteken", "Polish number plate", weight=_WEIGHT - 10)
    for found in _POLISH.finditer(text):
        yield Finding(*found.span("plate"), "kenteken", "number plate behind a vehicle", weight=_WEIGHT + 1)
    for found in _SPOKEN.finditer(text):
        end = _trim(found)
        if end is not None:
            yield Finding(found.start("plate"), end, "kenteken", "spoken number plate", weight=_WEIGHT - 5)


def find_runs_of_plates(text: str, tokens: Sequence[Token], runs: Iterable[Run]) -> Iterator[Finding]:
    """Signs in the order of a Dutch plate, said one by one; those of other countries behind a vehicle."""
    for run in runs:
        start, end = tokens[run.first].start, tokens[run.last].end
        written = text[start:end]
        told = _is_near(_SAID, text, start)
        apart = not written.isalnum() or not written.isascii()
        worded = any(
            len(token.text) > _MOST_LETTERS and token.text.isalpha() and not token.text.isupper()
            for token in tokens[run.first : run.last + 1]
        )
        carried = told or _is_near(_VEHICLE, text, start) or _is_behind(_VEHICLE, text, end)
        if run.signs == _POSTCODE and not carried:
            continue
        ordered = run.signs in _ORDERS and not (worded and not apart)
        if ordered and (not apart or carried or _is_spelled(tokens, run)):
            yield Finding(start, end, "kenteken", "signs of a number plate", weight=_WEIGHT - 6)
        elif not carried or "a" not in run.signs:
            continue
        elif _ABROAD.fullmatch(written):
            yield Finding(start, end, "kenteken", "number plate behind a vehicle", weight=_WEIGHT + 1)
        elif apart and _is_as_long(run) and not _ENDS_IN_YEAR.search(written):
            yield Finding(start, end, "kenteken", "as many signs as a number plate", weight=_WEIGHT - 7)


def _is_as_long(run: Run) -> bool:
    """Whether it has as many letters and figures as plates have, here or abroad."""
    letters = len(run.signs) - run.figures
    return len(run.signs) == _SIGNS or (len(run.signs) in _ABROAD_SIGNS and min(letters, run.figures) > 1)


def _is_spelled(tokens: Sequence[Token], run: Run) -> bool:
    """Whether its letters are said one by one, or written as one group of consonants."""
    pieces = tokens[run.first : run.last + 1]
    letters = [token for token in pieces if not token.text.isdigit() and len(token.text) == 1]
    return len(letters) > 1


_ORDERS: Final = frozenset(form.replace("-", "") for form in (*_SIDECODES, *_LATER))


def _is_near(pattern: re.Pattern[str], text: str, start: int) -> bool:
    return pattern.search(text, max(0, start - _NEAR), start) is not None


def _is_behind(pattern: re.Pattern[str], text: str, end: int) -> bool:
    return pattern.search(text, end, end + _NEAR) is not None


_SHORT_WORDS: Final = frozenset(
    (
        "is in op om en of de te al er we ze je me zo nu ik was dat die uur jan feb mrt apr mei jun jul aug "
        "sep okt nov dec een van het met ie na ja tot uit bij per a u km kg"
    ).split()
)


def _holds_words(written: str) -> bool:
    """Whether what looks like a plate is words and amounts: op 12 mei."""
    return any(part in _SHORT_WORDS for part in re.split(r"[\- ]", written.casefold()))


def _trim(found: re.Match[str]) -> int | None:
    """Where a spoken plate ends: before short words that are no letters of it; None when it is none."""
    pieces = [(piece.end(), piece[0].casefold()) for piece in re.finditer(r"[^\s\-]+", found["plate"])]
    kept = 0
    for _, word in pieces:
        if word in _SHORT_WORDS - {"a", "u", "een"}:
            break
        kept += 1
    words = [word for _, word in pieces[:kept]]
    lettered = any(len(word) <= 3 and word.isalpha() for word in words)  # noqa: PLR2004 - letters of a plate
    numbered = any(word.isdigit() or len(word) > 3 or word in {"een", "zes"} for word in words)  # noqa: PLR2004
    if kept <= _PARTS or not (lettered and numbered):
        return None
    return found.start("plate") + pieces[kept - 1][0]
