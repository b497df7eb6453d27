"""A teller who goes through any flow: reads what the platform shows and does what the plan says there."""

import re
import time
from abc import ABC, abstractmethod
from asyncio import sleep
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from bot.channels.channel import write_tap
from flows.phrases import LANGUAGES, phrase
from walks.guide import Guide, flatten
from walks.moves import Move, Plan, Point, Say, Show, Speak, Tap, Touch
from walks.shown import Shown, Tappable
from walks.town import Town

PATIENCE: Final = 240.0
"""Seconds without any news after which a teller gives up; only a broken bot lets one wait so long."""

_LOOK: Final = 0.1
_MORE: Final = "more"
_RULES: Final = ("answer_by_number", "answer_by_numbers")
_NUMBERED: Final = re.compile(r"^\u200f?(\d+)\. (.+)$", re.MULTILINE)


class Walker(ABC):
    """Somebody on a channel. `seen` is all they read; `did` counts taps, numbers, pictures and so on."""

    channel: str

    def __init__(self, town: Town, guide: Guide) -> None:
        self.town = town
        self.guide = guide
        self.seen: list[Shown] = []
        self.did: Counter[str] = Counter()
        self._mark = 0
        self._step = ""
        self._made: Counter[str] = Counter()

    # What each channel has its own way for.

    @abstractmethod
    async def start(self) -> None:
        """Begin the flow, as people do here."""

    @abstractmethod
    async def look(self) -> Sequence[Shown]:
        """All messages there are that were not looked at before."""

    @abstractmethod
    async def tap(self, message: Shown, what: Tappable) -> None:
        """Tap something under a message."""

    @abstractmethod
    async def type(self, words: str) -> None:
        """Send a text."""

    @abstractmethod
    async def speak(self, sound: bytes) -> None:
        """Send a voice note."""

    @abstractmethod
    async def show(self, photo: bytes) -> None:
        """Send a photo."""

    @abstractmethod
    async def touch(self, step: str, points: Sequence[Point | None]) -> bool:
        """Answer in a drawing; False as long as there is none."""

    # The walk.

    async def walk(self, plan: Plan, *, until: str = "") -> str:
        """Do all that is planned; answers the last words, or what asked the question `until`.

        Called again, it goes on with what was not done yet.
        """
        if not self.seen:
            await self.start()
        since = time.monotonic()
        while True:
            if await self._read():
                since = time.monotonic()
            words = flatten(" ".join(shown.words for shown in self.fresh))
            if self.guide.last in words:
                return words
            step = self.guide.find_step(words)
            if step is not None and await self._act(step or self._step, plan, until):
                if self._step == until:
                    return words
                since = time.monotonic()
            elif time.monotonic() - since > PATIENCE:
                raise AssertionError(self._tell("nothing came that could be answered"))
            await sleep(_LOOK)

    async def wait_for(self, words: str) -> None:
        """Wait until the bot says something, among what was not answered yet."""
        since = time.monotonic()
        while flatten(words) not in flatten(" ".join(shown.words for shown in self.fresh)):
            if time.monotonic() - since > PATIENCE:
                raise AssertionError(self._tell(f"never read {words!r}"))
            await sleep(_LOOK)
            await self._read()

    @property
    def fresh(self) -> Sequence[Shown]:
        """What came since the last thing that was done."""
        return self.seen[self._mark :]

    def find_tap(self, step: str, code: str) -> tuple[Shown, Tappable] | None:
        """The first button ever seen for an answer, however old."""
        return next(_find_taps(self.seen, write_tap(step, code)), None)

    async def answer(self, move: Move) -> None:
        """Make a move that is not in the plan, at the question that is open."""
        since = time.monotonic()
        while True:
            mark = len(self.seen)
            if await self._make(self._step, [move]):
                self._mark = mark
                return
            if time.monotonic() - since > PATIENCE:
                raise AssertionError(self._tell(f"{move} cannot be done"))
            await sleep(_LOOK)
            await self._read()

    async def tap_old(self, step: str, code: str) -> None:
        """Tap a button of a message far up in the chat."""
        found = self.find_tap(step, code)
        assert found is not None
        self._mark = len(self.seen)
        await self.tap(*found)

    async def _read(self) -> bool:
        new = await self.look()
        for shown in new:
            self.seen.append(shown)
            self.did["pictures"] += bool(shown.picture)
            trouble = next((each for each in self.guide.troubles if each in flatten(shown.words)), None)
            if trouble and self._step:
                self.did["troubles"] += 1
        return bool(new)

    async def _act(self, step: str, plan: Plan, until: str) -> bool:
        """Make the next move at a question; False when there is nothing (yet) to do."""
        self._step = step
        if step == until:
            return True
        assert step in plan, self._tell(f"no plan for the question {step!r}")
        moves = plan[step][self._made[step] :]
        if not moves:  # asked once more while an answer was under way
            return False
        mark = len(self.seen)
        made = await self._make(step, moves)
        if made is None:
            return False
        self._mark = mark
        self._made[step] += made
        return True

    async def _make(self, step: str, moves: Sequence[Move]) -> int | None:
        """Make one move, or more at once; answers how many, None when it cannot be done yet."""
        match moves[0]:
            case Tap(code):
                return await self._choose(step, code)
            case Say(words):
                await self.type(words)
            case Speak(sound):
                await self.speak(sound)
            case Show(photo):
                await self.show(photo)
            case Touch(points):
                return 1 if await self.touch(step, points) else None
        return 1

    async def _choose(self, step: str, code: str) -> int | None:
        """Tap what can be tapped; type the number of what is numbered, or what else is asked for."""
        label = self.guide.find_label(step, code)
        for wanted, said, count in ((code, label, 1), (_MORE, self.guide.find_label(step, _MORE), 0)):
            found = next(_find_taps(tuple(reversed(self.fresh)), write_tap(step, wanted)), None)
            if found is not None:
                assert self._says(*found, said), self._tell(f"{found[1]} does not say {said!r}")
                self.did["taps"] += 1
                await self.tap(*found)
                return count
            number = self._find_number(said)
            if number is not None:
                self.did["numbers"] += 1
                await self.type(number)
                return count
        words = self._find_words(code, label)
        if words is None:
            return None
        self.did["words"] += 1
        await self.type(words)
        return 1

    def _says(self, message: Shown, what: Tappable, label: str) -> bool:
        """Whether somebody can see that a button is the answer of this name."""
        own = flatten(what.whole or what.label).partition(". ")
        if flatten(label) in (flatten(what.whole or what.label), own[2] if own[0].isdigit() else ""):
            return True
        read = " ".join(each.words for each in self.fresh)
        explained = {f"{number}. {flatten(words)}" for number, words in _NUMBERED.findall(read)}
        pictured = bool(message.picture or any(each.picture for each in self.fresh))
        return f"{what.label}. {flatten(label)}" in explained or (pictured and what.label.isdigit())

    def _find_number(self, label: str) -> str | None:
        """What to type for an answer of a numbered list, once all of the list is there."""
        read = "\n".join(shown.words for shown in self.fresh)
        # Before a language was chosen the bot uses one that the teller may not.
        rules = (flatten(phrase(language, key)) for language in LANGUAGES for key in _RULES)
        if not any(rule in flatten(read) for rule in rules):
            return None
        rows = [(flatten(words), number) for number, words in _NUMBERED.findall(read)]
        return next((number for words, number in reversed(rows) if words == flatten(label)), None)

    def _find_words(self, code: str, label: str) -> str | None:
        """What to type where nothing is numbered: a step of a scale, or a word that is named."""
        read = flatten(" ".join(shown.words for shown in self.fresh))
        scale = flatten(phrase(self.guide.language, "answer_by_scale").partition("{")[0])
        named = flatten(phrase(self.guide.language, "or_type").partition("{")[0])
        if code.isdigit() and scale in read:
            return code
        return label if named in read and flatten(label) in read.rpartition(named)[2] else None

    def _tell(self, problem: str) -> str:
        last = "\n---\n".join(
            f"{shown.words}\n{[tap.label for tap in shown.taps]}" for shown in self.seen[-8:]
        )
        return f"{self.channel}, {self.guide.code} at {self._step!r}: {problem}\n{last}"


def _find_taps(messages: Sequence[Shown], data: str) -> Iterator[tuple[Shown, Tappable]]:
    return ((message, tap) for message in messages for tap in message.taps if tap.data == data)
