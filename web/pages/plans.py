"""Plans: which there are, and one of them for who has to decide on it: lines, reasons, proof, hearing, what is next.

Who did what stands above what may be done next; where whoever looks cannot do it, the decision itself says why (M27).
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Annotated, Any, Literal, get_args

from fastapi import APIRouter, Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from api.access import APPROVE, AUDIT, PLAN, READ, Caller, Served, may
from api.moments import When
from domain.facts.objections import Outcome
from domain.money import Lang
from service import hearing
from service.access.principal import Forbidden, Principal
from service.asking.known import post_names
from service.county import County, Receipt
from service.fairness_page import ask_for_audit, audited, fairness_shown
from service.faults import explain
from service.office import Office
from service.overview import NEXT_STEP
from service.plan_life import adjust
from service.plan_next import ACTIONS, ROLES, Action, Step, adjust_step, answer_step, stages, steps_for, take
from service.plan_page import by_hand, lines_by_fund, rule_standings
from service.plan_reading import life_of, planned, standing
from service.planning import Planned, plans_at
from service.registers import moment
from service.sealing import resting_on
from service.showing import shown_plan
from texts import text
from texts.recorded import as_recorded
from web.forms import (
    Tried,
    as_response,
    changed_lines,
    choice_in,
    day_in,
    decided,
    mandate_of,
    new_command,
    receipt_said,
    sent,
)
from web.languages import page_language
from web.rendering import Looked, looked, page
from web.visitors import may_compute

router = APIRouter(include_in_schema=False)
Part = Literal["units", "townships", "funds", "projects", "rules", "fairness", "steps"]
PARTS: tuple[Part, ...] = get_args(Part)
ENDED = ("returned", "superseded")
"""States a plan does not go on from: a page says why first."""
Sent = Annotated[dict[str, str], Depends(sent)]
ASKS = PLAN | APPROVE | AUDIT
"""Who may have a search made."""
Deciding = Callable[[County, dict[str, str]], Receipt]


@router.get("/plans", dependencies=[may(READ, scope="county")])
def list_of_plans(request: Request, served: Served, when: When) -> Response:
    """Every plan with its state and its sum."""
    with served.county() as county:
        here = looked(request, county, when.at(county))
        return page("plans.html.j2", here, plans=standing(county, here.at), waits=NEXT_STEP)


@router.get("/plans/{plan}", dependencies=[may(READ, scope="county")])
def plan_page(
    request: Request,
    served: Served,
    caller: Caller,
    when: When,
    plan: str,
    show: Part = "units",
    done: Annotated[int | None, Query(ge=1)] = None,
) -> Response:
    """One plan."""
    with served.county() as county:
        return _page(served, looked(request, county, when.at(county)), caller, plan, show, done=done)


def _page(
    served: Office,
    here: Looked,
    caller: Principal,
    plan: str,
    show: Part,
    *,
    done: int | None = None,
    tried: Tried | None = None,
) -> Response:
    county, at, lang = here.county, here.at, here.lang
    found = planned(county, plan, at)
    about = {"rests_on": resting_on(county, at.position).sentences, "position": at.position}
    steps = life_of(county, plan, at)
    now = not here.past
    next_steps = [_told(step, lang) for step in steps_for(county, plan, caller)] if now else []
    waiting = _open(county, plan, found, caller, lang) if now else {}
    part = _part(served, here, caller, found, show, steps)
    forms = {step["action"] for step in next_steps} | {f"answer-{code}" for code in waiting}
    forms |= {"adjust"} if part.get("adjusting") else set()
    return page(
        "plan.html.j2",
        here,
        status=tried.status if tried else 200,
        tried=tried,
        recorded=receipt_said(county, caller, done),
        command=tried.values.get("command") if tried else new_command(),
        plan_id=plan,
        plan_state=found.state,
        tabs=PARTS,
        show=show,
        stages=stages(steps),
        ended=next((_step_said(one, lang) for one in reversed(steps) if one[3] == found.state in ENDED), None),
        successor=plans_at(county, at).plans[plan].superseded_by,
        posts=post_names(county, at.position),
        next_steps=next_steps,
        open_objections=waiting,
        formless=tried is not None and tried.form not in forms,
        **part,
        **shown_plan(found, lang, about),
    )


def _part(
    served: Office, here: Looked, caller: Principal, found: Planned, show: Part, steps: list[Any]
) -> dict[str, Any]:
    """What one part of the page needs beside the report."""
    county, at, lang = here.county, here.at, here.lang
    match show:
        case "funds":
            return {"fund_lines": lines_by_fund(found)}
        case "rules":
            return {"standings": rule_standings(found)}
        case "fairness":
            shown, searched = fairness_shown(found, lang), audited(served.jobs, found, lang)
            return {"fairness": shown, "audited": searched, "may_audit": may_compute(caller)}
        case "steps":
            adjusting = None if here.past else adjust_step(county, found.plan_id, caller)
            return {
                "steps": [_step_said(step, lang) for step in steps],
                "adjustments": by_hand(county, found.plan_id, at),
                "adjusting": None if adjusting is None else _told(adjusting, lang),
                "lines": [line.line for line in found.computed.plan.lines],
            }
    return {}


def _step_said(step: tuple[object, ...], lang: Lang) -> dict[str, Any]:
    heads = ("position", "recorded_at", "effective_on", "state", "by", "why", "document")
    told = dict(zip(heads, step, strict=True))
    state, _, objection = str(told["state"]).partition(" ")
    who, _, post = str(told["by"]).rpartition("@")
    told |= {"why": as_recorded(str(told["why"] or "")), "who": who, "post": post}
    told["day"] = date.fromisoformat(str(told["effective_on"]))
    return {**told, "said": f"{text(f'times.state.{state}', lang)} {objection}".strip()}


def _told(step: Step, lang: Lang) -> dict[str, Any]:
    """A step with who may take it in words, and why whoever looks may not."""
    between = "或" if lang == "zh" else " or "
    who = between.join(text(f"web.role.{role}", lang) for role in step.roles)
    refusal = step.refusal
    if refusal is None:
        why: tuple[str, ...] = ()
    elif isinstance(refusal, Forbidden):
        why = (text("web.step.needs_role", lang, roles=who),)
    else:
        explained = explain(refusal, lang)
        why = tuple(explained.sentences) if explained else (refusal.sentence,)
    return {"action": step.action, "roles": who, "why_not": why}


def _open(county: County, plan: str, found: Planned, caller: Principal, lang: Lang) -> dict[str, dict[str, Any]]:
    """Objections that wait for an answer, and whether whoever looks may answer them."""
    if found.hearing is None:
        return {}
    waiting = [one.lodged.objection for one in found.hearing.objections if one.state == "open"]
    return {code: _told(answer_step(county, plan, code, caller), lang) for code in waiting}


def _decide(
    request: Request, served: Office, caller: Principal, plan: str, form: str, show: Part, values: dict[str, str],
    deciding: Deciding,
) -> Response:  # fmt: skip
    lang = page_language(request)
    with served.county() as county:
        found = decided(lambda: deciding(county, values), form, values, f"/plans/{plan}", lang)
        return as_response(
            found, lambda tried: _page(served, looked(request, county, moment(county)), caller, plan, show, tried=tried)
        )


def _route(action: Action) -> Callable[..., Response]:
    def take_step(request: Request, served: Served, caller: Caller, plan: str, values: Sent) -> Response:
        def deciding(county: County, values: dict[str, str]) -> Receipt:
            mandate = mandate_of(county, caller, values)
            until = day_in(values, "until")
            return take(county, plan, action, mandate, said=values.get("said", ""), until=until)

        return _decide(request, served, caller, plan, action, "units", values, deciding)

    return take_step


for _action in ACTIONS:
    router.add_api_route(
        f"/plans/{{plan}}/{_action}",
        _route(_action),
        name=f"{_action}_on_page",
        methods=["POST"],
        dependencies=[may(ROLES[_action], scope="county")],
    )


@router.post("/plans/{plan}/fairness", dependencies=[may(ASKS, scope="county")])
def audit_on_page(served: Served, caller: Caller, plan: str, values: Sent) -> Response:
    """Have the audits of fairness that search made; the page says what came of them."""
    with served.county() as county:
        found = planned(county, plan, moment(county))
    ask_for_audit(served, found, caller)
    return RedirectResponse(f"/plans/{found.plan_id}?show=fairness#audits-head", 303)


@router.post("/plans/{plan}/adjust", dependencies=[may(ROLES["adjust"], scope="county")])
def adjust_on_page(request: Request, served: Served, caller: Caller, plan: str, values: Sent) -> Response:
    """Set lines by hand; the plan is verified again, and the page says what it costs."""

    def deciding(county: County, values: dict[str, str]) -> Receipt:
        mandate = mandate_of(county, caller, values)
        return adjust(county, plan, changed_lines(values), values.get("reason", ""), mandate)[0]

    return _decide(request, served, caller, plan, "adjust", "steps", values, deciding)


@router.post("/plans/{plan}/objections/{objection}/answer", dependencies=[may(ROLES["answer"], scope="county")])
def answer_on_page(
    request: Request, served: Served, caller: Caller, plan: str, objection: str, values: Sent
) -> Response:
    """Uphold an objection, which returns the plan, or reject it."""

    def deciding(county: County, values: dict[str, str]) -> Receipt:
        mandate = mandate_of(county, caller, values)
        upheld = choice_in(values, "outcome", "upheld", "rejected") == "upheld"
        outcome: Outcome = "upheld" if upheld else "rejected"
        return hearing.answer(county, objection, mandate, outcome=outcome, reason=values.get("reason", ""))

    return _decide(request, served, caller, plan, f"answer-{objection}", "units", values, deciding)
