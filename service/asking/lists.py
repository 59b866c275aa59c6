"""What auditors list, in both times: each list reads the facts it needs and states its rule; the pure functions of
`domain/auditing` find, the catalogue says it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from documents.audit_lists import Found, list_table, sentence
from documents.telling import amount, said
from documents.wording import day
from domain.auditing import acceptance, documents, hands, late, payments, twice
from domain.auditing.finding import Finding
from domain.errors import Refusal
from domain.facts import FUND_FACTS, SPENDING_FACTS
from domain.facts.base import Fact
from domain.facts.plans import PlanApproved, PlanLineAdjusted
from domain.facts.projects import ProjectAccepted, ProjectProposed
from domain.facts.spending import LineCommitted, MoneyDisbursed, MoneyReturned
from domain.money import Lang
from domain.register import Project, Register
from history.log import Recorded
from service.asking.known import Known
from service.county import County
from service.planning import plans_at
from service.registers import Moment, counting, day_of, register_at
from texts import Both, both, literal

WHO_MAX = 20
"""Of more witnesses than these the first ones say who."""


class ListUnknown(Refusal):
    """A list nobody knows."""

    code = "list-unknown"
    sentence_en = "There is no list {given}."
    cure_en = "Lists: {lists}."


class ChoiceOutOfRange(Refusal):
    """A number of a list's rule that makes no sense."""

    code = "choice-out-of-range"
    sentence_en = "{name} cannot be {given}."
    cure_en = "Choose from {low} to {high}."


@dataclass(frozen=True)
class Choices:
    """The numbers of the rules an auditor may choose."""

    days: int | None = None
    """Backdated: days of grace; split: days between two payments."""
    share_percent: int = acceptance.SHARE_PERCENT
    limit_fen: int = payments.LIMIT_FEN
    near_percent: int = payments.NEAR_PERCENT
    units_min: int = 2

    def checked(self) -> Choices:
        """The same. Raises `ChoiceOutOfRange`."""
        bounds = {"share_percent": (0, 100), "near_percent": (1, 100), "units_min": (2, 1000), "days": (0, 36_500)}
        for name, (low, high) in bounds.items():
            given = getattr(self, name)
            if given is not None and not low <= given <= high:
                raise ChoiceOutOfRange(name=name.split("_")[0], given=given, low=low, high=high)
        return self


@dataclass(frozen=True)
class AuditList:
    """One list at a moment."""

    kind: str
    rule: Both
    count: int
    """All findings …"""
    found: tuple[Found, ...]
    """… and those that were asked for in words, in the order of the list."""
    at: Moment

    @property
    def title(self) -> Both:
        """What the list is called."""
        return both(f"audit.{self.kind}.title")

    def table(self, lang: Lang) -> Any:
        """For the terminal."""
        return list_table(self.title, self.rule, self.found, self.count, self.at.position, lang)

    def json(self) -> dict[str, Any]:
        """For programs."""
        return {
            "list": self.kind,
            "position": self.at.position,
            "as_of": self.at.as_of,
            "count": self.count,
            "rule": {"zh": self.rule.zh, "en": self.rule.en},
            "findings": [
                {
                    **msgspec.to_builtins(one.finding),
                    "who": one.who,
                    "zh": one.sentence.zh,
                    "en": one.sentence.en,
                }
                for one in self.found
            ],
        }


def audit_list(
    county: County, kind: str, at: Moment, choices: Choices | None = None, window: slice = slice(None)
) -> AuditList:
    """One list by its name, those of its findings in words that lie in the window.

    Raises `ListUnknown`, `ChoiceOutOfRange` or `NothingRegistered`.
    """
    if kind not in LISTS:
        raise ListUnknown(given=kind[:40], lists=", ".join(LISTS))
    chosen = (choices or Choices()).checked()
    rule, findings = LISTS[kind](county, at, chosen)
    names = Known(county, at.position)
    found = tuple(_in_words(county, one, at, names) for one in findings[window])
    return AuditList(kind, rule, len(findings), found, at)


def _in_words(county: County, finding: Finding, at: Moment, names: Known) -> Found:
    """A finding as a sentence, and who put its witnesses on the record, in which post, each once."""
    who: dict[str, None] = {}
    what = literal("")
    for position in finding.positions[:WHO_MAX]:
        for recorded in county.log.facts(after=position - 1, until=position):
            mandate = recorded.fact.mandate
            who[f"{names.person(mandate.person)}@{mandate.post}"] = None
            if position == finding.said.get("at"):
                what = said(recorded.fact, position, names)
    return Found(finding, sentence(finding, what, at.position, names), tuple(who))


Answer = tuple[Both, list[Finding]]
"""The rule in words, and what it finds."""


def _late(county: County, at: Moment, choices: Choices) -> Answer:
    days = late.LATE_DAYS if choices.days is None else choices.days
    return both("audit.backdated.rule", days=days), late.backdated(_facts(county, at), days)


def _by_hand(county: County, at: Moment, choices: Choices) -> Answer:
    return both("audit.by-hand.rule"), hands.by_hand(_facts(county, at, PlanLineAdjusted))


def _twice(county: County, at: Moment, choices: Choices) -> Answer:
    register = register_at(county, at)
    rule = both("audit.twice.rule", one=twice.SAME_UNIT, two=twice.TWO_UNITS, cost=twice.COST_PERCENT)
    return rule, twice.applied_twice(_declared(county, at, register), register.units)


def _declared(county: County, at: Moment, register: Register) -> Iterator[twice.Declared]:
    """Every project with where it was declared and which funds plans and commitments gave it."""
    funds: dict[str, dict[str, None]] = {}
    for life in plans_at(county, at).plans.values():
        for line in life.content.lines if life.content and life.state != "returned" else ():
            if line.project is not None:
                funds.setdefault(line.project, {})[line.fund] = None
    for recorded in _facts(county, at, LineCommitted):
        if isinstance(recorded.fact, LineCommitted) and recorded.fact.project is not None:
            funds.setdefault(recorded.fact.project, {})[recorded.fact.fund] = None
    for recorded in _facts(county, at, ProjectProposed):
        if isinstance(recorded.fact, ProjectProposed) and recorded.fact.project in register.projects:
            project: Project = register.projects[recorded.fact.project]
            yield twice.Declared(project, recorded.position, tuple(funds.get(project.code, ())))


def _unaccepted(county: County, at: Moment, choices: Choices) -> Answer:
    on = day_of(county, at)
    entries = _facts(county, at, MoneyDisbursed, MoneyReturned, ProjectAccepted)
    rule = both("audit.unaccepted.rule", share=choices.share_percent, on=day(on))
    return rule, acceptance.unaccepted(entries, register_at(county, at).projects, on, choices.share_percent)


def _over(county: County, at: Moment, choices: Choices) -> Answer:
    entries = _facts(county, at, *FUND_FACTS, *SPENDING_FACTS, PlanApproved)
    return both("audit.over-document.rule"), documents.over_document(entries)


def _split(county: County, at: Moment, choices: Choices) -> Answer:
    days = payments.DAYS if choices.days is None else choices.days
    rule = both("audit.split.rule", limit=amount(choices.limit_fen), near=choices.near_percent, days=days)
    entries = _facts(county, at, MoneyDisbursed)
    return rule, payments.split_payments(entries, choices.limit_fen, choices.near_percent, days)


def _payees(county: County, at: Moment, choices: Choices) -> Answer:
    found = payments.across_units(_facts(county, at, MoneyDisbursed), choices.units_min)
    return both("audit.payees.rule", units=literal(choices.units_min)), found


LISTS: dict[str, Callable[[County, Moment, Choices], Answer]] = {
    "backdated": _late,
    "by-hand": _by_hand,
    "twice": _twice,
    "unaccepted": _unaccepted,
    "over-document": _over,
    "split": _split,
    "payees": _payees,
}
"""Every list by its name."""


def _facts(county: County, at: Moment, *kinds: type[Fact]) -> Iterator[Recorded]:
    """The facts of these kinds (none: all) known at a moment and counting by its date."""
    return counting(county, at, kinds or None)
