"""One sentence for one amount: which part is how much and why, and the clauses behind it (M03, M32)."""

from __future__ import annotations

from documents.citations import ALWAYS, Citation, Citations
from documents.view import UnitView, View
from documents.wording import free, money, name, part
from domain.plan import PlanLine
from texts import Both, both


def unit_reason(unit: UnitView, view: View, citations: Citations) -> Both:
    """Why a unit gets what it gets: `保底 2.50；需求 1.95（户数）；项目 7.20（活动室）。`, as parts of its total."""
    pieces = [
        both("reason.part_why", part=part(code), amount=money(fen), why=why)
        if (why := part_reason(code, unit, view, citations)) is not None
        else both("reason.part", part=part(code), amount=money(fen))
        for code, fen in unit.parts.items()
    ]
    if not pieces:
        return both("reason.nothing")
    sentence = both("reason.sentence", pieces=Both.join(pieces, zh="；", en="; "))
    return sentence + both("reason.site") if unit.is_site else sentence


def unit_citations(unit: UnitView, view: View, citations: Citations) -> tuple[Citation, ...]:
    """The rules behind a unit's amount, each once: those its lines cite, the rubric for its priority, and the site."""
    rules = [rule for line in unit.lines for rule in line.rules]
    if unit.parts.get("priority"):
        rules += [f"priority.{criterion}" for criterion in view.criteria.get(unit.unit.code, ())]
    cited = citations.of(rules)
    if unit.is_site and all(citation.clause != ALWAYS["site"] for citation in cited):
        return (*cited, citations["site"])
    return cited


def line_content(line: PlanLine, view: View) -> Both:
    """建设内容 of one line: the project's name, or that it is a formula grant (M02)."""
    if line.project is not None:
        return name(view.register.projects[line.project])
    return both("line.formula")


def line_basis(line: PlanLine, citations: Citations) -> Both:
    """依据 of one line: each rule in words with its clause."""
    return Both.join(
        (
            citation.label
            if citation.clause is None
            else citation.label + Both(f" {citation.clause}", f" {citation.clause}")
            for citation in citations.of(line.rules)
        ),
        zh="；",
        en="; ",
    )


def part_reason(code: str, unit: UnitView, view: View, citations: Citations) -> Both | None:
    """What stands in brackets behind a part; None where the part's name says all."""
    if code == "need":
        label = view.policy.priority.need_label
        return Both(free(label.zh).zh, free(label.en).en)
    if code == "priority":
        held = [citations[f"priority.{criterion}"].label for criterion in view.criteria.get(unit.unit.code, ())]
        return Both.join(held) if held else None
    if code in {"project", "site"}:
        projects = dict.fromkeys(line.project for line in unit.lines if line.parts.get(code))
        names = [name(view.register.projects[project]) for project in projects if project is not None]
        return Both.join(names) if names else None
    if code == "duty":
        duties = [duty for duty in view.register.duties.values() if duty.unit == unit.unit.code]
        return Both.join(free(duty.name) for duty in duties) if duties else None
    return None
