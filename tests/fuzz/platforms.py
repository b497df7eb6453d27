"""Telegram and Twilio as they accept everything at once, and remember what was shown to whom."""

import json
import re
from collections import Counter, deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from aiohttp import web

ACCOUNT: Final = "AC" + "5" * 32
_CANVAS: Final = re.compile(r"/canvas/[A-Za-z0-9_-]+")
_ME: Final = {"id": 123456, "is_bot": True, "first_name": "Vertelbot", "username": "vertelbot"}
_LONGEST: Final = {"telegram": 4096, "caption": 1024, "twilio": 1600}
_LONGEST_DATA: Final = 64
_REMEMBERED: Final = 4
"""Messages of a chat that are remembered; more would fill the memory of a long run."""


@dataclass(slots=True)
class Shown:
    """What a chat was shown lately: what can be tapped, pages for touch, ids of messages; and how often.

    `taps` are those of the last message that had any, `old` those of earlier ones.
    """

    count: int = 0
    taps: list[str] = field(default_factory=list[str])
    old: deque[str] = field(default_factory=lambda: deque[str](maxlen=12))
    pages: deque[str] = field(default_factory=lambda: deque[str](maxlen=_REMEMBERED))
    ids: deque[str] = field(default_factory=lambda: deque[str](maxlen=_REMEMBERED))

    def note_taps(self, taps: Sequence[str]) -> None:
        """A new message can be tapped in these places."""
        if taps:
            self.old.extend(self.taps)
            self.taps = list(taps)


class AcceptingPlatforms:
    """Both platforms on one loopback address. `wrong` is what they would not have taken, and how often."""

    def __init__(self) -> None:
        self.shown: dict[str, Shown] = {}
        self.wrong: Counter[str] = Counter()
        self.calls: Counter[str] = Counter()
        self._contents: dict[str, list[str]] = {}
        self._number = 0
        self._runner: web.AppRunner | None = None
        self.url = ""

    async def start(self) -> None:
        """Listen."""
        app = web.Application(client_max_size=20_000_000)
        account = f"/2010-04-01/Accounts/{ACCOUNT}"
        app.add_routes(
            [
                web.post("/bot{token}/{method}", self._answer_telegram),
                web.post(f"{account}/Messages.json", self._create_message),
                web.get(f"{account}/Messages.json", self._list_messages),
                web.post("/v1/Content", self._create_content),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    def find(self, chat: str) -> Shown:
        """What a chat was shown; a Telegram chat's number, or a Twilio receiver."""
        return self.shown.setdefault(chat, Shown())

    async def _answer_telegram(self, request: web.Request) -> web.Response:
        method = request.match_info["method"].lower()
        self.calls[method] += 1
        form: Mapping[str, Any] = await request.post()
        if method == "getme":
            return _say(_ME)
        if method == "getwebhookinfo":
            return _say({"url": "", "has_custom_certificate": False, "pending_update_count": 0})
        if method not in {"sendmessage", "sendphoto"}:
            return _say(result=True)
        text = str(form.get("text") or form.get("caption") or "")
        markup: dict[str, Any] = json.loads(str(form.get("reply_markup") or "{}"))
        buttons = [button for row in markup.get("inline_keyboard", []) for button in row]
        taps = [button["callback_data"] for button in buttons if "callback_data" in button]
        pages = [button["web_app"]["url"] for button in buttons if "web_app" in button]
        self._check("caption" if method == "sendphoto" else "telegram", text, empty=method == "sendphoto")
        if any(len(tap.encode()) > _LONGEST_DATA for tap in taps):
            self.wrong["a button with more than 64 bytes"] += 1
        number = self._show(str(form["chat_id"]), taps, " ".join(pages))
        sent: dict[str, Any] = {"message_id": number, "date": 1, "chat": {"id": 1, "type": "private"}}
        if method == "sendphoto":
            sent["photo"] = [{"file_id": "f", "file_unique_id": "u", "width": 1, "height": 1}]
        return _say(sent)

    async def _create_message(self, request: web.Request) -> web.Response:
        form: Mapping[str, Any] = await request.post()
        to = str(form["To"])
        self.calls["whatsapp" if to.startswith("whatsapp:") else "sms"] += 1
        text = str(form.get("Body", ""))
        content = self._contents.get(str(form.get("ContentSid", "")), [])
        self._check("twilio", text, empty="ContentSid" in form or "MediaUrl" in form)
        number = self._show(to, content, text)
        return web.json_response({"sid": _write_sid("SM", number)}, status=201)

    async def _list_messages(self, request: web.Request) -> web.Response:
        del request
        return web.json_response({"messages": [], "next_page_uri": None})

    async def _create_content(self, request: web.Request) -> web.Response:
        body: dict[str, Any] = await request.json()
        self._number += 1
        sid = _write_sid("HX", self._number)
        types = body["types"]
        actions = types.get("twilio/quick-reply", {}).get("actions", [])
        items = types.get("twilio/list-picker", {}).get("items", [])
        self._contents[sid] = [tap["id"] for tap in (*actions, *items)]
        return web.json_response({"sid": sid}, status=201)

    def _show(self, chat: str, taps: list[str], text: str) -> int:
        self._number += 1
        shown = self.find(chat)
        shown.count += 1
        shown.note_taps(taps)
        shown.pages.extend(_CANVAS.findall(text))
        shown.ids.append(_write_sid("SM", self._number))
        return self._number

    def _check(self, kind: str, text: str, *, empty: bool) -> None:
        if len(text) > _LONGEST[kind]:
            self.wrong[f"a text of more than {_LONGEST[kind]} characters"] += 1
        if not text.strip() and not empty:
            self.wrong["a message without a text"] += 1


def _write_sid(prefix: str, number: int) -> str:
    return f"{prefix}{number:032x}"


def _say(result: object) -> web.Response:
    return web.json_response({"ok": True, "result": result})
