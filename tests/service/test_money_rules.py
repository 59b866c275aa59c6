"""A county under every rule about money, projects and resources: planned, printed, approved, paid and closed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from documents.citations import Citations
from domain.decisions.arrivals import ReceivePledge
from domain.decisions.hearing import AnnouncePlan, CloseObjections, ReviewPlan
from domain.decisions.paying import Disburse
from domain.decisions.works import AcceptProject, StartProject
from optimizer.rules import stated_rules
from service.county import County
from service.outputs import console_summary, write_outputs
from service.plan_life import approve, commit_line
from service.plan_reading import findings
from service.planning import Planned, compute, draft_and_propose
from service.policies import parse_policy
from service.prepare import prepare
from service.registers import current_register
from tests.service.small import (
    APPROVER,
    PLANNER,
    REVIEWER,
    TABLES,
    TREASURER,
    edited_policy,
    small_county,
    write_policy,
    write_register,
)

RULES = """\
  - {rule: bundle, id: rooms-together, clause: M06, projects: [p1, p2], within: neighbours, discount_share: 0.1}
  - {rule: bundle, id: begun-is-finished, clause: M06, category: rules, within: county, kind: should, priority_class: 2}
  - {rule: matched-grant, id: city-matches, clause: M10, fund: city, local_funds: [beautiful], ratio: 0.25}
  - {rule: both-ends, id: ends, clause: M12, best: stars >= 5, last: stars <= 2, best_share: 0.05, last_share: 0.2}
  - {rule: rented-office, id: offices-first, clause: M19, purposes: [construction]}
  - rule: reward-tiers
    id: tiers
    clause: M22
    fund: reward
    result: last_result
    tiers: [{from_result: 60}, {from_result: 80}]
  - {rule: resource, id: crews, clause: M26, quantity: crew_days, at_most: 90.5}
  - rule: resource
    id: crews-by-town
    clause: M26
    quantity: crew_days
    each: township
    at_least: 1000
    kind: should
    priority_class: 3
  - {rule: linear, id: reach, clause: M26, terms: [{quantity: households}], at_most: 900}
  - rule: linear
    id: wishes
    clause: M44
    terms: [{quantity: projects, factor: 0.5}, {quantity: benefit}]
    at_least: 5000
    kind: should
    priority_class: 4
"""
FUNDS = """\
  city: {clause: M10, pledges_confidence: 0.8, envelopes: {projects_at_most_share: 1}}
  reward:
    clause: M22
    mode: optimize
    formula: {factors: [{id: reward, clause: M22, share: 1, weight: weight, label: {zh: 奖补, en: Reward}}]}
rules:
"""


def with_columns(table: str, **columns: str) -> str:
    """A table of the small county with more columns, the values in order of its rows."""
    head, *rows = TABLES[table].splitlines()
    more = [values.split() for values in columns.values()]
    lines = [",".join([head, *columns])]
    lines += [",".join([row, *(values[n] for values in more)]) for n, row in enumerate(rows)]
    return "\n".join(lines) + "\n"


@pytest.fixture
def county(tmp_path: Path) -> Iterator[County]:
    funds = with_columns("funds", by="- " * 5, pledge_kind="- " * 5).replace(",-", ",")
    funds = funds.replace(",80000,", ",38000,").replace(",50000,", ",38000,")
    funds = "".join(row for row in funds.splitlines(keepends=True) if not row.startswith("tranche,b2"))
    funds += "fund,city,,市级补助,City grant,finance,2026-9,2026,construction,5000,,,,\n"
    funds += "pledge,g1,city,,,,,,,4000,2026-06-01,,a helper,money\n"
    funds += "fund,reward,,奖补资金,Rewards,finance,2026-10,2026,service,30000,,,,\n"
    tables = {
        "units": with_columns("units", office_rented_out="no no yes no no no", last_result="55 70 90 60 81 85"),
        "projects": with_columns("projects", returns_office="no no no no no no", crew_days="40.5 20 10 5 18 2.25"),
        "funds": funds,
    }
    with small_county(tmp_path) as found:
        folder = write_register(tmp_path / "register", **tables)
        policy = write_policy(tmp_path / "policy.yaml", edited_policy(("rules:\n", FUNDS + RULES)))
        list(prepare(found, PLANNER, register=str(folder), policy=policy))
        yield found


def planned(county: County) -> Planned:
    return draft_and_propose(county, compute(county), PLANNER)


def test_a_plan_under_every_such_rule_keeps_them_and_says_so_in_all_its_papers(county: County, tmp_path: Path) -> None:
    made = planned(county)
    plan = made.computed.plan
    paid = {line.line: line.amount_fen for line in plan.lines}
    assert (paid["beautiful.p1"] + paid.get("city.p1", 0), paid["beautiful.p2"] + paid.get("city.p2", 0)) == (
        27_000_00,
        16_200_00,
    )
    assert next(use.amount_fen for use in plan.funds if use.fund == "city") == 8_200_00
    assert sum(fen for name, fen in paid.items() if name.startswith("city.")) > 5_000_00, "a pledge is counted on"
    assert not any(line.project == "p3" for line in plan.lines), "the office of v3 is rented out"
    assert not any(line.line == "reward.v1" for line in plan.lines), "v1 reaches no tier"
    for lang in ("zh", "en"):
        written = {p.name: p for p in write_outputs(made, tmp_path / lang, lang=lang)}
        report = written["report.html"].read_text(encoding="utf-8")
        for said in ("捆绑打包", "Bundled projects", "抓两头", "Rewards by tiers", "工日", "crew-days", "M19"):
            assert said in report
        assert json.loads(written["plan.json"].read_text(encoding="utf-8"))["verified"]
        assert written["distribution.xlsx"].stat().st_size > 5_000
        console_summary(made, lang)


def test_every_such_rule_is_cited_in_words_and_with_its_clause(county: County) -> None:
    policy = compute(county).loaded.policy
    citations = Citations(policy)
    for rule in stated_rules(policy):
        cited = citations[rule.id]
        assert cited.clause == rule.clause
        assert rule.id not in (cited.label.zh, cited.label.en), "named in words, not by its id"


def test_a_bundle_at_its_lower_price_is_approved_committed_paid_and_accepted(county: County) -> None:
    made = planned(county)
    plan, day = made.plan_id, county.today()
    county.decide(ReviewPlan(mandate=county.mandate(REVIEWER, why="read"), plan=plan, opinion="sound"))
    announced = county.mandate(PLANNER, why="shown", effective_on=day - timedelta(days=10))
    county.decide(AnnouncePlan(mandate=announced, plan=plan, objections_until=day - timedelta(days=3)))
    county.decide(CloseObjections(mandate=county.mandate(PLANNER, why="over", effective_on=day), plan=plan))
    arrival = county.mandate(TREASURER, why="the helper paid")
    county.decide(
        ReceivePledge(mandate=arrival, fund="city", pledge="g1", amount_fen=4_000_00)
    )  # money that comes after a plan counted on it does not undo the plan (M07)
    approve(county, plan, county.mandate(APPROVER, why="resolved"))
    lines = [line for line in made.computed.plan.lines if line.project == "p2"]
    for line in lines:
        commit_line(county, plan, line.line, county.mandate(TREASURER, why="the contract is signed"))
        county.decide(
            Disburse(
                mandate=county.mandate(TREASURER, why="the bill came"),
                disbursement=f"d-{line.fund}",
                commitment=f"{plan}.{line.line}",
                amount_fen=line.amount_fen,
                payee="Builders",
                voucher=line.line,
            )
        )
    assert sum(line.amount_fen for line in lines) == 16_200_00
    county.decide(StartProject(mandate=county.mandate(PLANNER, why="begun"), project="p2"))
    county.decide(AcceptProject(mandate=county.mandate(PLANNER, why="done"), project="p2", evidence="inspected"))
    register = current_register(county)
    assert register is not None
    assert register.projects["p2"].stage == "accepted"
    assert findings(county, plan) == []


def test_a_policy_text_with_all_of_them_is_read_back_as_it_was_written(county: County) -> None:
    loaded = compute(county).loaded
    assert parse_policy(loaded.text).policy == loaded.policy
