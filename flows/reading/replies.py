"""Reading typed replies to questions with options, the way people give them: one or several."""

from collections.abc import Callable, Sequence

from flows.outbound import Option
from flows.reading.option_names import Codes
from flows.reading.reply_pieces import Piece, find_numbers, is_number_list, split_reply
from flows.reading.single_replies import Asked, OneReading, Unsure, choose, know_asked
from flows.reading.words import split_words

__all__ = ["OneReading", "Reading", "Unsure", "read_exactly", "read_option", "read_options"]

MOST_PIECES = 40
"""Answers that one reply may hold."""

Reading = Codes | Unsure | None


def read_option(text: str, shown: Sequence[Option], language: str = "nl") -> OneReading:
    """The code of the one option a reply names; Unsure when it fits or names several, None when none.

    In order of trust: a label or code; a number, ordinal or spelled number; a label among small words ("de
    regels denk ik"); the beginning of a label; a slip of the pen. Nothing is guessed.
    """
    reading = read_options(text, shown, language)
    if isinstance(reading, tuple):
        return reading[0] if len(reading) == 1 else Unsure(reading)
    return reading


def read_options(text: str, shown: Sequence[Option], language: str = "nl") -> Reading:
    """The codes of all options a reply names ("1 en 4"), in its order; None when any part names none.

    An unclear part makes the whole Unsure: its codes, as shown, are those that the part can mean. So does
    "1 of 2", and a number beside a label that is not its own.
    """
    reply = text.strip()
    asked = know_asked(tuple(shown), language)
    if not reply or len(reply) > asked.names.longest_reply:
        return None
    reading = _read_numbers(asked, reply) or _read_any(asked, reply)
    if isinstance(reading, Unsure):
        return Unsure(tuple(code for code in asked.names.codes if code in reading.codes))
    return reading


def read_exactly(text: str, shown: Sequence[Option], language: str = "nl") -> str | None:
    """The code of the option whose label or code a message is and no more, for questions with free text."""
    names = know_asked(tuple(shown), language).names
    reply = text.strip()
    found = names.find_exact(reply) if reply and len(reply) <= names.longest_reply else ()
    return found[0] if len(found) == 1 else None


def _read_numbers(asked: Asked, reply: str) -> Reading:
    """The places that a reply of nothing but numbers names ("1 en 4"): what most people send."""
    names = asked.names
    if (
        names.numerals
        or names.leading
        or not reply[0].isdecimal()
        or not is_number_list(reply, asked.language)
    ):
        return None
    codes = [code for number in find_numbers(reply) for code in names.find_place(number)]
    return tuple(dict.fromkeys(codes)) if len(codes) == len(find_numbers(reply)) else None


def _read_any(asked: Asked, reply: str) -> Reading:
    """What a reply names, as a whole or in pieces; beyond doubt if it can be, else nearly."""
    for read in (asked.read_surely, asked.read_either_way):
        whole = read(reply)
        if whole is not None:
            return whole if isinstance(whole, Unsure) else (whole,)
        parts = _read_pieces(asked, reply, read)
        if parts is not None:
            return parts
    return None


def _read_pieces(asked: Asked, reply: str, read: Callable[[str], OneReading]) -> Reading:
    """All options named in a reply, between commas and words such as "en", or with spaces alone."""
    for line, pieces in split_reply(reply, asked.language):
        reading = _read_divided(asked, line, pieces, read) if len(pieces) <= MOST_PIECES else None
        if reading is not None:
            return reading
    return None


def _read_divided(
    asked: Asked, line: str, pieces: Sequence[Piece], read: Callable[[str], OneReading]
) -> Reading:
    """Each piece an option, or some together when a label holds what divides them."""
    codes: list[str] = []
    unsure: list[str] = []
    at, either = 0, False
    while at < len(pieces):
        either = either or (at > 0 and pieces[at].either)
        longest = min(len(pieces), at + asked.names.most_words)
        joins = ((end, line[pieces[at].start : pieces[end - 1].end]) for end in range(longest, at + 1, -1))
        at, found = next(
            ((end, found) for end, join in joins if (found := asked.names.find_exact(join))), (at + 1, ())
        )
        piece = line[pieces[at - 1].start : pieces[at - 1].end]
        reading = choose(found) or read(piece) or _read_spaced(asked, piece)
        if reading is None:
            return None
        if isinstance(reading, Unsure):
            unsure += reading.codes
        else:
            codes += (reading,) if isinstance(reading, str) else reading
    if either and not unsure and len(set(codes)) > 1:
        unsure = codes
    return Unsure(tuple(dict.fromkeys(unsure))) if unsure else tuple(dict.fromkeys(codes)) or None


def _read_spaced(asked: Asked, text: str) -> Reading:
    """Labels, codes and numbers with spaces between them; a number beside another label is unclear."""
    chunks = text.split()
    named: list[str] = []
    counted: list[str] = []
    order: list[str] = []
    at = 0
    while at < len(chunks) <= MOST_PIECES:
        longest = min(len(chunks), at + max(1, asked.names.most_words))
        joins = ((end, " ".join(chunks[at:end])) for end in range(longest, at, -1))
        end, found = next(
            ((end, exact) for end, join in joins if (exact := asked.names.find_exact(join))), (at, ())
        )
        words = split_words(chunks[at])
        number = () if found or len(words) != 1 else asked.find_number([*words, ""], 0, 1)
        if len(found or number) != 1:
            return Unsure(found or number) if found or number else None
        (named if found else counted).extend(found or number)
        order.extend(found or number)
        at = max(end, at + 1)
    unclear = named and not set(counted) <= set(named)
    unique = tuple(dict.fromkeys(order))
    return (Unsure(unique) if unclear else unique) or None
