"""What Twilio must know about the bot: where messages to its number and its WhatsApp sender are brought."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from typing import Any, Final, cast

from bot.channels.connecting import Point, compare_clocks
from bot.channels.delivery_errors import DeliveryError
from bot.channels.twilio_client import TwilioClient
from bot.channels.twilio_settings import TwilioSettings
from bot.clock import Clock, read_clock

OVERRIDES: Final = "#rc=3&rp=5xx,ct,rt&rt=4000&tt=15000"
"""Tells Twilio to try three times more on a failure, a slow connection or a slow answer, within 15 seconds.
By itself it hardly tries again; it reads this part of an address and does not send it."""

_SANDBOX: Final = "whatsapp:+14155238886"
_ONLINE: Final = frozenset({"ONLINE", "ONLINE:UPDATING"})


class TwilioConnecting:
    """Looks at what the Twilio account knows about us and puts it right; `client` is closed by its owner."""

    def __init__(self, settings: TwilioSettings, client: TwilioClient, *, clock: Clock = read_clock) -> None:
        self._settings = settings
        self._client = client
        self._clock = clock
        self._webhook = f"{settings.site}/webhooks/twilio{OVERRIDES}"
        self._status = f"{settings.site}/webhooks/twilio/status"

    async def examine_account(self) -> list[Point]:
        """The account, each of its tokens, and the clock; only the first where Twilio does not answer."""
        troubles = await self._ask_with(self._settings.auth_tokens[0])
        if troubles:
            return [Point("", trouble, right=False) for trouble in troubles]
        points = [Point("", "reached, the account is active")]
        for token in self._settings.auth_tokens[1:]:
            works = "works no more" if await self._ask_with(token) else "still works"
            remedy = "Once Twilio signs with the new one, take it out of TWILIO_AUTH_TOKEN."
            points.append(Point("older token", f"is still configured, and {works} at Twilio", remedy=remedy))
        point = await compare_clocks("Twilio", self._settings.api_url, self._clock)
        return [*points, point] if point else points

    async def examine_sms(self) -> list[Point]:
        """Where messages to our number are brought. Raises DeliveryError."""
        phone = self._settings.sms_sender
        number = await self._client.find_number(phone)
        if number is None:
            remedy = "Buy it, or set TWILIO_SMS_FROM to one of the account's numbers."
            return [Point("number", f"the account has no number {phone}", right=False, remedy=remedy)]
        wanted = {
            "SmsUrl": self._webhook,
            "SmsMethod": "POST",
            "SmsFallbackUrl": self._webhook,
            "SmsFallbackMethod": "POST",
            "StatusCallback": self._status,
            "StatusCallbackMethod": "POST",
        }
        if number.get("sms_application_sid"):
            wanted["SmsApplicationSid"] = ""  # while one is set Twilio passes over the addresses
        names = {field: _write_snake(field) for field in wanted}
        wrong = {field: want for field, want in wanted.items() if (number.get(names[field]) or "") != want}
        if not wrong:
            return [Point("webhook", self._webhook)]

        async def update() -> None:
            await self._client.update_number(str(number.get("sid")), wrong)

        return [self._report(", ".join(wrong), str(number.get("sms_url") or ""), update, "sms")]

    async def examine_whatsapp(self) -> list[Point]:
        """Whether our sender is online, and where messages to it are brought. Raises DeliveryError."""
        name = self._settings.whatsapp_sender
        if name == _SANDBOX:
            says = "Twilio's sandbox, whose webhook cannot be read from here"
            return [Point("sender", says, remedy=f"Set it in Twilio's console to {self._webhook}")]
        senders = await self._client.list_senders()
        sender = next((each for each in senders if each.get("sender_id") == name), None)
        if sender is None:
            remedy = "Register it at Twilio, or set TWILIO_WHATSAPP_FROM to one of the account's senders."
            return [Point("sender", f"the account has no sender {name}", right=False, remedy=remedy)]
        status = str(sender.get("status") or "unknown")
        online = status.upper() in _ONLINE
        remedy = "" if online else "Look at the sender in Twilio's console."
        state = Point("sender", f"{name} is {status.lower()}", right=online, remedy=remedy)
        return [state, self._check_sender(sender)]

    def _check_sender(self, sender: Mapping[str, Any]) -> Point:
        found: object = sender.get("webhook")
        webhook: Mapping[str, Any] = cast("dict[str, Any]", found) if isinstance(found, dict) else {}
        wanted = {
            "callback_url": self._webhook,
            "callback_method": "POST",
            "fallback_url": self._webhook,
            "fallback_method": "POST",
            "status_callback_url": self._status,
            "status_callback_method": "POST",
        }
        wrong = [field for field, want in wanted.items() if (webhook.get(field) or "") != want]
        if not wrong:
            return Point("webhook", self._webhook)

        async def update() -> None:
            await self._client.update_sender(str(sender.get("sid")), {"webhook": wanted})

        return self._report(", ".join(wrong), str(webhook.get("callback_url") or ""), update, "whatsapp")

    def _report(self, wrong: str, found: str, update: Callable[[], Awaitable[None]], channel: str) -> Point:
        if not self._settings.site.startswith("https://"):
            remedy = "Set VERTELBOT_PUBLIC_URL to the https:// address of this server."
            return Point("webhook", "needs an https:// address", right=False, remedy=remedy)
        if found.partition("#")[0] != self._webhook.partition("#")[0]:
            says = f"Twilio sends to {found or 'nowhere'}; it should send to {self._webhook}"
        elif found != self._webhook:
            says = f"Twilio does not try again by {OVERRIDES}"
        else:
            says = f"not set: {wrong}"
        remedy = f"Run `vertelbot channels connect {channel}`."
        return Point("webhook", says, right=False, remedy=remedy, mend=update)

    async def _ask_with(self, token: str) -> list[str]:
        """What is wrong with the account when it is asked with one token only."""
        client = TwilioClient(replace(self._settings, auth_tokens=(token,)))
        try:
            return await client.find_troubles()
        except DeliveryError as error:
            return [str(error)]
        finally:
            await client.close()


def _write_snake(field: str) -> str:
    """What a field of a form is called in Twilio's answers: `SmsUrl` is `sms_url`."""
    return "".join(f"_{each.lower()}" if each.isupper() else each for each in field).removeprefix("_")
