"""Which channel a form of Twilio belongs to, under which key it is kept, and what a status says. Pure.

One account posts to one address for all its senders; `whatsapp:` in front of who writes tells them apart.
"""

from collections.abc import Mapping
from typing import Any, Final

from bot.channels.channel import Arrival, Inbound, ParseError, Report
from bot.channels.twilio_errors import make_error
from bot.channels.twilio_statuses import is_failure, rank_status

WHATSAPP: Final = "whatsapp"
SMS: Final = "sms"
_PREFIX: Final = "whatsapp:"
_OF_A_STATUS: Final = ("AccountSid", "MessageSid", "MessageStatus", "ErrorCode", "From", "To")


def arrive_message(form: Mapping[str, str]) -> Arrival:
    """Turn the form of a verified message into an arrival. Raises ParseError without MessageSid or sender.

    The address is what `From` says, behind `whatsapp:` where that stands in front. It is opaque: it need not
    be a phone number but may be a business-scoped id (`ID.…`), and is what an answer is sent to. Whoever
    changes from a number to such an id is a new person here; `ExternalUserId` is not used, since nothing
    says that it can be written to.
    """
    raw = _clean(form)
    sid = raw.get("MessageSid")
    if not sid:
        raise ParseError("a message without MessageSid")
    channel, address = read_line(raw.get("From", ""))
    return Arrival(channel, f"tw:{raw.get('AccountSid', '')}:in:{sid}", address, raw)


def arrive_status(form: Mapping[str, str]) -> Arrival:
    """Turn the form of a verified status into an arrival of the person it was sent to. Raises ParseError.

    Twilio may bring it twice; one message comes to one status once. What is not used is not kept.
    """
    raw = _clean(form)
    sid, status = raw.get("MessageSid") or raw.get("SmsSid"), raw.get("MessageStatus")
    if not sid or not status:
        raise ParseError("a status without MessageSid or MessageStatus")
    channel, address = read_line(raw.get("To", ""))
    kept = {name: raw[name] for name in _OF_A_STATUS if name in raw} | {"MessageSid": sid}
    return Arrival(channel, f"tw:{raw.get('AccountSid', '')}:st:{sid}:{status}", address, kept)


def read_line(party: str) -> tuple[str, str]:
    """The channel and the address of a party of a message, as `From` and `To` name it. Raises ParseError."""
    if party.startswith(_PREFIX):
        channel, address = WHATSAPP, party.removeprefix(_PREFIX)
    else:
        channel, address = SMS, party
    if not address or ":" in address:
        raise ParseError("a form that names nobody on WhatsApp or SMS")
    return channel, address


def read_status(raw: Mapping[str, Any]) -> Inbound | None:
    """What a kept status reports; None where the form is a message. Raises ParseError.

    A form with a body is what somebody said, whatever else Twilio may add to it.
    """
    status = read_field(raw, "MessageStatus")
    if not status or status in {"received", "receiving"} or "Body" in raw:
        return None
    _, address = read_line(read_field(raw, "To"))
    code, failed = read_field(raw, "ErrorCode"), is_failure(status)
    number = int(code) if code.isascii() and code.isdecimal() and len(code) < _LONGEST_CODE else None
    report = Report(
        provider_id=read_field(raw, "MessageSid"),
        status=status,
        rank=rank_status(status),
        failed=failed,
        code=code,
        error=make_error(number) if failed else None,
    )
    return Inbound(address, report=report)


_LONGEST_CODE: Final = 10


def read_field(raw: Mapping[str, Any], name: str) -> str:
    """The text of a field of a kept form, without NUL; empty where it is missing. Raises ParseError."""
    value: object = raw.get(name, "")
    if not isinstance(value, str):
        raise ParseError(f"{name} is not a text")
    return value.replace("\0", "")


def _clean(form: Mapping[str, str]) -> dict[str, str]:
    # A text column of Postgres cannot hold NUL, and some phones send it.
    return {name.replace("\0", ""): value.replace("\0", "") for name, value in form.items()}
