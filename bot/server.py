"""The composition root: every part of the server made once, started in order, and ended in reverse."""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, Coroutine, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from uuid import UUID

from aiohttp import web
from aiohttp.typedefs import Handler
from redis import RedisError
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from bot.aftermath import Aftermath
from bot.attaching import Attaching
from bot.canvas_page import canvas_routes
from bot.canvas_tokens import write_path
from bot.channels.reconciliation import Reconciliation
from bot.channels.web import WebChat
from bot.chat_page import set_up_pages
from bot.clock import read_clock
from bot.conversation import Conversation
from bot.delivery import Delivery
from bot.entry_links import Reach
from bot.entry_page import entry_routes
from bot.gate import Gate
from bot.health import Health
from bot.media_routes import MediaRoutes
from bot.metrics import Meters
from bot.narration import Narration
from bot.pacing import Pacer
from bot.page_rendering import Operator
from bot.picture_routes import picture_routes
from bot.platforms import Platforms, make_platforms, platform_routes
from bot.retention import Retention
from bot.settings import BotSettings
from bot.standing_work import connect_telegram, retain_for_ever, sweep_for_ever
from storage import chat_messages, inbox
from storage.database import Database
from storage.faults import write_fault
from storage.media import MediaStore
from storage.published_flows import list_languages
from storage.signals import Signals
from storage.vault import Vault
from workers.queue import Doorbell, connect_valkey
from workers.speech import find_speech

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Parts:
    """What the server is made of."""

    settings: BotSettings
    database: Database
    vault: Vault
    signals: Signals
    doorbell: Doorbell
    platforms: Platforms
    pacer: Pacer
    meters: Meters
    conversation: Conversation
    media: MediaRoutes


PARTS: web.AppKey[Parts] = web.AppKey("parts", Parts)


def build_application(settings: BotSettings) -> web.Application:
    """The server with all routes; nothing is opened until it starts."""
    parts = _make_parts(settings)
    application = web.Application(client_max_size=1024 * 1024, middlewares=[_answer_outages])
    application[PARTS] = parts
    keep, settle = parts.conversation.keep, parts.conversation.settle
    database, vault, web_chat = parts.database, parts.vault, parts.platforms.web_chat

    async def list_flows() -> Mapping[str, Sequence[str]]:
        async with database.reading() as connection:
            return await list_languages(connection)

    operator = Operator(settings.organisation, settings.privacy_url)
    set_up_pages(application, web_chat, keep, settle, list_flows, settings.public_url, operator)
    application.add_routes(web_chat.routes(keep, settle, list_flows))
    application.add_routes(
        entry_routes(database, _find_reach(settings), operator, telegram=settings.telegram is not None)
    )
    tokens = settings.telegram.tokens if settings.telegram else ()
    application.add_routes(canvas_routes(database, vault, parts.conversation.shelf, keep, tokens))
    application.add_routes(picture_routes())
    application.add_routes(parts.media.routes())
    application.add_routes(Health(database, parts.doorbell, parts.meters).routes())
    application.add_routes(platform_routes(settings, parts.platforms, keep))
    application.cleanup_ctx.append(_run_parts)
    return application


def _find_reach(settings: BotSettings) -> Reach:
    twilio = settings.twilio
    return Reach(
        settings.public_url,
        whatsapp=twilio.whatsapp_sender.removeprefix("whatsapp:") or None if twilio else None,
        sms=twilio.sms_sender or None if twilio else None,
    )


def _make_parts(settings: BotSettings) -> Parts:
    database = Database.connect(settings.storage.database_url)
    vault = Vault(settings.storage.secrets)
    signals = Signals(settings.storage.database_url, (inbox.TOPIC, chat_messages.TOPIC))
    doorbell = Doorbell(connect_valkey(settings.storage.redis_url))
    media = MediaStore(settings.storage.media_folder, vault)
    speech = find_speech(settings.speech)
    web_chat = WebChat(
        database=database, vault=vault, media=media, signals=signals, reads_aloud=speech is not None
    )
    platforms = make_platforms(settings, web_chat, database)
    narration = Narration(database, media, speech, settings.public_url)
    gate = Gate()
    meters = Meters(platforms.spoken, gate)
    pacer = Pacer(settings.storage.redis_url, pace=settings.sending_pace)
    delivery = Delivery(
        database,
        vault,
        platforms.channels,
        Aftermath(database, vault, gate, meters),
        pacer,
        write_canvas=lambda message: write_path(vault, message, read_clock()),
        attach=Attaching(vault, media, narration, read_clock).attach,
    )
    ringer = Ringer(doorbell)
    conversation = Conversation(
        database=database,
        vault=vault,
        channels=platforms.channels,
        delivery=delivery,
        ring=ringer.ring,
        unring=ringer.unring,
        discard=media.delete,
        narration=narration,
    )
    return Parts(
        settings=settings,
        database=database,
        vault=vault,
        signals=signals,
        doorbell=doorbell,
        platforms=platforms,
        pacer=pacer,
        meters=meters,
        conversation=conversation,
        media=MediaRoutes(database, vault, media, narration, read_clock),
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
        stack.push_async_callback(parts.pacer.close)
        await stack.enter_async_context(parts.platforms.open())
        await parts.signals.start()
        stack.push_async_callback(parts.signals.stop)
        stack.push_async_callback(parts.conversation.stop)
        stopping = asyncio.Event()
        running = [asyncio.create_task(work, name=name) for name, work in _list_work(parts, stopping)]
        yield
        stopping.set()
        for task in running:
            task.cancel()
        await asyncio.gather(*running, return_exceptions=True)


def _list_work(parts: Parts, stopping: asyncio.Event) -> Iterator[tuple[str, Coroutine[None, None, None]]]:
    """What goes on beside the requests, as long as the server runs."""
    conversation, telegram, settings = parts.conversation, parts.platforms.telegram, parts.settings
    database, vault = parts.database, parts.vault
    media = MediaStore(settings.storage.media_folder, vault)
    retention = Retention(database, vault, media, settings.storage.retention)
    yield "sweep", sweep_for_ever(conversation, retention)
    yield "retention", retain_for_ever(retention)
    if telegram and settings.telegram:
        yield (
            "telegram",
            connect_telegram(settings.telegram, settings.public_url, database, vault),
        )
        if settings.telegram.mode == "polling":
            yield "polling", telegram.poll(conversation.keep, stopping)
    if parts.platforms.twilio and settings.twilio:
        twilio = parts.platforms.twilio
        catching_up = Reconciliation(database, settings.twilio, twilio, conversation.keep)
        yield "reconciliation", catching_up.run_for_ever(stopping)


class Ringer:
    """Rings without making anyone wait; a ring that fails is rung again by the sweep."""

    def __init__(self, doorbell: Doorbell) -> None:
        self._doorbell = doorbell
        self._ringing: set[asyncio.Task[None]] = set()
        self._thread = ThreadPoolExecutor(1, "ring")  # a slow Valkey must not take the threads of others

    def ring(self, bell: str, job: UUID) -> None:
        """Tell the workers that listen to a bell of a job, soon."""
        self._begin(self._ring(bell, job))

    def unring(self, jobs: Sequence[tuple[str, UUID]]) -> None:
        """Take back the rings for jobs (queue, job) that are erased, soon."""
        for queue in {queue for queue, _ in jobs}:
            self._begin(self._unring(queue, [job for each, job in jobs if each == queue]))

    def _begin(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.create_task(work)
        self._ringing.add(task)
        task.add_done_callback(self._ringing.discard)

    async def _ring(self, bell: str, job: UUID) -> None:
        try:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._thread, self._doorbell.ring, bell, job)
        except (RedisError, OSError):
            log.warning("Valkey is away; job %s is rung again later", job)

    async def _unring(self, queue: str, jobs: Sequence[UUID]) -> None:
        try:
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(self._thread, self._doorbell.unring, queue, jobs)
        except (RedisError, OSError):
            log.warning("Valkey is away; a worker finds nothing behind the rings of erased jobs")
