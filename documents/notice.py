"""The public notice on paper (公示, 公告; M27): what every unit gets, until when and how to object, what proves it.

One sheet for the county and one for each unit, A4, in one language, black on white. Residents read yuan to the fen.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from documents.citations import ALWAYS, Citations, clause_name
from documents.qr import code_of
from documents.reasons import line_basis, line_content, part_reason
from documents.svg.bars import parts_bar
from documents.view import UnitView, View
from documents.wording import NOTHING, count, day, free, name, part, project_name, short, small_money, standing, years
from texts import Both, Lang, both, literal

TEMPLATES = Path(__file__).parent / "templates"
COUNTY_SHEET = "notice.html"
FUND_COLUMNS_MAX = 4
"""With more funds than this the table gives totals, and each unit's own sheet says which fund pays what."""


@dataclass(frozen=True)
class Published:
    """What the record says of a plan that was made public, and the checkpoint that covers it."""

    plan: str
    state: Literal["announced", "final"]
    on: date
    document: str | None
    begins: date
    ends: date
    approved_on: date | None
    approval_document: str | None
    objections_lodged: int
    objections_withdrawn: int
    checkpoint: str
    """The signed note."""
    sealed: int
    """How many facts it covers."""
    key: str
    """The public key that signed it, as the line it is handed around as."""
    fingerprint: str


@dataclass(frozen=True)
class Proof:
    """The fact of one unit's grant: its position, and the disclosure as a QR code holds it."""

    position: int
    payload: str


def render_notice(view: View, published: Published, lang: Lang) -> str:
    """The county's sheet: every unit, the period and how to object while it runs, the checkpoint."""
    content = notice_content(view, published)
    return environment(lang).get_template("notice.html.j2").render(**content, **_paper(lang))


def notice_content(view: View, published: Published) -> dict[str, Any]:
    """What the county's sheet says, for papers and pages."""
    funds = view.funds if len(view.funds) <= FUND_COLUMNS_MAX else ()
    towns = [
        (name(town), [_unit_row(unit, view, [fund.fund.code for fund in funds]) for unit in units])
        for town, units in view.by_township
    ]
    return {
        **_common(view, published),
        "lead": both(f"notice.lead_{published.state}", **_lead(view, published)),
        "fund_rows": [
            (name(f.fund), free(f.fund.document_no), small_money(f.use.amount_fen), small_money(f.use.allocated_fen))
            for f in view.funds
        ],
        "fund_names": [name(fund.fund) for fund in funds],
        "towns": towns,
        "unit_count": count(len(view.units)),
        "whole": [small_money(view.allocated_fen), *(small_money(fund.use.allocated_fen) for fund in funds)],
        "title": both(f"notice.title_{published.state}", county=name(view.register), years=years(view.budget_years)),
    }


def render_unit_notice(view: View, unit: UnitView, published: Published, proof: Proof | None, lang: Lang) -> str:
    """The sheet of one unit: what it gets part by part and why, from which fund for what, its proof as a QR code."""
    code = code_of(proof.payload) if proof is not None else None
    context = {
        **unit_content(view, unit),
        "title": both(f"notice.unit_title_{published.state}", unit=name(unit.unit), years=years(view.budget_years)),
        "answer": both(f"notice.unit_answer_{published.state}", total=small_money(unit.total_fen)),
        "proof": proof,
        "code": code,
        "code_size": both("notice.qr_size", version=code.version, modules=code.modules, side=code.side_mm)
        if code
        else None,
        "county_sheet": COUNTY_SHEET,
    }
    return (
        environment(lang)
        .get_template("notice_unit.html.j2")
        .render(**context, **_common(view, published), **_paper(lang))
    )


def unit_content(view: View, unit: UnitView) -> dict[str, Any]:
    """What a unit gets, part by part and line by line, each with its reason and clause, for papers and pages."""
    citations = Citations(view.policy)
    return {
        "about": both(
            "notice.unit_about",
            township=name(unit.township),
            standing=standing(unit.unit),
            households=count(unit.unit.households),
            each=small_money(unit.per_household_fen),
        ),
        "is_site": unit.is_site,
        "bar": parts_bar(unit.parts, unit.total_fen),
        "parts": [
            (key, part(key), _why(key, unit, view, citations), small_money(fen)) for key, fen in unit.parts.items()
        ],
        "total": small_money(unit.total_fen),
        "lines": [
            (
                name(view.register.funds[line.fund]),
                free(view.register.funds[line.fund].document_no),
                line_content(line, view),
                line_basis(line, citations),
                small_money(line.amount_fen),
            )
            for line in unit.lines
        ],
    }


@cache
def environment(lang: Lang) -> Environment:
    """Templates with everything escaped; a `Both` prints in the language of the paper."""
    found = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: value[lang] if isinstance(value, Both) else value,
    )
    found.globals.update(t=both)
    return found


def _paper(lang: Lang) -> dict[str, Any]:
    """What every sheet of paper has."""
    return {"lang": lang, "style": Markup((TEMPLATES / "notice.css").read_text(encoding="utf-8"))}


def _common(view: View, published: Published) -> dict[str, Any]:
    """What both sheets say: of whom, when, under which documents and policy, and what they rest on."""
    policy, title = view.policy, view.policy.title
    return {
        "published": published,
        "county": name(view.register),
        "day": day,
        "plan_hash": short(view.plan.plan_hash),
        "policy_line": both(
            "notice.policy",
            title=Both(free(title.zh).zh, free(title.en).en),
            policy=policy.policy,
            version=policy.version,
            hash=short(view.plan.plan_hash),
        ),
        "approval": _approval(published),
    }


def _approval(published: Published) -> Both | None:
    if published.approved_on is None:
        return None
    on = day(published.approved_on)
    if published.approval_document is None:
        return both("notice.approved_on", on=on)
    return both("notice.approved", document=free(published.approval_document), on=on)


def _lead(view: View, published: Published) -> Mapping[str, object]:
    return {
        "plan": published.plan,
        "funds": count(len(view.funds)),
        "total": small_money(view.allocated_fen),
        "units": count(sum(unit.total_fen > 0 for unit in view.units)),
        "projects": count(len(view.projects)),
        **({"begins": day(published.begins), "ends": day(published.ends)} if published.state == "announced" else {}),
    }


def _unit_row(unit: UnitView, view: View, funds: list[str]) -> dict[str, Any]:
    """One line of the county's table."""
    by_fund = dict.fromkeys(funds, 0)
    projects: dict[str, int] = {}
    for line in unit.lines:
        if line.fund in by_fund:
            by_fund[line.fund] += line.amount_fen
        if line.project is not None:
            projects[line.project] = projects.get(line.project, 0) + line.amount_fen
    told = [
        both("notice.project_amount", project=project_name(code, view.register.projects), amount=small_money(fen))
        for code, fen in projects.items()
    ]
    return {
        "name": name(unit.unit),
        "is_site": unit.is_site,
        "amounts": [small_money(unit.total_fen), *(small_money(fen) if fen else NOTHING for fen in by_fund.values())],
        "projects": Both.join(told, zh="；", en="; ") if told else NOTHING,
    }


def _why(code: str, unit: UnitView, view: View, citations: Citations) -> tuple[Both, Both]:
    """Why a unit gets a part, in words, and the clause with its plain name."""
    cited = citations["by-hand" if code == "manual" else code]
    clause = cited.clause or ALWAYS.get(cited.rule)
    named = literal("") if clause is None else literal(f"{clause} ") + clause_name(clause)
    return part_reason(code, unit, view, citations) or cited.label, named
