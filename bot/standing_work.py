"""What a server does beside the requests: looks for leftovers, tidies up, tells Telegram where it is."""

import asyncio
import logging
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from bot.channels.delivery_errors import DeliveryError
from bot.channels.telegram_connecting import TelegramConnecting
from bot.channels.telegram_settings import TelegramSettings
from bot.conversation import SWEEP_SECONDS, Conversation
from bot.retention import Retention
from storage import inbox, jobs, sends
from storage.database import Database
from storage.faults import write_fault
from storage.vault import Vault
from workers.queue import choose_bell

log = logging.getLogger(__name__)

WEBHOOK_PAUSE: Final = 60.0
"""Seconds between two tries to put right what is wrong at Telegram."""

TIDY_SECONDS: Final = 3600.0
"""How often what has had its time is thrown away."""

RETENTION_SECONDS: Final = 24 * TIDY_SECONDS
"""How often what was kept for long enough is erased."""

TROUBLE_SECONDS: Final = 60.0
"""How soon that is tried again after it broke off."""


async def sweep_for_ever(conversation: Conversation, retention: Retention) -> None:
    """Look for leftovers again and again; nothing that goes wrong here ends it."""
    database = conversation.database
    tidied = -TIDY_SECONDS
    while True:
        try:
            await conversation.sweep()
            await retention.end_farewells()
            async with database.transaction() as connection:
                unanswered = await jobs.take_unanswered(connection)
            for job, queue, urgent in unanswered:
                conversation.ring(choose_bell(queue, urgent=urgent), job)
            now = asyncio.get_running_loop().time()
            if now - tidied >= TIDY_SECONDS:
                await tidy(database)
                tidied = now
        except (SQLAlchemyError, OSError):
            log.warning("the database is away; sweeping goes on when it is back")
        except Exception as error:  # noqa: BLE001 - written down; the next one comes
            log.error("a sweep broke off: %s", write_fault(error))  # noqa: TRY400
        await asyncio.sleep(SWEEP_SECONDS)


async def retain_for_ever(retention: Retention) -> None:
    """Erase what is kept no longer: at start and once a day, files that nothing points at every hour."""
    due = 0.0
    while True:
        pause = TIDY_SECONDS
        try:
            if due <= 0:
                await retention.apply()
                due = RETENTION_SECONDS
            await retention.sweep_files()
        except (SQLAlchemyError, OSError):
            log.warning("what is kept no longer could not be erased; that is tried again in a minute")
            pause = TROUBLE_SECONDS
        except Exception as error:  # noqa: BLE001 - written down; it is tried again
            log.error("erasing what is kept no longer broke off: %s", write_fault(error))  # noqa: TRY400
        await asyncio.sleep(pause)
        due -= pause


async def tidy(database: Database) -> None:
    """Throw away keys of updates that no platform brings again, and texts for which no report will come."""
    async with database.transaction() as connection:
        await inbox.forget_keys(connection)
        await sends.forget_texts(connection)


async def connect_telegram(settings: TelegramSettings, site: str, database: Database, vault: Vault) -> None:
    """Put right what is wrong at Telegram, as `vertelbot channels connect` does, as soon as it answers."""
    while True:
        try:
            async with TelegramConnecting(settings, site, database, vault) as connecting:
                first, *points = await connecting.examine()
                for point in points if first.right else ():
                    if not point.right and point.mend:
                        await point.mend()
            if first.right:
                return
            log.warning("Telegram %s", first.says)
        except DeliveryError as error:
            log.warning("Telegram could not be told all: %s", error)
        except (SQLAlchemyError, OSError):
            log.warning("the database is away; Telegram is told later")
        await asyncio.sleep(WEBHOOK_PAUSE)
