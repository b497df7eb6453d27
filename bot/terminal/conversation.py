"""A conversation with a flow in the terminal: lines in, turns of the engine out, and time that can pass."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from bot.terminal.records import describe_event, list_kept
from bot.terminal.screen import Screen
from bot.terminal.search import search
from bot.terminal.spoken import read_spoken
from flows.durations import read_duration
from flows.engine import begin, resume
from flows.flow import Flow
from flows.inbound import Chose, Content, Pictured, Recorded, Said, TimePassed, TranscriptReady
from flows.phrases import find_command
from flows.session import Session
from flows.timers import find_due
from flows.turn import (
    Deidentify,
    ErasureAsked,
    Event,
    FollowUpDue,
    StoryConfirmed,
    StoryTakenBack,
    Transcribe,
    Turn,
    World,
)
from flows.values import replace

COMMANDS: Final[Mapping[str, str]] = {
    "/voice WORDS-OR-FILE": "send a recording; its text is what you type here, or what a text file holds",
    "/photo": "send a photo",
    "/wait 3 days": "let time pass: minutes, hours, days or weeks",
    "/language en": "go on in another language of the flow",
    "/state": "show where you are and what would be recorded",
    "/help": "show these words",
    "/quit": "end; so does Ctrl-D",
}
"""The words of the terminal client itself, and what they do."""

CODE: Final = "TERMINAL"
"""The story code that is shown here; none is kept."""

_SECONDS_A_WORD: Final = 0.4  # at which people speak


@dataclass(slots=True)
class Conversation:
    """One conversation, of which nothing is stored.

    `find_flow` finds the flow that follows another, by its code. `now` tells the time, to which `later`
    (seconds) is added. `municipality` is that whose names are taken out.
    """

    flow: Flow
    screen: Screen
    find_flow: Callable[[str], Flow | None]
    now: Callable[[], datetime]
    municipality: str | Path
    seed: int = 0
    later: float = 0.0
    events: list[Event] = field(default_factory=list[Event])
    _last: tuple[Event, ...] = ()
    _kept: list[str] = field(default_factory=list[str])
    _recordings: int = 0
    _told: int = 0
    _session: Session | None = None

    def begin(self, language: str | None) -> None:
        """Say what the bot says first."""
        self._take(begin(self.flow, 1, language, self._look_around()))

    def answer(self, line: str) -> bool:
        """Take one typed line; answers whether the conversation goes on."""
        word, _, rest = line.strip().partition(" ")
        name = word.casefold()
        if not name.startswith("/"):
            self._send(Said(line))
            return True
        match name:
            case "/quit" | "/exit":
                return False
            case "/help" | "/?":
                self._help()
            case "/voice":
                self._speak(rest.strip())
            case "/photo":
                self._send(Pictured(f"photo-{len(self.events)}"))
            case "/wait":
                self._wait(rest.strip())
            case "/language":
                self._switch(rest.strip().casefold())
            case "/state":
                self._tell_state()
            case _ if self._session and find_command(self._session.language, line):
                self._send(Said(line))
            case _:
                self.screen.tell(f"There is no {word}. There are: {', '.join(_names())}.")
        return True

    def close(self) -> None:
        """Tell what of this would be kept, unless it was told and nothing came since."""
        if len(self.events) == self._told:
            return
        self._told = len(self.events)
        language = self._session.language if self._session else self.flow.languages[0]
        open_still = self._session is not None and self._session.status == "open"
        self.screen.tell()
        self.screen.head("So far there is, not finished:" if open_still else "What would be kept:")
        kept = list_kept(self.flow, self.events, language)
        for name, words in kept or [("nothing", "it is all deleted")]:
            self.screen.item(name, words)

    def _send(self, content: Content) -> None:
        if self._session is None:
            raise TypeError("a conversation begins before anything is sent")
        self._take(resume(self.flow, self._session, content, self._look_around()))

    def _take(self, turn: Turn) -> None:
        """Show a turn, and bring what the work it asks for would bring."""
        was_open = self._session is None or self._session.status == "open"
        self._session = turn.session
        self.events += turn.events
        if turn.events:
            self._last = turn.events
        self._count_kept(turn.events)
        self.screen.show_all(turn.says)
        if was_open and turn.session.status != "open":
            self.close()
            self.screen.tell()
            self.screen.tell("The conversation is over. Type on to see what comes then, or /quit.")
        for event in turn.events:
            if isinstance(event, FollowUpDue):
                self._follow(event.flow)
        for work in turn.work:
            if isinstance(work, Deidentify):
                self._send(search(self.municipality, turn.session.language, self.events, work))

    def _count_kept(self, events: Sequence[Event]) -> None:
        for event in events:
            match event:
                case StoryConfirmed(code=code):
                    self._kept.insert(0, code)
                case StoryTakenBack(code=code):
                    self._kept.remove(code)
                case ErasureAsked():
                    self._kept.clear()
                case _:
                    pass

    def _speak(self, named: str) -> None:
        if not named:
            self.screen.tell("Type what the recording says, or name a text file: /voice It went well.")
            return
        text = read_spoken(named, self.screen.tell)
        if text is None:
            return
        self._recordings += 1
        recording = f"recording-{self._recordings}"
        seconds = round(len(text.split()) * _SECONDS_A_WORD, 1)
        if self._session is None:
            raise TypeError("a conversation begins before anything is said")
        turn = resume(self.flow, self._session, Recorded(recording, seconds), self._look_around())
        self._take(turn)
        if any(isinstance(work, Transcribe) for work in turn.work):
            self.screen.tell(f"(The worker has written the recording out: {len(text.split())} words.)")
            self._send(TranscriptReady(recording, text))

    def _wait(self, written: str) -> None:
        try:
            patience = read_duration(written)
        except (ValueError, OverflowError):
            self.screen.tell("Say how long: /wait 10 minutes, /wait 5 hours, /wait 3 days, /wait 2 weeks.")
            return
        until = self.later + patience.total_seconds()
        happened = False
        while self._session is not None:
            due = find_due(self.flow, self._session)
            ahead = (due - self._read_clock()).total_seconds() if due else None
            if due is None or ahead is None or self.later + ahead > until:
                break
            self.later += max(0.0, ahead)
            happened = True
            before = self._session
            self.screen.tell(f"({due:%a %d %b, %H:%M})")
            self._send(TimePassed(due))
            if self._session == before:
                break
        self.later = max(self.later, until)
        if not happened:
            self.screen.tell(f"{written} later. Nothing happened.")

    def _switch(self, language: str) -> None:
        if self._session is None or language not in self.flow.languages:
            self.screen.tell(f"This flow speaks {', '.join(self.flow.languages)}.")
            return
        self._session = replace(self._session, menu="language")
        self._send(Chose((language,), ":language"))

    def _tell_state(self) -> None:
        session = self._session
        if session is None:
            return
        place = self.flow.walk[session.at].step.name if session.at >= 0 else "the beginning"
        paused = ", paused" if session.paused else ""
        self.screen.item("at", f"{place}, {session.language}, {session.status}{paused}")
        if due := find_due(self.flow, session):
            self.screen.item("waits until", f"{due:%a %d %b, %H:%M}")
        for name, words in list_kept(self.flow, self.events, session.language) or [("recorded", "nothing")]:
            self.screen.item(name, words)
        if self._last:
            self.screen.tell()
            self.screen.tell("Recorded last:")
            for event in self._last:
                self.screen.item(*describe_event(self.flow, event, session.language))

    def _follow(self, code: str) -> None:
        """Begin the flow that follows, with the same person; it may lie elsewhere."""
        found = self.find_flow(code)
        if found is None:
            self.screen.tell(f"Now {code} would begin; there is no such flow here.")
            return
        language = self._session.language if self._session else None
        self.flow, self._session, self.events, self._last = found, None, [], ()
        self._told = 0
        self.screen.tell(f"({code} begins.)")
        self.begin(language)

    def _help(self) -> None:
        for name, words in COMMANDS.items():
            self.screen.item(name, words)
        self.screen.tell("Everything else is what a teller types: an answer, or a word such as help or stop.")

    def _read_clock(self) -> datetime:
        now = self.now()
        return datetime.fromtimestamp(now.timestamp() + self.later, now.tzinfo)

    def _look_around(self) -> World:
        told = len(self._kept) + 1
        code = CODE if told == 1 else f"{CODE}-{told}"
        return World(self._read_clock(), told, code, self.seed, tuple(self._kept))


def _names() -> list[str]:
    return [name.partition(" ")[0] for name in COMMANDS]
