"""`tongchou audit` as an auditor types it: seal, keys, witnesses, verify; faults are sentences and exit codes."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tests.cli.running import BAD_INPUT, REFUSED, STORE, Desk, is_told
from tests.history.attacks import unguarded


@pytest.fixture
def county(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A store with the small county, and a home of its own for keys."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(desk.folder / "home"))
    monkeypatch.delenv("TONGCHOU_KEY", raising=False)
    desk.imported()
    return desk


@pytest.fixture
def sealed(county: Desk) -> Desk:
    county.done("audit", "key", "new")
    county.done("audit", "seal")
    return county


def verdict(desk: Desk, *arguments: object) -> tuple[int, list[tuple[int | None, str]]]:
    said = desk.run("audit", "verify", "--json", *arguments)
    assert said.err == ""
    return said.code, [(fault["position"], fault["code"]) for fault in said.json["faults"]]


def test_a_year_of_sealing_from_the_first_key_to_the_witness(county: Desk) -> None:
    made = county.done("audit", "key", "new", "--json").json
    assert stat.S_IMODE(Path(made["file"]).stat().st_mode) == 0o600
    assert county.done("audit", "key", "show").out.strip() == made["key"]
    first = county.done("audit", "seal", "--json").json
    assert first["new"]
    assert county.done("audit", "seal", "--json").json == {**first, "new": False}
    (county.folder / "log.pub").write_text(made["key"])
    county.done("audit", "checkpoint", "export", "first.note")

    line = county.done("audit", "witness", "new", "city-audit", "--out", "city.key", "--json").json["key"]
    county.done("audit", "witness", "recognise", line, "--post", "city-auditor")
    at_city = ("--key", "city.key", "--state", "city.json", "--out", "signed.note")
    county.done("audit", "witness", "sign", "first.note", *at_city, "--log-key", "log.pub")
    county.done("audit", "checkpoint", "import", "signed.note")

    county.done("audit", "key", "rotate")
    county.done("audit", "seal")
    county.done("audit", "checkpoint", "export", "second.offer", "--since", first["size"])
    said = county.told(REFUSED, "audit", "witness", "sign", "second.offer", *at_city)
    assert "--log-key" in said, "the new key is confirmed by another way"
    (county.folder / "new.pub").write_text(county.done("audit", "key", "show").out)
    county.done("audit", "witness", "sign", "second.offer", *at_city, "--log-key", "new.pub")
    county.done("audit", "checkpoint", "import", "signed.note")

    report = county.done("audit", "verify", "--pinned", "first.note", "--key", "log.pub", "--json").json
    assert (report["well"], report["checkpoints"], report["not_yet_sealed"]) == (True, 4, 0)
    assert [one["witness"] for one in report["witnesses"]] == ["city-audit"]
    assert "city-audit has co-signed up to" in county.done("audit", "verify").out
    assert county.done("audit", "checkpoint", "show").out.count("\n— ") == 2


def test_verify_says_in_both_languages_what_is_not_yet_sealed(sealed: Desk) -> None:
    sealed.done("unit", "assess", "v1", "--set", "stars=3")
    assert "1 not yet sealed" in sealed.done("audit", "verify").out
    assert "1 条尚未签封" in sealed.done("audit", "verify", "--lang", "zh").out


def test_an_altered_fact_ends_verify_with_one_and_its_position(sealed: Desk) -> None:
    with unguarded(sealed.folder / "tongchou.db") as attacker:
        attacker.execute("UPDATE facts SET data = CAST(replace(data, '2026', '2025') AS BLOB) WHERE position = 5")
    assert verdict(sealed) == (REFUSED, [(5, "fact-altered")])
    assert "Position 5: the fact was altered" in sealed.run("audit", "verify").out
    assert "第 5 条：记录内容被改动" in sealed.run("audit", "verify", "--lang", "zh").out


def test_verify_needs_no_table_but_the_logs_own(sealed: Desk) -> None:
    for name in ("views", "desk", "tree"):
        (sealed.folder / f"tongchou.{name}.db").write_bytes(b"rubbish")
    assert verdict(sealed) == (0, [])


def test_a_pinned_checkpoint_of_another_log_is_named_as_such(sealed: Desk) -> None:
    sealed.done("audit", "checkpoint", "export", "mine.note")
    other = (sealed.folder / "mine.note").read_text()
    store = other.splitlines()[0].removeprefix("tongchou/")
    (sealed.folder / "other.note").write_text(other.replace(store, store[::-1], 1))
    assert verdict(sealed, "--pinned", "other.note") == (REFUSED, [(None, "checkpoint-foreign-pinned")])
    (sealed.folder / "no.note").write_text("hello\n")
    assert verdict(sealed, "--pinned", "no.note") == (REFUSED, [(None, "checkpoint-unreadable-pinned")])


@pytest.mark.parametrize(
    "code,arguments",
    [
        (REFUSED, ("verify", "--store", "nowhere.db")),
        (BAD_INPUT, ("verify", "--pinned", "nowhere.note")),
        (REFUSED, ("verify", "--key", "register/units.csv")),
        (REFUSED, ("seal",)),
        (REFUSED, ("key", "show")),
        (REFUSED, ("key", "rotate")),
        (REFUSED, ("key", "new", "--out", "beside.key")),
        (REFUSED, ("checkpoint", "show")),
        (REFUSED, ("checkpoint", "import", "register/units.csv")),
        (REFUSED, ("witness", "recognise", "nonsense", "--post", "auditor")),
        (REFUSED, ("witness", "new", "two words", "--out", "home/w.key")),
    ],
)
def test_what_cannot_be_done_is_told_and_leaves_the_record_as_it_is(
    county: Desk, code: int, arguments: tuple[str, ...]
) -> None:
    county.told(code, "audit", *arguments)


def test_a_file_that_is_no_store_is_told(county: Desk) -> None:
    (county.folder / "no.db").write_bytes(b"x" * 4096)
    said = county.run("audit", "verify", "--store", "no.db")
    assert said.code == STORE
    assert is_told(said.err)


def test_papers_and_ledger_carry_the_checkpoint_they_rest_on(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    import json

    monkeypatch.setenv("XDG_CONFIG_HOME", str(desk.folder / "home"))
    desk.planned()
    plain = desk.done("ledger", "--json").json["rests_on"]
    assert (plain["checkpoint"], plain["not_yet_sealed"]) == (None, plain["position"])
    desk.done("audit", "key", "new")
    size = desk.done("audit", "seal", "--json").json["size"]
    note = desk.done("audit", "checkpoint", "show").out
    assert desk.done("ledger", "--json").json["rests_on"]["checkpoint"] == note
    assert desk.done("ledger", "--json", "--position", 3).json["rests_on"]["position"] == 3
    desk.done("plans", "show", "2026-01", "--out", "papers")
    numbers = json.loads((desk.folder / "papers" / "plan.json").read_text())
    assert numbers["rests_on"]["checkpoint"] == note
    report = (desk.folder / "papers" / "report.html").read_text()
    assert f"sealed by the checkpoint of {size} facts" in report
    assert numbers["rests_on"]["root"].split("=")[0][:20] in report


def test_the_table_to_hand_in_carries_it_too(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    from openpyxl import load_workbook

    monkeypatch.setenv("XDG_CONFIG_HOME", str(desk.folder / "home"))
    desk.planned()
    desk.done("plans", "show", "2026-01", "--out", "papers")
    sheet = load_workbook(desk.folder / "papers" / "distribution.xlsx").worksheets[0]
    cells = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    assert any("not yet sealed" in cell and "尚未签封" in cell for cell in cells)
