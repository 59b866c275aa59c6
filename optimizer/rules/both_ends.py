"""Both ends lifted: a share for the best, a larger one for the last, nobody in the middle below the floor (M12).

With money[u, f] what unit u receives from fund f, B the best, L the last, s = num / den a share:

    den * sum(money[u, f] for u in B) >= num * sum(money[u, f] for all u)        (1)  and alike for L
    sum(money[u, f] for f) >= floor                       for every u in neither B nor L         (2)

A policy in which the best's share is not the smaller is refused. What a share costs the others is what it asks for
beyond the part that need and priority alone would give the group (`claims`); sentences and reports say it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, ClassVar

from pydantic import model_validator

from domain.money import yuan
from domain.policy.expression import Expression
from domain.policy.faults import Misfit
from domain.policy.model import Name, Share, Yuan
from domain.scoring import score
from optimizer.fund_case import CaseMisfit
from optimizer.rules.base import Audit, Build, PlanRule, Shortfall, chosen_units

if TYPE_CHECKING:
    from optimizer.case import Case


@dataclass(frozen=True)
class End:
    """One end of a finished plan, in fen: what it got, what its share asks for, and what that is beside its weight."""

    name: str
    share: Fraction
    got_fen: int
    asked_fen: int
    by_weight_fen: int
    """What the group would have of the same money by need × priority alone, rounded down."""

    @property
    def costs_others_fen(self) -> int:
        """What the share asks for beyond that: the part the other units give up for it."""
        return max(self.asked_fen - self.by_weight_fen, 0)


class BothEnds(PlanRule):
    """`rule: both-ends` – the best get a share, the last a larger one, the middle no less than a floor (M12)."""

    NAME: ClassVar[str] = "both-ends"
    best: Expression
    last: Expression
    best_share: Share
    last_share: Share
    middle_floor_fen: Yuan = 0
    funds: tuple[Name, ...] | None = None

    @model_validator(mode="after")
    def _larger_for_the_last(self) -> BothEnds:
        if self.best_share >= self.last_share:
            raise Misfit(
                "a larger share for the last than for the best (M12)",
                found=f"{self.best_share} for the best and {self.last_share} for the last",
                cure="raise `last_share` or lower `best_share`",
            )
        if self.best_share + self.last_share > 1:
            raise Misfit("two shares of at most 1 together", cure="lower one of them")
        return self

    def fits(self, case: Case) -> None:
        """Raise `CaseMisfit` where one unit is at both ends."""
        both = set(chosen_units(case, self.best)).intersection(chosen_units(case, self.last))
        if both:
            raise CaseMisfit(
                f"By rule {self.id} unit {min(both)} is among the best and among the last; make `best` and `last` "
                "exclude one another."
            )

    def rows(self, build: Build) -> None:
        """Inequalities (1) and (2)."""
        case, whole = build.case, build.money(build.case.units, self.funds)
        ends = {"best": chosen_units(case, self.best), "last": chosen_units(case, self.last)}
        for (name, units), share in zip(ends.items(), (self.best_share, self.last_share), strict=True):
            s = Fraction(share)
            part = build.money(units, self.funds).times(s.denominator)
            build.demand(self, name, part.plus(whole, -s.numerator), low=0, per=s.denominator)
        if not self.middle_floor_fen:
            return
        low = -(-self.middle_floor_fen // case.quantum_fen)
        for unit in case.units:
            if unit not in ends["best"] and unit not in ends["last"]:
                build.demand(self, unit, build.money([unit], self.funds), low=low)

    def ends(self, audit: Audit) -> tuple[End, End]:
        """The best and the last of a finished plan, with what each share costs the others."""
        scores, units = score(audit.policy, audit.register), list(audit.register.units)
        whole, weight = audit.money_fen(units, self.funds), sum((scores.weight(u) for u in units), Fraction(0))

        def end(name: str, where: Expression, share: Fraction) -> End:
            members = [unit.code for unit in audit.chosen(where)]
            own = sum((scores.weight(u) for u in members), Fraction(0))
            by_weight = (whole * own / weight).__floor__() if weight else 0
            return End(name, share, audit.money_fen(members, self.funds), (share * whole).__ceil__(), by_weight)

        return end("best", self.best, Fraction(self.best_share)), end("last", self.last, Fraction(self.last_share))

    def check(self, audit: Audit) -> Iterator[Shortfall]:
        """Exact sums in fen: the two shares, then the middle unit by unit."""
        whole = audit.money_fen(audit.register.units, self.funds)
        groups = [[unit.code for unit in audit.chosen(where)] for where in (self.best, self.last)]
        for place, (members, share) in enumerate(zip(groups, (self.best_share, self.last_share), strict=True)):
            if audit.money_fen(members, self.funds) < Fraction(share) * whole:
                end = self.ends(audit)[place]
                sentence = (
                    f"The {end.name} get {yuan(end.got_fen)}, less than their share of {yuan(end.asked_fen)}, of which "
                    f"the others would give up {yuan(end.costs_others_fen)} (rule {self.id}, {self.clause})."
                )
                yield Shortfall(end.name, audit.round_up(end.asked_fen - end.got_fen), sentence)
        for unit in audit.chosen(None) if self.middle_floor_fen else []:
            got = audit.money_fen([unit.code], self.funds)
            if unit.code not in groups[0] and unit.code not in groups[1] and got < self.middle_floor_fen:
                least = yuan(self.middle_floor_fen)
                sentence = (
                    f"{unit.name_en} ({unit.code}), in the middle, gets {yuan(got)}, less than the floor of {least} "
                    f"(rule {self.id}, {self.clause})."
                )
                yield Shortfall(unit.code, audit.round_up(self.middle_floor_fen - got), sentence)
