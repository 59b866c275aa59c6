"""The schedule of a programme checked without a solver: names, full funding, payers, each later year's money (M17).

Once only, batches and what is committed are the rule's own check (`rules/programme.py`), the order of projects that of
`rules/order.py`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from domain.money import yuan
from domain.plan import Plan
from domain.register import Register
from optimizer.checking.audit import PlanAudit
from optimizer.rules.programme import later_money_fen

Fault = tuple[str, str]
"""Where, and the sentence that says it."""


def schedule_misfits(register: Register, plan: Plan) -> Iterator[Fault]:
    """Entries that name what the register lacks, or come twice: nothing more can be asked of such a schedule."""
    for (project, fund), times in Counter((s.project, s.fund) for s in plan.schedule).items():
        if times > 1:
            yield project, f"{fund} pays {project} in {times} entries of the schedule."
    now = {line.project for line in plan.lines}
    for entry in plan.schedule:
        known = register.projects.get(entry.project)
        if known is None or known.unit != entry.unit or known.unit not in register.units:
            yield (
                entry.project,
                f"The schedule names project {entry.project} of {entry.unit}, which the register lacks.",
            )
        if entry.amount_fen <= 0:
            yield entry.project, f"The schedule gives {entry.project} no money from {entry.fund}."
        if entry.project in now:
            yield entry.project, f"{entry.project} is built this year and in {entry.year} once more."
    years = {(s.project, s.year) for s in plan.schedule}
    for project, times in Counter(project for project, _ in years).items():
        if times > 1:
            yield project, f"The schedule builds {project} in {times} years."


def check_schedule(audit: PlanAudit) -> Iterator[Fault]:
    """What is wrong with a schedule whose names are right."""
    money = later_money_fen(audit.policy, audit.planned_funds)
    spent: Counter[tuple[str, int]] = Counter()
    paid: Counter[str] = Counter()
    for entry in audit.schedule:
        spent[entry.fund, entry.year] += entry.amount_fen
        paid[entry.project] += entry.amount_fen
        project = audit.register.projects[entry.project]
        if entry.project in audit.plannable and entry.fund not in audit.payers(project):
            yield entry.project, f"Fund {entry.fund} may not pay for {entry.project} (M05)."
    for code, fen in sorted(paid.items()):
        if code not in audit.plannable:
            yield code, f"The schedule builds {code}, which is not admitted or needs no more money."
        elif fen != (needed := audit.cost_fen(audit.plannable[code])):
            yield code, f"The schedule gives {code} {yuan(fen)} of the {yuan(needed)} it needs (M20)."
    for (fund, year), fen in sorted(spent.items()):
        if fen > (most := money.get((fund, year), 0)):
            yield (
                f"{fund}.{year}",
                f"The schedule takes {yuan(fen)} from {fund} in {year}, which has {yuan(most)} (M17).",
            )
