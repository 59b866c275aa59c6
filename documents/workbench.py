"""What a workbench shows of a what-if beside the plan it is compared with: sentences, pictures and rows for a page.

Classes of the map are those of the plan compared with, so that a colour means the same money while something is moved.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import msgspec
from markupsafe import Markup

from documents.citations import Citations
from documents.comparison import Words
from documents.comparison_pictures import signed, signed_unit
from documents.findings import Answer, answer, curve_finding, flow_finding, map_finding
from documents.proof import Proof, proof_of
from documents.report_pictures import TENTHS, LegendRow, bounds_text, flow_picture, part_legend, unit_mark
from documents.svg.bars import change_bar
from documents.svg.choropleth import mark_sign, swatch
from documents.svg.classes import Scale, quantiles
from documents.svg.concentration import concentration, share_at
from documents.svg.diverging import Diverging, diverging
from documents.svg.shapes import Shapes
from documents.view import View
from documents.wording import NOTHING, count, figure, money, money_unit, name, percent
from documents.workbench_rows import UnitRow, changed_rows
from domain.comparison import Comparison, Standing
from domain.reasons import Moved
from domain.register import Register
from texts import Both, Lang, both, literal, text

NAMED_MAX = 5
"""Of winners and losers the largest so many stand beside the map."""


@dataclass(frozen=True)
class RuleRow:
    """One rule: how it stands, and how it stood."""

    rule: str
    kind: str
    label: Both
    clause: str | None
    now: Standing
    before: Standing


@dataclass(frozen=True)
class Shown:
    """A what-if beside the plan it is compared with."""

    before: View
    after: View
    comparison: Comparison
    saying: str = "workbench.saying"
    """What is said of an area: names the plan compared with."""

    @cached_property
    def words(self) -> Words:
        """Names of whatever either plan speaks of."""
        return Words(_either(self.before.register, self.after.register), [self.before.policy, self.after.policy])

    @property
    def answer(self) -> Answer:
        """The answer of the report, for the what-if."""
        return answer(self.after)

    @property
    def was(self) -> Answer:
        """The same for the plan compared with."""
        return answer(self.before)

    @property
    def proof(self) -> Proof:
        """What is proven of the what-if; nothing of an estimate."""
        return proof_of(self.after.plan)

    @property
    def moved(self) -> Both:
        """How much moves."""
        return both(
            "workbench.moved",
            moved=money_unit(self.comparison.moved_fen),
            whole=money_unit(self.after.allocated_fen),
            more=signed_unit(self.after.allocated_fen - self.before.allocated_fen),
        )

    @property
    def moved_amount(self) -> Both:
        """How much lies elsewhere."""
        return money_unit(self.comparison.moved_fen)

    @property
    def counted(self) -> Both:
        """How many win and lose."""
        winners, losers = len(self.comparison.winners), len(self.comparison.losers)
        if not winners and not losers:
            return both("workbench.counted.none")
        return both("workbench.counted", winners=count(winners), losers=count(losers))

    def named(self, units: Sequence[Moved]) -> list[tuple[Both, Both, Markup]]:
        """The largest of the winners, or of the losers: name, change, bar."""
        longest = max((abs(one.more_fen) for one in self.comparison.units), default=0)
        return [
            (self.words.unit(one.code), signed(one.more_fen), change_bar(one.more_fen, longest))
            for one in units[:NAMED_MAX]
        ]

    @property
    def sums(self) -> tuple[Both, Both]:
        """What winners have more and losers less, together."""
        comparison = self.comparison
        return (
            signed(sum(one.more_fen for one in comparison.winners)),
            signed(sum(one.more_fen for one in comparison.losers)),
        )

    # pictures

    @property
    def map_finding(self) -> Both:
        """Which townships get most and least."""
        return map_finding(self.after)

    @cached_property
    def scale(self) -> Scale:
        """The classes of the map."""
        values = (unit.per_household_fen for unit in self.before.units)
        return quantiles(value for value in values if value is not None)

    @cached_property
    def _values(self) -> dict[str, int | None]:
        return {unit.unit.code: unit.per_household_fen for unit in self.after.units}

    @cached_property
    def _differences(self) -> dict[str, int | None]:
        was = {unit.unit.code: unit.per_household_fen for unit in self.before.units}
        pairs = {code: (value, was.get(code)) for code, value in self._values.items()}
        return {c: None if now is None or then is None else now - then for c, (now, then) in pairs.items()}

    @cached_property
    def steps(self) -> Diverging:
        """The classes of the difference."""
        return diverging(value for value in self._differences.values() if value is not None)

    def classes(self, codes: Iterable[str]) -> list[str]:
        """Classes of some units on the map of the what-if."""
        return [self.scale.css(self._values.get(code)) for code in codes]

    def differences(self, codes: Iterable[str]) -> list[str]:
        """Their classes on the map of the difference."""
        return [self.steps.css(self._differences.get(code)) for code in codes]

    def sayings(self, codes: Iterable[str], lang: Lang) -> list[str]:
        """What is said of each in a language."""
        moved = {one.code: one for one in self.comparison.units}
        return [self._saying(code, moved.get(code), lang) for code in codes]

    def _saying(self, code: str, moved: Moved | None, lang: Lang) -> str:
        unit = self.after.by_code.get(code)
        if unit is None or moved is None:
            return self.words.unit(code)[lang]
        return text(
            self.saying,
            lang,
            unit=name(unit.unit)[lang],
            township=name(unit.township)[lang],
            after=money_unit(moved.after_fen)[lang],
            before=money_unit(moved.before_fen)[lang],
            change=signed_unit(moved.more_fen)[lang],
        )

    @property
    def legend(self) -> list[LegendRow]:
        """The classes of the map with how many units lie in each."""
        known = [value for value in self._values.values() if value is not None]
        members = [0] * len(self.scale.bands)
        for value in known:
            members[self.scale.index(value)] += 1
        return [
            LegendRow(swatch(self.scale.shade(index)), bounds_text(band.low, band.high), count(members[index]))
            for index, band in reversed(list(enumerate(self.scale.bands)))
        ]

    @property
    def change_legend(self) -> list[tuple[Markup, str]]:
        """The classes of the difference, per household."""
        return [(swatch(css), _signed_bounds(low, high)) for css, low, high in self.steps.classes()]

    @property
    def signs(self) -> list[tuple[Markup, Both, str]]:
        """The signs on the map, and how many there are."""
        works = {line.unit for line in self.after.plan.lines if line.project} - set(self.after.plan.sites)
        rows = [
            (mark_sign("site"), both("map.sites"), len(self.after.plan.sites)),
            (mark_sign("project"), both("map.projects"), len(works)),
        ]
        return [(sign, label, count(number)) for sign, label, number in rows if number]

    def marks(self, shapes: Shapes) -> Markup:
        """The signs themselves."""
        return shapes.marks(mark for unit in self.after.units if (mark := unit_mark(unit, self.after)) is not None)

    @property
    def curve_finding(self) -> Both:
        """What the worst-off fifth gets, and got."""
        share = percent(self.before.measures.worst_fifth_share)
        return both("workbench.curve", finding=curve_finding(self.after), before=share)

    @property
    def curve(self) -> Markup | None:
        """The concentration curve, before and after."""
        if not self.after.measures.concentration:
            return None
        return concentration(
            self.after.measures.concentration,
            title=both("curve.title"),
            description=self.curve_finding,
            across=both("curve.across"),
            up=both("curve.up"),
            equal=both("curve.equal"),
            before=self.before.measures.concentration,
        )

    @property
    def curve_rows(self) -> list[tuple[str, str, str]]:
        """The curve as a table."""
        was, now = self.before.measures.concentration, self.after.measures.concentration
        return [(percent(at, 0), percent(share_at(was, at)), percent(share_at(now, at))) for at in TENTHS]

    @property
    def flow_finding(self) -> Both:
        """How much the largest receivers hold."""
        return flow_finding(self.after)

    @property
    def flow(self) -> Markup | None:
        """Fund → township."""
        return flow_picture(self.after)

    @property
    def flow_rows(self) -> list[tuple[Both, list[Both], Both]]:
        """The flow as a table: township, from each fund, and the change of the whole."""
        was = {group.group: group.fen for group in self.before.measures.townships}
        towns = self.after.register.townships
        return [
            (
                name(towns[group.group]) if group.group in towns else literal(group.group),
                [money(group.fen_by_fund.get(fund.fund.code, 0)) for fund in self.after.funds],
                signed(group.fen - was.get(group.group, 0)),
            )
            for group in self.after.measures.townships
        ]

    @property
    def fund_names(self) -> list[Both]:
        """The funds of the what-if."""
        return [name(fund.fund) for fund in self.after.funds]

    # tables

    @property
    def part_legend(self) -> list[tuple[str, Both]]:
        """The parts that occur."""
        return part_legend(self.after)

    def rows(self, *, whole: bool = False) -> list[UnitRow]:
        """The units that change most, or every unit."""
        return changed_rows(self.before, self.after, self.comparison, whole=whole)

    @property
    def whole(self) -> tuple[Both, Both, Both]:
        """The last row: all units before, after, and the difference."""
        was, now = (sum(unit.total_fen for unit in view.units) for view in (self.before, self.after))
        return money(was), money(now), signed(now - was)

    @property
    def rules(self) -> list[RuleRow]:
        """Every rule of either policy and how it stands."""
        after, before = (Citations(view.policy) for view in (self.after, self.before))
        kinds = {c.rule: c for c in (*before.rules, *after.rules)}
        return [
            RuleRow(
                one.rule,
                kinds[one.rule].kind if one.rule in kinds else "must",
                self.words.rule(one.rule) if one.rule in kinds else (after[one.rule]).label,
                kinds[one.rule].clause if one.rule in kinds else after[one.rule].clause,
                one.after,
                one.before,
            )
            for one in self.comparison.rules
        ]

    @property
    def musts_missed(self) -> int:
        """How many must-rules an estimate misses; a certified answer misses none."""
        return sum(rule.kind == "must" and rule.now == "short" for rule in self.rules)

    def figures(self) -> list[tuple[Both, Both, Both]]:
        """The few figures two variants are compared by: label, as it stands, in the what-if."""
        views = (self.before, self.after)

        def row(key: str, *values: Both) -> tuple[Both, Both, Both]:
            return both(f"workbench.figure.{key}"), values[0], values[1]

        comparison = self.comparison
        return [
            row("ratio", *(answer(view).number for view in views)),
            row("fifth", *(literal(percent(view.measures.worst_fifth_share)) for view in views)),
            row("gini", *(_gini(view) for view in views)),
            row("whole", *(money_unit(view.allocated_fen) for view in views)),
            row("moved", NOTHING, money_unit(comparison.moved_fen)),
            row("winners", NOTHING, literal(count(len(comparison.winners)))),
            row("losers", NOTHING, literal(count(len(comparison.losers)))),
            row("projects", *(literal(count(len(view.projects))) for view in views)),
            row("sites", *(literal(count(len(view.plan.sites))) for view in views)),
        ]

    def content(self, *, whole: bool = False) -> dict[str, Any]:
        """Everything a template needs, by name."""
        return {
            "shown": self,
            "winners": self.named(self.comparison.winners),
            "losers": self.named(self.comparison.losers),
            "rows": self.rows(whole=whole),
        }


def _gini(view: View) -> Both:
    gini = view.measures.gini_after
    return NOTHING if gini is None else literal(figure(gini, 3))


def _either(first: Register, second: Register) -> Register:
    return msgspec.structs.replace(
        first,
        townships={**second.townships, **first.townships},
        units={**second.units, **first.units},
        projects={**second.projects, **first.projects},
        funds={**second.funds, **first.funds},
    )


def _signed_bounds(low_fen: int, high_fen: int) -> str:
    if low_fen == high_fen == 0:
        return "0"
    return bounds_text(low_fen, high_fen, signed=True)
