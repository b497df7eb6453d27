"""Forms of one Twilio account find their channel, their key and their person."""

from dataclasses import replace
from typing import Any

import pytest

from bot.channels.channel import ParseError, Report
from bot.channels.delivery_errors import RecipientGoneError, UnknownError
from bot.channels.twilio_arrivals import arrive_message, arrive_status, read_status

ACCOUNT = "AC" + "1" * 32
PERSON = "+31612345678"
MESSAGE = {"AccountSid": ACCOUNT, "MessageSid": "SM1", "From": PERSON, "To": "+3197", "Body": "hoi"}
STATUS = {"AccountSid": ACCOUNT, "MessageSid": "SM1", "MessageStatus": "sent", "To": PERSON, "From": "+3197"}


@pytest.mark.parametrize(
    ("sender", "channel", "address"),
    [
        (PERSON, "sms", PERSON),
        ("12345", "sms", "12345"),
        (f"whatsapp:{PERSON}", "whatsapp", PERSON),
        ("whatsapp:ID.4566aB", "whatsapp", "ID.4566aB"),
    ],
)
def test_who_writes_says_which_channel(sender: str, channel: str, address: str) -> None:
    """WhatsApp stands in front of the address; the key is made of account and message."""
    form = MESSAGE | {"From": sender, "Body": "ho\0i", "ExternalUserId": "ID.1", "Later": "new"}
    arrival = arrive_message(form)
    assert (arrival.channel, arrival.address, arrival.order) == (channel, address, None)
    assert arrival.key == f"tw:{ACCOUNT}:in:SM1"
    assert arrival.raw == form | {"Body": "hoi"}


@pytest.mark.parametrize("sender", ["", "whatsapp:", "messenger:123", "rcs:+31612345678", "whatsapp:a:b"])
def test_strangers_are_no_arrivals(sender: str) -> None:
    """Nobody, and people on channels that are not here, are refused without a word about who it was."""
    with pytest.raises(ParseError) as caught:
        arrive_message(MESSAGE | {"From": sender})
    assert "612345678" not in str(caught.value)


@pytest.mark.parametrize("missing", ["MessageSid", "From"])
def test_a_message_needs_its_fields(missing: str) -> None:
    """Without message or sender there is nothing to keep."""
    with pytest.raises(ParseError):
        arrive_message({name: value for name, value in MESSAGE.items() if name != missing})


@pytest.mark.parametrize(("to", "channel"), [(PERSON, "sms"), (f"whatsapp:{PERSON}", "whatsapp")])
def test_a_status_belongs_to_whom_the_message_went(to: str, channel: str) -> None:
    """It lies with the messages of that person; of its form only what is read is kept."""
    form = STATUS | {"To": to, "ErrorCode": "30003", "RawDlrDoneDate": "2611", "SmsSid": "SM1"}
    arrival = arrive_status(form)
    assert (arrival.channel, arrival.address, arrival.key) == (channel, PERSON, f"tw:{ACCOUNT}:st:SM1:sent")
    assert arrival.raw == STATUS | {"To": to, "ErrorCode": "30003"}


def test_an_older_name_for_the_message() -> None:
    """Statuses of text messages may name the message as SmsSid alone."""
    form = {name: value for name, value in STATUS.items() if name != "MessageSid"} | {"SmsSid": "SM2"}
    arrival = arrive_status(form)
    assert (arrival.key, arrival.raw["MessageSid"]) == (f"tw:{ACCOUNT}:st:SM2:sent", "SM2")


@pytest.mark.parametrize("missing", ["MessageSid", "MessageStatus", "To"])
def test_a_status_needs_its_fields(missing: str) -> None:
    """Without message, status or receiver there is nothing to keep."""
    with pytest.raises(ParseError):
        arrive_status({name: value for name, value in STATUS.items() if name != missing})


@pytest.mark.parametrize(
    ("change", "report"),
    [
        ({}, Report("SM1", "sent", 2)),
        ({"MessageStatus": "read"}, Report("SM1", "read", 4)),
        ({"MessageStatus": "delivered", "ErrorCode": "30003"}, Report("SM1", "delivered", 3, code="30003")),
        (
            {"MessageStatus": "undelivered", "ErrorCode": "30005"},
            Report("SM1", "undelivered", 0, failed=True, code="30005", error=RecipientGoneError()),
        ),
        (
            {"MessageStatus": "failed"},
            Report("SM1", "failed", 0, failed=True, error=UnknownError()),
        ),
        (
            {"MessageStatus": "failed", "ErrorCode": "veel"},
            Report("SM1", "failed", 0, failed=True, code="veel", error=UnknownError()),
        ),
        (
            {"MessageStatus": "failed", "ErrorCode": "9" * 5000},
            Report("SM1", "failed", 0, failed=True, code="9" * 5000, error=UnknownError()),
        ),
    ],
)
def test_what_a_status_reports(change: dict[str, str], report: Report) -> None:
    """How far the message came, and the class of what went wrong where it failed."""
    inbound = read_status(STATUS | change)
    assert inbound is not None
    assert inbound.report is not None
    assert type(inbound.report.error) is type(report.error)
    assert replace(inbound.report, error=None) == replace(report, error=None)


@pytest.mark.parametrize("form", [MESSAGE, MESSAGE | {"MessageStatus": "received"}, {}])
def test_a_message_is_no_status(form: dict[str, Any]) -> None:
    """What came in reports nothing."""
    assert read_status(form) is None
