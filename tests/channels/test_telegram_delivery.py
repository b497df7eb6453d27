"""The fake Telegram brings updates as the real one does: in queues, with retries, until they are too old."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from itertools import pairwise
from typing import Any

import pytest
from aiogram.types import Update as StrictUpdate
from aiohttp import web

from channels.scaled_clock import ScaledClock
from channels.telegram_builders import CHAT, Updates
from channels.telegram_delivery import PATIENCE, Mischief, TelegramDelivery
from channels.telegram_server import TelegramServer

Answer = Callable[[dict[str, Any]], Awaitable[web.Response]]
OK = 200


@asynccontextmanager
async def bringing(
    answer: Answer,
    *,
    speed: float = 100,
    patience: float = PATIENCE,
    mischief: Mischief | None = None,
    connections: int = 40,
) -> AsyncGenerator[TelegramDelivery]:
    """A fake Telegram with a webhook on loopback that answers so."""

    async def handle(request: web.Request) -> web.Response:
        assert request.headers["X-Telegram-Bot-Api-Secret-Token"] == "geheim"
        return await answer(await request.json())

    app = web.Application()
    app.router.add_post("/webhook", handle)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    server = TelegramServer(clock=ScaledClock(speed))
    server.webhook = {
        "url": f"http://127.0.0.1:{runner.addresses[0][1]}/webhook",
        "secret_token": "geheim",
        "max_connections": str(connections),
    }
    async with TelegramDelivery(server, patience=patience, mischief=mischief) as delivery:
        yield delivery
    await runner.cleanup()


class Webhook:
    """Takes updates after the statuses it was told to give first, and keeps all that came."""

    def __init__(self, *statuses: int, headers: dict[str, str] | None = None) -> None:
        self.seen: list[int] = []
        self._statuses = list(statuses)
        self._headers = headers

    async def answer(self, update: dict[str, Any]) -> web.Response:
        """Answer the next status; 200 when there is none."""
        self.seen.append(update["update_id"])
        status = self._statuses.pop(0) if self._statuses else OK
        return web.Response(status=status, headers=None if status == OK else self._headers)


def waits_of(delivery: TelegramDelivery) -> list[float]:
    """The seconds on the clock between the tries."""
    began = [at for _, at, _ in delivery.tries]
    return [later - earlier for earlier, later in pairwise(began)]


async def test_retries_wait_longer_each_time() -> None:
    """New tries come at once, after 2, 4, 8, 16, 32 seconds, then a minute or two; a redirect fails."""
    webhook = Webhook(500, 302, 404, 500, 403, 503, 500, 500)
    async with bringing(webhook.answer, patience=100 * PATIENCE) as delivery:
        delivery.bring(Updates().text("Dag"))
        await delivery.settle()
        assert (delivery.counts.delivered, delivery.counts.retried) == (1, 8)
        assert [status for _, _, status in delivery.tries] == [500, 302, 404, 500, 403, 503, 500, 500, 200]
        for wait, least in zip(waits_of(delivery), (0, 2, 4, 8, 16, 32, 60, 60), strict=True):
            assert wait >= least


async def test_our_retry_after_counts() -> None:
    """What our answer asks to wait is waited, but never more than an hour."""
    webhook = Webhook(503, headers={"Retry-After": "86399"})
    async with bringing(webhook.answer, speed=20_000, patience=10_000 * PATIENCE) as delivery:
        delivery.bring(Updates().text("Dag"))
        await delivery.settle()
        assert delivery.counts.delivered == 1
        assert 3600 <= waits_of(delivery)[0] < 86_399


async def test_one_at_a_time_in_a_queue() -> None:
    """Messages of a chat come one by one in order, even when one fails; taps and other chats go on."""
    updates, gate, taken = Updates(), asyncio.Event(), list[str]()

    async def answer(update: dict[str, Any]) -> web.Response:
        if update.get("message", {}).get("text") == "een" and not gate.is_set():
            await gate.wait()
            return web.Response(status=500)
        taken.append("tap" if "callback_query" in update else update["message"]["text"])
        if len(taken) == 2:
            gate.set()
        return web.Response()

    async with bringing(answer, speed=10) as delivery:
        delivery.bring(updates.text("een"), updates.text("twee"), updates.callback("s|a"))
        delivery.bring(updates.text("ander", chat_id=CHAT + 1))
        await delivery.settle()
    assert sorted(taken[:2]) == ["ander", "tap"]
    assert taken[2:] == ["een", "twee"]


async def test_no_more_connections_than_asked() -> None:
    """Many chats at once still open no more connections than setWebhook allows."""
    under_way, most = 0, 0

    async def answer(_update: dict[str, Any]) -> web.Response:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.005)
        under_way -= 1
        return web.Response()

    async with bringing(answer, speed=1, connections=3) as delivery:
        delivery.bring(*(Updates().text("Dag", chat_id=number) for number in range(1, 21)))
        await delivery.settle()
        assert delivery.counts.delivered == 20
    assert 1 < most <= 3


async def test_what_is_too_old_is_dropped() -> None:
    """A tap is given up after 150 seconds, a message only after a day."""
    updates = Updates()
    webhook = Webhook(*[500] * 10_000)
    async with bringing(webhook.answer, speed=1000) as delivery:
        delivery.bring(updates.callback("s|a"))
        await delivery.settle()
        assert delivery.counts.expired == 1
    async with bringing(webhook.answer, speed=200_000) as delivery:
        delivery.bring(updates.my_chat_member(), updates.edited("Dag"))
        await delivery.settle()
        assert delivery.counts.expired == 2
        assert max(at for _, at, _ in delivery.tries) > 80_000


async def test_a_slow_answer_is_a_failure() -> None:
    """An answer that takes longer than a minute counts as none."""
    tries = 0

    async def answer(_update: dict[str, Any]) -> web.Response:
        nonlocal tries
        tries += 1
        if tries == 1:
            await asyncio.sleep(600)
        return web.Response()

    async with bringing(answer, speed=200) as delivery:
        delivery.bring(Updates().text("Dag"))
        await delivery.settle()
        assert delivery.tries[0][2] is None
        assert delivery.counts.delivered == 1


async def test_the_answer_is_obeyed() -> None:
    """A method in our answer is carried out, except one that could not be."""
    asked = [
        {"method": "answerCallbackQuery", "callback_query_id": "7"},
        {"method": "answerCallbackQuery"},
        {"method": "sendMessage", "chat_id": CHAT, "text": "Dag"},
        {"method": "deleteWebhook"},
    ]

    async def answer(_update: dict[str, Any]) -> web.Response:
        return web.json_response(asked.pop(0) if asked else {})

    async with bringing(answer) as delivery:
        server = delivery.server
        delivery.bring(*(Updates().text("Dag") for _ in range(5)))
        await delivery.settle()
    assert server.acknowledged == ["7"]
    assert [message.text for message in server.told(CHAT)] == ["Dag"]
    assert server.webhook


@pytest.mark.parametrize(
    "mischief",
    [Mischief(before=0.5), Mischief(after=0.5), Mischief(twice=1), Mischief(late=0.7, before=0.2, after=0.2)],
    ids=["before", "after", "twice", "all"],
)
async def test_mischief_loses_nothing(mischief: Mischief) -> None:
    """Whatever breaks, all updates come, in order within their queue; repeats are possible."""
    updates, webhook = Updates(), Webhook()
    async with bringing(webhook.answer, mischief=mischief) as delivery:
        delivery.bring(*(updates.text(str(number)) for number in range(20)))
        await delivery.settle()
        counts = delivery.counts
    assert list(dict.fromkeys(webhook.seen)) == [update["update_id"] for update in delivery.brought]
    assert counts.delivered == 20
    assert (counts.broken > 0) == (mischief.before + mischief.after > 0)
    if mischief.before == 0:
        assert len(webhook.seen) == 20 + counts.doubled + counts.broken


async def test_what_is_brought_is_legal_and_numbered() -> None:
    """Every kind of update passes a strict reading when it arrives, and the numbers rise by one."""
    seen: list[dict[str, Any]] = []

    async def answer(update: dict[str, Any]) -> web.Response:
        seen.append(update)
        return web.Response()

    async with bringing(answer) as delivery:
        delivery.bring(*Updates().one_of_each().values())
        await delivery.settle()
    numbers = sorted(update["update_id"] for update in seen)
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    for update in seen:
        StrictUpdate.model_validate(update)
