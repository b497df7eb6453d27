"""A Twilio API on loopback: messages, content, media, numbers and the account, with faults.

Written from Twilio's public documentation; `test_twilio_openapi` holds it to Twilio's own description. Its
error texts hold the recipient on purpose: a test can see whether they leak. Webhooks are in
`twilio_delivery`. All hosts of Twilio's are this one.
"""

import asyncio
import math
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final, Literal, cast

import aiohttp
from aiohttp import web

from channels.scaled_clock import ScaledClock
from channels.twilio_console import TwilioConsole, refuse
from channels.twilio_faults import Chances, Endpoint, Fault
from channels.twilio_forms import SMS_FROM, WHATSAPP_FROM, TwilioForms, find_opt_out
from channels.twilio_limits import check_message, fill_in, read_variables
from channels.twilio_messages import MessageLog, SentMessage

__all__ = ["Chances", "SentMessage", "TwilioServer"]

WINDOW: Final = 86_400.0
"""Seconds after a person's message in which WhatsApp takes free text."""

Handler = Callable[[web.Request], Awaitable[web.Response]]


class TwilioServer(TwilioForms):
    """The fake API; `start` it, set `url` as the API's address, look in `sent`, `stop` it at the end.

    What people say must be told to `hear` (a `TwilioDelivery` does): it is then in the list of messages,
    keeps WhatsApp's window open, and stops or starts SMS. `holds_window`: free text outside the window is
    taken and fails later, as at Twilio. `chances` draws faults with the seed of the `clock`; `dealt` counts.
    """

    def __init__(
        self,
        account_sid: str,
        auth_token: str,
        *older_tokens: str,
        whatsapp_from: str = WHATSAPP_FROM,
        sms_from: str = SMS_FROM,
        clock: ScaledClock | None = None,
    ) -> None:
        super().__init__(
            account_sid, auth_token, *older_tokens, whatsapp_from=whatsapp_from, sms_from=sms_from
        )
        self.clock = clock or ScaledClock()
        self.url = ""
        self.sent: list[SentMessage] = []
        self.log = MessageLog(account_sid)
        self.console = TwilioConsole(account_sid, self.next_sid, lambda: self.url)
        self.contents = self.console.contents
        self.chances = Chances()
        self.dealt: Counter[str] = Counter()
        self.listed = 0
        self.status = "active"
        self.holds_window = False
        self.on_taken: Callable[[SentMessage], None] | None = None
        """Told of every message that was taken; it then waits until told on (see `TwilioDelivery`)."""
        self.opted_out: set[tuple[str, str]] = set()
        """Who stopped which number: (person, number)."""
        self.heard_at: dict[tuple[str, str], float] = {}
        """When who last wrote to which number, on the clock: (person, number)."""
        self.leaks = 0
        """How many times our credentials came along to the media's second address."""
        self._media: dict[str, tuple[bytes, str, bool]] = {}
        self._faults: list[Fault] = []
        self._stopping = asyncio.Event()
        self._runner: web.AppRunner | None = None

    async def start(self) -> None:
        """Listen on a free port of the loopback address."""
        account = f"/2010-04-01/Accounts/{self.account_sid}"
        numbers, senders, content = f"{account}/IncomingPhoneNumbers", "/v2/Channels/Senders", "/v1/Content"
        console = self.console
        app = web.Application(client_max_size=1024 * 1024)
        app.add_routes(
            [
                web.post(f"{account}/Messages.json", self._answer("Messages", self._create_message)),
                web.get(f"{account}/Messages.json", self._answer("List", self._list_messages)),
                web.get(f"{account}/Messages/{{sid}}.json", self._answer("Message", self._fetch_message)),
                web.get(f"{account}/Messages/{{sid}}/Media.json", self._answer("Media", self._list_media)),
                web.get(f"{account}.json", self._answer("Account", self._fetch_account)),
                web.get(f"{numbers}.json", self._answer("Numbers", console.list_numbers)),
                web.post(f"{numbers}/{{sid}}.json", self._answer("Numbers", console.update_number)),
                web.get(senders, self._answer("Senders", console.list_senders)),
                web.post(f"{senders}/{{sid}}", self._answer("Senders", console.update_sender)),
                web.post(content, self._answer("Content", console.create_content)),
                web.get(content, self._answer("Content", console.list_contents)),
                web.get(f"{content}/{{sid}}", self._answer("Content", console.fetch_content)),
                web.get(
                    f"{content}/{{sid}}/ApprovalRequests", self._answer("Approvals", console.fetch_approval)
                ),
                web.post(
                    f"{content}/{{sid}}/ApprovalRequests/whatsapp",
                    self._answer("Approvals", console.request_approval),
                ),
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

    # People.

    def hear(self, form: Mapping[str, str], *, at: datetime | None = None) -> None:
        """Take what a person sent, now or `at` a moment, before our webhook is told of it (or never is)."""
        line = form["From"], form["To"]
        self.log.add_heard(form, at)
        ago = (datetime.now(UTC) - at).total_seconds() if at else 0.0
        self.heard_at[line] = max(self.clock.now() - ago, self.heard_at.get(line, -math.inf))
        if not form["From"].startswith("whatsapp:"):
            match find_opt_out(form["Body"]):
                case "STOP":
                    self.opted_out.add(line)
                case "START":
                    self.opted_out.discard(line)
                case _:
                    pass

    def is_open(self, message: SentMessage) -> bool:
        """Whether WhatsApp lets a message through now: within the window, or an approved template."""
        if not message.to.startswith("whatsapp:") or self.console.is_approved(message.form.get("ContentSid")):
            return True
        heard = self.heard_at.get((message.to, message.sender))
        return heard is not None and self.clock.now() - heard < WINDOW

    def told(self, person: str) -> list[SentMessage]:
        """All that was taken for a person (`+31…`, `whatsapp:+31…`), in order."""
        return [message for message in self.sent if message.to == person]

    # Scripted faults: each counts once, for the next request to its endpoint.

    def fail_next(
        self,
        status: int,
        code: int | None = None,
        *,
        retry_after: str | None = None,
        on: Endpoint = "Messages",
        body: str | None = None,
        keep: bool = False,
    ) -> None:
        """Answer the next request with an error, done first with `keep`; `body` replaces Twilio's JSON."""
        headers = {} if retry_after is None else {"Retry-After": retry_after}
        self._faults.append(Fault(on, status, code, headers, body, keep=keep))

    def lose_next(
        self, *, keep: bool, how: Literal["cut", "hang"] = "cut", on: Endpoint = "Messages"
    ) -> None:
        """Break off or leave hanging the next request, which is done first with `keep`."""
        self._faults.append(Fault(on, then=how, keep=keep))

    # Media, as a voice note of a person.

    def add_media(self, data: bytes, content_type: str, *, redirect: bool = True) -> str:
        """Hold a file of a person; answers its address, which sends on to another unless told not to."""
        media = self.next_sid("ME")
        self._media[media] = (data, content_type, redirect)
        message = self.next_sid("MM")
        return f"{self.url}/2010-04-01/Accounts/{self.account_sid}/Messages/{message}/Media/{media}"

    # The API.

    def _is_ours(self, request: web.Request) -> bool:
        given = request.headers.get("Authorization")
        return any(given == aiohttp.encode_basic_auth(self.account_sid, token) for token in self.tokens)

    def _answer(self, endpoint: Endpoint, act: Handler) -> Handler:
        async def handle(request: web.Request) -> web.Response:
            if not self._is_ours(request):
                return refuse(401, 20003, "Authenticate")
            fault = next((fault for fault in self._faults if fault.endpoint == endpoint), None)
            if fault is not None:
                self._faults.remove(fault)
            else:
                fault = self.chances.draw(endpoint, self.clock.random)
            if fault is None:
                return await act(request)
            self.dealt[fault.name] += 1
            if fault.keep:
                await act(request)
            if fault.then == "cut" and request.transport is not None:
                request.transport.abort()
            elif fault.then == "hang":
                await self._stopping.wait()
            if fault.body is not None:
                return web.Response(text=fault.body, status=fault.status, headers=fault.headers)
            to = (await request.post()).get("To", "") if endpoint == "Messages" else ""
            return refuse(fault.status or 500, fault.code, f"It failed for {to}", fault.headers)

        return handle

    async def _create_message(self, request: web.Request) -> web.Response:
        form = {name: str(value) for name, value in (await request.post()).items()}
        content = self.contents.get(form.get("ContentSid", ""))
        problem = check_message(form, known=content is not None)
        if problem is not None:
            return refuse(400, *problem)
        if (form["To"], form.get("From", "")) in self.opted_out:
            return refuse(400, 21610, f"{form['To']} has unsubscribed")
        types = cast(dict[str, Any], content["types"]) if content else None
        body = next(iter(types.values()))["body"] if types else form.get("Body", "")
        message = SentMessage(
            sid=self.next_sid("SM"),
            to=form["To"],
            sender=form.get("From", ""),
            body=fill_in(body, content, read_variables(form) or {}) if content else body,
            content=types,
            media_url=form.get("MediaUrl"),
            status_callback=form.get("StatusCallback"),
            made_at=datetime.now(UTC),
            form=form,
        )
        self.sent.append(message)
        shown = self.log.add_sent(message, waits=self.on_taken is not None)
        if self.on_taken is not None:
            self.on_taken(message)
        return web.json_response(shown, status=201)

    async def _list_messages(self, request: web.Request) -> web.Response:
        self.listed += 1
        self.log.follow(self.sent)
        return web.json_response(self.log.list(request.query))

    async def _fetch_message(self, request: web.Request) -> web.Response:
        shown = self.log.show(request.match_info["sid"])
        return refuse(404, 20404, "The resource was not found") if shown is None else web.json_response(shown)

    async def _list_media(self, request: web.Request) -> web.Response:
        sid = request.match_info["sid"]
        if self.log.show(sid) is None:
            return refuse(404, 20404, "The requested resource was not found")
        return web.json_response(self.log.list_media(sid, request.query))

    async def _fetch_account(self, _request: web.Request) -> web.Response:
        return web.json_response({"sid": self.account_sid, "status": self.status, "type": "Full"})

    async def _fetch_media(self, request: web.Request) -> web.Response:
        if not self._is_ours(request):
            return refuse(401, 20003, "Authenticate")
        if request.match_info["media"] not in self._media:
            return refuse(404, 20404, "The requested resource was not found")
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
        if not self._is_ours(request):
            return refuse(401, 20003, "Authenticate")
        known = self._media.pop(request.match_info["media"], None) is not None
        return web.Response(status=204 if known else 404)
