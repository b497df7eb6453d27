"""The calls to Twilio that are made: messages sent and listed, content, approvals, numbers and senders."""

from collections.abc import AsyncIterator, Callable, Collection, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Final, cast

from bot.channels.delivery_errors import DeliveryError, MisconfiguredError, NotSentError, UncertainError
from bot.channels.twilio_api import TwilioApi, read_list
from bot.channels.twilio_settings import TwilioSettings

_CLOCK_SKEW: Final = timedelta(seconds=2)
_LISTED: Final = "100"
"""How many are asked for at once."""


class TwilioClient:
    """Calls Twilio's resources; every failure is a DeliveryError without a text of Twilio's or a person's.

    Only `send` can be uncertain. `seconds` is how long an answer may take; `close` it at the end.
    """

    def __init__(self, settings: TwilioSettings, *, seconds: float = 20.0) -> None:
        self._settings = settings
        self._api = TwilioApi(settings, seconds=seconds)
        self._messages = f"{settings.account_url}/Messages.json"
        self._numbers = f"{settings.account_url}/IncomingPhoneNumbers"

    async def close(self) -> None:
        """Close the connections; a later call opens new ones."""
        await self._api.close()

    async def send(self, form: Mapping[str, str]) -> str:
        """Create a message from the fields of the Messages resource; answers its SID."""
        return _read_sid(await self._api.post(self._messages, data=form))

    def list_messages(self, to: str, since: datetime) -> AsyncIterator[Mapping[str, Any]]:
        """List the Message resources for a receiver (`+31…`, `whatsapp:+31…`) sent since a moment."""
        query = {"To": to, "DateSent>": _write_moment(since), "PageSize": _LISTED}
        return self._api.list_all(self._messages, "messages", query)

    async def list_inbound(self, to: str, since: datetime) -> AsyncIterator[Mapping[str, Any]]:
        """List the Message resources that people sent to one of our own senders since a moment."""
        async for message in self.list_messages(to, since):
            if message.get("direction") == "inbound":
                yield message

    async def list_media(self, message_sid: str) -> list[Mapping[str, Any]]:
        """List the Media resources of a message: `sid`, `content_type`, `uri` (a path at the API's host)."""
        url = f"{self._settings.account_url}/Messages/{message_sid}/Media.json"
        return read_list(await self._api.ask("GET", url), "media_list")

    async def find_sent(
        self, to: str, is_same: Callable[[str], bool], *, since: datetime, known: Collection[str]
    ) -> str | None:
        """Find the SID of a message to `to` made since a moment whose text `is_same`, or None.

        `known` are SIDs of other messages. This settles what became of a message whose answer was lost.
        What still waits at Twilio has no moment of sending, so the newest are looked through as well.
        Raises NotSentError when it cannot tell.
        """
        earliest = since - _CLOCK_SKEW
        async for message in self.list_messages(to, earliest):
            if sid := _match_message(message, is_same, earliest, known):
                return sid
        newest = await self._api.ask("GET", self._messages, params={"To": to, "PageSize": _LISTED})
        for message in read_list(newest, "messages"):
            if sid := _match_message(message, is_same, earliest, known):
                return sid
        return None

    async def create_content(self, content: Mapping[str, Any]) -> str:
        """Create a Content resource; answers its SID."""
        return _read_made(await self._api.ask("POST", self._settings.content_url, json=content))

    async def request_approval(self, sid: str, name: str, category: str) -> str:
        """Submit content for approval by WhatsApp; answers the status, as `fetch_approval`.

        `name` is of `a-z 0-9 _`; `category` is `UTILITY` or `MARKETING`.
        """
        url = f"{self._settings.content_url}/{sid}/ApprovalRequests/whatsapp"
        body = await self._api.ask("POST", url, json={"name": name, "category": category})
        return _read_word(body, "status") or "received"

    async def fetch_approval(self, sid: str) -> str:
        """Where the approval is: `unsubmitted`, `received`, `pending`, `approved`, `rejected` and others."""
        body = await self._api.ask("GET", f"{self._settings.content_url}/{sid}/ApprovalRequests")
        whatsapp: object = body.get("whatsapp")
        if not isinstance(whatsapp, dict):
            return "unsubmitted"
        return _read_word(cast(Mapping[str, Any], whatsapp), "status") or "unsubmitted"

    async def find_number(self, phone: str) -> Mapping[str, Any] | None:
        """Find the IncomingPhoneNumber of the account with this number, `+31…`; None when it has none."""
        query = {"PhoneNumber": phone, "PageSize": _LISTED}
        async for number in self._api.list_all(f"{self._numbers}.json", "incoming_phone_numbers", query):
            if number.get("phone_number") == phone:  # the query also finds numbers that only hold this one
                return number
        return None

    async def update_number(self, sid: str, fields: Mapping[str, str]) -> None:
        """Change an IncomingPhoneNumber: `SmsUrl`, `SmsMethod`, `SmsFallbackUrl`, `SmsFallbackMethod`."""
        await self._api.ask("POST", f"{self._numbers}/{sid}.json", data=fields)

    async def list_senders(self) -> list[Mapping[str, Any]]:
        """List the WhatsApp senders: `sid`, `sender_id` (`whatsapp:+31…`), `status`, `webhook`."""
        query = {"Channel": "whatsapp", "PageSize": _LISTED}
        listed = self._api.list_all(self._settings.senders_url, "senders", query)
        return [sender async for sender in listed]

    async def update_sender(self, sid: str, body: Mapping[str, Any]) -> None:
        """Change a WhatsApp sender, as with `{"webhook": {"callback_url": …, "callback_method": "POST"}}`."""
        await self._api.ask("POST", f"{self._settings.senders_url}/{sid}", json=body)

    async def fetch_account(self) -> Mapping[str, Any]:
        """Fetch the Account resource."""
        return await self._api.ask("GET", f"{self._settings.account_url}.json")

    async def find_troubles(self) -> list[str]:
        """Say what is wrong with the account, one sentence each; nothing when it works."""
        try:
            account = await self.fetch_account()
        except MisconfiguredError:
            return ["Twilio refuses the account SID and auth token; copy both again from the Twilio console."]
        except DeliveryError as error:
            return [f"Twilio's API gave no account ({error.code}); check TWILIO_API_URL and the network."]
        state = account.get("status")
        return [] if state == "active" else [f"The Twilio account is not active but {state}."]


def _write_moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _read_word(body: Mapping[str, Any], name: str) -> str:
    word: object = body.get(name)
    return word if isinstance(word, str) else ""


def _read_sid(body: Mapping[str, Any]) -> str:
    sid = _read_word(body, "sid")
    if not sid:
        raise UncertainError("no SID in the answer")
    return sid


def _read_made(body: Mapping[str, Any]) -> str:
    """The SID of something that may be made again without harm."""
    try:
        return _read_sid(body)
    except UncertainError as error:
        raise NotSentError(error.code) from error


def _match_message(
    message: Mapping[str, Any], is_same: Callable[[str], bool], since: datetime, known: Collection[str]
) -> str | None:
    sid, created = _read_word(message, "sid"), _read_word(message, "date_created")
    if not sid or sid in known or message.get("direction") == "inbound":
        return None
    if not is_same(_read_word(message, "body")):
        return None
    try:
        made = parsedate_to_datetime(created)
    except ValueError:
        return None
    # Twilio writes whole seconds in UTC.
    return sid if made.replace(tzinfo=made.tzinfo or UTC) >= since.replace(microsecond=0) else None
