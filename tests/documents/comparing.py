"""Two plans of the invented county and what the papers say of them: in the second the works have a third less money."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from documents.compared import ChangeRow, Compared, GateRow, Side
from domain.plan import Plan
from domain.policy.loading import LoadedPolicy
from domain.policy.model import Policy
from domain.register import Register
from optimizer.checking.audit import PlanAudit
from scenarios.comparing import compare
from scenarios.outcome import Outcome
from tests.documents.county import everything, register
from texts import Both, both, literal


def thinner(county: Register) -> Register:
    """The county with a third less for the works and a quarter more for the services."""
    replace = msgspec.structs.replace
    funds = dict(county.funds)
    if "beautiful" in funds:
        funds["beautiful"] = replace(funds["beautiful"], amount_fen=funds["beautiful"].amount_fen * 2 // 3)
    funds["service"] = replace(funds["service"], amount_fen=funds["service"].amount_fen * 5 // 4)
    return replace(county, funds=funds)


def compared(
    county: Register | None = None, change: Callable[[Register], Register] = thinner, *, why: str = "a note of June"
) -> Compared:
    """What the papers of the two plans say."""
    first = county if county is not None else register()
    sides = [_outcome(name, *everything(one)[:3]) for name, one in (("before", first), ("after", change(first)))]
    before, after = sides
    return Compared(
        question=Both("钱少了，谁会少？", "If there is less money, who gets less?"),
        state="what-if",
        before=Side(both("scenario.baseline"), before.register, before.loaded.policy, before.plan),
        after=Side(literal("thinner"), after.register, after.loaded.policy, after.plan),
        comparison=compare(before, after),
        changes=(ChangeRow(literal("funds.beautiful.amount_yuan × 0.67"), why),),
        gates=(GateRow(literal("units_losing"), "7", Both("不多于 3", "at most 3"), False),),
    )


def _outcome(name: str, county: Register, policy: Policy, plan: Plan) -> Outcome:
    audit = PlanAudit.of(county, policy, plan)
    return Outcome(name, county, LoadedPolicy(policy, "", plan.run.policy_hash), plan, audit)
