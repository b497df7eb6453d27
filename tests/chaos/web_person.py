"""A teller at the web chat, with a page that sends again what got no answer."""

import asyncio
import hashlib
from dataclasses import dataclass
from random import Random
from typing import Any, cast

import aiohttp

from chaos.people import LOOK_AGAIN, PHOTO, REPEAT, Person
from chaos.plans import FLOW, Move, Plan
from chaos.platforms import Everywhere


@dataclass(slots=True)
class _Page:
    """What a browser remembers."""

    token: str = ""
    after: int = 0
    sent: int = 0


class WebPerson(Person):
    """Somebody at the web chat; the page sends again what got no answer, under the same id."""

    channel = "web"

    def __init__(
        self,
        plan: Plan,
        random: Random,
        http: aiohttp.ClientSession,
        everywhere: Everywhere,
        *,
        patience: float,
    ) -> None:
        super().__init__(plan, random, patience=patience)
        self._http, self._everywhere = http, everywhere
        self._page = _Page()

    @property
    def address(self) -> str:
        """What the bot makes of the token."""
        return hashlib.sha256(self._page.token.encode()).hexdigest()

    @property
    def hasty(self) -> bool:
        """A page sends one message after the other."""
        return True

    async def start(self) -> None:
        """Open the page; when that fails, once more, as somebody new."""
        while True:
            answer = await self._call("POST", "/api/chat/sessions", {"flow": FLOW, "language": "nl"})
            if answer is not None:
                self._page.token = answer["token"]
                self._take_all(answer["messages"])
                return
            self.life.begun_again += 1

    async def make(self, move: Move) -> None:
        """Tap, type or send a photo."""
        if move.photo:
            await self._send({}, PHOTO)
        elif move.code:
            await self._send({"choice": move.code, "step": move.step})
        else:
            await self._send({"text": move.words})

    async def ask_again(self) -> None:
        """Type it."""
        await self._send({"text": REPEAT})

    async def look(self) -> None:
        """Ask for what is new."""
        await asyncio.sleep(LOOK_AGAIN)
        answer = await self._call("GET", f"/api/chat/messages?after={self._page.after}")
        if answer is not None:
            self._take_all(answer["messages"])

    async def _send(self, body: dict[str, Any], photo: bytes | None = None) -> None:
        self._page.sent += 1
        name = f"m{self._page.sent}"
        while True:
            if photo is None:
                answer = await self._call("POST", "/api/chat/messages", body | {"id": name})
            else:
                answer = await self._call("POST", "/api/chat/messages", {"id": name}, photo)
            if answer is not None:
                if self._random.random() < 0.05:  # a page that did not see the answer
                    await self._call("POST", "/api/chat/messages", body | {"id": name}, photo)
                return

    async def _call(
        self, method: str, path: str, body: dict[str, Any] | None = None, photo: bytes | None = None
    ) -> dict[str, Any] | None:
        """Ask any server; None when it gave no answer, or no good one."""
        headers = {"Authorization": f"Bearer {self._page.token}"} if self._page.token else {}
        form: Any = None
        if photo is not None:
            form = aiohttp.FormData()
            form.add_field("id", (body or {})["id"])
            form.add_field("photo", photo, filename="foto.jpg", content_type="image/jpeg")
        try:
            async with self._http.request(
                method,
                f"{self._everywhere.pick()}{path}",
                headers=headers,
                json=body if form is None else None,
                data=form,
            ) as answer:
                if answer.status < 300:
                    return cast("dict[str, Any]", await answer.json())
                assert answer.status >= 500, f"{answer.status}: {await answer.text()}"
        except (aiohttp.ClientError, TimeoutError, OSError):
            pass
        await asyncio.sleep(0.2)
        return None

    def _take_all(self, messages: list[dict[str, Any]]) -> None:
        for message in messages:
            self._page.after = max(self._page.after, message["n"])
            if message["from"] == "bot":
                self.take(message["text"])
