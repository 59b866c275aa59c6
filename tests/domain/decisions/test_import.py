"""A register file is taken onto the record: new and newly said rows are recorded, decisions made since are kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from domain.decisions import (
    AcceptProject,
    AmendFund,
    AnnounceFund,
    AssessUnit,
    CloseFund,
    CommitLine,
    CorrectUnit,
    Deciding,
    ImportRegister,
    JoinPool,
    MoveDuty,
    ProposeProject,
    RaiseCost,
    RankProject,
    ReceivePledge,
    ReceiveTranche,
    RefusePool,
    RegisterUnit,
    StartProject,
    StrikeOff,
    TakeBack,
    WithdrawProject,
)
from domain.decisions.common import ImpossibleValue
from domain.decisions.duties import DutiesExceedFund
from domain.decisions.filed_funds import ArrivedMoneyChanged
from domain.decisions.funds import FundBelowCommitted, FundBelowTranches
from domain.decisions.register import CommittedProjectChanged, NamesUnknown, OtherCounty, PrerequisiteCycle
from domain.errors import Refusal
from domain.facts.register import TownshipCorrected, UnitCorrected
from domain.register import Duty, Fund, Pledge, Register, Tranche
from tests.domain.decisions.harness import Record, by
from tests.domain.decisions.samples import (
    YUAN,
    adopt,
    approved,
    arrived,
    county,
    fund,
    line,
    plan_of,
    project,
    square,
    township,
    unit,
    with_rows,
)


def imported(record: Record, wanted: Register) -> list[str]:
    """Import a register; the stored names of what was recorded."""
    return [fact.stored_name() for fact in record.decide(ImportRegister(mandate=by(), wanted=wanted))]


@pytest.fixture
def record() -> Record:
    record = Record()
    imported(record, county())
    return record


def test_a_register_on_an_empty_record_stands_there_as_it_was_written() -> None:
    record = Record()
    names = imported(record, county())
    assert names[0] == "county.named"
    assert names.count("unit.registered") == 3
    assert names.count("project.proposed") == names.count("project.admitted") == 2
    assert names.count("fund.announced") == 2
    assert names.count("fund.tranche_announced") == 3
    assert names.count("fund.tranche_received") == 2
    assert record.register() == county()


def test_importing_the_same_file_twice_records_nothing(record: Record) -> None:
    assert imported(record, county()) == []


def test_a_changed_row_is_a_correction_that_names_what_changed_and_the_old_entry_stays_in_the_past(
    record: Record,
) -> None:
    changed = with_rows(
        county(),
        units=[unit("v2", households=120, indicators={"wells": Decimal(3)})],
        townships=[township("t1", kind="subdistrict")],
    )
    [town, village] = record.decide(ImportRegister(mandate=by(), wanted=changed))
    assert isinstance(town, TownshipCorrected)
    assert isinstance(village, UnitCorrected)
    assert village.changed == ("households", "indicators")
    assert record.register() == changed
    past = Record()
    past.facts = record.facts[:-2]
    assert past.register() == county()
    assert imported(record, changed) == []


def test_rows_that_the_file_leaves_out_are_left_alone(record: Record) -> None:
    less = replace(county(), units={}, projects={}, funds={}, adjacency=(), areas={})
    assert imported(record, less) == []
    assert record.register() == county()


def test_the_register_of_another_county_is_refused(record: Record) -> None:
    record.refuses(ImportRegister(mandate=by(), wanted=replace(county(), county="y")), OtherCounty)


def test_the_county_can_get_another_name_and_note(record: Record) -> None:
    assert imported(record, replace(county(), note="real")) == ["county.named"]
    assert record.register().note == "real"
    assert imported(record, replace(county(), note="real")) == []


DECIDED: dict[str, Deciding] = {
    "struck off": StrikeOff(mandate=by(), unit="v1", evidence="books"),
    "corrected by hand": CorrectUnit(mandate=by(), unit="v1", changes={"households": 7}),
    "assessed": AssessUnit(mandate=by(), unit="v1", changes={"stars": 2, "haves": ("rules",)}),
    "overrun": RaiseCost(mandate=by(), project="p1", new_cost_fen=600 * YUAN, reason="rock"),
    "withdrawn": WithdrawProject(mandate=by(), project="p1"),
    "ranked": RankProject(mandate=by(), project="p1", rank=1),
    "started": StartProject(mandate=by(), project="p2"),
    "amended": AmendFund(mandate=by(), fund="beautiful", new_amount_fen=1_100 * YUAN),
    "arrived": ReceiveTranche(mandate=by(), fund="beautiful", tranche="b2", arrived_on=date(2026, 5, 1), amount_fen=9),
    "pledge arrived": ReceivePledge(mandate=by(), fund="service", pledge="g1", amount_fen=9),
    "kept out of the pool": RefusePool(mandate=by(), fund="service", reason="law"),
    "taken back": TakeBack(mandate=by(), fund="beautiful", amount_fen=9),
    "closed": CloseFund(mandate=by(), fund="service", reason="over"),
    "duty moved": MoveDuty(mandate=by(), duty="d", name="d", unit="v1", fund="service", amount_fen=1),
}


@pytest.mark.parametrize("decision", DECIDED.values(), ids=DECIDED.keys())
def test_the_unchanged_file_undoes_no_decision(record: Record, decision: Deciding) -> None:
    record.decide(decision)
    before = record.register()
    assert imported(record, county()) == []
    assert record.register() == before


def test_what_was_left_as_decided_is_listed_for_the_planner(record: Record) -> None:
    record.decide(DECIDED["struck off"], DECIDED["overrun"], DECIDED["arrived"])
    ready = record.read(ImportRegister(mandate=by(), wanted=county()))
    assert ready.settle() is False
    assert [(kept.kind, kept.code, kept.field) for kept in ready.kept] == [
        ("unit", "v1", "backward"),
        ("unit", "v1", "backward_reason"),
        ("tranche", "b2", ""),
        ("project", "p1", "cost_fen"),
    ]
    assert (ready.kept[0].in_file, ready.kept[0].in_record) == (True, False)


def test_a_file_that_caught_up_with_a_decision_records_nothing(record: Record) -> None:
    record.decide(DECIDED["struck off"], DECIDED["overrun"], DECIDED["arrived"], DECIDED["pledge arrived"])
    assert imported(record, record.register()) == []


def test_a_cell_that_says_something_new_is_taken_beside_cells_that_were_decided(record: Record) -> None:
    record.decide(DECIDED["struck off"], DECIDED["corrected by hand"])
    v1 = replace(county().units["v1"], population=300, stars=3)
    assert imported(record, with_rows(county(), units=[v1])) == ["unit.corrected"]
    after = record.register().units["v1"]
    assert (after.population, after.stars, after.households, after.backward) == (300, 3, 7, False)
    assert imported(record, with_rows(county(), units=[v1])) == []
    again = replace(v1, households=8)
    assert imported(record, with_rows(county(), units=[again])) == ["unit.corrected"]
    assert record.register().units["v1"].households == 8


def test_haves_and_indicators_are_compared_entry_by_entry(record: Record) -> None:
    start = unit("v2", haves=("money", "people"), indicators={"wells": Decimal(1), "roads": Decimal(2)})
    imported(record, with_rows(county(), units=[start]))
    record.decide(
        StartProject(mandate=by(), project="p2"),
        AcceptProject(mandate=by(), project="p2", evidence="photos"),
        AssessUnit(mandate=by(), unit="v2", changes={"indicators": {"wells": "5", "roads": "2"}}),
    )
    file = replace(start, haves=("people", "rules"), indicators={"wells": Decimal(1), "roads": Decimal(9)})
    imported(record, with_rows(county(), units=[file]))
    after = record.register().units["v2"]
    assert after.haves == ("people", "place", "rules")
    assert after.indicators == {"wells": Decimal(5), "roads": Decimal(9)}


def test_what_was_entered_by_hand_is_corrected_by_the_first_file_that_has_it_but_keeps_its_stage(
    record: Record,
) -> None:
    record.decide(
        RegisterUnit(mandate=by(), entry=unit("v9", households=5)),
        ProposeProject(mandate=by(), entry=project("n1", benefit=3)),
    )
    file = with_rows(county(), units=[unit("v9")], projects=[project("n1", benefit=4)])
    assert imported(record, file) == ["unit.corrected", "project.corrected"]
    entry = record.register().projects["n1"]
    assert (entry.stage, entry.benefit) == ("proposed", 4)
    assert imported(record, file) == []


def test_decisions_about_what_was_entered_by_hand_are_not_undone_by_an_unchanged_file(record: Record) -> None:
    record.decide(AnnounceFund(mandate=by(), entry=fund("roads")), RegisterUnit(mandate=by(), entry=unit("v9")))
    file = with_rows(county(), units=[unit("v9")], funds=[fund("roads")])
    assert imported(record, file) == []
    record.decide(
        AmendFund(mandate=by(), fund="roads", new_amount_fen=2_000 * YUAN),
        CorrectUnit(mandate=by(), unit="v9", changes={"households": 7}),
    )
    assert imported(record, file) == []
    assert imported(record, with_rows(file, funds=[fund("roads", amount_fen=3_000 * YUAN)])) == ["fund.amended"]


@pytest.mark.parametrize("stage", ["proposed", "appraised", "admitted", "withdrawn", "accepted"])
def test_a_project_of_any_stage_enters_the_library_as_it_is(stage: str) -> None:
    record = Record()
    wanted = with_rows(county(), projects=[project("p1", stage=stage, started=True, spent_fen=9, rank=2)])
    imported(record, wanted)
    assert record.register() == wanted
    assert imported(record, wanted) == []


def revised(**changes: object) -> Fund:
    return replace(county().funds["beautiful"], **changes)


def test_a_fund_row_changes_by_the_facts_that_fit(record: Record) -> None:
    b1, _ = county().funds["beautiful"].tranches
    file = revised(
        document_no="2026-2",
        amount_fen=1_500 * YUAN,
        tranches=(b1, arrived("b2", 350 * YUAN), Tranche(code="b3", amount_fen=50 * YUAN)),
        pledges=(Pledge(code="g", by="b", kind="money", amount_fen=9, arrived_fen=4),),
    )
    wanted = with_rows(county(), funds=[file])
    assert imported(record, wanted) == [
        "fund.corrected",
        "fund.amended",
        "fund.tranche_announced",
        "fund.tranche_received",
        "fund.tranche_announced",
        "fund.pledge_made",
        "fund.pledge_received",
    ]
    assert record.register() == wanted
    assert imported(record, wanted) == []
    more = replace(file, pledges=(Pledge(code="g", by="c", kind="money", amount_fen=9, arrived_fen=6),))
    assert imported(record, with_rows(county(), funds=[more])) == ["fund.pledge_made", "fund.pledge_received"]
    assert record.register().funds["beautiful"] == more
    assert record.money().arrived("beautiful") == more.arrived_fen


BAD: dict[str, tuple[type[Refusal], Callable[[], Register]]] = {
    "a tranche that arrived made smaller": (
        ArrivedMoneyChanged,
        lambda: with_rows(county(), funds=[revised(tranches=(arrived("b1", 599 * YUAN),))]),
    ),
    "a tranche that arrived made not arrived": (
        ArrivedMoneyChanged,
        lambda: with_rows(county(), funds=[revised(tranches=(Tranche(code="b1", amount_fen=600 * YUAN),))]),
    ),
    "tranches above the amount": (
        FundBelowTranches,
        lambda: with_rows(county(), funds=[revised(amount_fen=999 * YUAN)]),
    ),
    "a unit in no township": (NamesUnknown, lambda: with_rows(county(), units=[unit("v9", township="t9")])),
    "a project of no unit": (NamesUnknown, lambda: with_rows(county(), projects=[project("n", unit="v9")])),
    "a prerequisite nobody has": (
        NamesUnknown,
        lambda: with_rows(county(), projects=[project("n", requires=("p9",))]),
    ),
    "a running fund nobody has": (
        NamesUnknown,
        lambda: with_rows(county(), projects=[project("n", running_fund="f9")]),
    ),
    "an area of no unit": (NamesUnknown, lambda: replace(county(), areas={"v9": square("v9")})),
    "neighbours of no unit": (NamesUnknown, lambda: replace(county(), adjacency=(("v1", "v9"),))),
    "projects that wait for each other": (
        PrerequisiteCycle,
        lambda: with_rows(county(), projects=[project("n", requires=("p1",)), project("p1", requires=("n",))]),
    ),
    "more spent than it costs": (
        ImpossibleValue,
        lambda: with_rows(county(), projects=[project("n", spent_fen=501 * YUAN)]),
    ),
    "a duty above its fund": (
        DutiesExceedFund,
        lambda: with_rows(
            county(), duties=[Duty(code="d", name="d", unit="v1", fund="service", amount_fen=401 * YUAN)]
        ),
    ),
}


@pytest.mark.parametrize("refusal,wanted", BAD.values(), ids=BAD.keys())
def test_a_file_that_contradicts_the_record_or_itself_is_refused_whole(
    record: Record, refusal: type[Refusal], wanted: Callable[[], Register]
) -> None:
    record.refuses(ImportRegister(mandate=by(), wanted=wanted()), refusal)


def test_a_file_changes_neither_cost_nor_stage_of_a_project_money_is_committed_to(record: Record) -> None:
    record.decide(adopt(1))
    content = approved(record, content=plan_of(record, line("beautiful", "v1", 500 * YUAN, "p1")))
    record.decide(CommitLine.of(content.lines[0], plan="pl1", commitment="k1", mandate=by()))
    for changes in ({"cost_fen": 501 * YUAN}, {"stage": "withdrawn"}, {"spent_fen": 1}, {"unit": "v2"}):
        file = with_rows(county(), projects=[project("p1", **changes)])
        record.refuses(ImportRegister(mandate=by(), wanted=file), CommittedProjectChanged)
    assert imported(record, with_rows(county(), projects=[project("p1", target="two halls")])) == ["project.corrected"]


def test_a_file_never_lowers_a_fund_under_its_commitments() -> None:
    record = Record()
    pledge = Pledge(code="g", by="b", kind="money", amount_fen=300 * YUAN, arrived_fen=300 * YUAN)
    start = with_rows(county(), funds=[fund("roads", amount_fen=300 * YUAN, pledges=(pledge,))])
    imported(record, start)
    record.decide(adopt(1))
    content = approved(record, content=plan_of(record, line("roads", "v1", 300 * YUAN)))
    record.decide(CommitLine.of(content.lines[0], plan="pl1", commitment="k1", mandate=by()))
    lower = with_rows(start, funds=[fund("roads", amount_fen=299 * YUAN, pledges=(pledge,))])
    record.refuses(ImportRegister(mandate=by(), wanted=lower), FundBelowCommitted)
    alone = replace(lower, townships={}, units={}, projects={}, areas={}, adjacency=(), duties={})
    record.refuses(
        ImportRegister(mandate=by(), wanted=replace(alone, funds={"roads": lower.funds["roads"]})), FundBelowCommitted
    )


def test_a_file_that_says_funds_alone_does_with_them_what_the_whole_file_does(record: Record) -> None:
    more = revised(amount_fen=2_000 * YUAN)
    whole = with_rows(county(), funds=[more])
    alone = replace(
        whole, townships={}, units={}, projects={}, areas={}, adjacency=(), duties={}, funds={more.code: more}
    )
    assert imported(record, alone) == ["fund.amended"]
    assert record.register() == whole
    assert imported(record, whole) == []
    for wanted, refusal in (
        (replace(alone, county="elsewhere"), OtherCounty),
        (replace(alone, funds={more.code: revised(amount_fen=999 * YUAN)}), FundBelowTranches),
    ):
        with pytest.raises(refusal):
            imported(record, wanted)


def test_areas_and_neighbours_are_replaced_when_the_file_says_so(record: Record) -> None:
    wanted = replace(county(), areas={"v1": square("v1", 5)}, adjacency=(("v3", "v1"), ("v1", "v3"), ("v1", "v2")))
    assert imported(record, wanted) == ["unit.area_mapped", "register.adjacency_recorded"]
    assert record.register().adjacency == (("v1", "v2"), ("v1", "v3"))
    assert imported(record, wanted) == []


def test_duties_come_with_a_register_that_has_them(record: Record) -> None:
    wanted = with_rows(county(), duties=[Duty(code="d", name="d", unit="v1", fund="service", amount_fen=9)])
    assert imported(record, wanted) == ["duty.moved"]
    assert imported(record, wanted) == []
    record.decide(JoinPool(mandate=by(), fund="service"))
    moved = with_rows(county(), duties=[Duty(code="d", name="d", unit="v2", fund="service", amount_fen=9)])
    assert imported(record, moved) == ["duty.moved"]


def test_every_fact_of_an_import_says_that_it_is_of_an_import(record: Record) -> None:
    assert {fact.mandate.cause for fact in record.facts} == {"register.import"}
    wanted = with_rows(county(), units=[unit("v9")])
    [fact] = record.decide(ImportRegister(mandate=by(cause="inbox 7"), wanted=wanted))
    assert fact.mandate.cause == "register.import inbox 7"


HOUSEHOLDS = st.integers(min_value=1, max_value=4)
STEPS = st.lists(
    st.tuples(st.sampled_from(["file", "hand"]), st.sampled_from(["households", "population"]), HOUSEHOLDS), max_size=12
)


@given(steps=STEPS)
def test_the_last_thing_newly_said_by_file_or_hand_is_what_stands(
    steps: list[tuple[str, str, int]],
) -> None:
    """The model: one value per cell; a file changes it only where it says something else than the file before."""
    record = Record()
    filed = unit("v2", households=1, population=1)
    imported(record, with_rows(county(), units=[filed]))
    stands = {"households": 1, "population": 1}
    for who, name, value in steps:
        if who == "hand":
            if stands[name] != value:
                record.decide(CorrectUnit(mandate=by(), unit="v2", changes={name: value}))
                stands[name] = value
            continue
        if getattr(filed, name) != value and stands[name] != value:
            stands[name] = value
            filed = replace(filed, **{name: value})
        imported(record, with_rows(county(), units=[replace(filed, **{name: value})]))
        after = record.register().units["v2"]
        assert (after.households, after.population) == (stands["households"], stands["population"])
