"""Questions around a plan, on the terminal: other plans, a curve, what each project is worth, doubtful money."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from documents.proof import objective_name, unit_name
from documents.view import View
from documents.wording import figure, free, name, project_name
from domain.money import yuan
from domain.plan import Plan
from texts import Both, Lang, both

NAMED_MAX = 12
"""Of longer lists of projects the first so many are printed; `--json` has all."""


def other_plans(view: View, called: str, others: Sequence[tuple[Plan, int]], lang: Lang) -> RenderableType:
    """The plan called so beside (plan, fen of project money moved) of each other one: a row a step, a column a plan."""
    plans = [view.plan, *(plan for plan, _ in others)]
    table = _table(
        [both("proof.objective"), both("proof.unit"), free(called), *map(_number, range(1, len(plans)))], lang
    )
    for step in view.plan.run.objectives:
        reached = [o.value for plan in plans for o in plan.run.objectives if o.name == step.name]
        table.add_row(*_in([objective_name(step.name), unit_name(step.unit)], lang), *_figures(reached))
    moved = [Both(yuan(fen, "zh"), yuan(fen)) for _, fen in others]
    table.add_row(*_in([both("explore.moved"), Both("", ""), Both("–", "–"), *moved], lang))
    mine = _built(view.plan)
    said = [
        both(
            "explore.swapped",
            number=number,
            added=_named(view, sorted(_built(plan) - mine)),
            dropped=_named(view, sorted(mine - _built(plan))),
        )
        for number, (plan, _) in enumerate(others, 1)
    ]
    return Group(table, *(Text(one[lang]) for one in said))


def curve(first: str, second: str, points: Iterable[tuple[Decimal, Decimal, Decimal]], lang: Lang) -> RenderableType:
    """Points of (value of the first, of the second, proven most of the second)."""
    columns = [_figures(column) for column in zip(*points, strict=True)]
    table = Table(box=None, pad_edge=False, header_style="dim")
    for head in (objective_name(first), objective_name(second), both("explore.at_most")):
        table.add_column(Text(head[lang]), justify="right")
    for row in zip(*columns, strict=True):
        table.add_row(*row)
    return table


def losses(view: View, found: Sequence[tuple[str, str, Decimal | None, Decimal | None]], lang: Lang) -> RenderableType:
    """(project, unit of measure, least loss, most loss) each; no least loss: the plan cannot do without it."""
    if not found:
        return Text(both("explore.no_projects")[lang])
    table = Table(box=None, pad_edge=False, header_style="dim")
    table.add_column(both("explore.project")[lang])
    for head in ("loss_at_least", "loss_at_most"):
        table.add_column(both(f"explore.{head}")[lang], justify="right")
    table.add_column(both("explore.unit")[lang])
    lows = _figures([Decimal(0) if low is None else low for _, _, low, _ in found])
    highs = _figures([Decimal(0) if high is None else high for _, _, _, high in found])
    for (project, unit, low, high), least, most in zip(found, lows, highs, strict=True):
        label = Text(f"{project_name(project, view.register.projects)[lang]} ({project})")
        if low is None:
            table.add_row(label, "–", "–", Text(both("explore.indispensable")[lang]))
        else:
            table.add_row(label, least, "?" if high is None else most, Text(unit_name(unit)[lang]))
    if all(low is not None for _, _, low, _ in found):
        return table
    return Group(table, Text(both("explore.indispensable_note")[lang], style="dim"))


def firm_and_waiting(
    view: View,
    found: Plan,
    *,
    short_fen: Mapping[str, int],
    uncovered_fen: Mapping[str, int],
    firm: Sequence[str],
    waiting: Sequence[str],
    benefit: tuple[int, int, int],
    lang: Lang,
) -> RenderableType:
    """What may never come, what can be committed at once, what waits; `benefit` is kept, at most, by the best plan."""
    said = [both("explore.short", **_sum(view, fund, fen)) for fund, fen in sorted(short_fen.items())]
    said = said or [both("explore.short_nothing")]
    said += [both("explore.uncovered", **_sum(view, fund, fen)) for fund, fen in sorted(uncovered_fen.items())]
    value, bound, best = (figure(Decimal(points), 0) for points in benefit)
    kept = {"value": value, "bound": bound, "best": best}
    said.append(both("explore.firm", count=len(firm), projects=_named(view, firm), **kept))
    said.append(both("explore.waiting", count=len(waiting), projects=_named(view, waiting)))
    steps = []
    for one, mine in zip(found.run.objectives, view.plan.run.objectives, strict=True):
        reached, before = _figures([one.value, mine.value])
        steps.append(both("explore.step", step=objective_name(one.name), value=reached, before=before))
    said.append(both("explore.reached", reached=Both.join(steps, zh="；", en="; ")))
    return Group(*(Text(one[lang]) for one in said))


def _table(heads: Iterable[Both], lang: Lang) -> Table:
    table = Table(box=None, pad_edge=False, header_style="dim")
    for place, head in enumerate(heads):
        table.add_column(Text(head[lang]), justify="left" if place < 2 else "right")
    return table


def _number(number: int) -> Both:
    return Both(str(number), str(number))


def _in(cells: Iterable[Both], lang: Lang) -> list[Text]:
    return [Text(cell[lang]) for cell in cells]


def _figures(values: Sequence[Decimal]) -> list[str]:
    """Figures of one kind with as many places as tell them apart, up to four; whole numbers without any."""
    distinct = set(values)
    if all(value == value.to_integral_value() for value in distinct):
        return [figure(value, 0) for value in values]
    places = next((p for p in (2, 3) if len({figure(value, p) for value in distinct}) == len(distinct)), 4)
    return [figure(value, places) for value in values]


def _built(plan: Plan) -> set[str]:
    return {line.project for line in plan.lines if line.project is not None}


def _named(view: View, projects: Sequence[str]) -> Both:
    """Projects in words with their codes; of many the first and how many more."""
    if not projects:
        return both("explore.none")
    names = [
        project_name(code, view.register.projects) + Both(f"（{code}）", f" ({code})") for code in projects[:NAMED_MAX]
    ]
    joined = Both.join(names, zh="、", en=", ")
    more = len(projects) - NAMED_MAX
    return both("explore.and_more", some=joined, more=more) if more > 0 else joined


def _sum(view: View, fund: str, fen: int) -> dict[str, Both]:
    return {"fund": name(view.register.funds[fund]), "amount": Both(yuan(fen, "zh"), yuan(fen))}
