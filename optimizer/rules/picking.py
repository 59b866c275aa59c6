"""How a rule picks projects without listing them: by category, by the have they close, by a condition on their unit."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from domain.policy.expression import Expression
from domain.policy.model import Name, Section
from domain.policy.wording import suggest
from domain.register import Project
from optimizer.fund_case import CaseMisfit

if TYPE_CHECKING:
    from optimizer.case import Case


class Picking(Section):
    """Conditions on projects; those not given let every project through."""

    category: Name | None = None
    closes: Name | None = None
    """A have of the checklist: picks the projects that bring it."""
    where: Expression | None = None
    """A condition on the unit a project belongs to."""

    def picks(self, project: Project) -> bool:
        """Whether the project itself is of the kind; its unit is asked elsewhere."""
        return self.category in (None, project.category) and (self.closes is None or self.closes in project.closes)

    def names_fit(self, case: Case, rule: str) -> None:
        """Raise `CaseMisfit` for a category or have that neither register nor policy knows."""
        categories = {p.category for p in case.register.projects.values()}
        must_be_known(rule, "category", self.category, categories)
        must_be_known(rule, "have", self.closes, case.policy.checklist)


def must_be_known(rule: str, what: str, name: str | None, known: Iterable[str]) -> None:
    """Raise `CaseMisfit` unless a name that a rule uses is one of those known (or is not given)."""
    names = sorted(known)
    if name is None or name in names:
        return
    likely = suggest(name, names)
    cure = f"perhaps {likely} is meant" if likely else f"known are {', '.join(names) or 'none'}"
    raise CaseMisfit(f"Rule {rule} speaks of the {what} {name}, which register and policy do not have; {cure}.")
