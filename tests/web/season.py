"""A record in the middle of the season: plans in every state, and a hearing that goes on.

The case and its plan are those of the shipped county's year; the plan was searched there, so nothing is searched here.
What is told lies a few days back from today, for a hearing has days left only on the day it is looked at.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from domain.decisions.hearing import AnnouncePlan, CloseObjections, NoticePlan, ReturnPlan, ReviewPlan, SupersedePlan
from domain.decisions.plans import DraftPlan, ProposePlan
from domain.decisions.posts import RecordPost
from domain.facts import Mandate
from domain.plan import Plan
from service import hearing
from service.county import Actor, County, open_county
from service.demo import KEY, RECORD, url_of
from service.keys import introduce_key
from service.plan_life import approve, content_now
from service.policies import adopt_policy, read_policy
from service.registers import DEFAULT_REGISTER, import_register, library, moment, register_at
from service.sealing import seal
from service.shipped_year import APPROVER, INSPECTOR, PLANNER, POSTS, REVIEWER, TellingClock


def _today() -> date:
    """The day it is looked at."""
    return datetime.now(tz=UTC).date()


class _Season:
    """The county, and the days it is told by."""

    def __init__(self, county: County, clock: TellingClock, plan: Plan) -> None:
        self.county = county
        self.clock = clock
        self.plan = plan
        self._commands = 0

    def on(self, days_ago: int) -> None:
        """It is so many days ago."""
        self.clock.turn_to(_today() - timedelta(days=days_ago))

    def by(self, actor: Actor, why: str, document: str | None = None) -> Mandate:
        """A mandate of that day."""
        self._commands += 1
        return self.county.mandate(actor, why=why, document=document, command=f"season-{self._commands}")

    def found(self, key: Path) -> None:
        """Posts, key, register and policy, in the order of the year: the plan is of this very position."""
        for post, zh, en, above, supervisor in POSTS:
            mandate = self.by(PLANNER, "岗位职责分工", "澄府办〔2026〕1号")
            self.county.decide(
                RecordPost(mandate=mandate, post=post, name_zh=zh, name_en=en, above=above, supervised_by=supervisor)
            )
        introduce_key(self.county, self.by(INSPECTOR, "账本启用"), key)
        folder = library() / DEFAULT_REGISTER
        held = import_register(self.county, folder, self.by(PLANNER, "年初名册")).register
        adopt_policy(self.county, read_policy(folder / "policy.yaml", held), self.by(PLANNER, "本年分配办法"))

    def go(self, code: str, *steps: str) -> None:
        """Take a plan along its way."""
        county, plan_hash, until = self.county, self.plan.plan_hash, _today() + timedelta(days=4)
        for step in steps:
            match step:
                case "draft":
                    mandate = self.by(PLANNER, "按本年分配办法测算")
                    based_on = self.plan.run.register_position
                    county.decide(DraftPlan(mandate=mandate, plan=code, content=self.plan, based_on=based_on))
                case "propose":
                    mandate = self.by(PLANNER, "复核通过，提请领导小组审议")
                    county.decide(ProposePlan(mandate=mandate, plan=code, plan_hash=plan_hash))
                case "review":
                    mandate = self.by(REVIEWER, "逐项核对")
                    county.decide(ReviewPlan(mandate=mandate, plan=code, opinion="数据属实，符合办法"))
                case "announce":
                    mandate = self.by(REVIEWER, "按程序公示", "澄财〔2026〕12号")
                    county.decide(AnnouncePlan(mandate=mandate, plan=code, objections_until=until))
                case "close":
                    county.decide(CloseObjections(mandate=self.by(REVIEWER, "公示期满"), plan=code))
                case "approve":
                    approve(county, code, self.by(APPROVER, "领导小组会议通过", "统筹领导小组纪要〔2026〕7号"))
                case "notice":
                    county.decide(NoticePlan(mandate=self.by(REVIEWER, "结果公告"), plan=code))

    def object(self, code: str, objection: str, number: int, said: str) -> None:
        """Somebody misses a project."""
        project = self.plan.not_funded[number].project
        unit = register_at(self.county, moment(self.county)).projects[project].unit
        mandate = self.by(REVIEWER, "来信登记")
        hearing.lodge(
            self.county, objection, mandate, plan=code, capacity="resident", said=said, by="村民代表", unit=unit,
            project=project,
        )  # fmt: skip

    def tell(self, key: Path) -> None:
        """One plan returned, one replaced, one waiting, a draft, and the newest in its hearing."""
        self.on(60)
        self.found(key)
        self.on(40)
        self.go("2026-01", "draft", "propose")
        returned = self.by(REVIEWER, "户数有误")
        self.county.decide(ReturnPlan(mandate=returned, plan="2026-01", reason="樟木村户数有误，请核实名册后重新测算"))
        self.on(30)
        self.go("2026-02", "draft", "propose", "review")
        mandate = self.by(REVIEWER, "按程序公示", "澄财〔2026〕11号")
        until = _today() - timedelta(days=23)
        self.county.decide(AnnouncePlan(mandate=mandate, plan="2026-02", objections_until=until))
        self.on(22)
        self.go("2026-02", "close", "approve", "notice")
        self.on(6)
        self.go("2026-03", "draft")
        self.go("2026-04", "draft", "propose")
        self.go("2026-05", "draft", "propose")
        self.county.decide(SupersedePlan(mandate=self.by(APPROVER, "改按新方案"), plan="2026-02", by_plan="2026-05"))
        self.go("2026-05", "review")
        self.on(3)
        self.go("2026-05", "announce")
        self.on(2)
        self.object("2026-05", "o-1", 0, "我们村的项目去年就报了，为什么今年还没有安排？")
        reason = "资金先保后进村和缺项多的村；该项目留在项目库，下一批次优先考虑"
        hearing.answer(self.county, "o-1", self.by(REVIEWER, "答复异议"), outcome="rejected", reason=reason)
        self.object("2026-05", "o-2", 3, "这条路每年汛期都断，希望今年就修。")
        seal(self.county, key)


def tell_season(folder: Path, year: Path) -> None:
    """Make the folder with the season in it, from the folder of the finished year."""
    for part in (RECORD, KEY):
        (folder / part).parent.mkdir(parents=True)
    with open_county(url_of(year), must_exist=True) as county:
        plan = content_now(county, "2026-01")
    clock = TellingClock(_today())
    with open_county(url_of(folder), clock=clock) as county:
        _Season(county, clock, plan).tell(folder / KEY)


def tell_nothing(folder: Path) -> None:
    """A county on its first day: an empty record."""
    for part in (RECORD, KEY):
        (folder / part).parent.mkdir(parents=True)
    with open_county(url_of(folder)):
        pass
