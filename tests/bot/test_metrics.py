"""The figures of each channel: what a server counts, what the stores hold, and how /metrics says it."""

from collections.abc import AsyncGenerator
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from bot.channels.delivery_errors import DeliveryError
from bot.gate import Gate
from bot.health import Health
from bot.metrics import KINDS, Meters, write_figures
from flows.outbound import Utterance
from storage import inbox, outbox, participants
from storage.database import Database
from storage.figures import ChannelFigure, Figure, read_channel_figures, read_figures
from storage.vault import Vault
from storage_probe import read_as_owner
from workers.queue import Doorbell, connect_valkey

READY, HELD, DEAD, GONE = "ready", "held", "dead", "gone"


def read(registry: CollectorRegistry, name: str, **labels: str) -> float | None:
    """One figure; None when it is not there."""
    return registry.get_sample_value(name, labels)


def list_kinds(error: type[DeliveryError]) -> set[str]:
    """The class of an error, and those of all errors below it."""
    return {error.kind}.union(*(list_kinds(each) for each in error.__subclasses__()))


async def write_message(database: Database, vault: Vault, channel: str, person: str, state: str) -> None:
    """Bring a message to someone as far as a state; `gone`: cancelled, because they blocked the bot."""
    async with database.transaction() as connection:
        address = await participants.add_address(connection, vault, channel, person)
        (message,) = await outbox.add_messages(connection, vault, address.id, [Utterance("Hoi.", "nl")])
        if state == READY:
            await outbox.put_back(connection, [message])
        elif state == HELD:
            await outbox.hold_message(connection, message, "the window is closed")
        elif state == DEAD:
            await outbox.bury_message(connection, message, "refused")
        elif state == GONE:
            await outbox.cancel_messages(connection, address.id, "blocked")


async def write_update(database: Database, vault: Vault, channel: str, key: str, *, dead: bool) -> None:
    """Keep an update; `dead`: one that cannot be read."""
    async with database.transaction() as connection:
        await inbox.keep_update(connection, vault, channel, key, key, 0, {"text": "geheim"})
        kept = await inbox.find_next(connection, key)
        assert kept is not None
        if dead:
            await inbox.mark_failed(connection, kept.id, "odd", final=True)


@pytest.fixture
async def figures_url(database: Database, valkey_url: str, gate: Gate, meters: Meters) -> AsyncGenerator[str]:
    """The address of a server's figures."""
    assert not gate.list_shut()
    doorbell = Doorbell(connect_valkey(valkey_url))
    application = web.Application()
    application.add_routes(Health(database, doorbell, meters).routes())
    async with TestServer(application) as server:
        yield str(server.make_url("/metrics"))
    doorbell.connection.close()


@pytest.fixture
def gate() -> Gate:
    """A gate that is open."""
    return Gate()


@pytest.fixture
def meters(gate: Gate) -> Meters:
    """The meters of a server with two channels."""
    return Meters(["web", "telegram"], gate)


def test_what_comes_in_and_goes_out_is_counted() -> None:
    """Each channel by itself; what a platform brings again is counted apart."""
    meters = Meters()
    for new in (True, True, False):
        meters.note_in("web", new=new)
    for channel in ("web", "web", "telegram"):
        meters.note_out(channel)
    meters.note_reply("web", 0.3)
    meters.note_reply("telegram", 3.0)
    meters.note_error("telegram", "rate")

    registry = meters.registry
    assert read(registry, "vertelbot_messages_in_total", channel="web") == 2
    assert read(registry, "vertelbot_messages_repeated_total", channel="web") == 1
    assert read(registry, "vertelbot_messages_out_total", channel="web") == 2
    assert read(registry, "vertelbot_messages_out_total", channel="telegram") == 1
    assert read(registry, "vertelbot_reply_seconds_count", channel="web") == 1
    assert read(registry, "vertelbot_reply_seconds_bucket", channel="web", le="0.25") == 0
    assert read(registry, "vertelbot_reply_seconds_bucket", channel="web", le="0.5") == 1
    assert read(registry, "vertelbot_reply_seconds_sum", channel="telegram") == 3.0
    assert read(registry, "vertelbot_delivery_errors_total", channel="telegram", kind="rate") == 1


def test_figures_of_a_channel_begin_at_nothing(meters: Meters) -> None:
    """A rise from nothing is seen only when the nothing was there before."""
    registry = meters.registry

    for channel in ("web", "telegram"):
        assert read(registry, "vertelbot_messages_in_total", channel=channel) == 0
        assert read(registry, "vertelbot_messages_out_total", channel=channel) == 0
        assert read(registry, "vertelbot_messages_repeated_total", channel=channel) == 0
        assert read(registry, "vertelbot_reply_seconds_count", channel=channel) == 0
        assert read(registry, "vertelbot_circuit_open", channel=channel) == 0
        for kind in KINDS:
            assert read(registry, "vertelbot_delivery_errors_total", channel=channel, kind=kind) == 0
    assert read(registry, "vertelbot_messages_in_total", channel="whatsapp") is None


def test_every_class_of_error_has_a_figure() -> None:
    """The classes named here are those of the closed set of errors."""
    assert list_kinds(DeliveryError) == set(KINDS)


def test_each_server_has_meters_of_its_own() -> None:
    """Many can be made in one process; a registry that is given is used."""
    registry = CollectorRegistry()
    first, second = Meters(registry=registry), Meters()
    first.note_in("web", new=True)

    assert first.registry is registry
    assert read(registry, "vertelbot_messages_in_total", channel="web") == 1
    assert read(second.registry, "vertelbot_messages_in_total", channel="web") is None


def test_an_open_circuit_is_seen_until_a_message_comes_through(gate: Gate, meters: Meters) -> None:
    """Also while a message may try it; a channel that is only throttled is no broken one."""
    gate.shut("telegram", 0.0)
    for chat in ("a", "b"):
        gate.note_throttled("web", chat, 5.0)
    shut = [
        read(meters.registry, "vertelbot_circuit_open", channel=channel) for channel in ("web", "telegram")
    ]
    gate.note_success("telegram")

    assert shut == [0.0, 1.0]
    assert read(meters.registry, "vertelbot_circuit_open", channel="telegram") == 0.0


def test_figures_of_the_stores_are_written_by_channel() -> None:
    """What is not there for a channel is nothing; a channel that is off is there when it has something."""
    registry = write_figures(
        [Figure("inbox_dead", 4.0)],
        [
            ChannelFigure("undelivered", "whatsapp", "held", 2.0),
            ChannelFigure("oldest", "web", "", 17.5),
            ChannelFigure("dead", "web", "in", 3.0),
        ],
        5,
        ["web"],
    )

    assert read(registry, "vertelbot_inbox_dead") == 4
    assert read(registry, "vertelbot_queue_rings") == 5
    assert read(registry, "vertelbot_undelivered", channel="whatsapp", state="held") == 2
    assert read(registry, "vertelbot_undelivered", channel="web", state="held") == 0
    assert read(registry, "vertelbot_undelivered", channel="whatsapp", state="ready") is None
    assert read(registry, "vertelbot_oldest_undelivered_seconds", channel="web") == 17.5
    assert read(registry, "vertelbot_dead_letters", direction="in", channel="web") == 3
    assert read(registry, "vertelbot_dead_letters", direction="out", channel="web") == 0


async def test_the_stores_are_counted_by_channel(database: Database, vault: Vault, database_url: str) -> None:
    """Waiting, held and given up, each for its channel; what was cancelled for someone gone is no letter."""
    for number, (channel, state) in enumerate(
        [
            ("web", READY),
            ("web", READY),
            ("web", "sending"),
            ("whatsapp", HELD),
            ("whatsapp", DEAD),
            ("web", DEAD),
            ("web", DEAD),
            ("telegram", GONE),
        ]
    ):
        await write_message(database, vault, channel, f"iemand {number}", state)
    for number, dead in enumerate([True, True, False]):
        await write_update(database, vault, "telegram", f"bericht {number}", dead=dead)
    read_as_owner(
        database_url,
        "update outbox set created_at = now() - interval '10 minutes'"
        " where id = (select min(id) from outbox where state = 'ready') returning 1",
    )
    async with database.reading() as connection:
        figures = await read_channel_figures(connection)

    (oldest,) = [figure for figure in figures if figure.what == "oldest"]
    assert (oldest.channel, oldest.detail) == ("web", "")
    assert 600 <= oldest.value < 600 + timedelta(minutes=5).total_seconds()
    assert {
        (figure.what, figure.channel, figure.detail): figure.value
        for figure in figures
        if figure.what != "oldest"
    } == {
        ("undelivered", "web", "ready"): 2,
        ("undelivered", "web", "sending"): 1,
        ("undelivered", "whatsapp", "held"): 1,
        ("dead", "web", "out"): 2,
        ("dead", "whatsapp", "out"): 1,
        ("dead", "telegram", "in"): 2,
    }


async def test_all_figures_come_in_one_answer(
    database: Database, vault: Vault, figures_url: str, gate: Gate, meters: Meters
) -> None:
    """A Prometheus parser reads it; each name comes once, and nothing in it is from or about a person."""
    await write_message(database, vault, "telegram", "316-geheim", DEAD)
    meters.note_in("telegram", new=True)
    gate.shut("telegram")
    async with aiohttp.ClientSession() as http, http.get(figures_url) as answer:
        text = await answer.text()
        assert (answer.status, answer.headers["Content-Type"]) == (200, "text/plain; version=0.0.4")
    async with database.reading() as connection:
        before = {f"vertelbot_{figure.what}" for figure in await read_figures(connection)}

    found: list[Any] = list(text_string_to_metric_families(text))
    names = [family.name for family in found]
    values = {
        (sample.name, *sorted(sample.labels.values())): sample.value
        for family in found
        for sample in family.samples
    }
    assert len(names) == len(set(names))
    assert before | {"vertelbot_queue_rings"} <= set(names)
    assert values["vertelbot_messages_in_total", "telegram"] == 1
    assert values["vertelbot_circuit_open", "telegram"] == 1
    assert values["vertelbot_dead_letters", "out", "telegram"] == 1
    assert values["vertelbot_undelivered", "ready", "web"] == 0
    assert "geheim" not in text


async def test_a_server_without_meters_gives_the_figures_of_the_stores(
    database: Database, valkey_url: str
) -> None:
    """What the other figures need is asked for and no more."""
    doorbell = Doorbell(connect_valkey(valkey_url))
    application = web.Application()
    application.add_routes(Health(database, doorbell).routes())
    async with (
        TestServer(application) as server,
        aiohttp.ClientSession() as http,
        http.get(server.make_url("/metrics")) as answer,
    ):
        text = await answer.text()
    doorbell.connection.close()

    assert "\nvertelbot_inbox_waiting 0.0\n" in text
