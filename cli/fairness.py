"""`tongchou audit-fairness`: inequality before and after, what formulas promise, who is overtaken, who could gain."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
import typer
from rich.console import Group
from rich.table import Table

from cli.options import DEFAULT_LANG, Json, Lang, Store, session
from domain.measures import Inequality
from domain.money import yuan
from service.fairness import FairnessReport, audit_fairness
from service.faults import Exit
from texts import text

SHOWN = 10
"""Of longer lists the first so many are printed; `--json` has all."""
INDICES = ("gini", "theil", "palma", "max_to_min", "concentration", "kakwani")


def fairness(
    plan: Annotated[str | None, typer.Argument(help="Code of the plan. Default: the newest.")] = None,
    store: Store = None,
    lang: Lang = DEFAULT_LANG,
    as_json: Json = False,
) -> None:
    """Measure inequality and audit a plan; exit 1 when a formula breaks what its method promises."""
    with session(store, lang, as_json) as here:
        report = audit_fairness(here.county, plan)
        here.answer(_object(report), _shown(report, lang))
        if not report.promises_kept:
            raise typer.Exit(Exit.REFUSED)


def _object(report: FairnessReport) -> dict[str, Any]:
    content: dict[str, Any] = msgspec.to_builtins(report, builtin_types=())
    return {**content, "promises_kept": report.promises_kept}


def _shown(report: FairnessReport, lang: Lang) -> Group:
    pieces: list[Any] = [_inequality(report, lang)]
    for audit in report.formulas:
        kept = "fairness.formula_kept" if not audit.breaches else "fairness.formula_broken"
        decided = text(f"fairness.decided.{audit.decided_by}", lang)
        pieces.append(text(kept, lang, fund=audit.fund, count=len(audit.breaches), decided=decided))
        for breach in audit.breaches[:SHOWN]:
            values = {"unit": breach.unit, "other": breach.other, "by": yuan(breach.by_fen)}
            pieces.append("  " + text(f"fairness.breach.{breach.promise}", lang, **values))
    pieces += [_overtaken(report, lang), _misreports(report, lang), _pareto(report, lang)]
    return Group(*pieces)


def _inequality(report: FairnessReport, lang: Lang) -> Table:
    columns: dict[str, Inequality | None] = {
        "before": report.before, "after": report.after, "grants": report.grants, "equal_split": report.equal_split,
    }  # fmt: skip
    known = {name: index for name, index in columns.items() if index is not None}
    table = Table(text("fairness.index", lang), *(text(f"fairness.{name}", lang) for name in known))
    for name in INDICES:
        row = [getattr(index, name) for index in known.values()]
        table.add_row(text(f"fairness.{name}", lang), *("–" if value is None else str(value) for value in row))
    for i, (aversion, _) in enumerate(report.grants.atkinson):
        row = [index.atkinson[i][1] for index in known.values()]
        table.add_row(text("fairness.atkinson", lang, aversion=aversion), *map(str, row))
    return table


def _overtaken(report: FairnessReport, lang: Lang) -> Any:
    if not report.overtaken:
        return text("fairness.nobody_overtaken", lang)
    table = Table(*(text(f"fairness.{w}", lang) for w in ("unit", "overtaken_by", "less")))
    for one in report.overtaken[:SHOWN]:
        table.add_row(one.unit, one.by, yuan(one.by_fen))
    return Group(text("fairness.overtaken", lang, count=len(report.overtaken)), table)


def _misreports(report: FairnessReport, lang: Lang) -> Any:
    if not report.misreports:
        return text("fairness.no_gain", lang)
    table = Table(*(text(f"fairness.{w}", lang) for w in ("unit", "figure", "truth", "told", "gain")))
    for one in report.misreports[:SHOWN]:
        table.add_row(one.unit, one.figure, one.truth, one.told, yuan(one.gain_fen))
    return Group(text("fairness.misreports", lang, count=len(report.misreports)), table)


def _pareto(report: FairnessReport, lang: Lang) -> str:
    pareto = report.pareto
    if not pareto.decided:
        return text("fairness.pareto_open", lang)
    if pareto.efficient:
        return text("fairness.pareto", lang)
    gains = ", ".join(f"{unit} +{yuan(fen)}" for unit, fen in pareto.gains_fen[:SHOWN])
    worsens = text("fairness.pareto_worsens", lang, objective=pareto.worsens) if pareto.worsens else ""
    return text("fairness.pareto_not", lang, gains=gains, worsens=worsens)
