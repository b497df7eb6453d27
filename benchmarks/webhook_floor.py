"""The least a bot can do with an update: keep it in Postgres, answer with one message. No conversation.

`python -m benchmarks.webhook_floor --port … --api-url … [--database-url …]`; without a database it keeps
nothing, and shows what driver and fake Telegram can take themselves.
"""

import json
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack

import aiohttp
import click
from aiohttp import web
from psycopg_pool import AsyncConnectionPool

from benchmarks.load_script import SECRET, TOKEN, WEBHOOK_PATH

_TABLE = "create table if not exists load_floor (id bigint generated always as identity, update jsonb)"
_INSERT = "insert into load_floor (update) values (%s)"


@click.command()
@click.option("--port", type=int, required=True)
@click.option("--api-url", required=True)
@click.option("--database-url", default=None)
def serve(port: int, api_url: str, database_url: str | None) -> None:
    """Serve until told to stop."""
    application = web.Application()
    floor = _Floor(f"{api_url}/bot{TOKEN}/sendMessage", database_url)
    application.cleanup_ctx.append(floor.run)
    application.add_routes([web.post(WEBHOOK_PATH, floor.handle)])
    web.run_app(application, host="127.0.0.1", port=port, access_log=None, print=None)


class _Floor:
    """One handler, with a pool of connections for each side."""

    _http: aiohttp.ClientSession
    _pool: AsyncConnectionPool | None = None

    def __init__(self, send_url: str, database_url: str | None) -> None:
        self._send_url = send_url
        self._database_url = database_url

    async def run(self, application: web.Application) -> AsyncGenerator[None]:
        """Open both pools while the application runs."""
        del application
        async with AsyncExitStack() as stack:
            self._http = await stack.enter_async_context(aiohttp.ClientSession())
            if self._database_url:
                self._pool = AsyncConnectionPool(self._database_url, min_size=10, max_size=15, open=False)
                await stack.enter_async_context(self._pool)
                async with self._pool.connection() as connection:
                    await connection.execute(_TABLE)
            yield

    async def handle(self, request: web.Request) -> web.Response:
        """Keep an update, then answer it."""
        if request.headers.get("X-Telegram-Bot-Api-Secret-Token") != SECRET:
            return web.Response(status=403)
        body = await request.read()
        update = json.loads(body)
        message = update["message"] if "message" in update else update["callback_query"]["message"]
        if self._pool:
            async with self._pool.connection() as connection:  # commits at its end
                await connection.execute(_INSERT, (body.decode(),))
        form = {"chat_id": str(message["chat"]["id"]), "text": "Dank je wel."}
        async with self._http.post(self._send_url, data=form) as answer:
            await answer.json()
        return web.json_response({})


if __name__ == "__main__":
    serve()
