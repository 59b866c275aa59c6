"""Decisions: one class each, imperative, with the facts it depends on and its refusals; grouped by subject.

The base is `base.Deciding`; `catalogue` lists every decision and refusal.
"""

from __future__ import annotations

from domain.decisions.adjustments import AdjustLines
from domain.decisions.approval import ApprovePlan
from domain.decisions.arrivals import AnnounceTranche, MakePledge, ReceivePledge, ReceiveTranche
from domain.decisions.base import CommandReused, Deciding
from domain.decisions.duties import MoveDuty
from domain.decisions.evidence import AttachEvidence, WithdrawEvidence
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

__all__ = [
    "AcceptProject",
    "AdjustLines",
    "AdmitProject",
    "AdoptPolicy",
    "AmendFund",
    "AnnounceFund",
    "AnnouncePlan",
    "AnnounceTranche",
    "AnswerObjection",
    "AppraiseProject",
    "ApprovePlan",
    "AssessUnit",
    "AttachEvidence",
    "CarryOver",
    "CloseFund",
    "CloseObjections",
    "CommandReused",
    "CommitLine",
    "CorrectUnit",
    "Deciding",
    "Disburse",
    "DraftPlan",
    "ImportRegister",
    "JoinPool",
    "ListBackward",
    "LodgeObjection",
    "MakePledge",
    "MoveDuty",
    "NoticePlan",
    "ProposePlan",
    "ProposeProject",
    "RaiseCost",
    "RankProject",
    "ReceivePledge",
    "ReceiveTranche",
    "RecordPost",
    "RefusePool",
    "RegisterUnit",
    "ReleaseCommitment",
    "ReturnMoney",
    "ReturnPlan",
    "ReviewPlan",
    "StartProject",
    "StrikeOff",
    "SupersedePlan",
    "TakeBack",
    "WithdrawEvidence",
    "WithdrawObjection",
    "WithdrawProject",
]
