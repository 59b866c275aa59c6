"""A step written as MPS or LP is the step: other programs that read the file find the value that was said."""

from __future__ import annotations

import random
import re
from pathlib import Path

import pytest

from domain.plan import Plan
from optimizer.case import Case, build_case
from optimizer.export.formats import Format, lines_of
from optimizer.export.names import LENGTH_MAX, RESERVED, file_names
from optimizer.export.sheet import CONSTANT, sheet_of
from optimizer.export.step import StepModel, UnknownStep, best_value, step_model
from optimizer.planning import default_engine, solve_plan
from optimizer.solve.order import NoPlan
from tests.conftest import SEED
from tests.optimizer import medium
from tests.optimizer.readers import by_cbc, by_scip
from tests.optimizer.small import small_county
from tests.optimizer.test_x_county import plan_of, shipped


def written(folder: Path, built: StepModel, form: Format) -> Path:
    path = folder / f"model.{form}"
    path.write_text("".join(f"{line}\n" for line in lines_of(sheet_of(built, ["a test"]), form)), encoding="ascii")
    return path


def found_elsewhere(folder: Path, built: StepModel) -> list[float]:
    """What other programs find in the files of a step; each of their plans must also be one of ours."""
    sheet = sheet_of(built, [])
    answers = [
        by_cbc(written(folder, built, "mps"), maximise=built.maximise),
        by_cbc(written(folder, built, "lp"), maximise=built.maximise),
        by_scip(written(folder, built, "mps")),
    ]
    values = []
    for answer in answers:
        assert answer is not None
        value, columns = answer
        whole = [round(columns.get(name, 0)) for name in sheet.columns][: built.matrix.columns_of_model]
        assert built.model.broken_rows(whole) == []
        assert built.objective.expression.value(whole) == round(value)
        values.append(value)
    return values


def solved(number: int) -> tuple[Case, Plan] | None:
    case = small_county(random.Random(f"export {SEED} {number}")).case
    try:
        return case, solve_plan(case)
    except NoPlan:
        return None


@pytest.mark.parametrize("number", range(12))
@pytest.mark.parametrize("tight", [True, False])
def test_other_programs_find_the_value_of_every_step_of_small_counties(
    tmp_path: Path, number: int, tight: bool
) -> None:
    found = solved(number)
    if found is None:
        return
    case, plan = found
    for result in plan.run.objectives:
        built = step_model(case, plan, result.name, tight=tight)
        value, bound = best_value(built, default_engine(case))
        assert value == bound
        assert found_elsewhere(tmp_path, built) == pytest.approx([value] * 3, abs=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("step", ["welfare", "benefit"])
def test_other_programs_find_the_value_of_the_medium_county_whose_rows_are_split(tmp_path: Path, step: str) -> None:
    case, plan = medium.build(), medium.plan()
    built = step_model(case, plan, step)
    assert [result.name for result in built.earlier] == ["shortfall-2", "welfare"][: 1 if step == "welfare" else 2]
    value, bound = best_value(built, default_engine(case))
    assert value == bound
    assert found_elsewhere(tmp_path, built) == pytest.approx([value] * 3, abs=1e-3)


@pytest.mark.slow
@pytest.mark.parametrize("name", [pytest.param("x-county", marks=pytest.mark.long), "middlesbrough"])
def test_cbc_finds_the_value_of_the_last_step_of_a_shipped_county(tmp_path: Path, name: str) -> None:
    case, plan = build_case(*shipped(name)), plan_of(name)
    built = step_model(case, plan)
    value, _ = best_value(built, default_engine(case))
    found = by_cbc(written(tmp_path, built, "lp"), maximise=built.maximise)
    assert found is not None
    assert found[0] == pytest.approx(value, abs=1e-3)


def test_a_step_that_is_not_decided_in_the_record_is_solved_to_its_end() -> None:
    case, plan = medium.build(), medium.plan()
    record = next(o for o in plan.run.objectives if o.name == "welfare")
    assert record.raw_value != record.raw_bound, "later steps used its tolerance"
    value, bound = best_value(step_model(case, plan, "welfare"), default_engine(case))
    assert record.raw_value < value == bound


def test_a_step_the_plan_does_not_have_is_refused_with_those_it_has() -> None:
    with pytest.raises(UnknownStep, match=r"“beauty”.*shortfall-2, welfare, benefit"):
        step_model(medium.build(), medium.plan(), "beauty")


def test_every_number_is_written_whole_and_constant_and_sense_stand_in_the_file() -> None:
    sheet = sheet_of(step_model(medium.build(), medium.plan(), "welfare", tight=False), ["first line\nsecond"])
    constant = step_model(medium.build(), medium.plan(), "welfare", tight=False).objective.expression.constant
    mps, lp = "\n".join(lines_of(sheet, "mps")), "\n".join(lines_of(sheet, "lp"))
    assert f"    {CONSTANT}  obj  {constant}\n" in mps
    assert f" FX bound  {CONSTANT}  1\n" in mps
    assert "OBJSENSE\n    MAX\n" in mps
    assert f"+ {constant} {CONSTANT}" in lp
    assert "\nMaximize\n" in lp
    assert "first line second" in mps.splitlines()[1]
    assert not re.search(r"\d[eE][+-]?\d+\s", re.sub(r"(?m)^[*\\].*$", "", mps))
    assert max(map(len, lp.splitlines())) <= 255
    assert sheet.rows[0].coefficients == [int(k) for k in sheet.rows[0].coefficients]


def test_names_are_legal_in_both_formats_different_from_one_another_and_told_where_they_changed() -> None:
    own = [
        "built.0101-gulou",
        "built.0101_gulou",
        "village.一村",
        "e9",
        "9lives",
        "free",
        "",
        "x" * 300,
        "x" * 301,
        "x",
    ]
    short = file_names(own)
    assert len(set(short)) == len(own)
    assert all(re.fullmatch(r"[A-DF-Za-df-z][A-Za-z0-9_.]*", name) and len(name) <= LENGTH_MAX + 3 for name in short)
    assert not RESERVED.intersection(short)
    assert (short[1], short[-1]) == ("built.0101_gulou", "x"), "a legal name stays as it is, whoever else wants it"
    assert short[0] == "built.0101_gulou_2"


def test_a_changed_name_can_be_traced_to_the_models_own() -> None:
    sheet = sheet_of(step_model(medium.build(), medium.plan()), [])
    told = dict(line.split(" is ", 1) for line in sheet.heading)
    built = step_model(medium.build(), medium.plan())
    for name, own in zip(sheet.columns, built.matrix.column_names, strict=False):
        assert told.get(name, name) == own
