"""A flow file as the rules look at it: its steps one after the other, right or wrong, each with its place.

Rules read the file itself and not the models, so that what they find and what pydantic finds is told
together. Entries of a wrong form are passed over here; pydantic tells about those.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal, cast

Location = tuple[str | int, ...]
"""Keys and list indexes from the top of the file down to one entry."""

Fault = tuple[Location, str]
"""A place in the file, and what is wrong there and how to mend it."""

WORDS = ("ask", "say", "section", "rotate")
"""The keys that hold the code of a step, by which its sort can be told."""

SIDES = ("top", "left", "right", "bottom")

Role = Literal["text", "title", "label"]
"""Whether a text is prose in which answers can be filled in, the title of a section, or what is tapped."""


@dataclass(frozen=True, slots=True)
class Item:
    """A mapping in the file: a guard, an option, a corner, a stone."""

    location: Location
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wording:
    """One text of an entry: by language, with "" for a bare text that stands for all languages."""

    location: Location
    texts: Mapping[str, str]
    role: Role


@dataclass(frozen=True, slots=True)
class Entry:
    """A step, section or rotate. `index` is its place in the walk, `when` its own guards.

    `inherited` are the guards of the sections and the rotate around it, `draw` is that rotate.
    """

    index: int
    location: Location
    body: Mapping[str, Any]
    when: tuple[Item, ...]
    inherited: tuple[Item, ...] = ()
    draw: "Entry | None" = None

    @property
    def word(self) -> str:
        """Which of `WORDS` it begins with; "" when none."""
        return next((word for word in WORDS if word in self.body), "")

    @property
    def code(self) -> str:
        """Its code; "" when it has none."""
        code = self.body.get(self.word)
        return code if isinstance(code, str) else ""

    @property
    def kind(self) -> str:
        """The kind of a question; "" for all else."""
        kind = self.body.get("kind")
        return kind if self.asks and isinstance(kind, str) else ""

    @property
    def asks(self) -> bool:
        """Whether it is a question."""
        return self.word == "ask"

    @property
    def guards(self) -> tuple[Item, ...]:
        """Everything that must hold for it."""
        return (*self.inherited, *self.when)

    @property
    def ways_around(self) -> tuple[str, ...]:
        """The ways around the question."""
        return tuple(each for each in list_values(self.body.get("allow")) if isinstance(each, str))

    def read_number(self, key: str, default: int) -> int | None:
        """A whole number of the entry; None when it is something else."""
        value = self.body.get(key, default)
        return value if isinstance(value, int) and not isinstance(value, bool) else None

    def list_items(self, key: str) -> list[Item]:
        """The mappings in a list of the entry: options, stones."""
        return [Item((*self.location, key, place), item) for place, item in list_mappings(self.body.get(key))]

    def list_corners(self) -> list[Item]:
        """The corners of a triad, the ends of a dyad."""
        sides = SIDES if self.kind in ("triad", "dyad") else ()
        return [
            Item((*self.location, side), self.body[side])
            for side in sides
            if isinstance(self.body.get(side), dict)
        ]

    def list_wordings(self) -> Iterator[Wording]:
        """Every text of the entry."""
        if self.word == "section":
            yield from _word((*self.location, "title"), self.body.get("title"), "title")
            return
        yield from _word((*self.location, "text"), self.body.get("text"), "text")
        labels = ("yes", "no", "more", "low", "high", "unit")
        for key in (*labels, *(SIDES if self.kind == "stones" else ())):
            yield from _word((*self.location, key), self.body.get(key), "label")
        for item in (*self.list_items("options"), *self.list_items("stones"), *self.list_corners()):
            yield from _word((*item.location, "label"), item.body.get("label"), "label")
        nudge = self.body.get("nudge")
        if isinstance(nudge, dict):
            text = cast(Mapping[str, Any], nudge).get("text")
            yield from _word((*self.location, "nudge", "text"), text, "label")


@dataclass(frozen=True)
class Outline:
    """A whole file: its entries in the order of the walk, and what holds for all of them."""

    body: Mapping[str, Any]
    entries: tuple[Entry, ...]

    @cached_property
    def languages(self) -> tuple[str, ...]:
        """The languages of the flow."""
        return tuple(each for each in list_values(self.body.get("languages")) if isinstance(each, str))

    @cached_property
    def questions(self) -> tuple[Entry, ...]:
        """The questions, in order."""
        return tuple(entry for entry in self.entries if entry.asks)

    @cached_property
    def asked(self) -> Mapping[str, Entry]:
        """The questions by their codes; of two with one code the first."""
        return {entry.code: entry for entry in reversed(self.questions) if entry.code}

    @cached_property
    def last_question(self) -> int:
        """The index of the last question; -1 when there is none."""
        return max((entry.index for entry in self.questions), default=-1)

    @cached_property
    def ending(self) -> tuple[Item, ...]:
        """The guards of the flow that follows."""
        follow = self.body.get("follow_up")
        return _read_when(cast(Mapping[str, Any], follow), ("follow_up",)) if isinstance(follow, dict) else ()

    def list_wordings(self) -> Iterator[Wording]:
        """Every text of the file."""
        yield from _word(("title",), self.body.get("title"), "label")
        crisis = self.body.get("crisis")
        if isinstance(crisis, dict):
            text = cast(Mapping[str, Any], crisis).get("text")
            yield from _word(("crisis", "text"), text, "label")
        for entry in self.entries:
            yield from entry.list_wordings()


def draw_outline(body: Mapping[str, Any]) -> Outline:
    """The outline of a file as it was read."""
    entries: list[Entry] = []
    _add_steps(body.get("steps"), ("steps",), (), None, entries)
    return Outline(body, tuple(entries))


def list_values(value: Any) -> list[Any]:
    """A list as it is, anything else as nothing."""
    return cast(list[Any], value) if isinstance(value, list) else []


def list_mappings(value: Any) -> list[tuple[int, Mapping[str, Any]]]:
    """The mappings in a list, each with its place."""
    return [(place, item) for place, item in enumerate(list_values(value)) if isinstance(item, dict)]


def _add_steps(
    steps: Any, location: Location, inherited: tuple[Item, ...], draw: Entry | None, entries: list[Entry]
) -> None:
    for place, body in list_mappings(steps):
        here = (*location, place)
        entry = Entry(len(entries), here, body, _read_when(body, here), inherited, draw)
        entries.append(entry)
        if entry.word in ("section", "rotate"):
            around = draw or (entry if entry.word == "rotate" else None)
            _add_steps(body.get("steps"), (*here, "steps"), entry.guards, around, entries)


def _read_when(body: Mapping[str, Any], location: Location) -> tuple[Item, ...]:
    """The guards of one entry, whether written as one or as a list."""
    when = body.get("when")
    if isinstance(when, dict):
        return (Item((*location, "when"), cast(Mapping[str, Any], when)),)
    return tuple(Item((*location, "when", place), guard) for place, guard in list_mappings(when))


def _word(location: Location, value: Any, role: Role) -> Iterator[Wording]:
    if isinstance(value, str):
        yield Wording(location, {"": value}, role)
    elif isinstance(value, dict):
        texts = cast(Mapping[Any, Any], value)
        said = {key: text for key, text in texts.items() if isinstance(key, str) and isinstance(text, str)}
        if said:
            yield Wording(location, said, role)
