"""The table: every decision there is, the address it is taken at, who may take it, and for which place.

Inspections (assessments, listings, strikings-off, evidence) are open to auditors beside planners (M29, M31); money
moves by the treasurer; plans are judged by approvers. What persons may not do to their own plans is the domain's, not
this table's. Drafting a plan takes a search, so it is a job and not here.
"""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import Field

from api.access import ADMIN, APPROVE, AUDIT, EVERYONE, PAY, PLAN
from api.bodies import CodeIn, FenIn
from api.deciding import works
from api.deciding.way import Way
from domain import decisions as d
from domain.decisions import keys
from domain.decisions.units import ASSESSED
from domain.register import Unit

COUNTED = frozenset({"closed", "carried_in_fen", "carried_out_fen", "taken_back_fen"})
"""What no announcement says of a fund: decisions of their own do."""
POLICY_CHARACTERS_MAX = 2**20
PersonIn: Any = Annotated[str, Field(min_length=1, max_length=100)]
CORRECTABLE = frozenset(Unit.__struct_fields__) - {"code"}
INSPECT = PLAN | AUDIT
LINES: Any = Annotated[
    dict[CodeIn, FenIn],
    Field(
        min_length=1,
        max_length=10_000,
        description="Line -> its new amount in fen; 0 takes the line out.",
        examples=[{"service.V012": 3_100_000}],
    ),
]
TEXT: Any = Annotated[
    str,
    Field(
        min_length=1,
        max_length=POLICY_CHARACTERS_MAX,
        description="The policy file, whole, as its text.",
        examples=["policy: x-county\nversion: 1\n…"],
    ),
]
BY: Any = Annotated[
    PersonIn | None,
    Field(description="Who objects, where somebody else takes it down; the record gets an id, not the name."),
]
FINDER: Any = Annotated[
    str | None, Field(max_length=120, description="Who found it, PERSON@POST. Default: who decides.")
]

_FUNDS = (
    Way(method="POST", path="/funds", decision=d.AnnounceFund, fact="fund.announced", roles=PLAN | PAY, without=COUNTED,
        made="/v1/funds/{fund}"),
    Way(method="PATCH", path="/funds/{fund}", decision=d.AmendFund, fact="fund.amended", roles=PLAN | PAY,
        version_of="fund"),
    Way(method="POST", path="/funds/{fund}/tranches", decision=d.AnnounceTranche, fact="fund.tranche_announced",
        roles=PLAN | PAY, made="/v1/funds/{fund}"),
    Way(method="POST", path="/funds/{fund}/tranches/{tranche}/arrival", decision=d.ReceiveTranche,
        fact="fund.tranche_received", roles=PLAN | PAY),
    Way(method="POST", path="/funds/{fund}/pledges", decision=d.MakePledge, fact="fund.pledge_made", roles=PLAN | PAY,
        without=frozenset({"arrived_fen"}), made="/v1/funds/{fund}"),
    Way(method="POST", path="/funds/{fund}/pledges/{pledge}/arrivals", decision=d.ReceivePledge,
        fact="fund.pledge_received", roles=PLAN | PAY),
    Way(method="POST", path="/funds/{fund}/carry-overs", decision=d.CarryOver, fact="fund.carried_over",
        roles=PLAN | PAY),
    Way(method="POST", path="/funds/{fund}/recoveries", decision=d.TakeBack, fact="fund.taken_back", roles=PLAN | PAY),
    Way(method="POST", path="/funds/{fund}/closure", decision=d.CloseFund, fact="fund.closed", roles=PLAN | PAY),
    Way(method="POST", path="/funds/{fund}/pool-entry", decision=d.JoinPool, fact="pool.joined",
        roles=PLAN),
    Way(method="POST", path="/funds/{fund}/pool-refusal", decision=d.RefusePool, fact="pool.refused",
        roles=PLAN),
)  # fmt: skip
_REGISTER = (
    Way(method="POST", path="/units", decision=d.RegisterUnit, fact="unit.registered", roles=PLAN, places=("township",),
        made="/v1/units/{unit}"),
    Way(method="PATCH", path="/units/{unit}", decision=d.CorrectUnit, fact="unit.corrected", roles=PLAN,
        places=("unit", "township"), changeable=(Unit, CORRECTABLE), version_of="unit"),
    Way(method="POST", path="/units/{unit}/assessments", decision=d.AssessUnit, fact="unit.assessed", roles=INSPECT,
        places=("unit",), changeable=(Unit, ASSESSED), version_of="unit"),
    Way(method="POST", path="/units/{unit}/backward-listing", decision=d.ListBackward, fact="unit.listed_backward",
        roles=INSPECT, places=("unit",)),
    Way(method="POST", path="/units/{unit}/strike-off", decision=d.StrikeOff, fact="unit.struck_off", roles=INSPECT,
        places=("unit",)),
    Way(method="PUT", path="/duties/{duty}", decision=d.MoveDuty, fact="duty.moved", roles=PLAN,
        places=("duty", "unit")),
    Way(method="PUT", path="/posts/{post}", decision=d.RecordPost, fact="post.recorded", roles=PLAN | ADMIN),
    Way(method="POST", path="/policies", decision=d.AdoptPolicy, fact="policy.adopted", roles=PLAN | APPROVE,
        without=frozenset({"policy", "policy_version", "policy_hash", "in_force_from", "text"}),
        further={"text": (TEXT, ...)}, work=works.adopt, made="/v1/policies/{policy}",
        shows=("policy", "policy_version", "policy_hash", "in_force_from")),
)  # fmt: skip
_PROJECTS = (
    Way(method="POST", path="/projects", decision=d.ProposeProject, fact="project.proposed", roles=PLAN,
        places=("unit",), without=frozenset({"stage", "rank", "started"}), made="/v1/projects/{project}"),
    Way(method="POST", path="/projects/{project}/appraisals", decision=d.AppraiseProject, fact="project.appraised",
        roles=PLAN | APPROVE, places=("project",), version_of="project"),
    Way(method="POST", path="/projects/{project}/admission", decision=d.AdmitProject, fact="project.admitted",
        roles=PLAN, places=("project",), without=frozenset({"purposes_of_funds"}), work=works.admit),
    Way(method="PUT", path="/projects/{project}/rank", decision=d.RankProject, fact="project.ranked", roles=PLAN,
        places=("project",), version_of="project"),
    Way(method="POST", path="/projects/{project}/start", decision=d.StartProject, fact="project.started",
        roles=INSPECT, places=("project",)),
    Way(method="POST", path="/projects/{project}/overruns", decision=d.RaiseCost, fact="project.overrun", roles=PLAN,
        places=("project",), version_of="project"),
    Way(method="POST", path="/projects/{project}/acceptance", decision=d.AcceptProject, fact="project.accepted",
        roles=INSPECT, places=("project",)),
    Way(method="POST", path="/projects/{project}/withdrawal", decision=d.WithdrawProject, fact="project.withdrawn",
        roles=PLAN, places=("project",), version_of="project"),
)  # fmt: skip
_PLANS = (
    Way(method="PATCH", path="/plans/{plan}/lines", decision=d.AdjustLines, fact="plan.line_adjusted", roles=PLAN,
        without=frozenset({"content", "cost"}), further={"lines": (LINES, ...)}, version_of="plan", must_match=True,
        work=works.adjust, shows=("cost",)),
    Way(method="POST", path="/plans/{plan}/proposal", decision=d.ProposePlan, fact="plan.proposed", roles=PLAN,
        without=frozenset({"plan_hash"}), version_of="plan", work=works.propose),
    Way(method="POST", path="/plans/{plan}/review", decision=d.ReviewPlan, fact="plan.reviewed", roles=APPROVE | AUDIT,
        version_of="plan"),
    Way(method="POST", path="/plans/{plan}/announcement", decision=d.AnnouncePlan, fact="plan.announced", roles=PLAN,
        version_of="plan"),
    Way(method="POST", path="/plans/{plan}/objections-closing", decision=d.CloseObjections,
        fact="plan.objections_closed", roles=PLAN, version_of="plan"),
    Way(method="POST", path="/plans/{plan}/approval", decision=d.ApprovePlan, fact="plan.approved", roles=APPROVE,
        without=frozenset({"plan_hash"}), version_of="plan", work=works.approve),
    Way(method="POST", path="/plans/{plan}/notice", decision=d.NoticePlan, fact="plan.noticed", roles=PLAN,
        version_of="plan"),
    Way(method="POST", path="/plans/{plan}/return", decision=d.ReturnPlan, fact="plan.returned", roles=APPROVE,
        version_of="plan"),
    Way(method="POST", path="/plans/{plan}/supersession", decision=d.SupersedePlan, fact="plan.superseded",
        roles=APPROVE, version_of="plan"),
    Way(method="POST", path="/plans/{plan}/objections", decision=d.LodgeObjection, fact="objection.lodged",
        roles=EVERYONE, places=("unit", "project", "line"), without=frozenset({"objector"}), further={"by": (BY, None)},
        work=works.lodge, made="/v1/plans/{plan}/objections"),
    Way(method="POST", path="/objections/{objection}/answer", decision=d.AnswerObjection, fact="objection.answered",
        roles=PLAN | APPROVE, places=("objection",), without=frozenset({"plan"}), work=works.answer),
    Way(method="POST", path="/objections/{objection}/withdrawal", decision=d.WithdrawObjection,
        fact="objection.withdrawn", roles=EVERYONE, places=("objection",), without=frozenset({"plan"}),
        work=works.withdraw),
)  # fmt: skip
_MONEY = (
    Way(method="POST", path="/commitments", decision=d.CommitLine, fact="money.committed", roles=PAY,
        places=("line",), without=frozenset({"fund", "project", "commitment"}), work=works.commit,
        further={"commitment": (Annotated[CodeIn | None, Field(description="Its code. Default: plan.line.")], None)},
        made="/v1/commitments/{commitment}"),
    Way(method="POST", path="/commitments/{commitment}/release", decision=d.ReleaseCommitment,
        fact="money.commitment_released", roles=PAY, places=("commitment",)),
    Way(method="POST", path="/disbursements", decision=d.Disburse, fact="money.disbursed", roles=PAY,
        places=("commitment",), made="/v1/disbursements/{disbursement}"),
    Way(method="POST", path="/disbursements/{disbursement}/returns", decision=d.ReturnMoney,
        fact="money.returned", roles=PAY, places=("disbursement",)),
)  # fmt: skip
EVIDENCE = Way(
    method="POST",
    path="/evidence",
    decision=d.AttachEvidence,
    fact="evidence.attached",
    roles=PLAN | APPROVE | PAY | AUDIT,
    places=("unit", "project", "objection", "disbursement"),
    without=frozenset({"finder", "finder_post"}),
    further={"finder": (FINDER, None)},
    work=works.attach,
    made="/v1/evidence/{evidence}",
)
_PROOF = (
    EVIDENCE,
    Way(method="POST", path="/evidence/{evidence}/withdrawal", decision=d.WithdrawEvidence, fact="evidence.withdrawn",
        roles=PLAN | APPROVE | PAY | AUDIT, places=("evidence",)),
    Way(method="POST", path="/signing-keys", decision=keys.IntroduceSigningKey, fact="key.introduced", roles=ADMIN,
        without=works.KEY_FIELDS, work=works.introduce_key, shows=("key_name", "public_key")),
    Way(method="POST", path="/signing-keys/rotation", decision=keys.RotateSigningKey, fact="key.rotated", roles=ADMIN,
        without=works.KEY_FIELDS, work=works.rotate_key, shows=("key_name", "public_key")),
    Way(method="POST", path="/signing-keys/replacement", decision=keys.ReplaceSigningKey, fact="key.replaced",
        roles=ADMIN, without=works.KEY_FIELDS, work=works.replace_key, shows=("key_name", "public_key")),
    Way(method="POST", path="/witnesses", decision=keys.RecogniseWitness, fact="witness.recognised", roles=ADMIN,
        without=frozenset({"witness", "public_key", "has_signed"}), further={"line": (works.WITNESS_LINE, ...)},
        work=works.recognise),
)  # fmt: skip
WAYS: tuple[Way, ...] = (*_FUNDS, *_REGISTER, *_PROJECTS, *_PLANS, *_MONEY, *_PROOF)
