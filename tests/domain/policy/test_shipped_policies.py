"""The shipped policies: they load without a fault, fit their registers, and give what their comments promise."""

from __future__ import annotations

from fractions import Fraction

import pytest

from domain.figures import known_names
from domain.formula import FormulaSplit, formula_grants
from domain.policy.loading import LoadedPolicy, load_policy
from domain.register import Register
from domain.scoring import may_receive, score, unit_values
from optimizer.rules import RULES
from scenarios.middlesbrough import SHIPPED, middlesbrough
from scenarios.synthetic.county import county

LIBRARY = SHIPPED.parent
YUAN = 100


@pytest.fixture(scope="module")
def registers() -> dict[str, Register]:
    source, areas = SHIPPED / "source" / "areas.csv", SHIPPED / "areas.geojson"
    real = middlesbrough(source.read_text(encoding="utf-8"), areas.read_text(encoding="utf-8"))
    return {"x-county": county(), "middlesbrough": real}


def load(name: str, register: Register | None = None) -> LoadedPolicy:
    path = LIBRARY / name / "policy.yaml"
    haves = load(name).policy.checklist if register else ()
    names = known_names(register, haves) if register else None
    return load_policy(path.read_text(encoding="utf-8"), RULES, source=str(path.name), names=names)


def split(loaded: LoadedPolicy, register: Register, fund: str, envelope_fen: int) -> FormulaSplit:
    policy = loaded.policy
    formula = policy.funds[fund].formula
    assert formula is not None
    towns = register.townships
    units = [
        code
        for code, unit in sorted(register.units.items())
        if may_receive(register.funds[fund], unit_values(unit, towns[unit.township], policy.checklist))
    ]
    return formula_grants(
        formula,
        units=units,
        register=register,
        checklist=policy.checklist,
        scores=score(policy, register),
        envelope_fen=envelope_fen,
        quantum_fen=policy.quantum_fen,
    )


@pytest.mark.parametrize("name", ["x-county", "middlesbrough"])
def test_a_shipped_policy_names_only_figures_and_funds_its_register_has(
    name: str, registers: dict[str, Register]
) -> None:
    loaded = load(name, registers[name])
    assert set(loaded.policy.funds) == set(registers[name].funds) == {"beautiful", "service"}
    assert loaded.policy.policy == name


@pytest.mark.parametrize("name", ["x-county", "middlesbrough"])
def test_every_unit_of_a_shipped_register_can_be_scored(name: str, registers: dict[str, Register]) -> None:
    scores = score(load(name).policy, registers[name])
    assert len(scores.need) == 90
    assert all(1 <= scores.priority[unit] <= Fraction("2.6") for unit in scores.priority)


def test_the_county_gives_every_unit_its_floor_and_the_rest_by_weight_to_the_fen(
    registers: dict[str, Register],
) -> None:
    register, loaded = registers["x-county"], load("x-county")
    fund = loaded.policy.funds["service"]
    total = register.funds["service"].plannable_fen
    projects = fund.envelopes.most_for_projects_fen(total)
    assert (total, projects) == (4_500_000 * YUAN, 450_000 * YUAN)
    grants = split(loaded, register, "service", total - projects)
    assert grants.unallocated_fen == 0
    assert sum(parts["floor"] for parts in grants.parts.values()) == 2_250_000 * YUAN
    assert sum(grants.grant_fen(unit) for unit in grants.parts) == 4_050_000 * YUAN
    whole = split(loaded, register, "service", total)
    assert all(whole.grant_fen(unit) >= grants.grant_fen(unit) for unit in grants.parts)


def test_the_county_gives_backward_units_more_per_household_than_the_others(registers: dict[str, Register]) -> None:
    register = registers["x-county"]
    grants = split(load("x-county"), register, "service", 4_050_000 * YUAN)

    def per_household(backward: bool) -> Fraction:
        units = [unit for unit in register.units.values() if unit.backward is backward]
        return Fraction(sum(grants.grant_fen(unit.code) for unit in units), sum(unit.households for unit in units))

    assert per_household(True) > Fraction(5, 4) * per_household(False)


def test_all_money_of_the_county_for_projects_is_the_construction_fund(registers: dict[str, Register]) -> None:
    beautiful = load("x-county").policy.funds["beautiful"]
    assert beautiful.formula is None
    assert beautiful.envelopes.most_for_projects_fen(2_000_000 * YUAN) == 2_000_000 * YUAN
    assert beautiful.envelopes.rest == "unallocated"


def test_both_funds_of_the_real_place_are_split_whole_by_official_need(registers: dict[str, Register]) -> None:
    register, loaded = registers["middlesbrough"], load("middlesbrough")
    for code, fund in register.funds.items():
        grants = split(loaded, register, code, fund.plannable_fen)
        assert grants.unallocated_fen == 0
        assert len(grants.parts) == 90
        assert sum(grants.grant_fen(unit) for unit in grants.parts) == fund.plannable_fen
    need = score(loaded.policy, register).need
    beautiful = split(loaded, register, "beautiful", register.funds["beautiful"].plannable_fen)
    total = sum(need.values())
    for unit, fen in ((unit, beautiful.grant_fen(unit)) for unit in beautiful.parts):
        assert abs(fen - 2_000_000 * YUAN * need[unit] / total) <= 100 * YUAN, "pro rata to within one quantum"


def test_the_two_policies_ask_for_nothing_their_register_cannot_answer(registers: dict[str, Register]) -> None:
    assert not load("middlesbrough").policy.rules
    assert not registers["middlesbrough"].projects
    asked = {rule.clause for rule in load("x-county").policy.rules}
    assert asked >= {"M11", "M12", "M13", "M14", "M20"}
