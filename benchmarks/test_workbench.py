"""The workbench: from a slider to the new picture in a browser, by how many areas the map has; and what estimates cost.

    pytest benchmarks/test_workbench.py --benchmark-only -s

A real server and a real Chromium on this machine: the shipped county with its projects, and larger ones that are
Middlesbrough's 90 areas side by side, shared by formula alone, so that what grows is the picture and not the search.
The figure is the move alone. Printed: its median, and what part of it the server, the transfer and the browser take.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

import msgspec
import pytest
from pytest_benchmark.fixture import BenchmarkFixture

from benchmarks.rounds import in_rounds
from domain.decisions.register import ImportRegister
from domain.register import Area, Register
from service.county import open_county
from service.estimating import case_of, estimated, revealed_by
from service.planning import compute, draft_and_propose
from service.policies import adopt_policy, read_policy
from service.registers import register_of, register_path
from tests.conftest import browser, chromium_path
from tests.optimizer.estimate.test_estimating import certified, moved, shipped
from tests.service.small import PLANNER
from tests.web.test_workbench_browser import Opened, serving

if TYPE_CHECKING:
    from playwright.sync_api import Browser

__all__ = ["browser", "chromium_path"]
ROUNDS, WARM = 25, 5
COPIES = (0, 1, 19, 56)
"""Of 90 areas: 90, 1,710 and 5,040; none: the shipped county, 90 units with 454 projects."""
REST_MS = 400
"""Between two moves, so that none begins while the one before is still at work. Not measured."""
APART_E6 = 200_000
MOVE = """([number]) => new Promise(done => {
  const bench = document.getElementById("bench"), slider = document.querySelectorAll("input[type=range]")[0];
  performance.clearResourceTimings();
  const began = performance.now();
  const drawn = () => { const put = performance.now(); requestAnimationFrame(() => setTimeout(() => {
    const asked = performance.getEntriesByType("resource").find(one => one.name.includes("passing=1"));
    done({whole: performance.now() - began, server: asked.responseStart - asked.requestStart,
      transfer: asked.responseEnd - asked.responseStart, script: put - asked.responseEnd,
      frame: performance.now() - put, bytes: asked.transferSize});
  })); };
  bench.addEventListener("answered", drawn, {once: true});
  slider.value = String(Number(slider.max) * (0.3 + 0.01 * number));
  slider.dispatchEvent(new Event("input", {bubbles: true}));
})"""
READY = """() => new Promise(done => { const look = () => {
  const paint = performance.getEntriesByType("paint").at(-1), page = performance.getEntriesByType("navigation")[0];
  if (paint && page.domContentLoadedEventEnd) done(Math.max(paint.startTime, page.domContentLoadedEventEnd));
  else setTimeout(look, 20); }; look(); })"""


def side_by_side(copies: int) -> Register:
    """Middlesbrough so many times, each beside the one before."""
    one = register_of("middlesbrough")

    def named(code: str, copy: int) -> str:
        return f"{copy:02d}-{code}"

    towns, units, areas = {}, {}, {}
    for copy in range(copies):
        for code, town in one.townships.items():
            towns[named(code, copy)] = msgspec.structs.replace(town, code=named(code, copy))
        for code, unit in one.units.items():
            here, there = named(code, copy), named(unit.township, copy)
            units[here] = msgspec.structs.replace(unit, code=here, township=there)
            rings = [
                tuple(tuple((x + copy % 8 * APART_E6, y + copy // 8 * APART_E6) for x, y in ring) for ring in polygon)
                for polygon in one.areas[code].polygons
            ]
            areas[here] = Area(unit=here, polygons=tuple(rings))
    funds = {
        code: msgspec.structs.replace(fund, amount_fen=fund.amount_fen * copies, tranches=())
        for code, fund in one.funds.items()
    }
    return msgspec.structs.replace(
        one, townships=towns, units=units, areas=areas, funds=funds, adjacency=(), projects={}, duties={}
    )


def planned(url: str, copies: int) -> None:
    """A store with so many copies, or the shipped county, its policy and its plan."""
    shipped_as = "middlesbrough" if copies else "x-county"
    register = side_by_side(copies) if copies else register_of(shipped_as)
    with open_county(url) as county:
        county.decide(ImportRegister(mandate=county.mandate(PLANNER, why="base"), wanted=register))
        loaded = read_policy(register_path(shipped_as) / "policy.yaml", register)
        adopt_policy(county, loaded, county.mandate(PLANNER, why="base"))
        draft_and_propose(county, compute(county), PLANNER)


@pytest.fixture(scope="module")
def shipped_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped county, planned once."""
    folder = tmp_path_factory.mktemp("shipped")
    planned(f"sqlite:///{folder / 'county.db'}", 0)
    return folder


@pytest.fixture(params=COPIES)
def opened(
    request: pytest.FixtureRequest, browser: Browser, tmp_path: Path, shipped_store: Path
) -> Iterator[tuple[int, Opened]]:
    """A workbench of so many areas, its first answer there."""
    copies: int = request.param
    url = f"sqlite:///{(tmp_path if copies else shipped_store) / 'county.db'}"
    if copies:
        planned(url, copies)
    with serving(url) as port:
        page = Opened(browser, port)
        page.go("lang=zh")
        page.settled()
        yield copies, page
        page.context.close()


@pytest.mark.benchmark(group="workbench")
def test_slider_to_picture(benchmark: BenchmarkFixture, opened: tuple[int, Opened]) -> None:
    """From the move of a slider to the frame after the new classes stand."""
    copies, page = opened
    numbers = iter(range(1000))
    taken: list[dict[str, float]] = []

    def move() -> None:
        taken.append(page.page.evaluate(MOVE, [next(numbers)]))

    def rest() -> None:
        page.page.wait_for_timeout(REST_MS)

    in_rounds(benchmark, move, rounds=ROUNDS, setup=rest, warmup_rounds=WARM)
    shares = {name: median(one[name] for one in taken[min(WARM, len(taken) - 1) :]) for name in taken[0]}
    benchmark.extra_info.update(areas=90 * copies or 90, **{f"{name}_ms": value for name, value in shares.items()})
    said = ", ".join(f"{name} {value:.0f}" for name, value in shares.items())
    print(f"\n{f'{90 * copies:,} areas' if copies else 'x-county'}: slider to picture in ms (medians): {said}")


@pytest.mark.benchmark(group="ready")
def test_ready(benchmark: BenchmarkFixture, browser: Browser, shipped_store: Path) -> None:
    """The shipped county's workbench, nothing kept by the browser: until it is painted and its script has begun."""
    taken: list[float] = []
    with serving(f"sqlite:///{shipped_store / 'county.db'}") as port:

        def come() -> None:
            page = Opened(browser, port)
            page.go("lang=zh")
            taken.append(page.page.evaluate(READY))
            page.context.close()

        in_rounds(benchmark, come, rounds=ROUNDS, warmup_rounds=1)
    print(f"\nx-county: ready after {median(taken[min(1, len(taken) - 1) :]):.0f} ms (median of {ROUNDS})")


@pytest.mark.benchmark(group="estimate")
def test_estimate(benchmark: BenchmarkFixture) -> None:
    """An estimate of the shipped county after a change of one share, against the search it stands in for."""
    before = shipped("x-county")
    plan = certified(before)
    known = revealed_by(case_of(before), plan.plan)
    after = moved(before, "policy.priority.criteria.backward.add", 1)
    in_rounds(benchmark, partial(estimated, "guess", after, known), rounds=ROUNDS, warmup_rounds=WARM)
