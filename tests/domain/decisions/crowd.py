"""A busy county and one decision or more of every kind that it allows: what two clerks might do at one moment."""

from __future__ import annotations

import hashlib
from datetime import date
from functools import cache
from typing import Any

from domain.decisions import (
    AcceptProject,
    AdjustLines,
    AdmitProject,
    AmendFund,
    AnnounceFund,
    AnnouncePlan,
    AnnounceTranche,
    AnswerObjection,
    AppraiseProject,
    AssessUnit,
    AttachEvidence,
    CarryOver,
    CloseFund,
    CloseObjections,
    CommitLine,
    CorrectUnit,
    Deciding,
    Disburse,
    ImportRegister,
    JoinPool,
    ListBackward,
    LodgeObjection,
    MakePledge,
    MoveDuty,
    NoticePlan,
    ProposePlan,
    ProposeProject,
    RaiseCost,
    RankProject,
    ReceivePledge,
    ReceiveTranche,
    RecordPost,
    RefusePool,
    RegisterUnit,
    ReleaseCommitment,
    ReturnMoney,
    ReturnPlan,
    ReviewPlan,
    StartProject,
    StrikeOff,
    SupersedePlan,
    TakeBack,
    WithdrawEvidence,
    WithdrawObjection,
    WithdrawProject,
)
from domain.decisions.keys import IntroduceSigningKey, RecogniseWitness, ReplaceSigningKey, RotateSigningKey
from domain.facts import Fact
from domain.facts.objections import Outcome
from domain.facts.proof import rotation_statement
from domain.register import Pledge, Tranche
from history.note import SigningKey
from service.keys import has_signed
from tests.domain.decisions.harness import Record, by
from tests.domain.decisions.samples import (
    YUAN,
    adopt,
    approve,
    approved,
    arrived,
    county,
    draft,
    fund,
    line,
    plan_of,
    project,
    recorded,
    to_objections_closed,
    township,
    unit,
    with_rows,
)

DAY = date(2026, 5, 1)
UNTIL = date(2026, 4, 10)
P2_LINE = line("beautiful", "v2", 300 * YUAN, "p2")
V3_LINE = line("beautiful", "v3", 200 * YUAN)
P6_LINE = line("service", "v1", 60 * YUAN, "p6")
V2_LINE = line("beautiful", "v2", 70 * YUAN)
LOG_KEY, NEXT_KEY = (SigningKey("tongchou/log", bytes([number]) * 32) for number in (1, 2))
REVISED = with_rows(
    county(),
    units=[unit("v3", township="t2", households=101)],
    projects=[project("p1", cost_fen=450 * YUAN)],
    funds=[fund("next", budget_year=2027, amount_fen=1_001 * YUAN, document_no="2027-1")],
    townships=[township("t2", kind="subdistrict")],
)


@cache
def busy_county() -> tuple[Fact, ...]:
    """Something of everything: a plan in force and partly spent, others on their way, projects in every stage."""
    begun = project("p3", unit="v3", started=True, cost_fen=90 * YUAN)
    record = recorded(
        with_rows(
            county(),
            projects=[
                begun,
                project("p4", stage="proposed"),
                project("p5", stage="appraised", purposes=("service",)),
                project("p6", cost_fen=60 * YUAN),
            ],
            funds=[fund("next", budget_year=2027), fund("empty", budget_year=2026, tranches=(arrived("e1", 9),))],
        )
    )
    record.decide(MoveDuty(mandate=by(), duty="lamps", name="lamps", unit="v1", fund="service", amount_fen=5 * YUAN))
    approved(record, "pl1", plan_of(record, P2_LINE, V3_LINE, P6_LINE, V2_LINE))
    record.decide(
        CommitLine.of(P2_LINE, plan="pl1", commitment="k1", mandate=by(), amount_fen=200 * YUAN),
        Disburse(mandate=by(), disbursement="d1", commitment="k1", amount_fen=100 * YUAN, payee="builder", voucher="1"),
    )
    record.decide(CommitLine.of(V2_LINE, plan="pl1", commitment="k2", mandate=by(), amount_fen=30 * YUAN))
    to_objections_closed(record, "pl2", plan_of(record, line("beautiful", "v1", 400 * YUAN, "p1")))
    to_objections_closed(record, "pl3", plan_of(record, line("beautiful", "v3", 430 * YUAN)))
    record.decide(IntroduceSigningKey(mandate=by(), key_name=LOG_KEY.name, public_key=LOG_KEY.public.public.hex()))
    content = plan_of(record, line("service", "v1", 50 * YUAN, "p1"))
    for plan, steps in (("drafted", 1), ("proposed", 2), ("reviewed", 3), ("announced", 4), ("disputed", 4)):
        way: list[Deciding] = [
            draft(record, plan, content),
            ProposePlan(mandate=by(), plan=plan, plan_hash=content.plan_hash),
            ReviewPlan(mandate=by("p-reviewer"), plan=plan, opinion="sound"),
            AnnouncePlan(mandate=by(), plan=plan, objections_until=UNTIL),
        ]
        record.decide(*way[:steps])
    record.decide(
        objection("o1"),
        objection("o2", unit="v2"),
        attached("e1", unit="v1", indicator="stars"),
        attached("e2", objection="o1"),
        post("secretary"),
    )
    return tuple(record.facts)


def objection(code: str, plan: str = "disputed", **about: str) -> LodgeObjection:
    """A resident objects, and says so at the counter."""
    return LodgeObjection(
        mandate=by("p-clerk", "clerk"),
        objection=code,
        plan=plan,
        objector="p-resident",
        capacity="resident",
        text="the hall stands on the wrong side",
        **about,
    )


def attached(code: str, **about: str) -> AttachEvidence:
    """A photograph an inspector took."""
    return AttachEvidence(
        mandate=by("p-clerk", "clerk"),
        evidence=code,
        sha256=hashlib.sha256(code.encode()).hexdigest(),
        kind="inspection",
        found_on=date(2026, 3, 20),
        finder="p-inspector",
        finder_post="inspector",
        **about,
    )


def post(name: str, **place: str) -> RecordPost:
    """A post of the county."""
    return RecordPost(mandate=by("p-clerk", "clerk"), post=name, name_zh="岗位", name_en=f"Post {name}", **place)


def answered(outcome: Outcome, **more: Any) -> AnswerObjection:
    """Another person's answer to the first objection."""
    return AnswerObjection(
        mandate=by("p-reviewer", "reviewer"),
        plan="disputed",
        objection="o1",
        outcome=outcome,
        reason="it was measured",
        **more,
    )


def fresh_record() -> Record:
    record = Record()
    record.facts = list(busy_county())
    return record


def samples() -> dict[str, Deciding]:
    """One or more decisions of every kind, each of which the busy county allows."""
    record = fresh_record()
    content = plan_of(record, line("service", "v1", 50 * YUAN, "p1"))
    other = plan_of(record, line("service", "v2", 40 * YUAN))
    pl2 = plan_of(record, line("beautiful", "v1", 400 * YUAN, "p1"))
    money = Pledge(code="g2", by="a mill", kind="money", amount_fen=30)

    def commit(of: Any, code: str, yuan: int) -> CommitLine:
        return CommitLine.of(of, plan="pl1", commitment=code, mandate=by(), amount_fen=yuan * YUAN)

    def pay(yuan: int, code: str, voucher: str, of: str = "k1") -> Disburse:
        return Disburse(
            mandate=by(), disbursement=code, commitment=of, amount_fen=yuan * YUAN, payee="builder", voucher=voucher
        )

    rotation = rotation_statement(LOG_KEY.name, LOG_KEY.public.public.hex(), NEXT_KEY.public.public.hex())
    named: dict[str, Deciding] = {
        "introduce a key": IntroduceSigningKey(mandate=by(), key_name="tongchou/other", public_key="ab" * 32),
        "rotate the key": RotateSigningKey(
            mandate=by(),
            key_name=LOG_KEY.name,
            public_key=NEXT_KEY.public.public.hex(),
            signed_by_previous=LOG_KEY.sign(rotation),
            signed_by_new=NEXT_KEY.sign(rotation),
            has_signed=has_signed,
        ),
        "replace the key": ReplaceSigningKey(
            mandate=by(), key_name=LOG_KEY.name, public_key="cd" * 32, reason="the safe burned"
        ),
        "recognise a witness": RecogniseWitness(
            mandate=by(), witness="city", public_key="ef" * 32, witness_post="city-auditor"
        ),
        "import": ImportRegister(mandate=by(), wanted=REVISED),
        "register unit": RegisterUnit(mandate=by(), entry=unit("v9")),
        "correct v1": CorrectUnit(mandate=by(), unit="v1", changes={"households": 7}),
        "correct v2": CorrectUnit(mandate=by(), unit="v2", changes={"township": "t2"}),
        "assess v1": AssessUnit(mandate=by(), unit="v1", changes={"stars": 2}),
        "list v2": ListBackward(mandate=by(), unit="v2", reason="no books"),
        "strike off v1": StrikeOff(mandate=by(), unit="v1", evidence="books"),
        "move a duty": MoveDuty(
            mandate=by(), duty="lamps", name="lamps", unit="v2", fund="service", amount_fen=200 * YUAN
        ),
        "a new duty": MoveDuty(
            mandate=by(), duty="roads", name="roads", unit="v2", fund="service", amount_fen=300 * YUAN
        ),
        "that duty, of beautiful": MoveDuty(
            mandate=by(), duty="roads", name="roads", unit="v2", fund="beautiful", amount_fen=1
        ),
        "propose p9": ProposeProject(mandate=by(), entry=project("p9", requires=("p1",))),
        "appraise p1": AppraiseProject(mandate=by(), project="p1", benefit=3, finding="less"),
        "appraise p4": AppraiseProject(mandate=by(), project="p4", benefit=3, finding="needed"),
        "admit p5": AdmitProject(mandate=by(), project="p5"),
        "rank p1": RankProject(mandate=by(), project="p1", rank=1),
        "start p2": StartProject(mandate=by(), project="p2"),
        "raise p2": RaiseCost(mandate=by(), project="p2", new_cost_fen=310 * YUAN, reason="rock"),
        "accept p3": AcceptProject(mandate=by(), project="p3", evidence="photos"),
        "withdraw p1": WithdrawProject(mandate=by(), project="p1"),
        "withdraw p6": WithdrawProject(mandate=by(), project="p6"),
        "announce a fund": AnnounceFund(mandate=by(), entry=fund("roads", tranches=(Tranche(code="r", amount_fen=1),))),
        "amend beautiful": AmendFund(mandate=by(), fund="beautiful", new_amount_fen=1_200 * YUAN),
        "amend empty": AmendFund(mandate=by(), fund="empty", new_amount_fen=20 * YUAN),
        "announce a tranche": AnnounceTranche(mandate=by(), fund="empty", tranche="e2", amount_fen=900 * YUAN),
        "receive a tranche": ReceiveTranche(mandate=by(), fund="beautiful", tranche="b2", arrived_on=DAY),
        "make a pledge": MakePledge(mandate=by(), fund="empty", pledge=money),
        "receive a pledge": ReceivePledge(mandate=by(), fund="service", pledge="g1", amount_fen=40 * YUAN),
        "carry over": CarryOver(mandate=by(), fund="beautiful", to_fund="next", amount_fen=350 * YUAN),
        "take back": TakeBack(mandate=by(), fund="beautiful", amount_fen=360 * YUAN),
        "close service": CloseFund(mandate=by(), fund="service", reason="over"),
        "close next": CloseFund(mandate=by(), fund="next", reason="over"),
        "join": JoinPool(mandate=by(), fund="beautiful"),
        "refuse": RefusePool(mandate=by(), fund="beautiful", reason="law"),
        "refuse for service": RefusePool(mandate=by(), fund="service", reason="law"),
        "adopt": adopt(2),
        "draft": draft(record, "pl9", other),
        "draft anew": draft(record, "drafted", other),
        "adjust": AdjustLines(mandate=by(), plan="drafted", content=other, reason="flood"),
        "propose": ProposePlan(mandate=by(), plan="drafted", plan_hash=content.plan_hash),
        "review": ReviewPlan(mandate=by("p-reviewer"), plan="proposed", opinion="fine"),
        "announce": AnnouncePlan(mandate=by(), plan="reviewed", objections_until=UNTIL),
        "close objections": CloseObjections(mandate=by(on=UNTIL), plan="announced"),
        "approve pl2": approve(pl2, "pl2"),
        "approve pl3": approve(plan_of(record, line("beautiful", "v3", 430 * YUAN)), "pl3"),
        "return": ReturnPlan(mandate=by(), plan="pl2", reason="unfair"),
        "notice": NoticePlan(mandate=by(), plan="pl1"),
        "supersede": SupersedePlan(mandate=by(), plan="pl1", by_plan="pl2"),
        "supersede by another": SupersedePlan(mandate=by(), plan="pl1", by_plan="pl3"),
        "commit rest of p2": commit(P2_LINE, "k9", 100),
        "commit v3": commit(V3_LINE, "k8", 200),
        "commit v3, same code": commit(V3_LINE, "k9", 150),
        "commit p6": commit(P6_LINE, "k7", 60),
        "commit p6, same code": commit(P6_LINE, "k9", 6),
        "commit v2, same code": commit(V2_LINE, "k9", 1),
        "release": ReleaseCommitment(mandate=by(), commitment="k1", reason="cheaper"),
        "pay all": pay(100, "d2", "2"),
        "pay half": pay(50, "d3", "3"),
        "pay on k2, same voucher": pay(9, "d4", "3", "k2"),
        "pay on k2, same code": pay(9, "d3", "5", "k2"),
        "give back": ReturnMoney(mandate=by(), disbursement="d1", amount_fen=70 * YUAN, reason="cheaper"),
        "give back more": ReturnMoney(mandate=by(), disbursement="d1", amount_fen=80 * YUAN, reason="cheaper"),
        "object": objection("o9", unit="v1", project="p1", line="service.p1"),
        "object to another plan": objection("o9", "announced"),
        "reject": answered("rejected", cites=("e2",)),
        "uphold": answered("upheld"),
        "withdraw an objection": WithdrawObjection(
            mandate=by("p-resident", "resident"), plan="disputed", objection="o1", reason="it was explained"
        ),
        "return the disputed plan": ReturnPlan(mandate=by(), plan="disputed", reason="unfair"),
        "attach to v1": attached("e9", unit="v1", indicator="stars"),
        "attach to p1": attached("e9", project="p1"),
        "attach to o1": attached("e8", objection="o1"),
        "attach to d1": attached("e7", disbursement="d1"),
        "attach a better one": attached("e6", unit="v1", supersedes="e1"),
        "withdraw evidence": WithdrawEvidence(mandate=by(), evidence="e1", reason="another village"),
        "withdraw evidence of o1": WithdrawEvidence(mandate=by(), evidence="e2", reason="another hall"),
        "assess v1 as inspected": AssessUnit(mandate=by(), unit="v1", changes={"stars": 1}, cites=("e1",)),
        "record a post": post("treasurer", above="secretary", supervised_by="secretary"),
        "record a deputy": post("deputy", above="secretary"),
        "record the secretary anew": post("secretary", department="office"),
    }
    return named


SAMPLES = samples()


def rival(decision: Deciding) -> Deciding:
    """The same decision under a command of its own: what another clerk, not a retry, would send."""
    other = decision.fresh()
    mandate = decision.mandate
    other.mandate = by(mandate.person, mandate.post, on=mandate.effective_on)
    return other
