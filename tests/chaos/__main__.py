"""`make chaos`: a storm of as many conversations as asked, and its counts; the exit code is 1 at a fault.

Run as `python -m chaos --conversations 1000 --seed 7`, with the tests' folder on the path.
"""

import argparse
import asyncio
import logging
import sys
import tempfile
from pathlib import Path

from bot.commands.flows import publish_all
from chaos.forecast import Forecast
from chaos.plans import SOURCE, read_storm
from chaos.reckoning import Findings, reckon
from chaos.storm import Storm
from storage import schema
from storage.embedded.home import running_servers


def main() -> None:
    """Read the arguments, let it storm, tell what came of it."""
    parser = argparse.ArgumentParser(prog="chaos", description=__doc__)
    parser.add_argument("--conversations", type=int, default=1000)
    parser.add_argument("--at-once", type=int, default=60)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a folder for the servers' logs")
    given = parser.parse_args()
    logging.getLogger("aiohttp.server").setLevel(logging.CRITICAL)  # the fakes, when a server dies asking
    forecast = Forecast(given.conversations, given.at_once, given.seed)
    with tempfile.TemporaryDirectory(prefix="vertelbot-chaos-") as home:
        folder: Path = given.keep or Path(home)
        folder.mkdir(parents=True, exist_ok=True)
        with running_servers(Path(home) / "servers", fsync=False) as servers:
            schema.migrate(servers.database_url)
            found = asyncio.run(hold(forecast, servers.database_url, servers.redis_url, folder))
    _tell(found.write())
    sys.exit(1 if found.wrong else 0)


async def hold(forecast: Forecast, database_url: str, redis_url: str, folder: Path) -> Findings:
    """One storm in a database that has its tables, and its reckoning."""
    await publish_all(database_url, [(read_storm(), SOURCE)])
    storm = Storm(forecast, database_url, redis_url, folder)
    await storm.rage(_tell)
    return reckon(storm)


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
