"""What people sent while no server was there: found at Twilio, kept once and in order."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from bot.channels.channel import Arrival
from bot.channels.reconciliation import Reconciliation
from bot.channels.twilio_arrivals import arrive_message
from bot.channels.twilio_client import TwilioClient
from bot.channels.twilio_settings import TwilioSettings
from bot.channels.whatsapp_updates import read_form
from channels.twilio_server import TwilioServer
from flows.inbound import Said
from running_bot import RunningBot
from storage import inbox
from storage.catching_up import be_only_one
from storage.database import Database
from storage.marks import read_mark, write_mark
from storage.vault import Vault
from storage_probe import read_as_owner
from tellers import FLOW, KEYWORDS, PUBLIC_URL, TWILIO_TOKEN, WhatsAppTeller, expect

WHATSAPP = "whatsapp:+31600000000"
SMS = "+3197010000000"


@dataclass(slots=True)
class House:
    """A server's inbox beside an account at Twilio; `kept` are the arrivals that were new, in order."""

    database: Database
    vault: Vault
    twilio: TwilioServer
    settings: TwilioSettings
    client: TwilioClient
    now: datetime
    kept: list[Arrival] = field(default_factory=list[Arrival])
    fails_after: int | None = None
    """After so many kept messages the next one breaks off, as with a server that is killed."""
    failed: asyncio.Event = field(default_factory=asyncio.Event)
    succeeded: asyncio.Event = field(default_factory=asyncio.Event)

    async def keep(self, arrival: Arrival) -> bool:
        """Keep an arrival as a server does."""
        if self.fails_after is not None and len(self.kept) >= self.fails_after:
            self.failed.set()
            raise ConnectionError("killed")
        chat = self.vault.find_token(arrival.channel, arrival.address)
        async with self.database.transaction() as connection:
            place = arrival.order or 0
            new = await inbox.keep_update(
                connection, self.vault, arrival.channel, arrival.key, chat, place, arrival.raw
            )
        if new:
            self.kept.append(arrival)
            self.succeeded.set()
        return new

    async def run_once(self) -> int:
        """One round of a server that just started."""
        return await Reconciliation(
            self.database, self.settings, self.client, self.keep, lambda: self.now
        ).run_once()

    def hear(self, form: dict[str, str], *, ago: timedelta = timedelta()) -> dict[str, str]:
        """Let a person send something while no webhook is brought."""
        self.twilio.hear(form)
        moment, sid = self.now - ago, form["MessageSid"]
        self.twilio.log._made[sid] = moment  # pyright: ignore[reportPrivateUsage]  # the fake hears people now only
        shown = self.twilio.log.show(sid)
        assert shown is not None
        written = format_datetime(moment.replace(microsecond=0))
        shown |= dict.fromkeys(("date_created", "date_sent", "date_updated"), written)
        return form

    async def leave(self, ago: timedelta) -> None:
        """All was known until some time ago."""
        async with self.database.transaction() as connection:
            for sender in (WHATSAPP, SMS):
                mark = {"until": (self.now - ago).isoformat()}
                await write_mark(connection, f"twilio:reconciled:{sender}", mark)

    async def read_until(self, sender: str) -> datetime | None:
        """Until when all is known."""
        async with self.database.reading() as connection:
            mark = await read_mark(connection, f"twilio:reconciled:{sender}")
        return datetime.fromisoformat(mark["until"]) if mark else None

    def say(self, count: int, *, over: timedelta) -> list[str]:
        """Let three people send messages, the oldest first; answers their SIDs in order."""
        step = over / count
        return [
            self.hear(
                self.twilio.text_form(f"+3161000000{number % 3}", f"bericht {number}"),
                ago=over - step * number,
            )["MessageSid"]
            for number in range(count)
        ]


@pytest.fixture
async def account() -> AsyncGenerator[TwilioServer]:
    """A fake Twilio with our two senders."""
    server = TwilioServer("AC" + "0" * 32, TWILIO_TOKEN, whatsapp_from=WHATSAPP, sms_from=SMS)
    await server.start()
    yield server
    await server.stop()


@pytest.fixture
async def house(database: Database, vault: Vault, account: TwilioServer) -> AsyncGenerator[House]:
    """A server's inbox with both channels of Twilio on."""
    settings = TwilioSettings(
        account.account_sid,
        (TWILIO_TOKEN,),
        whatsapp_from=WHATSAPP,
        sms_from=SMS,
        api_url=account.url,
        public_url=PUBLIC_URL,
    )
    client = TwilioClient(settings)
    yield House(database, vault, account, settings, client, datetime.now(UTC))
    await client.close()


def _find_sids(house: House) -> list[str]:
    return [arrival.key.rpartition(":")[2] for arrival in house.kept]


async def test_twelve_hours_of_absence_lose_nothing(house: House) -> None:
    """Hundreds of messages on several pages are kept, each once, in the order in which they were sent."""
    await house.leave(timedelta(hours=12))
    sids = house.say(350, over=timedelta(hours=12))

    assert await house.run_once() == 350
    assert _find_sids(house) == sids
    assert house.twilio.listed > 4
    assert await house.run_once() == 0
    assert await house.read_until(WHATSAPP) == house.now


async def test_a_message_is_kept_as_the_webhook_would_have(house: House) -> None:
    """The same key, channel and address, and a form that reads the same."""
    form = house.hear(house.twilio.text_form("+31612345678", "Dag\nallemaal"))
    sms = house.hear(house.twilio.sms_form("+31612345679", "Hoi"))

    await house.run_once()

    by_webhook = [arrive_message(form), arrive_message(sms)]
    assert [(a.channel, a.key, a.address) for a in house.kept] == [
        (a.channel, a.key, a.address) for a in by_webhook
    ]
    inbound = read_form(house.kept[0].raw)
    assert inbound is not None
    assert inbound == read_form(form)
    assert isinstance(inbound.content, Said)


async def test_a_voice_note_keeps_its_address(house: House) -> None:
    """The files of a message are listed apart, and end up where the webhook names them."""
    url = house.twilio.add_media(b"sound", "audio/ogg")
    form = house.hear(house.twilio.voice_form("+31612345678", url))

    await house.run_once()

    assert read_form(house.kept[0].raw) == read_form(form)
    assert house.kept[0].raw["MediaUrl0"] == url


async def test_files_that_are_gone_hold_nothing_up(house: House) -> None:
    """The message is kept all the same, so that its person is told that it could not be read."""
    url = house.twilio.add_media(b"sound", "audio/ogg")
    house.hear(house.twilio.voice_form("+31612345678", url))
    house.twilio.fail_next(404, 20404, on="Media")

    assert await house.run_once() == 1
    inbound = read_form(house.kept[0].raw)
    assert inbound is not None
    assert inbound.content is not None
    assert await house.read_until(WHATSAPP) == house.now


async def test_what_the_webhook_brought_is_not_doubled(house: House) -> None:
    """Neither a message that came before the round, nor a webhook that comes late."""
    before = house.hear(house.twilio.text_form("+31612345678", "op tijd"))
    late = house.hear(house.twilio.text_form("+31612345678", "te laat"))
    assert await house.keep(arrive_message(before))

    assert await house.run_once() == 1
    assert await house.keep(arrive_message(late)) is False
    assert read_as_owner(house.database.url, "select count(*) from inbox") == [(2,)]


async def test_a_server_that_is_killed_goes_on_where_it_was(house: House) -> None:
    """The mark moves only after all was kept: the next server takes the rest, and nothing twice."""
    await house.leave(timedelta(hours=12))
    sids = house.say(30, over=timedelta(hours=12))
    house.fails_after = 11
    with pytest.raises(ConnectionError):
        await house.run_once()
    assert await house.read_until(WHATSAPP) == house.now - timedelta(hours=12)

    house.fails_after = None

    assert await house.run_once() == 19
    assert _find_sids(house) == sids


async def test_the_first_round_looks_back_a_day(house: House) -> None:
    """Without a mark what is older than 24 hours is left, for nobody waits for an answer to it."""
    house.hear(house.twilio.text_form("+31612345678", "oud"), ago=timedelta(hours=24, minutes=1))
    young = house.hear(house.twilio.text_form("+31612345678", "jong"), ago=timedelta(hours=23))

    assert await house.run_once() == 1
    assert _find_sids(house) == [young["MessageSid"]]


async def test_after_days_away_only_a_day_is_looked_back(house: House) -> None:
    """A mark of long ago brings no ancient history."""
    await house.leave(timedelta(days=9))
    house.hear(house.twilio.text_form("+31612345678", "oud"), ago=timedelta(days=2))

    assert await house.run_once() == 0


async def test_a_message_that_twilio_listed_late_is_found(house: House) -> None:
    """Each round looks a quarter of an hour further back than the last one came."""
    await house.run_once()
    house.hear(house.twilio.text_form("+31612345678", "kwam laat in de lijst"), ago=timedelta(minutes=14))
    house.hear(house.twilio.text_form("+31612345678", "nog eerder"), ago=timedelta(minutes=16))

    assert await house.run_once() == 1


async def test_what_we_sent_ourselves_is_no_message_of_a_person(house: House) -> None:
    """Only what is inbound counts, also when a number of ours writes to another."""
    form = house.hear(house.twilio.text_form("+31612345678", "van ons"))
    shown = house.twilio.log.show(form["MessageSid"])
    assert shown is not None
    shown["direction"] = "outbound-api"

    assert await house.run_once() == 0


async def test_what_was_missed_comes_before_what_is_said_now(house: House) -> None:
    """In its chat a message from the outage has its turn before one that came by webhook meanwhile."""
    missed = house.hear(house.twilio.text_form("+31612345678", "eerst"), ago=timedelta(hours=3))
    again = house.hear(house.twilio.text_form("+31612345678", "daarna"), ago=timedelta(hours=2))
    now = house.hear(house.twilio.text_form("+31612345678", "nu"))
    await house.keep(arrive_message(now))
    await house.run_once()

    chat = house.vault.find_token("whatsapp", "+31612345678")
    taken: list[str] = []
    async with house.database.transaction() as connection:
        while update := await inbox.find_next(connection, chat):
            taken.append(house.vault.open_json(update.sealed)["MessageSid"])
            await inbox.mark_done(connection, update.id, chat)
    assert taken == [form["MessageSid"] for form in (missed, again, now)]


async def test_an_error_of_one_sender_does_not_stop_the_other(
    house: House, caplog: pytest.LogCaptureFixture
) -> None:
    """It is logged once, its mark stays, and the next round takes what it left."""
    house.hear(house.twilio.text_form("+31612345678", "whatsapp"))
    house.hear(house.twilio.sms_form("+31612345679", "sms"))
    rounds = Reconciliation(house.database, house.settings, house.client, house.keep, lambda: house.now)
    for _ in range(2):
        house.twilio.fail_next(503, 20503, on="List")
        await rounds.run_once()
    logged = [each.message for each in caplog.records if "asked again later" in each.message]
    assert len(logged) == 1
    assert "+31612" not in caplog.text
    assert [arrival.channel for arrival in house.kept] == ["sms"]
    assert await house.read_until(WHATSAPP) is None
    assert await house.read_until(SMS) == house.now

    assert await rounds.run_once() == 1
    assert await house.read_until(WHATSAPP) == house.now


async def test_a_list_that_breaks_off_half_way_moves_no_mark(house: House) -> None:
    """A page that is lost is as if there was no list; the next round has all of it."""
    sids = house.say(250, over=timedelta(hours=2))
    await house.leave(timedelta(hours=3))
    for _ in range(2):
        house.twilio.lose_next(keep=False, on="List")

    assert await house.run_once() == 0
    assert await house.run_once() == 250
    assert _find_sids(house) == sids


async def test_one_server_at_a_time(house: House) -> None:
    """While another is at it a round does nothing and does not wait; the lock is free again afterwards."""
    house.hear(house.twilio.text_form("+31612345678", "hallo"))
    async with be_only_one(house.database, "twilio:reconciliation") as alone:
        assert alone
        assert await house.run_once() == 0

    assert await house.run_once() == 1


async def test_two_servers_that_start_together_keep_each_message_once(house: House) -> None:
    """Whoever is second finds nothing to do."""
    house.say(40, over=timedelta(hours=1))

    counts = await asyncio.gather(house.run_once(), house.run_once())

    assert sum(counts) == 40
    assert read_as_owner(house.database.url, "select count(*) from inbox") == [(40,)]


async def test_it_goes_on_through_an_outage_of_the_database(house: House) -> None:
    """A round that breaks off is no end: the next one comes, and `stopping` ends all of it at once."""
    house.hear(house.twilio.text_form("+31612345678", "hallo"))
    house.fails_after = 0
    stopping = asyncio.Event()
    rounds = Reconciliation(house.database, house.settings, house.client, house.keep, lambda: house.now)

    running = asyncio.create_task(rounds.run_for_ever(stopping, pause=0.01))
    await house.failed.wait()
    house.fails_after = None
    await house.succeeded.wait()
    stopping.set()
    await running

    assert len(house.kept) == 1


async def test_a_server_answers_what_was_said_while_it_was_away(
    make_bot: Callable[..., RunningBot], account: TwilioServer
) -> None:
    """The word that starts a conversation was sent to nobody; the server finds it when it starts."""
    teller = WhatsAppTeller("", PUBLIC_URL, account)
    account.hear(account.text_form(teller.number, KEYWORDS[FLOW]))
    bot = make_bot(
        TWILIO_ACCOUNT_SID=account.account_sid,
        TWILIO_AUTH_TOKEN=TWILIO_TOKEN,
        TWILIO_WHATSAPP_FROM=WHATSAPP,
        TWILIO_API_URL=account.url,
        TWILIO_MEDIA_HOSTS=account.url,
        VERTELBOT_PUBLIC_URL=PUBLIC_URL,
    )

    bot.start_server()

    await expect(teller, "Wil je meedoen")
