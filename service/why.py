"""Use cases of asking why: a unit's money, what is left out, what rules are worth, a late request (M03, M32)."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from difflib import get_close_matches
from typing import Any

import msgspec

from documents.standings import late_text, rule_table
from documents.view import View, make_view
from documents.why import decomposition
from documents.why_not import unit_head, why_not
from domain.errors import Refusal
from domain.money import Lang
from domain.policy.loading import LoadedPolicy
from domain.reasons import Decomposition, FundWorth, Late, Nearness, RuleStanding, WhyNot
from domain.register import Project, Register
from optimizer.case import Case, CaseMisfit, build_case
from optimizer.planning import default_engine
from optimizer.reasons.decomposition import decompose
from optimizer.reasons.late import late_request
from optimizer.reasons.why_not import KINDS, Reasons
from optimizer.reasons.worth import Worth
from service.county import County
from service.plan_reading import newest
from service.planning import CaseFault, Planned
from service.registers import Moment

LEVERS = KINDS
"""The kinds of levers one may ask for."""


class NameUnknown(Refusal):
    """A question about a unit, project or rule that is not there."""

    code = "name-unknown"
    sentence_en = "There is no {kind} {given} in what plan {plan} was computed from."
    cure_en = "Nearest: {closest}."


class NewProjectTaken(Refusal):
    """A project described by options under a code that the register has already."""

    code = "new-project-taken"
    sentence_en = "The register has a project {project} already, so it cannot be described anew."
    cure_en = "Ask for it without options, or choose another code."


class NewProjectUnclear(Refusal):
    """A described project that no register could hold."""

    code = "new-project-unclear"
    sentence_en = "{project} cannot be a project: {problem}."
    cure_en = "Codes are letters, digits, `_`, `-` and `.`; a cost is above zero."


@dataclass(frozen=True)
class Asked:
    """A plan with the case it was computed from."""

    planned: Planned

    @property
    def register(self) -> Register:
        """The register the plan was computed from."""
        return self.planned.computed.register

    @property
    def loaded(self) -> LoadedPolicy:
        """The policy the plan was computed under."""
        return self.planned.computed.loaded

    @property
    def case(self) -> Case:
        """The case, built anew. Raises `CaseFault`."""
        try:
            return build_case(self.register, self.loaded, self.planned.computed.plan.run.baseline)
        except CaseMisfit as fault:
            raise CaseFault(reason=str(fault)) from fault

    @property
    def view(self) -> View:
        """What papers look at."""
        computed = self.planned.computed
        return make_view(computed.register, computed.loaded.policy, computed.plan, computed.measures)

    def json(self, **content: object) -> dict[str, Any]:
        """An answer as one JSON object, with the plan it is about."""
        plan = self.planned
        about = {"plan": plan.plan_id, "plan_hash": plan.computed.plan.plan_hash}
        return about | {key: msgspec.to_builtins(value) for key, value in content.items()}

    def found(self, given: str, *kinds: str) -> tuple[str, str]:
        """(kind, code) of a unit, project or rule, by its code or its name. Raises `NameUnknown`."""
        shelves: dict[str, Mapping[str, tuple[str, ...]]] = {
            "unit": {c: (u.name_zh, u.name_en) for c, u in self.register.units.items()},
            "project": {c: (p.name_zh, p.name_en) for c, p in self.register.projects.items()},
            "rule": {r.id: () for r in self.loaded.policy.rules},
        }
        for kind in kinds:
            if given in shelves[kind]:
                return kind, given
        named = [(k, c) for k in kinds for c, names in shelves[k].items() if given.casefold() in _folded(names)]
        if len(named) == 1:
            return named[0]
        every = {n: c for k in kinds for c, names in shelves[k].items() for n in (c.casefold(), *_folded(names))}
        close = [c for _, c in named] or [
            every[n] for n in get_close_matches(given.casefold(), list(every), n=3, cutoff=0.5)
        ]
        closest = ", ".join(dict.fromkeys(close)) or "nothing alike"
        raise NameUnknown(kind=" or ".join(kinds), given=given[:40], plan=self.planned.plan_id, closest=closest)


def _folded(names: Collection[str]) -> list[str]:
    return [name.casefold() for name in names if name]


def asked(county: County, plan: str | None = None, at: Moment | None = None) -> Asked:
    """A plan by name, or the newest, as it is or was at a moment. Raises `UnknownPlan` or `NoPlanYet`."""
    return Asked(newest(county, plan, at))


@dataclass(frozen=True)
class WhyAnswer:
    """Why a unit gets what it gets."""

    about: Asked
    found: Decomposition

    def table(self, lang: Lang) -> Any:
        """For the terminal."""
        return decomposition(self.about.view, self.found, lang)

    def json(self) -> dict[str, Any]:
        """For programs."""
        return self.about.json(why=self.found)


def why(about: Asked, unit: str) -> WhyAnswer:
    """The money of a unit by rule and clause. Raises `NameUnknown`."""
    _, code = about.found(unit, "unit")
    return WhyAnswer(about, decompose(about.case, about.planned.computed.plan, code))


@dataclass(frozen=True)
class WhyNotAnswer:
    """Why a project, or all that a unit could have, is not in the plan."""

    about: Asked
    unit: str | None
    """The unit asked about; None where it was a project."""
    found: tuple[WhyNot, ...]
    near: tuple[Nearness, ...]

    def table(self, lang: Lang) -> list[Any]:
        """For the terminal, one renderable after another."""
        view, near = self.about.view, {n.project: n for n in self.near}
        shown: list[Any] = []
        if self.unit is not None:
            projects = [one for one in self.found if one.kind == "project"]
            mine = any(p.unit == self.unit and p.stage == "admitted" for p in view.register.projects.values())
            shown.append(unit_head(view, self.unit, len(projects), any_project=mine)[lang])
        return shown + [why_not(view, one, near.get(one.subject), lang) for one in self.found]

    def json(self) -> dict[str, Any]:
        """For programs."""
        return self.about.json(why_not=list(self.found), near=list(self.near))


def why_not_asked(
    about: Asked,
    given: str,
    *,
    quick: bool = False,
    levers: Collection[str] = KINDS,
    heard: Callable[[str, str], None] | None = None,
) -> WhyNotAnswer:
    """Why a project is not built; of a unit: each of its projects left out, the nearest first, and its being no site.

    `quick` only bounds by prices how far off each project is. `heard` is told (subject, step) as the search goes on.
    Raises `NameUnknown`.
    """
    from optimizer.reasons.nearness import nearest_first  # loads a solver

    kind, code = about.found(given, "project", "unit")
    case, plan = about.case, about.planned.computed.plan
    current = [code]
    reasons = Reasons(case, plan, default_engine(case), heard=lambda step: (heard or _silent)(current[0], step))
    codes = [code] if kind == "project" else reasons.left_out(code)
    near = nearest_first(reasons.footing, [c for c in codes if c in case.projects and c not in reasons.built])
    found = []
    for project in codes:
        current[0] = project
        found.append(reasons.obstacle(project) if quick else reasons.project(project, levers))
    if kind == "unit":
        found += [reasons.obstacle(c) for c in reasons.never(code)]
        current[0] = code
        found.append(reasons.no_site(code) if quick else reasons.site(code, levers))
    return WhyNotAnswer(about, code if kind == "unit" else None, tuple(found), tuple(near))


def _silent(subject: str, step: str) -> None:
    """Nobody listens."""


@dataclass(frozen=True)
class RulesAnswer:
    """How every rule stands, and what its numbers are worth."""

    about: Asked
    standings: tuple[RuleStanding, ...]
    funds: tuple[FundWorth, ...]

    def table(self, lang: Lang) -> Any:
        """For the terminal."""
        return rule_table(self.about.view, self.standings, self.funds, lang)

    def json(self) -> dict[str, Any]:
        """For programs."""
        return self.about.json(rules=list(self.standings), funds=list(self.funds))


def rules_of(
    about: Asked,
    *,
    worth: bool = False,
    only: str | None = None,
    heard: Callable[[str, str], None] | None = None,
) -> RulesAnswer:
    """How the rules of a plan stand; with `worth` their exact worth, and that of each fund, too.

    Raises `NameUnknown`.
    """
    rule = None if only is None else about.found(only, "rule")[1]
    case = about.case
    asking = Worth(case, about.planned.computed.plan, default_engine(case))
    standings = [one for one in asking.standings() if rule in (None, one.rule)]
    if worth:
        for place, one in enumerate(standings):
            (heard or _silent)(one.rule, "worth")
            standings[place] = asking.asked(one)
    funds = [] if rule is not None else asking.funds(exact=worth)
    return RulesAnswer(about, tuple(standings), tuple(funds))


@dataclass(frozen=True)
class NewProject:
    """A project described by whoever asks, not in the register yet."""

    unit: str
    cost_fen: int
    purposes: tuple[str, ...]
    benefit: int = 0
    closes: tuple[str, ...] = ()


@dataclass(frozen=True)
class LateAnswer:
    """Where a late request fits."""

    about: Asked
    found: Late

    def table(self, lang: Lang) -> Any:
        """For the terminal."""
        return late_text(self.about.view, self.found, lang)

    def json(self) -> dict[str, Any]:
        """For programs."""
        return self.about.json(late=self.found)


def late(about: Asked, project: str, described: NewProject | None = None) -> LateAnswer:
    """The best place for one more project. Raises `NameUnknown`, `NewProjectTaken`, `NewProjectUnclear`."""
    if described is None:
        _, code = about.found(project, "project")
        return LateAnswer(about, late_request(about.case, about.planned.computed.plan, code))
    if project in about.register.projects:
        raise NewProjectTaken(project=project)
    _, unit = about.found(described.unit, "unit")
    entry = Project(
        code=project,
        unit=unit,
        name_zh=project,
        name_en=project,
        category="late",
        builder="",
        responsible_post="",
        purposes=described.purposes,
        closes=tuple(sorted(described.closes)),
        cost_fen=described.cost_fen,
        benefit=described.benefit,
        target="",
        due_on=date(max((f.budget_year for f in about.register.funds.values()), default=2000), 12, 31),
    )
    try:
        entry = msgspec.convert(msgspec.to_builtins(entry), Project)
    except msgspec.ValidationError as fault:
        field = str(fault).rpartition("$.")[2].strip("`")
        problem = f"the way its {field} is written is not taken by any register"
        raise NewProjectUnclear(project=project[:40], problem=problem) from fault
    if not entry.cost_fen:
        raise NewProjectUnclear(project=project, problem="it costs nothing")
    register = msgspec.structs.replace(about.register, projects={**about.register.projects, project: entry})
    computed = replace(about.planned.computed, register=register)
    with_it = Asked(replace(about.planned, computed=computed))
    return LateAnswer(with_it, late_request(with_it.case, computed.plan, project))
