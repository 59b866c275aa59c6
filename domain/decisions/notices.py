"""What a final notice records for single units: one small fact for each, so that one can be shown without others."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from domain.facts import Mandate
from domain.facts.plans import Granted, GrantNoticed
from domain.plan import Plan, PlanLine


def grants_of(plan: str, content: Plan, mandate: Mandate) -> Iterator[GrantNoticed]:
    """A `GrantNoticed` for every unit with a line, in order of codes.

    The reason stands once, in `PlanNoticed`: a grant must stay small enough for the QR code on a sheet of paper.
    """
    brief = replace(mandate, why="", cause=None)
    lines_of: dict[str, list[PlanLine]] = {}
    for line in content.lines:
        lines_of.setdefault(line.unit, []).append(line)
    for unit, lines in sorted(lines_of.items()):
        told = tuple(
            Granted(fund=line.fund, project=line.project, amount_fen=line.amount_fen)
            for line in sorted(lines, key=lambda line: line.line)
        )
        yield GrantNoticed(
            mandate=brief, plan=plan, unit=unit, total_fen=sum(line.amount_fen for line in lines), lines=told
        )
