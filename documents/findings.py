"""The findings of a plan: each a sentence with its number, from the measures, the same on every page (M11, M13).

A finding is only stated where its figures exist; where a register has no backward units the poor ones answer, and
without those the worst-off fifth of households.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from documents.view import View
from documents.wording import count, figure, money_unit, name, percent, ratio, small_money_unit, years
from domain.measures import GroupMeasure
from texts import Both, both, literal


@dataclass(frozen=True)
class Answer:
    """The answer to the question of the report: a sentence around one number, and what it is to be compared with."""

    before: Both
    number: Both
    after: Both
    compared: Both

    @property
    def sentence(self) -> Both:
        """The whole sentence."""
        return self.before + self.number + self.after


def standings(view: View) -> list[tuple[Both, GroupMeasure]]:
    """Backward units against the others and poor ones against the others, where the register knows any."""
    measures = view.measures
    pairs = []
    if measures.backward.units:
        pairs += [(both("groups.backward"), measures.backward), (both("groups.not_backward"), measures.not_backward)]
    if measures.poor.units:
        pairs += [(both("groups.poor"), measures.poor), (both("groups.not_poor"), measures.not_poor)]
    return pairs


def question(view: View) -> Both:
    """What the report answers, in one line."""
    return both(f"question.{_asked(view)}", year=years(view.budget_years), amount=money_unit(view.amount_fen))


def answer(view: View) -> Answer:
    """How many times as much backward (or poor) units get per household; without any, what the worst-off fifth gets."""
    asked, measures = _asked(view), view.measures
    favoured, others = (
        (measures.backward, measures.not_backward) if asked == "backward" else (measures.poor, measures.not_poor)
    )
    times = ratio(favoured.fen * others.households, others.fen * favoured.households)
    if asked == "fifth" or times is None:
        share = percent(view.measures.worst_fifth_share)
        return Answer(
            both("answer.fifth.before"),
            both("answer.fifth.number", share=share),
            both("answer.fifth.after"),
            both("answer.fifth.compared"),
        )
    even = ratio(favoured.units * others.households, others.units * favoured.households) or Decimal(0)
    return Answer(
        both(f"answer.{asked}.before"),
        both("answer.times", times=figure(times, 2)),
        both("answer.times.after"),
        both(
            f"answer.{asked}.compared",
            favoured=small_money_unit(favoured.per_household_fen),
            others=small_money_unit(others.per_household_fen),
            even=figure(even, 2),
        ),
    )


def map_finding(view: View) -> Both:
    """Which townships get most and least per household."""
    groups = [group for group in view.measures.townships if group.households]
    if len(groups) < 2:
        return both("finding.map.units")
    most = max(groups, key=lambda group: (group.per_household_fen, group.group))
    least = min(groups, key=lambda group: (group.per_household_fen, group.group))
    return both(
        "finding.map",
        most=_township(view, most),
        most_amount=small_money_unit(most.per_household_fen),
        least=_township(view, least),
        least_amount=small_money_unit(least.per_household_fen),
    )


def curve_finding(view: View) -> Both:
    """What the worst-off fifth of households gets."""
    return both("finding.curve", share=percent(view.measures.worst_fifth_share))


def flow_finding(view: View) -> Both:
    """How much of the money the three largest receivers among the townships hold."""
    groups = sorted((group.fen for group in view.measures.townships), reverse=True)
    top, whole = sum(groups[:3]), sum(groups)
    if len(groups) <= 3 or whole == 0:
        return both("finding.flow.all", townships=count(len(groups)), amount=money_unit(whole))
    return both("finding.flow", townships=count(len(groups)), share=percent(Decimal(top) / Decimal(whole)))


def funds_finding(view: View) -> Both:
    """How much of all funds is given out and how much is left."""
    key = "finding.funds.rest" if view.unallocated_fen else "finding.funds.whole"
    return both(
        key,
        funds=count(len(view.funds)),
        amount=money_unit(view.amount_fen),
        allocated=money_unit(view.allocated_fen),
        rest=money_unit(view.unallocated_fen),
    )


def gini_finding(view: View) -> Both:
    """What the plan does to inequality, or how unequal its own money is where nothing is known of before."""
    before, after = view.measures.gini_before, view.measures.gini_after
    if before is None or after is None:
        return both("finding.gini.grants", grants=figure(view.measures.gini_grants, 3))
    key = "finding.gini.less" if after < before else "finding.gini.more" if after > before else "finding.gini.same"
    return both(key, before=figure(before, 3), after=figure(after, 3))


def _asked(view: View) -> Literal["backward", "poor", "fifth"]:
    """Whom the question is about: the first group the register knows both sides of."""
    measures = view.measures
    if measures.backward.households and measures.not_backward.households and measures.not_backward.fen:
        return "backward"
    if measures.poor.households and measures.not_poor.households and measures.not_poor.fen:
        return "poor"
    return "fifth"


def _township(view: View, group: GroupMeasure) -> Both:
    township = view.register.townships.get(group.group)
    return name(township) if township is not None else literal(group.group)


def rests(view: View) -> list[tuple[Both, Both]]:
    """Per fund with something left: how much, in a sentence that says why no further project fits (M20)."""
    reasons = Both.join(
        (
            both("rest.reason", label=both(f"left_out.{reason}.label"), number=count(len(entries)))
            for reason, entries in view.not_funded_by_reason().items()
        )
    )
    return [
        (
            name(fund.fund),
            both("rest.proof", rest=money_unit(fund.use.unallocated_fen), reasons=reasons)
            if view.plan.not_funded
            else both("rest.no_projects", rest=money_unit(fund.use.unallocated_fen)),
        )
        for fund in view.funds
        if fund.use.unallocated_fen
    ]
