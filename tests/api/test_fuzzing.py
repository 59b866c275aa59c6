"""Schemathesis finds no answer the contract does not tell of: no 5xx, no other status, media type, header or body."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi import FastAPI

from service.office import Office
from tests.api.fuzzing import PHASES, WHO, Found, fuzz, fuzzed_app
from tests.conftest import SEED
from tests.year import finished_year

CALLS_MIN = 20_000


@pytest.fixture
def app(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[FastAPI]:
    """The application over a finished year of its own, which every call may change."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    with finished_year(tmp_path) as year:
        url = year.county.store
    office = Office(url)
    yield fuzzed_app(office)
    office.close()


def told(found: Found) -> str:
    """What a run found, for whoever reads its end."""
    return "\n".join(
        [
            f"{found.calls.total()} calls of {len(found.operations)} operations",
            json.dumps(dict(sorted(found.calls.items()))),
            json.dumps(dict(sorted(found.statuses.items()))),
            *(f"{key}\n{said}" for key, said in found.faults.items()),
        ]
    )


@pytest.mark.slow(seconds=20)
def test_a_slice_of_calls_is_answered_as_the_contract_says(app: FastAPI) -> None:
    found = Found()
    fuzz(app, "all", found, phases=("examples", "fuzzing"), examples=1, seed=SEED)
    fuzz(app, "all", found, phases=("stateful",), examples=2, seed=SEED)
    fuzz(app, "nobody", found, phases=("examples",), seed=SEED)
    assert found.faults == {}, told(found)
    assert found.operations == {f"{method.upper()} {path}" for path, ways in contract(app).items() for method in ways}
    assert found.calls.total() > 500
    assert found.statuses[200] > 100


@pytest.mark.long
def test_twenty_thousand_calls_are_answered_as_the_contract_says(app: FastAPI) -> None:
    """Everybody sends every edge of every parameter and body, what is drawn at random, and chains of calls."""
    found = Found()
    for number, who in enumerate(WHO):
        phases = PHASES if who in ("nobody", "all") else ("examples", "fuzzing", "stateful")
        fuzz(app, who, found, phases=phases, examples=4, seed=SEED + number)
    sys.stdout.write(told(found) + "\n")
    assert found.faults == {}
    assert found.calls.total() >= CALLS_MIN


def contract(app: FastAPI) -> dict[str, dict[str, object]]:
    """The paths of the contract."""
    paths: dict[str, dict[str, object]] = app.openapi()["paths"]
    return paths
