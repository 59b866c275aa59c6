"""Facts and bytes: everything that is stored comes back as it was, and what could not come back is never stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

import msgspec
import pytest
from eventsourcing.dcb.api import DCBEvent
from eventsourcing.dcb.domain import Selector, Tagged
from hypothesis import given
from hypothesis import strategies as st

from domain.decisions.base import Deciding
from domain.facts import FACT_BY_NAME, Fact, Mandate
from domain.facts.funds import FundAmended, FundTakenBack, TrancheReceived
from domain.facts.projects import ProjectAdmitted
from domain.facts.register import AdjacencyRecorded, UnitRegistered
from domain.register import Unit
from history.faults import FactFault, FactTooNew, FactUnknown, FactUnreadable
from history.mapper import FactMapper
from tests.history.examples import log_at, mandate, received

MAPPER = FactMapper()
WRONG: Any = "no day"
WRONG_CODE: Any = 3


def stored(fact: Fact, mapper: FactMapper = MAPPER) -> DCBEvent:
    return mapper.to_dcb_event(Tagged(tags=fact.tags(), decision=fact))


def unit(**changes: Any) -> UnitRegistered:
    plain: dict[str, Any] = {
        "code": "u1", "name_zh": "一村", "name_en": "One", "kind": "village", "township": "t1", "households": 210,
    }  # fmt: skip
    return UnitRegistered(mandate=mandate("c"), unit="u1", record=Unit(**{**plain, **changes}))


def test_a_fact_comes_back_as_it_was_with_its_name_and_tags() -> None:
    fact = unit(
        last_result=Decimal("87.50"), indicators={"b": Decimal("0.1"), "a": Decimal(7)}, haves=("money", "place")
    )
    event = stored(fact)
    assert (event.type, event.tags) == ("unit.registered", ["unit:u1", "command:c"])
    assert MAPPER.to_domain_event(event).decision == fact
    assert MAPPER.to_domain_event(event).tags == fact.tags()
    assert MAPPER.fact(event.type, event.data) == fact


def test_equal_facts_have_equal_bytes_whatever_the_order_of_their_mappings() -> None:
    one = unit(indicators={"a": Decimal(1), "b": Decimal(2)})
    other = unit(indicators={"b": Decimal(2), "a": Decimal(1)})
    assert stored(one).data == stored(other).data


@given(
    amount=st.integers(min_value=0, max_value=2**53 - 1),
    day=st.dates(),
    why=st.text(max_size=50),
    document=st.none() | st.text(max_size=20),
)
def test_any_well_typed_fact_comes_back_equal(amount: int, day: date, why: str, document: str | None) -> None:
    decided = Mandate(person="u1", post="p", effective_on=day, command="c", why=why, document=document)
    fact = FundTakenBack(mandate=decided, fund="service", amount_fen=amount)
    event = stored(fact)
    assert MAPPER.fact(event.type, event.data) == fact


@pytest.mark.parametrize(
    "changes,field,problem",
    [
        ({"amount_fen": "100"}, "amount_fen", "Expected `int`, got `str`"),
        ({"amount_fen": 100.5}, "amount_fen", "Expected `int`, got `float`"),
        ({"amount_fen": 100.0}, "amount_fen", "Expected `int`, got `float`"),
        ({"amount_fen": True}, "amount_fen", "Expected `int`, got `bool`"),
        ({"amount_fen": -1}, "amount_fen", ">= 0"),
        ({"amount_fen": 2**53}, "amount_fen", "<= "),
        ({"amount_fen": 10**40}, "amount_fen", ""),
        ({"amount_fen": Decimal(100)}, "amount_fen", "got `str`"),
        ({"fund": ""}, "fund", "length >= 1"),
        ({"fund": "a b"}, "fund", "matching regex"),
        ({"fund": None}, "fund", "got `null`"),
        ({"fund": "\ud800"}, "fund", "surrogates"),
        ({"fund": object()}, "fund", "unsupported"),
        ({"v": 2}, "v", "Expected 1, got 2"),
        ({"mandate": None}, "mandate", "got `null`"),
        ({"mandate": mandate("")}, "mandate.command", "length >= 1"),
        ({"mandate": Mandate(person="p", post="p", effective_on=WRONG, command="c")}, "mandate.effective_on", "date"),
    ],
)
def test_a_wrongly_typed_fact_is_refused_by_type_and_field(changes: dict[str, Any], field: str, problem: str) -> None:
    right = {"mandate": mandate("c"), "fund": "service", "amount_fen": 100}
    fact = FundTakenBack(**{**right, **changes})
    with pytest.raises(FactFault) as refused:
        MAPPER.to_dcb_event(Tagged(tags=[], decision=fact))
    assert refused.value.details["type"] == "fund.taken_back"
    assert refused.value.details["field"] == field
    assert problem in str(refused.value.details["problem"])
    assert "fund.taken_back cannot be recorded" in str(refused.value)


def test_a_wrong_value_deep_inside_is_found_by_its_path() -> None:
    with pytest.raises(FactFault, match=r"record\.indicators"):
        stored(unit(indicators={"x": float("nan")}))
    with pytest.raises(FactFault, match=r"pairs\[1\]\[1\]"):
        stored(AdjacencyRecorded(mandate=mandate("c"), county="x", pairs=(("a", "b"), ("a", WRONG_CODE))))


def test_a_value_that_comes_back_as_another_is_refused_though_both_can_be_read() -> None:
    """A whole number where a decimal belongs: other bytes for an equal fact."""
    whole: Any = 7
    with pytest.raises(FactFault, match="record: It comes back as another value"):
        stored(unit(last_result=whole))


def test_tags_that_are_not_text_are_refused() -> None:
    with pytest.raises(FactFault, match="tags"):
        MAPPER.to_dcb_event(Tagged(tags=["fund:a", WRONG_CODE], decision=received("c", 1)))


def test_a_wrong_fact_in_an_append_of_many_stores_nothing() -> None:
    @dataclass(eq=False, kw_only=True)
    class Careless(Deciding):
        def boundary(self) -> list[Selector]:
            return []

        def fold(self, fact: Fact) -> None:
            """Depends on nothing."""

        def execute(self) -> None:
            self.record(received("c", 100))
            self.record(received("c", WRONG))

    with log_at() as log:
        with pytest.raises(FactFault, match="amount_fen"):
            log.decide(Careless(mandate=mandate("c")))
        assert log.head() == 0


def test_a_class_outside_the_registry_is_refused_even_if_it_bears_a_registered_name() -> None:
    class Impostor(Fact, frozen=True, kw_only=True, tag="fund.taken_back"):
        fund: str

    class Stranger(Fact, frozen=True, kw_only=True, tag="fund.never_heard_of"):
        fund: str

    for kind in (Impostor, Stranger):
        with pytest.raises(FactUnknown):
            stored(kind(mandate=mandate("c"), fund="a"))


def test_an_unknown_stored_name_is_named_and_never_imported() -> None:
    with pytest.raises(FactUnknown, match=r"no fact called os:system\. Use the release that wrote the store"):
        MAPPER.fact("os:system", b"{}")


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b"{}", b"\xff\xfe", b'{"type":"fund.closed"}', stored(received("c", 1)).data[:-1]]
)
def test_bytes_that_are_not_what_their_name_says_are_unreadable(data: bytes) -> None:
    with pytest.raises(FactUnreadable, match=r"fund\.taken_back"):
        MAPPER.fact("fund.taken_back", data)


def test_bytes_of_another_fact_are_not_taken_for_this_one() -> None:
    event = stored(ProjectAdmitted(mandate=mandate("c"), project="p1"))
    with pytest.raises(FactUnreadable):
        MAPPER.fact("project.withdrawn", event.data)


@pytest.mark.parametrize("version", [0, -1])
def test_a_version_below_the_first_is_unreadable(version: int) -> None:
    event = stored(ProjectAdmitted(mandate=mandate("c"), project="p1"))
    assert event.data.count(b'"v":1') == 1
    with pytest.raises(FactUnreadable, match="Expected 1 or more"):
        MAPPER.fact(event.type, event.data.replace(b'"v":1', b'"v":%d' % version))


def test_many_facts_read_at_once_are_those_that_can_be_read_one_by_one() -> None:
    name = "project.admitted"
    one = stored(ProjectAdmitted(mandate=mandate("c"), project="p1")).data
    assert MAPPER.are_facts(name, [one, one])
    assert MAPPER.are_facts(name, [])
    assert not MAPPER.are_facts("no.such", [one])
    for wrong in (b"", b" ", b"{}", b"null", one[:-1], one + b",", one + b"," + one, one.replace(b'"v":1', b'"v":2')):
        assert not MAPPER.are_facts(name, [one, wrong])
    assert not MAPPER.are_facts(name, [one + b"," + one, b" "]), "two in one and none in the other"


class GrantMade(Fact, frozen=True, kw_only=True, tag="grant.made"):
    """As it is in a later release: version 1 had `amount_yuan`, version 2 `amount_fen`, version 3 says for whom."""

    VERSION: ClassVar[int] = 3
    unit: str
    amount_fen: int
    purpose: str
    v: int = 3


def yuan_to_fen(content: dict[str, Any]) -> dict[str, Any]:
    return {**content, "amount_fen": content["amount_yuan"] * 100}


def with_purpose(content: dict[str, Any]) -> dict[str, Any]:
    return {**content, "purpose": "unstated"}


UPCASTERS = {("grant.made", 1): yuan_to_fen, ("grant.made", 2): with_purpose}
LATER = FactMapper({"grant.made": GrantMade}, UPCASTERS)
OLD = {
    1: b'{"type":"grant.made","mandate":%s,"unit":"u1","amount_yuan":5}',
    2: b'{"type":"grant.made","mandate":%s,"unit":"u1","amount_fen":500,"v":2}',
    3: b'{"type":"grant.made","mandate":%s,"unit":"u1","amount_fen":500,"purpose":"unstated","v":3}',
}


@pytest.mark.parametrize("version", [1, 2, 3])
def test_every_older_version_is_brought_up_to_date_step_by_step(version: int) -> None:
    data = OLD[version] % msgspec.json.encode(mandate("c"))
    expected = GrantMade(mandate=mandate("c"), unit="u1", amount_fen=500, purpose="unstated")
    assert LATER.fact("grant.made", data) == expected
    assert stored(expected, LATER).data == msgspec.json.encode(expected)


def test_an_upcaster_that_gives_a_wrong_fact_is_found_out() -> None:
    wrong = FactMapper({"grant.made": GrantMade}, {**UPCASTERS, ("grant.made", 2): lambda content: content})
    with pytest.raises(FactUnreadable, match="purpose"):
        wrong.fact("grant.made", OLD[1] % msgspec.json.encode(mandate("c")))


@pytest.mark.parametrize("name,mapper", [("fund.taken_back", MAPPER), ("grant.made", LATER)])
def test_a_version_of_a_newer_release_is_refused_whether_or_not_it_could_be_read(name: str, mapper: FactMapper) -> None:
    for rest in (
        b"",
        b',"fund":"a","amount_fen":1,"unit":"u","purpose":"x","mandate":' + msgspec.json.encode(mandate("c")),
    ):
        with pytest.raises(FactTooNew, match="has version 9"):
            mapper.fact(name, b'{"type":"%s","v":9%s}' % (name.encode(), rest))


def test_a_registry_that_could_not_read_what_it_writes_is_refused_at_the_start() -> None:
    class Forgotten(Fact, frozen=True, kw_only=True, tag="grant.made"):
        VERSION: ClassVar[int] = 2

    with pytest.raises(ValueError, match="no upcaster from"):
        FactMapper({"grant.made": GrantMade}, {("grant.made", 1): yuan_to_fen})
    with pytest.raises(ValueError, match="field v has the default 1"):
        FactMapper({"grant.made": Forgotten}, UPCASTERS)
    with pytest.raises(ValueError, match="stored name"):
        FactMapper({"grant.given": GrantMade}, UPCASTERS)


def test_every_fact_of_the_registry_has_a_name_of_its_own_and_a_mapper_can_be_built() -> None:
    assert len({kind.stored_name() for kind in FACT_BY_NAME.values()}) == len(FACT_BY_NAME)
    assert all(kind.stored_name() == name for name, kind in FACT_BY_NAME.items())
    assert {TrancheReceived, FundAmended} <= set(FACT_BY_NAME.values())
