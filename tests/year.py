"""A finished year of the small county: every kind of decision a year sees, each on its day, told by a clock of its own.

Facts are recorded on the day the story says, two of them late and one corrected afterwards, so that what was known
on a day and what was true on it differ. Amounts come from the plan the search finds; nothing is forged.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path

from domain.decisions.arrivals import ReceiveTranche
from domain.decisions.funds import AmendFund
from domain.decisions.hearing import AnnouncePlan, CloseObjections, NoticePlan, ReturnPlan, ReviewPlan
from domain.decisions.paying import Disburse, ReturnMoney
from domain.decisions.spending import ReleaseCommitment
from domain.decisions.units import AssessUnit, CorrectUnit, StrikeOff
from domain.decisions.works import AcceptProject, StartProject
from domain.facts import Mandate
from service.county import Actor, County, open_county
from service.plan_life import adjust, approve, commit_line, content_now, propose
from service.planning import compute, draft_and_propose
from service.policies import adopt_policy, read_policy
from service.registers import import_register
from service.shipped_year import TellingClock
from tests.service.small import (
    APPROVER,
    PLANNER,
    REVIEWER,
    TREASURER,
    store_in,
    write_policy,
    write_register,
)

PLAN = "2026-01"


class YearClock(TellingClock):
    """The clock of the shipped year, first on the day this one begins."""

    def __init__(self, day: date = date(2026, 1, 12)) -> None:
        super().__init__(day)


class Year:
    """The county and its calendar."""

    def __init__(self, county: County, clock: YearClock, folder: Path) -> None:
        self.county = county
        self.clock = clock
        self.folder = folder
        self._commands = 0

    def on(self, month: int, day: int, year: int = 2026) -> None:
        """It is that day."""
        self.clock.turn_to(date(year, month, day))

    def by(self, actor: Actor, why: str = "as the rules say", effective_on: date | None = None) -> Mandate:
        """A mandate of today (or dated back), its command numbered so that every run gives the same facts."""
        self._commands += 1
        return self.county.mandate(
            actor, why=why, effective_on=effective_on, document=f"2026-{self._commands}", command=f"c{self._commands}"
        )

    def tell(self) -> None:
        """The whole year."""
        self.plan()
        self._spend()
        self._correct()

    def plan(self) -> None:
        """January to April: register, policy, a draft changed by hand, the hearing, the approval, the notice."""
        county = self.county
        register = write_register(self.folder / "register")
        held = import_register(county, register, self.by(PLANNER)).register
        adopt_policy(county, read_policy(write_policy(self.folder / "policy.yaml"), held), self.by(PLANNER))
        self.on(3, 2)
        draft_and_propose(county, compute(county), PLANNER)
        self.on(3, 4)
        county.decide(ReturnPlan(mandate=self.by(APPROVER), plan=PLAN, reason="the road to v2 was washed away"))
        amounts = {one.line: one.amount_fen for one in content_now(county, PLAN).lines}
        moved = {"service.v2": amounts["service.v2"] + 10_000, "service.v3": amounts["service.v3"] - 10_000}
        adjust(county, PLAN, moved, "road repair", self.by(PLANNER))
        propose(county, PLAN, self.by(PLANNER))
        self.on(3, 5)
        county.decide(ReviewPlan(mandate=self.by(REVIEWER), plan=PLAN, opinion="sound"))
        self.on(3, 9)
        county.decide(AnnouncePlan(mandate=self.by(PLANNER), plan=PLAN, objections_until=date(2026, 3, 16)))
        self.on(3, 17)
        county.decide(CloseObjections(mandate=self.by(PLANNER), plan=PLAN))
        self.on(3, 20)
        approve(county, PLAN, self.by(APPROVER))
        county.decide(NoticePlan(mandate=self.by(PLANNER), plan=PLAN))

    def _spend(self) -> None:
        """April to October: lines committed as money arrives, paid in parts, works started and accepted."""
        county = self.county
        lines = content_now(county, PLAN).lines
        self.on(4, 1)
        for line in lines:
            if line.fund == "service":
                commit_line(county, PLAN, line.line, self.by(TREASURER))
        self.on(4, 20)
        for number, line in enumerate(one for one in lines if one.fund == "service"):
            self._pay(f"d-{number:03}", line.line, line.amount_fen // 2, line.unit)
        self.on(8, 10)
        county.decide(
            ReceiveTranche(mandate=self.by(TREASURER), fund="beautiful", tranche="b2", arrived_on=date(2026, 8, 7))
        )
        built = [one for one in lines if one.project is not None and one.fund != "service"]
        for line in built:
            commit_line(county, PLAN, line.line, self.by(TREASURER))
            county.decide(StartProject(mandate=self.by(REVIEWER), project=str(line.project)))
        self.on(10, 9)
        for number, line in enumerate(built):
            self._pay(f"w-{number:03}", line.line, line.amount_fen, line.unit)
            if number:  # the first one is paid and not accepted
                county.decide(
                    AcceptProject(mandate=self.by(REVIEWER), project=str(line.project), evidence="inspected on site")
                )

    def _correct(self) -> None:
        """October to December: money comes back, a commitment is released, late facts, a correction, the year's end."""
        county = self.county
        service = [one for one in content_now(county, PLAN).lines if one.fund == "service"]
        self.on(10, 20)
        county.decide(
            ReturnMoney(mandate=self.by(TREASURER), disbursement="d-000", amount_fen=10_000, reason="paid twice")
        )
        county.decide(
            ReleaseCommitment(
                mandate=self.by(TREASURER), commitment=f"{PLAN}.{service[-1].line}", reason="the rest is not needed"
            )
        )
        self.on(11, 3)
        county.decide(
            AssessUnit(mandate=self.by(REVIEWER, effective_on=date(2026, 6, 30)), unit="v2", changes={"stars": 4})
        )
        self.on(11, 17)
        county.decide(
            StrikeOff(
                mandate=self.by(REVIEWER, effective_on=date(2026, 9, 30)),
                unit="v1",
                evidence="meetings are held",
            )
        )
        self.on(12, 1)
        county.decide(
            CorrectUnit(mandate=self.by(PLANNER, why="a typing error"), unit="v5", changes={"households": 210})
        )
        county.decide(AmendFund(mandate=self.by(PLANNER), fund="service", new_amount_fen=6_500_000))

    def _pay(self, code: str, line: str, amount_fen: int, unit: str) -> None:
        self.county.decide(
            Disburse(
                mandate=self.by(TREASURER),
                disbursement=code,
                commitment=f"{PLAN}.{line}",
                amount_fen=amount_fen,
                payee=f"payee of {unit}",
                voucher=f"V-{code}",
            )
        )


@contextmanager
def finished_year(folder: Path) -> Iterator[Year]:
    """An open store in a folder with the whole year on its record; the clock stands in December 2026."""
    clock = YearClock()
    with open_county(store_in(folder), clock=clock) as county:
        year = Year(county, clock, folder)
        year.tell()
        yield year
