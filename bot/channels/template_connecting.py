"""The texts that WhatsApp approves beforehand, so that the bot may speak first: made, sent in, looked at."""

from typing import Any, Final, Literal

from bot.channels.channel import write_tap
from bot.channels.connecting import Point
from bot.channels.delivery_errors import RefusedError
from bot.channels.twilio_client import TwilioClient
from bot.channels.whatsapp import ContentMemory, write_template_key
from flows.phrases import LANGUAGES, phrase

Purpose = Literal["reminder", "expired", "follow_up"]

PURPOSES: Final[tuple[Purpose, ...]] = ("reminder", "expired", "follow_up")

CATEGORY: Final = "UTILITY"
"""They go on with what a person began, and advertise nothing."""

_UNDER_WAY: Final = frozenset({"received", "pending", "in_review"})
_CONNECT: Final = "Run `vertelbot channels connect whatsapp`."


async def examine_templates(client: TwilioClient, memory: ContentMemory) -> list[Point]:
    """Where the approval of every text is, in every language. Raises DeliveryError."""
    return [await _examine(client, memory, purpose, each) for purpose in PURPOSES for each in LANGUAGES]


def write_template(purpose: Purpose, language: str) -> dict[str, Any]:
    """The Content resource for a purpose in a language.

    The id of the button that ends all messages is none of ours on purpose: what stands on it is then read
    like a typed word.
    """
    going_on = ("template_go_on", write_tap(None, "go_on")), ("template_stop", "stop")
    taps = (("start", write_tap(None, "start")),) if purpose == "expired" else going_on
    actions = [{"type": "QUICK_REPLY", "title": phrase(language, key), "id": name} for key, name in taps]
    body = {"body": phrase(language, f"template_{purpose}"), "actions": actions}
    return {
        "friendly_name": _write_name(purpose, language),
        "language": language,
        "types": {"twilio/quick-reply": body},
    }


async def _examine(client: TwilioClient, memory: ContentMemory, purpose: Purpose, language: str) -> Point:
    what, key = f"template {purpose} {language}", write_template_key(purpose, language)
    name = _write_name(purpose, language)
    sid = await memory.find(key)

    async def submit() -> None:
        content = sid
        if content is None:
            content = await client.create_content(write_template(purpose, language))
            await memory.keep(key, content)
        await client.request_approval(content, name, CATEGORY)

    if sid is None:
        return Point(what, "not made yet", right=False, remedy=_CONNECT, mend=submit)
    try:
        state = await client.fetch_approval(sid)
    except RefusedError:
        remedy = "It was removed at Twilio, or belongs to another account; put TWILIO_ACCOUNT_SID right."
        return Point(what, "Twilio does not know it", right=False, remedy=remedy)
    if state == "unsubmitted":
        return Point(what, "not sent in yet", right=False, remedy=_CONNECT, mend=submit)
    if state == "approved":
        return Point(what, state)
    if state in _UNDER_WAY:
        return Point(what, state, remedy="Wait: WhatsApp mostly decides within a day.")
    remedy = f"Look at {name} in Twilio's console; without it people on WhatsApp are not reminded."
    return Point(what, state, right=False, remedy=remedy)


def _write_name(purpose: Purpose, language: str) -> str:
    return f"vertelbot_{purpose}_{language}"
