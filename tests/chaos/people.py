"""A teller in a storm: reads what comes and answers what is asked, once."""

import asyncio
import time
from abc import ABC, abstractmethod
from collections import Counter
from dataclasses import dataclass
from random import Random
from typing import Final

from bot.channels.sms_segments import simplify
from chaos.plans import Move, Plan
from photographs import take_photo

REPEAT: Final = "herhaal"
"""What a teller types who hears nothing: whatever is asked is asked once more, and nothing is answered."""

PHOTO: Final = take_photo(64, 48)
LOOK_AGAIN: Final = 1.0
"""Seconds after which somebody who waits looks again."""


@dataclass(slots=True)
class Life:
    """How a teller's conversation went."""

    said: int = 0
    asked_again: int = 0
    """How often nothing came for so long that the teller asked for the question again."""
    begun_again: int = 0
    begun: float = 0.0
    ended: float = 0.0
    at: int = 0
    """The move that is to be made next."""


class Person(ABC):
    """Somebody who carries out a plan; `patience` is how many seconds without a word they bear."""

    channel: str

    def __init__(self, plan: Plan, random: Random, *, patience: float) -> None:
        self.plan = plan
        self.life = Life()
        self._random = random
        self._patience = patience
        self._read: Counter[str] = Counter()
        self._texts: list[str] = []
        self._news = asyncio.Event()

    @property
    @abstractmethod
    def address(self) -> str:
        """The address as the channel knows it."""

    async def tell(self) -> None:
        """The whole conversation, up to the last word of the bot."""
        self.life.begun = time.monotonic()
        await self.start()
        moves = self.plan.moves
        for place, move in enumerate(moves):
            self.life.at = place
            if not (self.hasty and move.telling and move is not self._find_first_telling()):
                await self._wait_for(move.sign, move.times)
            await self.make(move)
            self.life.said += 1
        self.life.at = len(moves)
        await self._wait_for(self.plan.last, 1)
        self.life.ended = time.monotonic()

    @property
    def hasty(self) -> bool:
        """Whether the story and that it is all are sent in one go: where the platform keeps their order."""
        return False

    @abstractmethod
    async def start(self) -> None:
        """Open the conversation."""

    @abstractmethod
    async def make(self, move: Move) -> None:
        """Do what the plan says."""

    @abstractmethod
    async def ask_again(self) -> None:
        """Ask for the question once more."""

    def take(self, text: str) -> None:
        """Read a message."""
        self._texts.append(simplify(text))
        self._news.set()

    async def look(self) -> None:
        """Wait until something is new, for a moment."""
        self._news.clear()
        try:
            async with asyncio.timeout(LOOK_AGAIN):
                await self._news.wait()
        except TimeoutError:
            return

    def _find_first_telling(self) -> Move:
        return next(move for move in self.plan.moves if move.telling)

    async def _wait_for(self, sign: str, times: int) -> None:
        """Wait until the bot said something so many times; ask again after a long silence."""
        plain, since, read = simplify(sign), time.monotonic(), 0
        while sum(plain in text for text in self._texts) < times:
            await self.look()
            if len(self._texts) > read:
                read, since = len(self._texts), time.monotonic()
            elif time.monotonic() - since > self._patience:
                self.life.asked_again += 1
                await self.ask_again()
                since = time.monotonic()
