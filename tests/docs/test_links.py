"""Links between pages lead somewhere: the file is there, and so is the heading."""

import re
from pathlib import Path
from typing import Final

import pytest

from written_pages import ROOT, list_headings, list_pages, strip_blocks

_LINK: Final = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
_COMMENT: Final = re.compile(r"<!--.*?-->", re.DOTALL)
_CODE: Final = re.compile(r"`[^`\n]*`")


def find_links(path: Path) -> list[str]:
    """The targets of a page's links and pictures that lie in this repository."""
    prose = _COMMENT.sub("", strip_blocks(path.read_text(encoding="utf-8")))
    targets = [match[1] for match in _LINK.finditer(_CODE.sub("", prose))]
    return [target for target in targets if not re.match(r"[a-z]+:", target)]


def list_anchors(path: Path) -> set[str]:
    """The anchors that GitHub gives a page's headings."""
    headings = [
        heading.replace("`", "").lower() for heading in list_headings(path.read_text(encoding="utf-8"))
    ]
    return {re.sub(r"[^\w\- ]", "", heading).replace(" ", "-") for heading in headings}


def is_broken(page: Path, target: str) -> bool:
    """Whether a link on a page leads nowhere."""
    name, _, anchor = target.partition("#")
    there = page.parent / name if name else page
    return not there.exists() or bool(anchor and anchor not in list_anchors(there))


@pytest.mark.parametrize("page", list_pages(), ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    """Every relative link of a page has its file, and its heading where it names one."""
    assert [target for target in find_links(page) if is_broken(page, target)] == []


def test_every_page_can_be_found() -> None:
    """Each page below docs/ is linked from another page."""
    linked = {
        (page.parent / target.partition("#")[0]).resolve()
        for page in list_pages()
        for target in find_links(page)
    }

    assert [page for page in (ROOT / "docs").rglob("*.md") if page not in linked] == []
