"""The verifier: an untouched plan has no fault; whatever is tampered with is found and named, however well hidden."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import pytest

from domain.plan import NotFunded, Plan, PlanLine
from optimizer.verify import verify
from tests.optimizer import medium
from tests.optimizer.forging import changed, forged, line_of, with_amount
from tests.optimizer.hand import K, best_plan, built, fund, policy, project, projects_only, register, unit


def faults(plan: Plan) -> set[str]:
    """The rules and checks the verifier names."""
    return {violation.rule for violation in verify(medium.county(), medium.loaded(), plan)}


def with_lines(**amounts_fen: int) -> Plan:
    """The plan forged with other amounts by line; 0 drops one."""

    def edit(line: PlanLine) -> PlanLine | None:
        fen = amounts_fen.get(line.line, line.amount_fen)
        return with_amount(line, fen) if fen else None

    return forged(medium.county(), medium.loaded(), medium.plan(), edit=edit)


def fen(name: str) -> int:
    return line_of(medium.plan(), name).amount_fen


def paid_by(fund: str, part: str = "project") -> list[PlanLine]:
    """Lines of projects that one fund pays alone, of one kind."""
    payers = Counter(line.project for line in medium.plan().lines)
    return [
        x for x in medium.plan().lines if x.fund == fund and x.project and payers[x.project] == 1 and part in x.parts
    ]


def test_an_untouched_plan_has_no_fault() -> None:
    assert verify(medium.county(), medium.loaded(), medium.plan()) == []


def test_a_plan_put_together_again_from_its_own_parts_has_no_fault() -> None:
    assert verify(medium.county(), medium.loaded(), forged(medium.county(), medium.loaded(), medium.plan())) == []


def test_a_fen_moved_between_two_units_of_a_formula_is_named() -> None:
    plan = with_lines(**{"service.U00": fen("service.U00") + 1, "service.U01": fen("service.U01") - 1})
    assert "service.formula" in faults(plan)


def test_a_quantum_moved_between_two_units_of_a_formula_breaks_the_divisor_inequality() -> None:
    quantum = medium.loaded().policy.quantum_fen
    plan = with_lines(**{"service.U00": fen("service.U00") + quantum, "service.U04": fen("service.U04") - quantum})
    sentences = [v.sentence for v in verify(medium.county(), medium.loaded(), plan)]
    assert any("should get another quantum" in sentence for sentence in sentences)
    assert any("its formula says" in sentence for sentence in sentences)


def test_a_fen_moved_between_two_projects_is_named() -> None:
    giver, taker = paid_by("beautiful")[:2]
    plan = with_lines(**{giver.line: giver.amount_fen - 1, taker.line: taker.amount_fen + 1})
    assert faults(plan) == {"full-funding"}


def test_a_fen_moved_between_two_funds_of_one_project_is_named() -> None:
    """Lawful while both have money, so it is moved until one has not."""
    left = 30 * K - fen("road-b.BRIDGE")
    lines = {"road-a.BRIDGE": fen("road-a.BRIDGE") - left - 1, "road-b.BRIDGE": fen("road-b.BRIDGE") + left + 1}
    assert faults(with_lines(**lines)) == {"budget", "envelope"}


def test_a_fen_moved_between_grants_that_the_objectives_decided_is_named() -> None:
    plan = with_lines(**{"care.U04": fen("care.U04") + 1, "care.U05": fen("care.U05") - 1})
    assert "care.formula" in faults(plan)


@pytest.mark.parametrize("more", [-1, 1])
def test_a_project_paid_one_fen_more_or_less_is_named(more: int) -> None:
    line = paid_by("beautiful")[0]
    assert "full-funding" in faults(with_lines(**{line.line: line.amount_fen + more}))


@pytest.mark.parametrize(
    "line,expected",
    [
        ("road-a.BRIDGE", "full-funding"),
        ("ponds.POND", "unfinished-first"),
        ("service.U01", "service.formula"),
        ("care.U01", "care.formula"),
        ("care.U04", "care.formula"),
    ],
)
def test_a_dropped_line_is_named(line: str, expected: str) -> None:
    assert expected in faults(with_lines(**{line: 0}))


@pytest.mark.parametrize("name", ["ponds.POND", "service.U01", "care.U04"])
@pytest.mark.parametrize("as_name", ["same", "service.U99"])
def test_a_doubled_line_is_named_under_its_own_name_and_under_another(name: str, as_name: str) -> None:
    line = line_of(medium.plan(), name)
    double = line if as_name == "same" else changed(line, line=as_name)
    assert faults(forged(medium.county(), medium.loaded(), medium.plan(), more=[double])) == {"lines"}


def without(project: str) -> Plan:
    return forged(
        medium.county(), medium.loaded(), medium.plan(), edit=lambda line: None if line.project == project else line
    )


def test_an_unfinished_project_dropped_under_a_must_rule_is_named() -> None:
    assert "unfinished-first" in faults(without("POND"))


def test_a_site_without_its_checklist_is_named() -> None:
    lacking = next(
        code
        for code, unit in medium.county().units.items()
        if unit.township.startswith("T") and len(unit.haves) < 4 and code not in medium.plan().sites
    )
    plan = forged(medium.county(), medium.loaded(), medium.plan(), sites=[*medium.plan().sites, lacking])
    found = verify(medium.county(), medium.loaded(), plan)
    assert any(v.rule == "demonstration-sites" and "still lack" in v.sentence for v in found)


def test_a_dropped_project_that_completed_a_site_is_named() -> None:
    completing = next(x for x in medium.plan().lines if "site" in x.parts and x.project is not None)
    found = verify(medium.county(), medium.loaded(), without(str(completing.project)))
    assert any(v.rule == "demonstration-sites" and completing.unit in v.sentence for v in found)


def test_a_site_where_no_rule_asks_for_one_is_named() -> None:
    plan = forged(medium.county(), medium.loaded(), medium.plan(), sites=[*medium.plan().sites, "U03"])
    assert "sites" in faults(plan)


def test_a_plan_one_fen_over_its_fund_is_named() -> None:
    line, left = paid_by("beautiful")[0], medium.plan().funds[0].unallocated_fen
    assert "budget" not in faults(with_lines(**{line.line: line.amount_fen + left}))
    assert "budget" in faults(with_lines(**{line.line: line.amount_fen + left + 1}))


def added(project: str, fund: str) -> Plan:
    record = medium.county().projects[project]
    line = PlanLine(
        line=f"{fund}.{project}",
        fund=fund,
        unit=record.unit,
        project=project,
        amount_fen=record.remaining_fen,
        parts={"project": record.remaining_fen},
        rules=("full-funding",),
    )
    return forged(medium.county(), medium.loaded(), medium.plan(), more=[line])


def test_a_project_beyond_the_envelope_is_named() -> None:
    assert {"budget", "envelope"} <= faults(added("SEA", "ponds"))


def test_a_fund_that_may_not_pay_is_named() -> None:
    assert "eligibility" in faults(added("STATUE", "ponds"))
    assert "eligibility" in faults(added("SMALL-POND", "beautiful"))


def test_a_fund_that_may_not_pay_this_unit_is_named() -> None:
    units = medium.county().units
    barred = [p for p in medium.county().projects.values() if units[p.unit].backward and not units[p.unit].poor]
    serving = next(p.code for p in barred if p.purposes == ("serve",))
    assert "eligibility" in faults(added(serving, "care"))


def test_a_withdrawn_project_is_named() -> None:
    assert "admitted" in faults(added("RUIN", "ponds"))


def test_two_variants_together_are_named() -> None:
    assert "variants" in faults(added("SPRING", "ponds"))


def test_a_project_without_its_prerequisite_is_named() -> None:
    assert "prerequisites" in faults(added("SQUARE", "ponds"))


def test_parts_that_do_not_add_up_are_named() -> None:
    line = line_of(medium.plan(), "service.U00")
    wrong = changed(line, parts={**line.parts, "need": line.parts["need"] - 1})
    assert faults(swapped(wrong)) == {"hash", "lines"}


@pytest.mark.parametrize(
    "name,parts,expected",
    [
        ("service.U00", ("need", "priority"), "service.formula"),
        ("service.U00", ("priority", "manual"), "service.formula"),
        ("care.U04", ("floor", "need"), "care.formula"),
        ("ponds.POND", ("project", "site"), "lines"),
        ("ponds.POND", ("project", "need"), "lines"),
    ],
)
def test_parts_that_add_up_but_are_not_those_of_the_rules_are_named(
    name: str, parts: tuple[str, str], expected: str
) -> None:
    line = line_of(medium.plan(), name)
    giver, taker = parts
    line = changed(line, parts={**line.parts, giver: line.parts[giver] - 1, taker: line.parts.get(taker, 0) + 1})
    plan = forged(medium.county(), medium.loaded(), medium.plan(), edit=lambda x: line if x.line == name else x)
    assert faults(plan) == {expected}


def swapped(line: PlanLine) -> Plan:
    """The plan with one line in the place of its namesake, and nothing else changed."""
    return changed(medium.plan(), lines=tuple(line if x.line == line.line else x for x in medium.plan().lines))


def with_objective(name: str, /, **differs: object) -> Plan:
    plan = medium.plan()
    objectives = tuple(changed(o, **differs) if o.name == name else o for o in plan.run.objectives)
    return changed(plan, run=changed(plan.run, objectives=objectives))


@pytest.mark.parametrize(
    "name,differs",
    [
        ("welfare", {"value": Decimal("1")}),
        ("welfare", {"bound": Decimal("1")}),
        ("welfare", {"gap": Decimal("0.5")}),
        ("welfare", {"tolerance": Decimal("0.01")}),
        ("welfare", {"unit": "yuan"}),
        ("welfare", {"sense": "min"}),
        ("welfare", {"raw_value": 5_000_000_000}),
        ("welfare", {"raw_bound": 9_000_000_000_000}),
        ("welfare", {"raw_floor": 1}),
        ("benefit", {"raw_bound": 9000, "bound": Decimal("9000")}),
        ("benefit", {"raw_floor": 1}),
        ("shortfall-2", {"raw_floor": 1}),
        ("shortfall-2", {"name": "shortfall-3"}),
    ],
)
def test_a_changed_figure_of_an_objective_is_named(name: str, differs: dict[str, object]) -> None:
    assert "objectives" in faults(with_objective(name, **differs))


def test_a_bound_below_the_value_is_named() -> None:
    assert "objectives" in faults(with_objective("benefit", raw_bound=80, bound=Decimal("80.000000")))


def test_a_plan_that_is_worse_than_its_own_bound_allows_is_named() -> None:
    """Dropping a project that nobody asks for makes a lawful plan, but not the one that was proven."""
    assert "objectives" in faults(without(str(paid_by("beautiful")[0].project)))


@pytest.mark.parametrize(
    "differs",
    [{"instance_hash": "0" * 64}, {"policy_hash": "0" * 64}, {"policy_version": 2}, {"policy": "x"}, {"rules": ()}],
)
def test_a_changed_run_record_is_named(differs: dict[str, object]) -> None:
    plan = medium.plan()
    assert "hash" in faults(changed(plan, run=changed(plan.run, **differs)))


def test_a_plan_counted_in_another_quantum_is_named() -> None:
    plan = medium.plan()
    parameters = {**plan.run.parameters, "quantum_fen": "200"}
    assert faults(changed(plan, run=changed(plan.run, parameters=parameters))) == {"objectives"}


def test_a_changed_hash_is_named() -> None:
    assert faults(changed(medium.plan(), plan_hash="0" * 64)) == {"hash"}


def with_claim(project: str, /, **differs: object) -> Plan:
    plan = medium.plan()
    return changed(
        plan, not_funded=tuple(changed(n, **differs) if n.project == project else n for n in plan.not_funded)
    )


@pytest.mark.parametrize(
    "project,differs",
    [
        ("SEA", {"missing_fen": 27_000_001}),
        ("SEA", {"missing_fen": 26_999_999}),
        ("SEA", {"reason": "no-fund", "missing_fen": 0}),
        ("SEA", {"reason": "variant", "detail": "WELL", "missing_fen": 0}),
        ("SEA", {"reason": "prerequisite", "detail": "STATUE", "missing_fen": 0}),
        ("SEA", {"reason": "rule", "detail": "pond-cap", "missing_fen": 0}),
        ("SEA", {"reason": "objective", "detail": "welfare", "missing_fen": 0}),
        ("SEA", {"reason": "by-hand", "missing_fen": 0}),
        ("SEA", {"project": "POND"}),
        ("SPRING", {"detail": "SEA"}),
        ("SPRING", {"detail": "SPRING"}),
        ("SPRING", {"reason": "no-money", "missing_fen": 1}),
        ("SMALL-POND", {"reason": "no-money", "missing_fen": 1}),
        ("SMALL-POND", {"detail": "no-such-rule"}),
        ("SMALL-POND", {"detail": "backward-share"}),
        ("SMALL-POND", {"reason": "objective", "detail": "benefit"}),
        ("SMALL-POND", {"missing_fen": 1}),
        ("SQUARE", {"detail": "POND"}),
        ("STATUE", {"reason": "no-money", "missing_fen": 1}),
    ],
)
def test_a_forged_reason_why_a_project_is_left_out_is_named(project: str, differs: dict[str, object]) -> None:
    assert faults(with_claim(project, **differs)) == {"left-out"}


def test_a_reason_left_out_or_given_twice_is_named() -> None:
    plan = medium.plan()
    assert faults(changed(plan, not_funded=plan.not_funded[1:])) == {"left-out"}
    assert faults(changed(plan, not_funded=(*plan.not_funded, plan.not_funded[0]))) == {"left-out"}


def test_a_lawful_plan_that_leaves_out_what_would_fit_cannot_say_why() -> None:
    line = paid_by("beautiful")[0]
    plan, project = without(str(line.project)), str(line.project)
    claims = [
        NotFunded(project=project, reason="no-money", detail="beautiful", missing_fen=line.amount_fen),
        NotFunded(project=project, reason="objective", detail="benefit"),
        NotFunded(project=project, reason="rule", detail="pond-cap"),
    ]
    for claim in claims:
        others = tuple(n for n in plan.not_funded if n.project != project)
        assert "left-out" in faults(changed(plan, not_funded=(*others, claim))), claim


@pytest.mark.parametrize(
    "claim",
    [
        {"reason": "rule", "detail": "share"},
        {"reason": "objective", "detail": "benefit"},
        {"reason": "objective", "detail": "shortfall-1"},
        {"reason": "no-money", "detail": "F", "missing_fen": 1},
    ],
)
def test_a_project_kept_out_by_one_rule_cannot_be_said_to_be_kept_out_by_another(claim: dict[str, object]) -> None:
    county = register([unit("A"), unit("B")], [project("P", "A", 29), project("Q", "A", 30)], [fund("F", 90)])
    loaded = policy(
        {"F": projects_only()},
        [
            {"rule": "cap", "amount_yuan": 40_000},
            {"rule": "share", "where": "backward", "at_most": 0.5},
            {"rule": "floor", "amount_yuan": 10_000, "kind": "should"},
        ],
    )
    plan = best_plan(county, loaded)
    assert plan.not_funded == (NotFunded(project="P", reason="rule", detail="cap"),)
    lie = changed(plan, not_funded=(changed(plan.not_funded[0], **claim),))
    assert [v.rule for v in verify(county, loaded, lie)] == ["left-out"]


def test_a_changed_account_of_a_fund_is_named() -> None:
    plan = medium.plan()
    first = changed(plan.funds[0], unallocated_fen=0)
    assert faults(changed(plan, funds=(first, *plan.funds[1:]))) == {"budget"}
    assert faults(changed(plan, funds=plan.funds[1:])) == {"budget"}


def test_a_line_of_an_unknown_fund_unit_or_project_is_named_without_a_crash() -> None:
    line = line_of(medium.plan(), "ponds.POND")
    for differs in ({"fund": "none"}, {"unit": "none"}, {"project": "none"}, {"line": "x"}, {"amount_fen": 0}):
        assert "lines" in faults(swapped_by_name("ponds.POND", changed(line, **differs)))


def swapped_by_name(name: str, line: PlanLine) -> Plan:
    return changed(medium.plan(), lines=tuple(line if x.line == name else x for x in medium.plan().lines))


def test_a_fund_that_left_the_pool_is_named() -> None:
    county = medium.county()
    funds = {**county.funds, "beautiful": changed(county.funds["beautiful"], pooled=False)}
    found = verify(changed(county, funds=funds), medium.loaded(), medium.plan())
    assert {"hash", "lines"} <= {v.rule for v in found}


def test_a_plan_of_a_county_whose_floors_no_longer_fit_is_a_finding_and_not_a_crash() -> None:
    county = medium.county()
    funds = {**county.funds, "service": changed(county.funds["service"], amount_fen=30_000_000)}
    found = verify(changed(county, funds=funds), medium.loaded(), medium.plan())
    assert {"hash", "budget", "case"} <= {v.rule for v in found}
    assert all(v.sentence.endswith(".") for v in found)


def test_the_plan_of_the_medium_county_has_something_of_everything() -> None:
    """So that the tests above have what they tamper with."""
    plan = medium.plan()
    reasons = {n.project: (n.reason, n.detail, n.missing_fen) for n in plan.not_funded}
    assert reasons["SEA"] == ("no-money", "ponds", 270 * K)
    assert reasons["SMALL-POND"] == ("rule", "pond-cap", 0)
    assert reasons["SPRING"] == ("variant", "WELL", 0)
    assert reasons["SQUARE"] == ("prerequisite", "STATUE", 0)
    assert reasons["STATUE"] == ("no-fund", "art", 0)
    assert {line.fund for line in plan.lines if line.project == "BRIDGE"} == {"road-a", "road-b"}
    assert {"BRIDGE", "POND", "WELL"} <= built(plan)
    assert any("site" in line.parts for line in plan.lines)
