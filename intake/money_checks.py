"""Sums and payers: what a fund's parts may come to, what a project may have spent, and that somebody may fund it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import cast

from domain.figures import COUNTED, ScoringFault, unit_values
from domain.money import yuan
from domain.policy.expression import Expression, ExpressionFault
from domain.register import Fund, Township, Unit
from domain.scoring import may_receive
from intake.completeness import entry_of
from intake.rows import Row, Rows
from intake.words import HAVES, PURPOSES, listed
from texts import Both

_FUNDS_SHOWN = 6
SETTLED = frozenset({"accepted", "withdrawn"})
"""Stages in which a project needs no money any more."""


def amount(row: Row, key: str) -> int:
    """An amount of a row in fen; 0 where it is empty."""
    return cast(int, row.values.get(key, 0))


def check_funds(rows: Rows) -> None:
    """Tranches come to at most their fund's amount, and a pledge brings at most what was promised (M07)."""
    tranches: dict[object, int] = defaultdict(int)
    for row in rows.rows:
        entry = entry_of(row)
        if entry == "tranche":
            tranches[row.values.get("fund")] += amount(row, "amount_yuan")
        elif entry == "pledge" and "amount_yuan" in row.values:
            promised, arrived = amount(row, "amount_yuan"), amount(row, "arrived_yuan")
            if arrived > promised:
                rows.fault("arrived-above-pledge", row, "arrived_yuan", **_both_amounts(arrived, promised))
    for row in rows.rows:
        if entry_of(row) == "fund" and "amount_yuan" in row.values and "code" in row.values:
            whole, parts = amount(row, "amount_yuan"), tranches[row.values["code"]]
            if parts > whole:
                rows.fault("tranches-above-fund", row, "amount_yuan", **_both_amounts(parts, whole))


def check_spent(rows: Rows) -> None:
    """Nothing spent above the cost: an overrun is a decision of its own, not a cell (M20)."""
    for row in rows.rows:
        if "cost_yuan" in row.values and amount(row, "spent_yuan") > amount(row, "cost_yuan"):
            rows.fault(
                "spent-above-cost", row, "spent_yuan",
                **_both_amounts(amount(row, "spent_yuan"), amount(row, "cost_yuan")),
            )  # fmt: skip


def check_payers(
    rows: Rows,
    funds: Mapping[str, tuple[tuple[str, ...], Fund | None]],
    units: Mapping[str, Unit],
    townships: Mapping[str, Township],
) -> None:
    """Every open project has a fund whose purposes cover all of its own, and whose condition its unit meets (M05).

    `funds` gives each fund's purposes and, where its row is whole, the fund. Without any fund nothing is asked yet.
    """
    if not funds:
        return
    offered = _offered(funds)
    conditions = {code: _condition(fund) for code, (_, fund) in funds.items()}
    covering: dict[tuple[str, ...], list[str]] = {}
    answers: dict[tuple[str, str], bool] = {}
    for row in rows.rows:
        purposes = cast(tuple[str, ...], row.values.get("purposes", ()))
        if not purposes or row.values.get("stage") in SETTLED:
            continue
        if purposes not in covering:
            covering[purposes] = [code for code, (own, _) in funds.items() if set(own).issuperset(purposes)]
        if not covering[purposes]:
            rows.fault("no-payer", row, "purposes", purposes=listed(PURPOSES, purposes), funds=offered)
            continue
        unit = units.get(str(row.values.get("unit")))
        if unit is None or unit.township not in townships:
            continue
        for code in covering[purposes]:
            if (code, unit.code) not in answers:
                fund = funds[code][1] if conditions[code] else None
                answers[code, unit.code] = fund is None or _eligible(fund, unit, townships[unit.township])
        if not any(answers[code, unit.code] for code in covering[purposes]):
            closed = ", ".join(sorted(covering[purposes])[:_FUNDS_SHOWN])
            rows.fault("no-eligible-payer", row, "unit", unit=unit.code, funds=closed)


def _offered(funds: Mapping[str, tuple[tuple[str, ...], Fund | None]]) -> Both:
    """What the funds may pay for, in a line."""
    shown = [
        Both(f"{code}（{own.zh}）", f"{code} ({own.en})")
        for code, (purposes, _) in sorted(funds.items())
        for own in [listed(PURPOSES, purposes)]
    ]
    more = [Both("……", "…")] if len(shown) > _FUNDS_SHOWN else []
    return Both.join([*shown[:_FUNDS_SHOWN], *more])


def _condition(fund: Fund | None) -> bool:
    """Whether a fund has a condition that can be answered without the policy's checklist."""
    if fund is None or fund.eligibility is None:
        return False
    try:
        names = Expression.parse(fund.eligibility).names
    except ExpressionFault:
        return False
    return not any(name in COUNTED or name.startswith("has_") for name in names)


def _eligible(fund: Fund, unit: Unit, township: Township) -> bool:
    """Whether the unit meets the fund's condition; a figure that is missing is told when a plan needs it, not here."""
    try:
        return may_receive(fund, unit_values(unit, township, tuple(HAVES)))
    except ScoringFault:
        return True


def _both_amounts(found: int, most: int) -> dict[str, object]:
    return {
        "found": Both(yuan(found, "zh"), yuan(found)),
        "most": Both(yuan(most, "zh"), yuan(most)),
        "excess": Both(yuan(found - most, "zh"), yuan(found - most)),
    }
