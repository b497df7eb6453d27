"""The form of the touch page: what was filled in for a triad, a dyad or stones, and what is still wrong."""

from collections.abc import Mapping
from dataclasses import dataclass
from math import isfinite
from typing import Final

from bot.page_texts import word
from flows.inbound import Chose, Placed, PlacedAll
from flows.outbound import Drawing, Utterance

CORNERS: Final = ("top", "left", "right")
"""The fields of a triad: the share of each corner; together they are 100."""

LINE: Final = "place"
"""The field of a dyad: 0 at the left end, 100 at the right."""

WAY: Final = "way"
"""The field of the buttons that go around the question."""

_WHOLE: Final = 100.0
_LENIENCE: Final = 1.0
"""By how much three shares may miss 100: whoever types 33, 33 and 33 means a third each."""


@dataclass(frozen=True, slots=True)
class Filled:
    """A form as it was filled in: what it says, or what is wrong with it.

    `values` are the fields as they were typed; `problems` are sentences by field, `problem` is about all of
    it. `content` is None exactly when there is a `problem`.
    """

    values: Mapping[str, str]
    content: Chose | Placed | PlacedAll | None = None
    problem: str = ""
    problems: Mapping[str, str] | None = None


def read_form(fields: Mapping[str, str], question: Utterance, drawing: Drawing, language: str) -> Filled:
    """Read the fields as an answer to the question; problems are worded in the page's `language`."""
    form = _Form({name: value.strip() for name, value in fields.items()}, language)
    step = question.step
    if form.values.get(WAY) in {extra.code for extra in question.extras}:
        return Filled(form.values, Chose((form.values[WAY],), step))
    if drawing.stones:
        points = [form.read_stone(number) for number in range(1, len(drawing.stones) + 1)]
        return form.finish(PlacedAll(tuple(points), step))
    if drawing.top:
        return form.finish(form.read_triad(step))
    return form.finish(Placed(form.read_share(LINE), 50.0, step))


def fill_placed(drawing: Drawing) -> Mapping[str, str]:
    """The fields as they are at first: stones that lie already do so here too; nothing else is filled in."""
    values: dict[str, str] = {}
    for number, point in enumerate(drawing.placed, start=1):
        if point is None:
            values[f"off{number}"] = "1"
        else:
            values |= {f"x{number}": f"{point[0]:g}", f"y{number}": f"{point[1]:g}"}
    return values


class _Form:
    """Fields that are read one by one; what is wrong is gathered."""

    def __init__(self, values: Mapping[str, str], language: str) -> None:
        self.values = values
        self._language = language
        self._problem = ""
        self._problems: dict[str, str] = {}

    def read_share(self, name: str) -> float:
        """A number from 0 to 100; 0 where it is none, which is then a problem of the field."""
        written = self.values.get(name, "")
        try:
            share = float(written.replace(",", ".").replace("٫", "."))
        except ValueError:
            share = float("nan")
        if isfinite(share) and 0 <= share <= _WHOLE:
            return share
        self._say("canvas_where" if not written else "canvas_number")
        self._problems[name] = word(self._language, "canvas_number")
        return 0.0

    def read_triad(self, step: str | None) -> Placed:
        """The point of three shares."""
        top, left, right = (self.read_share(name) for name in CORNERS)
        total = top + left + right
        if not self._problem and abs(total - _WHOLE) > _LENIENCE:
            self._say("canvas_sum", sum=f"{total:g}")
            self._problems |= dict.fromkeys(CORNERS, word(self._language, "canvas_sum", sum=f"{total:g}"))
        if self._problem:
            return Placed(0, 0, step)
        top, right = top * _WHOLE / total, right * _WHOLE / total
        return Placed(round(right + top / 2, 4), round(top, 4), step)

    def read_stone(self, number: int) -> tuple[float, float] | None:
        """Where a stone lies; None for one that does not belong."""
        if self.values.get(f"off{number}"):
            return None
        names = (f"x{number}", f"y{number}")
        if not any(self.values.get(name) for name in names):
            self._say("canvas_stones")
            self._problems |= dict.fromkeys(names, word(self._language, "canvas_stone"))
            return 0.0, 0.0
        return self.read_share(names[0]), self.read_share(names[1])

    def finish(self, content: Placed | PlacedAll) -> Filled:
        """What the form says, unless something is wrong."""
        if self._problem:
            return Filled(self.values, None, self._problem, self._problems)
        return Filled(self.values, content)

    def _say(self, key: str, **values: object) -> None:
        self._problem = self._problem or word(self._language, key, **values)
