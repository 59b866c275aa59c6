"""Use case of the public notice: the county's sheet and one for each unit, with the proof of what each was granted."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from documents.notice import COUNTY_SHEET, Proof, Published, notice_content, render_notice, render_unit_notice
from documents.standalone.pack_check.notes import read_key, read_note
from documents.view import make_view
from domain.errors import Refusal
from domain.facts import NOTICE_FACTS, PLAN_FACTS
from domain.facts.plans import GrantNoticed, PlanAnnounced, PlanApproved, PlanNoticed
from domain.money import Lang
from history.log import Recorded
from service.county import County
from service.disclosing import Discloser, FactNotSealed
from service.files import whole_file
from service.keys import keyring
from service.plan_reading import planned
from service.plan_steps import is_published, plan_seen
from service.planning import Planned
from service.registers import Moment, moment
from service.unit_pages import view_of

UNIT_SHEETS = "units"
STATES: dict[str, Literal["announced", "final"]] = {
    "announced": "announced",
    "objections_closed": "announced",
    "noticed": "final",
}


class PlanNotPublic(Refusal):
    """Only an announced plan, or one that was noticed, goes out on paper."""

    code = "plan-not-public"
    sentence_en = "Plan {plan} is {state}, so there is no notice of it."
    cure_en = "Announce it (`tongchou plans announce`), or, once it is approved, publish it (`tongchou plans notice`)."


@dataclass(frozen=True)
class Noticed:
    """What was written: the county's sheet and those of units; how many of them carry their proof."""

    folder: Path
    units: int
    proven: int


def write_notice(county: County, plan: str, folder: Path, *, lang: Lang = "zh") -> Noticed:
    """Write the notice of a plan into a folder, the sheets of units into `units` inside it.

    Raises `UnknownPlan`, `PlanNotPublic`, or `FactNotSealed`: a notice goes out only when a checkpoint covers it.
    """
    at = moment(county)
    found = planned(county, plan, at)
    if found.state not in STATES:
        raise PlanNotPublic(plan=plan, state=found.state.replace("_", " "))
    computed, discloser = found.computed, Discloser(county)
    view = make_view(computed.register, computed.loaded.policy, computed.plan, computed.measures)
    grants = {fact.unit: position for position, fact in _grants(county, plan)} if found.state == "noticed" else {}
    published = _published(county, found, at, discloser, max(grants.values(), default=0))
    (folder / UNIT_SHEETS).mkdir(parents=True, exist_ok=True)
    _write(folder / COUNTY_SHEET, render_notice(view, published, lang))
    for number, unit in enumerate(view.units, start=1):
        position = grants.get(unit.unit.code)
        proof = None if position is None else Proof(position, discloser.disclose(position).qr_text())
        name = f"{number:0{len(str(len(view.units)))}d}-{unit.unit.code}.html"
        _write(folder / UNIT_SHEETS / name, render_unit_notice(view, unit, published, proof, lang))
    return Noticed(folder, len(view.units), len(grants))


def public_notice(county: County, plan: str, at: Moment) -> dict[str, Any]:
    """What the notice of a plan says on a page, also before a checkpoint covers it.

    Raises `UnknownPlan` or `PlanNotPublic`.
    """
    life = plan_seen(county, plan, at, public=False)
    if not is_published(life):
        raise PlanNotPublic(plan=plan, state=str(life.state).replace("_", " "))
    found = planned(county, plan, at)
    published = _published(county, found, at, Discloser(county), 0, must_be_sealed=False)
    return notice_content(view_of(found), published)


def _published(
    county: County, found: Planned, at: Moment, discloser: Discloser, last: int, *, must_be_sealed: bool = True
) -> Published:
    """What the record says of the plan's way into the public, and the checkpoint that covers all of it."""
    steps = list(county.log.facts(until=at.position, types=PLAN_FACTS, tags=[f"plan:{found.plan_id}"]))
    announced = _newest(steps, PlanAnnounced)
    state = STATES.get(found.state, "final" if any(isinstance(one.fact, PlanNoticed) for one in steps) else "announced")
    made = announced if state == "announced" else _newest(steps, PlanNoticed)
    approved = _newest(steps, PlanApproved) if state == "final" else None
    try:
        checkpoint = discloser.checkpoint(max(made.position, last))
    except FactNotSealed:
        if must_be_sealed:
            raise
        checkpoint = None
    key = None if checkpoint is None else keyring(county).at(checkpoint.size)
    line = "" if key is None else str(key.key)
    mandate, hearing = made.fact.mandate, found.hearing
    assert isinstance(announced.fact, PlanAnnounced)
    objections = [] if hearing is None else [one for one in hearing.objections if one.state != "lapsed"]
    return Published(
        plan=found.plan_id,
        state=state,
        on=mandate.effective_on,
        document=mandate.document,
        begins=announced.fact.mandate.effective_on,
        ends=announced.fact.objections_until,
        approved_on=approved.fact.mandate.effective_on if approved else None,
        approval_document=approved.fact.mandate.document if approved else None,
        objections_lodged=len(objections),
        objections_withdrawn=sum(one.state == "withdrawn" for one in objections),
        checkpoint="" if checkpoint is None else checkpoint.note,
        sealed=0 if checkpoint is None else read_note(checkpoint.note, "checkpoint").size,
        key=line,
        fingerprint=read_key(line)[0].fingerprint if line else "",
    )


def _grants(county: County, plan: str) -> Iterator[tuple[int, GrantNoticed]]:
    """What units were told of a plan, with the positions; of a plan noticed twice the newest comes last."""
    for recorded in county.log.facts(types=NOTICE_FACTS, tags=[f"plan:{plan}"]):
        if isinstance(recorded.fact, GrantNoticed):
            yield recorded.position, recorded.fact


def _newest(steps: list[Recorded], kind: type[object]) -> Recorded:
    return next(one for one in reversed(steps) if isinstance(one.fact, kind))


def _write(path: Path, content: str) -> None:
    whole_file(path, lambda draft: _text(draft, content))


def _text(path: Path, content: str) -> None:
    path.write_text(content, encoding="utf-8")
