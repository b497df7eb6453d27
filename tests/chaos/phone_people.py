"""Tellers with a telephone: on Telegram, on WhatsApp, and with text messages only."""

import time
from abc import abstractmethod
from random import Random

from bot.channels.channel import write_tap
from channels.telegram_delivery import TelegramDelivery
from channels.twilio_delivery import TwilioDelivery
from chaos.people import PHOTO, REPEAT, Person
from chaos.plans import FLOW, Move, Plan
from chaos.platforms import Line, Shown, StormyTelegram, StormyTwilio


class _Messenger(Person):
    """Somebody with an app, in which what can be tapped stays."""

    def __init__(self, plan: Plan, random: Random, line: Line, chat: str, *, patience: float) -> None:
        super().__init__(plan, random, patience=patience)
        self._taps: dict[str, tuple[str, bool]] = {}
        self._tapped = random.random() < 0.85
        """Whether this person taps what can be tapped; the others type."""
        self._line, self._chat = line, chat
        line.ears[chat] = self._hear

    def _hear(self, shown: Shown) -> None:
        for label, data in shown.taps:
            self._taps[data] = (label, shown.lists)
        self.take(shown.words)

    async def _find_tap(self, move: Move) -> tuple[str, str, bool] | None:
        """What can be tapped for a move, which may come a message later: (data, label, in a list)."""
        data = write_tap(move.step, move.code)
        since = time.monotonic()
        while data not in self._taps:
            await self.look()
            if time.monotonic() - since > self._patience:
                return None
        return (data, *self._taps[data])


class TelegramPerson(_Messenger):
    """Somebody on Telegram."""

    channel = "telegram"

    def __init__(
        self,
        plan: Plan,
        random: Random,
        platform: StormyTelegram,
        post: TelegramDelivery,
        chat: int,
        *,
        patience: float,
    ) -> None:
        super().__init__(plan, random, platform.line, str(chat), patience=patience)
        self._platform, self._post, self._number = platform, post, chat

    @property
    def address(self) -> str:
        """The chat's id."""
        return str(self._number)

    @property
    def hasty(self) -> bool:
        """Telegram keeps the order of what is typed in a chat."""
        return True

    async def start(self) -> None:
        """Tap a link."""
        self._post.bring(self._platform.updates.start(FLOW, chat_id=self._number))

    async def make(self, move: Move) -> None:
        """Tap, type or send a photo; that the story is told is typed, behind its parts."""
        updates = self._platform.updates
        tap = await self._find_tap(move) if move.code and self._tapped and not move.telling else None
        if tap is not None:
            self._post.bring(updates.callback(tap[0], chat_id=self._number))
        elif move.photo:
            file = {"file_id": self._platform.add_file(PHOTO), "file_unique_id": "u"}
            sizes = [file | {"width": 64, "height": 48, "file_size": len(PHOTO)}]
            self._post.bring(updates.message(chat_id=self._number, photo=sizes))
        else:
            self._post.bring(updates.text(move.words, chat_id=self._number))

    async def ask_again(self) -> None:
        """Type it, or follow the link once more."""
        if self.life.at:
            self._post.bring(self._platform.updates.text(REPEAT, chat_id=self._number))
        else:
            await self.start()


class TwilioPerson(_Messenger):
    """Somebody whose messages come by Twilio, where what comes late may come in any order."""

    def __init__(
        self,
        plan: Plan,
        random: Random,
        platform: StormyTwilio,
        post: TwilioDelivery,
        chat: str,
        *,
        patience: float,
    ) -> None:
        super().__init__(plan, random, platform.line, chat, patience=patience)
        self._platform, self._post = platform, post

    async def start(self) -> None:
        """Type the keyword."""
        self._say(FLOW)

    async def ask_again(self) -> None:
        """Type it; but not before the bot ever answered, for then it would be the first that is said."""
        if self.life.at:
            self._say(REPEAT)

    @abstractmethod
    def _say(self, text: str) -> None:
        """Send a text, as the channel brings it."""


class WhatsAppPerson(TwilioPerson):
    """Somebody on WhatsApp."""

    channel = "whatsapp"

    @property
    def address(self) -> str:
        """The number."""
        return self._chat.removeprefix("whatsapp:")

    async def make(self, move: Move) -> None:
        """Tap a button or a row, type, or send a photo."""
        tap = await self._find_tap(move) if move.code and self._tapped else None
        if tap is not None:
            data, label, lists = tap
            form = self._platform.list_form if lists else self._platform.button_form
            self._post.bring(form(self._chat, label, data))
        elif move.photo:
            self._post.bring(
                self._platform.image_form(self._chat, self._platform.add_media(PHOTO, "image/jpeg"))
            )
        else:
            self._say(move.words)

    def _say(self, text: str) -> None:
        self._post.bring(self._platform.text_form(self._chat, text))


class SmsPerson(TwilioPerson):
    """Somebody with text messages only."""

    channel = "sms"

    @property
    def address(self) -> str:
        """The number."""
        return self._chat

    async def make(self, move: Move) -> None:
        """Type."""
        self._say(move.words)

    def _say(self, text: str) -> None:
        self._post.bring(self._platform.sms_form(self._chat, text))
