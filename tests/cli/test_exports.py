"""`tongchou export-package|export-oc4ids|export-geojson|export-ledger`: files of any moment, or a sentence and none."""

from __future__ import annotations

import json
import zipfile

import pytest

from tests.cli.running import BAD_INPUT, REFUSED, USAGE, Desk


def test_the_open_data_of_a_county_goes_out(desk: Desk) -> None:
    desk.imported()
    head = desk.done("ledger", "--json").json["position"]
    made = desk.done("export-package", "county.zip", "--json").json
    path = desk.folder / "county.zip"
    assert made == {"file": "county.zip", "position": head, "as_of": None, "bytes": path.stat().st_size}
    with zipfile.ZipFile(path) as archive:
        assert "plan_lines.csv" in archive.namelist()
    desk.done("export-oc4ids", "projects.json", "--prefix", "oc4ids-bu3kcz")
    projects = json.loads((desk.folder / "projects.json").read_text(encoding="utf-8"))["projects"]
    assert {one["id"].rpartition("-")[0] for one in projects} == {"oc4ids-bu3kcz"}
    said = desk.done("export-geojson", "units.geojson", "--position", "20", "--lang", "zh").out
    assert "前 20 条记录" in said
    assert json.loads((desk.folder / "units.geojson").read_text(encoding="utf-8"))["position"] == 20
    assert desk.done("export-ledger", "then.beancount", "--as-of", "2020-01-01", "--json").json["movements"] == 0


@pytest.mark.parametrize(
    "code, arguments",
    [
        (REFUSED, ["export-package", "county.zip", "--position", "0"]),
        (REFUSED, ["export-geojson", "units.geojson", "--as-of", "1999-01-01"]),
        (REFUSED, ["export-oc4ids", "projects.json", "--prefix", "bu3kcz"]),
        (USAGE, ["export-ledger", "ledger.beancount", "--as-of", "yesterday"]),
        (USAGE, ["export-package", "county.zip", "--position", "-1"]),
        (BAD_INPUT, ["export-package", "nowhere/county.zip"]),
        (BAD_INPUT, ["export-oc4ids", "nowhere/projects.json"]),
    ],
)
def test_what_cannot_go_out_is_one_sentence_and_no_file(desk: Desk, code: int, arguments: list[str]) -> None:
    desk.imported()
    before = sorted(path for path in desk.folder.rglob("*") if ".db" not in path.name)
    desk.told(code, *arguments)
    assert sorted(path for path in desk.folder.rglob("*") if ".db" not in path.name) == before


def test_a_question_of_open_data_makes_no_store(desk: Desk) -> None:
    assert "There is no store" in desk.told(REFUSED, "export-package", "county.zip")
    assert list(desk.folder.iterdir()) == []
