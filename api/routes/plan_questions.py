"""Questions about a plan on the record that take searches of their own: long work, answered from what it rests on."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Depends
from fastapi import Path as InPath
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import Response

from api.access import APPROVE, AUDIT, PLAN, Served, may
from api.long_work import LONG_WORK, Asking, LongWork
from api.problems import RequestUnclear
from api.repeating import StrictRoute
from service.jobs.asks import (
    AlternativesAsk,
    FairnessAsk,
    ImportanceAsk,
    LateAsk,
    PlanQuestion,
    ResolveAsk,
    RobustAsk,
    RulesWorthAsk,
    ShortfallsAsk,
    TradeOffAsk,
    WhyNotAsk,
)
from service.office import Office
from service.plan_life import plan_now

router = APIRouter(route_class=StrictRoute, tags=["plans"])
WHO = may(PLAN, APPROVE, AUDIT, scope="county")


class AskingAbout:
    """Takes questions about the plan an address names."""

    def __init__(self, asking: Asking, office: Office, plan: str) -> None:
        self._asking, self._office, self.plan = asking, office, plan

    async def answer(self, kind: str, ask: PlanQuestion) -> Response:
        """See `Asking.answer`. Raises `UnknownPlan` at once, rather than in the job."""
        if ask.plan not in (None, self.plan):
            raise RequestUnclear(where="plan", given=f"“{ask.plan}”", expected=f"the address names {self.plan}")
        await run_in_threadpool(self._must_be_there)
        return await self._asking.answer(kind, ask.model_copy(update={"plan": self.plan}))

    async def resolved(self) -> Response:
        """Have it solved again."""
        await run_in_threadpool(self._must_be_there)
        return await self._asking.answer("resolve", ResolveAsk(plan=self.plan))

    def _must_be_there(self) -> None:
        with self._office.county() as county:
            plan_now(county, self.plan)


async def _about(
    asking: LongWork, served: Served, plan: Annotated[str, InPath(max_length=128, description="Code of the plan.")]
) -> AskingAbout:
    return AskingAbout(asking, served, plan)


About = Annotated[AskingAbout, Depends(_about)]


@router.post("/plans/{plan}/alternatives", dependencies=[WHO], response_class=Response, responses=LONG_WORK)
async def find_alternatives(about: About, ask: AlternativesAsk) -> Response:
    """Other plans, each as different as can be, that lose no objective more than a stated part."""
    return await about.answer("alternatives", ask)


@router.post("/plans/{plan}/trade-offs", dependencies=[WHO], response_class=Response, responses=LONG_WORK)
async def find_trade_off(about: About, ask: TradeOffAsk) -> Response:
    """What more of one objective costs another: a curve with proven bounds."""
    return await about.answer("trade-off", ask)


@router.post("/plans/{plan}/importance", dependencies=[WHO], response_class=Response, responses=LONG_WORK)
async def find_importance(about: About, ask: ImportanceAsk) -> Response:
    """What the loss of funded projects would cost, the dearest first."""
    return await about.answer("importance", ask)


@router.post("/plans/{plan}/robust", dependencies=[WHO], response_class=Response, responses=LONG_WORK)
async def find_robust(about: About, ask: RobustAsk) -> Response:
    """A plan good now and still good if money never comes: what to commit at once, what to let wait."""
    return await about.answer("robust", ask)


@router.post("/plans/{plan}/why-not", dependencies=[WHO], response_class=Response, responses=LONG_WORK)
async def ask_why_not(about: About, ask: WhyNotAsk) -> Response:
    """Why a project or unit is left out, exactly: who would lose, and the least change of each lever that flips it."""
    return await about.answer("why-not", ask)


@router.post("/plans/{plan}/late-requests", dependencies=[WHO], response_class=Response, responses=LONG_WORK)
async def ask_late_request(about: About, ask: LateAsk) -> Response:
    """A late request: where one more project fits, what it would take, whose place."""
    return await about.answer("late", ask)


@router.post("/plans/{plan}/rules-worth", dependencies=[WHO], response_class=Response, responses=LONG_WORK)
async def find_rules_worth(about: About, ask: RulesWorthAsk) -> Response:
    """What one more or less of each rule and fund is worth, solved for exactly."""
    return await about.answer("rules-worth", ask)


@router.post("/plans/{plan}/shortfalls", dependencies=[WHO], response_class=Response, responses=LONG_WORK)
async def find_shortfalls(about: About, ask: ShortfallsAsk) -> Response:
    """Should-rules the plan misses, the best each could reach, and what stands against it."""
    return await about.answer("shortfalls", ask)


@router.post("/plans/{plan}/fairness-audits", dependencies=[WHO], response_class=Response, responses=LONG_WORK)
async def audit_plan_fairness(about: About, ask: FairnessAsk) -> Response:
    """How fair a plan is: inequality, what formulas promise, who is overtaken, what a lie would pay, Pareto gains."""
    return await about.answer("fairness", ask)


@router.post("/plans/{plan}/resolutions", dependencies=[WHO], response_class=Response, responses=LONG_WORK)
async def resolve_plan(about: About) -> Response:
    """Solve the plan again from the log alone: the same plan, or what differs."""
    return await about.resolved()
