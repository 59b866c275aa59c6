"""Long work: questions about a plan on the record that take searches of their own."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import msgspec

from service.collision_words import unreached_json
from service.explore import Around, dearest_first
from service.fairness import audit_fairness, fairness_json
from service.jobs.asks import (
    AlternativesAsk,
    FairnessAsk,
    ImportanceAsk,
    LateAsk,
    PlanQuestion,
    RobustAsk,
    RulesWorthAsk,
    ShortfallsAsk,
    TradeOffAsk,
    WhyNotAsk,
)
from service.jobs.bench import Bench, JobNews
from service.jobs.kinds import Content, Kind
from service.plan_reading import newest
from service.shortfalls import shortfalls as missed_rules
from service.why import Asked, NewProject, asked, rules_of, why_not_asked
from service.why import late as late_request


def alternatives(bench: Bench, ask: AlternativesAsk) -> Content:
    """Other plans, each as different as can be."""
    around = _around(bench, ask)
    found = around.alternatives(count=ask.count, loss=Fraction(ask.loss))
    others = bench.counted("alternatives", found, ask.count)
    return {"plan": around.name, "loss": ask.loss, "alternatives": around.alternatives_json(others)}


def trade_off(bench: Bench, ask: TradeOffAsk) -> Content:
    """The curve between two objectives."""
    around = _around(bench, ask)
    points = bench.counted("trade-off", around.trade_off(ask.first, ask.second, points=ask.points), ask.points)
    return {"plan": around.name, "first": ask.first, "second": ask.second, "points": around.curve_json(points)}


def importance(bench: Bench, ask: ImportanceAsk) -> Content:
    """What each loss would cost."""
    around = _around(bench, ask)
    projects = around.funded(ask.projects)
    found = bench.counted("importance", around.importance(projects, exact=ask.exact), len(projects))
    dearest = [msgspec.to_builtins(one) for one in sorted(found, key=dearest_first)]
    return {"plan": around.name, "exact": ask.exact, "projects": dearest}


def robust(bench: Bench, ask: RobustAsk) -> Content:
    """What to commit at once and what to let wait."""
    around = _around(bench, ask)
    bench.told(JobNews("robust"))
    found = around.robust(short_fen=ask.short_fen, loss=Fraction(ask.loss))
    return {"of": around.name, "loss": ask.loss, **around.robust_json(found)}


def why_not(bench: Bench, ask: WhyNotAsk) -> Content:
    """Why a project or unit is left out, exactly."""
    return why_not_asked(_about(bench, ask), ask.subject, levers=ask.levers, heard=_heard(bench)).json()


def late(bench: Bench, ask: LateAsk) -> Content:
    """Where one more project fits."""
    described = None
    if ask.described is not None:
        new = ask.described
        described = NewProject(new.unit, new.cost_fen, tuple(new.purposes), new.benefit, tuple(new.closes))
    return late_request(_about(bench, ask), ask.project, described).json()


def rules_worth(bench: Bench, ask: RulesWorthAsk) -> Content:
    """What one more or less of each rule is worth."""
    return rules_of(_about(bench, ask), worth=True, only=ask.rule, heard=_heard(bench)).json()


def shortfalls(bench: Bench, ask: ShortfallsAsk) -> Content:
    """Should-rules the plan misses."""
    planned = newest(bench.county, ask.plan, ask.at(bench.county))
    return {"plan": planned.plan_id, "shortfalls": [unreached_json(one) for one in missed_rules(planned.computed)]}


def fairness(bench: Bench, ask: FairnessAsk) -> Content:
    """How fair a plan is, audits that search included."""
    planned = newest(bench.county, ask.plan, ask.at(bench.county))
    bench.told(JobNews("fairness"))
    return {**fairness_json(audit_fairness(planned)), "plan_hash": planned.computed.plan.plan_hash}


def _around(bench: Bench, ask: PlanQuestion) -> Around:
    return Around(bench.county, ask.plan, ask.at(bench.county))


def _about(bench: Bench, ask: PlanQuestion) -> Asked:
    return asked(bench.county, ask.plan, ask.at(bench.county))


def _heard(bench: Bench) -> Callable[[str, str], None]:
    """Whoever is told which question of a larger one is being searched."""
    return lambda subject, step: bench.told(JobNews(f"{step} {subject}"))


KINDS: tuple[Kind, ...] = (
    Kind("alternatives", AlternativesAsk, alternatives),
    Kind("trade-off", TradeOffAsk, trade_off),
    Kind("importance", ImportanceAsk, importance),
    Kind("robust", RobustAsk, robust),
    Kind("why-not", WhyNotAsk, why_not),
    Kind("late", LateAsk, late),
    Kind("rules-worth", RulesWorthAsk, rules_worth),
    Kind("shortfalls", ShortfallsAsk, shortfalls),
    Kind("fairness", FairnessAsk, fairness),
)
