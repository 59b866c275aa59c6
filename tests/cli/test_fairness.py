"""`tongchou audit-fairness` on a small county: the newest plan, tables, JSON, and a store without a plan."""

from __future__ import annotations

from tests.cli.running import DONE, REFUSED, Desk
from tests.service.small import write_policy, write_register


def test_the_newest_plan_is_measured_and_audited(desk: Desk) -> None:
    desk.run("plan", "--register", write_register(desk.folder), "--policy", write_policy(desk.folder / "policy.yaml"))
    said = desk.run("audit-fairness")
    assert said.code == DONE
    assert "Gini" in said.out
    assert "Pareto" in said.out
    content = desk.run("audit-fairness", "--json").json
    assert content["promises_kept"] is True
    assert content["pareto"]["decided"] is True
    assert content["grants"]["gini"] in said.out
    chinese = desk.run("audit-fairness", content["plan"], "--lang", "zh")
    assert "基尼系数" in chinese.out
    assert "资金 service（" not in chinese.out
    assert "households" not in chinese.out
    assert "¥" not in chinese.out


def test_a_store_without_a_plan_says_what_to_do(desk: Desk) -> None:
    desk.run("register", "import", write_register(desk.folder))
    said = desk.run("audit-fairness")
    assert said.code == REFUSED
    assert "tongchou plan" in said.err


def test_a_fund_left_to_the_objectives_is_measured_and_not_said_to_break_a_promise(desk: Desk) -> None:
    desk.run("plan", "--register", "city-reward", "--store", "sqlite:///city.db")
    said = desk.run("audit-fairness", "--store", "sqlite:///city.db")
    assert said.code == DONE
    assert "measured departures" in said.out
    assert "breaches of what the formula promises" not in said.out
