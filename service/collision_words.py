"""What cannot work, in sentences and as JSON: findings before the search, collisions with their repairs, shortfalls."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from domain.errors import shown
from domain.money import Lang, yuan
from service.names import NO_NAMES, Names
from texts import has, text

if TYPE_CHECKING:  # whoever only asks loads no solver
    from optimizer.conflicts.conflict import Conflict, Part
    from optimizer.conflicts.repairs import Relax, Repair
    from optimizer.conflicts.unreached import Unreached
    from optimizer.prechecks import Finding
    from optimizer.rules.base import PlanRule

PLACES_SHOWN = 6


def finding_said(finding: Finding, lang: Lang, names: Names = NO_NAMES) -> str:
    """A finding as a sentence with its cure; a notice says that it is one."""
    code = "town-too-small" if finding.figures.get("lacking") == ("–",) else finding.code
    figures = {key: _figure(key, value, lang, names) for key, value in shown(finding.figures, lang).items()}
    rules = {"rules": _listed([names.rule(rule, lang) for rule in finding.rules], lang)} if finding.rules else {}
    said = text(f"precheck.{code}", lang, **figures, **rules)
    return said if finding.certain else text("precheck.notice", lang, said=said)


def _figure(key: str, value: object, lang: Lang, names: Names) -> object:
    if key.endswith("_fen") or not isinstance(value, str | tuple):
        return value
    worded = names.lacking if key == "lacking" else names.place
    return _listed([worded(one, lang) for one in ((value,) if isinstance(value, str) else value)], lang)


def finding_json(finding: Finding) -> dict[str, Any]:
    """A finding for programs."""
    return {
        "code": finding.code,
        "impossible": finding.certain,
        "rules": list(finding.rules),
        "clauses": list(finding.clauses),
        **{name: list(value) if isinstance(value, tuple) else value for name, value in finding.figures.items()},
    }


def collision_said(conflict: Conflict, repairs: Sequence[Repair], lang: Lang, names: Names = NO_NAMES) -> Iterator[str]:
    """Who collides where, with which money, and the cheapest ways out, a line each."""
    yield from conflict_said(conflict, lang, names)
    for number, repair in enumerate(repairs, start=1):
        key = "collision.repair" if repair.proven else "collision.repair.unproven"
        changes = repair_said(repair, lang, names)
        yield text(key, lang, number=number, cost=f"{Decimal(_decimal(repair)):,}", changes=changes)
    if not repairs:
        yield text("collision.no_repair", lang)


def repair_said(repair: Repair, lang: Lang, names: Names = NO_NAMES) -> str:
    """What a repair changes, in one line."""
    return ("、" if lang == "zh" else ", ").join(_changes(repair, lang, names))


def conflict_said(conflict: Conflict, lang: Lang, names: Names = NO_NAMES) -> Iterator[str]:
    """Who collides where, and with which money, a line each."""
    for part in conflict.parts:
        key = "collision.statutory" if part.rule.statutory else "collision.rule"
        where = _listed([names.place(place, lang) for place in part.where], lang)
        yield text(key, lang, rule=names.rule(part.rule.id, lang), clause=part.rule.clause, where=where)
    for condition in conflict.background:
        values = {"fund": names.place(condition.fund, lang)} if condition.fund else {}
        yield text(f"collision.{condition.kind}", lang, **values)


def conflict_json(conflict: Conflict) -> list[dict[str, Any]]:
    """The conditions that collide, rules first."""
    return [
        *(_part_json(part, minimal=conflict.minimal) for part in conflict.parts),
        *(
            {
                "kind": one.kind,
                **({"fund": one.fund} if one.fund else {}),
                "statutory": False,
                "minimal": conflict.minimal,
            }
            for one in conflict.background
        ),
    ]


def _part_json(part: Part, *, minimal: bool) -> dict[str, Any]:
    return {
        "kind": "rule",
        "rule": part.rule.id,
        "clause": part.rule.clause,
        "where": list(part.where),
        "statutory": part.rule.statutory,
        "minimal": minimal,
    }


def repair_json(repair: Repair) -> dict[str, Any]:
    """A repair for programs: amounts in fen or whole numbers, its cost in yuan of the policy's repair costs."""
    return {
        "cost_yuan": _decimal(repair),
        "proven": repair.proven,
        "relax": [
            {"rule": r.rule.id, "where": r.where, "amount": r.amount, "measure": r.rule.measure} for r in repair.relaxes
        ],
        "raise": [{"fund": r.fund, "amount_fen": r.amount_fen} for r in repair.raises],
    }


def unreached_said(one: Unreached, lang: Lang, names: Names = NO_NAMES) -> str:
    """How far a should-rule is missed, how far it would be if it came first, and why it does not."""
    values = {
        "rule": names.rule(one.rule.id, lang),
        "clause": one.rule.clause,
        "missed": _amount(one.rule, one.missed, lang),
    }
    if one.why == "impossible":
        return text("unreached.impossible", lang, **values)
    first = text("unreached.unknown", lang) if one.missed_first is None else _amount(one.rule, one.missed_first, lang)
    against = {} if one.why == "order" else {"against": _listed([names.rule(rule, lang) for rule in one.against], lang)}
    return text(f"unreached.{one.why}", lang, **values, first=first, **against)


def unreached_json(one: Unreached) -> dict[str, Any]:
    """The same for programs; amounts in fen or whole numbers."""
    return {
        "rule": one.rule.id,
        "clause": one.rule.clause,
        "measure": one.rule.measure,
        "missed": one.missed,
        "missed_if_first": one.missed_first,
        "missed_at_least": one.missed_at_least,
        "why": one.why,
        "against": list(one.against),
    }


def _changes(repair: Repair, lang: Lang, names: Names) -> Iterator[str]:
    by_rule: dict[str, list[Relax]] = {}
    for relax in repair.relaxes:
        by_rule.setdefault(relax.rule.id, []).append(relax)
    for code, parts in by_rule.items():
        amount = _amount(parts[0].rule, sum(part.amount for part in parts), lang)
        where = _listed([names.place(part.where, lang) for part in parts], lang)
        yield text("collision.relax", lang, rule=names.rule(code, lang), amount=amount, where=where)
    for more in repair.raises:
        yield text("collision.raise", lang, fund=names.place(more.fund, lang), amount=yuan(more.amount_fen, lang))


def _amount(rule: PlanRule, amount: int, lang: Lang) -> str:
    if rule.measure == "fen":
        return yuan(amount, lang)
    key = f"measure.{rule.measure}"
    return text(key, lang, count=amount) if has(key) else f"{amount} {rule.measure}"


def _listed(names: Sequence[str], lang: Lang) -> str:
    """Some names of many, and how many there are."""
    between = "、" if lang == "zh" else ", "
    some = between.join(names[:PLACES_SHOWN]) or "–"
    return some if len(names) <= PLACES_SHOWN else text("collision.more", lang, some=some, count=len(names))


def _decimal(repair: Repair) -> str:
    """A repair's cost in yuan, to the fen."""
    exact = Decimal(repair.cost.numerator) / Decimal(repair.cost.denominator)
    return str(exact.quantize(Decimal("0.01")))
