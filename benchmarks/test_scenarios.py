"""What-if: a case of a sweep by what it is made of, a sweep by its processes, and the same as commands, in one run.

    pytest benchmarks/test_scenarios.py --benchmark-only -s

Ratios are printed: two processes against one, and a warm sweep against commands that begin from nothing for each case,
worked out from a sample of both, because a thousand cold commands would take half an hour to learn the same. The fork
of a branch on a long log is in test_branch.py.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.rounds import in_rounds
from service.county import open_county
from service.scenarios.cases import OpenSweep
from service.scenarios.finding import read_scenario
from service.scenarios.parcels import packed, record_of
from service.scenarios.processes import processes
from service.scenarios.sweeps import sweep
from tests.cli.running import environment
from tests.service.scenarios.swept import recorded, store

CASES = 1_000
SAMPLE = 150
"""Cases of the thousand that each sweep works out here."""
COLD = 8
"""Commands that begin from nothing."""
DRAWN = f"""\
scenario: thin
question: {{zh: 不确定时怎么办？, en: "What if nothing is certain?"}}
sweep:
  draws:
    - {{scale: "units.*.households", uniform: [0.8, 1.2], each: apart}}
    - {{scale: policy.rules.nobody-below-floor.amount_yuan, uniform: [0.6, 1.2]}}
  count: {CASES}
"""


@pytest.fixture(scope="module")
def scenario(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A scenario of a thousand drawn cases, beside the record it is about."""
    return recorded(tmp_path_factory.mktemp("county"), DRAWN)


@pytest.mark.benchmark(group="case")
def test_case(benchmark: BenchmarkFixture, scenario: Path) -> None:
    """One case, on a base that is open."""
    composed = read_scenario(str(scenario))
    with open_county(store(scenario.parent)) as county:
        opened = OpenSweep(packed(composed, record_of(composed.loaded.scenario.based_on, county)))
    numbers = iter(range(CASES))
    try:
        in_rounds(benchmark, lambda: opened.row(next(numbers)), rounds=30, warmup_rounds=3)
    finally:
        opened.close()


@pytest.mark.benchmark(group="sweep")
def test_sweep(benchmark: BenchmarkFixture, scenario: Path, tmp_path: Path) -> None:
    """Cases on one process and on two, their loading not counted, against as many cold commands."""
    one, two = (_seconds_a_case(scenario, tmp_path / str(count), count) for count in (1, 2))
    cold = in_rounds(benchmark, _cold_seconds, args=(scenario,), rounds=1)
    benchmark.extra_info.update(two_against_one=one / two, two_against_cold=cold / two)
    print(
        f"\n{CASES:,} cases, from {SAMPLE} and {COLD}: one process {one * CASES:.0f} s, two {two * CASES:.0f} s "
        f"({one / two:.2f} times as fast), cold commands {cold * CASES:.0f} s ({cold / two:.1f} times as slow)"
    )


def _seconds_a_case(scenario: Path, out: Path, count: int) -> float:
    with open_county(store(scenario.parent)) as county, processes(count) as hands:
        sweep(str(scenario), out, hands, county=county, at_most=4 * count)  # loads, and computes what is compared with
        began = time.perf_counter()
        rows = sweep(str(scenario), out, hands, county=county, at_most=SAMPLE)
        return (time.perf_counter() - began) / (len(rows) - 4 * count)


def _cold_seconds(scenario: Path) -> float:
    """A command for each case: the same change as a scenario of its own."""
    began = time.perf_counter()
    for number in range(COLD):
        alone = scenario.with_name(f"cold-{number}.scenario.yaml")
        change = f"{{scale: policy.rules.nobody-below-floor.amount_yuan, by: {0.6 + number / 20:.2f}, why: cold}}"
        text = f"scenario: cold-{number}\nquestion: {{zh: 冷, en: cold}}\nchange: [{change}]\n"
        alone.write_text(text, encoding="utf-8")
        asked = ["scenario", "run", str(alone), "--store", store(scenario.parent)]
        subprocess.run(
            [sys.executable, "-m", "cli.main", *asked], env=environment(), check=True, stdout=subprocess.DEVNULL
        )
    return (time.perf_counter() - began) / COLD
