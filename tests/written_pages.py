"""The pages of the documentation as tests read them: headings, tables and blocks."""

import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[1]

_FENCE: Final = re.compile(r"^```([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_HEADING: Final = re.compile(r"^(#+) +(.+)$", re.MULTILINE)
_NAME: Final = re.compile(r"`([^`]+)`")


def list_pages() -> list[Path]:
    """Every page of the project, those in the root folder and those below docs/."""
    return sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def read_page(name: str) -> str:
    """The text of a page below docs/."""
    return (ROOT / "docs" / name).read_text(encoding="utf-8")


def find_blocks(text: str, info: str) -> list[str]:
    """The content of all fenced blocks whose first line says `info`."""
    return [match[2] for match in _FENCE.finditer(text) if match[1].strip() == info]


def strip_blocks(text: str) -> str:
    """A page without its fenced blocks."""
    return _FENCE.sub("", text)


def list_headings(text: str) -> list[str]:
    """All headings of a page, in order."""
    return [match[2].strip() for match in _HEADING.finditer(strip_blocks(text))]


def read_section(text: str, heading: str) -> str:
    """What stands below one heading, up to the next of any level."""
    prose = strip_blocks(text)
    found = next(match for match in _HEADING.finditer(prose) if match[2].strip() == heading)
    following = _HEADING.search(prose, found.end())
    return prose[found.end() : following.start() if following else None]


def read_tables(section: str) -> list[list[list[str]]]:
    """The tables of a section: rows of cells, the row with the column names first."""
    tables: list[list[list[str]]] = []
    inside = False
    for line in section.splitlines():
        if not line.startswith("|"):
            inside = False
            continue
        if not inside:
            tables.append([])
            inside = True
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        if not all(set(cell) <= {"-", ":"} for cell in cells):
            tables[-1].append(cells)
    return tables


def names_in_first_cells(section: str, column: str) -> list[str]:
    """All `names` in the first cells of the section's tables whose first column has this name."""
    return [
        name
        for table in read_tables(section)
        if table[0][0] == column
        for row in table[1:]
        for name in _NAME.findall(row[0])
    ]
