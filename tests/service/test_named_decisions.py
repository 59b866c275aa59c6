"""Decisions a scenario names: taken on a branch as anybody would take them, read strictly, faults at their line."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from domain.errors import Refusal
from domain.policy.faults import PolicyFaults
from domain.register import Register
from service.county import County, open_county
from service.policies import adopt_policy, read_policy
from service.registers import import_register, moment, register_at
from service.scenarios.decision_list import named_decisions
from service.scenarios.finding import read_scenario
from service.scenarios.naming import DECISIONS, NOT_NAMED
from service.scenarios.running import changed_branch, open_base
from tests.service.small import PLANNER, write_policy, write_register
from tests.year import YearClock


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    folder = tmp_path_factory.mktemp("named")
    with open_county("sqlite://", clock=YearClock(date(2026, 3, 2))) as open_:
        held = import_register(open_, write_register(folder / "register"), open_.mandate(PLANNER, why="x")).register
        adopt_policy(open_, read_policy(write_policy(folder / "policy.yaml"), held), open_.mandate(PLANNER, why="x"))
        yield open_


def after(county: County, folder: Path, *changes: str) -> Register:
    """The register of the branch on which these decisions were taken."""
    path = folder / "named.scenario.yaml"
    lines = "".join(f"  - {{{change}, why: as asked}}\n" for change in changes)
    path.write_text(f"scenario: named\nquestion: {{zh: 问, en: What if}}\nchange:\n{lines}", encoding="utf-8")
    composed = read_scenario(str(path))
    with (
        open_base(composed.loaded.scenario.based_on, path, county) as base,
        changed_branch(base, composed.name, composed.changes) as branch,
    ):
        return register_at(branch, moment(branch))


PROJECT = (
    "{code: p9, unit: v2, name_zh: 桥, name_en: Bridge, category: works, builder: committee, responsible_post: head, "
    "purposes: [construction], cost_yuan: 9000.50, benefit: 10, target: one bridge, due_on: 2026-10-31}"
)
FUND = (
    "{code: gift, name_zh: 赠款, name_en: Gift, department: education, document_no: 2026-9, budget_year: 2026, "
    "purposes: [construction], amount_yuan: 1000, tranches: [{code: g1, amount_yuan: 1000, due_on: 2026-05-01}]}"
)


@pytest.mark.parametrize(
    "changes, path, expected",
    [
        (["decide: strike-off, with: {unit: v1, evidence: seen}"], "units.v1.backward", False),
        (["decide: list-backward, with: {unit: v2, reason: weak}"], "units.v2.backward", True),
        (["decide: correct-unit, with: {unit: v5, changes: {households: 210}}"], "units.v5.households", 210),
        (["decide: assess-unit, with: {unit: v5, changes: {stars: 5}}"], "units.v5.stars", 5),
        (["decide: amend-fund, with: {fund: service, new_amount_yuan: 65000.01}"], "funds.service.amount_fen", 6500001),
        (["decide: announce-fund, with: {entry: " + FUND + "}"], "funds.gift.amount_fen", 100000),
        (
            ["decide: receive-tranche, with: {fund: beautiful, tranche: b2, arrived_on: 2026-03-01}"],
            "funds.beautiful.arrived_fen",
            8000000,
        ),
        (["decide: take-back, with: {fund: service, amount_yuan: 100}"], "funds.service.taken_back_fen", 10000),
        (["decide: refuse-pool, with: {fund: service, reason: our own}"], "funds.service.pooled", False),
        (["decide: close-fund, with: {fund: service, reason: over}"], "funds.service.closed", True),
        (["decide: withdraw-project, with: {project: p1}"], "projects.p1.stage", "withdrawn"),
        (
            ["decide: raise-cost, with: {project: p1, new_cost_yuan: 31000, reason: steel}"],
            "projects.p1.cost_fen",
            3100000,
        ),
        (["decide: start-project, with: {project: p1}"], "projects.p1.started", True),
        (["decide: rank-project, with: {project: p1, rank: 2}"], "projects.p1.rank", 2),
        (["decide: propose-project, with: {entry: " + PROJECT + "}"], "projects.p9.cost_fen", 900050),
        (
            [
                "decide: propose-project, with: {entry: " + PROJECT + "}",
                "decide: appraise-project, with: {project: p9, benefit: 12, finding: useful}",
                "decide: admit-project, with: {project: p9}",
            ],
            "projects.p9.stage",
            "admitted",
        ),
        (
            ["decide: move-duty, with: {duty: lamps, name: Lamps, unit: v1, fund: service, amount_yuan: 500}"],
            "duties.lamps.amount_fen",
            50000,
        ),
    ],
)
def test_a_named_decision_is_taken_with_amounts_in_yuan_and_dates_as_written(
    county: County, tmp_path: Path, changes: list[str], path: str, expected: object
) -> None:
    kind, code, field = path.split(".")
    assert getattr(getattr(after(county, tmp_path, *changes), kind)[code], field) == expected


@pytest.mark.parametrize(
    "change, said",
    [
        ("decide: strike-of, with: {unit: v1, evidence: seen}", ["strike-of", "strike-off"]),
        ("decide: draft-plan, with: {plan: x}", ["draft-plan", "one of"]),
        ("decide: strike-off, with: {unti: v1, evidence: seen}", ["unti", "unit"]),
        ("decide: strike-off, with: {unit: v1}", ["evidence"]),
        ("decide: amend-fund, with: {fund: service, new_amount_fen: 100}", ["new_amount_fen", "new_amount_yuan"]),
        ("decide: amend-fund, with: {fund: service, new_amount_yuan: 1.001}", ["1.001"]),
        ("decide: amend-fund, with: {fund: service, new_amount_yuan: much}", ["much"]),
        ("decide: receive-tranche, with: {fund: beautiful, tranche: b2, arrived_on: soon}", ["soon"]),
        ("decide: rank-project, with: {project: p1, rank: first}", ["first"]),
        ("decide: answer-objection, with: {plan: x, objection: o, outcome: maybe, reason: r}", ["maybe"]),
    ],
)
def test_what_cannot_be_read_is_one_finding_at_its_line_that_says_what_is_expected(
    county: County, tmp_path: Path, change: str, said: list[str]
) -> None:
    good = "decide: list-backward, with: {unit: v2, reason: weak}"
    with pytest.raises(PolicyFaults) as refused:
        after(county, tmp_path, good, change)
    sentence = str(refused.value)
    assert "named.scenario.yaml" in sentence
    assert ":5" in sentence or "line 5" in sentence, sentence
    assert all(word in sentence for word in said), sentence


@pytest.mark.parametrize(
    "change, code",
    [
        ("decide: strike-off, with: {unit: v2, evidence: seen}", "not-backward"),
        ("decide: amend-fund, with: {fund: none, new_amount_yuan: 1}", "unknown-fund"),
        ("decide: take-back, with: {fund: service, amount_yuan: 60000.01}", "fund-exhausted"),
    ],
)
def test_what_the_county_would_refuse_is_refused_on_a_branch_too(
    county: County, tmp_path: Path, change: str, code: str
) -> None:
    with pytest.raises(Refusal) as refused:
        after(county, tmp_path, change)
    assert refused.value.code == code


def test_the_list_has_every_decision_a_file_may_name_with_all_its_arguments() -> None:
    listed = {one.name: one for one in named_decisions()}
    assert set(listed) == set(DECISIONS)
    assert not NOT_NAMED & set(DECISIONS.values())
    assert [(one.word, one.required) for one in listed["receive-tranche"].arguments] == [
        ("fund", True),
        ("tranche", True),
        ("arrived_on", True),
        ("amount_yuan", False),
    ]
    for one in listed.values():
        assert one.called.zh != one.called.en
        assert all(argument.kind.zh and argument.kind.en for argument in one.arguments)
