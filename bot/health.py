"""Whether the bot lives, whether it can do its job, and its figures: `/healthz`, `/readyz`, `/metrics`."""

import asyncio

from aiohttp import web
from prometheus_client import generate_latest
from redis import RedisError
from sqlalchemy.exc import SQLAlchemyError

from bot.metrics import Meters, write_figures
from storage.database import Database
from storage.figures import read_channel_figures, read_figures
from storage.schema import current_revision, newest_revision
from workers.queue import BELLS, Doorbell


class Health:
    """Answers for the state of the servers this bot leans on; `meters` are what this one counts."""

    def __init__(self, database: Database, doorbell: Doorbell, meters: Meters | None = None) -> None:
        self._database = database
        self._doorbell = doorbell
        self._meters = meters or Meters()

    def routes(self) -> list[web.RouteDef]:
        """The three routes."""
        return [
            web.get("/healthz", self._say_alive),
            web.get("/readyz", self._say_ready),
            web.get("/metrics", self._send_metrics),
        ]

    async def find_troubles(self) -> list[str]:
        """What keeps the bot from doing its job, one sentence each; empty when nothing does."""
        troubles: list[str] = []
        try:
            async with self._database.reading() as connection:
                revision = await connection.run_sync(current_revision)
            if revision != newest_revision():
                troubles.append("The database schema is not the newest; run `vertelbot migrate`.")
        except (SQLAlchemyError, OSError):
            troubles.append("The database cannot be reached; look at DATABASE_URL.")
        try:
            await asyncio.to_thread(self._doorbell.answers)
        except (RedisError, OSError):
            troubles.append("Valkey cannot be reached; look at REDIS_URL.")
        return troubles

    async def _say_alive(self, request: web.Request) -> web.Response:
        del request
        return web.json_response({"status": "alive"})

    async def _say_ready(self, request: web.Request) -> web.Response:
        del request
        troubles = await self.find_troubles()
        body = {"status": "not ready", "troubles": troubles} if troubles else {"status": "ready"}
        return web.json_response(body, status=503 if troubles else 200)

    async def _send_metrics(self, request: web.Request) -> web.Response:
        del request
        try:
            async with self._database.reading() as connection:
                figures = await read_figures(connection)
                by_channel = await read_channel_figures(connection)
            bells = (bell for bells in BELLS.values() for bell in bells)
            rings = sum([await asyncio.to_thread(self._doorbell.count_waiting, bell) for bell in bells])
        except (SQLAlchemyError, RedisError, OSError):
            return web.Response(status=503, text="The figures cannot be read now.\n")
        stores = write_figures(figures, by_channel, rings, self._meters.channels)
        body = generate_latest(stores) + generate_latest(self._meters.registry)
        return web.Response(body=body, headers={"Content-Type": "text/plain; version=0.0.4"})
