"""Why a unit gets what it gets: every line taken apart by rule, down to the criterion, with the figures it rests on.

A plan's line already says how much of it is duty, floor, need, priority, project, site or a hand's. Need and priority
are taken further apart, in the proportions the formula itself has (`domain/formula.py`): with W[k] = share[k] w[k](u) /
sum(w[k](v)) of factor k, p the unit's priority and a[c] what criterion c adds to it,

    need      in the proportion of   W[k] for `need`,  W[k] / p for `weighted` factors                       (1)
    priority  in the proportion of   W[k] for `priority`,  W[k] (p - 1) / p * a[c] / sum(a)  for `weighted`      (2)

and rounded so that the pieces of a part sum to it, and all pieces to the unit's total, to the fen.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction

from domain.plan import Plan, PlanLine
from domain.policy.model import Factor, Formula
from domain.reasons import Decomposition, Piece
from domain.scoring import figure
from optimizer.case import Case, FundCase
from optimizer.reasons.footing import places

Share = tuple[str, str | None, Fraction, dict[str, Decimal]]
"""A rule, the duty it is for, its proportion, and the figures it rests on."""
BY_HAND = "by-hand"


def decompose(case: Case, plan: Plan, unit: str) -> Decomposition:
    """All pieces of one unit's money, line by line."""
    lines = [line for line in plan.lines if line.unit == unit]
    pieces = [piece for line in lines for piece in _pieces(case, plan, line)]
    return Decomposition(unit=unit, total_fen=sum(line.amount_fen for line in lines), pieces=tuple(pieces))


def _pieces(case: Case, plan: Plan, line: PlanLine) -> Iterator[Piece]:
    if line.project is not None:
        yield _project_piece(case, line)
        return
    fund = case.funds[line.fund]
    for part, fen in line.parts.items():
        shares = _shares(case, plan, fund, line, part)
        for (rule, of, _, figures), amount in zip(shares, split(fen, [s for _, _, s, _ in shares]), strict=True):
            if amount:
                yield Piece(
                    line=line.line, fund=line.fund, part=part, rule=rule, amount_fen=amount, of=of, figures=figures
                )


def _project_piece(case: Case, line: PlanLine) -> Piece:
    """A project is one piece: what this fund pays of its whole cost, by the most telling rule its line cites."""
    assert line.project is not None
    part = "site" if "site" in line.parts else "project"
    rules = [rule for rule in line.rules if rule != BY_HAND]
    return Piece(
        line=line.line,
        fund=line.fund,
        part=part,
        rule=rules[-1] if rules else BY_HAND,
        amount_fen=line.amount_fen,
        of=line.project,
        figures={"cost_fen": Decimal(case.cost_fen(line.project))} if line.project in case.projects else {},
    )


def _shares(case: Case, plan: Plan, fund: FundCase, line: PlanLine, part: str) -> list[Share]:
    """Into what a part of a formula grant is taken apart."""
    formula = fund.policy.formula
    assert formula is not None
    match part:
        case "duty":
            duties = [d for _, d in sorted(case.register.duties.items()) if (d.unit, d.fund) == (line.unit, line.fund)]
            return [(f"{fund.code}.duty", d.code, Fraction(d.amount_fen), {}) for d in duties]
        case "floor":
            floor = case.floors_fen[fund.code][line.unit]
            return [(f"{fund.code}.floor", None, Fraction(1), {"floor_fen": Decimal(floor)})]
        case "need" if fund.decides_grants:
            return [("need", None, Fraction(1), _scores(case, line.unit))]
        case "priority" if fund.decides_grants:
            return _criteria(case, line.unit, Fraction(1), "need")
        case "need" | "priority":
            return _by_factor(case, plan, fund, formula, line.unit, part)
        case _:
            return [(BY_HAND, None, Fraction(1), {})]


def _by_factor(case: Case, plan: Plan, fund: FundCase, formula: Formula, unit: str, part: str) -> list[Share]:
    """(1) and (2)."""
    given = (line for line in plan.lines if line.fund == fund.code and line.project is None)
    pool = sum(line.parts.get("need", 0) + line.parts.get("priority", 0) for line in given)
    priority, shares = case.scores.priority[unit], list[Share]()
    above = max(1 - 1 / priority, Fraction(0))
    for factor in formula.factors:
        own, whole = _weights(case, fund, formula, factor, unit)
        if not own or not factor.share:
            continue
        claim, rule = Fraction(factor.share) * own / whole, f"{fund.code}.{factor.id}"
        figures = {
            **_scores(case, unit),
            "own": places(own),
            "all": places(whole),
            "share": factor.share,
            "pool_fen": Decimal(pool),
        }
        if part == "need" and factor.part != "priority":
            shares.append((rule, None, claim if factor.part == "need" else claim * (1 - above), figures))
        elif part == "priority" and factor.part == "priority":
            shares.append((rule, None, claim, figures))
        elif part == "priority" and factor.part == "weighted" and above:
            shares += _criteria(case, unit, claim * above, rule)
    return shares or [("need" if part == "need" else "priority", None, Fraction(1), _scores(case, unit))]


def _criteria(case: Case, unit: str, claim: Fraction, otherwise: str) -> list[Share]:
    """A claim that comes from the rubric, by the criteria that add to (or take from) the unit's priority."""
    added = case.scores.criteria[unit]
    whole = sum((add for _, add in added), Fraction(0))
    if not whole:
        return [(otherwise, None, claim, _scores(case, unit))]
    return [
        (f"priority.{criterion}", None, claim * add / whole, {**_scores(case, unit), "added": places(add)})
        for criterion, add in added
    ]


def _scores(case: Case, unit: str) -> dict[str, Decimal]:
    return {"need": places(case.scores.need[unit]), "priority": places(case.scores.priority[unit])}


def _weights(case: Case, fund: FundCase, formula: Formula, factor: Factor, unit: str) -> tuple[Fraction, Fraction]:
    """A factor's weight of one unit and of all that share with it."""
    group = _group(case, formula, unit)
    weights = {
        other: figure(factor.weight, case.figures(other), f"the factor `{factor.id}`")
        for other in fund.units
        if _group(case, formula, other) == group
    }
    return weights[unit], sum(weights.values(), Fraction(0))


def _group(case: Case, formula: Formula, unit: str) -> str | None:
    return None if formula.group_by is None else str(getattr(case.units[unit], formula.group_by))


def split(amount_fen: int, shares: Sequence[Fraction]) -> list[int]:
    """An amount in these proportions, rounded so that it sums to the fen; a share may be below zero, not their sum."""
    whole, upto, given = sum(shares, Fraction(0)), Fraction(0), 0
    pieces = []
    for share in shares:
        upto += share
        reached = round(amount_fen * upto / whole) if whole else amount_fen
        pieces.append(reached - given)
        given = reached
    return pieces
