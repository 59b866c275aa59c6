"""What the page of a plan says of fairness: indices, the audits at hand, and those that search once they were made."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import msgspec
from markupsafe import Markup

from documents.proof import objective_name
from documents.svg.bars import parts_bar
from documents.svg.dots import Dot, dots
from documents.wording import Named, figure, money_unit, name
from domain.measures import Inequality
from domain.money import Lang
from domain.scoring import score
from optimizer.fairness.misreport import Misreport
from optimizer.fairness.pareto import ParetoAudit
from service.access.principal import Principal
from service.fairness import FairnessMeasured, measure_fairness
from service.jobs.asks import FairnessAsk
from service.jobs.queue import CANCELLED, DONE, FAILED, JobQueue
from service.jobs.shelf import earlier, why_failed
from service.names import Names
from service.office import Office
from service.planning import Planned
from service.showing import speaking
from service.unit_pages import view_of
from texts import Both, both, literal

KIND = "fairness"
INDICES = ("gini", "theil", "palma", "max_to_min", "concentration", "kakwani")


@dataclass(frozen=True)
class FairnessShown:
    """Inequality as columns, and the audits that need no search."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Both, tuple[Decimal | None, ...]], ...]
    report: FairnessMeasured
    names: dict[str, Both]
    dots: Markup
    """Every unit by weight and money."""


@dataclass(frozen=True)
class Lie:
    """What misreporting one figure would pay one unit, with a bar beside the largest."""

    unit: str
    figure: Both
    truth: Both
    told: Both
    gain_fen: int
    bar: Markup


@dataclass(frozen=True)
class Audited:
    """The audits that search, as a job made them; without `pareto` there is no answer yet."""

    state: str
    said: tuple[str, ...] = ()
    """Why it failed."""
    lies: tuple[Lie, ...] = ()
    pareto: ParetoAudit | None = None
    gains: tuple[tuple[str, int, Markup], ...] = ()
    worsens: Both | None = None


class _Answer(msgspec.Struct):
    plan_hash: str
    misreports: list[Misreport]
    pareto: ParetoAudit


def fairness_shown(found: Planned, lang: Lang) -> FairnessShown:
    """Inequality before and after, every unit by weight and money, and who is overtaken."""
    report = measure_fairness(found)
    known: dict[str, Inequality] = {
        column: index
        for column, index in (
            ("before", report.before),
            ("after", report.after),
            ("grants", report.grants),
            ("equal_split", report.equal_split),
        )
        if index is not None
    }
    rows = [(both(f"fairness.{code}"), tuple(getattr(one, code) for one in known.values())) for code in INDICES]
    for at, (aversion, _) in enumerate(report.grants.atkinson):
        values = tuple(one.atkinson[at][1] for one in known.values())
        rows.append((both("fairness.atkinson", aversion=aversion), values))
    register = found.computed.register
    places: dict[str, Named] = {**register.units, **register.funds}
    names = {code: name(place) for code, place in places.items()}
    with speaking(lang):
        return FairnessShown(tuple(known), tuple(rows), report, names, _dots(found, report))


def ask_for_audit(office: Office, found: Planned, who: Principal) -> None:
    """Have the audits that search made; asked again of the same plan it is the same work."""
    office.ask_for(KIND, FairnessAsk(plan=found.plan_id), who, f"page:{KIND}:{found.computed.plan.plan_hash}"[:200])


def audited(jobs: JobQueue, found: Planned, lang: Lang) -> Audited | None:
    """What the newest audit of this very plan found, whoever asked for it; None where nobody has."""
    asked = (one.job for one in earlier(jobs, None, (KIND,)) if one.asked.get("plan") == found.plan_id)
    for job in asked:
        if job.state in (FAILED, CANCELLED):
            return Audited(job.state, why_failed(job, lang))
        if job.state != DONE:
            return Audited(job.state)
        result = jobs.result(job)
        content = result.read_bytes() if isinstance(result, Path) else result
        answer = msgspec.json.decode(content, type=_Answer, strict=False)
        if answer.plan_hash == found.computed.plan.plan_hash:
            return _told(found, answer)
    return None


def _told(found: Planned, answer: _Answer) -> Audited:
    names = Names.of(found.computed.register, found.computed.loaded.policy)
    dearest = max((lie.gain_fen for lie in answer.misreports), default=0)
    lies = tuple(
        Lie(
            lie.unit,
            Both(names.figure(lie.figure, "zh"), names.figure(lie.figure, "en").replace("_", " ")),
            _said(lie.truth),
            _said(lie.told),
            lie.gain_fen,
            parts_bar({"need": lie.gain_fen}, dearest),
        )
        for lie in answer.misreports
    )
    pareto = answer.pareto
    most = max((fen for _, fen in pareto.gains_fen), default=0)
    gains = tuple((unit, fen, parts_bar({"priority": fen}, most)) for unit, fen in pareto.gains_fen)
    worsens = None if pareto.worsens is None else objective_name(pareto.worsens)
    return Audited(DONE, (), lies, pareto, gains, worsens)


def _said(value: str) -> Both:
    return both(f"fairness.said.{value}") if value in ("yes", "no") else literal(value)


def _dots(found: Planned, report: FairnessMeasured) -> Markup:
    view = view_of(found)
    scores = score(view.policy, view.register)
    passed = {one.unit for one in report.overtaken}
    units = [
        Dot(name(one.unit), scores.weight(one.unit.code), one.total_fen, one.unit.code in passed) for one in view.units
    ]
    heaviest = max((one.weight for one in units), default=Fraction(0))
    return dots(
        units,
        title=both("fairness.dots.title"),
        description=both("fairness.dots.finding", count=len(passed), units=len(units)),
        across=both("fairness.dots.weight"),
        up=both("fairness.dots.money"),
        most=(
            literal(figure(Decimal(heaviest.numerator) / heaviest.denominator, 0)),
            money_unit(max((one.money_fen for one in units), default=0)),
        ),
    )
