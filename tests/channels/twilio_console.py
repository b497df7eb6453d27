"""What an operator sets up at the fake Twilio: content and its approval, phone numbers, WhatsApp senders."""

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, Final, Literal, cast
from urllib.parse import urlencode, urlsplit

from aiohttp import web

from channels.twilio_limits import check_approval, check_content
from channels.twilio_messages import list_page

Approval = Literal["unsubmitted", "received", "pending", "approved", "rejected", "paused", "disabled"]

_NUMBER_FIELDS: Final = {
    "SmsUrl": "sms_url",
    "SmsMethod": "sms_method",
    "SmsFallbackUrl": "sms_fallback_url",
    "SmsFallbackMethod": "sms_fallback_method",
    "StatusCallback": "status_callback",
    "StatusCallbackMethod": "status_callback_method",
    "FriendlyName": "friendly_name",
}
_METHODS: Final = {"sms_method", "sms_fallback_method", "status_callback_method"}
_WEBHOOK_FIELDS: Final = frozenset(
    {"callback_url", "callback_method", "fallback_url", "fallback_method"}
    | {"status_callback_url", "status_callback_method"}
)


def refuse(
    status: int, code: int | None, text: str, headers: Mapping[str, str] | None = None
) -> web.Response:
    """Answer an error as Twilio writes one."""
    body: dict[str, Any] = {"message": text, "more_info": "https://example.org", "status": status}
    return web.json_response(body | ({"code": code} if code else {}), status=status, headers=headers)


class TwilioConsole:
    """The resources of one account; handlers take and answer Twilio's JSON and forms.

    `contents` holds the bodies that were posted, by SID. `decide` says what WhatsApp made of a template;
    until then it is `received`.
    """

    def __init__(self, account_sid: str, next_sid: Callable[[str], str], tell_url: Callable[[], str]) -> None:
        self.contents: dict[str, dict[str, Any]] = {}
        self.approvals: dict[str, dict[str, Any]] = {}
        self.numbers: dict[str, dict[str, Any]] = {}
        self.senders: dict[str, dict[str, Any]] = {}
        self._account_sid = account_sid
        self._next_sid = next_sid
        self._tell_url = tell_url

    def decide(self, sid: str, status: Approval, reason: str = "") -> None:
        """Let WhatsApp decide on a template."""
        self.approvals[sid] |= {"status": status, "rejection_reason": reason}

    def is_approved(self, sid: str | None) -> bool:
        """Whether a content may open a conversation."""
        return sid is not None and self.approvals.get(sid, {}).get("status") == "approved"

    def add_number(self, phone: str) -> str:
        """Give the account a phone number for SMS; answers its SID."""
        sid, moment = self._next_sid("PN"), format_datetime(datetime.now(UTC).replace(microsecond=0))
        urls = dict.fromkeys(("sms_url", "sms_fallback_url", "status_callback"), "")
        self.numbers[sid] = (
            {
                "sid": sid,
                "account_sid": self._account_sid,
                "phone_number": phone,
                "friendly_name": phone,
                "api_version": "2010-04-01",
                "capabilities": {"voice": False, "sms": True, "mms": False, "fax": False},
                "date_created": moment,
                "date_updated": moment,
                "status": "in-use",
                "uri": f"/2010-04-01/Accounts/{self._account_sid}/IncomingPhoneNumbers/{sid}.json",
            }
            | dict.fromkeys(_METHODS, "POST")
            | urls
        )
        return sid

    def add_sender(self, sender: str) -> str:
        """Give the account a WhatsApp sender, `whatsapp:+31…`; answers its SID."""
        sid = self._next_sid("XE")
        self.senders[sid] = {
            "sid": sid,
            "status": "ONLINE",
            "sender_id": sender,
            "webhook": dict.fromkeys(_WEBHOOK_FIELDS),
            "url": f"https://messaging.twilio.com/v2/Channels/Senders/{sid}",
        }
        return sid

    def find_webhooks(self, receiver: str) -> tuple[str, str, str]:
        """Where what is sent to a number goes: (webhook, fallback, status callback); "" where none is set."""
        for number in self.numbers.values():
            if number["phone_number"] == receiver:
                return number["sms_url"], number["sms_fallback_url"], number["status_callback"]
        for sender in self.senders.values():
            if sender["sender_id"] == receiver:
                webhook = cast("dict[str, str | None]", sender["webhook"])
                names = ("callback_url", "fallback_url", "status_callback_url")
                first, second, third = (webhook[name] or "" for name in names)
                return first, second, third
        return "", "", ""

    # Content.

    async def create_content(self, request: web.Request) -> web.Response:
        """POST /v1/Content."""
        body = cast(dict[str, Any], await request.json())
        problem = check_content(body)
        if problem is not None:
            return refuse(400, 20001, problem)
        sid = self._next_sid("HX")
        self.contents[sid] = body
        return web.json_response(self._show_content(sid), status=201)

    async def list_contents(self, request: web.Request) -> web.Response:
        """GET /v1/Content."""
        shown = {sid: self._show_content(sid) for sid in self.contents}
        return web.json_response(self._list_newer("contents", "/v1/Content", shown, request.query))

    async def fetch_content(self, request: web.Request) -> web.Response:
        """GET /v1/Content/{sid}."""
        sid = request.match_info["sid"]
        if sid not in self.contents:
            return refuse(404, 20404, "The requested resource was not found")
        return web.json_response(self._show_content(sid))

    async def request_approval(self, request: web.Request) -> web.Response:
        """POST /v1/Content/{sid}/ApprovalRequests/whatsapp."""
        sid = request.match_info["sid"]
        body = cast(dict[str, Any], await request.json())
        if sid not in self.contents:
            return refuse(404, 20404, "The requested resource was not found")
        problem = check_approval(self.contents[sid], body)
        if problem is not None:
            return refuse(400, 20001, problem)
        if any(body["name"] == other["name"] for other in self.approvals.values()):
            return refuse(400, 20001, "a template of this name exists")
        self.approvals[sid] = {
            "name": body["name"],
            "category": body["category"],
            "content_type": next(iter(self.contents[sid]["types"])),
            "status": "received",
            "rejection_reason": "",
            "allow_category_change": True,
        }
        return web.json_response(self.approvals[sid], status=201)

    async def fetch_approval(self, request: web.Request) -> web.Response:
        """GET /v1/Content/{sid}/ApprovalRequests."""
        sid = request.match_info["sid"]
        if sid not in self.contents:
            return refuse(404, 20404, "The requested resource was not found")
        blank = {"name": "", "category": "", "content_type": next(iter(self.contents[sid]["types"]))}
        asked = self.approvals.get(sid, blank | {"status": "unsubmitted", "rejection_reason": ""})
        url = f"https://content.twilio.com/v1/Content/{sid}/ApprovalRequests"
        shown = {"sid": sid, "account_sid": self._account_sid, "url": url}
        return web.json_response(shown | {"whatsapp": {"type": "whatsapp", **asked}})

    # Numbers and senders.

    async def list_numbers(self, request: web.Request) -> web.Response:
        """GET IncomingPhoneNumbers.json; `PhoneNumber` finds the numbers that hold it."""
        part = request.query.get("PhoneNumber", "").removeprefix("+")
        found = [sid for sid, number in self.numbers.items() if part in number["phone_number"]]
        path = f"/2010-04-01/Accounts/{self._account_sid}/IncomingPhoneNumbers.json"
        return web.json_response(
            list_page(path, "incoming_phone_numbers", found, request.query, self.numbers)
        )

    async def update_number(self, request: web.Request) -> web.Response:
        """POST IncomingPhoneNumbers/{sid}.json."""
        number = self.numbers.get(request.match_info["sid"])
        form = {name: str(value) for name, value in (await request.post()).items()}
        if number is None:
            return refuse(404, 20404, "The requested resource was not found")
        changes = {_NUMBER_FIELDS[name]: value for name, value in form.items() if name in _NUMBER_FIELDS}
        for name, value in changes.items():
            if name in _METHODS and value not in {"GET", "POST"}:
                return refuse(400, 20001, f"{name} must be GET or POST")
            if name.endswith(("url", "callback")) and value and not _is_address(value):
                return refuse(400, 21502, f"{name} is no valid URL")
        number |= changes
        return web.json_response(number)

    async def list_senders(self, request: web.Request) -> web.Response:
        """GET /v2/Channels/Senders, which needs to know which channel."""
        channel = request.query.get("Channel")
        if channel is None:
            return refuse(400, 20001, "Channel is required")
        shown = {sid: each for sid, each in self.senders.items() if each["sender_id"].startswith(channel)}
        return web.json_response(self._list_newer("senders", "/v2/Channels/Senders", shown, request.query))

    async def update_sender(self, request: web.Request) -> web.Response:
        """POST /v2/Channels/Senders/{sid}."""
        sender = self.senders.get(request.match_info["sid"])
        if sender is None:
            return refuse(404, 20404, "The requested resource was not found")
        try:
            webhook = cast(dict[str, Any], (await request.json())["webhook"])
        except (json.JSONDecodeError, LookupError, TypeError):
            return refuse(400, 20001, "a webhook is expected here")
        if not set(webhook) <= _WEBHOOK_FIELDS:
            return refuse(400, 20001, "unknown fields in webhook")
        for name, value in webhook.items():
            if value is not None and not (_is_address(value) if name.endswith("url") else value == "POST"):
                return refuse(400, 20001, f"{name} is not valid")
        sender["webhook"] |= webhook
        return web.json_response(sender, status=202)

    def _show_content(self, sid: str) -> dict[str, Any]:
        url = f"https://content.twilio.com/v1/Content/{sid}"
        moment = "2026-01-01T00:00:00Z"
        return {
            "sid": sid,
            "account_sid": self._account_sid,
            "friendly_name": "",
            "variables": {},
            **self.contents[sid],
            "url": url,
            "date_created": moment,
            "date_updated": moment,
            "links": {
                "approval_create": f"{url}/ApprovalRequests/whatsapp",
                "approval_fetch": f"{url}/ApprovalRequests",
            },
        }

    def _list_newer(
        self, name: str, path: str, shown: Mapping[str, dict[str, Any]], query: Mapping[str, str]
    ) -> dict[str, Any]:
        """Make a page of a list of the newer kind, whose links are whole addresses."""
        size, number = max(1, min(int(query.get("PageSize", "50")), 1000)), int(query.get("Page", "0"))
        sids = list(shown)
        kept = {key: value for key, value in query.items() if not key.startswith("Page")}

        def link(at: int) -> str:
            return f"{self._tell_url()}{path}?{urlencode({**kept, 'PageSize': str(size), 'Page': str(at)})}"

        return {
            name: [shown[sid] for sid in sids[number * size : (number + 1) * size]],
            "meta": {
                "key": name,
                "page": number,
                "page_size": size,
                "url": link(number),
                "first_page_url": link(0),
                "previous_page_url": link(number - 1) if number else None,
                "next_page_url": link(number + 1) if (number + 1) * size < len(sids) else None,
            },
        }


def _is_address(value: str) -> bool:
    parts = urlsplit(value)
    return parts.scheme in {"http", "https"} and bool(parts.netloc)
