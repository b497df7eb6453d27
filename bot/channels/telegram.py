"""The Telegram channel: sends utterances, receives updates, and knows what Telegram's errors mean.

The only module that knows python-telegram-bot, of which the client alone is used: its own queue, handlers,
persistence and rate limiter live in one process's memory, while here Postgres is the truth.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from types import TracebackType
from typing import Any, Final, Self, cast

from aiohttp import web
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions, WebAppInfo

from bot.channels.channel import File, Inbound, Keep, Parcel, Quota
from bot.channels.delivery_errors import RefusedError, UncertainError, UnknownFateError, WindowClosedError
from bot.channels.rendering import write_file_link
from bot.channels.telegram_client import TelegramRequest, call
from bot.channels.telegram_messages import Button, Piece, Sheet, draw_sheet, find_sheet, lay_out
from bot.channels.telegram_receiving import POLL_WAITS, WEBHOOK_PATH, answer_webhook, poll_updates
from bot.channels.telegram_settings import TelegramSettings
from bot.channels.telegram_updates import read_update

ALLOWED_UPDATES: Final = ("message", "edited_message", "callback_query", "my_chat_member")

_POLL_SECONDS: Final = 50  # the longest Telegram's server waits
_BOT_PACE: Final = (25.0, 5.0)
_CHAT_PACE: Final = (1.0, 3.0)
_GROUP_PACE: Final = (18 / 60, 2.0)
"""Messages a second, and how many at once: a little below what Telegram allows."""

_log = logging.getLogger(__name__)


class Telegram:
    """The channel `telegram`. Starts without Telegram being there; use it as an async context manager.

    `read_picture` gives the SVG text of a picture's path; it may raise OSError, LookupError or ValueError.
    `site` is our public address; with https, questions can also be answered on a page of ours in Telegram.
    `timeout` is how long Telegram may take to answer, in seconds.
    """

    name: str = "telegram"

    def __init__(
        self,
        settings: TelegramSettings,
        read_picture: Callable[[str], str],
        *,
        site: str = "",
        timeout: float = 20,
    ) -> None:
        self._settings = settings
        self._read_picture = read_picture
        self._site = site.rstrip("/") if site.startswith("https://") else ""
        self._timeout = timeout
        self._request = TelegramRequest(timeout)
        base = settings.api_url.rstrip("/")
        self._bot = Bot(
            settings.token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=self._request,
            get_updates_request=self._request,
        )
        self._sheets: dict[Sheet, str] = {}

    @property
    def bot_id(self) -> str:
        """The bot's own id: the number before the colon of its token."""
        return self._settings.bot_id

    async def __aenter__(self) -> Self:
        # Not Bot.initialize(), which calls getMe: the server must start while Telegram is away.
        await self._request.initialize()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._request.shutdown()

    def parse(self, raw: Mapping[str, Any]) -> Inbound | None:
        """Read a raw update, purely; None when it is worth no turn. Raises ParseError."""
        return read_update(raw)

    def routes(self, keep: Keep) -> list[web.RouteDef]:
        """Make the webhook's route; without a secret it refuses everything."""
        return [web.post(WEBHOOK_PATH, answer_webhook(self._settings.webhook_secrets, self.bot_id, keep))]

    async def poll(self, keep: Keep, stopping: asyncio.Event, *, waits: Sequence[float] = POLL_WAITS) -> None:
        """Receive without a webhook until `stopping` is set; `waits` are the seconds between failed tries."""
        await poll_updates(self, keep, stopping, waits=waits)

    @property
    def windowed(self) -> bool:
        """No: whoever wrote once can be written to."""
        return False

    @property
    def reports(self) -> bool:
        """No: Telegram tells nothing of a message it took."""
        return False

    def count_parts(self, parcel: Parcel) -> int:
        """How many messages an utterance takes. Raises RefusedError."""
        return len(parcel.files) + len(self._lay_out(parcel))

    def list_quotas(self, parcel: Parcel, chat: str) -> Sequence[Quota]:
        """So much a second for the whole bot, and less in one chat (https://core.telegram.org/bots/faq)."""
        group = parcel.address.startswith("-")
        here = Quota(f"telegram:chat:{chat}", *(_GROUP_PACE if group else _CHAT_PACE))
        return (Quota(f"telegram:bot:{self.bot_id}", *_BOT_PACE), here)

    async def send(self, parcel: Parcel) -> str | None:
        """Send one message; answers its number. Raises DeliveryError only."""
        if parcel.part < len(parcel.files):
            return await self._send_file(parcel, parcel.files[parcel.part])
        piece = self._lay_out(parcel)[parcel.part - len(parcel.files)]
        sheet = find_sheet(parcel.utterance) if piece.picture else None
        photo = None if sheet is None else await self._provide(sheet)
        if sheet is not None and photo is None:
            raise RefusedError("its picture cannot be drawn", simpler=True)
        try:
            return await self._send(parcel.address, piece, sheet, photo)
        except RefusedError as error:
            if sheet is None:
                raise
            self._sheets.pop(sheet, None)  # its number at Telegram may have gone
            raise RefusedError(error.code, simpler=True) from None

    async def find_sent(self, parcel: Parcel, since: datetime, known: Collection[str]) -> str | None:
        """Nothing can be asked of Telegram about a message. Raises UnknownFateError."""
        del parcel, since, known
        raise UnknownFateError("Telegram tells nothing of messages it took")

    async def send_template(self, parcel: Parcel) -> str | None:
        """Never needed here. Raises WindowClosedError."""
        del parcel
        raise WindowClosedError("Telegram has no approved messages")

    async def remove_webhook(self) -> None:
        """Tell Telegram to send no more updates by itself; those that wait stay. Raises DeliveryError."""
        await call(self._bot.delete_webhook(drop_pending_updates=False))

    async def fetch_updates(self, offset: int | None) -> Sequence[Mapping[str, Any]]:
        """Wait for raw updates from `offset` on, which confirms all earlier ones. Raises DeliveryError."""
        waiting: dict[str, Any] = {"timeout": _POLL_SECONDS, "allowed_updates": list(ALLOWED_UPDATES)}
        if offset is not None:
            waiting["offset"] = offset
        # In lower case, which Telegram allows: under its usual name the library warns to use its own
        # get_updates, which reads all updates and so would stop at the first odd one.
        updates = await call(
            self._bot.do_api_request("getupdates", waiting, read_timeout=_POLL_SECONDS + self._timeout)
        )
        if not isinstance(updates, list):
            raise UncertainError("unreadable answer")
        if not all(isinstance(update, dict) for update in cast("list[Any]", updates)):
            raise UncertainError("unreadable answer")
        return cast("list[dict[str, Any]]", updates)

    async def acknowledge(self, callback: str) -> None:
        """Stop the waiting sign on a tapped button. Raises DeliveryError."""
        await call(self._bot.answer_callback_query(callback))

    def _lay_out(self, parcel: Parcel) -> list[Piece]:
        picture = not parcel.plain and find_sheet(parcel.utterance) is not None
        page = f"{self._site}{parcel.canvas}" if self._site and parcel.canvas else None
        return lay_out(parcel.utterance, picture=picture, page=page)

    async def _send(
        self, address: str, piece: Piece, sheet: Sheet | None, photo: str | bytes | None
    ) -> str | None:
        markup = InlineKeyboardMarkup([[_make_button(each) for each in row] for row in piece.rows])
        if sheet is not None and photo is not None:
            upload = self._bot.send_photo(
                address,
                photo,
                caption=piece.text or None,
                reply_markup=markup if piece.rows else None,
                filename="sheet.png",
            )
            message = await call(upload)
            if message is not None and message.photo:
                self._sheets[sheet] = message.photo[-1].file_id
        else:
            plain = LinkPreviewOptions(is_disabled=True)
            message = await call(
                self._bot.send_message(
                    address,
                    piece.text,
                    reply_markup=markup if piece.rows else None,
                    link_preview_options=plain,
                )
            )
        return None if message is None else str(message.message_id)

    async def _send_file(self, parcel: Parcel, file: File) -> str | None:
        """A voice note or a document; what Telegram refused goes as a link, and a voice note not at all."""
        if parcel.plain:
            link = write_file_link(parcel.utterance, self._site, file.path) if self._site else ""
            piece = Piece(link) if link and file.kind == "file" else None
            return await self._send(parcel.address, piece, None, None) if piece else None
        data = await file.read()
        if data is None:
            return None
        send = self._bot.send_voice if file.kind == "voice" else self._bot.send_document
        try:
            message = await call(send(parcel.address, data, filename=file.name))
        except RefusedError as error:
            raise RefusedError(error.code, simpler=True) from None
        return None if message is None else str(message.message_id)

    async def _provide(self, sheet: Sheet) -> str | bytes | None:
        """Give Telegram's own id of an uploaded sheet, or a new picture; None when it cannot be drawn."""
        if sheet in self._sheets:
            return self._sheets[sheet]
        try:
            return await asyncio.to_thread(draw_sheet, sheet, self._read_picture)
        except (OSError, LookupError, ValueError):
            # Labels say enough to answer by; a question nobody gets says nothing.
            _log.exception("A sheet of pictures cannot be drawn; the question goes without.")
            return None


def _make_button(button: Button) -> InlineKeyboardButton:
    if button.page is not None:
        return InlineKeyboardButton(button.label, web_app=WebAppInfo(button.page))
    return InlineKeyboardButton(button.label, callback_data=button.data)
