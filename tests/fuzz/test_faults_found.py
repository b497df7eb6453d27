"""What the fuzzer found, each once and by itself."""

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.channels.canvas import CanvasChannel
from bot.channels.channel import Arrival, ParseError
from bot.channels.sms_updates import read_form
from bot.channels.telegram_receiving import WEBHOOK_PATH, answer_webhook
from bot.channels.telegram_updates import arrive, read_update
from channels.telegram_builders import Updates
from channels.twilio_forms import TwilioForms
from flows.inbound import Said

BUILD = Updates()
SECRET = {"X-Telegram-Bot-Api-Secret-Token": "geheim"}


@pytest.mark.parametrize("odd", ["\0", "\ud800", "\udfff\ud800"], ids=["NUL", "half a pair", "a turned pair"])
def test_what_no_table_can_hold_is_taken_out(odd: str) -> None:
    """Wherever it stands: a word is looked up in the database before the conversation sees it."""
    inbound = read_update(BUILD.text(f"herhaal{odd}"))

    assert inbound is not None
    assert isinstance(inbound.content, Said)
    assert inbound.content.text.rstrip("\ufffd") == "herhaal"


def test_what_cannot_be_written_again_is_kept_as_its_number() -> None:
    """An update nested too deeply is kept without what is in it, so that those behind it come through."""
    deep: list[object] = []
    for _ in range(900):
        deep = [deep]
    update = {"update_id": 7, "message": {"chat": {"id": 5, "type": "private"}, "text": deep}}

    arrival = arrive(update, "1")

    assert (arrival.key, arrival.address, arrival.raw) == ("tg:1:7", "", {"update_id": 7})
    assert read_update(arrival.raw) is None


def test_an_update_is_kept_for_the_chat_it_is_read_for() -> None:
    """Also when it is of two kinds at once."""
    both = BUILD.my_chat_member(chat_id=1) | BUILD.callback("a|b", chat_id=2)

    inbound = read_update(both)

    assert inbound is not None
    assert arrive(both, "1").address == inbound.address == "2"


def test_a_message_with_a_status_is_what_was_said() -> None:
    """Twilio's forms grow without notice; what a person said is not taken for a report."""
    form = TwilioForms("AC1", "token").sms_form("+31612345678", "Dag") | {"MessageStatus": "delivered"}

    inbound = read_form(form)

    assert inbound is not None
    assert inbound.content == Said("Dag")
    assert inbound.report is None


def test_a_place_beyond_all_numbers_cannot_be_read() -> None:
    """It is put aside."""
    with pytest.raises(ParseError):
        CanvasChannel().parse({"address": "1", "step": "plek", "point": [10**400, 1]})


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
async def test_a_body_that_is_not_packed_as_it_says_is_refused(coding: str) -> None:
    """It is no fault of ours, and nothing is kept."""
    kept: list[Arrival] = []

    async def keep(arrival: Arrival) -> bool:
        kept.append(arrival)
        return True

    app = web.Application()
    app.router.add_post(WEBHOOK_PATH, answer_webhook(["geheim"], "1", keep))
    headers = SECRET | {"Content-Encoding": coding}
    async with (
        TestClient(TestServer(app)) as client,
        client.post(WEBHOOK_PATH, data=b'{"update_id": 1}', headers=headers) as answer,
    ):
        assert answer.status == 400
    assert kept == []
