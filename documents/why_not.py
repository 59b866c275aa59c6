"""Why not, on the terminal: what suffers first, the least change of each lever, and who would lose."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from documents.citations import Citations
from documents.proof import objective_name
from documents.view import View
from documents.why import number
from documents.wording import Named, figure, free, have, name, project_name
from domain.money import yuan
from domain.plan import NotFunded
from domain.reasons import Between, Lever, Moved, Nearness, WhyNot, Worsened
from texts import Both, Lang, both, both_or, has

MOVED_MAX = 12
"""Rows of who gains and loses on a terminal; `--json` has them all."""


def why_not(view: View, found: WhyNot, near: Nearness | None, lang: Lang) -> RenderableType:
    """One project or site."""
    pieces: list[RenderableType] = [Text(_title(view, found)[lang], style="bold")]
    pieces += [Text(said[lang]) for said in sentences(view, found, near)]
    if found.levers:
        pieces.append(_levers(view, found, lang))
    if found.forced is not None:
        pieces += moved_tables(view, found.forced.units, found.forced.projects, lang)
    return Group(*pieces, Text(""))


def sentences(view: View, found: WhyNot, near: Nearness | None) -> list[Both]:
    """What was recorded when the plan was made, what stands in the way, and what suffers first."""
    said = []
    recorded = next((n for n in view.plan.not_funded if n.project == found.subject), None)
    if recorded is not None and found.kind == "project":
        said.append(both("whynot.recorded", reason=_recorded(view, recorded)))
    if found.obstacle is not None:
        said.append(_obstacle(found))
    elif found.kind == "site" and found.detail:
        said.append(both("whynot.site_lacks", detail=_haves(found.detail)))
    if near is not None and found.forced is None and found.obstacle is None:
        said.append(_near(near))
    if found.forced is not None:
        said.append(forced_sentence(found))
    return said


def unit_head(view: View, unit: str, projects: int, *, any_project: bool) -> Both:
    """The sentence above the projects of one unit."""
    words = {"name": name(view.register.units[unit]), "code": unit}
    if projects:
        return both("whynot.unit", projects=projects, **words)
    return both("whynot.all_built", **words) if any_project else both("whynot.no_projects", **words)


def forced_sentence(found: WhyNot) -> Both:
    """What suffers first when it is done in any case."""
    assert found.forced is not None
    if not found.forced.possible:
        return both("whynot.impossible")
    worsened = found.forced.worsened
    return both("whynot.equal") if worsened is None else _worsened(worsened)


def moved_tables(
    view: View, units: Iterable[Moved], projects: Iterable[Moved], lang: Lang, *, besides: str = ""
) -> list[RenderableType]:
    """Who gains and loses: the largest losses first. `besides` is `_besides` where the one asked about is left out."""
    names: dict[str, Both] = {code: name(unit) for code, unit in view.register.units.items()}
    works = {code: name(project) for code, project in view.register.projects.items()}
    tables = [
        _moved(f"moved.units{besides}", list(units), names, lang),
        _moved(f"moved.projects{besides}", list(projects), works, lang),
    ]
    return [table for table in tables if table.row_count]


def between(low: object, high: object) -> Both:
    """One number where both ends agree, an interval where not."""
    if high is None:
        return both("whynot.at_least", low=low)
    return both("whynot.between", low=low, high=high) if low != high else Both(_in(low, "zh"), _in(low, "en"))


def unit_of(measure: str) -> Both:
    """A unit of measure of an objective in words."""
    return both_or(f"unit.{measure.replace(' ', '-')}", measure)


def amount(fen: int) -> Both:
    """A sum inside a sentence, to the fen."""
    return Both(yuan(fen, "zh"), yuan(fen, "en"))


def _in(value: object, lang: Lang) -> str:
    return value[lang] if isinstance(value, Both) else str(value)


def _title(view: View, found: WhyNot) -> Both:
    unit = name(view.register.units[found.unit])
    if found.kind == "site":
        return both("whynot.site", name=unit, code=found.unit)
    project = project_name(found.subject, view.register.projects)
    return both("whynot.project", name=project, code=found.subject, unit=unit)


def _recorded(view: View, entry: NotFunded) -> Both:
    label = both(f"left_out.{entry.reason}.label")
    if entry.missing_fen:
        return label + Both(f"（还差 {yuan(entry.missing_fen, 'zh')}）", f" ({yuan(entry.missing_fen)} short)")
    if entry.reason == "rule":
        detail = Citations(view.policy)[entry.detail].label
    elif entry.reason == "objective":
        detail = objective_name(entry.detail)
    else:
        detail = project_name(entry.detail, view.register.projects)
    return label + Both(f"（{detail.zh}）", f" ({detail.en})")


def _obstacle(found: WhyNot) -> Both:
    key = "whynot.is_site" if found.obstacle == "site" else f"whynot.{found.obstacle}"
    detail = _haves(found.detail) if found.obstacle == "incomplete" else Both.join(free(d) for d in found.detail)
    return both(key, detail=detail)


def _haves(codes: Iterable[str]) -> Both:
    return Both.join(have(code) for code in codes)


def _near(near: Nearness) -> Both:
    if not near.short_at_least:
        return both("whynot.near_open")
    words = {"objective": objective_name(near.objective), "unit": unit_of(near.measure)}
    return both("whynot.near", points=number(near.short_at_least), **words)


def _worsened(worsened: Worsened) -> Both:
    places = _places([worsened.kept, worsened.best, worsened.low, worsened.high])
    kept, best, low, high = (figure(v, places) for v in (worsened.kept, worsened.best, worsened.low, worsened.high))
    return both(
        "whynot.worsened",
        objective=objective_name(worsened.objective),
        kept=kept,
        best=best,
        unit=unit_of(worsened.unit),
        by=between(low, high),
    )


def _places(values: Iterable[Decimal]) -> int:
    return 0 if all(v == v.to_integral_value() for v in values) else 4


def _levers(view: View, found: WhyNot, lang: Lang) -> Table:
    table = Table(title=Text(both("lever.title")[lang], style="bold"), title_justify="left", box=None, pad_edge=False)
    table.header_style = "dim"
    table.add_column(both("lever.what")[lang])
    table.add_column(both("lever.least")[lang])
    for named, change in lever_rows(view, found):
        table.add_row(Text(named[lang]), Text(change[lang]))
    return table


def _lever_name(view: View, citations: Citations, lever: Lever) -> Both:
    if lever.kind == "fund":
        return both("lever.fund", name=name(view.register.funds[lever.subject]))
    if lever.kind == "rule":
        citation = citations[lever.subject]
        label = citation.label + Both(f" {citation.clause or ''}", f" {citation.clause or ''}")
        return both("lever.rule", name=label)
    return both(f"lever.{lever.kind}")


def lever_rows(view: View, found: WhyNot) -> list[tuple[Both, Both]]:
    """Every lever by name with its least change."""
    citations = Citations(view.policy)
    return [(_lever_name(view, citations, lever), lever_change(view, lever)) for lever in found.levers]


def lever_change(view: View, lever: Lever) -> Both:
    """The least change of one lever in words."""
    change = _measured(lever.change, lever.measure)
    if lever.outcome == "unknown":
        return both("lever.unknown", change=change)
    if lever.outcome != "least":
        return both(f"lever.{lever.outcome}")
    if lever.kind == "cost":
        cost = view.register.projects[lever.subject].remaining_fen
        ends = Between(cost - (lever.change.high or 0), cost - (lever.change.low or 0))
        return both("lever.cost.least", change=change, top=_measured(ends, "fen"))
    said = both(f"lever.{lever.kind}.least", change=change)
    if lever.places:
        where = Both.join(_place(view, place, lever.measure, n) for place, n in lever.places)
        said += both("lever.where", places=where)
    return said


def _place(view: View, place: str, measure: str, amount_of: int) -> Both:
    code = place.removesuffix(".least").removesuffix(".most")
    known: dict[str, Named] = {**view.register.townships, **view.register.units, **view.register.projects}
    label = name(known[code]) if code in known else free(code)
    return label + Both(" ", " ") + _measured(Between(amount_of, amount_of), measure)


def _measured(change: Between, measure: str) -> Both:
    ends = [None if end is None else _one(end, measure) for end in (change.low, change.high)]
    return between(ends[0] if ends[0] is not None else _one(0, measure), ends[1])


def _one(value: int, measure: str) -> Both:
    if measure == "fen":
        return amount(value)
    if value == 1 and has(f"one.{measure}"):
        return both(f"one.{measure}")
    unit = unit_of(measure) if has(f"unit.{measure}") and measure != "points" else None
    return Both(f"{value}", f"{value}") if unit is None else Both(f"{value} {unit.zh}", f"{value} {unit.en}")


def _moved(key: str, moved: list[Moved], names: Mapping[str, Both], lang: Lang) -> Table:
    table = Table(title=Text(both(key)[lang], style="bold"), title_justify="left", box=None, pad_edge=False)
    table.header_style = "dim"
    table.add_column(both("moved.code")[lang])
    for head in ("before", "after", "more"):
        table.add_column(both(f"moved.{head}")[lang], justify="right")
    ordered = sorted(moved, key=lambda m: (-abs(m.more_fen), m.code))
    for one in sorted(ordered[:MOVED_MAX], key=lambda m: (m.more_fen, m.code)):
        sums = (one.before_fen, one.after_fen, one.more_fen)
        label = names.get(one.code, free(one.code))[lang]
        table.add_row(Text(f"{label} ({one.code})"), *(yuan(fen, unit=False) for fen in sums))
    if len(ordered) > MOVED_MAX:
        table.add_row(both("moved.others", number=len(ordered) - MOVED_MAX)[lang], "", "", "", style="dim")
    return table
