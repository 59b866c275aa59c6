"""Pledges counted to a stated confidence: what came, part of what is owed, nothing in kind; by both sides."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from domain.hashing import case_hash
from domain.policy.faults import PolicyFaults
from domain.policy.loading import LoadedPolicy
from domain.register import Pledge, Register
from optimizer.certificate.making import NotCertifiable, certify
from optimizer.checking.audit import PlanAudit
from optimizer.planning import solve_plan
from optimizer.verify import verify
from tests.optimizer.hand import (
    K,
    best_plan,
    built,
    by_formula,
    case_of,
    fund,
    grants_k,
    policy,
    project,
    projects_only,
    register,
    unit,
)


def pledge(code: str, amount_k: int, **differs: Any) -> Pledge:
    ordinary: dict[str, Any] = {"by": "helper", "kind": "money"}
    return Pledge(code=code, amount_fen=amount_k * K, **{**ordinary, **differs})


def county(*pledges: Pledge) -> Register:
    return register([unit("A")], [project("P", "A", 20)], [fund("F", 10, pledges=pledges)])


def counting(confidence: float | None) -> LoadedPolicy:
    spec = projects_only() if confidence is None else {**projects_only(), "pledges_confidence": confidence}
    return policy({"F": spec})


PROMISED = (pledge("ONE", 9, arrived_fen=3 * K), pledge("TWO", 8), pledge("GOODS", 99, kind="in_kind"))
"""Three thousand came, fourteen are owed, and goods that are no money."""


@pytest.mark.parametrize(
    "confidence,total_k",
    [(None, 10), (0, 13), (0.5, 20), (0.55, 20), (0.8, 24), (1, 27)],
)
def test_a_plan_counts_what_came_and_its_share_of_what_is_owed_in_whole_quanta(
    confidence: float | None, total_k: int
) -> None:
    """0.55 × 14 are 7.7 and 0.8 × 14 are 11.2 thousand, down to 7 and 11."""
    found, loaded = county(*PROMISED), counting(confidence)
    assert case_of(found, loaded).funds["F"].total_fen == total_k * K
    assert PlanAudit(found, loaded.policy, (), ()).total_fen("F") == total_k * K
    plan = best_plan(found, loaded)
    assert plan.funds[0].amount_fen == total_k * K
    assert built(plan) == ({"P"} if total_k >= 20 else set())


def test_a_pledge_that_brought_more_than_promised_owes_nothing() -> None:
    assert case_of(county(pledge("ONE", 5, arrived_fen=7 * K)), counting(1)).funds["F"].total_fen == 17 * K


def test_formula_money_counts_pledges_too() -> None:
    found = register([unit("A"), unit("B")], [], [fund("F", 10, pledges=(pledge("ONE", 10),))])
    plan = best_plan(found, policy({"F": {**by_formula(), "pledges_confidence": 0.5}}))
    assert grants_k(plan, "F") == {"A": 8, "B": 7}


def test_a_plan_on_pledges_stands_on_them_and_another_does_not() -> None:
    before, after = county(*PROMISED), county(*PROMISED[:1])
    hashes = {c: [case_of(one, counting(c)).instance_hash for one in (before, after)] for c in (None, 0.8)}
    assert hashes[None][0] == hashes[None][1] == case_hash(before, counting(None).policy_hash)
    assert hashes[0.8][0] != hashes[0.8][1]
    plan = solve_plan(case_of(before, counting(0.8)))
    assert {v.rule for v in verify(after, counting(0.8), plan)} >= {"hash", "budget"}


def test_the_verifier_refuses_a_fund_that_counts_more_than_the_policy_trusts() -> None:
    found, loaded = county(*PROMISED), counting(0.8)
    plan = best_plan(found, loaded)
    use = replace(plan.funds[0], amount_fen=27 * K, unallocated_fen=7 * K)
    assert "budget" in {v.rule for v in verify(found, loaded, replace(plan, funds=(use,)))}


def test_no_certificate_is_made_of_what_its_check_does_not_count() -> None:
    found, loaded = county(*PROMISED), counting(0.8)
    with pytest.raises(NotCertifiable, match="pledges_confidence"):
        certify(case_of(found, loaded), best_plan(found, loaded))


@pytest.mark.parametrize("confidence", [1.01, -0.1])
def test_a_confidence_is_a_share(confidence: float) -> None:
    with pytest.raises(PolicyFaults, match="pledges_confidence"):
        counting(confidence)
