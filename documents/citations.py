"""From the id of a rule, as a plan's lines cite it, to the words a person reads and the clause it comes from.

A plan cites rules in the policy's own words: the id of one of its rules, `FUND.FACTOR` or `FUND.floor` of a fund's
formula, `priority.CRITERION` of the rubric, or one of the names below that hold in every plan.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from documents.wording import free
from domain.policy.model import Policy, Title
from texts import Both, both, has

ALWAYS = {
    "budget": "M04",
    "by-hand": "M27",
    "duty": "M09",
    "eligibility": "M05",
    "floor": "M12",
    "full-funding": "M20",
    "need": "M02",
    "prerequisites": "M20",
    "priority": "M11",
    "project": "M20",
    "site": "M14",
    "variants": "M20",
}
"""Names that need not stand in a policy, with the clause each comes from."""


@dataclass(frozen=True)
class Citation:
    """One rule as a document cites it."""

    rule: str
    label: Both
    clause: str | None
    kind: Literal["must", "should"] = "must"


def clause_name(clause: str) -> Both:
    """The short title of a clause of the catalogue."""
    return both(f"clause.{clause}")


class Citations:
    """The rules of one policy by id. Where ids repeat, a rule of the policy goes before everything else."""

    def __init__(self, policy: Policy) -> None:
        found: dict[str, Citation] = {
            rule: Citation(rule, both(f"rule.{rule}"), clause) for rule, clause in ALWAYS.items()
        }
        for criterion in policy.priority.criteria:
            label = _title(criterion.label)
            found[f"priority.{criterion.id}"] = Citation(f"priority.{criterion.id}", label, criterion.clause)
        for code, fund in policy.funds.items():
            found[f"{code}.duty"] = found["duty"]
            if fund.formula is None:
                continue
            found[f"{code}.floor"] = Citation(f"{code}.floor", both("rule.floor"), fund.formula.floor_clause)
            for factor in fund.formula.factors:
                found[f"{code}.{factor.id}"] = Citation(f"{code}.{factor.id}", _title(factor.label), factor.clause)
        self.rules = tuple(
            Citation(rule.id, self._named(rule.id, rule.rule, rule.label), rule.clause, rule.kind)
            for rule in policy.rules
        )
        found.update({citation.rule: citation for citation in self.rules})
        self._found = found

    @staticmethod
    def _named(rule_id: str, type_name: str, label: Title | None) -> Both:
        if label is not None:
            return _title(label)
        key = next((key for key in (f"rule.{type_name}", f"rule.{rule_id}") if has(key)), None)
        return both(key) if key else free(rule_id)

    def __getitem__(self, rule: str) -> Citation:
        """The citation of one id; an unknown one is printed as it stands, without a clause."""
        return self._found.get(rule) or Citation(rule, self._named(rule, rule, None), None)

    def of(self, rules: Iterable[str]) -> tuple[Citation, ...]:
        """Several, each once, in the order given."""
        return tuple(self[rule] for rule in dict.fromkeys(rules))


def clauses(citations: Iterable[Citation]) -> tuple[str, ...]:
    """The clauses of several citations, each once, in the order given."""
    return tuple(dict.fromkeys(c.clause for c in citations if c.clause is not None))


def _title(title: Title) -> Both:
    zh, en = free(title.zh).zh, free(title.en).en
    return Both(zh, en)
