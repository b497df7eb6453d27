"""A Twilio API on loopback: messages, content, media and the account, with scripted faults.

Written from Twilio's public documentation and OpenAPI description. Its error texts hold the recipient on
purpose: a test can see whether they leak.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any, Literal, cast

import aiohttp
from aiohttp import web

from channels.twilio_forms import TwilioForms
from channels.twilio_limits import check_content, check_message

Endpoint = Literal["Messages", "Content", "Account"]


@dataclass(frozen=True, slots=True)
class SentMessage:
    """One message that was taken: `content` holds the types of its Content resource, `body` their text."""

    sid: str
    to: str
    sender: str
    body: str
    content: Mapping[str, Any] | None
    media_url: str | None
    status_callback: str | None
    made_at: datetime

    @property
    def taps(self) -> list[tuple[str, str]]:
        """What can be tapped, in order: (what it says, its id)."""
        types = self.content or {}
        actions = types.get("twilio/quick-reply", {}).get("actions", [])
        items = types.get("twilio/list-picker", {}).get("items", [])
        return [(tap.get("title") or tap["item"], tap["id"]) for tap in (*actions, *items)]


@dataclass(frozen=True, slots=True)
class _Fault:
    endpoint: Endpoint
    status: int = 0
    code: int | None = None
    headers: Mapping[str, str] | None = None
    body: str | None = None
    then: Literal["answer", "cut", "hang"] = "answer"
    keep: bool = False


class TwilioServer(TwilioForms):
    """The fake API; `start` it, set `url` as the API's address, look in `sent`, `stop` it at the end."""

    def __init__(self, account_sid: str, auth_token: str) -> None:
        super().__init__(account_sid, auth_token)
        self.url = ""
        self.sent: list[SentMessage] = []
        self.contents: dict[str, dict[str, Any]] = {}
        self.listed = 0
        self.status = "active"
        self.leaks = 0
        """How many times our credentials came along to the media's second address."""
        self._authorization = aiohttp.encode_basic_auth(account_sid, auth_token)
        self._media: dict[str, tuple[bytes, str, bool]] = {}
        self._faults: list[_Fault] = []
        self._stopping = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen on a free port of the loopback address."""
        account = f"/2010-04-01/Accounts/{self.account_sid}"
        app = web.Application(client_max_size=1024 * 1024)
        app.add_routes(
            [
                web.post(f"{account}/Messages.json", self._answer("Messages", self._create_message)),
                web.get(f"{account}/Messages.json", self._answer(None, self._list_messages)),
                web.get(f"{account}.json", self._answer("Account", self._fetch_account)),
                web.post("/v1/Content", self._answer("Content", self._create_content)),
                web.get(f"{account}/Messages/{{message}}/Media/{{media}}", self._fetch_media),
                web.delete(f"{account}/Messages/{{message}}/Media/{{media}}", self._delete_media),
                web.get("/cdn/{media}", self._fetch_from_cdn),
            ]
        )
        self._runner = web.AppRunner(app, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}"

    async def stop(self) -> None:
        """Stop listening; what hangs is let go."""
        self._stopping.set()
        if self._runner is not None:
            await self._runner.cleanup()

    # Scripted faults: each counts once, for the next request to its endpoint.

    def fail_next(
        self,
        status: int,
        code: int | None = None,
        *,
        retry_after: str | None = None,
        on: Endpoint = "Messages",
        body: str | None = None,
    ) -> None:
        """Answer the next request with an error; `body` replaces Twilio's JSON."""
        headers = {} if retry_after is None else {"Retry-After": retry_after}
        self._faults.append(_Fault(on, status, code, headers, body))

    def lose_next(
        self, *, keep: bool, how: Literal["cut", "hang"] = "cut", on: Endpoint = "Messages"
    ) -> None:
        """Break off or leave hanging the next request, which is done first with `keep`."""
        self._faults.append(_Fault(on, then=how, keep=keep))

    # Media, as a voice note of a person.

    def add_media(self, data: bytes, content_type: str, *, redirect: bool = True) -> str:
        """Hold a file of a person; answers its address, which sends on to another unless told not to."""
        media = self.next_sid("ME")
        self._media[media] = (data, content_type, redirect)
        message = self.next_sid("MM")
        return f"{self.url}/2010-04-01/Accounts/{self.account_sid}/Messages/{message}/Media/{media}"

    # The API.

    def _answer(
        self, endpoint: Endpoint | None, act: Callable[[web.Request], Awaitable[web.Response]]
    ) -> Callable[[web.Request], Awaitable[web.Response]]:
        async def handle(request: web.Request) -> web.Response:
            if request.headers.get("Authorization") != self._authorization:
                return _refuse(401, 20003, "Authenticate")
            fault = next((fault for fault in self._faults if fault.endpoint == endpoint), None)
            if fault is None:
                return await act(request)
            self._faults.remove(fault)
            if fault.keep:
                await act(request)
            if fault.then == "cut" and request.transport is not None:
                request.transport.abort()
            elif fault.then == "hang":
                await self._stopping.wait()
            if fault.body is not None:
                return web.Response(text=fault.body, status=fault.status, headers=fault.headers)
            to = (await request.post()).get("To", "") if endpoint == "Messages" else ""
            return _refuse(fault.status or 500, fault.code, f"It failed for {to}", fault.headers)

        return handle

    async def _create_message(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        content = self.contents.get(form.get("ContentSid", ""))
        problem = check_message(form, known=content is not None)
        if problem is not None:
            return _refuse(400, *problem)
        types = cast(dict[str, Any], content["types"]) if content else None
        message = SentMessage(
            sid=self.next_sid("SM"),
            to=form["To"],
            sender=form["From"],
            body=next(iter(types.values()))["body"] if types else form.get("Body", ""),
            content=types,
            media_url=form.get("MediaUrl"),
            status_callback=form.get("StatusCallback"),
            made_at=datetime.now(UTC),
        )
        self.sent.append(message)
        return web.json_response(self._show(message), status=201)

    async def _list_messages(self, request: web.Request) -> web.Response:
        self.listed += 1
        to = request.query.get("To")
        since = datetime.fromisoformat(request.query.get("DateSent>", "2000-01-01T00:00:00Z"))
        found = [m for m in self.sent if to in {None, m.to} and m.made_at >= since]
        size = int(request.query.get("PageSize", "50"))
        return web.json_response({"messages": [self._show(message) for message in reversed(found)][:size]})

    async def _create_content(self, request: web.Request) -> web.Response:
        body = cast(dict[str, Any], await request.json())
        problem = check_content(body)
        if problem is not None:
            return _refuse(400, 20001, problem)
        sid = self.next_sid("HX")
        self.contents[sid] = body
        return web.json_response({"sid": sid, "account_sid": self.account_sid, **body}, status=201)

    async def _fetch_account(self, _request: web.Request) -> web.Response:
        return web.json_response({"sid": self.account_sid, "status": self.status, "type": "Full"})

    async def _fetch_media(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != self._authorization:
            return _refuse(401, 20003, "Authenticate")
        if request.match_info["media"] not in self._media:
            return _refuse(404, 20404, "The requested resource was not found")
        data, content_type, redirect = self._media[request.match_info["media"]]
        if redirect:
            raise web.HTTPTemporaryRedirect(f"{self.url}/cdn/{request.match_info['media']}")
        return web.Response(body=data, content_type=content_type)

    async def _fetch_from_cdn(self, request: web.Request) -> web.Response:
        if "Authorization" in request.headers:
            self.leaks += 1
            return web.Response(status=400)
        data, content_type, _ = self._media[request.match_info["media"]]
        return web.Response(body=data, content_type=content_type)

    async def _delete_media(self, request: web.Request) -> web.Response:
        if request.headers.get("Authorization") != self._authorization:
            return _refuse(401, 20003, "Authenticate")
        known = self._media.pop(request.match_info["media"], None) is not None
        return web.Response(status=204 if known else 404)

    def _show(self, message: SentMessage) -> dict[str, Any]:
        made = format_datetime(message.made_at.replace(microsecond=0))
        return {
            "sid": message.sid,
            "account_sid": self.account_sid,
            "to": message.to,
            "from": message.sender,
            "body": message.body,
            "status": "queued",
            "direction": "outbound-api",
            "date_created": made,
            "date_sent": made,
            "num_media": "1" if message.media_url else "0",
            "error_code": None,
        }


def _refuse(
    status: int, code: int | None, text: str, headers: Mapping[str, str] | None = None
) -> web.Response:
    body: dict[str, Any] = {"message": text, "more_info": "https://example.org", "status": status}
    return web.json_response(body | ({"code": code} if code else {}), status=status, headers=headers)
