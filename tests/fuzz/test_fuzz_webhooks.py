"""Broken updates and webhooks, some thousands of the million that `make fuzz-webhooks` takes."""

from pathlib import Path
from random import Random

from fuzz.corpus import Corpus, make_person
from fuzz.lane import Lane
from fuzz.mutations import Breaker, write_json
from fuzz.platforms import Shown
from fuzz.siege import Plan, Siege, read_flows

PURE = 3000
WHOLE = 400


def test_whatever_comes_is_read_or_refused() -> None:
    """Broken inputs of all doors through all that reads and decides: nothing fails that should not."""
    lane = Lane([flow for flow, _ in read_flows()], seed=1)
    lane.run(PURE)

    assert lane.wrong == {}
    assert lane.counts["could not be read"] > PURE / 20
    assert lane.counts["had a turn of the engine"] > PURE / 4


async def test_the_server_stands_and_answers_everybody(
    database_url: str, valkey_url: str, tmp_path: Path
) -> None:
    """Broken requests at every door: none fails, nothing is left to do, everybody is answered afterwards."""
    siege = Siege(Plan(WHOLE, people=40), database_url, valkey_url, tmp_path)

    found = await siege.hold()

    assert found.wrong == {}, found.write()
    assert found.done > WHOLE
    assert found.statuses["telegram: 200"] > WHOLE / 20
    assert found.statuses["twilio: 200"] > WHOLE / 20
    assert found.counts["people with an address, each asked for an answer"] >= 10


def test_the_same_seed_breaks_the_same() -> None:
    """So that a fault can be shown again."""

    def write(seed: int) -> list[bytes]:
        random = Random(seed)
        corpus = Corpus(random, lambda _chat: Shown())
        breaker, person = Breaker(random, corpus.names), make_person(3, "telegram")
        updates = [corpus.write_update(person) for _ in range(50)]
        return [write_json(breaker.break_json(update, updates[0])) for update in updates]

    assert write(1) == write(1)
    assert write(1) != write(2)
