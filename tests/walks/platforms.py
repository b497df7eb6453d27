"""The tellers on each platform: how it shows a question, and what can be done with it there."""

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from channels.telegram_builders import CHAT
from channels.telegram_server import TOKEN
from init_data import sign_init_data
from tellers import PUBLIC_URL
from walks.guide import Guide
from walks.moves import Point
from walks.shown import Shown, Tappable
from walks.town import Town
from walks.walker import Walker
from walks.web import WebWalker

_PAGE: Final = re.compile(rf"{re.escape(PUBLIC_URL)}/canvas/[\w-]+")


class _Messenger(Walker):
    """Somebody on a platform; a drawing is on a page of ours, behind a link or a button."""

    async def touch(self, step: str, points: Sequence[Point | None]) -> bool:
        """Fill in the page for touch; False until its address is there."""
        pages = [page for shown in self.fresh for page in shown.pages]
        if not pages:
            return False
        self.did["pages"] += 1
        fields = write_fields(self.guide.find_kind(step), points)
        await self.town.post_page(pages[-1], fields | self.sign_page())
        return True

    def sign_page(self) -> dict[str, str]:
        """What the platform adds to the form of a page."""
        return {}


class TelegramWalker(_Messenger):
    """Somebody on Telegram."""

    channel = "telegram"

    def __init__(self, town: Town, guide: Guide) -> None:
        super().__init__(town, guide)
        self._chat = CHAT + town.count_person()

    async def start(self) -> None:
        """Follow a link."""
        self._bring(self.town.telegram.updates.start(self.guide.code, chat_id=self._chat))

    async def look(self) -> Sequence[Shown]:
        """The new messages of the chat, each with its buttons."""
        new = self.town.telegram.told(self._chat)[len(self.seen) :]
        return [
            Shown(
                message.words,
                tuple(Tappable(label, data) for row in message.buttons for label, data in row),
                picture="sheet" if message.photo or message.file_id else "",
                pages=tuple(page for _, page in message.apps),
                number=message.message_id,
            )
            for message in new
        ]

    async def tap(self, message: Shown, what: Tappable) -> None:
        """Tap an inline button."""
        updates = self.town.telegram.updates
        self._bring(updates.callback(what.data, chat_id=self._chat, message_id=message.number))

    async def type(self, words: str) -> None:
        """Send a text."""
        self._bring(self.town.telegram.updates.text(words, chat_id=self._chat))

    async def speak(self, sound: bytes) -> None:
        """Hold the microphone button."""
        file = self.town.telegram.add_file(sound)
        self._bring(self.town.telegram.updates.voice(file, chat_id=self._chat))

    async def show(self, photo: bytes) -> None:
        """Send a photo, of which Telegram makes two sizes."""
        file = {"file_id": self.town.telegram.add_file(photo), "file_unique_id": "u", "file_size": len(photo)}
        sizes = [file | {"width": side, "height": side} for side in (90, 800)]
        self._bring(self.town.telegram.updates.message(chat_id=self._chat, photo=sizes))

    def sign_page(self) -> dict[str, str]:
        """Who opened the Mini App, signed by Telegram."""
        return {"init_data": sign_init_data(TOKEN, self._chat, datetime.now(UTC))}

    def _bring(self, update: dict[str, Any]) -> None:
        assert self.town.telegram_post is not None
        self.town.telegram_post.bring(update)


class WhatsAppWalker(_Messenger):
    """Somebody on WhatsApp."""

    channel = "whatsapp"

    def __init__(self, town: Town, guide: Guide) -> None:
        super().__init__(town, guide)
        self._number = f"whatsapp:+316{town.count_person():08}"

    async def start(self) -> None:
        """Type the keyword."""
        await self.type(self.guide.flow.keywords[0])

    async def look(self) -> Sequence[Shown]:
        """The new messages, with what can be tapped; their pictures are fetched."""
        found: list[Shown] = []
        for message in self.town.twilio.told(self._number)[len(self.seen) :]:
            if message.media_url:
                await self.town.check_picture(message.media_url)
            types = message.content or {}
            rows = types.get("twilio/list-picker", {}).get("items", [])
            wholes = {row["id"]: row.get("description", "") for row in rows}
            taps = tuple(Tappable(label, data, wholes.get(data, "")) for label, data in message.taps)
            pages = tuple(_PAGE.findall(message.body))
            found.append(Shown(message.body, taps, message.media_url or "", pages, listed=bool(rows)))
        return found

    async def tap(self, message: Shown, what: Tappable) -> None:
        """Tap a quick reply, or a row of a list."""
        forms = self.town.twilio
        make = forms.list_form if message.listed else forms.button_form
        self._bring(make(self._number, what.label, what.data))

    async def type(self, words: str) -> None:
        """Send a text."""
        self._bring(self.town.twilio.text_form(self._number, words))

    async def speak(self, sound: bytes) -> None:
        """Hold the microphone button."""
        media = self.town.twilio.add_media(sound, "audio/ogg")
        self._bring(self.town.twilio.voice_form(self._number, media))

    async def show(self, photo: bytes) -> None:
        """Send a photo."""
        media = self.town.twilio.add_media(photo, "image/jpeg")
        self._bring(self.town.twilio.image_form(self._number, media))

    def _bring(self, form: dict[str, str]) -> None:
        assert self.town.twilio_post is not None
        self.town.twilio_post.bring(form)


class SmsWalker(_Messenger):
    """Somebody with text messages, who can type and open links, and nothing else."""

    channel = "sms"

    def __init__(self, town: Town, guide: Guide) -> None:
        super().__init__(town, guide)
        self._number = f"+316{town.count_person():08}"

    async def start(self) -> None:
        """Send the text that a poster's link has ready."""
        await self.type(f"Start {self.guide.code}")

    async def look(self) -> Sequence[Shown]:
        """The new messages."""
        new = self.town.twilio.told(self._number)[len(self.seen) :]
        assert not any(message.media_url or message.content for message in new)
        return [Shown(message.body, pages=tuple(_PAGE.findall(message.body))) for message in new]

    async def tap(self, message: Shown, what: Tappable) -> None:
        """Nothing can be tapped."""
        raise NotImplementedError

    async def type(self, words: str) -> None:
        """Send a text."""
        assert self.town.twilio_post is not None
        self.town.twilio_post.bring(self.town.twilio.sms_form(self._number, words))

    async def speak(self, sound: bytes) -> None:
        """No voice notes: European networks carry no MMS."""
        raise NotImplementedError

    async def show(self, photo: bytes) -> None:
        """No photos either."""
        raise NotImplementedError


WALKERS: Final[Mapping[str, type[Walker]]] = {
    each.channel: each for each in (TelegramWalker, WhatsAppWalker, SmsWalker, WebWalker)
}
"""Who walks on which channel."""


def write_fields(kind: str, points: Sequence[Point | None]) -> dict[str, str]:
    """Points as the form of the page for touch has them."""
    if kind == "stones":
        fields: dict[str, str] = {}
        for number, point in enumerate(points, start=1):
            placed = {f"x{number}": f"{point[0]:g}", f"y{number}": f"{point[1]:g}"} if point else None
            fields |= placed or {f"off{number}": "1"}
        return fields
    (point,) = points
    assert point is not None
    x, y = point
    if kind == "dyad":
        return {"place": f"{x:g}"}
    right = x - y / 2
    return {"top": f"{y:g}", "right": f"{right:g}", "left": f"{100 - y - right:g}"}
