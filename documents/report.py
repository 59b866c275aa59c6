"""The report: one self-contained page that answers the question first and gives every unit its amount with its reason.

No outside request is possible: style and script are inside and the page's own security policy allows nothing else. Both
languages are in the page; two radio buttons and the style choose, so the switch works without the script too.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from documents.citations import Citations
from documents.findings import (
    answer,
    curve_finding,
    flow_finding,
    funds_finding,
    gini_finding,
    map_finding,
    question,
    rests,
)
from documents.hearing import heard
from documents.neighbours import neighbour_findings
from documents.over_time import changes_of, later_years
from documents.proof import proof_of
from documents.report_pictures import curve_picture, curve_rows, flow_picture, fund_bars, part_legend, unit_map
from documents.report_projects import left_out, project_groups
from documents.report_tables import cited, clause_legend, group_tables, rule_rows, township_rows
from documents.svg.choropleth import mark_body
from documents.svg.markup import line, spans
from documents.view import View, make_view
from documents.wording import count, day, figure, free, money, money_unit, name, short, small_money
from domain.measures import Measures
from domain.plan import Plan
from domain.policy.model import Policy
from domain.register import Register
from texts import Both, Lang, both, both_or, literal

TEMPLATES = Path(__file__).parent / "templates"
FRAME, BODY = "page.html.j2", "body.html.j2"
"""What a paper stands in: a page of its own, or nothing, for a page of others around it."""


def render_report(
    register: Register,
    policy: Policy,
    plan: Plan,
    measures: Measures,
    *,
    lang_default: Lang = "zh",
    generated_for: Mapping[str, object],
) -> str:
    """The whole report as one HTML text, the same for the same arguments.

    `generated_for` says what the reader should know of the moment it was made for; every entry may be missing: `as_of`
    (a date: the day the register counts for), `known_at` (date or text), `position` (of the log), `checkpoint` (text),
    `rests_on` (what of the record it was made from, in both languages), `plan` (its id on the record), `state`
    (drafted, proposed, …), `hearing` (the `Hearing` of an announced plan), `verified` (True: every rule was checked).
    Raises `ForeignPlan` when plan and register do not belong together.
    """
    view = make_view(register, policy, plan, measures)
    content = report_parts(view, generated_for)
    page = page_parts(lang_default, further=_chip_style(content["clauses"]))
    return environment().get_template("report.html.j2").render({**page, **content})


@cache
def environment() -> Environment:
    """Templates with everything escaped; a `Both` prints in both languages, the style of the page shows one."""
    found = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: spans(value) if isinstance(value, Both) else value,
    )
    found.globals.update(t=both)
    found.filters.update(line=line)
    return found


def report_parts(view: View, generated_for: Mapping[str, object]) -> dict[str, Any]:
    """Every sentence, picture and table of a plan's report by its name; `generated_for` as `render_report` takes it."""
    citations = Citations(view.policy)
    hearing = heard(view, generated_for)
    legend = clause_legend(cited(view, citations) | ({"M27"} if hearing else set()))
    return {
        "county": name(view.register),
        "title": Both(free(view.policy.title.zh).zh, free(view.policy.title.en).en),
        "policy": view.policy,
        "in_force_from": day(view.policy.in_force_from),
        "plan": view.plan,
        "short": short,
        "stamps": _stamps(view, generated_for),
        "verified": generated_for.get("verified") is True,
        "question": question(view),
        "answer": answer(view),
        "figures": _figures(view),
        "proof": proof_of(view.plan),
        "rests_on": generated_for.get("rests_on"),
        "map": unit_map(view),
        "map_finding": map_finding(view),
        "curve": curve_picture(view) if view.measures.concentration else None,
        "curve_finding": curve_finding(view),
        "curve_rows": curve_rows(view),
        "funds_finding": funds_finding(view),
        "fund_bars": fund_bars(view),
        "flow": flow_picture(view),
        "flow_finding": flow_finding(view),
        "flow_table": _flow_table(view),
        "gini_finding": gini_finding(view),
        "gini_rows": _gini_rows(view),
        "neighbours": neighbour_findings(view, citations),
        "part_legend": part_legend(view),
        "site_sign": mark_body("site"),
        "units": township_rows(view, citations),
        "unit_count": count(len(view.units)),
        "total": money(view.allocated_fen),
        "total_about": both(
            "units.about_whole", units=count(len(view.units)), households=count(view.measures.whole.households)
        ),
        "total_per_household": small_money(view.measures.whole.per_household_fen),
        "projects": project_groups(view, citations),
        "project_count": count(len(view.projects)),
        "projects_total": money(sum(entry.total_fen for entry in view.projects)),
        "left_out": left_out(view, citations),
        "left_out_count": count(len(view.plan.not_funded)),
        "rests": rests(view),
        "hearing": hearing,
        "later_years": later_years(view),
        "changes": changes_of(view),
        "groups": group_tables(view),
        "rules": rule_rows(citations),
        "clauses": legend,
        "credit": free(view.register.note) if view.register.note.strip() else None,
    }


def page_parts(lang_default: Lang, *sheets: str, further: Markup | None = None) -> dict[str, Any]:
    """What every page has: its language, style and script, and what its security policy calls these two.

    `sheets` are style sheets beside the report's own, `further` is style made for this very page.
    """
    style, script = (
        Markup("").join(Markup((TEMPLATES / file).read_text(encoding="utf-8")) for file in files)
        for files in (("report.css", *sheets), ("report.js",))
    )
    style += further or Markup("")
    return {
        "lang": lang_default,
        "style": style,
        "script": script,
        "style_hash": _hash(style),
        "script_hash": _hash(script),
    }


def _figures(view: View) -> list[tuple[Both, Both]]:
    """The few figures under the answer."""
    figures = [
        (both("figures.allocated"), money_unit(view.allocated_fen)),
        (both("figures.unallocated"), money_unit(view.unallocated_fen)),
        (both("figures.units"), literal(count(len(view.units)))),
    ]
    if view.plan.sites:
        figures.append((both("figures.sites"), literal(count(len(view.plan.sites)))))
    if view.register.projects:
        figures.append((both("figures.projects"), literal(count(len(view.projects)))))
    return figures


def _stamps(view: View, generated_for: Mapping[str, object]) -> list[tuple[Both, Both]]:
    """What stands in the page's head about the moment: as of, known at, position, checkpoint, plan."""
    stamps = []
    for key in ("as_of", "known_at", "position", "checkpoint"):
        value = generated_for.get(key)
        if value is not None:
            stamps.append((both(f"stamp.{key}"), day(value) if type(value) is date else free(str(value))))
    plan = generated_for.get("plan")
    stamps.append((both("stamp.plan"), literal(short(view.plan.plan_hash)) if plan is None else free(str(plan))))
    state = generated_for.get("state")
    return (
        stamps
        if state is None
        else [*stamps, (both("stamp.state"), both_or(f"state.{str(state).replace('_', '-')}", free(str(state)).en))]
    )


def _flow_table(view: View) -> list[tuple[Both, list[Both]]]:
    """Township by fund, the flow as a table."""
    towns = view.register.townships
    return [
        (
            name(towns[group.group]) if group.group in towns else literal(group.group),
            [money(group.fen_by_fund.get(fund.fund.code, 0)) for fund in view.funds],
        )
        for group in view.measures.townships
    ]


def _gini_rows(view: View) -> list[tuple[Both, str]]:
    """The measures of inequality that exist for this register."""
    measures = view.measures
    rows = [
        (both("gini.before"), measures.gini_before),
        (both("gini.after"), measures.gini_after),
        (both("gini.grants"), measures.gini_grants),
        (both("gini.equal_split"), measures.gini_equal_split),
    ]
    return [(label, figure(value, 4)) for label, value in rows if value is not None]


def _chip_style(legend: list[tuple[str, Both]]) -> Markup:
    """What a clause's chip says on hover and focus, as style: in the language shown, without a script."""
    return Markup("").join(
        Markup('#lang-{}:checked~.page .c[href="#{}"]:is(:hover,:focus)::after{{content:"{}"}}\n').format(
            lang, clause, Markup(label[lang].replace("\\", "").replace('"', "”"))
        )
        for clause, label in legend
        for lang in ("zh", "en")
    )


def _hash(text: str) -> str:
    """What the page's security policy calls this style or script."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
