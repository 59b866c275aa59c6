"""Many processes, one fund, `kill -9` and restarts: no fen is lost, doubled or over-committed, on either database."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from tests.postgres_server import Server
from tests.robustness.storm import LONG, Storm, begin, must_have_held

KINDS = ("money.committed", "money.disbursed", "money.returned", "money.commitment_released", "unit.corrected")


def weather(storm: Storm, seconds: float) -> None:
    begin(storm.store)
    storm.blow(seconds)
    recorded = must_have_held(storm)
    assert storm.kills > storm.clerks
    assert all(recorded[name] for name in KINDS), recorded


@pytest.mark.slow(seconds=30)
def test_eight_clerks_killed_at_random_lose_and_double_nothing(tmp_path: Path, dice: random.Random) -> None:
    weather(Storm(f"sqlite:///{tmp_path / 'county.db'}", tmp_path, dice, clerks=8), seconds=LONG)


@pytest.mark.slow(seconds=30)
@pytest.mark.postgres
def test_eight_clerks_and_a_server_that_dies_lose_and_double_nothing(
    tmp_path: Path, dice: random.Random, postgres_server: Server, postgres_url: str
) -> None:
    storm = Storm(postgres_url, tmp_path, dice, clerks=8, restart=postgres_server.restart)
    weather(storm, seconds=LONG)
    assert storm.restarts
