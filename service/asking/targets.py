"""Which money a question means: a disbursement, a commitment or a plan's line, by its code or by its sum."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Literal

from domain.errors import Refusal
from domain.facts.spending import LineCommitted, MoneyDisbursed
from domain.folds import PlanFold
from domain.money import MoneyFault, parse_yuan
from domain.plan import PlanLine
from domain.traces import Target
from history.log import Recorded
from service.asking.subjects import Subject, subject_of
from service.county import County
from service.planning import plans_at
from service.registers import Moment, counting

RECEIVERS = ("unit", "project", "fund")
"""What a sum may be narrowed to: `20000@0502-zhangmu`."""


class MoneyUnknown(Refusal):
    """A sum, or a code of money, that nothing on the record has."""

    code = "money-unknown"
    sentence_en = "No disbursement, commitment or plan line {given} was on the record at position {position}."
    cure_en = "Give a sum in yuan (20000, or 20000@UNIT), a line (fund.unit or PLAN.fund.unit) or a code of either."


def targets_of(county: County, given: str, at: Moment) -> list[Target]:
    """Everything a code or a sum can mean: the one thing of that code; of a sum, all money of it, at its latest step.

    Raises `MoneyUnknown`, `SubjectUnknown` or `SubjectAmbiguous` (the receiver behind `@`).
    """
    found = list(_by_code(county, given, at)) or list(_lines(county, given, at)) or _by_sum(county, given, at)
    if not found:
        raise MoneyUnknown(given=given[:80], position=at.position)
    return found


def made_by(county: County, commitment: str, at: Moment) -> LineCommitted | None:
    """The fact that made a commitment."""
    facts = county.log.facts(until=at.position, types=[LineCommitted], tags=[f"commitment:{commitment}"])
    return next((one.fact for one in facts if isinstance(one.fact, LineCommitted)), None)


def _by_code(county: County, given: str, at: Moment) -> Iterator[Target]:
    paid = counting(county, at, [MoneyDisbursed], [f"disbursement:{given}"])
    made = counting(county, at, [LineCommitted], [f"commitment:{given}"])
    yield from _targets(county, (*paid, *made), at)


def _targets(county: County, recorded: tuple[Recorded, ...], at: Moment) -> Iterator[Target]:
    for one in recorded:
        fact = one.fact
        if isinstance(fact, LineCommitted):
            yield _target("commitment", fact.commitment, fact, fact, one.position)
        elif isinstance(fact, MoneyDisbursed) and (made := made_by(county, fact.commitment, at)) is not None:
            yield _target("disbursement", fact.disbursement, fact, made, one.position)


def _target(
    kind: Literal["disbursement", "commitment"],
    code: str,
    fact: LineCommitted | MoneyDisbursed,
    made: LineCommitted,
    position: int,
) -> Target:
    return Target(
        kind=kind,
        code=code,
        plan=made.plan,
        line=made.line,
        commitment=made.commitment,
        fund=made.fund,
        unit=made.unit,
        project=made.project,
        amount_fen=fact.amount_fen,
        position=position,
    )


def _lines(county: County, given: str, at: Moment) -> Iterator[Target]:
    """Lines called so, in the newest content of every plan."""
    for life, line in _every_line(county, at):
        if given in (line.line, f"{life.plan}.{line.line}"):
            yield _of_line(life, line, at)


def _every_line(county: County, at: Moment) -> Iterator[tuple[PlanFold, PlanLine]]:
    for _, life in sorted(plans_at(county, at).plans.items()):
        for line in life.content.lines if life.content else ():
            yield life, line


def _of_line(life: PlanFold, line: PlanLine, at: Moment) -> Target:
    return Target(
        kind="line",
        code=f"{life.plan}.{line.line}",
        plan=life.plan,
        line=line.line,
        commitment=None,
        fund=line.fund,
        unit=line.unit,
        project=line.project,
        amount_fen=line.amount_fen,
        position=at.position,
    )


def _by_sum(county: County, given: str, at: Moment) -> list[Target]:
    """Money of that sum; the receiver behind `@` narrows it, so that no more than its own facts are read."""
    amount, _, receiver = given.partition("@")
    try:
        fen = parse_yuan(amount)
    except MoneyFault:
        return []
    about = subject_of(county, receiver, at, RECEIVERS) if receiver else None
    recorded = counting(county, at, [MoneyDisbursed, LineCommitted], [about.tag] if about else None)
    same = tuple(one for one in recorded if getattr(one.fact, "amount_fen", None) == fen)
    found = sorted(_targets(county, same, at), key=lambda one: one.kind == "commitment")
    found += [
        _of_line(life, line, at)
        for life, line in _every_line(county, at)
        if line.amount_fen == fen and (about is None or _belongs(line, about))
    ]
    return _last_steps(found)


def _last_steps(found: Iterable[Target]) -> list[Target]:
    """Without a commitment that is listed as paid, and without a line that is listed as committed or paid."""
    kept: list[Target] = []
    for one in found:
        later = [two for two in kept if (two.plan, two.line) == (one.plan, one.line)]
        same = later if one.kind == "line" else [two for two in later if two.commitment == one.commitment]
        if one.kind == "disbursement" or not same:
            kept.append(one)
    return kept


def _belongs(line: PlanLine, about: Subject) -> bool:
    return about.code == {"unit": line.unit, "project": line.project, "fund": line.fund}[about.kind]
