"""One fund of a case: what its formula is sure of, what projects may use, whom and what it may pay (M05, M09)."""

from __future__ import annotations

from dataclasses import dataclass

from domain.formula import FormulaSplit, formula_grants
from domain.policy.model import FundPolicy, Policy
from domain.quoting import printable
from domain.register import Fund, Register
from domain.scoring import Scores, may_receive, unit_values


class CaseMisfit(ValueError):
    """Register and policy speak of different things."""


@dataclass(frozen=True)
class FundCase:
    """One fund as the case sees it, in fen: what the formula is sure of, and what projects may use at most."""

    fund: Fund
    policy: FundPolicy
    total_fen: int
    formula_fen: int
    """The guaranteed formula envelope; all that is not for projects when the fund has a formula."""
    projects_fen: int
    units: tuple[str, ...]
    """Units that may receive from this fund (M05)."""
    purposes: frozenset[str]
    duties: dict[str, int]
    """Unit -> money of duties that moved to it, in fen (M09)."""
    guaranteed: FormulaSplit | None
    """The formula grants out of the guaranteed envelope; None in mode `optimize` or without a formula."""

    @property
    def code(self) -> str:
        """The fund's code."""
        return self.fund.code

    @property
    def rest_to_units(self) -> bool:
        """Whether what projects leave goes back to the units by the formula."""
        return self.policy.envelopes.rest == "formula"

    @property
    def decides_grants(self) -> bool:
        """Whether the objectives decide the formula grants (`mode: optimize`)."""
        return self.policy.mode == "optimize" and self.policy.formula is not None


def counted_fen(fund: Fund, spec: FundPolicy, quantum_fen: int) -> int:
    """The money a plan counts on: plannable, and of money pledges what the policy's confidence lets it (M07, M10)."""
    if spec.pledges_confidence is None:
        return fund.plannable_fen
    arrived = owed = 0
    for pledge in fund.pledges:
        if pledge.kind == "money":
            arrived += pledge.arrived_fen
            owed += max(pledge.amount_fen - pledge.arrived_fen, 0)
    numerator, denominator = spec.pledges_confidence.as_integer_ratio()
    expected = owed * numerator // denominator
    return fund.plannable_fen + arrived + expected - expected % quantum_fen


def fund_case(fund: Fund, spec: FundPolicy, register: Register, policy: Policy, scores: Scores) -> FundCase:
    """Work out one fund. Raises `CaseMisfit`, `FormulaFault` and `ScoringFault`; see `build_case`."""
    total = counted_fen(fund, spec, policy.quantum_fen)
    projects = spec.envelopes.most_for_projects_fen(total)
    if spec.envelopes.projects_at_most_share is not None:
        projects -= projects % policy.quantum_fen  # whole quanta, so that those of the case stay large
    units = tuple(
        u.code
        for _, u in sorted(register.units.items())
        if may_receive(fund, unit_values(u, register.townships[u.township], policy.checklist))
    )
    formula = total - projects if spec.formula is not None else 0
    duties: dict[str, int] = {}
    for duty in register.duties.values():
        if duty.fund == fund.code:
            duties[duty.unit] = duties.get(duty.unit, 0) + duty.amount_fen
    split = None
    if spec.formula is not None:
        if spec.mode == "optimize" and spec.formula.groups:
            raise CaseMisfit(
                f"Fund {printable(fund.code)} has `mode: optimize` and a formula with `groups`, but amounts per group "
                "need `mode: factor`; change the mode, or bound the groups with rules `share`."
            )
        split = formula_grants(  # in mode `optimize` only to hear whether floors and duties fit into the fund
            spec.formula,
            units=units,
            register=register,
            checklist=policy.checklist,
            scores=scores,
            envelope_fen=formula if spec.mode == "factor" else total,
            quantum_fen=policy.quantum_fen,
            duties=duties,
        )
    elif duties:
        raise CaseMisfit(
            f"Unit {printable(min(duties))} carries a duty paid from fund {printable(fund.code)} (M09), but the policy "
            "gives that fund no formula to pay it by; add one, or move the duty to another fund."
        )
    return FundCase(
        fund=fund,
        policy=spec,
        total_fen=total,
        formula_fen=formula,
        projects_fen=projects,
        units=units,
        purposes=frozenset(spec.purposes if spec.purposes is not None else fund.purposes),
        duties=duties,
        guaranteed=split if spec.mode == "factor" else None,
    )
