"""A policy in plain words: how a unit is scored, how each fund is shared, what must and should hold, in which order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from documents.citations import Citations
from documents.proof import objective_name
from documents.wording import free, kind, money_unit, name
from domain.policy.loading import LoadedPolicy
from domain.policy.model import FundPolicy, Policy, Rule, Title, written
from domain.register import Register
from service.collision_words import finding_said
from service.county import County
from service.listings import PolicyRow, policy_rows
from service.policies import parse_policy
from service.policy_check import check_policy
from service.registers import Moment, current_register
from texts import Both, both, entries, has, literal

BASE_FIELDS = frozenset(Rule.model_fields)
SHARES = frozenset({"at_least", "at_most", "equals", "best_share", "last_share", "within"})
"""Fields of rules that are shares where they are at most one."""


@dataclass(frozen=True)
class CriterionWords:
    """One line of the rubric (M11)."""

    label: Both
    condition: Both
    add: str
    clause: str


@dataclass(frozen=True)
class FundWords:
    """How one fund is shared."""

    code: str
    called: Both
    mode: str
    clause: str
    floor: Both
    cap: Both
    factors: tuple[tuple[Both, str, str], ...]
    """Label, share of the rest, clause."""
    projects: Both


@dataclass(frozen=True)
class RuleWords:
    """One rule."""

    label: Both
    kind: str
    priority_class: int
    clause: str
    numbers: tuple[Both, ...]


@dataclass(frozen=True)
class PolicyWords:
    """A policy as its page shows it."""

    title: Both
    need: Both
    criteria: tuple[CriterionWords, ...]
    funds: tuple[FundWords, ...]
    rules: tuple[RuleWords, ...]
    objectives: tuple[tuple[Both, str], ...]


def policy_words(policy: Policy, register: Register | None) -> PolicyWords:
    """A policy in words; with a register its funds have names."""
    cited = Citations(policy)
    return PolicyWords(
        title=_title(policy.title),
        need=_title(policy.priority.need_label),
        criteria=tuple(
            CriterionWords(
                _title(one.label),
                literal(str(one.when)) if one.when is not None else both("web.policies.per", per=str(one.per)),
                f"{one.add.normalize():f}",
                one.clause,
            )
            for one in policy.priority.criteria
        ),
        funds=tuple(_fund(code, fund, register) for code, fund in policy.funds.items()),
        rules=tuple(
            RuleWords(cited[one.id].label, one.kind, one.priority_class, one.clause, tuple(_numbers(one)))
            for one in policy.rules
        ),
        objectives=tuple((objective_name(one.id), one.clause) for one in policy.objectives),
    )


def adopted(county: County, at: Moment) -> list[tuple[PolicyRow, LoadedPolicy]]:
    """Every policy that was adopted, the newest first."""
    return [(row, parse_policy(text)) for row, text in reversed(policy_rows(county, at))]


def checked(county: County, text: str, lang: Any) -> list[str]:
    """What a policy text and the register as it stands show together, a sentence each. Raises `PolicyFaults`."""
    register = current_register(county)
    loaded = parse_policy(text, register)
    if register is None:
        return []
    return [finding_said(finding, lang) for finding in check_policy(loaded, register).findings]


def clause_list() -> list[tuple[str, Both]]:
    """Every clause with its short title, in order."""
    found = [(key.removeprefix("clause."), pair) for key, pair in entries().items() if key.startswith("clause.M")]
    return [(clause, Both(pair["zh"], pair["en"])) for clause, pair in sorted(found)]


def citing(policy: Policy) -> dict[str, list[Both]]:
    """Clause -> what of a policy cites it."""
    found: dict[str, list[Both]] = {}
    words = policy_words(policy, None)
    pieces = [(one.clause, one.label) for one in words.criteria]
    pieces += [(one.clause, one.label) for one in words.rules]
    pieces += [(one.clause, one.called) for one in words.funds]
    pieces += [(clause, label) for label, clause in words.objectives]
    for clause, label in pieces:
        found.setdefault(clause, []).append(label)
    return found


def _fund(code: str, fund: FundPolicy, register: Register | None) -> FundWords:
    known = register.funds.get(code) if register is not None else None
    formula, envelopes = fund.formula, fund.envelopes
    floor: Both = literal("–")
    if formula is not None and isinstance(formula.floor_fen, int):
        floor = money_unit(formula.floor_fen)
    elif formula is not None:
        steps = [literal(f"{step.when}: ") + money_unit(step.amount_fen) for step in formula.floor_fen]  # type: ignore[union-attr]
        floor = Both.join(steps, zh="；", en="; ")
    share = envelopes.projects_at_most_share
    return FundWords(
        code,
        literal(code) if known is None else name(known),
        fund.mode,
        fund.clause,
        floor,
        money_unit(formula.cap_fen) if formula is not None and formula.cap_fen is not None else literal("–"),
        tuple((_title(one.label), _percent(one.share), one.clause) for one in formula.factors) if formula else (),
        literal(_percent(share)) if share is not None else money_unit(envelopes.projects_at_most_fen),
    )


def _numbers(rule: Rule) -> Iterator[Both]:
    """What a rule states beyond its kind and label, in words where there are any, else by the names the file has."""
    for field, value in rule.model_dump(exclude_none=True).items():
        if field in BASE_FIELDS or value in ((), [], {}, 0):
            continue
        key, said = f"stands.field.{written(field)}", _plain(field, value)
        yield both(key, value=said) if has(key) else literal(f"{written(field)} ") + said


def _plain(field: str, value: Any) -> Both:
    if isinstance(value, int) and field.endswith("_fen"):
        return money_unit(value)
    if isinstance(value, Decimal):
        shares = field in SHARES and value <= 1
        return literal(_percent(value) if shares else f"{value.normalize():f}")
    if isinstance(value, list | tuple):
        return Both.join([_plain(field, one) for one in value], zh="、", en=", ")
    if isinstance(value, dict):
        return Both.join([literal(f"{key} ") + _plain(key, one) for key, one in value.items()], zh="、", en=", ")
    if field in ("where", "each"):
        return _called(str(value))
    if field == "town_kinds":
        return kind(str(value))
    return literal(str(value))


def _called(what: str) -> Both:
    """A standing or kind of entry in words; another condition as it is written."""
    return next((both(key) for key in (f"standing.{what}", f"web.register.kind_of.{what}") if has(key)), free(what))


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f}%"


def _title(title: Title) -> Both:
    return Both(free(title.zh).zh, free(title.en).en)
