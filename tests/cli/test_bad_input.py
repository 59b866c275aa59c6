"""Bad input at the command line: a sentence a planner understands, a documented code, and the record as it was."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from tests.cli.running import BAD_INPUT, DONE, USAGE, Desk
from tests.service.small import edited, edited_policy

FAULTY_TABLES = {
    "a cell that begins with =": (
        {"units": edited("units", ("Village Five", '=HYPERLINK("http://x")'))},
        ("units.csv, row 6, column C", "begins with ="),
    ),
    "a negative amount": (
        {"projects": edited("projects", ("30000,60", "-30000,60"))},
        ("projects.csv, row 2, column J", "-30000", "negative"),
    ),
    "a fraction of a fen": (
        {"projects": edited("projects", ("30000,60", "30000.005,60"))},
        ("projects.csv, row 2, column J", "30000.005", "whole number of fen"),
    ),
    "a unit in no township": (
        {"units": edited("units", ("Village Five,village,t2", "Village Five,village,t9"))},
        ("units.csv, row 6, column E", "t9", "townships.csv"),
    ),
    "a unit without township": (
        {"units": edited("units", ("Village Five,village,t2", "Village Five,village,"))},
        ("units.csv, row 6, column E", "Fill it in"),
    ),
    "two units with one code": (
        {"units": edited("units", ("v5,五村", "v4,五村"))},
        ("units.csv, row 6, column A", "row 5 already"),
    ),
    "a project nobody may fund": (
        {"projects": edited("projects", ("head,construction,services,26000", "head,poetry,services,26000"))},
        ("projects.csv, row 4, column H", "no fund may pay", "poetry"),
    ),
    "a cyclic prerequisite": (
        {
            "projects": edited(
                "projects",
                ("one hall,2026-10-31,", "one hall,2026-10-31,p2"),
                ("one room,2026-10-31,", "one room,2026-10-31,p1"),
            )
        },
        ("projects.csv, row 2", "p1 → p2 → p1"),
    ),
    "a table without a header": ({"units": ""}, ("units.csv", "missing")),
    "a table that is no text": ({"units": "\0\0\0"}, ("units.csv",)),
}


@pytest.mark.parametrize(
    "recorded_before", [False, True], ids=["on an empty record", "on a record that holds a county"]
)
@pytest.mark.parametrize("fault", FAULTY_TABLES)
def test_a_faulty_table_is_told_with_its_place_and_nothing_is_recorded(
    desk: Desk, fault: str, recorded_before: bool
) -> None:
    if recorded_before:
        desk.imported()
    tables, told = FAULTY_TABLES[fault]
    sentences = desk.told(BAD_INPUT, "register", "import", desk.register("faulty", **tables))
    assert all(words in sentences for words in told), sentences
    assert len(desk.rows()) == (29 if recorded_before else 0)
    assert (desk.folder / "tongchou.db").exists() == recorded_before


def test_every_fault_of_every_table_is_told_at_once(desk: Desk) -> None:
    tables = {
        "units": edited("units", ("Village Five,village,t2", "Village Five,village,t9")),
        "projects": edited("projects", ("30000,60", "-30000,60"), ("18000,30", "18000.001,30")),
        "funds": edited("funds", ("construction,80000", "construction,=80000")),
    }
    sentences = desk.told(BAD_INPUT, "register", "import", desk.register(**tables))
    assert all(words in sentences for words in ("t9", "-30000", "18000.001", "=80000"))


FAULTY_POLICIES = {
    "a YAML bomb": (
        "a: &a [lol, lol]\n" + "".join(f"{x}: &{x} [*{y}, *{y}, *{y}]\n" for x, y in ("ba", "cb", "dc", "ed", "fe")),
        ("line 1", "anchor"),
    ),
    "a key written twice": (edited_policy(("version: 1\n", "version: 1\nversion: 2\n")), ("line 3", "version")),
    "a float for money": (edited_policy(("quantum_yuan: 100", "quantum_yuan: 100.5")), ("line 5", "100.5")),
    "a misspelt key": (edited_policy(("quantum_yuan", "quantum_yaun")), ("line 5", "perhaps `quantum_yuan` is meant")),
    "an unknown rule": (edited_policy(("rule: cap", "rule: cop")), ("cop", "perhaps `cap` is meant")),
    "an expression that would be run": (
        edited_policy(("need: households", 'need: \'__import__("os").system("ls")\'')),
        ("line 7", "priority.need"),
    ),
    "nothing at all": ("", ("policy.yaml",)),
    "a picture": ("\x89PNG\r\n\x1a\n\0\0", ("policy.yaml",)),
}


@pytest.mark.parametrize("command", [("policy", "check"), ("policy", "adopt"), ("plan", "--policy")], ids=" ".join)
@pytest.mark.parametrize("fault", FAULTY_POLICIES)
def test_a_faulty_policy_is_told_with_line_and_cure_and_nothing_is_recorded(
    desk: Desk, fault: str, command: tuple[str, ...]
) -> None:
    desk.imported()
    text, told = FAULTY_POLICIES[fault]
    sentences = desk.told(BAD_INPUT, *command, desk.policy(text))
    assert all(words in sentences for words in told), sentences
    assert len(desk.rows()) == 29


def test_a_policy_that_asks_for_figures_the_register_has_not_is_not_adopted(desk: Desk) -> None:
    crews = desk.policy(edited_policy(("need: households", "need: crew_days")))
    assert desk.run("policy", "check", crews).code == DONE  # well written in itself
    desk.imported()
    for command in ("check", "adopt"):
        assert "crew_days" in desk.told(BAD_INPUT, "policy", command, crews)


@pytest.mark.parametrize("path", ["missing.yaml", "."])
def test_a_policy_file_that_is_not_there_is_told(desk: Desk, path: str) -> None:
    desk.imported()
    desk.told(BAD_INPUT, "policy", "adopt", path)


def empty_workbook(desk: Desk) -> bytes:
    desk.done("register", "template", desk.folder / "template.xlsx")
    return (desk.folder / "template.xlsx").read_bytes()


def password_protected(path: Path, desk: Desk) -> None:
    header = bytes.fromhex("D0CF11E0A1B11AE1") + bytes(1016)
    path.write_bytes(header + "EncryptedPackage".encode("utf-16-le") + bytes(3000))


def zipped(path: Path, desk: Desk) -> None:
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("register.xlsx", empty_workbook(desk))


def sparse_200_mb(path: Path, desk: Desk) -> None:
    with path.open("wb") as file:
        file.write(empty_workbook(desk))
        file.truncate(200 * 10**6)


def truncated(path: Path, desk: Desk) -> None:
    whole = empty_workbook(desk)
    path.write_bytes(whole[: len(whole) // 2])


def bomb(path: Path, desk: Desk) -> None:
    whole = empty_workbook(desk)
    path.write_bytes(whole)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, b"<worksheet>" + b" " * 20_000_000 if "sheet1" in name else b"<a/>")


def nothing(path: Path, desk: Desk) -> None:
    path.write_bytes(b"")


def a_text(path: Path, desk: Desk) -> None:
    path.write_text("code,name\n")


SPREADSHEETS = {
    password_protected: "password",
    zipped: "Unpack it",
    sparse_200_mb: "200 MB",
    truncated: "damaged or cut off",
    bomb: "register.xlsx",
    nothing: "register.xlsx",
    a_text: "register.xlsx",
}


@pytest.mark.parametrize("make", SPREADSHEETS, ids=lambda make: make.__name__)
def test_a_spreadsheet_that_cannot_be_read_is_told_and_nothing_is_recorded(desk: Desk, make: object) -> None:
    path = desk.folder / "register.xlsx"
    assert callable(make)
    make(path, desk)
    desk.imported()
    sentences = desk.told(BAD_INPUT, "register", "import", path)
    assert SPREADSHEETS[make] in sentences, sentences
    assert len(desk.rows()) == 29


@pytest.mark.parametrize(
    "value",
    ["households=-5", "stars=9", "poor=perhaps", "households", "last_result=x", "township=", "indicators=5"],
)
def test_a_value_a_unit_cannot_have_is_told(desk: Desk, value: str) -> None:
    desk.imported()
    desk.told(USAGE, "unit", "correct", "v1", "--set", value)


@pytest.mark.parametrize("amount", ["-5", "5.005", "five", "1e9", "99999999999999999999", ""])
def test_an_amount_that_is_no_sum_of_yuan_is_told(desk: Desk, amount: str) -> None:
    desk.imported()
    told = desk.told(USAGE, "fund", "amend", "service", "--new-amount", amount)
    assert "1250.50" in told
