"""A late request: where it fits, what it would take, and whose place, against every way to pay written down."""

from __future__ import annotations

import random
from itertools import product

import msgspec

from domain.plan import Plan, PlanLine
from optimizer.case import Case
from optimizer.checking.audit import PlanAudit
from optimizer.planning import solve_plan
from optimizer.reasons.late import late_request
from optimizer.rules import rules_in_force
from optimizer.solve.order import NoPlan
from tests.conftest import SEED
from tests.optimizer import hand
from tests.optimizer.brute import spreads
from tests.optimizer.small import small_county


def can_be_paid(case: Case, projects: list[str], room: dict[str, int]) -> bool:
    """Whether any split of the costs over payers stays within what each fund has, in quanta."""
    ways = []
    for code in projects:
        payers = case.payers[code]
        ways.append(
            [dict(zip(payers, p, strict=True)) for p in spreads(case.cost_quanta(code), [room[f] for f in payers])]
        )
    for way in product(*ways):
        used = {fund: sum(part.get(fund, 0) for part in way) for fund in room}
        if all(used[fund] <= room[fund] for fund in room):
            return True
    return False


def test_on_small_counties_what_fits_and_what_must_go_is_what_brute_force_can_pay() -> None:
    compared = 0
    for n in range(80):
        case = small_county(random.Random(f"{SEED}:late:{n}")).case
        if any(fund.decides_grants for fund in case.funds.values()):
            continue
        try:
            plan = solve_plan(case)
        except NoPlan:
            continue
        built = sorted({line.project for line in plan.lines if line.project is not None})
        for project in case.projects:
            if project in built:
                continue
            compared += 1
            agrees(case, plan, project, built)
    assert compared > 25


def agrees(case: Case, plan: Plan, project: str, built: list[str]) -> None:
    found = late_request(case, plan, project)
    caps = {f.code: case.quanta(f.projects_fen) for f in case.funds.values()}
    left = {f: found.left_fen.get(f, 0) // case.quantum_fen for f in caps}
    cost, q = case.cost_quanta(project), case.quantum_fen
    for fund in case.payers[project]:
        own = [line for line in plan.lines if line.fund == fund]
        spent = sum(line.amount_fen for line in own if line.project is not None)
        free = case.funds[fund].total_fen - sum(line.amount_fen for line in own)
        assert found.left_fen[fund] == min(case.funds[fund].projects_fen - spent, free)
    reachable = min(cost, sum(left[f] for f in case.payers[project]))
    assert found.more_fen == (cost - reachable) * q
    assert (found.as_it_is is None) or can_be_paid(case, [project], left)
    swaps = can_be_paid(case, [*built, project], caps)
    if found.as_it_is is None and found.swapped is not None:
        assert swaps
    if found.displaced is not None:
        assert found.as_it_is is None
        assert found.swapped is None
        kept = [code for code in built if code != found.displaced]
        assert can_be_paid(case, [*kept, project], caps)
    for place in (found.as_it_is, found.swapped, found.instead):
        if place is not None:
            assert sum(place.pays.values()) == case.cost_fen(project)
            assert place.broken == ()
    if found.as_it_is is None and found.swapped is None and found.instead is None and not case.policy.rules:
        needs = bool(case.projects[project].requires or case.projects[project].variant_group)
        depended = any(case.projects[b].requires or case.projects[b].variant_group for b in built)
        if not needs and not depended:
            assert not any(can_be_paid(case, [*(b for b in built if b != o), project], caps) for o in built)


def county(*, works_k: int = 60, **late: object) -> tuple[Case, Plan]:
    """Works of 60: a hall of 40 and a well of 15 are built, 5 are left; a gate of 12 comes late."""
    register = hand.register(
        [hand.unit("U1"), hand.unit("U2")],
        [hand.project("hall", "U1", 40), hand.project("well", "U2", 15)],
        [hand.fund("works", works_k)],
    )
    loaded = hand.policy({"works": hand.projects_only()})
    plan = hand.best_plan(register, loaded)
    assert hand.built(plan) == {"hall", "well"}
    gate = hand.project("gate", "U2", 12, **late)
    return hand.case_of(msgspec.structs.replace(register, projects={**register.projects, "gate": gate}), loaded), plan


def test_what_is_left_pays_for_a_late_project_and_nothing_moves() -> None:
    case, plan = county(works_k=70)
    found = late_request(case, plan, "gate")
    assert found.as_it_is is not None
    assert found.as_it_is.pays == {"works": 12 * hand.K}
    assert (found.as_it_is.units, found.as_it_is.projects, found.as_it_is.worsened) == ((), (), ())
    assert found.more_fen == 0


def test_without_enough_left_it_takes_the_place_of_the_project_whose_loss_is_best_borne() -> None:
    """5 are left, 7 short; without the well 20 are free. The hall would free more, at a loss of 40 points."""
    case, plan = county()
    found = late_request(case, plan, "gate")
    assert (found.as_it_is, found.swapped) == (None, None)
    assert (found.left_fen, found.more_fen) == ({"works": 5 * hand.K}, 7 * hand.K)
    assert found.displaced == "well"
    assert found.instead is not None
    assert [(m.code, m.more_fen) for m in found.instead.projects] == [("well", -15 * hand.K)]
    assert found.instead.worsened == ("welfare", "benefit")


def test_a_late_project_that_no_fund_may_pay_for_or_that_lacks_its_prerequisite_is_told_so() -> None:
    case, plan = county(purposes=("art",))
    assert late_request(case, plan, "gate").obstacle == "no-fund"
    case, plan = county(works_k=70, requires=("bridge",))
    found = late_request(case, plan, "gate")
    assert found.lacking == ("bridge",)
    assert (found.as_it_is, found.swapped, found.instead) == (None, None, None)


def test_no_place_is_offered_in_which_a_must_rule_would_lack_more() -> None:
    offered = 0
    for n in range(60):
        case = small_county(random.Random(f"{SEED}:late-rules:{n}")).case
        try:
            plan = solve_plan(case)
        except NoPlan:
            continue
        for project in set(case.projects) - {line.project for line in plan.lines}:
            found = late_request(case, plan, project)
            if found.as_it_is is None:
                continue
            unit = case.projects[project].unit
            lines = [
                PlanLine(line=fund, fund=fund, unit=unit, project=project, amount_fen=fen, parts={}, rules=())
                for fund, fen in found.as_it_is.pays.items()
            ]
            audit = PlanAudit(case.register, case.policy, (*plan.lines, *lines), plan.sites)
            musts = [rule for rule in rules_in_force(case.policy) if rule.kind == "must"]
            assert not any(True for rule in musts for _ in rule.check(audit))
            offered += 1
    assert offered > 0
