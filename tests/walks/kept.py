"""What is kept of a walk: as readers see it, and how it came about."""

from collections.abc import Mapping
from dataclasses import dataclass

from storage_probe import read_as_owner, read_as_reader
from walks.plans import Row


@dataclass(frozen=True, slots=True)
class Kept:
    """One story with its answers.

    `rows` are sorted; `methods` say by question how it was answered, `shown` what could be chosen.
    """

    flow: str
    channel: str
    language: str
    told_by: str
    title: str | None
    story: str
    share_with: str
    complete: bool
    rows: list[Row]
    methods: Mapping[str, str]
    shown: Mapping[str, tuple[str, ...]]

    @property
    def asked(self) -> set[str]:
        """The questions that have an answer."""
        return {row[0] for row in self.rows}


def read_kept(database_url: str, code: str) -> Kept:
    """The story with a code, as a reader sees it; what no reader needs to know comes from the tables."""
    ((story, session),) = read_as_owner(
        database_url, f"select id::text, session::text from stories where code = '{code}'"
    )
    ((flow, channel, language, told_by, title, text, share_with, complete),) = read_as_reader(
        database_url,
        "select flow, channel, language, told_by, title, story, share_with, complete"
        f" from reader.stories_v1 where story_id = '{story}'",
    )
    rows: list[Row] = []
    methods: dict[str, str] = {}
    for question, part, status, kept, number, words, x, y, method in read_as_reader(
        database_url,
        "select question, part, status, code, number::float, text, x, y, input_method"
        f" from reader.answers_v1 where story_id = '{story}' order by question, part",
    ):
        rows.append((question, part, status, kept, number, words, x, y))  # pyright: ignore[reportArgumentType] - the view's columns have these types
        methods[str(question)] = str(method)
    shown: dict[str, tuple[str, ...]] = {}
    for question, codes in read_as_owner(
        database_url,
        f"select distinct question, shown from answers where session = '{session}' and not superseded",
    ):
        assert isinstance(codes, list)
        shown[str(question)] = tuple(map(str, codes))  # pyright: ignore[reportUnknownArgumentType] - a list of texts in JSON
    return Kept(
        str(flow),
        str(channel),
        str(language),
        str(told_by),
        None if title is None else str(title),
        str(text),
        str(share_with),
        complete is True,
        sorted(rows, key=lambda row: (row[0], row[1])),
        methods,
        shown,
    )
