"""The composition root: every part of the server made once, started in order, and ended in reverse."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID

from aiohttp import web
from aiohttp.typedefs import Handler
from redis import RedisError
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.channels.channel import Channel, DeliveryError
from bot.channels.telegram import Telegram
from bot.channels.telegram_receiving import WEBHOOK_PATH
from bot.channels.web import WebChat
from bot.channels.whatsapp import WhatsApp
from bot.chat_page import set_up_pages
from bot.conversation import SWEEP_SECONDS, Conversation
from bot.delivery import Delivery
from bot.health import Health
from bot.page_rendering import Operator
from bot.picture_routes import picture_routes
from bot.settings import BotSettings
from flows.file import read_picture
from storage import chat_messages, inbox, jobs, outbox
from storage.contents import TwilioContents
from storage.database import Database
from storage.faults import write_fault
from storage.media import MediaStore
from storage.published_flows import list_languages
from storage.signals import Signals
from storage.vault import Vault
from workers.queue import Doorbell, connect_valkey

log = logging.getLogger(__name__)

WEBHOOK_PAUSE = 60.0
"""Seconds between two tries to tell Telegram where to bring updates."""


@dataclass(frozen=True, slots=True)
class Parts:
    """What the server is made of."""

    settings: BotSettings
    database: Database
    vault: Vault
    signals: Signals
    doorbell: Doorbell
    conversation: Conversation
    delivery: Delivery
    web_chat: WebChat
    telegram: Telegram | None
    whatsapp: WhatsApp | None


PARTS: web.AppKey[Parts] = web.AppKey("parts", Parts)


def build_application(settings: BotSettings) -> web.Application:
    """The server with all routes; nothing is opened until it starts."""
    parts = _make_parts(settings)
    application = web.Application(client_max_size=1024 * 1024, middlewares=[_answer_outages])
    application[PARTS] = parts
    keep, settle = parts.conversation.keep, parts.conversation.settle

    async def list_flows() -> Mapping[str, Sequence[str]]:
        async with parts.database.reading() as connection:
            return await list_languages(connection)

    application.add_routes(parts.web_chat.routes(keep, settle, list_flows))

    async def note_status(provider_id: str, status: str, error: str | None) -> None:
        async with parts.database.transaction() as connection:
            await outbox.note_status(connection, provider_id, status, error)

    operator = Operator(settings.organisation, settings.privacy_url)
    set_up_pages(application, parts.web_chat, keep, settle, list_flows, settings.public_url, operator)
    application.add_routes(picture_routes())
    application.add_routes(Health(parts.database, parts.doorbell).routes())
    if parts.telegram and settings.telegram and settings.telegram.mode == "webhook":
        application.add_routes(parts.telegram.routes(keep))
    if parts.whatsapp:
        application.add_routes(parts.whatsapp.routes(keep, note_status))
    application.cleanup_ctx.append(_run_parts)
    return application


def _make_parts(settings: BotSettings) -> Parts:
    database = Database.connect(settings.storage.database_url)
    vault = Vault(settings.storage.secrets)
    signals = Signals(settings.storage.database_url, (inbox.TOPIC, chat_messages.TOPIC))
    doorbell = Doorbell(connect_valkey(settings.storage.redis_url))
    media = MediaStore(settings.storage.media_folder, vault)
    web_chat = WebChat(database=database, vault=vault, media=media, signals=signals)
    telegram = Telegram(settings.telegram, read_picture) if settings.telegram else None
    whatsapp = (
        WhatsApp(settings.twilio, remember_content=TwilioContents(database)) if settings.twilio else None
    )
    on = [channel for channel in (web_chat, telegram, whatsapp) if channel is not None]
    channels: dict[str, Channel] = {channel.name: channel for channel in on}
    delivery = Delivery(database, vault, channels)
    conversation = Conversation(
        database=database,
        vault=vault,
        channels=channels,
        delivery=delivery,
        ring=Ringer(doorbell).ring,
        discard=media.delete,
    )
    return Parts(
        settings=settings,
        database=database,
        vault=vault,
        signals=signals,
        doorbell=doorbell,
        conversation=conversation,
        delivery=delivery,
        web_chat=web_chat,
        telegram=telegram,
        whatsapp=whatsapp,
    )


@web.middleware
async def _answer_outages(request: web.Request, handler: Handler) -> web.StreamResponse:
    """While the database is away: 503, so that platforms and pages try again under the same key."""
    try:
        return await handler(request)
    except (OperationalError, InterfaceError, PoolTimeoutError):
        log.warning("the database is away; a request was asked to come back")
        body = {"error": "This does not work for a moment. Try again."}
        return web.json_response(body, status=503, headers={"Retry-After": "5"})
    except web.HTTPException:
        raise
    except Exception as error:  # noqa: BLE001 - written down without its message, which may quote people
        log.error("a request failed: %s", write_fault(error))  # noqa: TRY400
        return web.json_response({"error": "Something went wrong on our side."}, status=500)


async def _run_parts(application: web.Application) -> AsyncGenerator[None]:
    """Start what runs beside the requests, and end it: first what takes in, then what sends out."""
    parts = application[PARTS]
    parts.signals.on(inbox.TOPIC, parts.conversation.wake)
    async with contextlib.AsyncExitStack() as stack:
        stack.push_async_callback(parts.database.close)
        stack.callback(parts.doorbell.connection.close)
        if parts.whatsapp:
            stack.push_async_callback(parts.whatsapp.close)
        if parts.telegram:
            await stack.enter_async_context(parts.telegram)
        await parts.signals.start()
        stack.push_async_callback(parts.signals.stop)
        stack.push_async_callback(parts.conversation.stop)
        stopping = asyncio.Event()
        running = [asyncio.create_task(_sweep_for_ever(parts), name="sweep")]
        if parts.telegram and parts.settings.telegram:
            running.append(asyncio.create_task(_connect_telegram(parts, stopping), name="telegram"))
        yield
        stopping.set()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


async def _connect_telegram(parts: Parts, stopping: asyncio.Event) -> None:
    """Fetch updates, or tell Telegram where to bring them (it accepts https only), until it knows."""
    telegram, settings = parts.telegram, parts.settings
    if telegram is None or settings.telegram is None:
        return
    if settings.telegram.mode == "polling":
        await telegram.poll(parts.conversation.keep, stopping)
        return
    while settings.public_url.startswith("https://"):
        try:
            await telegram.set_webhook(f"{settings.public_url}{WEBHOOK_PATH}")
        except DeliveryError as error:
            log.warning("Telegram does not take the webhook yet: %s", error)
            await asyncio.sleep(WEBHOOK_PAUSE)
        else:
            return


async def _sweep_for_ever(parts: Parts) -> None:
    """Look for leftovers again and again; nothing that goes wrong here ends it."""
    while True:
        try:
            await parts.conversation.sweep()
            async with parts.database.transaction() as connection:
                unanswered = await jobs.take_unanswered(connection)
            for job, queue in unanswered:
                parts.conversation.ring(queue, job)
        except (SQLAlchemyError, OSError):
            log.warning("the database is away; sweeping goes on when it is back")
        except Exception as error:  # noqa: BLE001 - written down; the next one comes
            log.error("a sweep broke off: %s", write_fault(error))  # noqa: TRY400
        await asyncio.sleep(SWEEP_SECONDS)


class Ringer:
    """Rings without making anyone wait; a ring that fails is rung again by the sweep."""

    def __init__(self, doorbell: Doorbell) -> None:
        self._doorbell = doorbell
        self._ringing: set[asyncio.Task[None]] = set()
        self._thread = ThreadPoolExecutor(1, "ring")  # a slow Valkey must not take the threads of others

    def ring(self, queue: str, job: UUID) -> None:
        """Tell a queue's workers of a job, soon."""
        task = asyncio.create_task(self._ring(queue, job))
        self._ringing.add(task)
        task.add_done_callback(self._ringing.discard)

    async def _ring(self, queue: str, job: UUID) -> None:
        try:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._thread, self._doorbell.ring, queue, job)
        except (RedisError, OSError):
            log.warning("Valkey is away; job %s is rung again later", job)
