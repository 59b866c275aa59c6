"""What each change does to a register and a policy, worked out by hand on the small county."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scenarios.situation import Situation, steps_of
from tests.scenarios.before import after, before


def rule(situation: Situation, name: str) -> dict[str, object]:
    """A rule of a policy as its file writes it."""
    return next(one for one in situation.policy_data["rules"] if one["id"] == name)


def test_a_value_is_set_and_nothing_else_changes() -> None:
    now = after("{set: units.v1.stars, from: 2, to: 4, why: x}")
    assert now.register.units["v1"].stars == 4
    assert now.with_entry("units", "v1", before().register.units["v1"]).register == before().register
    assert now.loaded.policy_hash == before().loaded.policy_hash
    assert now.touched == {("units", "v1")}


def test_amounts_are_yuan_in_the_register_and_in_the_policy() -> None:
    now = after(
        "{set: funds.service.amount_yuan, from: 60000, to: 61234.56, why: x}",
        "{set: policy.funds.service.formula.floor_yuan, from: 5000, to: 4000, why: x}",
    )
    assert now.register.funds["service"].amount_fen == 6123456
    assert now.policy_data["funds"]["service"]["formula"]["floor_yuan"] == 4000


def test_a_key_the_policy_may_have_and_does_not_write_yet_is_set() -> None:
    now = after("{set: policy.funds.service.formula.cap_yuan, to: 20000, why: x}")
    assert now.policy_data["funds"]["service"]["formula"]["cap_yuan"] == 20000


@given(st.integers(0, 10**7), st.decimals(0, 3, places=3))
def test_scaled_amounts_are_rounded_half_even_to_whole_fen(fen: int, by: Decimal) -> None:
    yuan = f"{fen // 100}.{fen % 100:02d}"
    now = after(
        f"{{set: units.v1.income_yuan, to: {yuan}, why: x}}", f"{{scale: units.v1.income_yuan, by: {by}, why: x}}"
    )
    scaled = now.register.units["v1"].income_fen
    assert scaled == round(Fraction(fen) * Fraction(by))


def test_a_star_and_a_condition_keep_those_it_holds_for() -> None:
    now = after("{set: units.*.office_rented_out, to: true, where: backward, why: x}")
    assert [code for code, unit in now.register.units.items() if unit.office_rented_out] == ["v1", "v4"]
    projects = after("{scale: projects.*.cost_yuan, by: 0.5, where: backward and category == 'place', why: x}")
    assert projects.touched == {("projects", "p1")}, "a project is asked for itself and for its unit"


def test_a_condition_sees_what_earlier_changes_did() -> None:
    now = after("{set: units.v2.backward, to: true, why: x}", "{set: units.*.stars, to: 1, where: backward, why: x}")
    assert [now.register.units[code].stars for code in ("v1", "v2", "v3", "v4")] == [1, 1, 4, 1]


def test_tranches_still_to_come_shrink_with_their_fund_and_arrived_money_stays() -> None:
    smaller = after("{set: funds.beautiful.amount_yuan, to: 60000, why: x}").register.funds["beautiful"]
    assert {one.code: one.amount_fen for one in smaller.tranches} == {"b1": 5000000, "b2": 1000000}
    smallest = after("{set: funds.beautiful.amount_yuan, to: 40000, why: x}").register.funds["beautiful"]
    assert {one.code: one.amount_fen for one in smallest.tranches} == {"b1": 5000000, "b2": 0}


def test_a_tranche_is_put_off_by_its_date() -> None:
    fund = after("{set: funds.beautiful.tranches.b2.due_on, to: 2027-01-31, why: x}").register.funds["beautiful"]
    assert {one.code: one.due_on for one in fund.tranches} == {"b1": date(2026, 3, 1), "b2": date(2027, 1, 31)}


def test_entries_are_added_and_removed_as_files_write_them() -> None:
    now = after(
        "{add: duties, entry: {code: grid, name: 网格, unit: v6, fund: service, amount_yuan: 1200.5}, why: x}",
        "{add: policy.rules, entry: {rule: cap, id: low-cap, clause: M13, amount_yuan: 50000}, why: x}",
        "{remove: policy.rules.nobody-above-cap, why: x}",
        "{remove: projects.*, where: stars >= 4, why: x}",
    )
    assert now.register.duties["grid"].amount_fen == 120050
    assert rule(now, "low-cap")["amount_yuan"] == 50000
    assert [one["id"] for one in now.policy_data["rules"]].count("nobody-above-cap") == 0
    assert sorted(now.register.projects) == ["p1", "p2", "p4", "p5"]


def test_codes_that_hold_dots_are_found_by_the_longest_that_fits() -> None:
    unit = before().register.units["v1"]
    dotted = before().with_entry("units", "v1.stars", unit).with_entry("units", "v1.stars.old", unit)
    assert steps_of("units.v1.poor", dotted) == [["units", "v1", "poor"]]
    assert steps_of("units.v1.stars.poor", dotted) == [["units", "v1.stars", "poor"]]
    assert steps_of("units.v1.stars.old.poor", dotted) == [["units", "v1.stars.old", "poor"]]


@pytest.mark.parametrize("path", ["units.*", "policy.rules.*.clause", "funds.*.tranches.b1.amount_yuan"])
def test_a_star_stands_for_every_entry(path: str) -> None:
    some = {"units": 6, "policy": 5, "funds": 2}
    assert len(steps_of(path, before())) == some[path.split(".", maxsplit=1)[0]]
