"""Random but valid pasts: real decisions taken on a log in memory, the refused ones left out, as in life."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from hypothesis import strategies as st
from msgspec import Struct

from domain.decisions import (
    AcceptProject,
    AmendFund,
    AnnounceFund,
    AnnounceTranche,
    AssessUnit,
    CarryOver,
    CloseFund,
    CommitLine,
    CorrectUnit,
    Deciding,
    Disburse,
    ImportRegister,
    ListBackward,
    MakePledge,
    MoveDuty,
    NoticePlan,
    RaiseCost,
    RankProject,
    ReceivePledge,
    ReceiveTranche,
    ReleaseCommitment,
    ReturnMoney,
    ReturnPlan,
    StartProject,
    StrikeOff,
    TakeBack,
    WithdrawProject,
)
from domain.errors import Refusal
from domain.facts import Fact, Mandate
from domain.facts.funds import TrancheAnnounced
from domain.facts.spending import LineCommitted, MoneyDisbursed
from domain.register import Pledge
from history.log import Log, Recorded
from history.mapper import Shaped
from history.port import moment_text
from history.store import open_log
from tests.domain.decisions.harness import Record
from tests.domain.decisions.samples import (
    YUAN,
    adopt,
    approved,
    county,
    draft,
    fund,
    plan_of,
    unit,
    usual_lines,
    with_rows,
)

MORNING = datetime(2026, 3, 31, 8, 0, tzinfo=UTC)
DAYS = (date(2026, 1, 15), date(2026, 3, 31), date(2026, 4, 20), date(2026, 8, 1))


class Clock:
    """Stands still for a while now and then, as the facts of one append share a moment."""

    def __init__(self) -> None:
        self._reads = count()

    def __call__(self) -> datetime:
        return MORNING + timedelta(minutes=next(self._reads) // 2)


class Past(Record):
    """A record on a real log, so that what builds counties in memory builds them here too."""

    def __init__(self, log: Log) -> None:
        super().__init__()
        self.log = log
        self.serial = count(1)

    def decide(self, *decisions: Deciding) -> list[Fact]:
        """Take decisions one after the other; the facts they recorded."""
        before = len(self.facts)
        for decision in decisions:
            self.log.decide(decision)
            self.facts.extend(r.fact for r in self.log.facts(after=len(self.facts)))
        return self.facts[before:]

    def attempt(self, decision: Deciding) -> None:
        """Take a decision that may be refused."""
        with contextlib.suppress(Refusal):
            self.decide(decision)

    def by(self, day: date) -> Mandate:
        """A mandate that counts from a day, under a command of its own."""
        return Mandate(person="p-1", post="treasurer", effective_on=day, command=f"m-{next(self.serial)}", why="test")


def begun(store: str = "sqlite://") -> Past:
    """A county with a policy, a plan in force and some money, on a log in memory unless another is named."""
    past = Past(open_log(store, clock=Clock(), chance=Random(1).randbytes))
    mandate = past.by(DAYS[0])
    next_year = fund("beautiful-2027", budget_year=2027, amount_fen=0)
    past.decide(ImportRegister(mandate=mandate, wanted=with_rows(county(), funds=[next_year])), adopt(1))
    approved(past)
    return past


Deed = tuple[str, int, int, date]
"""What is done, which of the things it could be done to, how much (yuan), and from when it counts."""


FUNDS, UNITS, PROJECTS = ("beautiful", "service"), ("v1", "v2", "v3"), ("p1", "p2")


def _pick(things: Sequence[Any], which: int) -> Any:
    return things[which % len(things)] if things else None


def _said(past: Past, kind: type[Fact], name: str) -> list[str]:
    """The codes that facts of a kind have given so far, the newest first."""
    return [getattr(fact, name) for fact in reversed(past.facts) if type(fact) is kind]


def _deed(past: Past, deed: Deed) -> Deciding:
    kind, which, amount, day = deed
    by, fen, n = past.by(day), amount * YUAN, next(past.serial)
    f, u, p = _pick(FUNDS, which), _pick(UNITS, which), _pick(PROJECTS, which)
    match kind:
        case "announce-tranche":
            return AnnounceTranche(mandate=by, fund=f, tranche=f"t{n}", amount_fen=fen)
        case "receive-tranche":
            tranche = _pick(["b2", *(t.tranche.code for t in past.facts if isinstance(t, TrancheAnnounced))], which)
            return ReceiveTranche(mandate=by, fund=f, tranche=tranche, arrived_on=day, amount_fen=_pick((None, 7), n))
        case "amend":
            return AmendFund(mandate=by, fund=f, new_amount_fen=1_000 * YUAN + fen)
        case "pledge":
            pledge = Pledge(code=f"g{n}", by="a school", kind=_pick(("money", "in_kind"), which), amount_fen=fen)
            return MakePledge(mandate=by, fund=f, pledge=pledge)
        case "receive-pledge":
            return ReceivePledge(mandate=by, fund="service", pledge="g1", amount_fen=fen)
        case "carry-over":
            return CarryOver(mandate=by, fund="beautiful", to_fund="beautiful-2027", amount_fen=fen)
        case "take-back":
            return TakeBack(mandate=by, fund=f, amount_fen=fen)
        case "close":
            return CloseFund(mandate=by, fund=f, reason="the year is over")
        case "announce-fund":
            return AnnounceFund(mandate=by, entry=fund(f"f{n}", amount_fen=fen))
        case "commit":
            line = _pick(usual_lines(), which)
            return CommitLine.of(line, plan="pl1", commitment=f"k{n}", mandate=by, amount_fen=fen)
        case "release":
            k = _pick(_said(past, LineCommitted, "commitment"), which) or "k0"
            return ReleaseCommitment(mandate=by, commitment=k, reason="cheaper", amount_fen=_pick((None, fen), amount))
        case "disburse":
            k = _pick(_said(past, LineCommitted, "commitment"), which) or "k0"
            return Disburse(
                mandate=by, disbursement=f"d{n}", commitment=k, amount_fen=fen // 3, payee="builder", voucher=f"{n}"
            )
        case "return":
            d = _pick(_said(past, MoneyDisbursed, "disbursement"), which) or "d0"
            return ReturnMoney(mandate=by, disbursement=d, amount_fen=fen // 7, reason="not needed")
        case "correct":
            return CorrectUnit(mandate=by, unit=u, changes={"households": 100 + amount})
        case "assess":
            return AssessUnit(mandate=by, unit=u, changes={"stars": 1 + amount % 5})
        case "list":
            return ListBackward(mandate=by, unit=u, reason="no meetings")
        case "strike-off":
            return StrikeOff(mandate=by, unit=u, evidence="meets again")
        case "start":
            return StartProject(mandate=by, project=p)
        case "overrun":
            return RaiseCost(mandate=by, project=p, new_cost_fen=500 * YUAN + fen, reason="rock")
        case "rank":
            return RankProject(mandate=by, project=p, rank=1 + amount)
        case "accept":
            return AcceptProject(mandate=by, project=p, evidence="seen")
        case "withdraw":
            return WithdrawProject(mandate=by, project=p, reason="flood")
        case "duty":
            return MoveDuty(mandate=by, duty="cleaning", name="Cleaning", unit=u, fund="service", amount_fen=fen)
        case "notice":
            return NoticePlan(mandate=by, plan="pl1")
        case "draft":
            return draft(past, f"pl{which + 2}", plan_of(past, *usual_lines()[: 1 + amount % 5]))
        case "return-plan":
            return ReturnPlan(mandate=by, plan="pl1", reason="too late")
        case "import":
            changed = with_rows(county(), units=[unit(u, households=200 + amount)])
            return ImportRegister(mandate=by, wanted=changed)
    raise AssertionError(kind)


# the movements of money are drawn more often: most of the ledger is about them
KINDS = (
    *("announce-tranche", "receive-tranche", "amend", "pledge", "receive-pledge", "carry-over", "take-back", "close"),
    *("announce-fund", "correct", "assess", "list", "strike-off", "start", "overrun", "rank", "accept", "withdraw"),
    *("duty", "notice", "draft", "return-plan", "import"),
    *("commit", "disburse") * 4,
    *("release", "return", "receive-tranche") * 2,
)
DEEDS: st.SearchStrategy[list[Deed]] = st.lists(
    st.tuples(
        st.sampled_from(KINDS),
        st.integers(min_value=0, max_value=5),
        st.integers(min_value=1, max_value=250),
        st.sampled_from(DAYS),
    ),
    max_size=30,
)


def past_of(deeds: Iterable[Deed], store: str = "sqlite://") -> Past:
    """The past in which these deeds were tried one after the other."""
    past = begun(store)
    for deed in deeds:
        past.attempt(_deed(past, deed))
    return past


@dataclass(frozen=True)
class Kept:
    """Facts as a plain list that answers as a log does, so that it can be cut short or handed to another process."""

    recorded: Sequence[Recorded]

    def head(self) -> int:
        """The position of the last fact."""
        return len(self.recorded)

    def mark(self, position: int) -> str:
        """What tells one fact from another."""
        return repr(self.recorded[position - 1]) if 0 < position <= len(self.recorded) else ""

    def shaped(
        self, shapes: Mapping[str, type[Struct]], *, after: int = 0, until: int | None = None, few: bool = False
    ) -> Iterator[Shaped]:
        """The facts of these names with after < position <= until; each whole, which is more than its shape."""
        for r in self.recorded[after:until]:
            if r.fact.stored_name() in shapes:
                yield r.position, moment_text(r.recorded_at), r.fact.stored_name(), r.fact

    def shaped_at(self, shapes: Mapping[str, type[Struct]], positions: Sequence[int]) -> Iterator[Shaped]:
        """The same of the facts at these positions."""
        for position in positions:
            yield from self.shaped(shapes, after=position - 1, until=position)

    def up_to(self, position: int) -> Kept:
        """The log as it was at a position."""
        return Kept(self.recorded[:position])


def kept(past: Past) -> Kept:
    """All facts of a past."""
    return Kept(list(past.log.facts()))


def facts_where(log: Kept, holds: Callable[[Recorded], bool]) -> list[Fact]:
    """The facts for which something holds, in order."""
    return [r.fact for r in log.recorded if holds(r)]
