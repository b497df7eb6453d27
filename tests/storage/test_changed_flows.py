"""Publishing a version that breaks what readers have: refused with everything, unless it is accepted."""

import pytest

from bot.commands.flows import publish_all
from flows.errors import ChangedFlowError
from flows.file import read_flow
from flows.flow import Flow

FLOW = """\
format: 1
flow: {code}
title: Proef
audience: team
languages: [nl]
steps:
  - {{ask: mee, kind: consent, version: "1", text: Doe je mee?, "yes": Ja, "no": Nee}}
  - ask: cijfer
    kind: scale
    text: Hoe ging het?
    from: 1
    to: {to}
"""


def _make(code: str, to: int) -> tuple[Flow, str]:
    source = FLOW.format(code=code, to=to)
    return read_flow(source, f"{code}.yaml"), source


async def test_changes_that_break_are_refused_together(database_url: str) -> None:
    """All flows are told, each with its line, and none is published: not even the one that is right."""
    await publish_all(database_url, [_make("een", 10), _make("twee", 10)])
    with pytest.raises(ChangedFlowError) as caught:
        await publish_all(database_url, [_make("een", 9), _make("twee", 7), _make("drie", 5)])

    assert [(problem.file, problem.line, problem.step) for problem in caught.value.problems] == [
        ("een.yaml", 12, "cijfer"),
        ("twee.yaml", 12, "cijfer"),
    ]
    assert "--accept-changes" in str(caught.value)
    assert [done.version for done in await publish_all(database_url, [_make("drie", 5)])] == [1]


async def test_accepted_changes_are_published(database_url: str) -> None:
    """Who knows what it means publishes all the same; the same file again is no change."""
    await publish_all(database_url, [_make("een", 10)])
    (done,) = await publish_all(database_url, [_make("een", 9)], accept_changes=True)
    (again,) = await publish_all(database_url, [_make("een", 9)])

    assert (done.version, done.new) == (2, True)
    assert (again.version, again.new) == (2, False)


async def test_the_catalogue_is_never_held_up(database_url: str) -> None:
    """A new release starts with its own flows, whatever changed in them."""
    await publish_all(database_url, [_make("een", 10)], "catalogue")
    (done,) = await publish_all(database_url, [_make("een", 9)], "catalogue")

    assert (done.version, done.new) == (2, True)
