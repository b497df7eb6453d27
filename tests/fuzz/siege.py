"""The whole server under fire: real HTTP, database and queue, and afterwards everybody is still answered."""

import asyncio
import contextlib
import logging
import time
import warnings
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Final

from aiohttp import BadContentDispositionHeader, BadContentDispositionParam, web

from bot.commands.flows import publish_all
from bot.server import build_application
from bot.settings import BotSettings, read_bot_settings
from chaos.plans import SOURCE, read_storm
from flows.file import read_catalogue, read_flow
from flows.flow import Flow
from fuzz.aftermath import Aftermath
from fuzz.aiming import PUBLIC_URL, WEBHOOK_SECRET, Aim
from fuzz.corpus import BOT_TOKEN, SMS_FROM, TWILIO_TOKEN, WHATSAPP_FROM, Corpus, Person, make_person
from fuzz.findings import Findings, LogWatch
from fuzz.pipe import Pipe, Reply, Shot
from fuzz.platforms import ACCOUNT, AcceptingPlatforms
from fuzz.web_readers import find_tokens, note_messages

SECRET: Final = "a-secret-for-tests-only-and-long-enough"
_TOUCH: Final = Path(__file__).parent / "touch.yaml"
_KINDS: Final = Path(__file__).parents[1] / "fixtures" / "flows" / "alle-soorten.yaml"
_PAGE: Final = 4096
_PACE: Final = "1000000"


@dataclass(frozen=True, slots=True)
class Plan:
    """How many requests, from how many people, how many at once; the same seed begins the same way."""

    requests: int
    seed: int = 1
    people: int = 200
    at_once: int = 12


class Siege:
    """One run against one server in this process."""

    def __init__(self, plan: Plan, database_url: str, redis_url: str, folder: Path) -> None:
        self.plan = plan
        self.findings = Findings(folder)
        self.platforms = AcceptingPlatforms()
        self.watch = LogWatch(self.findings)
        self.random = Random(plan.seed)
        self.corpus = Corpus(self.random, self.platforms.find)
        self.aim = Aim(self.random, self.corpus)
        self.people: list[Person] = []
        self._database_url = database_url
        self._redis_url = redis_url
        self._folder = folder
        self._left = plan.requests

    async def hold(self, tell: Callable[[str], None] = lambda _line: None) -> Findings:
        """Fire all requests, let it come to rest, ask everybody for an answer, and judge."""
        await publish_all(self._database_url, read_flows())
        began = time.monotonic()
        async with self._server() as port:
            await self._gather_people(port)
            telling = asyncio.create_task(self._tell(tell, began))
            try:
                await asyncio.gather(*(self._fire(port) for _ in range(self.plan.at_once)))
            finally:
                telling.cancel()
            seconds = time.monotonic() - began
            fired = self.findings.done
            self.findings.figures.append(
                f"{fired:,} requests in {seconds:,.0f} s: {fired / seconds:,.0f} a second; "
                f"RSS {read_rss():,.0f} MB"
            )
            after = Aftermath(self.findings, self.platforms, self._database_url, SECRET)
            await after.ask_everybody(port, [each.chat for each in self.people if each.channel == "web"])
        self.findings.figures.append(f"RSS at the end: {read_rss():,.0f} MB")
        self.findings.figures += [f"{number:9,} {line}" for line, number in sorted(self.watch.said.items())]
        for what, number in self.platforms.wrong.items():
            self.findings.blame(f"sent: {what} ({number}×)")
        return self.findings

    @asynccontextmanager
    async def _server(self) -> AsyncGenerator[int]:
        """The server with its platforms; answers its port."""
        await self.platforms.start()
        logger = logging.getLogger()
        logger.addHandler(self.watch)
        runner = web.AppRunner(build_application(self._write_settings()), access_log=None)
        try:
            await runner.setup()
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            with warnings.catch_warnings():  # aiohttp warns of parts of uploads that are none
                warnings.simplefilter("ignore", BadContentDispositionHeader)
                warnings.simplefilter("ignore", BadContentDispositionParam)
                yield runner.addresses[0][1]
        finally:
            await runner.cleanup()
            logger.removeHandler(self.watch)
            await self.platforms.stop()

    def _write_settings(self) -> BotSettings:
        return read_bot_settings(
            {
                "DATABASE_URL": self._database_url,
                "REDIS_URL": self._redis_url,
                "VERTELBOT_SECRET_KEY": SECRET,
                "VERTELBOT_HOME": str(self._folder / "home"),
                "VERTELBOT_PUBLIC_URL": PUBLIC_URL,
                "VERTELBOT_SENDING_PACE": _PACE,
                "TELEGRAM_BOT_TOKEN": BOT_TOKEN,
                "TELEGRAM_WEBHOOK_SECRET": WEBHOOK_SECRET,
                "TELEGRAM_API_URL": self.platforms.url,
                "TWILIO_ACCOUNT_SID": ACCOUNT,
                "TWILIO_AUTH_TOKEN": TWILIO_TOKEN,
                "TWILIO_WHATSAPP_FROM": WHATSAPP_FROM,
                "TWILIO_SMS_FROM": SMS_FROM,
                "TWILIO_API_URL": self.platforms.url,
            }
        )

    async def _gather_people(self, port: int) -> None:
        """People of all channels; those of the web chat begin with a conversation."""
        pipe = Pipe(port)
        for number in range(self.plan.people):
            match number % 5:
                case 0 | 1:
                    self.people.append(make_person(number, "telegram"))
                case 2:
                    self.people.append(make_person(number, "whatsapp"))
                case 3:
                    self.people.append(make_person(number, "sms"))
                case _:
                    await self._shoot(pipe, self.aim.aim_start(broken=False))
        await pipe.close()

    async def _fire(self, port: int) -> None:
        pipe = Pipe(port)
        while self._left > 0:
            self._left -= 1
            await self._shoot(pipe, self.aim.aim(self.random.choice(self.people)))
        await pipe.close()

    async def _shoot(self, pipe: Pipe, shot: Shot) -> None:
        began = time.monotonic()
        reply: Reply | None = None
        try:
            reply = await pipe.fire(shot)
        except TimeoutError:
            await pipe.close()
        self.findings.judge(shot, reply, time.monotonic() - began)
        if reply is None:
            return
        for token in find_tokens(reply):
            self.people.append(Person("web", token))
        if shot.door == "web read":
            note_messages(self.platforms, shot, reply)

    async def _tell(self, tell: Callable[[str], None], began: float) -> None:
        with contextlib.suppress(asyncio.CancelledError):
            while True:
                await asyncio.sleep(30)
                seconds, done = time.monotonic() - began, self.findings.done
                tell(
                    f"{seconds:6.0f} s  {done:9,} requests  {done / seconds:5.0f} a second  "
                    f"RSS {read_rss():,.0f} MB  {sum(self.findings.wrong.values())} wrong"
                )


def read_rss() -> float:
    """The memory of this process in MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * _PAGE / 1e6


def read_flows() -> Sequence[tuple[Flow, str]]:
    """The flows of a run: every kind of question, and the catalogue."""
    catalogue = [(read_flow(source, name), source) for name, source in read_catalogue().items()]
    own = [
        (read_flow(source, path.name), source)
        for path in (_TOUCH, _KINDS)
        for source in (path.read_text(encoding="utf-8"),)
    ]
    return [*own, (read_storm(), SOURCE), *catalogue]
