"""Use cases of reading plans: which there are, one with its papers, its life, and what the verifier says of it."""

from __future__ import annotations

from datetime import date

from domain.decisions.plans import UnknownPlan
from domain.errors import Refusal
from domain.facts.policies import PolicyAdopted
from domain.plan import Plan
from domain.policy.loading import LoadedPolicy
from optimizer.verify import verify
from service.baselines import BaselineForeign, on_record
from service.county import County
from service.hearing import hearing_of
from service.plan_steps import steps_of
from service.planning import Computed, Planned, plans_at
from service.policies import NoPolicy, parse_policy
from service.registers import Moment, moment, register_at


class NoPlanYet(Refusal):
    """A question about the newest plan of a store that has none."""

    code = "no-plan-yet"
    sentence_en = "There is no plan on the record yet."
    cure_en = "Make one with `tongchou plan`."


def standing(county: County, at: Moment) -> list[tuple[str, str, int]]:
    """Every plan with its state and the sum of its lines in fen, as known and effective at a moment."""
    county.refresh()
    return county.views.plans.standing(position=at.position, as_of=at.as_of)


def standing_on(county: County, plan: str, state: str, at: Moment) -> date:
    """The day from which a plan's last step into a state counts, which it had taken at a moment."""
    steps = county.views.plans.life(plan, position=at.position, as_of=at.as_of)
    return max(date.fromisoformat(step[2]) for step in steps if step[3] == state)


def life_of(county: County, plan: str, at: Moment) -> list[tuple[object, ...]]:
    """The steps of a plan and the objections to it: position, recorded_at, counts from, what, who, why, document."""
    return [
        (
            step.position,
            step.recorded_at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
            step.effective_on.isoformat(),
            f"{step.what} {step.objection}" if step.objection else step.what,
            f"{step.name or step.person}@{step.post}" if county.named else f"@{step.post}",
            step.why,
            step.document,
        )
        for step in steps_of(county, plan, at)
    ]


def planned(county: County, plan: str, at: Moment) -> Planned:
    """A plan with the register and policy it was computed from. Raises `UnknownPlan`."""
    life = plans_at(county, at).plans.get(plan)
    if life is None or life.content is None:
        raise UnknownPlan(plan=plan)
    return Planned(computed_of(county, life.content), plan, str(life.state), None, hearing_of(county, life, at))


def computed_of(county: County, content: Plan) -> Computed:
    """A plan's content with the register and policy it was computed from, and what it does: the same for ever."""
    basis = Moment(content.run.register_position)
    register, loaded = register_at(county, basis), policy_of(county, content)
    return Computed(register, loaded, content, basis)


def newest(county: County, plan: str | None = None, at: Moment | None = None) -> Planned:
    """A plan by name, or, without one, the newest on the record, as it is or was at a moment.

    Raises `UnknownPlan` or `NoPlanYet`.
    """
    at = at or moment(county)
    if plan is None:
        plan = next(reversed(plans_at(county, at).plans), None)
        if plan is None:
            raise NoPlanYet
    return planned(county, plan, at)


def findings(county: County, plan: str, at: Moment | None = None) -> list[str]:
    """What the solver-free verifier finds wrong with a plan against what it was computed from."""
    computed = planned(county, plan, at or moment(county)).computed
    found = [v.sentence for v in verify(computed.register, computed.loaded, computed.plan)]
    baseline = computed.plan.run.baseline
    if baseline is not None and not on_record(county, baseline):
        found.append(BaselineForeign(plan=plan, hash=baseline.plan_hash[:12]).sentence)
    return found


def policy_of(county: County, content: Plan) -> LoadedPolicy:
    """The policy text a plan was computed under, from the record."""
    for recorded in county.log.facts(until=content.run.register_position, types=[PolicyAdopted]):
        fact = recorded.fact
        if isinstance(fact, PolicyAdopted) and fact.policy_hash == content.run.policy_hash:
            return parse_policy(fact.text)
    raise NoPolicy(day=f"position {content.run.register_position}")
