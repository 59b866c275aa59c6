"""Use case of the export: one step of a plan's strict order as a file that another program solves to the same value."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import get_args

from domain.errors import Refusal
from optimizer.case import build_case
from optimizer.export.formats import Format, lines_of
from optimizer.export.sheet import Sheet, sheet_of
from optimizer.export.step import StepModel, best_value, step_model
from optimizer.model import ModelFault
from optimizer.solve.choosing import engine_for
from service.county import County
from service.files import whole_file
from service.plan_reading import newest
from service.planning import Planned
from service.registers import Moment
from service.solving import CaseFault


class FormatUnknown(Refusal):
    """A file name that says neither of the two formats."""

    code = "export-format-unknown"
    sentence_en = "“{path}” does not say in which format the model is to be written."
    cure_en = "Name the file with the ending .mps or .lp."


class FolderMissing(Refusal):
    """A file in a folder that is not there."""

    code = "export-folder-missing"
    sentence_en = "There is no folder {folder} to write the model to."
    cure_en = "Make the folder first, or name another."


@dataclass(frozen=True)
class Exported:
    """What was written: a step's size, and the value whoever solves the file must find."""

    plan: str
    step: str
    sense: str
    columns: int
    rows: int
    value: int
    bound: int
    unit: str

    @property
    def proven(self) -> bool:
        """Whether no value beyond `value` is possible."""
        return self.value == self.bound


def export_step(
    county: County,
    path: Path,
    *,
    plan: str | None = None,
    step: str | None = None,
    tight: bool = True,
    at: Moment | None = None,
) -> Exported:
    """Write one step (default: the last) of a plan (default: the newest), as it is or was at a moment, as MPS or LP.

    Raises `FormatUnknown`, `FolderMissing`, `UnknownStep`, `CaseFault`, and what `newest` raises.
    """
    form = format_of(path)
    if not path.parent.is_dir():
        raise FolderMissing(folder=path.parent)
    found = newest(county, plan, at)
    computed = found.computed
    case = build_case(computed.register, computed.loaded, computed.plan.run.baseline)
    try:
        built = step_model(case, computed.plan, step, tight=tight)
    except ModelFault as fault:
        raise CaseFault(reason=str(fault)) from fault
    value, bound = best_value(built, engine_for(case))
    sheet = sheet_of(built, _heading(found, built, value, bound))
    _write(path, form, sheet)
    sense, unit = built.objective.sense, built.objective.unit
    size = {"columns": len(sheet.columns), "rows": len(sheet.rows)}
    return Exported(found.plan_id, built.objective.name, sense, value=value, bound=bound, unit=unit, **size)


def format_of(path: Path) -> Format:
    """The format a file name asks for. Raises `FormatUnknown`."""
    formats: tuple[Format, ...] = get_args(Format)
    for form in formats:
        if path.suffix.lower() == f".{form}":
            return form
    raise FormatUnknown(path=path.name)


def _write(path: Path, form: Format, sheet: Sheet) -> None:
    def write(draft: Path) -> None:
        with draft.open("w", encoding="ascii", newline="\n") as file:
            file.writelines(f"{line}\n" for line in lines_of(sheet, form))

    whole_file(path, write)


def _heading(found: Planned, built: StepModel, value: int, bound: int) -> list[str]:
    """What a reader of the file should know before solving it."""
    plan, objective = found.computed.plan, built.objective
    kept = [f"keep.{o.name}: {o.name} as the plan kept it, at {o.raw_floor}" for o in built.earlier]
    return [
        f"Tongchou, plan {found.plan_id} ({plan.plan_hash}), step {objective.name}: {objective.sense} {objective.unit}",
        f"case {plan.run.instance_hash}, policy {plan.run.policy} version {plan.run.policy_version}",
        f"value {value}, proven bound {bound}, in the model's own units; solve with gap 0",
        *kept,
    ]
