"""Every decision and every refusal there is: for faces that list them, and for the texts that must know each code."""

from __future__ import annotations

from inspect import isabstract
from types import ModuleType

from domain.decisions import (
    adjustments,
    approval,
    arrivals,
    base,
    citing,
    common,
    duties,
    evidence,
    filed,
    filed_funds,
    funds,
    hearing,
    keys,
    objections,
    paying,
    plan_content,
    plans,
    policies,
    pool,
    posts,
    projects,
    register,
    spending,
    units,
    works,
)
from domain.decisions.base import Deciding
from domain.errors import Moved, Refusal
from domain.folds.register import NothingRegistered

_MODULES: tuple[ModuleType, ...] = (
    adjustments,
    approval,
    arrivals,
    base,
    citing,
    common,
    duties,
    evidence,
    filed,
    filed_funds,
    funds,
    hearing,
    objections,
    keys,
    paying,
    plan_content,
    plans,
    policies,
    pool,
    posts,
    projects,
    register,
    spending,
    units,
    works,
)

_CLASSES: tuple[type, ...] = tuple(
    found
    for module in _MODULES
    for name, found in vars(module).items()
    if isinstance(found, type) and found.__module__ == module.__name__ and not name.startswith("_")
)

ALL_DECISIONS: tuple[type[Deciding], ...] = tuple(
    found for found in _CLASSES if issubclass(found, Deciding) and not isabstract(found)
)
ALL_REFUSALS: tuple[type[Refusal], ...] = (
    Moved,
    NothingRegistered,
    *(found for found in _CLASSES if issubclass(found, Refusal)),
)
