"""How much is measured, and the table that is printed at the end: ratios between subjects of one run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.instances import SEEDS
from benchmarks.table import Measured, picture, table

RESULTS = Path(__file__).parent / "results"


def pytest_addoption(parser: pytest.Parser) -> None:
    """`--seeds N` counties, `--limit S` seconds for a peer to finish a step, `--facts N` on the log."""
    parser.addoption("--seeds", type=int, default=len(SEEDS), help="How many of the five seeded counties to measure.")
    parser.addoption("--facts", type=int, default=20_000, help="How long a log is (the nation: 700000).")
    parser.addoption("--limit", type=float, default=60.0, help="Seconds any subject may take for one step.")


@pytest.fixture(scope="session")
def limit(request: pytest.FixtureRequest) -> float:
    """Seconds any subject may take."""
    return float(request.config.getoption("--limit"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Every test that asks for a `seed` runs on as many counties as were asked for."""
    if "seed" in metafunc.fixturenames:
        metafunc.parametrize("seed", SEEDS[: int(metafunc.config.getoption("--seeds"))])


def pytest_benchmark_update_json(config: pytest.Config, benchmarks: Any, output_json: dict[str, Any]) -> None:
    """With the figures of this run: the table, the picture, and both as files."""
    measured = [found for one in output_json["benchmarks"] if (found := Measured.of(one)) is not None]
    if not measured:
        return
    RESULTS.mkdir(exist_ok=True)
    text = table(measured)
    (RESULTS / "search.txt").write_text(text + "\n", encoding="utf-8")
    (RESULTS / "search.svg").write_text(picture(measured), encoding="utf-8")
    rows = [one.as_json() for one in measured]
    (RESULTS / "search.json").write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")
    terminal = config.pluginmanager.get_plugin("terminalreporter")
    if terminal is not None:
        terminal.write_line("")
        terminal.write_line(text)
