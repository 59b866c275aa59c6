"""What went wrong, in sentences and an exit code: the one place that knows every kind of fault the house can raise."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum
from typing import Any

import msgspec

from desk.people import DeskUnavailable
from domain.errors import Refusal
from domain.figures import ScoringFault
from domain.formula import FormulaFault
from domain.money import Lang
from domain.policy.faults import PolicyFaults
from history.faults import FactFault, StoreFault
from intake.faults import IntakeFault, RegisterFaults
from optimizer.solve.engine import SolverFault
from projections.views import ViewsUnavailable
from service.collision_words import collision_said, conflict_json, finding_json, finding_said, repair_json
from service.planning import PlanNotVerified
from service.policies import PolicyUnreadable
from service.scenarios.sweep_faults import SweepStopped, SweepWithoutRoom
from service.solving import CaseFault, ExplorationUnfinished, RulesCollide, SearchUnfinished
from service.worker import SearchCancelled, SearchCrashed, SearchOverran
from texts import text
from texts.fault_words import fault_text, in_language
from texts.refusals import refusal_text, worded

FAMILIES: tuple[type[Exception], ...] = (
    Refusal,
    RegisterFaults,
    PolicyFaults,
    IntakeFault,
    ScoringFault,
    FormulaFault,
    SolverFault,
    RulesCollide,
    DeskUnavailable,
)
"""Every family of faults that `explain` has words for, beside those of the machine's own files."""

ERRORS_MAX = 1000
"""So many faults of one file are listed by themselves."""


class Exit(IntEnum):
    """Exit codes of the command line, the same for every command."""

    OK = 0
    REFUSED = 1
    USAGE = 2
    BAD_INPUT = 3
    NO_PLAN = 4
    STORE = 5
    SOLVER = 6
    INTERRUPTED = 130


@dataclass(frozen=True)
class Explained:
    """A fault as a person reads it, a line each, and as a program does."""

    code: str
    sentences: tuple[str, ...]
    exit: Exit
    details: dict[str, Any] = field(default_factory=dict)
    """What a program reads beside the sentences."""


def explain(fault: BaseException, lang: Lang = "en") -> Explained | None:
    """The fault in words; None for what is no fault of input, store or search but of the program."""
    match fault:
        case RegisterFaults():
            return Explained("register-faults", tuple(fault.sentence(lang).splitlines()), Exit.BAD_INPUT)
        case PolicyFaults():
            return Explained("policy-faults", tuple(fault_text(one, lang) for one in fault.faults), Exit.BAD_INPUT)
        case IntakeFault():
            return Explained(fault.code, (fault.sentence(lang),), Exit.BAD_INPUT)
        case ScoringFault() | FormulaFault():
            said = worded(fault.sentence) if lang == "zh" else fault.sentence
            return Explained(fault.code, (said,), Exit.BAD_INPUT)
        case SolverFault():
            return Explained("solver-failed", (text("cli.solver", lang, reason=fault),), Exit.SOLVER)
        case RulesCollide():
            return _explain_collision(fault, lang)
        case Refusal():
            return Explained(fault.code, (refusal_text(fault, lang),), exit_of(type(fault)))
        case DeskUnavailable():
            reason = worded(fault.reason) if lang == "zh" else fault.reason
            said = text("cli.desk", lang, where=fault.where, reason=reason)
            return Explained("desk-unavailable", (said,), Exit.STORE)
        case KeyboardInterrupt():
            return Explained("interrupted", (text("cli.interrupted", lang),), Exit.INTERRUPTED)
        case OSError():
            where = f" ({fault.filename})" if fault.filename else ""
            sentence = text("cli.file", lang, where=where, reason=_in_words(fault, lang))
            return Explained("file", (sentence,), Exit.BAD_INPUT)
        case _:
            return None


def places_of(fault: BaseException, lang: Lang = "en") -> dict[str, Any]:
    """Every fault of a file by itself, with its place, as `errors` (at most `ERRORS_MAX`); nothing for other faults."""
    match fault:
        case RegisterFaults():
            cells = [
                {
                    "sheet": one.sheet,
                    "row": one.row,
                    "column": one.column,
                    "letter": one.letter,
                    "value": one.value,
                    "code": one.code,
                    "problem": one.problem[lang],
                    "cure": one.cure[lang],
                }
                for one in fault.faults[:ERRORS_MAX]
            ]
            return {"errors": cells, "errors_total": fault.count}
        case PolicyFaults():
            return {
                "errors": [msgspec.to_builtins(in_language(one, lang)) for one in fault.faults[:ERRORS_MAX]],
                "errors_total": len(fault.faults),
            }
        case _:
            return {}


def _in_words(fault: OSError, lang: Lang) -> str:
    reason = fault.strerror or str(fault)
    return worded(reason) if lang == "zh" else reason


def _explain_collision(fault: RulesCollide, lang: Lang) -> Explained:
    collision = fault.collision
    found = (finding_said(finding, lang, collision.names) for finding in collision.findings if finding.certain)
    lines = (
        refusal_text(fault, lang),
        *found,
        *collision_said(collision.conflict, collision.repairs, lang, collision.names),
    )
    details = {
        "conflicts": conflict_json(collision.conflict),
        "repairs": [repair_json(repair) for repair in collision.repairs],
        "findings": [finding_json(finding) for finding in collision.findings],
    }
    return Explained(fault.code, lines, Exit.NO_PLAN, details)


def exit_of(kind: type[Refusal]) -> Exit:
    """Which end a command comes to by a refusal of this kind."""
    return next((end for end, kinds in _EXITS if issubclass(kind, kinds)), Exit.REFUSED)


_EXITS: tuple[tuple[Exit, tuple[type[Refusal], ...]], ...] = (
    (
        Exit.SOLVER,
        (SearchUnfinished, ExplorationUnfinished, PlanNotVerified, SearchCrashed, SearchOverran, SearchCancelled),
    ),
    (Exit.NO_PLAN, (RulesCollide,)),
    (Exit.INTERRUPTED, (SweepStopped,)),
    (Exit.STORE, (StoreFault, FactFault, ViewsUnavailable, SweepWithoutRoom)),
    (Exit.BAD_INPUT, (PolicyUnreadable, CaseFault)),
)
