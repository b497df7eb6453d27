"""Waiting for an answer that workers have a part in, for pages that cannot ask again by themselves."""

import asyncio
import contextlib

from bot.channels.web import WebChat
from storage.participants import Address

PATIENCE = 3.0
"""Seconds that a page is held back for it: mostly names are found in a tenth of one."""


async def wait_for_answer(chat: WebChat, address: Address) -> None:
    """Wait until the last word is the bot's, or it takes too long."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(PATIENCE), chat.watch(address) as rung:
            while (messages := await chat.read(address)) and messages[-1]["from"] == "teller":
                await rung.wait()
                rung.clear()
