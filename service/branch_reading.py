"""Kept branches as programs and lists read them: what each is, what was decided on it, and what it differs in."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import datetime

from msgspec import Struct

from domain.money import Lang
from service.branch_compare import Difference, compare
from service.branches import BranchRow, branch_log, branch_row, open_branch
from service.county import County
from texts.refusals import refusal_text

LIVE = "live"
"""What the record itself is called beside its branches."""


class BranchShown(Struct, frozen=True, kw_only=True):
    """A kept branch. Of one that cannot be opened there is only its name, and `fault` says why."""

    name: str
    base_position: int | None
    """The record's last fact it was made from."""
    base_leaf: str | None
    """The leaf hash of that fact, in hexadecimal."""
    facts: int
    decisions: int
    live_since: int | None
    """How many facts the record has had since."""
    by: str | None
    """Who started it: PERSON@POST."""
    started_at: datetime | None
    why: str | None
    fault: str | None


class TakenOnBranch(Struct, frozen=True, kw_only=True):
    """One decision taken on a branch, with the facts that came of it there."""

    position: int
    decision: str
    facts: tuple[str, ...]
    by: str
    """PERSON@POST."""
    why: str


def branch_shown(county: County, row: BranchRow, lang: Lang) -> BranchShown:
    """A row of `branches` with names instead of ids."""
    about = row.about
    if about is None:
        fault = refusal_text(row.fault, lang) if row.fault else None
        return BranchShown(
            name=row.name,
            base_position=None,
            base_leaf=None,
            facts=0,
            decisions=0,
            live_since=None,
            by=None,
            started_at=None,
            why=None,
            fault=fault,
        )
    return BranchShown(
        name=row.name,
        base_position=about.base_position,
        base_leaf=about.base_leaf,
        facts=row.facts,
        decisions=row.decisions,
        live_since=row.live_since,
        by=f"{county.people.name_of(about.person) or about.person}@{about.post}",
        started_at=about.started_at,
        why=about.why,
        fault=None,
    )


def taken_on(county: County, name: str) -> tuple[BranchRow, list[TakenOnBranch]]:
    """A kept branch and every decision taken on it, in order. Raises what is wrong with it."""
    with open_branch(county, name) as branch:
        log = branch_log(branch)
        seam, facts = log.branch.past.position, list(log.own_facts())
        taken = []
        for kept, decision in log.decisions():
            own = facts[kept.position - 1 : kept.position - 1 + kept.facts]
            mandate = decision.mandate
            taken.append(
                TakenOnBranch(
                    position=seam + kept.position,
                    decision=decision.title(),
                    facts=tuple(recorded.fact.stored_name() for recorded in own),
                    by=f"{branch.people.name_of(mandate.person) or mandate.person}@{mandate.post}",
                    why=mandate.why,
                )
            )
    return branch_row(county, name), taken


def compared(county: County, other: str, name: str) -> list[Difference]:
    """What a branch (right) has otherwise than another, or the record (left). Raises `UnknownBranch`."""
    with ExitStack() as opened:
        sides = [county if one == LIVE else opened.enter_context(open_branch(county, one)) for one in (other, name)]
        return compare(*sides)
