"""A past told again on the terminal: one sentence, the plans, the decisions that come out otherwise, the totals."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from documents.comparison import Words, answer
from documents.wording import day, shown
from domain.counterfactual import Counterfactual, Grouping, PlanRetold, Retold
from domain.money import yuan
from texts import Both, Lang, both, literal, text
from texts.refusals import refusal_text


def retold(found: Counterfactual, sentences: Mapping[int, Both], words: Words, lang: Lang) -> RenderableType:
    """What `tongchou scenario replay` prints. `sentences` says by position what the record says of a decision."""
    ground = literal(found.ground) if found.ground else both("replay.ground_none")
    title = both("replay.title", since=found.since, until=found.until, ground=ground)
    parts: list[RenderableType] = [Text(title[lang], style="bold"), Text(summary(found)[lang])]
    parts += [Text(_plan(one)[lang]) for one in found.plans]
    if found.differing:
        parts.append(_ledger(found.differing, sentences, lang))
    if found.open_lines:
        parts.append(_open(found, words, lang))
    if not found.same:
        parts += [_totals(found, grouping, words, lang) for grouping in _GROUPINGS]
    parts.append(Text(text("scenario.not_record", lang), style="dim"))
    return Group(*parts)


_GROUPINGS: tuple[Grouping, ...] = ("fund", "unit")
_BOTH: tuple[Lang, Lang] = ("zh", "en")


def summary(found: Counterfactual) -> Both:
    """The one sentence, with its numbers."""
    decisions = [one for one in found.steps if one.fate != "changed"]
    if found.same:
        return both("replay.same", count=len(decisions))
    return both(
        "replay.answer",
        count=len(decisions),
        same=found.count("same", "not-retold"),
        otherwise=found.count("otherwise", "replaced"),
        less=found.count("less"),
        more=found.count("more"),
        refused=found.count("refused"),
        gone=found.count("no-line"),
    )


def _plan(one: PlanRetold) -> Both:
    if one.comparison is None:
        return both("replay.plan_none", plan=one.plan)
    if one.before_hash == one.after_hash or one.comparison.same:
        return both("replay.plan_same", plan=one.plan)
    return both("replay.plan_other", plan=one.plan, answer=answer(one.comparison, both("replay.record")))


def came_of(step: Retold) -> Both:
    """What came of a decision, with the reason where there is one."""
    fate = both(f"replay.fate.{step.fate}")
    if step.refusal is None:
        return fate
    why = Both(*(refusal_text(step.refusal, lang, cure=False) for lang in _BOTH))
    return both("replay.because", fate=fate, why=why)


def _ledger(steps: Sequence[Retold], sentences: Mapping[int, Both], lang: Lang) -> RenderableType:
    table = _table("replay.differing", ("position", "day", "on_record", "came"), ("before", "after"), lang)
    for step in steps:
        sums = ["" if fen is None else yuan(fen, unit=False) for fen in (step.recorded_fen, step.found_fen)]
        said = sentences[step.position][lang]
        table.add_row(str(step.position), day(step.effective_on)[lang], said, came_of(step)[lang], *sums)
    return table


def _open(found: Counterfactual, words: Words, lang: Lang) -> RenderableType:
    table = _table("replay.open", ("plan", "line", "unit"), ("amount",), lang)
    for one in found.open_lines:
        cells = (shown(one.plan), shown(one.line.line), words.unit(one.line.unit)[lang])
        table.add_row(*cells, yuan(one.line.amount_fen, unit=False))
    return table


def _totals(found: Counterfactual, grouping: Grouping, words: Words, lang: Lang) -> RenderableType:
    heads = ("before", "after", "change", "paid")
    table = _table(f"replay.totals_{grouping}", ("unit" if grouping == "unit" else "fund",), heads, lang)
    for one in found.totals:
        if one.grouping == grouping:
            called = words.unit(one.code) if grouping == "unit" else words.fund(one.code)
            more = one.found.held_fen - one.recorded.held_fen
            signed = f"{'+' if more > 0 else ''}{yuan(more, unit=False)}"
            sums = (yuan(fen, unit=False) for fen in (one.recorded.held_fen, one.found.held_fen))
            table.add_row(called[lang], *sums, signed, yuan(one.found.paid_fen, unit=False))
    return table


def _table(title: str, left: Sequence[str], right: Sequence[str], lang: Lang) -> Table:
    table = Table(title=both(title)[lang], title_justify="left", title_style="bold", box=None, pad_edge=False)
    for head in left:
        table.add_column(both(f"replay.{head}")[lang], header_style="dim")
    for head in right:
        table.add_column(both(f"replay.{head}")[lang], justify="right", header_style="dim")
    return table
