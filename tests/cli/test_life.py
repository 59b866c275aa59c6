"""A plan's life and its money typed command by command, by persons told apart with `--as`; the ledger at any moment."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.cli.running import REFUSED, USAGE, Desk

TODAY = datetime.now(UTC).date()
LEADER, REVIEWER, TREASURER = "wang@leading-group", "zhao@audit", "chen@treasury"


def day(days_ago: int) -> str:
    return (TODAY - timedelta(days=days_ago)).isoformat()


def approved(desk: Desk) -> None:
    """Bring the proposed plan into force."""
    desk.planned()
    desk.done("plans", "review", "2026-01", "--opinion", "sound", "--as", REVIEWER)
    desk.done("plans", "announce", "2026-01", "--objections-until", day(2), "--effective-on", day(9))
    desk.done("plans", "close-objections", "2026-01")
    desk.done("plans", "approve", "2026-01", "--as", LEADER)


def fund_row(desk: Desk, fund: str, *moment: str) -> dict[str, int]:
    rows = desk.done("ledger", "--json", *moment).json["rows"]
    return next((row for row in rows if row["fund"] == fund and row["unit"] is None), {})


def test_a_plan_is_taken_from_proposal_to_notice_and_its_money_to_the_payee_and_back(desk: Desk) -> None:
    approved(desk)
    desk.done("plans", "notice", "2026-01", "--document", "2026-77")
    commit = ("money", "commit", "2026-01", "beautiful.p1", "--commitment", "k1", "--as", TREASURER)
    assert desk.done(*commit, "--command", "c1", "--json").json["facts"] == ["money.committed"]
    assert desk.done(*commit, "--command", "c1", "--json").json["repeated"] is True
    pay = ("money", "disburse", "d1", "--commitment", "k1", "--payee", "Li & Sons", "--voucher", "0001")
    desk.done(*pay, "--amount", "20,000.50")
    desk.done("money", "return", "d1", "--amount", "0.50", "--reason", "rounded")
    desk.done("money", "release", "k1", "--reason", "done for less")
    assert fund_row(desk, "beautiful")["free_fen"] == 30_000_00
    rows = desk.done("ledger", "--json", "--fund", "beautiful").json["rows"]
    assert [(row["project"], row["committed_fen"], row["disbursed_fen"], row["returned_fen"]) for row in rows] == [
        (None, 0, 0, 0),
        ("p1", 20_000_50, 20_000_50, 50),
    ]
    life = desk.done("plans", "show", "2026-01").out
    assert "zhao@audit" in life
    assert "2026-77" in life
    checked = desk.done("store", "check", "--json").json
    assert (checked["same"], checked["balanced"]) == (True, True)


def test_the_person_and_the_post_that_proposed_cannot_approve(desk: Desk) -> None:
    desk.planned()
    desk.done("plans", "review", "2026-01", "--opinion", "sound", "--as", REVIEWER)
    desk.done("plans", "announce", "2026-01", "--objections-until", day(2), "--effective-on", day(9))
    desk.done("plans", "close-objections", "2026-01")
    desk.told(REFUSED, "plans", "approve", "2026-01", "--as", "planner@leading-group")
    desk.told(REFUSED, "plans", "approve", "2026-01", "--as", "somebody@finance-planner")
    desk.environment["TONGCHOU_AS"] = LEADER
    desk.done("plans", "approve", "2026-01")


def test_approval_is_refused_once_the_register_moved(desk: Desk) -> None:
    desk.planned()
    desk.done("plans", "review", "2026-01", "--opinion", "sound", "--as", REVIEWER)
    desk.done("plans", "announce", "2026-01", "--objections-until", day(2), "--effective-on", day(9))
    desk.done("plans", "close-objections", "2026-01")
    desk.done("unit", "correct", "v5", "--set", "households=260")
    assert "unit.corrected" in desk.told(REFUSED, "plans", "approve", "2026-01", "--as", LEADER)


def test_a_line_changed_by_hand_says_its_cost_and_a_broken_rule_is_told(desk: Desk) -> None:
    desk.planned()
    desk.done("plans", "return", "2026-01", "--reason", "village one first", "--as", LEADER)
    told = desk.told(REFUSED, "plans", "adjust", "2026-01", "--line", "service.v1=4900", "--reason", "less")
    assert "below floor" in told
    moved = ("--line", "service.v1=8600", "--line", "service.v6=10400")
    said = desk.done("plans", "adjust", "2026-01", *moved, "--reason", "the well is dry")
    assert "against the optimum" in said.out
    assert desk.done("plans", "verify", "2026-01", "--json").json == {
        "plan": "2026-01",
        "verified": True,
        "findings": [],
    }
    desk.done("plans", "propose", "2026-01")
    assert desk.done("plans", "list", "--json").json == [
        {"plan": "2026-01", "state": "proposed", "amount_fen": 134_000_00}
    ]
    assert desk.done("plans", "list", "--json", "--position", "32").json[0]["state"] == "proposed"
    assert desk.done("plans", "list", "--json", "--position", "33").json[0]["state"] == "returned"


def test_the_ledger_is_asked_as_of_a_day_as_known_at_a_moment_and_by_position(desk: Desk) -> None:
    desk.done("register", "import", desk.register(), "--effective-on", "2026-02-01")
    known_then = desk.rows()[-1][4]
    desk.done("fund", "amend", "service", "--new-amount", "70000", "--effective-on", "2026-03-01")
    desk.done("fund", "receive", "beautiful", "--tranche", "b2", "--effective-on", "2026-07-01")
    assert fund_row(desk, "service")["announced_fen"] == 70_000_00
    assert fund_row(desk, "service", "--as-of", "2026-02-28")["announced_fen"] == 60_000_00
    assert fund_row(desk, "service", "--position", "29")["announced_fen"] == 60_000_00
    assert fund_row(desk, "service", "--known-at", known_then)["announced_fen"] == 60_000_00
    assert fund_row(desk, "service", "--as-of", "2026-06-30", "--known-at", known_then)["announced_fen"] == 60_000_00
    assert fund_row(desk, "beautiful", "--as-of", "2026-06-30")["arrived_fen"] == 50_000_00
    assert fund_row(desk, "beautiful", "--as-of", "2026-07-01")["arrived_fen"] == 80_000_00
    assert fund_row(desk, "beautiful", "--as-of", "2026-01-31") == {}
    assert fund_row(desk, "beautiful", "--position", "0") == {}
    table = desk.done("ledger").out
    assert "80,000.00" in table


def test_money_that_has_not_arrived_cannot_be_committed(desk: Desk) -> None:
    approved(desk)
    desk.done("money", "commit", "2026-01", "beautiful.p1")
    assert "¥20,000.00" in desk.told(REFUSED, "money", "commit", "2026-01", "beautiful.p3")
    desk.told(REFUSED, "money", "commit", "2026-01", "beautiful.p9")
    desk.told(REFUSED, "money", "commit", "2026-99", "beautiful.p1")
    desk.told(USAGE, "money", "commit", "2026-01", "beautiful.p2", "--amount", "12.345")


def test_a_key_that_comes_back_with_other_content_is_refused(desk: Desk) -> None:
    approved(desk)
    desk.done("money", "commit", "2026-01", "service.v1", "--command", "c1")
    desk.told(REFUSED, "money", "commit", "2026-01", "service.v2", "--command", "c1")


def test_values_no_fact_can_hold_are_said_to_be_so(desk: Desk) -> None:
    approved(desk)
    assert "commitment" in desk.told(REFUSED, "money", "commit", "2026-01", "service.v1", "--commitment", "a b")
    assert "why" in desk.told(REFUSED, "money", "commit", "2026-01", "service.v1", "--why", "y" * 3000)
    assert "command" in desk.told(REFUSED, "money", "commit", "2026-01", "service.v1", "--command", "y" * 200)


def test_a_decision_of_tomorrow_is_refused(desk: Desk) -> None:
    desk.planned()
    told = desk.told(REFUSED, "unit", "correct", "v1", "--set", "stars=3", "--effective-on", "2999-01-01")
    assert "after today" in told


def test_refusals_are_said_in_chinese_to_who_asks_for_it(desk: Desk) -> None:
    desk.planned()
    told = desk.told(REFUSED, "plans", "approve", "2026-01", "--as", LEADER, "--lang", "zh")
    assert "方案 2026-01" in told


def test_the_library_of_projects_and_the_pool_are_decided_on_from_the_command_line(desk: Desk) -> None:
    desk.imported()
    entry = {
        "code": "p9", "unit": "v2", "name_zh": "水井", "name_en": "Well", "category": "water", "builder": "committee",
        "responsible_post": "head", "purposes": "construction", "cost_yuan": "9000", "benefit": "15",
        "target": "one well", "due_on": "2026-11-30",
    }  # fmt: skip
    pairs = [part for key, value in entry.items() for part in ("--set", f"{key}={value}")]
    desk.done("project", "propose", *pairs)
    desk.done("project", "appraise", "p9", "--benefit", "45", "--finding", "needed")
    desk.done("project", "admit", "p9")
    desk.done("project", "rank", "p9", "--rank", "1")
    shown = desk.done("register", "show", "p9", "--json").json
    assert (shown["stage"], shown["benefit"], shown["rank"], shown["cost_fen"]) == ("admitted", 45, 1, 9_000_00)
    desk.done("fund", "refuse-pool", "beautiful", "--reason", "our own channel")
    assert desk.done("register", "show", "beautiful", "--json").json["pooled"] is False
    desk.done("duty", "move", "cleaning", "--name", "Cleaning", "--unit", "v1", "--fund", "service", "--amount", "100")
    names = [fact["fact"]["type"] for fact in desk.done("store", "facts", "--json", "--after", "29").json]
    assert names == [
        "project.proposed", "project.appraised", "project.admitted", "project.ranked", "pool.refused", "duty.moved",
    ]  # fmt: skip
