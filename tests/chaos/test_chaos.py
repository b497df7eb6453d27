"""A short storm: what thousands of conversations must survive, on a few of them."""

from pathlib import Path

import pytest

from bot.commands.flows import publish_all
from chaos.forecast import Forecast
from chaos.plans import SOURCE, read_storm
from chaos.reckoning import reckon
from chaos.seams import SEAMS
from chaos.storm import Storm

SHORT = Forecast(
    conversations=20, at_once=20, seed=5, strikes=90, shocks=40, lull=15.0, passages=60, patience=15.0
)


@pytest.mark.timeout(600)
async def test_nothing_is_lost_or_doubled_in_a_storm(
    database_url: str, valkey_url: str, tmp_path: Path
) -> None:
    """Platforms fail, webhooks come twice or never, servers die: every story is kept as it was told."""
    await publish_all(database_url, [(read_storm(), SOURCE)])
    storm = Storm(SHORT, database_url, valkey_url, tmp_path)
    await storm.rage()
    found = reckon(storm)
    assert not found.wrong, found.write()
    assert sum(found.kills.values()) > 0
    assert sum(found.faults.values()) > 0


def test_every_seam_is_there() -> None:
    """Each place where a server is made to die exists by that name."""
    for seam in SEAMS.values():
        assert all(callable(getattr(owner, seam.name)) for owner in seam.owners)
