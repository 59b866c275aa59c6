"""`tongchou audit-fairness`: inequality before and after, what formulas promise, who is overtaken, who could gain."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

import typer
from rich.console import Group
from rich.table import Table

from cli.options import DEFAULT_LANG, AsOf, Json, KnownAt, Lang, Position, Store, session
from cli.waiting import waiting
from domain.measures import Inequality
from domain.money import MINUS, yuan
from service.fairness import FairnessReport, audit_fairness, fairness_json
from service.faults import Exit
from service.names import Names
from service.outputs import step_name
from service.plan_reading import newest
from texts import text

SHOWN = 10
"""Of longer lists the first so many are printed; `--json` has all."""
INDICES = ("gini", "theil", "palma", "max_to_min", "concentration", "kakwani")


def fairness(
    plan: Annotated[str | None, typer.Argument(help="Code of the plan. Default: the newest.")] = None,
    as_of: AsOf = None,
    known_at: KnownAt = None,
    position: Position = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Measure inequality and audit a plan; exit 1 when a formula breaks what its method promises."""
    with session(store, lang, as_json) as here:
        planned = newest(here.county, plan, here.moment(as_of, known_at, position))
        names = Names.of(planned.computed.register, planned.computed.loaded.policy)
        with waiting(here) as said:
            said(text("fairness.auditing", lang))
            report = audit_fairness(planned)
        here.answer(fairness_json(report), _shown(report, names, lang))
        if not report.promises_kept:
            raise typer.Exit(Exit.REFUSED)


def _shown(report: FairnessReport, names: Names, lang: Lang) -> Group:
    pieces: list[Any] = [_inequality(report, lang)]
    for audit in report.formulas:
        said = "measured" if audit.keeps_its_promises else "broken"
        kept = f"fairness.formula_{said if audit.breaches else 'kept'}"
        decided = text(f"fairness.decided.{audit.decided_by}", lang)
        pieces.append(text(kept, lang, fund=names.place(audit.fund, lang), count=len(audit.breaches), decided=decided))
        for breach in audit.breaches[:SHOWN]:
            values = {
                "unit": names.place(breach.unit, lang),
                "other": names.place(breach.other, lang),
                "by": yuan(breach.by_fen, lang),
            }
            pieces.append("  " + text(f"fairness.breach.{breach.promise}", lang, **values))
    pieces += [_overtaken(report, names, lang), _misreports(report, names, lang), _pareto(report, names, lang)]
    return Group(*pieces)


def _inequality(report: FairnessReport, lang: Lang) -> Table:
    columns: dict[str, Inequality | None] = {
        "before": report.before, "after": report.after, "grants": report.grants, "equal_split": report.equal_split,
    }  # fmt: skip
    known = {name: index for name, index in columns.items() if index is not None}
    table = _table("index", *known, lang=lang, words=1)
    for name in INDICES:
        row = [getattr(index, name) for index in known.values()]
        table.add_row(text(f"fairness.{name}", lang), *(_index(value) for value in row))
    for i, (aversion, _) in enumerate(report.grants.atkinson):
        row = [index.atkinson[i][1] for index in known.values()]
        table.add_row(text("fairness.atkinson", lang, aversion=aversion), *map(_index, row))
    return table


def _overtaken(report: FairnessReport, names: Names, lang: Lang) -> Any:
    if not report.overtaken:
        return text("fairness.nobody_overtaken", lang)
    table = _table("unit", "overtaken_by", "less", lang=lang, words=2)
    for one in report.overtaken[:SHOWN]:
        table.add_row(names.place(one.unit, lang), names.place(one.by, lang), yuan(one.by_fen, lang))
    return Group(text("fairness.overtaken", lang, count=len(report.overtaken)), table)


def _misreports(report: FairnessReport, names: Names, lang: Lang) -> Any:
    if not report.misreports:
        return text("fairness.no_gain", lang)
    table = _table("unit", "figure", "truth", "told", "gain", lang=lang, words=2)
    for one in report.misreports[:SHOWN]:
        told = (_told(one.truth, lang), _told(one.told, lang), yuan(one.gain_fen, lang))
        table.add_row(names.place(one.unit, lang), names.figure(one.figure, lang), *told)
    return Group(text("fairness.misreports", lang, count=len(report.misreports)), table)


def _pareto(report: FairnessReport, names: Names, lang: Lang) -> str:
    pareto = report.pareto
    if not pareto.decided:
        return text("fairness.pareto_open", lang)
    if pareto.efficient:
        return text("fairness.pareto", lang)
    gains = ", ".join(f"{names.place(unit, lang)} +{yuan(fen, lang)}" for unit, fen in pareto.gains_fen[:SHOWN])
    worsens = text("fairness.pareto_worsens", lang, objective=step_name(pareto.worsens, lang)) if pareto.worsens else ""
    return text("fairness.pareto_not", lang, gains=gains, worsens=worsens)


def _table(*heads: str, lang: Lang, words: int) -> Table:
    """A table without a frame; the first `words` columns are words, the others figures."""
    table = Table(box=None, pad_edge=False, header_style="dim")
    for place, head in enumerate(heads):
        table.add_column(text(f"fairness.{head}", lang), justify="left" if place < words else "right")
    return table


def _index(value: Decimal | None) -> str:
    return "–" if value is None else str(value).replace("-", MINUS)


def _told(value: str, lang: Lang) -> str:
    return text(f"fairness.said.{value}", lang) if value in {"yes", "no"} else value
