"""What a platform must know about the bot, looked at point by point; what is wrong there can be put right."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC
from email.utils import parsedate_to_datetime
from typing import Final

import aiohttp

from bot.clock import Clock, read_clock

MOST_SKEW: Final = 60.0
"""Seconds by which our clock may differ from a platform's."""

_ANSWER_SECONDS: Final = 10.0


@dataclass(frozen=True, slots=True)
class Point:
    """One thing to be right at a platform: `says` how it is, `remedy` what an operator does about it.

    `what` is empty for the platform as a whole. `mend` puts it right, where a program can; it raises
    DeliveryError. One that is right and has a remedy is advice.
    """

    what: str
    says: str
    right: bool = True
    remedy: str = ""
    mend: Callable[[], Awaitable[None]] | None = None


async def compare_clocks(platform: str, url: str, clock: Clock = read_clock) -> Point | None:
    """Compare our clock with that of a platform, by the Date of any answer; None when it gives none.

    No token goes along. Signatures, the limit of 24 hours and Telegram's pages all depend on the hour.
    """
    timeout = aiohttp.ClientTimeout(total=_ANSWER_SECONDS)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.get(url, allow_redirects=False) as response,
        ):
            theirs = parsedate_to_datetime(response.headers.get("Date", ""))
    except (aiohttp.ClientError, TimeoutError, OSError, ValueError):
        return None
    skew = (clock() - (theirs if theirs.tzinfo else theirs.replace(tzinfo=UTC))).total_seconds()
    if abs(skew) <= MOST_SKEW:
        return Point("clock", f"as at {platform}")
    way = "ahead of" if skew > 0 else "behind"
    return Point(
        "clock",
        f"this machine is {abs(skew):.0f} seconds {way} {platform}",
        right=False,
        remedy="Let the machine set its clock by NTP.",
    )
