"""The shipped scenarios: each asks, finds and keeps what it says, and finds the same a second time."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from fractions import Fraction

import pytest

from scenarios.gates import measured
from service.scenarios.finding import read_scenario, shipped_scenarios
from service.scenarios.running import ScenarioRun
from service.scenarios.shelf import NotShipped, run_shelf, shelf_object

QUICK = ("income-doubled", "tilted-batch")
"""Those without projects, which are planned in a second."""
SHELF = sorted(shipped_scenarios())
_FIGURE = re.compile(r"(?<![A-Za-z0-9.,])(\d[\d,]*\d|\d)(\.\d+)?( ?%)?(?![A-Za-z0-9])")


def numbers(text: str) -> list[tuple[Decimal, bool]]:
    """The figures a text states, each with whether it is a percentage; codes are none."""
    return [(Decimal(one[1].replace(",", "") + (one[2] or "")), one[3] is not None) for one in _FIGURE.finditer(text)]


def figures(run: ScenarioRun) -> Iterator[Fraction]:
    """What the gates of a run measured, after and, where a plan by itself has that measure, before."""
    for gate in run.gates:
        for figure in (gate.figure, measured(gate.gate.measure, run.before, None, gate.gate.of or "")):
            if figure is not None:
                yield abs(figure)


def unmeasured(run: ScenarioRun) -> list[str]:
    """The figures of a finding that neither the gates measured nor the changes say."""
    scenario = run.composed.loaded.scenario
    assert scenario.finding is not None
    said = set(numbers(str(scenario.question.en) + str(scenario.question.zh)))
    return [
        f"{scenario.scenario}: {number}{' %' if percent else ''}"
        for text in (scenario.finding.zh, scenario.finding.en)
        for number, percent in numbers(text)
        if (number, percent) not in said and number not in set(_as_written(run, number, percent))
    ]


def _as_written(run: ScenarioRun, number: Decimal, percent: bool) -> Iterator[Decimal]:
    """The measured figures with as many digits as a number has."""
    places = -int(number.as_tuple().exponent)
    for figure in figures(run):
        rounded = round(figure * (100 if percent else 1), places)
        yield Decimal(rounded.numerator) / Decimal(rounded.denominator)


_DUTY = (0, 36000)
"""What a unit may have more by the formula when a duty moves with its money: nobody pays for it."""


def more_by_formula(run: ScenarioRun, unit: str) -> Fraction:
    """What the formula gives a unit more than before, in yuan."""
    before, after = (measured("unit_formula_yuan", outcome, None, unit) for outcome in (run.before, run.after))
    assert before is not None
    assert after is not None
    return after - before


def test_at_least_twelve_scenarios_are_shipped_under_the_names_of_their_files() -> None:
    assert len(SHELF) >= 12
    assert [read_scenario(name).name for name in SHELF] == SHELF


@pytest.mark.parametrize("name", SHELF)
def test_a_shipped_scenario_gives_clauses_for_what_it_changes_a_finding_in_both_languages_and_gates(name: str) -> None:
    composed = read_scenario(name)
    scenario = composed.loaded.scenario
    assert composed.changes
    for _, _, change in composed.changes:
        assert re.search(r"\bM\d\d\b", getattr(change, "why", "")), change
    assert scenario.finding is not None
    assert set(numbers(scenario.finding.zh)) == set(numbers(scenario.finding.en)) != set()
    assert len(scenario.gates) >= 3


def test_the_quick_ones_find_what_they_say_and_the_same_a_second_time() -> None:
    runs, again = list(run_shelf(QUICK)), list(run_shelf(QUICK))
    assert [shelf_object(run) for run in runs] == [shelf_object(run) for run in again]
    assert sorted(run.composed.name for run in runs) == sorted(QUICK)
    for run in runs:
        assert run.kept, [gate for gate in run.gates if not gate.kept]
        assert unmeasured(run) == []


def test_a_finding_whose_figure_is_not_measured_is_seen() -> None:
    run = next(run_shelf(["tilted-batch"]))
    finding = run.composed.loaded.scenario.finding
    assert finding is not None
    object.__setattr__(finding, "en", finding.en.replace("1,324,000", "1,325,000"))
    assert unmeasured(run) == ["tilted-batch: 1325000"]


@pytest.mark.slow(seconds=60)
def test_all_others_find_what_they_say_and_the_same_by_themselves() -> None:
    wrong: list[object] = []
    hashes = {}
    for run in run_shelf([name for name in SHELF if name not in QUICK]):
        wrong += [gate for gate in run.gates if not gate.kept] + unmeasured(run)
        wrong += [run.composed.name] if measured("unfinished_left", run.after, None) else []
        hashes[run.composed.name] = run.after.plan.plan_hash
        if run.composed.name == "duty-moves":
            wrong += [unit for unit in run.before.register.units if more_by_formula(run, unit) not in _DUTY]
    assert wrong == []
    assert next(run_shelf(["thinner"])).after.plan.plan_hash == hashes["thinner"]


def test_a_scenario_that_is_not_shipped_is_refused_with_those_that_are() -> None:
    with pytest.raises(NotShipped) as refused:
        run_shelf(["tilted"])
    assert "tilted-batch" in refused.value.cure
