"""Use case of the approval sheet: what is decided, what proves it, and who took which step, to be signed (M27)."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from documents.approval import Signed, approval_content, render_approval
from documents.wording import free
from domain.facts import PLAN_FACTS
from domain.facts.plans import PlanReviewed
from domain.money import Lang
from service.asking.known import post_names
from service.county import County
from service.files import whole_file
from service.plan_next import WAY
from service.plan_reading import life_of, planned
from service.registers import Moment, counting, moment
from service.unit_pages import view_of


def approval_sheet(county: County, plan: str, at: Moment) -> dict[str, Any]:
    """What the sheet of a plan says on a page. Raises `UnknownPlan`."""
    found = planned(county, plan, at)
    return approval_content(view_of(found), plan, found.state, signed(county, plan, at), found.hearing)


def write_approval(county: County, plan: str, path: Path, *, lang: Lang = "zh") -> None:
    """Write the sheet into a file. Raises `UnknownPlan`."""
    at = moment(county)
    found = planned(county, plan, at)
    content = render_approval(view_of(found), plan, found.state, signed(county, plan, at), found.hearing, lang)
    whole_file(path, lambda draft: _write(draft, content))


def signed(county: County, plan: str, at: Moment) -> list[Signed]:
    """The steps of a plan on its way, with the reviewer's opinion where there is one."""
    opinions = {
        one.position: one.fact.opinion
        for one in counting(county, at, PLAN_FACTS, tags=[f"plan:{plan}"])
        if isinstance(one.fact, PlanReviewed)
    }
    steps, posts = [], post_names(county, at.position)
    for position, _, effective_on, state, who, why, document in life_of(county, plan, at):
        if state not in (*WAY, "returned"):
            continue
        person, _, post = str(who).rpartition("@")
        on, said = date.fromisoformat(str(effective_on)), opinions.get(int(str(position)), str(why or ""))
        named = posts.get(post, free(post))
        steps.append(Signed(str(state), person, named, on, None if document is None else str(document), said))
    return steps


def _write(path: Path, content: str) -> None:
    path.write_text(content, encoding="utf-8")
