"""What a unit can check by itself: its grant with its proof, as a QR code; and what each plan gave it."""

from __future__ import annotations

from dataclasses import dataclass

from documents.qr import Code, code_of
from documents.standalone.pack_check.notes import read_key
from documents.view import per_head
from domain.facts import NOTICE_FACTS
from domain.facts.plans import GrantNoticed
from service.county import County
from service.disclosing import Discloser, FactNotSealed
from service.keys import keyring
from service.ledger import ledger_at
from service.plan_reading import planned, standing
from service.plan_steps import published
from service.registers import Moment

PLANS_MAX = 6
"""How many plans the history of a unit shows, the newest."""


@dataclass(frozen=True)
class UnitProof:
    """The grant of a unit on the record: where, the disclosure as text and as a code, the key it is checked with."""

    position: int
    text: str
    code: Code | None
    key: str
    fingerprint: str
    sealed: int


@dataclass(frozen=True)
class Year:
    """What one plan gave a unit."""

    plan: str
    state: str
    years: str
    total_fen: int
    per_household_fen: int | None


@dataclass(frozen=True)
class Paid:
    """What became of a unit's money from one fund."""

    fund: str
    committed_fen: int
    paid_fen: int


def proof_of_grant(county: County, plan: str, unit: str, at: Moment) -> UnitProof | None:
    """The proof of what a unit was told it gets; None before the plan was noticed, or while no checkpoint covers it."""
    facts = county.log.facts(until=at.position, types=NOTICE_FACTS, tags=[f"plan:{plan}", f"unit:{unit}"])
    told = [one.position for one in facts if isinstance(one.fact, GrantNoticed)]
    if not told:
        return None
    discloser, position = Discloser(county), told[-1]
    try:
        disclosed = discloser.disclose(position)
        sealed = discloser.checkpoint(position).size
    except FactNotSealed:
        return None
    key = keyring(county).at(sealed)
    line = "" if key is None else str(key.key)
    text = disclosed.qr_text()
    return UnitProof(position, text, code_of(text), line, read_key(line)[0].fingerprint if line else "", sealed)


def years_of(county: County, unit: str, at: Moment, *, public: bool) -> list[Year]:
    """What each plan gave a unit, the newest first; `public`: only of plans everybody may read."""
    found = []
    readable = {life.plan for life in published(county, at)}
    for plan, state, _ in reversed(standing(county, at)):
        if public and plan not in readable:
            continue
        computed = planned(county, plan, at).computed
        known = computed.register.units.get(unit)
        if known is None:
            continue
        total = sum(line.amount_fen for line in computed.plan.lines if line.unit == unit)
        years = sorted({fund.budget_year for fund in computed.register.funds.values()})
        each = per_head(total, known.households)
        found.append(Year(plan, state, "–".join(map(str, dict.fromkeys((years[0], years[-1])))), total, each))
        if len(found) == PLANS_MAX:
            break
    return found


def paid_to(county: County, unit: str, at: Moment) -> list[Paid]:
    """What was committed for a unit and paid to it, fund by fund."""
    sums: dict[str, list[int]] = {}
    for row in ledger_at(county, at):
        if row.unit == unit:
            one = sums.setdefault(row.fund, [0, 0])
            one[0] += row.committed_fen
            one[1] += row.disbursed_fen - row.returned_fen
    return [Paid(fund, committed, paid) for fund, (committed, paid) in sums.items() if committed]
