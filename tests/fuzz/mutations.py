"""Breaks what platforms send: JSON along its structure, forms along their fields, and bodies byte by byte."""

import json
from collections.abc import Callable, Mapping, Sequence
from copy import deepcopy
from random import Random
from typing import Any, Final, cast

from fuzz.oddities import BYTES, LONG, RAW, TEXTS, VALUES, WORDS

Pairs = list[tuple[str, str]]

_MARK: Final = "\ue000raw:"
"""Before the number of something that is written into the JSON as it stands."""

_NUMBERS: Final = frozenset(map(str, range(len(RAW))))


class Breaker:
    """Breaks things, as a source of randomness says; `names` are keys that mean something somewhere."""

    def __init__(self, random: Random, names: Sequence[str]) -> None:
        self._random = random
        self._names = names
        self._of_json: tuple[Callable[[Any, Any, Any], None], ...] = (
            self._drop,
            self._rename,
            self._copy,
            self._swap,
            self._swap,
            self._bend,
            self._bend,
            self._wrap,
            self._splice,
            self._write_raw,
        )
        self._of_pairs: tuple[Callable[[Pairs, int, Pairs], None], ...] = (
            self._drop_pair,
            self._rename_pair,
            self._copy_pair,
            self._bend_pair,
            self._bend_pair,
            self._bend_pair,
            self._splice_pair,
        )

    def break_json(self, value: dict[str, Any], other: Mapping[str, Any]) -> dict[str, Any]:
        """Break one to four places, in place; pieces of `other` may be put in."""
        for _ in range(self._count()):
            places = list_places(value)
            if places:
                holder, name = self._random.choice(places)
                self._random.choice(self._of_json)(holder, name, other)
        return value

    def break_pairs(self, pairs: Pairs, other: Pairs) -> Pairs:
        """Break one to four fields of a form, in place; fields of `other` may be put in."""
        for _ in range(self._count()):
            if pairs:
                self._random.choice(self._of_pairs)(pairs, self._random.randrange(len(pairs)), other)
        return pairs

    def break_bytes(self, body: bytes) -> bytes:
        """Turn over, take out, double or put in a few bytes."""
        data = bytearray(body)
        for _ in range(self._count()):
            place = self._random.randrange(len(data) + 1)
            match self._random.randrange(5):
                case 0 if place < len(data):
                    data[place] ^= 1 << self._random.randrange(8)
                case 1:
                    del data[place : place + self._random.randint(1, 8)]
                case 2:
                    data[place:place] = data[place : place + self._random.randint(1, 40)]
                case 3:
                    del data[place:]
                case _:
                    data[place:place] = self._random.choice(BYTES)
        return bytes(data)

    def write_text(self) -> str:
        """A text that nobody expects, or one that means something here."""
        match self._random.randrange(20):
            case 0:
                return self._random.choice(LONG)
            case 1 | 2 | 3 | 4 | 5 | 6:
                return self._random.choice(WORDS)
            case 7:
                return "".join(chr(self._random.randrange(0x11_0000)) for _ in range(6))
            case 8:
                return f"{self._random.choice(WORDS)}{self._random.choice(TEXTS)}"
            case _:
                return self._random.choice(TEXTS)

    def bend_text(self, text: str) -> str:
        """A text much like another one."""
        place = self._random.randrange(len(text) + 1)
        match self._random.randrange(6):
            case 0:
                return text[:place] + self._random.choice(TEXTS) + text[place:]
            case 1:
                return text[:place]
            case 2:
                return text.swapcase()
            case 3:
                return text[::-1]
            case 4:
                return text * self._random.randint(2, 50) if len(text) < 200 else text
            case _:
                return self.write_text()

    def _count(self) -> int:
        return self._random.choice((1, 1, 1, 2, 2, 3, 4))

    def _value(self) -> Any:
        if self._random.random() < 0.4:
            return self.write_text()
        value = self._random.choice(VALUES)
        return deepcopy(value)

    def _drop(self, holder: Any, name: Any, other: Any) -> None:
        del holder[name], other

    def _rename(self, holder: Any, name: Any, other: Any) -> None:
        del other
        if isinstance(holder, dict):
            fields = cast("dict[str, Any]", holder)
            fields[self._random.choice(self._names)] = fields.pop(name)

    def _copy(self, holder: Any, name: Any, other: Any) -> None:
        del other
        if isinstance(holder, dict):
            holder[self._random.choice(self._names)] = holder[name]
        else:
            holder.extend([holder[name]] * self._random.randint(1, 20))

    def _swap(self, holder: Any, name: Any, other: Any) -> None:
        del other
        holder[name] = self._value()

    def _bend(self, holder: Any, name: Any, other: Any) -> None:
        """Something of the same kind, but not the same."""
        del other
        match holder[name]:
            case bool():
                holder[name] = "true"
            case int() as number:
                near: tuple[Any, ...] = (str(number), -number, number + 1, number * 2**40)
                holder[name] = self._random.choice(near if abs(number) > 2**60 else (*near, number + 0.5))
            case float() as number:
                holder[name] = str(number)
            case str() as text:
                holder[name] = self.bend_text(text)
            case _:
                holder[name] = self._value()

    def _wrap(self, holder: Any, name: Any, other: Any) -> None:
        del other
        for _ in range(self._random.choice((1, 1, 2, 30))):
            inner = holder[name]
            holder[name] = (
                [inner] if self._random.random() < 0.5 else {self._random.choice(self._names): inner}
            )

    def _splice(self, holder: Any, name: Any, other: Any) -> None:
        places = list_places(other)
        if places:
            source, key = self._random.choice(places)
            piece = json.loads(json.dumps(source[key]))
            if isinstance(holder, dict) and isinstance(key, str) and self._random.random() < 0.5:
                holder[key] = piece
            else:
                holder[name] = piece

    def _write_raw(self, holder: Any, name: Any, other: Any) -> None:
        del other
        holder[name] = f"{_MARK}{self._random.randrange(len(RAW))}"

    def _drop_pair(self, pairs: Pairs, place: int, other: Pairs) -> None:
        del pairs[place], other

    def _rename_pair(self, pairs: Pairs, place: int, other: Pairs) -> None:
        del other
        name = pairs[place][0]
        new = self._random.choice(self._names) if self._random.random() < 0.8 else self.bend_text(name)
        pairs[place] = (new, pairs[place][1])

    def _copy_pair(self, pairs: Pairs, place: int, other: Pairs) -> None:
        del other
        name, value = pairs[place]
        times = 600 if self._random.random() < 0.01 else self._random.choice((1, 1, 2, 5))
        new = value if self._random.random() < 0.5 else self.bend_text(value)
        pairs[place:place] = [(name, new)] * times

    def _bend_pair(self, pairs: Pairs, place: int, other: Pairs) -> None:
        del other
        name, value = pairs[place]
        pairs[place] = (name, self.bend_text(value))

    def _splice_pair(self, pairs: Pairs, place: int, other: Pairs) -> None:
        if other:
            name, value = self._random.choice(other)
            pairs[place] = (name, value) if self._random.random() < 0.5 else (pairs[place][0], value)


def list_places(value: Any) -> list[tuple[Any, Any]]:
    """Every place in a JSON value: (what holds it, its name or index)."""
    places: list[tuple[Any, Any]] = []
    waiting: list[Any] = [value]
    while waiting:
        holder = waiting.pop()
        if isinstance(holder, dict):
            entries: list[tuple[Any, Any]] = list(cast("dict[str, Any]", holder).items())
        else:
            entries = list(enumerate(cast("list[Any]", holder)))
        for name, inner in entries:
            places.append((cast(Any, holder), name))
            if isinstance(inner, dict | list):
                waiting.append(inner)
    return places


def write_json(value: Any, *, ascii_only: bool = True) -> bytes:
    """A JSON body, with what `break_json` put in as it stands; may well be no JSON."""
    text = json.dumps(value, ensure_ascii=ascii_only)
    mark = json.dumps(_MARK, ensure_ascii=ascii_only)[:-1]
    while mark in text:
        before, _, after = text.partition(mark)
        number, _, rest = after.partition('"')
        known = number in _NUMBERS
        text = f"{before}{RAW[int(number)]}{rest}" if known else f"{before}{rest}"
    return text.encode("utf-8", "surrogatepass")
