"""Branches of a county: the same use cases on any past position, kept or gone, and the record none the wiser."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from domain.decisions.arrivals import ReceiveTranche
from domain.decisions.common import ReasonMissing
from domain.decisions.units import CorrectUnit, ListBackward
from domain.facts import Mandate
from projections.tables import BESIDE
from projections.views import Views
from service.branch_compare import Difference, compare
from service.branches import (
    BranchErasesNothing,
    BranchNameUnfit,
    BranchNeedsStore,
    BranchOfAnotherPast,
    BranchOfBranch,
    BranchTaken,
    UnknownBranch,
    branches,
    drop_branch,
    open_branch,
    start_branch,
)
from service.county import County, open_county
from service.ledger import check_views, ledger_at
from service.planning import compute, draft_and_propose
from service.policies import adopt_policy, read_policy
from service.registers import Moment, import_register, moment, register_at
from tests.service.small import PLANNER, TREASURER, small_county, store_in, write_policy, write_register


def by_planner(county: County, why: str = "as agreed") -> Mandate:
    return county.mandate(PLANNER, why=why)


@contextmanager
def registered(folder: Path) -> Iterator[County]:
    """The small county with its register and policy on the record."""
    with small_county(folder) as county:
        held = import_register(county, write_register(folder / "register"), by_planner(county)).register
        adopt_policy(county, read_policy(write_policy(folder / "policy.yaml"), held), by_planner(county))
        yield county


def stores(folder: Path) -> dict[str, str]:
    """The bytes of the record and of the names beside it."""
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.iterdir()
        if path.name.startswith(("county.db", "county.desk"))
    }


def test_every_use_case_runs_on_a_branch_and_the_record_keeps_every_byte(tmp_path: Path) -> None:
    with registered(tmp_path) as county:
        start_branch(county, "wenn", PLANNER, "what if v2 were backward")
    before = stores(tmp_path)
    with small_county(tmp_path) as county, open_branch(county, "wenn") as branch:
        branch.decide(ListBackward(mandate=by_planner(branch), unit="v2", reason="weak"))
        planned = draft_and_propose(branch, compute(branch), PLANNER)
        assert planned.state == "proposed"
        assert [plan for plan, *_ in branch.views.plans.standing(position=branch.log.head())] == [planned.plan_id]
        assert check_views(branch).same
        assert ledger_at(branch, moment(branch)) == ledger_at(county, moment(county))
        assert list(county.log.facts(after=30)) == []
    assert stores(tmp_path) == before


def test_a_kept_branch_is_there_again_with_all_that_was_decided_on_it(tmp_path: Path) -> None:
    with registered(tmp_path) as county:
        at = county.log.head() - 1
        about = start_branch(county, "wenn", PLANNER, "before the policy", Moment(at))
        with open_branch(county, "wenn") as branch:
            branch.decide(ListBackward(mandate=by_planner(branch), unit="v2", reason="weak"))
    with small_county(tmp_path) as county:
        (row,) = branches(county)
        assert (row.name, row.about, row.facts, row.decisions, row.live_since) == ("wenn", about, 1, 1, 1)
        assert (about.base_position, about.why, about.post) == (at, "before the policy", PLANNER.post)
        assert county.people.name_of(about.person) == PLANNER.person
        with open_branch(county, "wenn") as branch:
            assert register_at(branch, moment(branch)).units["v2"].backward
            assert branch.log.head() == at + 1
        assert not register_at(county, moment(county)).units["v2"].backward
        drop_branch(county, "wenn")
        assert branches(county) == []
        assert list((tmp_path / "county.branches").iterdir()) == []


def test_a_branch_without_a_name_leaves_nothing_behind_and_may_be_made_from_a_branch(tmp_path: Path) -> None:
    with registered(tmp_path) as county:
        files = sorted(tmp_path.rglob("*"))
        with open_branch(county, at=Moment(5)) as what_if, open_branch(what_if) as deeper:
            assert (what_if.log.head(), deeper.log.head()) == (5, 5)
            with pytest.raises(BranchOfBranch):
                start_branch(what_if, "wenn", PLANNER, "why not")
        assert sorted(tmp_path.rglob("*")) == files


def test_a_branch_makes_no_tables_before_somebody_asks_for_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with registered(tmp_path) as county:
        made: list[Path | None] = []
        usual = Views.__init__

        def noted(self: Views, path: Path | None) -> None:
            made.append(path)
            usual(self, path)

        monkeypatch.setattr(Views, "__init__", noted)
        with open_branch(county) as branch:
            branch.decide(ListBackward(mandate=by_planner(branch), unit="v2", reason="weak"))
            assert made == []
            found = register_at(branch, moment(branch)).units["v2"]
            assert found is not None
            assert found.backward
            branch.decide(CorrectUnit(mandate=by_planner(branch), unit="v2", changes={"households": 7}))
            now = moment(branch)
            told = register_at(branch, now)
            assert told.units["v2"].households == 7
            assert made == [], "the register is told from that of the record and the branch's own facts"
            assert branch.views.register(branch.log, position=now.position).register() == told
            assert made == [BESIDE]
            assert not register_at(branch, Moment(now.position - 2)).units["v2"].backward
            assert not register_at(county, moment(county)).units["v2"].backward


def test_names_are_shared_and_none_is_erased_from_a_branch(tmp_path: Path) -> None:
    with registered(tmp_path) as county, open_branch(county) as branch:
        known = county.people.id_of(PLANNER.person)
        assert branch.people.id_of(PLANNER.person) == known
        assert branch.people.name_of(known) == PLANNER.person
        with pytest.raises(BranchErasesNothing):
            branch.people.erase(PLANNER.person)
        assert county.people.name_of(known) == PLANNER.person


@pytest.mark.parametrize("name", ["", "live", "../x", "a/b", "a.b", "-x", "a b", "x" * 65, "a\n"])
def test_a_name_that_could_be_no_file_is_refused(tmp_path: Path, name: str) -> None:
    with registered(tmp_path) as county, pytest.raises(BranchNameUnfit):
        start_branch(county, name, PLANNER, "why not")


def test_what_cannot_be_started_or_opened_says_why(tmp_path: Path) -> None:
    with registered(tmp_path) as county:
        with pytest.raises(ReasonMissing):
            start_branch(county, "wenn", PLANNER, " ")
        assert not (tmp_path / "county.branches").exists()
        start_branch(county, "假如", PLANNER, "名字可以是中文")
        with pytest.raises(BranchTaken):
            start_branch(county, "假如", PLANNER, "again")
        for use in (drop_branch, lambda county, name: open_branch(county, name).__enter__()):
            with pytest.raises(UnknownBranch):
                use(county, "nobody")
    with open_county("sqlite://") as passing, pytest.raises(BranchNeedsStore):
        start_branch(passing, "wenn", PLANNER, "why not")


def test_a_branch_of_an_altered_or_another_past_is_refused_and_listed_with_the_reason(tmp_path: Path) -> None:
    with registered(tmp_path) as county:
        start_branch(county, "wenn", PLANNER, "why not")
        kept = tmp_path / "county.branches" / "wenn.db"
    with sqlite3.connect(tmp_path / "county.db") as raw:
        raw.execute("DROP TRIGGER facts_no_update")
        raw.execute("UPDATE facts SET tags = '[]' WHERE position = (SELECT max(position) FROM facts)")
    raw.close()
    with small_county(tmp_path) as county:
        with pytest.raises(BranchOfAnotherPast), open_branch(county, "wenn"):
            pass
        (row,) = branches(county)
        assert isinstance(row.fault, BranchOfAnotherPast)
    other = tmp_path / "other"
    other.mkdir()
    with registered(other) as county:
        (other / "county.branches").mkdir()
        (other / "county.branches" / "wenn.db").write_bytes(kept.read_bytes())
        with pytest.raises(BranchOfAnotherPast), open_branch(county, "wenn"):
            pass
        drop_branch(county, "wenn")
        (other / "county.branches" / "paper.db").write_text("no database at all, but long enough to be one" * 20)
        (row,) = branches(county)
        assert row.fault is not None
        assert "not a store" in row.fault.sentence


def test_a_branch_of_a_store_on_a_server_lies_in_this_users_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    with registered(tmp_path) as county:
        served = replace(county, store="postgresql://county")
        start_branch(served, "wenn", PLANNER, "why not")
        (found,) = (tmp_path / "data").rglob("*.db")
        assert found.parent.name == county.log.recorder.store_id
        with open_branch(served, "wenn") as branch:
            assert branch.log.head() == county.log.head()


def test_a_comparison_names_every_field_that_differs_and_no_other(tmp_path: Path) -> None:
    with registered(tmp_path) as county:
        assert compare(county, county) == []
        with open_branch(county) as branch:
            assert compare(county, branch) == []
            branch.decide(ListBackward(mandate=by_planner(branch), unit="v2", reason="weak"))
            branch.decide(
                ReceiveTranche(
                    mandate=branch.mandate(TREASURER), fund="beautiful", tranche="b2", arrived_on=date(2026, 8, 7)
                )
            )
            planned = draft_and_propose(branch, compute(branch), PLANNER)
            found = compare(county, branch)
        backward = [one for one in found if one.subject == "register"]
        assert backward == [
            Difference("register", "unit:v2", "backward", False, True),
            Difference("register", "unit:v2", "backward_reason", None, "weak"),
        ]
        assert [(one.entry, one.field) for one in found if one.subject == "funds"] == [("fund:beautiful", "tranches")]
        assert {one.field: (one.left, one.right) for one in found if one.subject == "ledger"} == {
            "arrived_fen": (5_000_000, 8_000_000),
            "free_fen": (5_000_000, 8_000_000),
        }
        lines = {one.field: one.right for one in found if one.subject == "plans" and one.field.startswith("line ")}
        assert lines == {f"line {one.line}": one.amount_fen for one in planned.computed.plan.lines}


def test_a_branch_tells_the_time_of_its_county(tmp_path: Path) -> None:
    told = datetime(2026, 5, 4, 9, tzinfo=UTC)
    with open_county(store_in(tmp_path), clock=lambda: told) as county:
        import_register(county, write_register(tmp_path / "register"), by_planner(county))
        with open_branch(county) as branch:
            receipt = branch.decide(ListBackward(mandate=by_planner(branch), unit="v2", reason="weak"))
        assert receipt.recorded[0].recorded_at == told
        assert receipt.recorded[0].fact.mandate.effective_on == told.date()
