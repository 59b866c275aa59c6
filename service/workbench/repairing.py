"""What collides under the settings of a workbench, in words, and the repairs as further settings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from documents.wording import money_unit, name
from domain.decisions.funds import FundBelowCommitted, FundBelowTranches
from domain.money import Lang
from optimizer.conflicts.repairs import Relax, Repair
from optimizer.prechecks import Finding
from optimizer.rules import stated_rules
from optimizer.rules.base import PlanRule
from optimizer.rules.limits import UnitFloor
from optimizer.rules.sites import DemonstrationSites
from scenarios.present import present
from service.collision_words import conflict_said, finding_said, repair_said
from service.faults import explain
from service.names import Names
from service.solving import RulesCollide
from service.workbench.asking import change_said
from service.workbench.grounding import Ground
from service.workbench.settings import Settings
from texts import both, text


@dataclass(frozen=True)
class Way:
    """A repair: in words, and the settings it leads to."""

    said: str
    settings: Settings


@dataclass(frozen=True)
class Hindered:
    """Why there is no answer, and the ways out."""

    sentences: tuple[str, ...]
    ways: tuple[Way, ...] = ()
    rules: bool = False
    """Whether rules collide; else the settings themselves cannot be."""
    sought: bool = False
    """Whether the smallest collision and its repairs are still being looked for."""


def hindered_by_sums(certain: tuple[Finding, ...], settings: Settings, ground: Ground, lang: Lang) -> Hindered:
    """What adding up says at once, while the search for the smallest collision goes on: each change can be put back."""
    names = Names.of(ground.situation.register, ground.situation.loaded.policy)
    said = {path: change_said(settings, path, ground)[lang] for path, _ in settings.values}
    back = [
        Way(text("workbench.way.back", lang, change=said[path]), settings.with_values({path: None})) for path in said
    ]
    return Hindered(tuple(finding_said(one, lang, names) for one in certain), tuple(back), rules=True, sought=True)


def hindered(fault: Exception, settings: Settings, ground: Ground, lang: Lang) -> Hindered:
    """A fault of an answer in words, with its repairs as settings. Raises the fault where it is one of the program."""
    if not isinstance(fault, RulesCollide):
        explained = explain(fault, lang)
        if explained is None:
            raise fault
        return Hindered(explained.sentences, tuple(_least_money(fault, settings, ground, lang)))
    found = fault.collision
    certain = [finding_said(one, lang, found.names) for one in found.findings if one.certain]
    ways = [
        Way(repair_said(repair, lang, found.names), settings.with_values(_changes(repair, settings, ground)))
        for repair in found.repairs
    ]
    return Hindered((*certain, *conflict_said(found.conflict, lang, found.names)), tuple(ways), rules=True)


def _least_money(fault: Exception, settings: Settings, ground: Ground, lang: Lang) -> Iterator[Way]:
    """For a fund that would hold less than what arrived or is committed: the least it can be."""
    if not isinstance(fault, FundBelowTranches | FundBelowCommitted):
        return
    said = fault.details
    fund = str(said["fund"])
    path = f"funds.{fund}.amount_yuan"
    now = Decimal(str(settings.get(path) or present(ground.situation, path)))
    if isinstance(fault, FundBelowTranches):
        least = Decimal(str(said["tranches_fen"])) / 100
    else:
        least = now + (Decimal(str(said["held_fen"])) - Decimal(str(said["plannable_fen"]))) / 100
    words = both(
        "workbench.way.fund", fund=name(ground.situation.register.funds[fund]), amount=money_unit(int(least * 100))
    )
    yield Way(words[lang], settings.with_values({path: _plain(least)}).without_present(ground.situation))


def _changes(repair: Repair, settings: Settings, ground: Ground) -> dict[str, str | None]:
    """The settings under which a repair holds."""
    changes: dict[str, str | None] = {}
    for more in repair.raises:
        path = f"funds.{more.fund}.amount_yuan"
        now = Decimal(str(settings.get(path) or present(ground.situation, path)))
        changes[path] = _plain(now + Decimal(more.amount_fen) / 100)
    by_rule: dict[str, list[Relax]] = {}
    for relax in repair.relaxes:
        by_rule.setdefault(relax.rule.id, []).append(relax)
    for code, parts in by_rule.items():
        changes |= _relaxed(code, parts, ground)
    return changes


def _relaxed(code: str, parts: list[Relax], ground: Ground) -> dict[str, str | None]:
    """A rule of which less is asked: its number where one number says it, else it is aimed at and no longer a must.

    A share says too little: of how much money it will be a share is not known before there is a plan.
    """
    rule, here = parts[0].rule, f"policy.rules.{code}"
    most = max(part.amount for part in parts)
    if isinstance(rule, UnitFloor) and rule.amount_fen is not None and rule.amount_fen > most:
        return {f"{here}.amount_yuan": _plain(Decimal(rule.amount_fen - most) / 100)}
    if isinstance(rule, DemonstrationSites) and rule.sites_min >= most and _too_few(parts):
        return {f"{here}.sites_min": str(rule.sites_min - most)}
    return {f"{here}.kind": "should", f"{here}.priority_class": str(_free_class(rule, ground))}


def _free_class(rule: PlanRule, ground: Ground) -> int:
    """The first class of should-rules that counts what this rule is missed by, or nothing yet."""
    others = [one for one in stated_rules(ground.case.policy) if one.kind == "should" and one.id != rule.id]
    taken = {one.priority_class for one in others if one.counted_in != rule.counted_in}
    return next((number for number in range(1, 10) if number not in taken), 9)


def _too_few(parts: list[Relax]) -> bool:
    return all(part.where.endswith(".least") for part in parts)


def _plain(value: Decimal) -> str:
    return format(value.normalize(), "f")
