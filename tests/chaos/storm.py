"""A storm: many conversations at once, two servers that keep dying, platforms and a network that fail."""

import asyncio
import contextlib
import math
import time
from collections import Counter
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from random import Random
from typing import Final

import aiohttp

from channels import telegram_delivery, telegram_faults, twilio_delivery, twilio_faults
from channels.scaled_clock import ScaledClock
from channels.telegram_faults import Fault
from chaos.forecast import Forecast
from chaos.people import Person
from chaos.phone_people import SmsPerson, TelegramPerson, WhatsAppPerson
from chaos.plans import make_plan, read_storm
from chaos.platforms import Everywhere, StormyTelegram, StormyTwilio, TelegramPost, TwilioPost
from chaos.servers import Servers
from chaos.web_person import WebPerson
from running_bot import find_free_port, wipe_valkey
from storage_probe import read_as_owner

SECRET: Final = "a-secret-for-tests-only-and-long-enough"
PUBLIC_URL: Final = "https://vertelpunt.example"
SPEED: Final = 4.0
"""How many times faster than ours the platforms' clock runs: for their new tries and time-outs."""

SERVERS: Final = 2

_WEBHOOK_SECRET: Final = "webhook-secret"
_ACCOUNT: Final = "AC" + "5" * 32
_AUTH: Final = "token-of-tests"
_OVERRIDES: Final = "#rc=3&rp=5xx,ct,rt&rt=4000&tt=15000"
_DROP: Final = (
    "select count(pg_terminate_backend(pid)) from pg_stat_activity"
    " where datname = current_database() and pid <> pg_backend_pid()"
)


class Storm:
    """One run; everything in it can be looked at afterwards."""

    def __init__(self, forecast: Forecast, database_url: str, redis_url: str, folder: Path) -> None:
        self.forecast = forecast
        self.database_url = database_url
        self.redis_url = redis_url
        self.random = Random(forecast.seed)
        clock = ScaledClock(SPEED, seed=forecast.seed)
        self.telegram = StormyTelegram(clock=clock, garbage=forecast.garbage)
        self.twilio = StormyTwilio(_ACCOUNT, _AUTH, clock=clock)
        self.people: list[Person] = []
        self.stuck: list[tuple[Person, str]] = []
        self.shocks: Counter[str] = Counter()
        self.seconds = 0.0
        self.folder = folder
        self.servers: Servers
        self.telegram_post: TelegramPost
        self.twilio_post: TwilioPost

    async def rage(self, tell: Callable[[str], None] = lambda _line: None) -> None:
        """Let all conversations be held to their end, and then everything come to rest.

        `tell` is given a line of progress now and then.
        """
        began = time.monotonic()
        async with self._set_up():
            self.servers.raging = True
            work = [asyncio.create_task(act()) for act in (self._strike, self._shock)]
            watch = asyncio.create_task(self._watch(tell))
            await self._hold_conversations()
            self.servers.raging = False
            for task in (*work, watch):
                task.cancel()
            for end in await asyncio.gather(*work, watch, return_exceptions=True):
                if isinstance(end, Exception):
                    raise end
            self._calm()
            await self._come_to_rest()
        self.seconds = time.monotonic() - began

    @asynccontextmanager
    async def _set_up(self) -> AsyncGenerator[None]:
        forecast = self.forecast
        async with contextlib.AsyncExitStack() as stack:
            for fake in (self.telegram, self.twilio):
                await fake.start()
                stack.push_async_callback(fake.stop)
            self.telegram.chances, self.twilio.chances = forecast.telegram, forecast.twilio
            doors = [(await self.telegram.doors.add(), await self.twilio.doors.add()) for _ in range(SERVERS)]
            hosts = ",".join([self.twilio.url, *(twilio for _, twilio in doors)])
            environs = [self._write_environ(*urls, hosts) for urls in doors]
            everywhere = Everywhere([f"http://127.0.0.1:{each['VERTELBOT_PORT']}" for each in environs])
            self.servers = await stack.enter_async_context(
                Servers(environs, self.folder, self.random, passages=forecast.passages)
            )
            self.telegram_post = await stack.enter_async_context(
                TelegramPost(
                    self.telegram,
                    url="http://of.no.account/",
                    secret=_WEBHOOK_SECRET,
                    mischief=forecast.updates,
                    everywhere=everywhere,
                )
            )
            self.twilio_post = await stack.enter_async_context(
                TwilioPost(
                    self.twilio,
                    webhook=f"{PUBLIC_URL}/webhooks/twilio{_OVERRIDES}",
                    mischief=forecast.forms,
                    everywhere=everywhere,
                    origin=PUBLIC_URL,
                )
            )
            timeout = aiohttp.ClientTimeout(total=15)
            connector = aiohttp.TCPConnector(limit=0, force_close=True)
            http = await stack.enter_async_context(
                aiohttp.ClientSession(timeout=timeout, connector=connector)
            )
            self._invite(http, everywhere)
            await self.servers.wait_until_ready(http)
            yield

    def _write_environ(self, telegram_url: str, twilio_url: str, media_hosts: str) -> dict[str, str]:
        return {
            "DATABASE_URL": self.database_url,
            "REDIS_URL": self.redis_url,
            "VERTELBOT_SECRET_KEY": SECRET,
            "VERTELBOT_HOME": str(self.folder / "home"),
            "VERTELBOT_PORT": str(find_free_port()),
            "VERTELBOT_PUBLIC_URL": PUBLIC_URL,
            "VERTELBOT_SENDING_PACE": "1000",
            "TELEGRAM_BOT_TOKEN": self.telegram.token,
            "TELEGRAM_WEBHOOK_SECRET": _WEBHOOK_SECRET,
            "TELEGRAM_API_URL": telegram_url,
            "TWILIO_ACCOUNT_SID": _ACCOUNT,
            "TWILIO_AUTH_TOKEN": _AUTH,
            "TWILIO_WHATSAPP_FROM": self.twilio.whatsapp_from.removeprefix("whatsapp:"),
            "TWILIO_SMS_FROM": self.twilio.sms_from,
            "TWILIO_API_URL": twilio_url,
            "TWILIO_MEDIA_HOSTS": media_hosts,
        }

    def _invite(self, http: aiohttp.ClientSession, everywhere: Everywhere) -> None:
        """As many on each channel, each with a chance of their own."""
        flow, patience = read_storm(), self.forecast.patience
        for number in range(self.forecast.conversations):
            random = Random(f"{self.forecast.seed} {number}")
            plan = make_plan(flow, number, random, photos=number % 4 != 2)
            match number % 4:
                case 0:
                    at = self.telegram, self.telegram_post, 700_000_000 + number
                    person = TelegramPerson(plan, random, *at, patience=patience)
                case 1:
                    by = self.twilio, self.twilio_post, f"whatsapp:+31610{number:06}"
                    person = WhatsAppPerson(plan, random, *by, patience=patience)
                case 2:
                    by = self.twilio, self.twilio_post, f"+31620{number:06}"
                    person = SmsPerson(plan, random, *by, patience=patience)
                case _:
                    person = WebPerson(plan, random, http, everywhere, patience=patience)
            self.people.append(person)

    async def _hold_conversations(self) -> None:
        room = asyncio.Semaphore(self.forecast.at_once)

        async def hold(person: Person) -> None:
            async with room:
                try:
                    async with asyncio.timeout(20 * self.forecast.patience):
                        await person.tell()
                except TimeoutError:
                    self.stuck.append((person, f"stands at move {person.life.at}"))

        await asyncio.gather(*(hold(person) for person in self.people))

    async def _strike(self) -> None:
        """Kill servers from outside, now and then all of them at once."""
        while True:
            await self._wait_for_words(self.forecast.strikes, self.forecast.lull)
            self.servers.strike(all_at_once=self.random.random() < 0.3)

    async def _shock(self) -> None:
        """Wipe Valkey, drop Postgres' connections, or let a platform refuse connections for a moment."""
        doors = [(fake.doors, port) for fake in (self.telegram, self.twilio) for port in fake.doors.ports]
        blows = ["Valkey wiped", "Postgres dropped its connections", "platform refused", "garbled"]
        while True:
            await self._wait_for_words(self.forecast.shocks, math.inf)
            blow = self.random.choice(blows)
            self.shocks[blow] += 1
            match blow:
                case "Valkey wiped":
                    await asyncio.to_thread(wipe_valkey, self.redis_url)
                case "Postgres dropped its connections":
                    await asyncio.to_thread(read_as_owner, self.database_url, _DROP)
                case "garbled":
                    self.twilio.fail_next(200, body="<html>ok</html>", keep=True)
                    self.telegram.fail("sendMessage", Fault(breaks="bare"))
                case _:
                    door, port = self.random.choice(doors)
                    await door.shut(port)
                    await asyncio.sleep(1.0)
                    await door.open(port)

    async def _wait_for_words(self, number: int, lull: float) -> None:
        """Wait until about so much more was said, or some seconds passed."""
        began, until = time.monotonic(), self._count_said() + number * self.random.uniform(0.5, 1.5)
        for _ in range(10_000):
            if self._count_said() >= until or time.monotonic() - began >= lull:
                return
            await asyncio.sleep(0.5)

    def _count_said(self) -> int:
        return sum(person.life.said for person in self.people)

    async def _watch(self, tell: Callable[[str], None]) -> None:
        began = time.monotonic()
        while True:
            await asyncio.sleep(15)
            done = sum(1 for person in self.people if person.life.ended)
            kills = sum(self.servers.count_kills().values())
            said = self._count_said()
            lost = len(self.twilio_post.lost)
            tell(
                f"{time.monotonic() - began:5.0f} s: {done} complete, {said} said, {kills} kills,"
                f" {lost} webhooks lost"
            )

    def _calm(self) -> None:
        """No more faults."""
        self.telegram.chances, self.twilio.chances = telegram_faults.Chances(), twilio_faults.Chances()
        self.telegram.garbage = 0.0
        self.telegram_post.mischief = telegram_delivery.Mischief()
        self.twilio_post.mischief = twilio_delivery.Mischief()

    async def _come_to_rest(self, seconds: float = 90.0) -> None:
        """Wait until nothing waits in either box; what still does is for the reckoning to say."""
        waiting = (
            "select (select count(*) from inbox where state = 'new')"
            " + (select count(*) from outbox where state in ('ready', 'sending'))"
            " + (select count(*) from jobs where state in ('waiting', 'running'))"
        )
        for _ in range(int(seconds / 0.5)):
            ((left,),) = await asyncio.to_thread(read_as_owner, self.database_url, waiting)
            if left == 0 and not self.telegram_post.pending:
                return
            await asyncio.sleep(0.5)
