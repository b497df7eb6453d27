"""People who tell a story, one per channel: they tap, type and talk as it lets them, and read what comes."""

import asyncio
import io
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol, TypeVar

import aiohttp

from channels.telegram_server import TelegramServer
from channels.twilio_server import TwilioServer
from flows.phrases import phrase

TELEGRAM_SECRET = "webhook-secret"
TWILIO_TOKEN = "token-of-tests"
WHATSAPP_FROM = "+31600000000"
PUBLIC_URL = "https://vertelpunt.example"
"""Where the platforms think the bot is; its signatures are over this address."""

T = TypeVar("T")

FLOW = "coach"
"""The flow that is told in: one of the tests' own, so that a new version of the catalogue changes no test."""

KEYWORDS = {FLOW: "coachverhaal"}

PATIENCE = 60.0
"""Seconds a teller waits for a message; only a broken bot makes one wait that long."""


def own(key: str, **values: object) -> str:
    """One of the bot's own sentences in Dutch, so that a new wording changes no test."""
    return phrase("nl", key, **values)


class Teller(Protocol):
    """A person on a channel."""

    async def start(self, flow: str = FLOW) -> None:
        """Open the conversation."""
        ...

    async def tap(self, code: str, step: str = "") -> None:
        """Tap the option with this code in the last message that has it, of the question `step` if given."""
        ...

    async def say(self, text: str) -> None:
        """Type some words."""
        ...

    async def speak(self, sound: bytes) -> None:
        """Send a voice note."""
        ...

    async def read(self) -> list[str]:
        """All the bot said so far."""
        ...


async def expect(teller: Teller, words: str, *, times: int = 1) -> str:
    """Wait until the bot has said these words, so many times; answers the last text that holds them."""
    for _ in range(int(PATIENCE / 0.05)):
        found = [text for text in await teller.read() if words in text]
        if len(found) >= times:
            return found[-1]
        await asyncio.sleep(0.05)
    raise AssertionError(f"never read {words!r} ({times}×); read:\n" + "\n---\n".join(await teller.read()))


async def wait_for(find: Callable[[], T | None], code: str) -> T:
    """What there is to tap, as soon as it has come."""
    for _ in range(int(PATIENCE / 0.05)):
        if (found := find()) is not None:
            return found
        await asyncio.sleep(0.05)
    raise AssertionError(f"no button {code!r}")


@dataclass(slots=True)
class WebTeller:
    """A person at the web chat's API."""

    url: str
    token: str = ""
    sent: int = 0
    language: str = "nl"
    aloud: bool = False

    async def start(self, flow: str = FLOW) -> None:
        """Make a session; without a language the flow asks for it."""
        body: dict[str, Any] = {"flow": flow, "aloud": self.aloud}
        body |= {"language": self.language} if self.language else {}
        async with (
            aiohttp.ClientSession() as http,
            http.post(f"{self.url}/api/chat/sessions", json=body) as answer,
        ):
            assert answer.status == 201, await answer.text()
            self.token = (await answer.json())["token"]

    async def tap(self, code: str, step: str = "") -> None:
        """Send a choice."""
        await self.send({"choice": code, "step": step} if step else {"choice": code})

    async def say(self, text: str) -> None:
        """Send a text."""
        await self.send({"text": text})

    async def speak(self, sound: bytes) -> None:
        """Send a recording."""
        form = aiohttp.FormData()
        form.add_field("id", self._next_id())
        form.add_field("voice", io.BytesIO(sound), filename="note.ogg", content_type="audio/ogg")
        async with self._http() as http, http.post(f"{self.url}/api/chat/messages", data=form) as answer:
            assert answer.status == 202, await answer.text()

    async def send(self, body: dict[str, Any]) -> None:
        """Send a message of any shape."""
        whole = {"id": self._next_id(), **body}
        async with self._http() as http, http.post(f"{self.url}/api/chat/messages", json=whole) as answer:
            assert answer.status == 202, await answer.text()

    async def read(self) -> list[str]:
        """The texts of the bot's messages."""
        return [message["text"] for message in await self.read_messages() if message["from"] == "bot"]

    async def read_messages(self) -> list[dict[str, Any]]:
        """All messages, whole."""
        async with self._http() as http, http.get(f"{self.url}/api/chat/messages?after=0") as answer:
            return (await answer.json())["messages"]

    def _http(self) -> aiohttp.ClientSession:
        return aiohttp.ClientSession(headers={"Authorization": f"Bearer {self.token}"})

    def _next_id(self) -> str:
        self.sent += 1
        return f"m{self.sent}"


@dataclass(slots=True)
class TelegramTeller:
    """A person on Telegram; updates go to the bot's webhook as Telegram brings them."""

    url: str
    secret: str
    platform: TelegramServer

    async def start(self, flow: str = FLOW) -> None:
        """Tap a link of the bot."""
        await self.bring(self.platform.updates.start(flow))

    async def tap(self, code: str, step: str = "") -> None:
        """Tap an inline button, once it is there: it may come in a message after the words."""
        end = f"{step}|{code}"
        await self.bring(self.platform.updates.callback(await wait_for(lambda: self._find(end), end)))

    def _find(self, end: str) -> str | None:
        shown = (row for message in reversed(self.platform.sent) for row in message.buttons)
        return next((data for row in shown for _, data in row if data.endswith(end)), None)

    async def say(self, text: str) -> None:
        """Send a text message."""
        await self.bring(self.platform.updates.text(text))

    async def speak(self, sound: bytes) -> None:
        """Hold the microphone button."""
        await self.bring(self.platform.updates.voice(self.platform.add_file(sound)))

    async def read(self) -> list[str]:
        """The words of all messages."""
        return [message.words for message in self.platform.sent]

    async def bring(self, update: dict[str, Any], *, times: int = 1) -> None:
        """Bring an update to the webhook, as often as asked."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.secret}
        async with aiohttp.ClientSession(headers=headers) as http:
            for _ in range(times):
                async with http.post(f"{self.url}/webhooks/telegram", json=update) as answer:
                    assert answer.status == 200, await answer.text()


@dataclass(slots=True)
class PolledTeller(TelegramTeller):
    """A person on Telegram whose updates wait until the bot fetches them."""

    async def bring(self, update: dict[str, Any], *, times: int = 1) -> None:
        """Put an update where the bot will look for it, as often as asked."""
        await self.platform.queue(*[update] * times)


@dataclass(slots=True)
class WhatsAppTeller:
    """A person on WhatsApp; forms go to the bot's webhook as Twilio signs them."""

    url: str
    public_url: str
    platform: TwilioServer
    number: str = "whatsapp:+31600000001"
    forms: list[dict[str, str]] = field(default_factory=list[dict[str, str]])

    async def start(self, flow: str = FLOW) -> None:
        """Write the word that starts the flow."""
        await self.say(KEYWORDS[flow])

    async def tap(self, code: str, step: str = "") -> None:
        """Tap a button or an item of a list, once it is there: a picture may have come before it."""
        end = f"{step}|{code}"
        await self.bring(await wait_for(lambda: self._find(end), end))

    def _find(self, end: str) -> dict[str, str] | None:
        for message in reversed(self.platform.sent):
            for title, data in message.taps:
                if data.endswith(end):
                    lists = "twilio/list-picker" in (message.content or {})
                    make = self.platform.list_form if lists else self.platform.button_form
                    return make(self.number, title, data)
        return None

    async def say(self, text: str) -> None:
        """Send a text message."""
        await self.bring(self.platform.text_form(self.number, text))

    async def speak(self, sound: bytes) -> None:
        """Hold the microphone button."""
        await self.bring(self.platform.voice_form(self.number, self.platform.add_media(sound, "audio/ogg")))

    async def read(self) -> list[str]:
        """The words of all messages."""
        return [message.body for message in self.platform.sent]

    async def bring(self, form: dict[str, str], *, times: int = 1) -> None:
        """Bring a signed form to the webhook, as often as asked; Twilio has heard it before we do."""
        self.platform.hear(form)
        signature = self.platform.sign(f"{self.public_url}/webhooks/twilio", form)
        async with aiohttp.ClientSession(headers={"X-Twilio-Signature": signature}) as http:
            for _ in range(times):
                async with http.post(f"{self.url}/webhooks/twilio", data=form) as answer:
                    assert answer.status == 200, await answer.text()


async def begin_telling(teller: Teller) -> None:
    """Start, agree and choose a question; the bot then asks for the story."""
    await teller.start()
    await expect(teller, "Wil je meedoen")
    await teller.tap("yes")
    await expect(teller, "Over welke ervaring")
    await teller.tap("beter")
    await expect(teller, "Vertel wat je meemaakte")


async def answer_questions(teller: Teller, title: str = "De nieuwe fiets") -> None:
    """Answer all questions after the story, up to the confirmation."""
    await teller.say(title)
    await expect(teller, "Welke twee plaatjes")
    await teller.tap("gids")
    await expect(teller, own("another"))
    await teller.tap("done", "gevoel")
    await expect(teller, "Wat dreef je toen?")
    await teller.tap("top-left")
    await expect(teller, "Aan wie laten we het zien?")
    await teller.tap("alle-teams")


async def go_on_to_confirmation(teller: Teller, title: str = "De nieuwe fiets") -> None:
    """The story is told: say so, answer all questions, and wait until the text is shown."""
    await teller.tap("done")
    await expect(teller, "Welke titel")
    await answer_questions(teller, title)
    await expect(teller, own("confirm"))


async def keep_story(teller: Teller) -> None:
    """Keep the text as shown, up to the thanks."""
    await teller.tap("keep")
    await expect(teller, "Bewaarcode")
