"""Decisions that reserve money: commit an approved line, set free what a commitment has not paid (M07, M08, M20)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Self

from eventsourcing.dcb.domain import Selector

from domain.decisions.base import Tally
from domain.decisions.common import (
    HOLDS,
    OPENS,
    PROJECT_STATE,
    OnMoney,
    fund_tally,
    must_be_positive,
    must_be_reasoned,
)
from domain.errors import Refusal
from domain.facts import PLAN_FACTS
from domain.facts.base import Fact, Mandate
from domain.facts.spending import CommitmentReleased, LineCommitted
from domain.folds import PlanFold
from domain.plan import PlanLine


class CommitmentTaken(Refusal):
    """A commitment code is given once."""

    code = "commitment-taken"
    sentence_en = "There is a commitment {commitment} already."
    cure_en = "Give the new commitment a code of its own; to repeat a command, repeat its idempotency key."


class UnknownCommitment(Refusal):
    """Nothing is paid or released without a commitment."""

    code = "unknown-commitment"
    sentence_en = "There is no commitment {commitment} in the record."
    cure_en = "Check the code, or commit the approved line first."


class LineNotApproved(Refusal):
    """Only a line of a plan in force can be committed, to the fund and project it names (M27)."""

    code = "line-not-approved"
    sentence_en = "Line {line} of plan {plan} gives no approved money of fund {fund} to {receiver}: {why}."
    cure_en = "Commit a line of an approved plan, with the fund and the project it names."


class LineExceeded(Refusal):
    """A line is never committed beyond its amount (M08)."""

    code = "line-exceeded"
    sentence_en = "Line {line} of plan {plan} has {left_fen} left to commit, {wanted_fen} is wanted."
    cure_en = "Take what is left, or have a plan approved that gives more."


class CostExceeded(Refusal):
    """All funds together never carry more of a project than it still costs (M20)."""

    code = "cost-exceeded"
    sentence_en = (
        "Project {project} still costs {remaining_fen}; with {held_fen} carried already, {wanted_fen} is too much."
    )
    cure_en = "Take a smaller amount, or decide on the overrun first."


class ProjectNotAdmitted(Refusal):
    """Money goes only to projects of the library (M20)."""

    code = "project-not-admitted"
    sentence_en = "Project {project} is {stage}, so nothing can be committed to it."
    cure_en = "Commit to projects that are admitted, or accepted and not yet paid."


class NothingOpen(Refusal):
    """A commitment gives back, and pays, no more than it still holds."""

    code = "nothing-open"
    sentence_en = "Commitment {commitment} has {open_fen} open, {wanted_fen} is wanted."
    cure_en = "Take at most what is open."


@dataclass(eq=False, kw_only=True)
class CommitLine(OnMoney):
    """Reserve the money of one approved plan line out of what has arrived (M07, M20, M27).

    `fund` and `project` are those of the line: they say which facts the decision depends on. Without `amount_fen`, all
    that is left of the line. Refuses with `LineNotApproved`, `LineExceeded`, `FundIsClosed`, `FundExhausted`,
    `ProjectNotAdmitted`, `CostExceeded`, `CommitmentTaken`, `UnknownFund`, `UnknownProject` or `AmountNotPositive`.
    """

    commitment: str
    plan: str
    line: str
    fund: str
    project: str | None
    amount_fen: int | None = None
    life: PlanFold = field(init=False, repr=False)

    @classmethod
    def of(cls, line: PlanLine, *, plan: str, commitment: str, mandate: Mandate, amount_fen: int | None = None) -> Self:
        """The decision for a line of a plan."""
        return cls(
            mandate=mandate,
            commitment=commitment,
            plan=plan,
            line=line.line,
            fund=line.fund,
            project=line.project,
            amount_fen=amount_fen,
        )

    def __post_init__(self) -> None:
        self.life = PlanFold(self.plan)

    def boundary(self) -> list[Selector]:
        """The fund's balance, the plan's standing, the project with all its funds, and the commitment's code."""
        project = [Selector(types=[*PROJECT_STATE, *HOLDS], tags=[f"project:{self.project}"])] if self.project else []
        return [
            *(tally.selector for tally in self.tallies()),
            *project,
            Selector(types=[LineCommitted], tags=[f"commitment:{self.commitment}"]),
        ]

    def tallies(self) -> list[Tally]:
        """The fund's balance and the plan's standing; they are the same for many lines."""
        plan = Selector(types=PLAN_FACTS, tags=[f"plan:{self.plan}"])
        return [fund_tally(self.fund, *HOLDS), Tally(plan, (("life", PlanFold, (self.plan,)),))]

    def fold(self, fact: Fact) -> None:
        """Keep fund, project and money, and where the plan stands."""
        super().fold(fact)
        self.life.apply(fact)

    def execute(self) -> None:
        """Record `LineCommitted`."""
        if self.commitment in self.money.commitments:
            raise CommitmentTaken(commitment=self.commitment)
        line = self._approved_line()
        left_fen = line.amount_fen - self.money.line(self.plan, self.line).held_fen
        amount_fen = left_fen if self.amount_fen is None else self.amount_fen
        if left_fen == 0 or amount_fen > left_fen:
            wanted_fen = line.amount_fen if self.amount_fen is None else self.amount_fen
            raise LineExceeded(line=self.line, plan=self.plan, left_fen=left_fen, wanted_fen=wanted_fen)
        must_be_positive(self, amount_fen)
        self.fund_open(self.fund)
        self.must_be_free(self.fund, amount_fen)
        if self.project is not None:
            self._project_must_bear(self.project, amount_fen)
        self.record(
            LineCommitted(
                mandate=self.mandate,
                commitment=self.commitment,
                plan=self.plan,
                line=self.line,
                fund=self.fund,
                unit=line.unit,
                project=self.project,
                amount_fen=amount_fen,
            )
        )

    def _approved_line(self) -> PlanLine:
        line = self.life.line(self.line)
        if not self.life.in_force:
            why = f"the plan is {self.life.state or 'unknown'}".replace("_", " ")
        elif line is None:
            why = "the plan has no such line"
        elif (line.fund, line.project) != (self.fund, self.project):
            why = f"the line is of fund {line.fund} for {line.project or line.unit}"
        else:
            return line
        receiver = self.project or "a unit"
        raise LineNotApproved(line=self.line, plan=self.plan, fund=self.fund, receiver=receiver, why=why)

    def _project_must_bear(self, project: str, amount_fen: int) -> None:
        entry = self.project_known(project)
        if entry.stage not in ("admitted", "accepted"):
            raise ProjectNotAdmitted(project=project, stage=entry.stage)
        held_fen = self.money.project(project).held_fen
        if held_fen + amount_fen > entry.remaining_fen:
            raise CostExceeded(
                project=project, remaining_fen=entry.remaining_fen, held_fen=held_fen, wanted_fen=amount_fen
            )


@dataclass(eq=False, kw_only=True)
class ReleaseCommitment(OnMoney):
    """Set free what a commitment has not paid, all of it unless `amount_fen` says less (M07).

    Refuses with `UnknownCommitment`, `NothingOpen`, `AmountNotPositive` or `ReasonMissing`.
    """

    commitment: str
    reason: str
    amount_fen: int | None = None

    def boundary(self) -> list[Selector]:
        """The commitment alone."""
        return [Selector(types=OPENS, tags=[f"commitment:{self.commitment}"])]

    def execute(self) -> None:
        """Record `CommitmentReleased`."""
        must_be_reasoned(self, self.reason)
        made = self.money.commitments.get(self.commitment)
        if made is None:
            raise UnknownCommitment(commitment=self.commitment)
        open_fen = self.money.commitment(self.commitment).open_fen
        amount_fen = open_fen if self.amount_fen is None else self.amount_fen
        if open_fen == 0 or amount_fen > open_fen:
            wanted_fen = made.amount_fen if self.amount_fen is None else self.amount_fen
            raise NothingOpen(commitment=self.commitment, open_fen=open_fen, wanted_fen=wanted_fen)
        must_be_positive(self, amount_fen)
        self.record(
            CommitmentReleased(
                mandate=self.mandate,
                commitment=self.commitment,
                plan=made.plan,
                line=made.line,
                fund=made.fund,
                unit=made.unit,
                project=made.project,
                amount_fen=amount_fen,
                reason=self.reason,
            )
        )
