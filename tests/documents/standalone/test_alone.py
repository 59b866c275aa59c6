"""The check runs anywhere: one file, an empty folder, no package of ours, tables as CSV or as a workbook."""

from __future__ import annotations

import ast
import csv
import json
import sys
from pathlib import Path

import pytest
import xlsxwriter

from documents.standalone.bundle import HERE, PARTS, verify_certificate
from tests.documents.standalone.handed_out import checked, is_one_sentence, medium_county, run_alone, write_papers


def test_the_file_imports_nothing_but_pythons_own_library_and_gives_every_name_once() -> None:
    tree = ast.parse(verify_certificate())
    imported = {a.name.split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    imported |= {str(n.module).split(".")[0] for n in ast.walk(tree) if isinstance(n, ast.ImportFrom)}
    assert imported <= sys.stdlib_module_names
    named = [n.name for n in tree.body if isinstance(n, ast.FunctionDef | ast.ClassDef)]
    named += [t.id for n in tree.body if isinstance(n, ast.Assign) for t in n.targets if isinstance(t, ast.Name)]
    assert sorted(named) == sorted(set(named))


def test_every_part_is_in_the_file() -> None:
    parts = {path.stem for path in (HERE / "certificate_check").glob("*.py")} - {"__init__"}
    assert parts == set(PARTS)


def test_in_an_empty_folder_without_site_packages_a_plan_is_found_right_in_both_languages(tmp_path: Path) -> None:
    write_papers(tmp_path, *medium_county())
    answer = run_alone(tmp_path)
    assert (answer.code, answer.err) == (0, ""), answer
    assert "All that is stated is right." in answer.out
    assert "全部核对无误" in run_alone(tmp_path, "plan.json", "--lang", "zh").out
    said = json.loads(run_alone(tmp_path, "plan.json", "certificate.json", "register", "--json").out)
    assert [step["step"] for step in said["steps"]] == ["shortfall-2", "welfare", "benefit"]


def test_a_refusal_is_one_sentence_and_exit_code_one(tmp_path: Path) -> None:
    write_papers(tmp_path, *medium_county())
    text = (tmp_path / "plan.json").read_text(encoding="utf-8")
    (tmp_path / "plan.json").write_text(text.replace('"raw_bound": ', '"raw_bound": 1', 1), encoding="utf-8")
    assert is_one_sentence(run_alone(tmp_path))
    (tmp_path / "plan.json").unlink()
    assert is_one_sentence(run_alone(tmp_path))


def test_a_workbook_says_the_same_as_a_folder(tmp_path: Path) -> None:
    write_papers(tmp_path, *medium_county())
    book = xlsxwriter.Workbook(tmp_path / "register.xlsx")
    for path in sorted((tmp_path / "register").glob("*.csv")):
        sheet = book.add_worksheet(path.stem)
        with path.open(encoding="utf-8", newline="") as file:
            for r, row in enumerate(csv.reader(file)):
                for c, cell in enumerate(row):
                    if cell.replace(".", "").isdigit():
                        sheet.write_number(r, c, float(cell))
                    else:
                        sheet.write_string(r, c, cell)
    book.close()
    files = [str(tmp_path / name) for name in ("certificate.json", "register.xlsx")]
    assert checked(tmp_path, *files).code == 0
    (tmp_path / "register.xlsx").write_bytes((tmp_path / "register.xlsx").read_bytes()[:2000])
    assert is_one_sentence(checked(tmp_path, *files))


@pytest.mark.parametrize("missing", ["plan.json", "certificate.json", "register/units.csv", "register/funds.csv"])
def test_a_missing_file_is_refused_in_one_sentence(tmp_path: Path, missing: str) -> None:
    write_papers(tmp_path, *medium_county())
    (tmp_path / missing).unlink()
    assert is_one_sentence(checked(tmp_path))
