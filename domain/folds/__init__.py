"""Folds: facts in their order become the state they amount to. Pure, tolerant of facts left out, shared by decisions,
read models and services.

A fold is fed with `apply(fact)` and ignores what it does not care for. It may see only the facts of one fund or project
(a decision reads no more): then what it says of the others is not meant to be looked at.
"""

from __future__ import annotations

from domain.folds.evidence import EvidenceFold
from domain.folds.funds import FundsFold
from domain.folds.money import MoneyFold, Spending
from domain.folds.objections import ObjectionsFold
from domain.folds.plans import PlanFold, PlansFold, PlanState
from domain.folds.policies import PolicyFold
from domain.folds.posts import PostsFold
from domain.folds.register import NothingRegistered, RegisterFold

__all__ = [
    "EvidenceFold",
    "FundsFold",
    "MoneyFold",
    "NothingRegistered",
    "ObjectionsFold",
    "PlanFold",
    "PlanState",
    "PlansFold",
    "PolicyFold",
    "PostsFold",
    "RegisterFold",
    "Spending",
]
