"""`tongchou alternatives`, `trade-off`, `importance` and `robust` on a small county, as a planner would ask."""

from __future__ import annotations

import pytest

from tests.cli.running import DONE, REFUSED, USAGE, Desk
from tests.service.small import write_policy, write_register


@pytest.fixture
def planned(desk: Desk) -> Desk:
    """A folder whose store has a plan."""
    desk.run("plan", "--register", write_register(desk.folder), "--policy", write_policy(desk.folder / "policy.yaml"))
    return desk


@pytest.mark.parametrize("command", [["alternatives", "--loss", "0.5"], ["trade-off"], ["importance"], ["robust"]])
def test_every_question_is_answered_as_a_table_and_as_json(planned: Desk, command: list[str]) -> None:
    said = planned.run(*command)
    assert (said.code, said.err) == (DONE, "")
    assert planned.run(*command, "--lang", "zh").code == DONE
    content = planned.run(*command, "--json").json
    assert "2026-01" in (content.get("plan"), content.get("of"))


def test_what_a_robust_plan_lets_wait_is_told_for_the_sum_given(planned: Desk) -> None:
    content = planned.run("robust", "--short", "beautiful=80000", "--json").json
    assert content["short_fen"] == {"beautiful": 8_000_000}
    assert set(content["firm"]).isdisjoint(content["waiting"])


@pytest.mark.parametrize(
    "command, code, word",
    [
        (["alternatives", "--loss", "much"], USAGE, "0.01"),
        (["alternatives", "--loss", "nan"], USAGE, "0.01"),
        (["trade-off", "--between", "glory"], REFUSED, "welfare"),
        (["trade-off", "--between", "benefit", "--and", "benefit"], REFUSED, "welfare"),
        (["importance", "nothing"], REFUSED, "nothing"),
        (["robust", "--short", "beautiful"], USAGE, "FUND=YUAN"),
        (["robust", "--short", "gold=5"], REFUSED, "gold"),
        (["robust", "--plan", "2019-01"], REFUSED, "2019-01"),
    ],
)
def test_a_question_that_cannot_be_answered_gets_one_sentence(
    planned: Desk, command: list[str], code: int, word: str
) -> None:
    said = planned.run(*command)
    assert said.code == code
    assert word in said.err
    assert "Traceback" not in said.err


def test_projects_are_named_and_figures_carry_no_idle_zeros(planned: Desk) -> None:
    built = planned.run("importance", "--json").json["projects"][0]["project"]
    for lang in ("en", "zh"):
        said = planned.run("importance", built, "--lang", lang).out
        assert f" ({built})" in said
        assert not said.lstrip().startswith(built)
    said = planned.run("alternatives", "--loss", "0.5", "--lang", "zh").out
    assert ".000000" not in said
    assert "¥" not in said


def test_money_that_may_never_come_is_told_by_the_name_of_its_fund(planned: Desk) -> None:
    said = planned.run("robust", "--lang", "zh").out
    assert "30,000.00元 可能" in said or "可能到不了的：30,000.00元" in said
    assert "资金 beautiful" not in said
