"""Where a server can be made to die: between any two steps of a message's way, by SIGKILL from within."""

import inspect
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from pathlib import Path
from typing import Any, Final, Literal

from bot import conversation
from bot.aftermath import Aftermath
from bot.channels.reconciliation import Reconciliation
from bot.channels.sms import Sms
from bot.channels.telegram import Telegram
from bot.channels.web import WebChat
from bot.channels.whatsapp import WhatsApp
from bot.conversation import Conversation
from bot.delivery import Delivery
from storage import inbox, outbox, sends
from workers.queue import Doorbell


@dataclass(frozen=True, slots=True)
class Seam:
    """Just before or just after a function of ours, wherever it is called.

    `share` is how often it is passed, next to others: a server is made to die there after as many fewer.
    """

    when: Literal["before", "after"]
    owners: tuple[object, ...]
    name: str
    share: float = 1.0


_CHANNELS: Final = (Telegram, WhatsApp, Sms, WebChat)

SEAMS: Final = {
    "1 verified, not kept": Seam("before", (Conversation,), "keep"),
    "2 kept, not committed": Seam("after", (inbox,), "keep_update"),
    "2 kept, not answered": Seam("after", (Conversation,), "_insert"),
    "2 missed at Twilio, not kept": Seam("before", (Reconciliation,), "_add_files", 0.01),
    "3 found, not parsed": Seam("before", (conversation,), "take_turn"),
    "4 said, not recorded": Seam("after", (outbox,), "add_messages"),
    "5 recorded, not done": Seam("after", (conversation,), "take_turn"),
    "5 done, not committed": Seam("after", (inbox,), "mark_done"),
    "5 committed, not followed up": Seam("after", (Conversation,), "_advance"),
    "6 claimed, not sent": Seam("after", (Delivery,), "_claim", 0.1),
    "6 begun, not sent": Seam("before", _CHANNELS, "send"),
    "6 sent, not noted": Seam("after", _CHANNELS, "send"),
    "6 doubted, not looked up": Seam("before", (WhatsApp, Sms), "find_sent", 0.03),
    "6 noted, not committed": Seam("after", (sends,), "note_part"),
    "6 noted and committed": Seam("after", (Aftermath,), "note_part"),
    "6 failed, not noted": Seam("before", (Aftermath,), "note_failure", 0.05),
    "7 about to ring": Seam("before", (Doorbell,), "ring", 0.03),
    "7 rung": Seam("after", (Doorbell,), "ring", 0.03),
}
"""By the step of a message's way that was the last one taken, or was being taken."""


def arm(name: str, passages: int, log: Path) -> None:
    """Let this process die when it passes a seam for the so-manieth time; the seam is written to `log`."""
    seam = SEAMS[name]
    left = passages

    def pass_by() -> None:
        nonlocal left
        left -= 1
        if left > 0:
            return
        with log.open("a", encoding="utf-8") as file:
            file.write(f"{name}\n")
        os.kill(os.getpid(), signal.SIGKILL)

    for owner in seam.owners:
        setattr(owner, seam.name, _wrap(getattr(owner, seam.name), seam.when, pass_by))


def _wrap(
    function: Callable[..., Any], when: Literal["before", "after"], pass_by: Callable[[], None]
) -> Callable[..., Any]:
    @wraps(function)
    async def wait(*args: Any, **kwargs: Any) -> Any:
        if when == "before":
            pass_by()
        result = await function(*args, **kwargs)
        if when == "after":
            pass_by()
        return result

    @wraps(function)
    def call(*args: Any, **kwargs: Any) -> Any:
        if when == "before":
            pass_by()
        result = function(*args, **kwargs)
        if when == "after":
            pass_by()
        return result

    return wait if inspect.iscoroutinefunction(function) else call
