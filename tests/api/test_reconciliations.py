"""A bank statement sent over HTTP: compared as by the command line, every faulty cell named, hostile files refused."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from service.office import Office
from tests.api.contract import must_fit
from tests.cli.running import Desk
from tests.service.asking.test_reconciliation import HEAD, honest

ROW = "2026-10-10,99.00,,丙,V-99\n"


def sent(client: TestClient, content: bytes, name: str = "bank.csv", **fields: Any) -> Any:
    """The answer to a statement."""
    headers = fields.pop("headers", {})
    return client.post("/v1/reconciliations", files={"statement": (name, content)}, data=fields, headers=headers)


@pytest.fixture
def statement(office: Office, tmp_path: Path) -> bytes:
    """What the bank would send of the whole year, and a line of its own."""
    with office.county() as county:
        return honest(county, tmp_path, without="w-001").read_bytes() + ROW.encode()


def test_a_statement_is_compared_as_the_command_does(
    client: TestClient, statement: bytes, typed: Desk, year_store: str
) -> None:
    found = must_fit(client, sent(client, statement))
    (typed.folder / "bank.csv").write_bytes(statement)
    said = typed.run("audit", "reconcile", "bank.csv", "--json", "--store", year_store).json
    assert {name: found[name] for name in said} == said
    assert not found["fine"]
    assert [one["outcome"] for one in found["entries"] if one["outcome"] != "matched"] == ["only_there", "only_here"]


def test_days_moment_and_form_are_the_auditors_to_choose(
    client: TestClient, statement: bytes, typed: Desk, year_store: str
) -> None:
    (typed.folder / "bank.csv").write_bytes(statement)
    options = ("--from", "2026-04-01", "--to", "2026-08-31", "--days", 3, "--position", 60)
    said = typed.run("audit", "reconcile", "bank.csv", "--json", "--store", year_store, *options).json
    fields = {"from": "2026-04-01", "to": "2026-08-31", "days": "3"}
    answer = client.post("/v1/reconciliations?position=60", files={"statement": ("bank.csv", statement)}, data=fields)
    found = must_fit(client, answer)
    assert {name: found[name] for name in said} == said
    table = sent(client, statement, form="csv", headers={"Accept-Language": "zh"})
    assert table.content.decode("utf-8-sig").startswith("结果,依据,不同之处,")
    sheet = sent(client, statement, form="xlsx")
    assert zipfile.ZipFile(io.BytesIO(sheet.content)).testzip() is None
    assert sheet.headers["content-disposition"] == 'attachment; filename="reconciliation.xlsx"'


def test_every_faulty_cell_is_named_with_its_place_in_the_readers_language(client: TestClient) -> None:
    content = (HEAD + "2026-04-20,abc,,甲,V-1\nnever,5.00,,乙,V-2\n2026-04-21,7.00,,丙,V-3\n").encode()
    answer = sent(client, content, headers={"Accept-Language": "zh"})
    found = must_fit(client, answer)
    assert (answer.status_code, found["code"]) == (422, "register-faults")
    assert [(one["row"], one["letter"]) for one in found["errors"]] == [(2, "B"), (3, "A")]
    assert all(
        any("\u4e00" <= letter <= "\u9fff" for letter in one["problem"] + one["cure"]) for one in found["errors"]
    )


def bomb() -> bytes:
    """A workbook of a few kilobytes that unpacks to many megabytes."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", b" " * 40_000_000)
    return packed.getvalue()


@pytest.mark.parametrize(
    "content,name,status",
    [
        (b"", "bank.csv", 422),
        (b"\x00\x01\x02" * 100, "bank.csv", 422),
        (b"\xff\xfe\xff" * 100, "bank.xlsx", 422),
        (b"PK\x03\x04 broken", "bank.xlsx", 422),
        (b"a,b\n1,2\n", "bank.csv", 422),
        (b"a,b\n1,2\n", "../../../etc/passwd", 422),
        (b"a,b\n1,2\n", "\u0007" + "长" * 300 + ".csv", 422),
        (b"a,b\n1,2\n", "nul\x00.csv", 422),
        (("date,amount\n" + "2026-01-01,1\n" * 120_000).encode(), "bank.csv", 422),
        (b"x" * 9_000_000, "bank.csv", 413),
        (b"date," + b"a," * 5000, "bank.csv", 422),
    ],
)
def test_a_hostile_file_is_refused_with_a_problem(client: TestClient, content: bytes, name: str, status: int) -> None:
    answer = sent(client, content, name)
    assert answer.status_code == status, answer.text
    assert "passwd/" not in answer.text
    assert "/tmp" not in must_fit(client, answer)["detail"]


def test_a_bomb_is_not_unpacked(client: TestClient) -> None:
    assert must_fit(client, sent(client, bomb(), "bank.xlsx"))["code"] == "bomb"


def test_a_body_that_is_no_form_is_refused(client: TestClient) -> None:
    for headers, content in (
        ({"Content-Type": "application/json"}, b"{}"),
        ({"Content-Type": "multipart/form-data"}, b"--x"),
        ({"Content-Type": "multipart/form-data; boundary=x"}, b"--x\r\nContent-Disposition: form-data; name=a\r\n"),
    ):
        answer = client.post("/v1/reconciliations", content=content, headers=headers)
        assert answer.status_code in (400, 415, 422)
        must_fit(client, answer)
    outside = sent(client, (HEAD + ROW).encode(), **{"from": "2027-01-01"})
    assert must_fit(client, outside)["code"] == "statement-outside"
