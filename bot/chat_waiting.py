"""Waiting for an answer that workers have a part in, for pages that cannot ask again by themselves."""

import asyncio
import contextlib

from bot.channels.web import WebChat
from bot.chat_view import view_conversation
from storage.participants import Address

PATIENCE = 10.0
"""Seconds that a page is held back: mostly names are found in a tenth of one. After that there is a link."""


async def wait_for_question(chat: WebChat, address: Address, language: str, patience: float) -> None:
    """Wait until something is asked, at most `patience` seconds; the bot's messages come one by one."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(patience), chat.watch(address) as rung:
            while view_conversation(await chat.read(address), language).question is None:
                await rung.wait()
                rung.clear()
