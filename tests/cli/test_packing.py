"""What goes out to be checked elsewhere, typed command by command: packs, disclosures, notices, the ledger."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from tests.cli.running import BAD_INPUT, REFUSED, USAGE, Desk

TODAY = datetime.now(UTC).date()


@pytest.fixture
def sealed(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Desk:
    """A county whose plan was noticed and whose log was sealed."""
    desk.environment["TONGCHOU_KEY"] = str(tmp_path_factory.mktemp("key") / "county.key")
    desk.planned()
    desk.done("audit", "key", "new", "--as", "sun@auditor")
    desk.done("plans", "review", "2026-01", "--opinion", "sound", "--as", "zhao@audit")
    days = [(TODAY - timedelta(days=ago)).isoformat() for ago in (2, 9)]
    desk.done("plans", "announce", "2026-01", "--objections-until", days[0], "--effective-on", days[1])
    desk.done("plans", "close-objections", "2026-01")
    desk.done("plans", "approve", "2026-01", "--as", "wang@leading-group")
    desk.done("plans", "notice", "2026-01", "--document", "2026-77")
    desk.done("audit", "seal")
    return desk


def test_a_pack_is_written_checked_and_checked_again_from_the_store_beside_it(sealed: Desk) -> None:
    said = sealed.done("audit", "pack", "pack.zip", "--json").json
    assert said["right"] is True
    assert said["unsealed"] == 0
    assert sealed.done("audit", "check-disclosure", "pack.zip").out.endswith("All is well.\n")
    assert "全部核对无误" in sealed.done("audit", "pack", "again.zip", "--lang", "zh").out
    assert (sealed.folder / "pack.zip").read_bytes() == (sealed.folder / "again.zip").read_bytes()


def test_a_notice_records_for_each_unit_what_it_was_told(sealed: Desk) -> None:
    facts = sealed.done("store", "facts", "--tag", "plan:2026-01", "--json").json
    kinds = [fact["fact"]["type"] for fact in facts]
    assert kinds.count("plan.noticed") == 1
    assert kinds.count("plan.grant_noticed") == 6


def test_one_fact_is_disclosed_and_checked_by_the_key_of_the_store_or_one_from_elsewhere(sealed: Desk) -> None:
    position = sealed.done("store", "facts", "--tag", "unit:v2", "--json").json[-1]["position"]
    sealed.done("audit", "disclose", position, "--out", "fact.json")
    assert "gives v2" in sealed.done("audit", "check-disclosure", "fact.json").out
    key = sealed.done("audit", "key", "show", "--json").json["key"]
    (sealed.folder / "county.pub").write_text(key + "\n", encoding="utf-8")
    sealed.done("audit", "check-disclosure", "fact.json", "--key", "county.pub")
    sealed.done("audit", "check-disclosure", "fact.json", "--key", key)
    forged = (sealed.folder / "fact.json").read_text(encoding="utf-8").replace("v2", "v3")
    (sealed.folder / "forged.json").write_text(forged, encoding="utf-8")
    assert "was altered" in sealed.told(REFUSED, "audit", "check-disclosure", "forged.json")


def test_a_notice_goes_out_for_the_county_and_every_unit(sealed: Desk) -> None:
    said = sealed.done("plans", "notice-sheet", "2026-01", "--out", "notice", "--lang", "zh", "--json").json
    assert said == {"folder": "notice", "units": 6, "proven": 6}
    assert len(list((sealed.folder / "notice" / "units").glob("*.html"))) == 6


def test_the_ledger_goes_out_with_the_checkpoint_it_rests_on(sealed: Desk) -> None:
    assert sealed.done("export-ledger", "county.beancount", "--json").json["movements"] > 3
    text = (sealed.folder / "county.beancount").read_text(encoding="utf-8")
    assert "; tongchou/" in text
    assert 'option "operating_currency" "CNY"' in text


IMPOSSIBLE = [
    (REFUSED, ["audit", "pack", "pack.zip", "--until", "3"]),
    (USAGE, ["audit", "pack", "pack.zip", "--until", "0"]),
    (BAD_INPUT, ["audit", "pack", "nowhere/pack.zip"]),
    (REFUSED, ["audit", "disclose", "9999", "--out", "fact.json"]),
    (USAGE, ["audit", "disclose", "0", "--out", "fact.json"]),
    (BAD_INPUT, ["audit", "disclose", "3", "--out", "nowhere/fact.json"]),
    (BAD_INPUT, ["audit", "check-disclosure", "nowhere.json"]),
    (REFUSED, ["audit", "check-disclosure", "policy.yaml"]),
    (REFUSED, ["audit", "check-disclosure", "policy.yaml", "--key", "nowhere.pub"]),
    (REFUSED, ["audit", "check-disclosure", "policy.yaml", "--pinned", "policy.yaml"]),
    (REFUSED, ["plans", "notice-sheet", "2026-09", "--out", "notice"]),
    (BAD_INPUT, ["plans", "notice-sheet", "2026-01", "--out", "policy.yaml"]),
    (BAD_INPUT, ["export-ledger", "nowhere/county.beancount"]),
]


def test_what_cannot_be_done_is_one_sentence_and_leaves_no_file(sealed: Desk) -> None:
    before = {path: path.stat().st_size for path in files(sealed.folder)}
    for code, arguments in IMPOSSIBLE:
        sealed.told(code, *arguments)
        assert {path: path.stat().st_size for path in files(sealed.folder)} == before, arguments


def files(folder: Path) -> list[Path]:
    """What lies there beside the store, whose own files come and go."""
    return sorted(path for path in folder.rglob("*") if path.is_file() and ".db" not in path.name)
