"""docs/http.md lists the routes that the server has, and the keys that messages have."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any, get_args
from uuid import UUID

import pytest

from bot.channels.web_media import link_media
from bot.channels.web_messages import (
    Laid,
    Pictured,
    Pointed,
    Posted,
    Tapped,
    Typed,
    Voiced,
    write_bot_message,
    write_teller_message,
)
from bot.server import PARTS, build_application
from bot.settings import read_bot_settings
from flows.outbound import Attachment, Drawing, MessageKind, Option, Progress, Utterance
from storage.vault import Vault
from written_pages import names_in_first_cells, read_page, read_section, read_tables

PAGE = read_page("http.md")
EVERY_CHANNEL = {
    "DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "VERTELBOT_SECRET_KEY": "a-secret-for-tests-only-and-long-enough",
    "TELEGRAM_BOT_TOKEN": "123456:letters",
    "TELEGRAM_WEBHOOK_SECRET": "secret",
    "TWILIO_ACCOUNT_SID": "AC00000000000000000000000000000000",
    "TWILIO_AUTH_TOKEN": "token",
    "TWILIO_WHATSAPP_FROM": "whatsapp:+31600000000",
}


def list_rows(section: str, column: str) -> dict[str, str]:
    """The second cell of each row, by the name in the first, of the section's tables with this column."""
    return {
        row[0].strip("`"): row[1]
        for table in read_tables(read_section(PAGE, section))
        if table[0][0] == column
        for row in table[1:]
    }


def write_samples() -> tuple[dict[str, Any], Sequence[dict[str, Any]]]:
    """A message of the bot with all it can have, and one of the teller of each kind."""
    said = write_bot_message(
        Utterance(
            text="Hoe voelde het?",
            language="nl",
            kind="choice",
            step="gevoel",
            options=(Option("gids", "Zeker", "pictures/gids.svg"),),
            extras=(Option("skip", "Sla over"),),
            max=2,
            progress=Progress(1, 4),
            drawing=Drawing("weinig", "veel"),
            attachment=Attachment("0" * 32, "file", "application/pdf", "kaart.pdf"),
        )
    )
    spoken = {"spoken": {"text": "Hoe voelde het?", "language": "nl", "personal": False}, "n": 1}
    said = link_media(Vault(["a-secret-for-tests-only"]), UUID(int=1), {**said, **spoken}, datetime.now(UTC))
    contents = (
        Typed("Hoi"),
        Tapped(("gids",)),
        Pointed(1, 2),
        Laid((None,)),
        Voiced(b"", 3.0),
        Pictured(b""),
    )
    return said, [write_teller_message(Posted("1", content, "gevoel"), [said]) for content in contents]


@pytest.fixture
async def routes() -> set[str]:
    """The routes of a server with every channel on, as the page writes them."""
    application = build_application(read_bot_settings(EVERY_CHANNEL))
    parts = application[PARTS]
    found = {
        f"{route.method} {route.resource.canonical}"
        for route in application.router.routes()
        if route.resource is not None and route.method != "HEAD"
    }
    await parts.database.close()
    parts.doorbell.connection.close()
    return found


async def test_the_page_lists_the_routes_of_the_server(routes: set[str]) -> None:
    """Each route has one row, and no row is about a route that is not there."""
    assert sorted(names_in_first_cells(PAGE, "route")) == sorted(routes)


def test_the_page_lists_the_keys_of_messages() -> None:
    """Each key that a message of either side can have has its row, which says whose it is."""
    said, told = write_samples()
    rows = list_rows("Message", "key")
    tellers = {key for message in told for key in message}

    assert {key for key, side in rows.items() if side in ("bot", "both")} == {*said, "n"}
    assert {key for key, side in rows.items() if side in ("teller", "both")} == {*tellers, "n"}


def test_the_page_names_every_kind_of_message() -> None:
    """The row of `kind` has the kinds of both sides."""
    section = read_section(PAGE, "Message")
    _, told = write_samples()

    for kind in (*get_args(MessageKind), *(message["kind"] for message in told)):
        assert f"`{kind}`" in section
