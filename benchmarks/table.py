"""The table of a benchmark: what was measured, ours, the floor to stay above, and how many times as much."""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One measurement, ours beside the floor's in the same `unit`; more is better."""

    what: str
    ours: float
    floor: float
    unit: str

    @property
    def ratio(self) -> float:
        """How many times as much as the floor."""
        return self.ours / self.floor


def print_table(rows: Iterable[Row]) -> None:
    """Print the rows under each other, the figures in line."""
    cells = [("what", "ours", "floor", "unit", "ratio")]
    cells += [
        (row.what, f"{row.ours:,.2f}", f"{row.floor:,.2f}", row.unit, f"{row.ratio:.2f}x") for row in rows
    ]
    what, ours, floor, unit, ratio = (max(len(line[at]) for line in cells) for at in range(5))
    for line in cells:
        print(
            f"{line[0]:<{what}}  {line[1]:>{ours}}  {line[2]:>{floor}}  {line[3]:<{unit}}  {line[4]:>{ratio}}"
        )


def print_notes(notes: Iterable[str]) -> None:
    """Print what to know beside the figures, a line each."""
    print()
    for note in notes:
        print(f"· {note}")
