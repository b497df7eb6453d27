"""What Telegram must know about the bot: where updates go, its menu; and what our links must know."""

from collections.abc import Mapping
from datetime import timedelta
from functools import lru_cache
from importlib.resources import files
from types import TracebackType
from typing import Any, Final, Self, cast

from telegram import Bot, BotCommand

from bot.channels.connecting import Point, compare_clocks
from bot.channels.delivery_errors import DeliveryError, UncertainError
from bot.channels.telegram import ALLOWED_UPDATES
from bot.channels.telegram_client import TelegramRequest, call
from bot.channels.telegram_receiving import WEBHOOK_PATH
from bot.channels.telegram_settings import TelegramSettings
from bot.clock import Clock, read_clock
from flows.phrases import LANGUAGES, name_language
from flows.yaml_reader import load_plain
from storage.database import Database
from storage.marks import read_mark, write_mark
from storage.vault import Vault

NAME_MARK: Final = "telegram"
"""The mark that holds the bot's `username`, for links."""

WEBHOOK_MARK: Final = "telegram:webhook"
"""The mark that holds a signature of the `secret` with which the webhook was set; Telegram never tells it."""

CONNECTIONS: Final = 40
"""Updates that Telegram brings at the same time."""

_PURPOSE: Final = "telegram webhook secret"
_MANY_WAITING: Final = 100
_RECENT: Final = timedelta(hours=1)
_CONNECT: Final = "Run `vertelbot channels connect telegram`."


class TelegramConnecting:
    """Looks at one bot's settings at Telegram and puts them right; use it as an async context manager."""

    def __init__(
        self,
        settings: TelegramSettings,
        site: str,
        database: Database,
        vault: Vault,
        *,
        clock: Clock = read_clock,
        timeout: float = 20,
    ) -> None:
        self._settings = settings
        self._url = f"{site.rstrip('/')}{WEBHOOK_PATH}"
        self._database = database
        self._vault = vault
        self._clock = clock
        self._request = TelegramRequest(timeout)
        self._bot = self._make_bot(settings.token)

    async def __aenter__(self) -> Self:
        await self._request.initialize()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._request.shutdown()

    async def examine(self) -> list[Point]:
        """Every point, right or wrong; only the first when Telegram does not answer for the token."""
        try:
            me = await call(self._bot.get_me())
            if me is None or me.username is None:
                raise UncertainError("unreadable answer")
            return [
                Point("", f"reached as @{me.username}, by {self._settings.mode}"),
                *await self._check_older(),
                *await self._check_webhook(),
                *[await self._check_commands(language) for language in LANGUAGES],
                await self._check_name(me.username),
                *await self._check_clock(),
            ]
        except DeliveryError as error:
            remedy = "Look at TELEGRAM_BOT_TOKEN and the network."
            return [Point("", f"cannot be used: {error}", right=False, remedy=remedy)]

    async def _check_older(self) -> list[Point]:
        older = self._settings.older_token
        points: list[Point] = []
        if older is not None:
            try:
                await call(self._make_bot(older).get_me())
                state = "still works at Telegram"
            except DeliveryError:
                state = "works no more at Telegram"
            points.append(
                Point(
                    "older token",
                    f"is still configured, and {state}",
                    remedy="After an hour no page needs it: take it out of TELEGRAM_BOT_TOKEN.",
                )
            )
        if len(self._settings.webhook_secrets) > 1:
            points.append(
                Point(
                    "older webhook secret",
                    "is still taken",
                    remedy="Once the webhook has the new one, take it out of TELEGRAM_WEBHOOK_SECRET.",
                )
            )
        return points

    async def _check_webhook(self) -> list[Point]:
        info = await call(self._bot.get_webhook_info())
        if info is None:
            raise UncertainError("unreadable answer")
        waiting = info.pending_update_count
        points: list[Point] = []
        if self._settings.mode == "polling":
            if info.url:
                says = "Telegram still has a webhook, so polling gets nothing"
                points.append(Point("webhook", says, right=False, remedy=_CONNECT, mend=self._remove_webhook))
        else:
            mark = await self._read(WEBHOOK_MARK)
            problem = self._find_problem(mark, info.url, info.allowed_updates, info.max_connections)
            if not self._url.startswith("https://"):
                remedy = "Set VERTELBOT_PUBLIC_URL to the https:// address of this server, or use polling."
                points.append(
                    Point("webhook", "needs an https:// address", right=False, remedy=remedy)
                    if problem
                    else Point("webhook", info.url)
                )
            elif problem:
                points.append(Point("webhook", problem, right=False, remedy=_CONNECT, mend=self._set_webhook))
            else:
                points.append(Point("webhook", info.url))
            lately = info.last_error_date is not None and self._clock() - info.last_error_date < _RECENT
            if lately:
                points.append(
                    Point(
                        "last failure",
                        f"Telegram could not bring an update lately: {info.last_error_message}",
                        right=False,
                        remedy="Look whether the address can be reached from outside, and at the log.",
                    )
                )
        if waiting > _MANY_WAITING:
            remedy = "Look whether the server runs and can be reached."
            points.append(Point("waiting", f"{waiting} updates wait at Telegram", right=False, remedy=remedy))
        else:
            points.append(Point("waiting", f"{waiting} updates wait at Telegram"))
        return points

    def _find_problem(
        self, mark: Mapping[str, Any], url: str, allowed: Any, connections: int | None
    ) -> str | None:
        if not url:
            return "Telegram has no webhook, so no message comes in"
        if url != self._url:
            return f"Telegram sends to {url}; it should send to {self._url}"
        if set(allowed or ()) != set(ALLOWED_UPDATES):
            return "Telegram's webhook leaves out kinds of updates"
        if connections not in (None, CONNECTIONS):
            return f"Telegram brings {connections} updates at a time; it should be {CONNECTIONS}"
        signed = mark.get("secret")
        secret = self._settings.webhook_secrets[0].encode()
        if signed is not None and not self._vault.is_signed(_PURPOSE, secret, bytes.fromhex(str(signed))):
            return "Telegram's webhook was set with another secret"
        return None

    async def _set_webhook(self) -> None:
        secret = self._settings.webhook_secrets[0]
        await call(
            self._bot.set_webhook(
                self._url,
                secret_token=secret,
                allowed_updates=ALLOWED_UPDATES,
                max_connections=CONNECTIONS,
            )
        )
        await self._note(WEBHOOK_MARK, secret=self._vault.sign(_PURPOSE, secret.encode()).hex())

    async def _remove_webhook(self) -> None:
        await call(self._bot.delete_webhook(drop_pending_updates=False))

    async def _check_commands(self, language: str) -> Point:
        """The menu in one language; the first one is for everybody who has none of the others."""
        code = None if language == LANGUAGES[0] else language
        wanted = list_commands(language)
        shown = await call(self._bot.get_my_commands(language_code=code))
        what = f"commands in {name_language(language)}"
        if {each.command: each.description for each in shown or ()} == wanted:
            return Point(what, f"{len(wanted)} set")

        async def set_commands() -> None:
            menu = [BotCommand(name, description) for name, description in wanted.items()]
            await call(self._bot.set_my_commands(menu, language_code=code))

        return Point(what, "not those of this version", right=False, remedy=_CONNECT, mend=set_commands)

    async def _check_name(self, username: str) -> Point:
        """Whether our links lead to this bot."""
        if (await self._read(NAME_MARK)).get("username") == username:
            return Point("links", f"https://t.me/{username}")

        async def note_name() -> None:
            await self._note(NAME_MARK, username=username)

        says = "the bot's name is not known here yet, so no link leads to it"
        return Point("links", says, right=False, remedy=_CONNECT, mend=note_name)

    async def _check_clock(self) -> list[Point]:
        point = await compare_clocks("Telegram", self._settings.api_url, self._clock)
        return [point] if point else []

    async def _read(self, mark: str) -> Mapping[str, Any]:
        async with self._database.reading() as connection:
            return await read_mark(connection, mark) or {}

    async def _note(self, mark: str, **facts: str) -> None:
        async with self._database.transaction() as connection:
            await write_mark(connection, mark, facts)

    def _make_bot(self, token: str) -> Bot:
        base = self._settings.api_url.rstrip("/")
        return Bot(token, base_url=f"{base}/bot", request=self._request, get_updates_request=self._request)


@lru_cache
def list_commands(language: str) -> dict[str, str]:
    """The menu of one language: each command's name with what it does, in order."""
    source = files("bot.channels").joinpath("telegram_commands.yaml").read_text(encoding="utf-8")
    return cast("dict[str, dict[str, str]]", load_plain(source))[language]
