"""Use case of open contracting: the project library at a moment as an OC4IDS project package.

Whoever publishes for good registers a prefix with the Open Contracting Partnership, so that no two publishers' projects
share an id. TONGCHOU_OC4IDS_PREFIX states it; without one it is made from the id of the store, which is unique too.
"""

from __future__ import annotations

import os
import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from documents.open_data.oc4ids import Payment, ProjectTold, Share, project_package
from domain.errors import Refusal
from domain.facts import PROJECT_FACTS, SPENDING_FACTS
from domain.facts.spending import MoneyDisbursed, MoneyReturned
from domain.register import Register
from service.county import County
from service.exports.data_package import last_recorded
from service.files import whole_file, write_pieces
from service.plan_reading import standing_on
from service.planning import plans_at
from service.progress import progress_at
from service.registers import Moment, counting, register_at

PREFIX_SETTING = "TONGCHOU_OC4IDS_PREFIX"
PREFIX = re.compile(r"oc4ids-[a-z0-9]{3,20}")


class PrefixUnclear(Refusal):
    """A prefix that is none of OC4IDS."""

    code = "oc4ids-prefix-unclear"
    sentence_en = "“{given}” is no prefix of project ids in OC4IDS."
    cure_en = "Write it as it was registered, such as oc4ids-bu3kcz, in TONGCHOU_OC4IDS_PREFIX or after --prefix."


class NoProjectToPublish(Refusal):
    """A project package holds one project at least, and the library has none."""

    code = "no-project-to-publish"
    sentence_en = "There was no project in the library then, and OC4IDS knows no package without one."
    cure_en = "Register projects first, or ask for a later moment."


def prefix_of(county: County, given: str | None = None) -> str:
    """What the ids of this store's projects begin with. Raises `PrefixUnclear`."""
    wanted = given or os.environ.get(PREFIX_SETTING) or f"oc4ids-{county.log.recorder.store_id[:8]}"
    if PREFIX.fullmatch(wanted) is None:
        raise PrefixUnclear(given=wanted[:40])
    return wanted


def write_oc4ids(county: County, at: Moment, path: Path, *, prefix: str | None = None) -> None:
    """Write the package as known and effective at a moment.

    Raises `NothingRegistered`, `NoProjectToPublish` or `PrefixUnclear`.
    """
    wanted, register = prefix_of(county, prefix), register_at(county, at)
    if not register.projects:
        raise NoProjectToPublish
    record = f"{county.log.recorder.store_id}/{at.position}/{at.as_of or ''}"
    told = _told(county, at, register)
    pieces = project_package(register, told, prefix=wanted, record=record, published=last_recorded(county, at))
    whole_file(path, write_pieces(pieces))


def _told(county: County, at: Moment, register: Register) -> Iterator[ProjectTold]:
    """Every project in order of codes."""
    shares, (payments, updated) = _shares(county, at), _payments(county, at)
    whole = last_recorded(county, at)
    for one in progress_at(county, at):
        yield ProjectTold(
            project=register.projects[one.project],
            step=one.step,
            days=one.days,
            updated=updated.get(one.project, whole),
            shares=tuple(shares[one.project]),
            payments=tuple(payments[one.project]),
        )


def _shares(county: County, at: Moment) -> dict[str, list[Share]]:
    shares: dict[str, list[Share]] = defaultdict(list)
    for life in plans_at(county, at).in_force():
        on = standing_on(county, life.plan, "approved", at)
        for line in life.content.lines if life.content is not None else ():
            if line.project is not None:
                shares[line.project].append(Share(life.plan, line.fund, line.amount_fen, on))
    return shares


def _payments(county: County, at: Moment) -> tuple[dict[str, list[Payment]], dict[str, datetime]]:
    """Project -> what was paid for it and came back; project -> when anything about it was recorded last."""
    payments: dict[str, list[Payment]] = defaultdict(list)
    updated: dict[str, datetime] = {}
    for recorded in counting(county, at, (*PROJECT_FACTS, *SPENDING_FACTS)):
        fact, on = recorded.fact, recorded.fact.mandate.effective_on
        project = getattr(fact, "project", None)
        if project is None:
            continue
        updated[project] = recorded.recorded_at
        match fact:
            case MoneyDisbursed():
                payments[project].append(Payment(fact.disbursement, fact.fund, fact.amount_fen, on))
            case MoneyReturned():
                back = f"{fact.disbursement}.returned.{recorded.position}"
                payments[project].append(Payment(back, fact.fund, -fact.amount_fen, on))
            case _:
                pass
    return payments, updated
