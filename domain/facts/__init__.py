"""Every fact there is: the closed registry of stored names. A name not listed here cannot be stored or read."""

from __future__ import annotations

from domain.facts.base import Fact, Mandate
from domain.facts.evidence import EvidenceAttached, EvidenceCited, EvidenceWithdrawn
from domain.facts.funds import (
    DepartmentJoinedPool,
    DepartmentRefusedPool,
    FundAmended,
    FundAnnounced,
    FundCarriedOver,
    FundClosed,
    FundCorrected,
    FundTakenBack,
    PledgeMade,
    PledgeReceived,
    TrancheAnnounced,
    TrancheReceived,
)
from domain.facts.objections import ObjectionAnswered, ObjectionLodged, ObjectionWithdrawn
from domain.facts.plans import (
    GrantNoticed,
    ObjectionsClosed,
    PlanAnnounced,
    PlanApproved,
    PlanDrafted,
    PlanLineAdjusted,
    PlanNoticed,
    PlanProposed,
    PlanReturned,
    PlanReviewed,
    PlanSuperseded,
)
from domain.facts.policies import PolicyAdopted, PolicySuperseded
from domain.facts.posts import PostRecorded
from domain.facts.projects import (
    ProjectAccepted,
    ProjectAdmitted,
    ProjectAppraised,
    ProjectCorrected,
    ProjectOverrun,
    ProjectProposed,
    ProjectRanked,
    ProjectStarted,
    ProjectWithdrawn,
)
from domain.facts.proof import SigningKeyIntroduced, SigningKeyReplaced, SigningKeyRotated, WitnessRecognised
from domain.facts.register import (
    AdjacencyRecorded,
    AreaMapped,
    CountyNamed,
    DutyMoved,
    TownshipCorrected,
    TownshipRegistered,
    UnitAssessed,
    UnitCorrected,
    UnitListedBackward,
    UnitRegistered,
    UnitStruckOff,
)
from domain.facts.spending import CommitmentReleased, LineCommitted, MoneyDisbursed, MoneyReturned

REGISTER_FACTS: tuple[type[Fact], ...] = (
    CountyNamed,
    TownshipRegistered,
    TownshipCorrected,
    UnitRegistered,
    UnitCorrected,
    UnitAssessed,
    UnitListedBackward,
    UnitStruckOff,
    AreaMapped,
    AdjacencyRecorded,
    DutyMoved,
)
PROJECT_FACTS: tuple[type[Fact], ...] = (
    ProjectProposed,
    ProjectCorrected,
    ProjectAppraised,
    ProjectAdmitted,
    ProjectRanked,
    ProjectWithdrawn,
    ProjectStarted,
    ProjectOverrun,
    ProjectAccepted,
)
FUND_FACTS: tuple[type[Fact], ...] = (
    FundAnnounced,
    FundCorrected,
    FundAmended,
    TrancheAnnounced,
    TrancheReceived,
    PledgeMade,
    PledgeReceived,
    FundCarriedOver,
    FundTakenBack,
    FundClosed,
    DepartmentJoinedPool,
    DepartmentRefusedPool,
)
POLICY_FACTS: tuple[type[Fact], ...] = (PolicyAdopted, PolicySuperseded)
PLAN_FACTS: tuple[type[Fact], ...] = (
    PlanDrafted,
    PlanLineAdjusted,
    PlanProposed,
    PlanReviewed,
    PlanAnnounced,
    ObjectionsClosed,
    PlanApproved,
    PlanReturned,
    PlanNoticed,
    PlanSuperseded,
)
NOTICE_FACTS: tuple[type[Fact], ...] = (GrantNoticed,)
"""What single units were told of a final plan; no decision depends on it."""
SPENDING_FACTS: tuple[type[Fact], ...] = (LineCommitted, CommitmentReleased, MoneyDisbursed, MoneyReturned)
OBJECTION_FACTS: tuple[type[Fact], ...] = (ObjectionLodged, ObjectionAnswered, ObjectionWithdrawn)
EVIDENCE_FACTS: tuple[type[Fact], ...] = (EvidenceAttached, EvidenceWithdrawn, EvidenceCited)
POST_FACTS: tuple[type[Fact], ...] = (PostRecorded,)
KEY_FACTS: tuple[type[Fact], ...] = (SigningKeyIntroduced, SigningKeyRotated, SigningKeyReplaced)

ALL_FACTS: tuple[type[Fact], ...] = (
    *REGISTER_FACTS,
    *PROJECT_FACTS,
    *FUND_FACTS,
    *POLICY_FACTS,
    *PLAN_FACTS,
    *NOTICE_FACTS,
    *SPENDING_FACTS,
    *OBJECTION_FACTS,
    *EVIDENCE_FACTS,
    *POST_FACTS,
    *KEY_FACTS,
    WitnessRecognised,
)
ARRIVALS: tuple[type[Fact], ...] = (TrancheAnnounced, TrancheReceived, PledgeReceived)
"""Money arriving changes what may be committed, not what a plan was computed from (M07) …"""
CASE_FACTS: tuple[type[Fact], ...] = tuple(
    f for f in (*REGISTER_FACTS, *PROJECT_FACTS, *FUND_FACTS, *POLICY_FACTS) if f not in (*ARRIVALS, AreaMapped)
)
"""… these do: a plan is approved only when none of them came after it was computed."""

FACT_BY_NAME: dict[str, type[Fact]] = {f.stored_name(): f for f in ALL_FACTS}

__all__ = ["ALL_FACTS", "CASE_FACTS", "FACT_BY_NAME", "Fact", "Mandate"]
