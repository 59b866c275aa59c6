"""Two plans side by side on the terminal: one sentence, who wins and loses, whose money moved, rules and objectives."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from documents.measure_words import measure_name
from documents.proof import objective_name, unit_name
from documents.wording import figure, kind, money_unit, name, shown
from domain.comparison import Comparison, GroupMoved
from domain.money import yuan
from domain.policy.model import Policy
from domain.reasons import Moved
from domain.register import Register
from texts import Both, Lang, both, literal

MOST = 10
"""Of winners, losers and flows the largest so many are printed; `--json` has all."""


def compared(
    comparison: Comparison, register: Register, policies: Sequence[Policy], lang: Lang, *, before: Both
) -> RenderableType:
    """What `tongchou scenario run` prints. `register` and `policies` name what either plan speaks of."""
    words = Words(register, policies)
    if comparison.same:
        return Text(both("scenario.same", before=before)[lang], style="bold")
    parts: list[RenderableType] = [Text(answer(comparison, before)[lang], style="bold")]
    parts += [Text(said[lang]) for said in built(comparison, words)]
    parts.append(_groups(comparison, words, lang))
    parts += [
        _units("scenario.losers", comparison.losers, words, lang),
        _units("scenario.winners", comparison.winners, words, lang),
        _flows(comparison, words, lang),
        _rules(comparison, words, lang),
        _objectives(comparison, lang),
    ]
    return Group(*parts)


class Words:
    """Names of units, funds, groups and rules in both languages; what a register does not have keeps its code."""

    def __init__(self, register: Register, policies: Sequence[Policy]) -> None:
        self._register = register
        self._labels = {rule.id: rule.label for policy in policies for rule in policy.rules}

    def unit(self, code: str | None) -> Both:
        """A unit; None is the fund itself."""
        if code is None:
            return both("scenario.the_fund")
        unit = self._register.units.get(code)
        return name(unit) if unit is not None else literal(shown(code))

    def project(self, code: str) -> Both:
        """A project, with the unit it is for."""
        project = self._register.projects.get(code)
        if project is None:
            return literal(shown(code))
        unit = self.unit(project.unit)
        own = name(project)
        return Both(f"{unit.zh}{own.zh}", f"{own.en} ({unit.en})")

    def fund(self, code: str) -> Both:
        """A fund."""
        fund = self._register.funds.get(code)
        return name(fund) if fund is not None else literal(shown(code))

    def rule(self, code: str) -> Both:
        """A rule by its label, or by its id."""
        label = self._labels.get(code)
        return Both(label.zh, label.en) if label is not None else literal(shown(code))

    def measure(self, measure: str) -> Both:
        """A measure, one of a single unit by the unit's name."""
        first, _, code = measure.partition(" ")
        if code in self._register.units:
            return both("sweep.measure_of", measure=measure_name(first), unit=self.unit(code))
        return measure_name(measure)

    def path(self, path: str) -> Both:
        """What a scenario changes: the number of a rule by the rule, the money of a fund by the fund, else its path."""
        kind_of, _, rest = path.removeprefix("policy.").partition(".")
        code, _, field = rest.partition(".")
        if kind_of == "rules" and code in self._labels:
            return both("sweep.number_of", rule=self.rule(code))
        if kind_of == "funds" and field == "amount_yuan" and code in self._register.funds:
            return both("sweep.amount_of", fund=self.fund(code))
        return literal(shown(path))

    def group(self, group: GroupMoved) -> Both:
        """A township, kind or standing."""
        if group.grouping == "township":
            township = self._register.townships.get(group.group)
            return name(township) if township is not None else both("scenario.new_township")
        if group.grouping == "kind":
            return kind(group.group)
        if group.group.startswith("not-"):  # two lists of “other units” would look alike side by side
            return both(f"comparing.{group.group.replace('-', '_')}")
        return both("groups.whole" if group.grouping == "whole" else f"groups.{group.group}")


def answer(comparison: Comparison, before: Both) -> Both:
    """The one sentence, with its numbers."""
    return both(
        "scenario.answer",
        before=before,
        winners=len(comparison.winners),
        losers=len(comparison.losers),
        moved=money_unit(comparison.moved_fen),
    )


def built(comparison: Comparison, words: Words) -> Iterable[Both]:
    """What is built no more, and what instead."""
    for key, codes in (("projects_lost", comparison.projects_lost), ("projects_gained", comparison.projects_gained)):
        if codes:
            yield both(f"scenario.{key}", count=len(codes), projects=Both.join(words.project(code) for code in codes))
    for key, codes in (("sites_lost", comparison.sites_lost), ("sites_gained", comparison.sites_gained)):
        if codes:
            yield both(f"scenario.{key}", units=Both.join(words.unit(code) for code in codes))


def _groups(comparison: Comparison, words: Words, lang: Lang) -> RenderableType:
    table = _table("scenario.groups", ["scenario.group"], ["scenario.units", *_AMOUNTS], lang)
    for group in comparison.groups:
        amounts = _amounts(group.before_fen, group.after_fen)
        table.add_row(words.group(group)[lang], f"{group.units:,}", *amounts)
    return table


def _units(title: str, units: Sequence[Moved], words: Words, lang: Lang) -> RenderableType:
    table = _table(title, ["scenario.unit"], list(_AMOUNTS), lang)
    for one in units[:MOST]:
        table.add_row(words.unit(one.code)[lang], *_amounts(one.before_fen, one.after_fen))
    return table


def _flows(comparison: Comparison, words: Words, lang: Lang) -> RenderableType:
    table = _table("scenario.flows", ["scenario.fund", "scenario.from", "scenario.to"], ["scenario.amount"], lang)
    for flow in sorted(comparison.flows, key=lambda one: -one.amount_fen)[:MOST]:
        ends = [words.unit(flow.giver)[lang], words.unit(flow.taker)[lang]]
        table.add_row(words.fund(flow.fund)[lang], *ends, yuan(flow.amount_fen, unit=False))
    return table


def _rules(comparison: Comparison, words: Words, lang: Lang) -> RenderableType:
    table = _table("scenario.rules", ["scenario.rule", "scenario.was", "scenario.is"], [], lang)
    for rule in comparison.rules:
        if rule.before != rule.after or rule.after == "short":
            standings = [both(f"scenario.standing.{one}")[lang] for one in (rule.before, rule.after)]
            table.add_row(words.rule(rule.rule)[lang], *standings)
    return table


def _objectives(comparison: Comparison, lang: Lang) -> RenderableType:
    table = _table("scenario.objectives", ["scenario.objective", "proof.unit"], ["scenario.was", "scenario.is"], lang)
    for one in comparison.objectives:
        figures = [_figure(one.before), _figure(one.after)]
        table.add_row(objective_name(one.objective)[lang], unit_name(one.unit)[lang], *figures)
    return table


def gates_table(rows: Sequence[Mapping[str, object]], lang: Lang) -> RenderableType:
    """Each gate: what was measured, what was asked, whether it was kept. Rows of measure, of, found, wanted, kept."""
    table = _table("scenario.gates", ["scenario.measure"], ["scenario.found", "scenario.wanted"], lang)
    table.add_column("")
    for row in rows:
        kept = both("scenario.kept" if row["kept"] else "scenario.broken")[lang]
        called = f"{row['measure']} {row['of'] or ''}".strip()
        table.add_row(called, str(row["found"]), str(row["wanted"]), kept)
    return table


def changes_table(rows: Sequence[tuple[str, int | None]], lang: Lang) -> RenderableType:
    """What each change moves by itself, in fen; None where it is impossible alone."""
    table = _table("scenario.alone", ["scenario.change_made"], ["scenario.amount"], lang)
    for why, fen in rows:
        table.add_row(why, both("scenario.impossible_alone")[lang] if fen is None else yuan(fen, unit=False))
    return table


_AMOUNTS = ("scenario.before", "scenario.after", "scenario.change")


def _amounts(before_fen: int, after_fen: int) -> list[str]:
    more = after_fen - before_fen
    signed = f"{'+' if more > 0 else ''}{yuan(more, unit=False)}"
    return [yuan(before_fen, unit=False), yuan(after_fen, unit=False), signed]


def _figure(value: Decimal | None) -> str:
    return "–" if value is None else figure(value, 0 if value == value.to_integral_value() else 2)


def _table(title: str, left: Sequence[str], right: Sequence[str], lang: Lang) -> Table:
    table = Table(title=both(title)[lang], title_justify="left", title_style="bold", box=None, pad_edge=False)
    for key in left:
        table.add_column(both(key)[lang], header_style="dim")
    for key in right:
        table.add_column(both(key)[lang], justify="right", header_style="dim")
    return table
