"""Whatever can be done at the machine can be done over HTTP: each command has its operations, or a reason for none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI

from api.app import create_app
from api.contract import operations
from cli.tree import command
from service.office import Office

OPERATIONS: dict[str, str] = {
    "plan": "compute_plan",
    "ledger": "list_ledger export_ledger_xlsx",
    "progress": "list_progress get_project_progress",
    "diff": "list_changes list_facts_between",
    "history": "get_history",
    "trace": "trace_money trace_clause trace_rule",
    "why": "get_reasons list_line_reasons",
    "why-not": "list_obstacles ask_why_not",
    "rules": "list_plan_rules list_fund_worth find_rules_worth",
    "late": "ask_late_request",
    "shortfalls": "find_shortfalls",
    "export": "plan_distribution_xlsx plan_report_html plan_plan_json plan_model_mps plan_model_lp",
    "export-ledger": "export_ledger_beancount export_ledger_xlsx",
    "export-package": "export_datapackage_zip",
    "export-oc4ids": "export_oc4ids_json",
    "export-geojson": "export_units_geojson",
    "audit-fairness": "audit_plan_fairness",
    "alternatives": "find_alternatives",
    "trade-off": "find_trade_off",
    "importance": "find_importance",
    "robust": "find_robust",
    "audit verify": "verify_record",
    "audit seal": "seal_record",
    "audit resolve": "resolve_plan",
    "audit list": "list_audit_lists get_audit_list",
    "audit reconcile": "reconcile_statement",
    "audit pack": "make_pack",
    "audit disclose": "get_disclosure",
    "audit check-disclosure": "check_disclosure",
    "audit checkpoint show": "list_checkpoints get_checkpoint get_newest_checkpoint get_seals",
    "audit checkpoint export": "get_checkpoint_offer",
    "audit checkpoint import": "add_cosignatures",
    "audit key new": "introduce_signing_key",
    "audit key rotate": "rotate_signing_key",
    "audit key replace": "replace_signing_key",
    "audit key show": "list_signing_keys",
    "audit witness recognise": "recognise_witness",
    "branch start": "start_branch",
    "branch list": "list_branches",
    "branch show": "get_branch",
    "branch compare": "compare_branch",
    "branch promote": "promote_branch",
    "branch drop": "drop_branch",
    "register import": "import_register",
    "register list": "list_units list_projects list_funds list_townships list_duties",
    "register show": "get_register get_unit get_project get_fund get_township",
    "certificate write": "plan_certificate_json get_certificate",
    "policy check": "check_policy_text",
    "policy adopt": "adopt_policy",
    "policy show": "get_policy get_policy_in_force get_newest_policy list_policies",
    "scenario replay": "replay_record",
    "scenario decisions": "get_vocabulary get_scenario_schema",
    "scenario list": "list_scenarios get_scenario",
    "scenario run": "run_scenario ask_what_if",
    "scenario compare": "compare_sides",
    "scenario sweep": "run_sweep",
    "scenario adopt": "adopt_scenario",
    "scenario schema": "get_scenario_schema",
    "store facts": "list_facts get_fact",
    "store check": "get_store verify_record",
    "store forget": "forget_person",
    "objection lodge": "lodge_objection",
    "objection answer": "answer_objection",
    "objection withdraw": "withdraw_objection",
    "objection list": "list_objections list_plan_objections",
    "evidence attach": "attach_evidence attach_evidence_file",
    "evidence withdraw": "withdraw_evidence",
    "evidence list": "list_evidence get_evidence",
    "post record": "record_post",
    "post list": "list_posts get_post",
    "account add": "create_account",
    "account list": "list_accounts get_account",
    "account grant": "change_account",
    "account disable": "change_account",
    "account password": "reset_password",
    "api-key new": "create_api_key",
    "api-key list": "list_api_keys get_api_key",
    "api-key revoke": "revoke_api_key",
    "unit register": "register_unit",
    "unit correct": "correct_unit",
    "unit assess": "assess_unit",
    "unit list-backward": "list_backward",
    "unit strike-off": "strike_off",
    "duty move": "move_duty",
    "project propose": "propose_project",
    "project appraise": "appraise_project",
    "project rank": "rank_project",
    "project withdraw": "withdraw_project",
    "project start": "start_project",
    "project raise-cost": "raise_cost",
    "project accept": "accept_project",
    "project admit": "admit_project",
    "fund announce": "announce_fund",
    "fund amend": "amend_fund",
    "fund announce-tranche": "announce_tranche",
    "fund receive": "receive_tranche",
    "fund pledge": "make_pledge",
    "fund receive-pledge": "receive_pledge",
    "fund carry-over": "carry_over",
    "fund take-back": "take_back",
    "fund close": "close_fund",
    "fund join-pool": "join_pool",
    "fund refuse-pool": "refuse_pool",
    "money disburse": "disburse",
    "money release": "release_commitment",
    "money return": "return_money",
    "money commit": "commit_line",
    "plans notice-sheet": "get_notice",
    "plans list": "list_plans",
    "plans show": "get_plan list_plan_lines list_not_funded",
    "plans life": "list_plan_steps",
    "plans verify": "verify_plan",
    "plans review": "review_plan",
    "plans announce": "announce_plan",
    "plans close-objections": "close_objections",
    "plans return": "return_plan",
    "plans notice": "notice_plan",
    "plans supersede": "supersede_plan",
    "plans propose": "propose_plan",
    "plans approve": "approve_plan",
    "plans adjust": "adjust_lines",
}
"""Command -> the operations by which another program does the same."""
AT_THE_MACHINE: dict[str, str] = {
    "serve": "starts the server itself",
    "demo": "serves an invented year, to look at",
    "plans approval-sheet": "a sheet to sign on paper; what stands on it is at GET /v1/plans/{plan} and below",
    "solve": "reads a model from a file of this machine; the server solves what is on its record",
    "audit witness new": "makes the key of another office, which shall not lie with us",
    "audit witness sign": "signs with that other office's key",
    "register template": "an empty workbook of the program; nothing of the record",
    "certificate impossible": "writes the proof to a file; over HTTP a plan that cannot be is a problem with conflicts",
    "certificate check": "checks a file of one's own, without the server that made it",
    "evidence check": "compares a file of one's own; its hash stands at GET /v1/evidence/{evidence}",
    "store backup": "copies the store's files; for whoever has them",
    "store restore": "puts files in place; for whoever has them",
    "store migrate": "from one kind of store to another; for whoever has both",
    "store upgrade": "with the server stopped",
    "store rebuild": "tables of the machine; the record is not touched",
}
"""Commands without an operation, and why."""


@pytest.fixture(scope="module")
def app(office: Office) -> FastAPI:
    return create_app(office)


@pytest.fixture(scope="module")
def names(app: FastAPI) -> set[str]:
    return {operation["operationId"] for operation in operations(app.openapi())}


def commands(group: Any, before: str = "") -> Iterator[str]:
    """Every command by its words."""
    for name, one in group.commands.items():
        if hasattr(one, "commands"):
            yield from commands(one, f"{before}{name} ")
        else:
            yield before + name


def test_every_command_has_an_operation_or_a_reason_why_not() -> None:
    told = set(commands(command()))
    assert told == {*OPERATIONS, *AT_THE_MACHINE}
    assert not set(OPERATIONS) & set(AT_THE_MACHINE)


def test_every_operation_that_is_named_for_a_command_is_in_the_contract(names: set[str]) -> None:
    assert {name for said in OPERATIONS.values() for name in said.split()} - names == set()
