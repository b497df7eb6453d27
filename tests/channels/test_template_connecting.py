"""The texts that WhatsApp approves: within Twilio's limits, with buttons that are understood."""

import re

import pytest

from bot.channels.template_connecting import PURPOSES, Purpose, write_template
from bot.channels.whatsapp_updates import read_form
from channels.twilio_forms import TwilioForms
from channels.twilio_limits import check_content
from flows.inbound import Chose
from flows.phrases import LANGUAGES

CASES = [(purpose, language) for purpose in PURPOSES for language in LANGUAGES]


@pytest.mark.parametrize(("purpose", "language"), CASES)
def test_a_template_is_within_twilios_limits(purpose: Purpose, language: str) -> None:
    """Content that Twilio takes, with nothing to fill in and no button that is cut off."""
    template = write_template(purpose, language)
    reply = template["types"]["twilio/quick-reply"]

    assert check_content(template) is None
    assert re.fullmatch(r"[a-z0-9_]+", template["friendly_name"])
    assert "{{" not in reply["body"]
    assert all(0 < len(action["title"]) <= 20 for action in reply["actions"])


@pytest.mark.parametrize(("purpose", "language"), CASES)
def test_its_first_button_goes_on(purpose: Purpose, language: str) -> None:
    """Going on, or a new story after one that ran out of time."""
    action = write_template(purpose, language)["types"]["twilio/quick-reply"]["actions"][0]
    form = TwilioForms("AC1", "token").button_form("+31612345678", action["title"], action["id"])
    inbound = read_form(form)

    assert inbound is not None
    assert inbound.content == Chose(("start",) if purpose == "expired" else ("go_on",), None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_its_last_button_ends_all_messages(language: str) -> None:
    """Nobody has to type to be left in peace."""
    action = write_template("reminder", language)["types"]["twilio/quick-reply"]["actions"][-1]
    form = TwilioForms("AC1", "token").button_form("+31612345678", action["title"], action["id"])
    inbound = read_form(form)

    assert inbound is not None
    assert inbound.contact == "stop"
