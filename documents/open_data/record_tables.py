"""What was decided, as tables: plans with their lines, the ledger, and the log of decisions itself.

Of a decision goes out what happened, when it was recorded and counts from, about whom, in which post, why and under
which document. Who it was stays behind: not even the pseudonymous id leaves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from documents.open_data.columns import Cell, Column, Reference, Table, code, codes, fen, refers, texts_of
from domain.facts import Fact
from domain.plan import Plan

FIGURES = ("announced_fen", "arrived_fen", "committed_fen", "disbursed_fen", "returned_fen", "free_fen", "open_fen")
SUBJECTS = ("county", "township", "unit", "project", "fund", "policy", "plan", "commitment", "disbursement", "duty")
"""The tags that name a subject by a code; others hold free text, digests, or the key of a command."""


@dataclass(frozen=True)
class PlanTold:
    """A plan by name, the state it is in, and what it says."""

    plan: str
    state: str
    content: Plan


class LedgerLine(Protocol):
    """What became of one fund's money for one unit and project, in fen."""

    @property
    def fund(self) -> str:
        """Its fund."""

    @property
    def unit(self) -> str | None:
        """Its unit; None for the fund's own sums."""

    @property
    def project(self) -> str | None:
        """Its project, if it has one."""


class Told(Protocol):
    """A fact with its place on the record."""

    @property
    def position(self) -> int:
        """Its number in the log."""

    @property
    def recorded_at(self) -> datetime:
        """When the log learned of it."""

    @property
    def fact(self) -> Fact:
        """What happened."""


def plan_tables(plans: Sequence[PlanTold]) -> list[Table]:
    """Every plan there is, in order of codes: its lines, what they are made of, what each fund gives, what is left out.

    A plan is known here as it is now; earlier drafts of it are in the decisions.
    """
    of_plan = refers("plan", "plans")
    of_line = Reference(("plan", "line"), "plan_lines", ("plan", "line"))
    return [
        Table(
            "plans",
            (
                *(code(name) for name in ("code", "state", "plan_hash", "policy")),
                Column("policy_version", "integer", required=True),
                Column("register_position", "integer", required=True, least=0),
                fen("amount_fen"),
            ),
            ("code",),
            [_plan(one) for one in plans],
        ),
        Table(
            "plan_funds",
            (code("plan"), code("fund"), *(fen(f"{name}_fen") for name in ("amount", "allocated", "unallocated"))),
            ("plan", "fund"),
            [
                (one.plan, use.fund, use.amount_fen, use.allocated_fen, use.unallocated_fen)
                for one in plans
                for use in one.content.funds
            ],
            (of_plan, refers("fund", "funds")),
        ),
        Table(
            "plan_lines",
            (
                *(code(name) for name in ("plan", "line", "fund", "unit")),
                code("project", required=False),
                fen("amount_fen"),
                codes("rules"),
            ),
            ("plan", "line"),
            [
                (one.plan, line.line, line.fund, line.unit, line.project, line.amount_fen, line.rules)
                for one in plans
                for line in one.content.lines
            ],
            (of_plan, refers("fund", "funds"), refers("unit", "units"), refers("project", "projects")),
        ),
        Table(
            "plan_line_parts",
            (*(code(name) for name in ("plan", "line", "part")), fen("amount_fen")),
            ("plan", "line", "part"),
            [
                (one.plan, line.line, part, amount)
                for one in plans
                for line in one.content.lines
                for part, amount in sorted(line.parts.items())
            ],
            (of_line,),
        ),
        Table(
            "plan_sites",
            (code("plan"), code("unit")),
            ("plan", "unit"),
            [(one.plan, unit) for one in plans for unit in one.content.sites],
            (of_plan, refers("unit", "units")),
        ),
        Table(
            "plan_left_out",
            (*(code(name) for name in ("plan", "project", "reason")), Column("detail"), fen("missing_fen")),
            ("plan", "project"),
            [
                (one.plan, left.project, left.reason, left.detail, left.missing_fen)
                for one in plans
                for left in one.content.not_funded
            ],
            (of_plan, refers("project", "projects")),
        ),
    ]


def ledger_table(rows: Iterable[LedgerLine]) -> Table:
    """What became of every fund's money; `entry` is fund, unit and project, as many of them as there are."""
    return Table(
        "ledger",
        (
            Column("entry", "text", required=True),
            code("fund"),
            code("unit", required=False),
            code("project", required=False),
            *(fen(name, least=None) for name in FIGURES),
        ),
        ("entry",),
        [_ledger(row) for row in rows],
        (refers("fund", "funds"), refers("unit", "units"), refers("project", "projects")),
    )


def decisions_table(told: Iterable[Told]) -> Table:
    """The facts in the order they were recorded."""
    return Table(
        "decisions",
        (
            Column("position", "integer", required=True, least=1),
            Column("recorded_at", "datetime", required=True),
            Column("effective_on", "date", required=True),
            code("decision"),
            codes("subjects"),
            *texts_of("post", "document", "why"),
        ),
        ("position",),
        (_decision(one) for one in told),
    )


def _plan(one: PlanTold) -> Sequence[Cell]:
    run, amount = one.content.run, sum(line.amount_fen for line in one.content.lines)
    hash_ = one.content.plan_hash
    return (one.plan, one.state, hash_, run.policy, run.policy_version, run.register_position, amount)


def _ledger(row: LedgerLine) -> Sequence[Cell]:
    entry = "/".join(one for one in (row.fund, row.unit, row.project) if one is not None)
    return (entry, row.fund, row.unit, row.project, *(getattr(row, name) for name in FIGURES))


def _decision(one: Told) -> Sequence[Cell]:
    mandate = one.fact.mandate
    subjects = [tag for tag in one.fact.tags() if tag.partition(":")[0] in SUBJECTS]
    name = one.fact.stored_name()
    return (
        *(one.position, one.recorded_at, mandate.effective_on, name, subjects),
        *(mandate.post, mandate.document, mandate.why),
    )
