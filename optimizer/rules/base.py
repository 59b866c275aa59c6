"""What every rule of a plan offers: rows for the search, and a check that needs no search.

A rule is one file: its parameters as a policy file writes them, `rows` (numbered inequalities over the columns of
`optimizer/formulation.py`), and `check` (exact arithmetic over a finished plan, used by `optimizer/verify.py`).
The two are written apart on purpose: one proves the other.
"""

from __future__ import annotations

from abc import abstractmethod
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal, Protocol

from domain.policy.expression import Expression
from domain.policy.model import Rule
from domain.register import Project, Register, Unit
from domain.scoring import UnitValues, condition
from optimizer.model import Linear

if TYPE_CHECKING:
    from domain.plan import Baseline
    from domain.policy.model import Policy
    from optimizer.case import Case
    from optimizer.model import Model

Measure = Literal["fen", "sites", "projects", "units", "points", "pairs", "quantity"]
"""What shortfalls are counted in: money, sites, projects, units, points of benefit, pairs of neighbours, or a
column of the register."""

COUNTED_IN: dict[Measure, str] = {"fen": "yuan"}
"""What a shortfall is said in, where that is not the measure's own name."""


@dataclass(frozen=True)
class Shortfall:
    """One place where a plan falls short of a rule, and by how much."""

    where: str
    amount: int
    """In the measure of its rule: fen (whole quanta of the case), or whole sites, projects, units, …"""
    sentence: str
    always: bool = False
    """Whether it is a fault even under a should-rule, as a site without its checklist is."""


class Build(Protocol):
    """What a rule may use while it writes its rows (offered by `Formulation`)."""

    case: Case
    model: Model
    built: dict[str, int]
    site: dict[str, int]
    years: tuple[int, ...]
    """The years planned, this one first; more than one only under a programme (M17)."""
    in_year: dict[tuple[str, int], int]
    """(project, year) -> whether it is built in that year; with one year the columns of `built`."""
    building_in: dict[tuple[str, int], int]
    """(unit, year) -> whether anything of it is built in that year; only under a programme."""
    pairs: dict[str, Linear]
    """Rule id -> the pairs of neighbours it counts."""

    def building(self, unit: str) -> int | None:
        """The 0/1 column that can be 1 only where the unit builds a project; None where it has none to build."""

    def money(self, units: Iterable[str], funds: Sequence[str] | None = None) -> Linear:
        """All that these units receive from these funds (default: all), in quanta."""

    def project_money(self, projects: Iterable[str], funds: Sequence[str] | None = None) -> Linear:
        """All that these funds (default: all) pay of these projects, in quanta."""

    def demand(
        self,
        rule: PlanRule,
        where: str,
        expression: Linear,
        *,
        low: int | None = None,
        high: int | None = None,
        per: int = 1,
    ) -> None:
        """`low <= expression` or `expression <= high`; a should-rule may fall short.

        One unit of shortfall, in the rule's measure (money: a quantum), makes up for `per` units of the expression.
        """


class Audit(Protocol):
    """What a rule may use to check a finished plan (offered by the verifier, from register and policy alone)."""

    register: Register
    policy: Policy
    sites: frozenset[str]
    funded: frozenset[str]
    """Projects the plan builds, this year or in a later year of a programme."""
    funded_now: frozenset[str]
    """Projects the plan builds this year."""
    baseline: Baseline | None
    """The earlier plan this one is compared with (M45)."""

    @property
    def years(self) -> tuple[int, ...]:
        """The years planned, this one first."""

    @property
    def built_in(self) -> dict[str, int]:
        """Project -> the year it is built in."""

    def cost_fen(self, project: Project) -> int:
        """What a plan has to pay to build a project, in fen (M20)."""

    @property
    def plannable(self) -> Mapping[str, Project]:
        """Admitted projects with something left to pay."""

    def payers(self, project: Project) -> list[str]:
        """The funds that may pay for a project (M05)."""

    def missing(self, unit: str) -> list[str]:
        """Which haves of the checklist a unit lacks, and no work already paid for will bring (M18)."""

    def bundles(self, rule: str) -> list[list[str]]:
        """The bundles of a rule `bundle`, by its id, each as the codes of its projects (M06)."""

    def project_money_fen(self, projects: Iterable[str], funds: Sequence[str] | None = None) -> int:
        """All that these funds (default: all) pay of these projects, in fen."""

    def money_fen(self, units: Iterable[str], funds: Sequence[str] | None = None) -> int:
        """All that these units receive from these funds (default: all), in fen."""

    def values(self, unit: str) -> UnitValues:
        """What the policy's expressions can ask about a unit."""

    def chosen(self, where: Expression | None) -> list[Unit]:
        """Units for which a condition holds (None: all), in order of codes."""

    def round_up(self, fen: int) -> int:
        """Fen rounded up to whole quanta of the case, in which shortfalls of money are counted."""


class PlanRule(Rule):
    """A rule of a plan; see the module's text for what its two methods owe each other."""

    MEASURE: ClassVar[Measure] = "fen"
    LATE: ClassVar[bool] = False
    """Whether its rows ask for columns that other rules make (sites), so that it writes them after these."""

    @property
    def measure(self) -> Measure:
        """What its shortfalls are counted in."""
        return self.MEASURE

    @property
    def counted_in(self) -> str:
        """The name of that; shortfalls of one class are added up, so they must be counted in one thing."""
        return COUNTED_IN.get(self.measure, self.measure)

    @property
    def gives_way(self) -> bool:
        """Whether it can be made a should-rule to see what falling a little short of it would bring."""
        return True

    def fits(self, case: Case) -> None:
        """Raise `CaseMisfit` where the rule asks for what register and policy do not have. Most rules ask nothing."""
        return

    @abstractmethod
    def rows(self, build: Build) -> None:
        """Write the rule's inequalities into the model."""

    def points(self, build: Build) -> Linear:
        """What the rule adds to the benefit objective, in points; asked after `rows`. Most rules add none."""
        return Linear()

    def points_reached(self, audit: Audit) -> int:
        """The same of a finished plan, counted without the search."""
        return 0

    @abstractmethod
    def check(self, audit: Audit) -> Iterator[Shortfall]:
        """Every place where the finished plan falls short of the rule; nothing when it holds."""


def paid_for(project: Project) -> bool:
    """Whether an admitted project needs no more money: it will be built without a plan, but is not accepted yet."""
    return project.stage == "admitted" and project.remaining_fen <= 0


def comes_anyway(project: Project) -> bool:
    """Whether a project is built, or will be, without any plan."""
    return project.stage == "accepted" or paid_for(project)


def chosen_units(case: Case, where: Expression | None) -> list[str]:
    """Codes of the units of a case for which a condition holds (None: all), in order."""
    return [u for u in case.units if where is None or condition(where, case.values(u), "a rule")]


def column_unit(column: str) -> str:
    """What shortfalls of a column of the register are counted in; never what something else is counted in."""
    taken = {*COUNTED_IN.values(), "sites", "projects", "units", "points", "pairs", "households"}
    return f"{column} (column)" if column in taken else column


def neighbours_among(register: Register, units: Iterable[str]) -> list[tuple[str, str]]:
    """The pairs of neighbours that both lie among some units, each once, in order of codes."""
    among = set(units)
    return sorted({(min(p), max(p)) for p in register.adjacency if p[0] != p[1] and among.issuperset(p)})
