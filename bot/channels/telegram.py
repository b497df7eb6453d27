"""The Telegram channel: sends utterances, receives updates, and knows what Telegram's errors mean.

The only module that knows python-telegram-bot, of which the client alone is used: its own queue, handlers,
persistence and rate limiter live in one process's memory, while here Postgres is the truth.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from types import TracebackType
from typing import Any, Final, Self, TypeVar, cast

import httpx
from aiohttp import web
from telegram import Bot, InlineKeyboardButton, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.error import TelegramError
from telegram.request import HTTPXRequest

from bot.channels.channel import DeliveryError, Inbound, Keep, UncertainError
from bot.channels.telegram_errors import read_break, read_refusal
from bot.channels.telegram_messages import Piece, Sheet, draw_sheet, find_sheet, lay_out
from bot.channels.telegram_receiving import POLL_WAITS, WEBHOOK_PATH, answer_webhook, poll_updates
from bot.channels.telegram_settings import TelegramSettings
from bot.channels.telegram_updates import read_update
from flows.outbound import Utterance

ALLOWED_UPDATES: Final = ("message", "edited_message", "callback_query", "my_chat_member")

_POLL_SECONDS: Final = 50  # the longest Telegram's server waits
_MANY_WAITING: Final = 100
_RECENT: Final = timedelta(hours=1)
_MOST_BEGUN: Final = 1000

_log = logging.getLogger(__name__)

# httpx writes every URL at INFO, and Telegram's URLs hold the bot's token. The library itself writes what
# people said at DEBUG and unreadable answers at ERROR; all its errors come to us as exceptions anyway.
logging.getLogger("httpx").setLevel(logging.WARNING)
logging.getLogger("telegram").setLevel(logging.CRITICAL)

_T = TypeVar("_T")


class Telegram:
    """The channel `telegram`. Starts without Telegram being there; use it as an async context manager.

    `read_picture` gives the SVG text of a picture's path; it may raise OSError, LookupError or ValueError.
    `timeout` is how long Telegram may take to answer, in seconds.
    """

    name: str = "telegram"

    def __init__(
        self, settings: TelegramSettings, read_picture: Callable[[str], str], *, timeout: float = 20
    ) -> None:
        self._settings = settings
        self._read_picture = read_picture
        self._timeout = timeout
        self._request = _Request(connection_pool_size=64, read_timeout=timeout, write_timeout=timeout)
        base = settings.api_url.rstrip("/")
        self._bot = Bot(
            settings.token,
            base_url=f"{base}/bot",
            base_file_url=f"{base}/file/bot",
            request=self._request,
            get_updates_request=self._request,
        )
        self._sheets: dict[Sheet, str] = {}
        self._begun: dict[str, int] = {}

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
        return [web.post(WEBHOOK_PATH, answer_webhook(self._settings.webhook_secret, self.bot_id, keep))]

    async def poll(self, keep: Keep, stopping: asyncio.Event, *, waits: Sequence[float] = POLL_WAITS) -> None:
        """Receive without a webhook until `stopping` is set; `waits` are the seconds between failed tries."""
        await poll_updates(self, keep, stopping, waits=waits)

    async def deliver(self, address: str, utterance: Utterance, reference: str) -> str | None:
        """Send an utterance as one or more messages; answers the id of the last. Raises DeliveryError only.

        When a later one of several messages fails, the next try with the same `reference` goes on from
        there: Telegram slows down long texts, and starting over would repeat their beginning each time.
        """
        sheet = find_sheet(utterance)
        photo = None if sheet is None else await self._provide(sheet)
        pieces = lay_out(utterance, picture=photo is not None)
        number, sent = None, min(self._begun.pop(reference, 0), len(pieces) - 1)
        for at, piece in enumerate(pieces[sent:], start=sent):
            try:
                number = await self._send(address, piece, sheet, photo)
            except DeliveryError as error:
                if at and error.retryable:
                    self._remember(reference, at)
                raise
        return number

    async def set_webhook(self, url: str) -> None:
        """Tell Telegram to send updates to this full URL. Raises DeliveryError."""
        secret, updates = self._settings.webhook_secret, ALLOWED_UPDATES
        await _call(
            self._bot.set_webhook(url, secret_token=secret, allowed_updates=updates, max_connections=40)
        )

    async def remove_webhook(self) -> None:
        """Tell Telegram to send no more updates by itself; those that wait stay. Raises DeliveryError."""
        await _call(self._bot.delete_webhook(drop_pending_updates=False))

    async def fetch_updates(self, offset: int | None) -> Sequence[Mapping[str, Any]]:
        """Wait for raw updates from `offset` on, which confirms all earlier ones. Raises DeliveryError."""
        waiting: dict[str, Any] = {"timeout": _POLL_SECONDS, "allowed_updates": list(ALLOWED_UPDATES)}
        if offset is not None:
            waiting["offset"] = offset
        # In lower case, which Telegram allows: under its usual name the library warns to use its own
        # get_updates, which reads all updates and so would stop at the first odd one.
        updates = await _call(
            self._bot.do_api_request("getupdates", waiting, read_timeout=_POLL_SECONDS + self._timeout)
        )
        if not isinstance(updates, list):
            raise UncertainError("unreadable answer")
        if not all(isinstance(update, dict) for update in cast("list[Any]", updates)):
            raise UncertainError("unreadable answer")
        return cast("list[dict[str, Any]]", updates)

    async def acknowledge(self, callback: str) -> None:
        """Stop the waiting sign on a tapped button. Raises DeliveryError."""
        await _call(self._bot.answer_callback_query(callback))

    async def check(self, webhook_url: str | None = None) -> list[str]:
        """Find what is wrong with the token and the webhook, one sentence each; empty when all is well.

        `webhook_url` is the full URL at which this server can be reached.
        """
        try:
            await _call(self._bot.get_me())
            info = await _call(self._bot.get_webhook_info())
        except DeliveryError as error:
            return [f"Telegram cannot be used: {error}"]
        if info is None:
            return []
        if self._settings.mode == "polling":
            return ["Telegram still has a webhook, so polling gets nothing."] if info.url else []
        problems: list[str] = []
        if not info.url:
            problems.append("Telegram has no webhook, so no message comes in.")
        elif webhook_url is not None and info.url != webhook_url:
            problems.append(f"Telegram sends to {info.url}; it should send to {webhook_url}.")
        if info.allowed_updates and not set(ALLOWED_UPDATES) <= set(info.allowed_updates):
            problems.append("Telegram's webhook leaves out kinds of updates; set the webhook again.")
        if info.pending_update_count > _MANY_WAITING:
            problems.append(f"{info.pending_update_count} updates wait at Telegram.")
        if info.last_error_date is not None and datetime.now(UTC) - info.last_error_date < _RECENT:
            problems.append(f"Telegram could not reach the webhook lately: {info.last_error_message}.")
        return problems

    async def _send(
        self, address: str, piece: Piece, sheet: Sheet | None, photo: str | bytes | None
    ) -> str | None:
        keyboard = [
            [InlineKeyboardButton(button.label, callback_data=button.data) for button in row]
            for row in piece.rows
        ]
        markup = InlineKeyboardMarkup(keyboard) if keyboard else None
        if piece.picture and sheet is not None and photo is not None:
            upload = self._bot.send_photo(
                address, photo, caption=piece.text or None, reply_markup=markup, filename="sheet.png"
            )
            message = await _call(upload)
            if message is not None and message.photo:
                self._sheets[sheet] = message.photo[-1].file_id
        else:
            plain = LinkPreviewOptions(is_disabled=True)
            message = await _call(
                self._bot.send_message(address, piece.text, reply_markup=markup, link_preview_options=plain)
            )
        return None if message is None else str(message.message_id)

    def _remember(self, reference: str, sent: int) -> None:
        self._begun[reference] = sent
        if len(self._begun) > _MOST_BEGUN:
            self._begun.pop(next(iter(self._begun)))

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


class _FailedError(TelegramError):
    """Carries a delivery error through the library, which would hide any other; None: nothing is wrong."""

    def __init__(self, failure: DeliveryError | None) -> None:
        super().__init__("failed")
        self.failure = failure


class _Request(HTTPXRequest):
    """Reads failures where status and cause are still known; the library's own errors have lost them."""

    async def do_request(self, *args: Any, **kwargs: Any) -> tuple[int, bytes]:
        try:
            status, body = await super().do_request(*args, **kwargs)
        # Without their causes, whose texts can hold the address and with it the token.
        except TelegramError as error:
            raise _FailedError(read_break(error.__cause__)) from None
        except (ValueError, httpx.InvalidURL) as error:
            raise _FailedError(read_break(error)) from None
        if not httpx.codes.is_success(status):
            raise _FailedError(read_refusal(status, body))
        return status, body


async def _call(request: Coroutine[Any, Any, _T]) -> _T | None:
    """Wait for an answer; None when Telegram says that it is so already. Raises DeliveryError only."""
    try:
        return await request
    except _FailedError as error:
        if error.failure is None:
            return None
        raise error.failure from None
    except (TelegramError, LookupError, TypeError, ValueError, AttributeError):
        # It was accepted, but what came back is not what the Bot API promises.
        raise UncertainError("unreadable answer") from None
