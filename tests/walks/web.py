"""The teller at the web chat, as its page talks to the API."""

from collections.abc import Mapping, Sequence
from typing import Any

import aiohttp

from bot.channels.channel import write_tap
from tellers import PUBLIC_URL
from walks.guide import Guide
from walks.moves import Move, Point, Tap
from walks.shown import Shown, Tappable
from walks.town import Town
from walks.walker import Walker


class WebWalker(Walker):
    """Somebody at the web chat, whose page shows all answers at once and sends several together."""

    channel = "web"

    def __init__(self, town: Town, guide: Guide) -> None:
        super().__init__(town, guide)
        self._token = ""
        self._after = 0
        self._sent = 0
        self._asked: dict[int, dict[str, Any]] = {}

    async def start(self) -> None:
        """Open the page of the flow."""
        body = {"flow": self.guide.code}
        async with self.town.http.post(f"{self.town.url}/api/chat/sessions", json=body) as answer:
            assert answer.status == 201, await answer.text()
            self._token = (await answer.json())["token"]

    async def look(self) -> Sequence[Shown]:
        """What is new of the bot's; its pictures are fetched."""
        url = f"{self.town.url}/api/chat/messages?after={self._after}"
        async with self.town.http.get(url, headers=self._headers) as answer:
            messages: list[dict[str, Any]] = (await answer.json())["messages"]
        self._after = max((message["n"] for message in messages), default=self._after)
        return [await self._see(message) for message in messages if message["from"] == "bot"]

    async def tap(self, message: Shown, what: Tappable) -> None:
        """Send one choice."""
        del message
        step, _, code = what.data.partition("|")
        await self._send({"choice": code, "step": step} if step else {"choice": code})

    async def type(self, words: str) -> None:
        """Send a text."""
        await self._send({"text": words})

    async def speak(self, sound: bytes) -> None:
        """Send a recording."""
        await self._upload("voice", sound, "note.ogg", "audio/ogg")

    async def show(self, photo: bytes) -> None:
        """Send a photo."""
        await self._upload("photo", photo, "foto.jpg", "image/jpeg")

    async def touch(self, step: str, points: Sequence[Point | None]) -> bool:
        """Point in the drawing that the page itself shows."""
        self.did["drawings"] += 1
        if len(points) == 1 and points[0] is not None and self.guide.find_kind(step) != "stones":
            point = {"x": points[0][0], "y": points[0][1]}
            await self._send({"point": point, "step": step})
        else:
            laid = [None if point is None else list(point) for point in points]
            await self._send({"points": laid, "step": step})
        return True

    async def _make(self, step: str, moves: Sequence[Move]) -> int | None:
        """Several answers of one question go together, as the page sends them."""
        codes: list[str] = []
        for move in moves:
            if not isinstance(move, Tap):
                break
            codes.append(move.code)
        if len(codes) < 2 or not self.guide.takes_several(step):
            return await super()._make(step, moves)
        shown = {tap.data for message in self.fresh for tap in message.taps}
        chosen = [code for code in codes if code != "done"]
        if not shown.issuperset(write_tap(step, code) for code in chosen):
            return None
        self.did["taps"] += len(chosen)
        await self._send({"choices": chosen, "step": step})
        return len(codes)

    async def _see(self, message: Mapping[str, Any]) -> Shown:
        options: list[dict[str, str]] = message.get("options", [])
        labels = {option["code"]: option["label"] for option in options} | message.get("labels", {})
        pictures = [option["picture"] for option in options if "picture" in option]
        for picture in pictures:
            await self.town.check_picture(f"{PUBLIC_URL}{picture}")
        taps = tuple(Tappable(label, write_tap(message.get("step"), code)) for code, label in labels.items())
        return Shown(message["text"], taps, picture=pictures[0] if pictures else "")

    @property
    def _headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self._token}"}

    async def _send(self, body: dict[str, Any]) -> None:
        self._sent += 1
        url = f"{self.town.url}/api/chat/messages"
        whole = {"id": f"m{self._sent}", **body}
        async with self.town.http.post(url, json=whole, headers=self._headers) as answer:
            assert answer.status == 202, await answer.text()

    async def _upload(self, name: str, data: bytes, filename: str, mime: str) -> None:
        self._sent += 1
        form = aiohttp.FormData()
        form.add_field("id", f"m{self._sent}")
        form.add_field(name, data, filename=filename, content_type=mime)
        url = f"{self.town.url}/api/chat/messages"
        async with self.town.http.post(url, data=form, headers=self._headers) as answer:
            assert answer.status == 202, await answer.text()
