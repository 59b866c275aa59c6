"""A finished year of the shipped county, told in a moment by a clock of its own: what `make demo` shows.

Every step is a decision like any other: the plan is searched and verified, the hearing held, lines committed as money
arrives, paid, accepted. Some facts come late, some money comes back, so that the two times differ.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from domain.decisions.arrivals import ReceiveTranche
from domain.decisions.hearing import AnnouncePlan, CloseObjections, NoticePlan, ReviewPlan
from domain.decisions.paying import Disburse, ReturnMoney
from domain.decisions.posts import RecordPost
from domain.decisions.units import AssessUnit, StrikeOff
from domain.decisions.works import AcceptProject, StartProject
from domain.facts import Mandate
from domain.plan import PlanLine
from service import hearing
from service.county import Actor, County, open_county
from service.keys import introduce_key
from service.plan_life import approve, commit_line, content_now
from service.planning import How, compute, draft_and_propose
from service.policies import adopt_policy, read_policy
from service.registers import DEFAULT_REGISTER, import_register, library, moment, register_at
from service.sealing import seal
from service.worker import Worker

PLANNER, REVIEWER = Actor("李娜", "finance-planner"), Actor("王强", "civil-affairs-reviewer")
APPROVER, TREASURER = Actor("陈静", "leading-group"), Actor("赵敏", "treasurer")
INSPECTOR = Actor("刘洋", "inspector")
POSTS = (
    ("county-committee", "县委", "County committee", None, None),
    ("discipline-office", "纪委监委", "Discipline office", None, None),
    ("leading-group", "统筹领导小组", "Leading group", "county-committee", "discipline-office"),
    ("finance-planner", "财政局统筹岗", "Finance bureau, planning", "leading-group", "discipline-office"),
    ("civil-affairs-reviewer", "民政局审核岗", "Civil affairs, review", "leading-group", "discipline-office"),
    ("treasurer", "财政局支付岗", "Finance bureau, payments", "leading-group", "discipline-office"),
    ("inspector", "督查室", "Inspection office", "leading-group", "discipline-office"),
)
"""Code, names, the post above, the post that supervises (M32)."""
YEAR = 2026
LATE_EVERY, RETURNED, ACCEPTED_EVERY, STRUCK_OFF = 9, 3, 4, 3
"""Every so-manieth payment is recorded late; so many are partly paid back; every so-manieth work is still open at the
end of the year; so many backward units are struck off the list."""


class TellingClock:
    """Stands on the day that was told, a second later with every look."""

    def __init__(self, day: date) -> None:
        self.turn_to(day)

    def __call__(self) -> datetime:
        self._now += timedelta(seconds=1)
        return self._now

    def turn_to(self, day: date) -> None:
        """Go on to a later day, nine in the morning."""
        self._now = datetime(day.year, day.month, day.day, 9, 0, tzinfo=UTC)


class _Telling:
    """The county and its calendar."""

    def __init__(self, county: County, clock: TellingClock, key: Path) -> None:
        self.county = county
        self.clock = clock
        self.key = key
        self.plan = ""
        self._commands = 0

    def on(self, month: int, day: int) -> None:
        """It is that day."""
        self.clock.turn_to(date(YEAR, month, day))

    def by(self, actor: Actor, why: str, *, effective_on: date | None = None, document: str | None = None) -> Mandate:
        """A mandate of today, or dated back, under a running key, so that every telling gives the same facts."""
        self._commands += 1
        return self.county.mandate(
            actor, why=why, effective_on=effective_on, document=document, command=f"year-{self._commands}"
        )

    def tell(self) -> None:
        """The whole year."""
        self._found()
        self._plan()
        self._hear()
        self._spend_first()
        self._spend_second()
        self._look_back()

    def _found(self) -> None:
        """January: posts, the key, register and policy."""
        self.on(1, 8)
        for post, zh, en, above, supervisor in POSTS:
            mandate = self.by(PLANNER, "岗位职责分工", document="澄府办〔2026〕1号")
            record = RecordPost(
                mandate=mandate, post=post, name_zh=zh, name_en=en, above=above, supervised_by=supervisor
            )
            self.county.decide(record)
        introduce_key(self.county, self.by(INSPECTOR, "账本启用"), self.key)
        self.on(1, 12)
        folder = library() / DEFAULT_REGISTER
        held = import_register(self.county, folder, self.by(PLANNER, "年初名册")).register
        adopt_policy(self.county, read_policy(folder / "policy.yaml", held), self.by(PLANNER, "本年分配办法"))

    def _plan(self) -> None:
        """February and March: the plan is computed, reviewed, announced."""
        self.on(2, 26)
        with Worker() as worker:
            self.plan = draft_and_propose(
                self.county, compute(self.county, on=date(YEAR, 2, 26), how=How(worker=worker)), PLANNER
            ).plan_id
        self.on(3, 10)
        self.county.decide(
            ReviewPlan(mandate=self.by(REVIEWER, "逐项核对"), plan=self.plan, opinion="数据属实，符合办法")
        )
        self.on(3, 20)
        announced = self.by(REVIEWER, "按程序公示", document="澄财〔2026〕12号")
        self.county.decide(AnnouncePlan(mandate=announced, plan=self.plan, objections_until=date(YEAR, 3, 27)))

    def _hear(self) -> None:
        """March and April: an objection is lodged and answered, the plan approved and published, the record sealed."""
        left_out = content_now(self.county, self.plan).not_funded[0].project
        unit = register_at(self.county, moment(self.county)).projects[left_out].unit
        self.on(3, 23)
        said = "我们村的项目去年就报了，为什么今年还没有安排？"
        hearing.lodge(
            self.county,
            "o-1",
            self.by(REVIEWER, "来信登记"),
            plan=self.plan,
            capacity="resident",
            said=said,
            by="村民代表",
            unit=unit,
            project=left_out,
        )
        self.on(3, 26)
        reason = "资金先保后进村和缺项多的村；该项目留在项目库，下一批次优先考虑"
        hearing.answer(self.county, "o-1", self.by(REVIEWER, "答复异议"), outcome="rejected", reason=reason)
        self.on(3, 28)
        self.county.decide(CloseObjections(mandate=self.by(REVIEWER, "公示期满"), plan=self.plan))
        self.on(3, 30)
        approve(self.county, self.plan, self.by(APPROVER, "领导小组会议通过", document="统筹领导小组纪要〔2026〕7号"))
        self.on(4, 2)
        self.county.decide(NoticePlan(mandate=self.by(REVIEWER, "结果公告"), plan=self.plan))
        seal(self.county, self.key)

    def _spend_first(self) -> None:
        """April to July: what has arrived is committed, formula grants are paid, works begin."""
        self.on(4, 20)
        committed = self._commit([one for one in self._lines() if one.project is None])
        self.on(5, 15)
        for number, line in enumerate(committed):
            self._pay(f"d-{number + 1:03}", line, line.amount_fen // 2, late=number % LATE_EVERY == 0)
        self.on(6, 8)
        self._start(self._commit([one for one in self._lines() if one.project is not None]))

    def _spend_second(self) -> None:
        """August to October: the second tranches arrive, the rest is committed, works are paid and accepted."""
        self.on(8, 14)
        register = register_at(self.county, moment(self.county))
        for code, fund in register.funds.items():
            for tranche in fund.tranches:
                if tranche.arrived_on is None:
                    mandate = self.by(TREASURER, "第二批到账", effective_on=date(YEAR, 8, 10))
                    arrival = ReceiveTranche(
                        mandate=mandate, fund=code, tranche=tranche.code, arrived_on=date(YEAR, 8, 10)
                    )
                    self.county.decide(arrival)
        seal(self.county, self.key)
        self.on(8, 20)
        self._commit(self._lines())
        self.on(10, 12)
        works = [one for one in self._lines() if one.project is not None and self._is_committed(one)]
        self._start(works)
        for number, line in enumerate(works):
            self._pay(f"w-{number + 1:03}", line, line.amount_fen, late=False)
        self.on(10, 28)
        for number, project in enumerate(dict.fromkeys(str(line.project) for line in works)):
            if number % ACCEPTED_EVERY:
                mandate = self.by(INSPECTOR, "现场验收")
                self.county.decide(AcceptProject(mandate=mandate, project=project, evidence="现场验收单"))

    def _look_back(self) -> None:
        """November: money comes back, units are struck off the list, one is assessed anew, the record is sealed."""
        self.on(11, 5)
        for number in range(RETURNED):
            mandate = self.by(TREASURER, "结余退回")
            self.county.decide(
                ReturnMoney(mandate=mandate, disbursement=f"d-{number + 1:03}", amount_fen=50_000, reason="结余退回")
            )
        units = register_at(self.county, moment(self.county)).units.values()
        backward = [unit.code for unit in units if unit.backward]
        self.on(11, 12)
        for code in backward[:STRUCK_OFF]:
            mandate = self.by(INSPECTOR, "整顿验收", effective_on=date(YEAR, 9, 30))
            self.county.decide(StrikeOff(mandate=mandate, unit=code, evidence="六有齐全，整顿到位"))
        mandate = self.by(INSPECTOR, "年中复评", effective_on=date(YEAR, 6, 30))
        self.county.decide(AssessUnit(mandate=mandate, unit=backward[-1], changes={"stars": 4}))
        seal(self.county, self.key)

    def _lines(self) -> tuple[PlanLine, ...]:
        return content_now(self.county, self.plan).lines

    def _is_committed(self, line: PlanLine) -> bool:
        facts = self.county.log.facts(tags=[f"commitment:{self.plan}.{line.line}"])
        return next(facts, None) is not None

    def _commit(self, lines: tuple[PlanLine, ...] | list[PlanLine]) -> list[PlanLine]:
        """Commit lines in order for as long as the money that has arrived covers them whole."""
        free = {code: fund.arrived_fen for code, fund in register_at(self.county, moment(self.county)).funds.items()}
        for one in self._lines():
            if self._is_committed(one):
                free[one.fund] -= one.amount_fen
        done = []
        for line in lines:
            if line.amount_fen <= free[line.fund] and not self._is_committed(line):
                commit_line(self.county, self.plan, line.line, self.by(TREASURER, "按批准方案承诺"))
                free[line.fund] -= line.amount_fen
                done.append(line)
        return done

    def _start(self, lines: list[PlanLine]) -> None:
        """Begin the works of lines that have not begun."""
        projects = register_at(self.county, moment(self.county)).projects
        for project in dict.fromkeys(str(line.project) for line in lines):
            if not projects[project].started:
                self.county.decide(StartProject(mandate=self.by(REVIEWER, "开工报告"), project=project))

    def _pay(self, code: str, line: PlanLine, fen: int, *, late: bool) -> None:
        counts_on = self.clock().date() - timedelta(days=21 if late else 0)
        mandate = self.by(TREASURER, "按进度拨付", effective_on=counts_on, document=f"澄财拨〔2026〕{code}")
        self.county.decide(
            Disburse(
                mandate=mandate,
                disbursement=code,
                commitment=f"{self.plan}.{line.line}",
                amount_fen=fen,
                payee=f"{line.unit} 村级集体账户",
                voucher=f"V-{code}",
            )
        )


@contextmanager
def told_year(url: str, key: Path) -> Iterator[County]:
    """The store at an address, made with the whole year on its record; the key that seals it goes into `key`."""
    clock = TellingClock(date(YEAR, 1, 8))
    with open_county(url, clock=clock) as county:
        _Telling(county, clock, key).tell()
        yield county
