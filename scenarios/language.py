"""The scenario file as a typed thing: a question, what it is based on, what is changed and why, gates, a sweep.

A scenario is data that an official writes (`scenarios/library/*.scenario.yaml`). Paths say what is changed in the
register's and the policy's own words (`scenarios/paths.py`); what a change does is in `scenarios/changes.py`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Annotated, Any, Literal

from pydantic import Discriminator, Field, Tag, ValidationError, model_validator

from domain.policy.expression import Expression
from domain.policy.faults import Misfit
from domain.policy.loading import canonical_form
from domain.policy.model import Name, Number, Section, Title
from domain.policy.placing import findings_of, of_yaml, placed
from domain.policy.yaml_text import load_yaml
from domain.policy.yaml_tree import Tree, YamlFault

CASES_MAX = 100_000
"""Cases one sweep may have; more is a typing error or a job for a research centre."""


class BasedOn(Section):
    """What is changed: a shipped register, or the store at a moment; by default the store as it stands."""

    register_name: Name | None = Field(default=None, alias="register")
    policy: str | None = None
    """A policy file of the library or beside the scenario; by default the one in force."""
    position: int | None = Field(default=None, ge=0)
    known_at: date | None = None

    @model_validator(mode="after")
    def _one_origin(self) -> BasedOn:
        if sum(given is not None for given in (self.register_name, self.position, self.known_at)) > 1:
            raise Misfit("one of `register`, `position` and `known_at`", cure="delete the others")
        return self


class Change(Section):
    """One change with its reason. `where` keeps, of the entries a path with `*` names, those it holds for."""

    why: str = Field(min_length=1)
    where: Expression | None = None


class Set(Change):
    """A value is set; `from`, where it is given, must be the value found."""

    set: str
    to: Any
    was: Any = Field(default=None, alias="from")


class Scale(Change):
    """A number is multiplied; amounts are rounded half-even to whole fen, counts to whole numbers."""

    scale: str
    by: Number = Field(ge=0)


class Add(Change):
    """An entry is added: a unit, project, fund or duty of the register; a rule, criterion or fund of the policy."""

    add: str
    entry: dict[str, Any]


class Remove(Change):
    """An entry is taken away: a rule or another part of the policy, or a project of the library."""

    remove: str


class Decide(Change):
    """A decision is taken as it would be on the record: its name, and its arguments as the command line has them."""

    decide: Name
    arguments: dict[str, Any] = Field(default_factory=dict, alias="with")


class Use(Section):
    """The changes of another scenario, a named reform, before those that follow."""

    use: Name


_VERBS = ("set", "scale", "add", "remove", "decide", "use")


def _verb(value: Any) -> str | None:
    if isinstance(value, dict):
        return next((f"a {verb}" for verb in _VERBS if verb in value), None)
    return None


AnyChange = Annotated[
    Annotated[Set, Tag("a set")]
    | Annotated[Scale, Tag("a scale")]
    | Annotated[Add, Tag("a add")]
    | Annotated[Remove, Tag("a remove")]
    | Annotated[Decide, Tag("a decide")]
    | Annotated[Use, Tag("a use")],
    Discriminator(
        _verb,
        custom_error_type="no_such_key",
        custom_error_message="a change says what it does",
        custom_error_context={"expected": "one of the keys set, scale, add, remove, decide and use"},
    ),
]


class Gate(Section):
    """What the answer must keep, or the run fails: a measure (`scenarios/measures.py`) and its bounds."""

    measure: str
    of: str | None = None
    """The unit, township, fund, rule or project a measure of one entry is about."""
    at_least: Number | None = None
    at_most: Number | None = None
    equals: Number | None = None

    @model_validator(mode="after")
    def _bounded(self) -> Gate:
        if self.at_least is None and self.at_most is None and self.equals is None:
            raise Misfit("at least one of `at_least`, `at_most` and `equals`")
        return self


class Values(Section):
    """One axis of a grid: a path and the values it takes, set or (with `scale`) multiplied by."""

    set: str | None = None
    scale: str | None = None
    where: Expression | None = None
    values: tuple[Any, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_path(self) -> Values:
        if (self.set is None) == (self.scale is None):
            raise Misfit("either `set` or `scale`, the path of what varies")
        return self


class Draw(Section):
    """One uncertain number: a path that is multiplied by (`scale`) or set to what a distribution gives."""

    set: str | None = None
    scale: str | None = None
    where: Expression | None = None
    uniform: tuple[Number, Number] | None = None
    """Lowest and highest."""
    triangular: tuple[Number, Number, Number] | None = None
    """Lowest, likeliest and highest."""
    normal: tuple[Number, Number] | None = None
    """Mean and standard deviation; cut off at nothing."""
    chance: Number | None = Field(default=None, ge=0, le=1)
    """With this probability the path is left alone (1) or brought to nothing (0): money that comes or does not."""
    each: Literal["together", "apart"] = "together"
    """Whether all entries of a path with `*` get one draw or one each."""

    @model_validator(mode="after")
    def _one_of_each(self) -> Draw:
        if (self.set is None) == (self.scale is None):
            raise Misfit("either `set` or `scale`, the path of what is uncertain")
        given = (self.uniform, self.triangular, self.normal, self.chance)
        if sum(one is not None for one in given) != 1:
            raise Misfit("one of `uniform`, `triangular`, `normal` and `chance`")
        for bounds in (self.uniform, self.triangular):
            if bounds is not None and list(bounds) != sorted(bounds):
                raise Misfit("bounds that rise")
        return self


class Case(Section):
    """One named case of a list: its own changes after those of the scenario."""

    case: Name
    change: tuple[AnyChange, ...] = ()


class Sweep(Section):
    """Many cases of one scenario: every combination of a grid, a list, or draws of what is uncertain."""

    grid: tuple[Values, ...] = ()
    cases: tuple[Case, ...] = ()
    draws: tuple[Draw, ...] = ()
    count: int = Field(default=0, ge=0, le=CASES_MAX)
    """How many draws are made."""

    @model_validator(mode="after")
    def _one_kind(self) -> Sweep:
        if sum(map(bool, (self.grid, self.cases, self.draws))) != 1:
            raise Misfit("one of `grid`, `cases` and `draws`")
        if bool(self.draws) != bool(self.count):
            raise Misfit("`count`, how many draws are made, beside `draws` and nowhere else")
        size = 1
        for axis in self.grid:
            size *= len(axis.values)
        if size > CASES_MAX:
            raise Misfit(f"at most {CASES_MAX} combinations", found=f"{size} combinations")
        return self


class Scenario(Section):
    """A question about another register, policy or past, and how its answer is judged."""

    scenario: Name
    question: Title
    finding: Title | None = None
    """What was found when it was written; the gates hold it to that."""
    based_on: BasedOn = BasedOn()
    change: tuple[AnyChange, ...] = ()
    compare_with: Name = "baseline"
    """`baseline` (the same without the changes), another scenario, or a plan on the record."""
    gates: tuple[Gate, ...] = ()
    sweep: Sweep | None = None
    seed: int = Field(default=1, ge=0, le=2**31 - 1)


@dataclass(frozen=True)
class LoadedScenario:
    """A scenario with the text it was read from."""

    scenario: Scenario
    tree: Tree
    text: str
    scenario_hash: str
    """SHA-256 over what the text says; comments, spacing and the order of keys do not change it."""


def load_scenario(text: str, *, source: str = "scenario.yaml") -> LoadedScenario:
    """Read a scenario file; raises `PolicyFaults` with every fault at its line."""
    try:
        tree = load_yaml(text, source=source)
    except YamlFault as fault:
        raise of_yaml(fault) from fault
    try:
        scenario = Scenario.model_validate(tree.data)
    except ValidationError as error:
        raise placed(list(findings_of(error, Scenario, (), tree.data)), tree) from error
    return LoadedScenario(scenario, tree, text, sha256(canonical_form(tree.data)).hexdigest())
