"""Files from outside: whatever is wrong with one is one clear sentence, told before anything in it is believed."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path

import pytest

from intake.faults import IntakeFault, RegisterFaults
from intake.limits import Limits
from intake.register_file import read_register
from intake.workbook import read_tables
from tests.intake.samples import folder, good, workbook

COMPOUND = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(504)


def fault(path: Path, limits: Limits | None = None) -> IntakeFault:
    with pytest.raises(IntakeFault) as caught:
        read_register(path, limits=limits)
    for lang in ("zh", "en"):
        sentence = caught.value.sentence(lang)
        assert "{" not in sentence
        assert "\n" not in sentence
        assert path.name in sentence
    return caught.value


def packed(**members: str) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in members.items():
            archive.writestr(name.replace("__", "/").replace("_dot_", "."), text)
    return content.getvalue()


@pytest.mark.parametrize(
    "content,code",
    [
        (b"", "empty"),
        (COMPOUND, "old-workbook"),
        (COMPOUND + "EncryptedPackage".encode("utf-16-le"), "password"),
        (b"code,name_zh\nV1,x\n", "text-renamed"),
        ("代码,名称\n".encode("gb18030"), "text-renamed"),
        (b"<html><table><tr><td>code</td></tr></table></html>", "web-page"),
        (b'\xef\xbb\xbf<?xml version="1.0"?><Workbook/>', "web-page"),
        (b"%PDF-1.7", "not-a-workbook"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "not-a-workbook"),
        (b"Rar!\x1a\x07\x00", "zipped-folder"),
        (b"\x1f\x8b\x08\x00", "zipped-folder"),
        (b"PK\x03\x04 and then nothing", "damaged"),
        (packed(county__units_dot_csv="code"), "zipped-folder"),
        (packed(mimetype="application/vnd.oasis.opendocument.spreadsheet", content_dot_xml="<a/>"), "opendocument"),
        (packed(word__document_dot_xml="<a/>"), "other-office"),
        (packed(xl__workbook_dot_bin="x"), "binary-workbook"),
        (packed(readme_dot_txt="hello"), "not-a-workbook"),
        (packed(xl__workbook_dot_xml="<workbook"), "damaged"),
        (packed(xl__workbook_dot_xml="<workbook/>"), "no-sheets"),
        (packed(xl__workbook_dot_xml='<!DOCTYPE w [<!ENTITY a "aaaa">]><workbook>&a;</workbook>'), "damaged"),
    ],
)  # fmt: skip
def test_a_file_that_is_no_workbook_is_told_by_what_it_really_is(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "register.xlsx"
    path.write_bytes(content)
    assert fault(path).code == code


def test_a_missing_file_a_pipe_and_a_circle_of_links_are_told(tmp_path: Path) -> None:
    assert fault(tmp_path / "nothing.xlsx").code == "missing"
    assert fault(tmp_path / ("x" * 300)).code == "missing"
    pipe = tmp_path / "pipe.xlsx"
    os.mkfifo(pipe)
    assert fault(pipe).code == "not-a-file"
    one, two = tmp_path / "one.xlsx", tmp_path / "two.xlsx"
    one.symlink_to(two)
    two.symlink_to(one)
    assert fault(one).code == "link-loop"


def test_a_circle_of_links_inside_a_folder_is_told(tmp_path: Path) -> None:
    where = folder(tmp_path / "county", good())
    (where / "projects.csv").unlink()
    (where / "projects.csv").symlink_to(where / "projects.csv")
    with pytest.raises(IntakeFault) as caught:
        read_register(where)
    assert (caught.value.code, caught.value.file) == ("link-loop", "projects.csv")


def test_a_200_mb_spreadsheet_is_refused_without_being_read(tmp_path: Path) -> None:
    path = tmp_path / "large.xlsx"
    with path.open("wb") as stream:
        stream.truncate(200_000_000)
    found = fault(path)
    assert found.code == "too-large"
    assert found.sentence("en") == (
        "large.xlsx has 200 MB and at most 50 MB are read. "
        "Take out pictures and sheets that do not belong to the register, or split it."
    )


def test_a_workbook_cut_off_anywhere_is_damaged_and_nothing_else(tmp_path: Path) -> None:
    whole = workbook(tmp_path / "whole.xlsx", good()).read_bytes()
    path = tmp_path / "cut.xlsx"
    for end in range(1, len(whole), 97):
        path.write_bytes(whole[:end])
        assert fault(path).code in {"damaged", "text-renamed", "not-a-workbook"}


def sheet_xml(rows: str) -> bytes:
    """A workbook with one sheet `units`, whose rows are given as XML."""
    relations = (
        '<Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/></Relationships>'
    )
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(
            "xl/workbook.xml", '<workbook><sheets><sheet name="units" r_id="r1" id="r1"/></sheets></workbook>'
        )
        archive.writestr("xl/_rels/workbook.xml.rels", relations)
        archive.writestr("xl/worksheets/sheet1.xml", f"<worksheet><sheetData>{rows}</sheetData></worksheet>")
    return content.getvalue()


@pytest.mark.parametrize(
    "rows,code",
    [
        ('<row r="1"><c r="ZZZ1"><v>1</v></c></row>', "too-many-columns"),
        ('<row r="1048576"><c r="A1048576"><v>1</v></c></row>', "too-many-rows"),
        ('<row r="1"><c r="ZZZZZZ1"><v>1</v></c></row>', "damaged"),
        ('<row r="99999999999"><c r="A99999999999"><v>1</v></c></row>', "damaged"),
        ('<row r="0"><c r="A0"><v>1</v></c></row>', "damaged"),
        ('<row r="2"><c r="A1"><v>1</v></c></row>', "damaged"),
        ('<row r="2"/><row r="1"/>', "damaged"),
        ('<row r="1"><c r="B1"><v>1</v></c><c r="A1"><v>1</v></c></row>', "damaged"),
        ('<row r="1"><c r="A1" t="s"><v>7</v></c></row>', "damaged"),
        ('<row r="1"><c r="A1"><v>1_0</v></c></row>', "damaged"),
        ('<row r="1"><c r="A1"><v>nan</v></c></row>', "damaged"),
        ('<row r="1"><c r="A1"><v>1e999</v></c></row>', "damaged"),
        ('<row r="1"><c r="A1" t="inlineStr"><is><t>' + "x" * 40_000 + "</t></is></c></row>", "cell-too-long"),
    ],
)
def test_cells_in_impossible_places_or_of_impossible_kinds_are_refused(tmp_path: Path, rows: str, code: str) -> None:
    path = tmp_path / "odd.xlsx"
    path.write_bytes(sheet_xml(rows))
    assert fault(path).code == code


def test_formatted_but_empty_cells_far_away_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "odd.xlsx"
    path.write_bytes(
        sheet_xml('<row r="1"><c r="A1"><v>1</v></c><c r="XFD1" s="3"/></row><row r="1048576"><c r="A1048576"/></row>')
    )
    assert read_tables(path, Limits()).by_sheet["units"].rows == [[1]]


def test_a_zip_bomb_is_stopped_while_it_unpacks(tmp_path: Path) -> None:
    path = tmp_path / "bomb.xlsx"
    path.write_bytes(sheet_xml('<row r="1"><c r="A1"/></row>' + " " * 40_000_000))
    assert path.stat().st_size < 100_000
    assert fault(path).code == "bomb"


def test_limits_on_members_rows_columns_and_cells_are_kept(tmp_path: Path) -> None:
    path = workbook(tmp_path / "register.xlsx", good())
    assert fault(path, Limits(members=3)).code == "too-many-members"
    assert fault(path, Limits(rows=2)).code == "too-many-rows"
    assert fault(path, Limits(columns=5)).code == "too-many-columns"
    assert fault(path, Limits(cells=30)).code == "too-many-cells"
    assert fault(path, Limits(unpacked_bytes=1000)).code == "bomb"
    where = folder(tmp_path / "county", good())
    for limits, code in (
        (Limits(rows=2), "too-many-rows"),
        (Limits(columns=5), "too-many-columns"),
        (Limits(cells=30), "too-many-cells"),
        (Limits(table_bytes=100), "too-large"),
        (Limits(cell_characters=10), "cell-too-long"),
        (Limits(members=3), "too-many-members"),
    ):
        with pytest.raises(IntakeFault) as caught:
            read_register(where, limits=limits)
        assert caught.value.code == code


def test_a_folder_without_tables_and_one_of_workbooks_are_told_apart(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("x")
    assert fault(tmp_path).code == "no-tables"
    workbook(tmp_path / "a.xlsx", good())
    assert fault(tmp_path).code == "folder-of-workbooks"


def test_one_csv_alone_is_told_to_go_into_a_folder(tmp_path: Path) -> None:
    where = folder(tmp_path / "county", good())
    assert fault(where / "units.csv").code == "csv-alone"


def test_two_files_or_sheets_for_one_table_are_refused(tmp_path: Path) -> None:
    book = good()
    book["单位"] = book["units"]
    assert fault(workbook(tmp_path / "twice.xlsx", book)).code == "sheet-twice"
    assert fault(folder(tmp_path / "twice", book)).code == "sheet-twice"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_same_tables_in_any_usual_encoding_and_delimiter_are_the_same_register(
    tmp_path: Path, encoding: str, delimiter: str
) -> None:
    plain = read_register(folder(tmp_path / "plain" / "county", good()))
    assert read_register(folder(tmp_path / "other" / "county", good(), encoding=encoding, delimiter=delimiter)) == plain


@pytest.mark.parametrize(
    "content,code",
    [
        ("代码,名称,café\n".encode("latin-1", "replace") + b"\xe9\xe8\n", "csv-encoding"),
        ("code,name\nV1,Straße\n".encode("cp1252"), "csv-encoding"),
        ("代碼,名稱,鄉鎮,戶數,貧困\n".encode("big5"), "csv-encoding"),
        (b"\xff\xfe\x00", "csv-encoding"),
        (b"code,\0name\n", "csv-binary"),
        (b'code,name\nV1,"never closed\n', "csv-broken"),
        (b'code,name\nV1,"a"b\n', "csv-broken"),
        (b"code,name\nV1," + b"x" * 200_000, "csv-broken"),
    ],
)
def test_a_csv_that_cannot_be_text_is_told(tmp_path: Path, content: bytes, code: str) -> None:
    where = folder(tmp_path / "county", good())
    (where / "units.csv").write_bytes(content)
    with pytest.raises(IntakeFault) as caught:
        read_register(where)
    assert (caught.value.code, caught.value.file) == (code, "units.csv")


def test_names_of_files_cannot_move_the_cursor_of_a_terminal(tmp_path: Path) -> None:
    path = tmp_path / "a\x1b[2Jb.xlsx"
    path.write_bytes(b"")
    with pytest.raises(IntakeFault) as caught:
        read_register(path)
    assert "\x1b" not in str(caught.value)


def test_an_empty_table_is_a_register_fault_not_a_crash(tmp_path: Path) -> None:
    where = folder(tmp_path / "county", good())
    (where / "units.csv").write_bytes(b"")
    with pytest.raises(RegisterFaults):
        read_register(where)
