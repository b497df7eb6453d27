"""`make fuzz-webhooks`: broken updates at the whole server and through its pure parts; exits 1 for a fault.

Run as `python -m fuzz --updates 1000000 --seed 1`, with the tests' folder on the path. Of the updates a share
(`--whole`) goes through HTTP, database and queue; the others through all that reads and decides.
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from fuzz.lane import Lane
from fuzz.siege import Plan, Siege, read_flows, read_rss
from storage import schema
from storage.embedded.home import running_servers


def main() -> None:
    """Read the arguments, fire, tell what came of it."""
    parser = argparse.ArgumentParser(prog="fuzz", description=__doc__)
    parser.add_argument("--updates", type=int, default=1_000_000)
    parser.add_argument("--whole", type=int, help="how many go the whole way; a tenth of all when left out")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--keep", type=Path, help="a folder for the requests that show a fault")
    given = parser.parse_args()
    whole = given.updates // 10 if given.whole is None else min(given.whole, given.updates)
    with tempfile.TemporaryDirectory(prefix="vertelbot-fuzz-") as home:
        folder: Path = given.keep or Path(home)
        folder.mkdir(parents=True, exist_ok=True)
        wrong = _run_lane(given.updates - whole, given.seed, folder)
        if whole:
            with running_servers(Path(home) / "servers", fsync=False) as servers:
                schema.migrate(servers.database_url)
                siege = Siege(Plan(whole, given.seed), servers.database_url, servers.redis_url, folder)
                found = asyncio.run(siege.hold(_tell))
            _tell(found.write())
            wrong = wrong or bool(found.wrong)
    sys.exit(1 if wrong else 0)


def _run_lane(number: int, seed: int, folder: Path) -> bool:
    lane = Lane(tuple(flow for flow, _ in read_flows()), seed)
    lane.run(number, _tell)
    _tell(f"pure: {number:,} inputs, RSS {read_rss():,.0f} MB")
    for what, times in lane.counts.items():
        _tell(f"{times:9,} {what}")
    _tell(f"slowest: {lane.slowest:.3f} s for {len(lane.slowest_input):,} bytes")
    (folder / "slowest.bin").write_bytes(lane.slowest_input)
    for place, (what, times) in enumerate(lane.wrong.items()):
        name = f"pure-{place:02}.bin"
        (folder / name).write_bytes(lane.shown_by.get(what, lane.slowest_input))
        _tell(f"WRONG {times:,}× {what}: see {name}")
    return bool(lane.wrong)


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
