"""The summary on the terminal: the answer, the funds, who gets how much, inequality, the sites and the proof.

Names of the register go in as plain text, never as markup, so that a name cannot colour or hide anything.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from documents.citations import Citations
from documents.findings import answer, funds_finding, gini_finding, question, rests
from documents.neighbours import neighbour_findings
from documents.over_time import changes_of, later_years
from documents.proof import Proof, proof_of
from documents.report_tables import GroupRow, group_tables
from documents.view import View, make_view
from documents.wording import count, figure, money, name, short
from domain.measures import Measures
from domain.plan import Plan
from domain.policy.model import Policy
from domain.register import Register
from texts import Both, Lang, both

_COLON = Both("：", ": ")
STYLES = {"best": "bold green", "within": "bold green", "open": "bold yellow"}
SITES_NAMED_MAX = 40


def summary(
    register: Register, policy: Policy, plan: Plan, measures: Measures, *, lang: Lang = "zh", verified: bool = True
) -> RenderableType:
    """What `tongchou plan` prints when it is done. Raises `ForeignPlan` for a plan of another register."""
    view = make_view(register, policy, plan, measures)
    pieces: list[RenderableType] = [_answer(view, lang), _funds(view, lang)]
    pieces += [Text(fund[lang] + _COLON[lang] + why[lang]) for fund, why in rests(view)]
    pieces += [_groups(table.caption, table.rows, lang) for table in group_tables(view)]
    pieces += [_inequality(view, lang), _sites(view, lang), *_neighbours(view, lang)]
    if later := later_years(view):
        pieces.append(Text("\n".join([both("years.intention")[lang], *(year.saying[lang] for year in later)])))
    if changes := changes_of(view):
        pieces.append(Text(changes.saying[lang]))
    pieces += [_proof(proof_of(plan), lang, verified=verified)]
    pieces.append(Text(f"{both('stamp.plan')[lang]} {short(plan.plan_hash)}", style="dim"))
    return Group(*(Padding(piece, (0, 0, 1, 0), expand=False) for piece in pieces))


def _answer(view: View, lang: Lang) -> Text:
    found = answer(view)
    return Text.assemble(
        (question(view)[lang], "dim"),
        "\n",
        found.before[lang],
        (found.number[lang], "bold green"),
        found.after[lang],
        "\n",
        (found.compared[lang], "dim"),
    )


def _funds(view: View, lang: Lang) -> Table:
    table = _table(
        funds_finding(view), ["sheet.fund_name"], [f"console.{w}" for w in ("amount", "allocated", "rest")], lang
    )
    for fund in view.funds:
        use = fund.use
        sums = (use.amount_fen, use.allocated_fen, use.unallocated_fen)
        table.add_row(Text(name(fund.fund)[lang]), *(money(fen)[lang] for fen in sums))
    sums = (view.amount_fen, view.allocated_fen, view.unallocated_fen)
    table.add_section()
    table.add_row(both("sheet.total")[lang], *(money(fen)[lang] for fen in sums), style="bold")
    return table


def _groups(caption: Both, rows: Sequence[GroupRow], lang: Lang) -> Table:
    figures = ["groups.units", "units.households", "units.amount", "units.per_household", "groups.per_need"]
    table = _table(caption, ["groups.group"], [*figures, "groups.sites", "groups.projects"], lang)
    for row in rows:
        amounts = (row.amount[lang], row.per_household[lang], row.per_need[lang])
        table.add_row(Text(row.name[lang]), row.units, row.households, *amounts, row.sites, row.projects)
    return table


def _inequality(view: View, lang: Lang) -> Text:
    measures = view.measures
    grants, equal = figure(measures.gini_grants, 3), figure(measures.gini_equal_split, 3)
    if measures.gini_before is None:
        further = both("console.gini_equal", equal=equal)
    else:
        further = both("console.gini", grants=grants, equal=equal)
    return Text.assemble((gini_finding(view)[lang], "bold"), "\n", further[lang])


def _sites(view: View, lang: Lang) -> Text:
    if not view.plan.sites:
        return Text(both("console.no_sites")[lang])
    text = Text(both("console.sites", sites=count(len(view.plan.sites)))[lang], style="bold")
    for township, units in view.by_township:
        names = [name(unit.unit) for unit in units if unit.is_site]
        if names and len(view.plan.sites) <= SITES_NAMED_MAX:
            text.append(f"\n  {name(township)[lang]}  {Both.join(names)[lang]}", style="not bold")
    return text


def _neighbours(view: View, lang: Lang) -> list[Text]:
    findings = neighbour_findings(view, Citations(view.policy))
    return [Text(label[lang] + _COLON[lang] + saying[lang]) for label, saying in findings]


def _proof(proof: Proof, lang: Lang, *, verified: bool) -> Table:
    table = _table(
        both("proof.title"),
        ["proof.objective"],
        ["proof.value", "proof.bound", "proof.distance"],
        lang,
        ["proof.unit", "console.verdict"],
    )
    for step in proof.steps:
        table.add_row(
            step.name[lang],
            step.value,
            step.bound,
            step.distance,
            step.unit[lang],
            Text(step.saying[lang], style=STYLES[step.verdict]),
        )
    if verified:
        table.caption = Text(f"✓ {both('proof.verified')[lang]}", style="green")
        table.caption_justify = "left"
    return table


def _table(
    title: Both, labels: Iterable[str], figures: Iterable[str], lang: Lang, further: Iterable[str] = ()
) -> Table:
    table = Table(
        title=Text(title[lang], style="bold"), title_justify="left", box=None, pad_edge=False, header_style="dim"
    )
    for key in labels:
        table.add_column(both(key)[lang])
    for key in figures:
        table.add_column(both(key)[lang], justify="right")
    for key in further:
        table.add_column(both(key)[lang])
    return table
