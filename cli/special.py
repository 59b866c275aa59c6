"""Decisions that need a use case of their own: admitting a project, committing a line, and the turns of a plan."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

import typer

from cli.deciding import Mandate, Receipt, Session
from cli.options import OptionUnclear
from cli.sums import as_fen
from service import plan_life, projects
from texts import text

Plan = Annotated[str, typer.Argument(help="Code of the plan.")]


def commit(
    here: Session,
    mandate: Mandate,
    plan: Plan,
    line: Annotated[str, typer.Argument(help="The line: fund.unit or fund.project.")],
    amount: Annotated[str | None, typer.Option("--amount", help="In yuan. Default: what is not committed yet.")] = None,
    commitment: Annotated[str | None, typer.Option("--commitment", help="Its code. Default: plan.line.")] = None,
) -> Receipt:
    """Reserve the money of one approved plan line out of what has arrived (M07)."""
    fen = None if amount is None else as_fen("--amount", amount)
    return plan_life.commit_line(here.county, plan, line, mandate, commitment=commitment, amount_fen=fen)


def admit(
    here: Session, mandate: Mandate, project: Annotated[str, typer.Argument(help="Code of the project.")]
) -> Receipt:
    """Admit an appraised project to the library, so that it can be funded (M05, M20)."""
    return projects.admit(here.county, project, mandate)


def propose(here: Session, mandate: Mandate, plan: Plan) -> Receipt:
    """Put a drafted or adjusted plan before the leading group, verified once more (M27)."""
    return plan_life.propose(here.county, plan, mandate)


def approve(here: Session, mandate: Mandate, plan: Plan) -> Receipt:
    """Verify a plan once more and make it binding; who proposed it cannot (M27)."""
    return plan_life.approve(here.county, plan, mandate)


def adjust(
    here: Session,
    mandate: Mandate,
    plan: Plan,
    lines: Annotated[
        list[str],
        typer.Option("--line", help="LINE=YUAN, such as service.V012=31000; 0 takes a line out. Repeat for more."),
    ],
    reason: Annotated[str, typer.Option("--reason", help="Why the plan is changed by hand.")],
) -> Receipt:
    """Change lines of a draft by hand: re-verified, with its reason, and with what it costs against the optimum."""
    changes = {}
    for given in lines:
        name, equals, amount = given.rpartition("=")
        if not equals:
            raise OptionUnclear(option="--line", given=given[:40], expected="LINE=YUAN, such as service.V012=31000")
        changes[name] = as_fen("--line", amount)
    receipt, cost = plan_life.adjust(here.county, plan, changes, reason, mandate)
    if not here.as_json:
        for objective, loss in cost.items():
            here.console.print(text("cli.costs", here.lang, objective=objective, loss=loss))
    return receipt


COMMANDS: dict[str, dict[str, Callable[..., Receipt]]] = {
    "money": {"commit": commit},
    "project": {"admit": admit},
    "plans": {"propose": propose, "approve": approve, "adjust": adjust},
}
