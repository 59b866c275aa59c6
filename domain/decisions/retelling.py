"""From recorded facts back to the decision that recorded them, so that a year can be told again on another ground.

A decision's facts share its command and stand together. The first of them says which decision it was; the others come
with it, or carry what it also was told (the evidence it cited, the tranches a fund came with). What a register file
said is told again as a file of the entries these facts are about, as they stood afterwards.

Facts about keys and witnesses prove one log and no other: they have no way back, and no decision depends on them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from msgspec.structs import replace

from domain.decisions.adjustments import AdjustLines
from domain.decisions.approval import ApprovePlan
from domain.decisions.arrivals import AnnounceTranche, MakePledge, ReceivePledge, ReceiveTranche
from domain.decisions.base import Deciding
from domain.decisions.duties import MoveDuty
from domain.decisions.evidence import AttachEvidence, WithdrawEvidence
from domain.decisions.filed import IMPORTED
from domain.decisions.funds import AmendFund, AnnounceFund, CarryOver, CloseFund, TakeBack
from domain.decisions.hearing import AnnouncePlan, CloseObjections, NoticePlan, ReturnPlan, ReviewPlan, SupersedePlan
from domain.decisions.objections import AnswerObjection, LodgeObjection, WithdrawObjection
from domain.decisions.paying import Disburse, ReturnMoney
from domain.decisions.plans import DraftPlan, ProposePlan
from domain.decisions.policies import AdoptPolicy
from domain.decisions.pool import JoinPool, RefusePool
from domain.decisions.posts import RecordPost
from domain.decisions.projects import AdmitProject, AppraiseProject, ProposeProject, RankProject
from domain.decisions.register import ImportRegister
from domain.decisions.spending import CommitLine, ReleaseCommitment
from domain.decisions.units import AssessUnit, CorrectUnit, ListBackward, RegisterUnit, StrikeOff
from domain.decisions.works import AcceptProject, RaiseCost, StartProject, WithdrawProject
from domain.facts import KEY_FACTS, Fact, Mandate
from domain.facts import evidence as evidence_facts
from domain.facts import funds as fund_facts
from domain.facts import objections as objection_facts
from domain.facts import plans as plan_facts
from domain.facts import policies as policy_facts
from domain.facts import posts as post_facts
from domain.facts import projects as project_facts
from domain.facts import register as register_facts
from domain.facts import spending as spending_facts
from domain.facts.proof import WitnessRecognised
from domain.folds import RegisterFold
from domain.register import Register

NOT_RETOLD: tuple[type[Fact], ...] = (*KEY_FACTS, WitnessRecognised)
"""What proves the log it stands in, and means nothing elsewhere."""
COMES_ALONG: tuple[type[Fact], ...] = (
    evidence_facts.EvidenceCited,
    plan_facts.GrantNoticed,
    policy_facts.PolicySuperseded,
)
"""Recorded only beside another fact, by the decision that recorded that one."""
FILED_ONLY: tuple[type[Fact], ...] = (
    register_facts.CountyNamed,
    register_facts.TownshipRegistered,
    register_facts.TownshipCorrected,
    register_facts.AreaMapped,
    register_facts.AdjacencyRecorded,
    project_facts.ProjectCorrected,
    fund_facts.FundCorrected,
)
"""What only a register file says."""

_Way = Callable[[Any, Sequence[Fact]], Deciding]


def _same(kind: type[Deciding], *names: str, **renamed: str) -> _Way:
    """A decision whose arguments are fields of the fact: of the same name, or (argument=field) of another."""

    def way(fact: Fact, _: Sequence[Fact]) -> Deciding:
        own = {name: getattr(fact, name) for name in names}
        other = {argument: getattr(fact, field) for argument, field in renamed.items()}
        return kind(mandate=fact.mandate, **own, **other)

    return way


def _citing(kind: Callable[..., Deciding], *names: str, changes: bool = False) -> _Way:
    """The same for a decision that may cite evidence, and may state changed fields of a record."""

    def way(fact: Any, together: Sequence[Fact]) -> Deciding:
        own: dict[str, Any] = {name: getattr(fact, name) for name in names}
        if changes:
            own["changes"] = {name: getattr(fact.record, name) for name in fact.changed}
        cited = [one.cited for one in together if isinstance(one, evidence_facts.EvidenceCited)]
        return kind(mandate=fact.mandate, cites=cited[0] if cited else (), **own)

    return way


def _announced(fact: fund_facts.FundAnnounced, together: Sequence[Fact]) -> Deciding:
    fold = RegisterFold()
    for one in together:
        fold.apply(one)
    return AnnounceFund(mandate=fact.mandate, entry=_in_order(fold.funds[fact.fund], together))


def _tranche(fact: fund_facts.TrancheAnnounced, _: Sequence[Fact]) -> Deciding:
    tranche = fact.tranche
    return AnnounceTranche(
        mandate=fact.mandate,
        fund=fact.fund,
        tranche=tranche.code,
        amount_fen=tranche.amount_fen,
        due_on=tranche.due_on,
    )


def _duty(fact: register_facts.DutyMoved, _: Sequence[Fact]) -> Deciding:
    duty = fact.record
    return MoveDuty(
        mandate=fact.mandate,
        duty=fact.duty,
        name=duty.name,
        unit=duty.unit,
        fund=duty.fund,
        amount_fen=duty.amount_fen,
    )


def _draft(fact: plan_facts.PlanDrafted, _: Sequence[Fact]) -> Deciding:
    based_on = fact.content.run.register_position
    return DraftPlan(mandate=fact.mandate, plan=fact.plan, content=fact.content, based_on=based_on)


WAYS: dict[type[Fact], _Way] = {
    register_facts.UnitRegistered: _same(RegisterUnit, entry="record"),
    register_facts.UnitCorrected: _citing(CorrectUnit, "unit", changes=True),
    register_facts.UnitAssessed: _citing(AssessUnit, "unit", changes=True),
    register_facts.UnitListedBackward: _citing(ListBackward, "unit", "reason"),
    register_facts.UnitStruckOff: _citing(StrikeOff, "unit", "evidence"),
    register_facts.DutyMoved: _duty,
    project_facts.ProjectProposed: _same(ProposeProject, entry="record"),
    project_facts.ProjectAppraised: _same(AppraiseProject, "project", "benefit", "finding"),
    project_facts.ProjectAdmitted: _same(AdmitProject, "project"),
    project_facts.ProjectRanked: _same(RankProject, "project", "rank"),
    project_facts.ProjectWithdrawn: _same(WithdrawProject, "project", "reason"),
    project_facts.ProjectStarted: _same(StartProject, "project"),
    project_facts.ProjectOverrun: _same(RaiseCost, "project", "new_cost_fen", "reason"),
    project_facts.ProjectAccepted: _citing(AcceptProject, "project", "evidence"),
    fund_facts.FundAnnounced: _announced,
    fund_facts.FundAmended: _same(AmendFund, "fund", "new_amount_fen"),
    fund_facts.TrancheAnnounced: _tranche,
    fund_facts.TrancheReceived: _same(ReceiveTranche, "fund", "tranche", "amount_fen", "arrived_on"),
    fund_facts.PledgeMade: _same(MakePledge, "fund", "pledge"),
    fund_facts.PledgeReceived: _same(ReceivePledge, "fund", "pledge", "amount_fen"),
    fund_facts.FundCarriedOver: _same(CarryOver, "fund", "to_fund", "amount_fen"),
    fund_facts.FundTakenBack: _same(TakeBack, "fund", "amount_fen"),
    fund_facts.FundClosed: _same(CloseFund, "fund", "reason"),
    fund_facts.DepartmentJoinedPool: _same(JoinPool, "fund"),
    fund_facts.DepartmentRefusedPool: _same(RefusePool, "fund", "reason"),
    policy_facts.PolicyAdopted: _same(AdoptPolicy, "policy", "policy_version", "policy_hash", "text", "in_force_from"),
    plan_facts.PlanDrafted: _draft,
    plan_facts.PlanLineAdjusted: _same(AdjustLines, "plan", "content", "reason", "cost"),
    plan_facts.PlanProposed: _same(ProposePlan, "plan", "plan_hash"),
    plan_facts.PlanReviewed: _same(ReviewPlan, "plan", "opinion"),
    plan_facts.PlanAnnounced: _same(AnnouncePlan, "plan", "objections_until"),
    plan_facts.ObjectionsClosed: _same(CloseObjections, "plan"),
    plan_facts.PlanApproved: _same(ApprovePlan, "plan", "plan_hash"),
    plan_facts.PlanReturned: _same(ReturnPlan, "plan", "reason"),
    plan_facts.PlanNoticed: _same(NoticePlan, "plan"),
    plan_facts.PlanSuperseded: _same(SupersedePlan, "plan", "by_plan"),
    spending_facts.LineCommitted: _same(CommitLine, "commitment", "plan", "line", "fund", "project", "amount_fen"),
    spending_facts.CommitmentReleased: _same(ReleaseCommitment, "commitment", "reason", "amount_fen"),
    spending_facts.MoneyDisbursed: _same(Disburse, "disbursement", "commitment", "amount_fen", "payee", "voucher"),
    spending_facts.MoneyReturned: _same(ReturnMoney, "disbursement", "amount_fen", "reason"),
    objection_facts.ObjectionLodged: _same(
        LodgeObjection, "objection", "plan", "objector", "capacity", "text", "unit", "project", "line"
    ),
    objection_facts.ObjectionAnswered: _citing(AnswerObjection, "objection", "plan", "outcome", "reason"),
    objection_facts.ObjectionWithdrawn: _same(WithdrawObjection, "objection", "plan", "reason"),
    evidence_facts.EvidenceAttached: _same(
        AttachEvidence,
        *("evidence", "sha256", "kind", "found_on", "finder", "finder_post", "unit", "indicator", "project"),
        *("objection", "disbursement", "supersedes", "note"),
    ),
    evidence_facts.EvidenceWithdrawn: _same(WithdrawEvidence, "evidence", "reason"),
    post_facts.PostRecorded: _same(RecordPost, "post", "name_zh", "name_en", "above", "supervised_by", "department"),
}
"""Kind of the first fact -> the way back to its decision."""


def decision_behind(together: Sequence[Fact], before: RegisterFold) -> Deciding | None:
    """The decision that recorded these facts, ready to be taken anew; None for what is not told again.

    `before` is the register as it stood on the record before them. An admission does not say which purposes the policy
    gave the funds: whoever takes it anew hands them in.
    """
    first = together[0]
    if type(first) in NOT_RETOLD:
        return None
    if (first.mandate.cause or "").startswith(IMPORTED):
        return ImportRegister(mandate=_not_as_import(first.mandate), wanted=_file_behind(together, before))
    return WAYS[type(first)](first, together)


def _not_as_import(mandate: Mandate) -> Mandate:
    return replace(mandate, cause=str(mandate.cause).removeprefix(IMPORTED).strip() or None)


def _file_behind(together: Sequence[Fact], before: RegisterFold) -> Register:
    """A file with the entries these facts are about, as they stood afterwards, in the order they came."""
    after = before.fork()
    for fact in together:
        after.apply(fact)
    county = after.county
    assert county is not None  # an import names it first of all
    about: dict[str, dict[str, Any]] = {kind: {} for kind in _SHELVES}
    adjacency: tuple[tuple[str, str], ...] = ()
    for fact in together:
        if isinstance(fact, register_facts.AdjacencyRecorded):
            adjacency = fact.pairs
        for kind, (name, kinds) in _SHELVES.items():
            if isinstance(fact, kinds):
                code = getattr(fact, name)
                about[kind][code] = getattr(after, kind)[code]
    about["funds"] = {code: _in_order(fund, together) for code, fund in about["funds"].items()}
    return Register(
        county=county.county,
        name_zh=county.name_zh,
        name_en=county.name_en,
        note=county.note,
        adjacency=adjacency,
        **about,
    )


_SHELVES: dict[str, tuple[str, tuple[type[Fact], ...]]] = {
    "townships": ("township", (register_facts.TownshipRegistered, register_facts.TownshipCorrected)),
    "units": ("unit", (register_facts.UnitRegistered, register_facts.UnitCorrected)),
    "projects": (
        "project",
        (project_facts.ProjectProposed, project_facts.ProjectAdmitted, project_facts.ProjectCorrected),
    ),
    "funds": (
        "fund",
        (
            fund_facts.FundAnnounced,
            fund_facts.FundCorrected,
            fund_facts.FundAmended,
            fund_facts.TrancheAnnounced,
            fund_facts.TrancheReceived,
            fund_facts.PledgeMade,
            fund_facts.PledgeReceived,
        ),
    ),
    "areas": ("unit", (register_facts.AreaMapped,)),
    "duties": ("duty", (register_facts.DutyMoved,)),
}


def _in_order(fund: Any, together: Sequence[Fact]) -> Any:
    """A fund whose new tranches and pledges stand in the order they were recorded in, not in that of their codes."""
    codes: dict[str, int] = {}
    for number, fact in enumerate(together):
        if isinstance(fact, fund_facts.TrancheAnnounced | fund_facts.PledgeMade) and fact.fund == fund.code:
            entry = fact.tranche if isinstance(fact, fund_facts.TrancheAnnounced) else fact.pledge
            codes.setdefault(entry.code, number)

    def place(entry: Any) -> int:
        return codes.get(entry.code, len(together))

    tranches, pledges = tuple(sorted(fund.tranches, key=place)), tuple(sorted(fund.pledges, key=place))
    return replace(fund, tranches=tranches, pledges=pledges)
