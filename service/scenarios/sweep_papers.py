"""What is made of a sweep's rows beside their table: a page with pictures, and each unit's chances as CSV."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import partial
from pathlib import Path

from documents.sweep_page import SweepPaper, render_sweep, sweep_body
from documents.wording import free
from domain.errors import Refusal
from domain.money import FEN_PER_YUAN
from domain.swept import Method, Swept
from scenarios.comparing import compare
from scenarios.measures import MEASURES
from scenarios.swept import Now, swept
from service.files import whole_file
from service.scenarios.cases import OpenSweep, figure_text, measures_of
from service.scenarios.finding import Composed
from service.scenarios.papers import write_bodies
from service.scenarios.rows import Row
from service.scenarios.running import compared_with
from texts import Both, Lang, both, literal

PAGE, CHANCES = "sweep.html", "chances.csv"
BODIES: Mapping[Lang, str] = {"zh": "sweep.zh.html", "en": "sweep.en.html"}
"""See `papers.BODIES`."""


class MeasureUnknown(Refusal):
    """A measure to picture that there is none of."""

    code = "measure-unknown"
    sentence_en = "There is no measure {measure}."
    cure_en = "Write one of {known}, and after a measure of one entry its code."


def drawing(
    composed: Composed, folder: Path, wanted: Sequence[str], *, lang: Lang = "zh"
) -> Callable[[OpenSweep, list[Row]], None]:
    """What a sweep calls at its end: page and table into its folder. `wanted` are the measures to picture.

    Raises `MeasureUnknown`.
    """
    for measure in wanted:
        if measure.partition(" ")[0] not in MEASURES:
            raise MeasureUnknown(measure=measure[:80], known=", ".join(MEASURES))

    def at_end(here: OpenSweep, rows: list[Row]) -> None:
        draw(here, composed, rows, folder, wanted=wanted, lang=lang)

    return at_end


def draw(
    here: OpenSweep, composed: Composed, rows: list[Row], folder: Path, *, wanted: Sequence[str] = (), lang: Lang = "zh"
) -> Swept:
    """Write `sweep.html`, what it says in each language, and `chances.csv` from the rows; returns what they show."""
    scenario = composed.loaded.scenario
    register = here.base.situation.register
    found = swept(
        rows, register, _now(here, composed), method=_method(composed), wanted=wanted, better=_better(composed)
    )
    paper = SweepPaper(
        question=Both(scenario.question.zh, scenario.question.en),
        swept=found,
        register=register,
        policy=here.base.situation.loaded.policy,
        stamps=(
            (both("stamp.scenario"), free(scenario.scenario)),
            (both("stamp.scenario_hash"), literal(composed.scenario_hash[:12])),
            (both("stamp.seed"), literal(scenario.seed)),
        ),
    )
    page = render_sweep(paper, lang_default=lang)
    whole_file(folder / PAGE, lambda path: _write(path, page))
    write_bodies(BODIES, partial(sweep_body, paper), folder)
    whole_file(folder / CHANCES, lambda path: _chances(path, found))
    return found


def _now(here: OpenSweep, composed: Composed) -> Now:
    """The plan the cases are compared with, as far as there is one."""
    try:
        before = compared_with(here.base, composed)
    except Refusal:
        return Now({}, {})
    measures = measures_of(before, compare(before, before), composed.loaded.scenario.gates)
    return Now({name: Decimal(figure) for name, figure in measures.items()}, before.money_fen)


def _method(composed: Composed) -> Method:
    sweep = composed.loaded.scenario.sweep
    if sweep is None or sweep.cases:
        return "none"
    return "values" if sweep.grid else "fifths"


def _better(composed: Composed) -> dict[str, int]:
    """Which way the scenario's own gates want their measures to go."""
    ways = {}
    for gate in composed.loaded.scenario.gates:
        name = gate.measure if gate.of is None else f"{gate.measure} {gate.of}"
        if (gate.at_least is None) != (gate.at_most is None):
            ways[name] = 1 if gate.at_least is not None else -1
    return ways


def _chances(path: Path, found: Swept) -> None:
    head = ("unit", "cases", "funded", "with_project", "less", "p10_yuan", "p50_yuan", "p90_yuan")
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(head)
        for one in found.chances:
            sums = (one.tenth_fen, one.median_fen, one.ninetieth_fen)
            amounts = [figure_text(Fraction(fen, FEN_PER_YUAN)) for fen in sums]
            table.writerow([one.unit, found.planned, one.funded, one.with_project, one.less, *amounts])


def _write(path: Path, content: str) -> None:
    path.write_text(content, encoding="utf-8")
