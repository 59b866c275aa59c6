"""`tongchou certificate`: anybody can check a plan, and what was tampered with is refused."""

from __future__ import annotations

import json

from tests.cli.running import NO_PLAN, REFUSED, Desk
from tests.service.small import edited_policy


def test_the_newest_plan_is_checked_by_the_script_that_is_handed_out(desk: Desk) -> None:
    desk.planned()
    said = desk.done("certificate", "check")
    assert "All that is stated is right." in said.out
    assert "welfare" in said.out
    assert "全部核对无误" in desk.done("certificate", "check", "2026-01", "--lang", "zh").out
    assert desk.done("certificate", "check", "--json").json["right"] is True


def test_the_papers_of_a_plan_prove_themselves_until_a_figure_is_changed(desk: Desk) -> None:
    desk.planned()
    for subject in ("out", "out/plan.json", "out/certificate.json"):
        desk.done("certificate", "check", subject)
    path = desk.folder / "out/certificate.json"
    certificate = json.loads(path.read_text(encoding="utf-8"))
    certificate["steps"][0]["bound"] = str(int(certificate["steps"][0]["bound"]) + 1)
    path.write_text(json.dumps(certificate), encoding="utf-8")
    assert "bound is stated as" in desk.told(REFUSED, "certificate", "check", "out")
    said = desk.run("certificate", "check", "out", "--json")
    assert said.code == REFUSED
    assert json.loads(said.err)["right"] is False


def test_a_certificate_is_written_with_all_that_is_needed_to_check_it(desk: Desk) -> None:
    desk.planned()
    said = desk.done("certificate", "write", "--out", "proof/of-2026.json")
    assert "python3 proof/verify_certificate.py" in said.out
    written = {path.name for path in (desk.folder / "proof").iterdir()}
    assert written == {"of-2026.json", "plan.json", "register", "verify_certificate.py"}
    desk.done("certificate", "check", "proof/of-2026.json")


def test_a_plan_changed_by_hand_goes_out_without_a_certificate_and_cannot_get_one(desk: Desk) -> None:
    desk.planned()
    lines = json.loads((desk.folder / "out/plan.json").read_text(encoding="utf-8"))["lines"]
    giver, taker = [line for line in lines if line["project"] is None][:2]
    less, more = (f"{line['line']}={line['amount_fen'] // 100 + by}" for line, by in ((giver, -100), (taker, 100)))
    desk.done("plans", "return", "2026-01", "--reason", "a flood")
    desk.done("plans", "adjust", "2026-01", "--line", less, "--line", more, "--reason", "a flood")
    desk.done("plans", "show", "2026-01", "--out", "out")
    assert not (desk.folder / "out/certificate.json").exists()
    assert "set by hand" in desk.told(REFUSED, "certificate", "check", "2026-01")


def test_what_is_not_there_is_named(desk: Desk) -> None:
    desk.planned()
    (desk.folder / "empty").mkdir()
    assert "There is no plan.json to check" in desk.told(REFUSED, "certificate", "check", "empty")
    assert "2031-01" in desk.told(REFUSED, "certificate", "check", "2031-01")


def test_where_rules_collide_the_proof_is_written_and_checked_by_the_same_script(desk: Desk) -> None:
    rule = "rules:\n  - {rule: floor, id: rich, clause: M12, amount_yuan: 9000000}\n"
    policy = desk.policy(edited_policy(("\nrules:\n", "\n" + rule)))
    assert desk.run("plan", "--register", desk.register(), "--policy", policy).code == NO_PLAN
    desk.done("certificate", "impossible")
    assert "rich" in desk.done("certificate", "check", "out/impossible.json").out
    path = desk.folder / "out/impossible.json"
    path.write_text(path.read_text(encoding="utf-8").replace("9000000", "9000001"), encoding="utf-8")
    assert "policy_hash" in desk.told(REFUSED, "certificate", "check", "out/impossible.json")


def test_no_impossibility_is_claimed_where_there_is_a_plan(desk: Desk) -> None:
    desk.planned()
    assert "there is one" in desk.told(REFUSED, "certificate", "impossible")
