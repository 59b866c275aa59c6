"""Use case: what changed between two moments in register, funds, plans, ledger and projects, and by which facts.

A fact is late when it counts from a day before the first moment and was recorded after it: what was known then lacked
it, though it was so.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import msgspec

from domain.facts import PLAN_FACTS, Fact
from history.log import Recorded
from projections.ledger import postings
from service.branch_compare import Difference, compare, differing, ledger_key
from service.county import County
from service.progress import progress_at
from service.registers import Moment, day_of, registered


@dataclass(frozen=True)
class Change:
    """One field that differs, and the positions of the facts about its entry that came in between."""

    difference: Difference
    facts: tuple[int, ...]


@dataclass(frozen=True)
class Between:
    """A fact recorded between the two moments; `who` is the person's name where it is known, and the post."""

    recorded: Recorded
    who: str
    late: bool

    @property
    def about(self) -> list[str]:
        """What it is tagged with, without its command and vouchers."""
        return [tag for tag in self.recorded.fact.tags() if tag.partition(":")[0] not in ("command", "voucher")]


@dataclass(frozen=True)
class Diff:
    """Everything in which two moments differ. `facts` are all that were recorded between them and count."""

    first: Moment
    second: Moment
    changes: tuple[Change, ...]
    facts: tuple[Between, ...]

    def changes_json(self) -> list[dict[str, Any]]:
        """The fields that differ, for programs."""
        return [
            {
                "subject": one.subject,
                "entry": one.entry,
                "field": one.field,
                "before": one.left,
                "after": one.right,
                "facts": list(change.facts),
            }
            for change in self.changes
            for one in [change.difference]
        ]

    def facts_json(self) -> list[dict[str, Any]]:
        """The facts that came between, for programs."""
        return [
            {
                "position": one.recorded.position,
                "recorded_at": one.recorded.recorded_at.isoformat().replace("+00:00", "Z"),
                "fact": one.recorded.fact.stored_name(),
                "about": one.about,
                "by": one.who,
                "why": one.recorded.fact.mandate.why,
                "document": one.recorded.fact.mandate.document,
                "effective_on": one.recorded.fact.mandate.effective_on,
                "late": one.late,
            }
            for one in self.facts
        ]


def diff(county: County, first: Moment, second: Moment) -> Diff:
    """What the second moment has otherwise than the first, either way round in time."""
    low, high = sorted((first.position, second.position))
    day = day_of(county, Moment(first.position, known_on=first.known_on))
    between, about = list[Between](), defaultdict[str, list[int]](list)
    for recorded in county.log.facts(after=low, until=high):
        mandate = recorded.fact.mandate
        if second.as_of is not None and mandate.effective_on > second.as_of:
            continue
        on, at = mandate.effective_on, recorded.recorded_at.date()
        who = f"{county.people.name_of(mandate.person) or mandate.person}@{mandate.post}"
        between.append(Between(recorded, who, late=on < day or on == day < at))
        for entry in _entries(county, recorded.fact, high):
            about[entry].append(recorded.position)
    differences = [*compare(county, county, moments=(first, second)), *_progress(county, first, second)]
    changes = tuple(Change(one, tuple(about[f"{one.subject} {one.entry}"])) for one in differences)
    return Diff(first, second, changes, tuple(between))


def _entries(county: County, fact: Fact, until: int) -> Iterator[str]:
    """The entries a fact may have changed, each as its subject and its name there."""
    tags = fact.tags()
    for tag in tags:
        kind = tag.partition(":")[0]
        subject = {"fund": "funds", "plan": "plans"}.get(kind, "register")
        yield f"{subject} {tag}"
        if kind == "project":
            yield f"projects {tag}"
    for _, fund, unit, project, _ in {(None, *posting[1:4], None) for posting in postings(fact)}:
        yield f"ledger {ledger_key(fund, unit, project)}"
    if isinstance(fact, PLAN_FACTS):
        plan = getattr(fact, "plan", "")
        for code in county.views.plans.about(plan, "project", position=until):
            yield f"projects project:{code}"


def _progress(county: County, first: Moment, second: Moment) -> Iterable[Difference]:
    """Where projects have come further, or back."""
    states = [_steps(county, at) for at in (first, second)]
    for entry in sorted({*states[0], *states[1]}):
        yield from differing("projects", entry, states[0].get(entry, {}), states[1].get(entry, {}))


def _steps(county: County, at: Moment) -> dict[str, dict[str, Any]]:
    if not registered(county, at):
        return {}
    fields = ("step", "funded_fen", "committed_fen", "paid_fen", "late")
    return {
        f"project:{one.project}": {name: msgspec.to_builtins(getattr(one, name)) for name in fields}
        for one in progress_at(county, at)
    }
