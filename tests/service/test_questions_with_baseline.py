"""Questions about a plan under a policy that compares with an earlier one: the case is built with that plan (M45)."""

from __future__ import annotations

from pathlib import Path

from service.baselines import baseline_for
from service.planning import compute, draft_and_propose, plans_at
from service.policy_check import check_policy
from service.prepare import prepare
from service.registers import moment
from service.shortfalls import shortfalls
from service.why import asked, why
from tests.service.small import PLANNER, small_county, write_policy, write_register
from tests.service.test_baselines import approved, with_changes


def test_a_plan_that_counts_its_changes_is_explained_and_its_policy_checked(tmp_path: Path) -> None:
    with small_county(tmp_path) as county:
        policy = write_policy(tmp_path / "policy.yaml")
        list(prepare(county, PLANNER, register=str(write_register(tmp_path / "register")), policy=policy))
        approved(county)
        with_changes(county, tmp_path, 2)
        made = draft_and_propose(county, compute(county), PLANNER)
        about = asked(county, made.plan_id)
        assert why(about, "v1").found.total_fen > 0
        assert isinstance(shortfalls(made.computed), list)
        loaded = made.computed.loaded
        baseline = baseline_for(plans_at(county, moment(county)), loaded.policy)
        assert baseline is not None
        assert not check_policy(loaded, about.register, baseline=baseline).impossible
