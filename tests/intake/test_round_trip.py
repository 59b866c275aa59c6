"""What is written reads back: register -> folder or workbook -> the same register, and the same bytes again."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from msgspec.structs import replace

from domain.register import Register
from intake.register_csv import areas_text, register_files, write_register_folder
from intake.register_file import read_register
from intake.register_rows import UnwritableRegister
from intake.register_xlsx import write_register_workbook
from tests.intake.samples import folder, good
from tests.intake.strategies import registers

QUICK = settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])


@QUICK
@given(registers())
def test_a_register_written_as_a_folder_reads_back_equal_and_writes_the_same_bytes(
    tmp_path_factory: pytest.TempPathFactory, register: Register
) -> None:
    where = tmp_path_factory.mktemp("register")
    write_register_folder(register, where)
    again = read_register(where)
    assert again == register
    assert register_files(again) == register_files(register)


@QUICK
@given(registers())
def test_a_register_written_as_a_workbook_reads_back_equal(
    tmp_path_factory: pytest.TempPathFactory, register: Register
) -> None:
    where = tmp_path_factory.mktemp("register")
    write_register_workbook(register, where / "register.xlsx")
    (where / "map.geojson").write_text(areas_text(register.areas), encoding="utf-8")
    assert read_register(where / "register.xlsx", areas=where / "map.geojson") == register


@pytest.fixture
def register(tmp_path: Path) -> Register:
    return read_register(folder(tmp_path / "x-county", good()))


def test_a_folder_is_written_whole_and_without_tables_of_an_earlier_register(
    tmp_path: Path, register: Register
) -> None:
    where = tmp_path / "out"
    with_neighbours = replace(register, adjacency=(("V1", "V2"),))
    names = {path.name for path in write_register_folder(with_neighbours, where)}
    assert names == {"county.csv", "townships.csv", "units.csv", "projects.csv", "funds.csv", "adjacency.csv"}
    write_register_folder(register, where)
    assert {path.name for path in where.iterdir()} == names - {"adjacency.csv"}
    assert (where / "units.csv").read_text(encoding="utf-8").splitlines()[:2] == [
        (
            "code,name_zh,name_en,kind,township,households,population,income_per_head_yuan,poor,backward,"
            "backward_reason,stars,haves,office_rented_out,collective_income_yuan,longitude,latitude,last_result"
        ),
        "C1,东门社区,东门社区,community,T2,900,,,no,no,,5,,no,,,,",
    ]


def test_two_workbooks_of_one_register_are_the_same_bytes(tmp_path: Path, register: Register) -> None:
    write_register_workbook(register, tmp_path / "one.xlsx")
    write_register_workbook(register, tmp_path / "two.xlsx")
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


@pytest.mark.parametrize(
    "changes",
    [
        {"name_zh": "=1+1"},
        {"name_zh": " 柳树"},
        {"backward_reason": "a\u202eb"},
        {"indicators": {"poor": 1}},
        {"indicators": {"备注": 1}},
    ],
)
def test_what_a_spreadsheet_could_run_or_would_lose_is_refused_before_anything_is_written(
    tmp_path: Path, register: Register, changes: dict[str, Any]
) -> None:
    odd = replace(register, units={**register.units, "V1": replace(register.units["V1"], **changes)})
    with pytest.raises(UnwritableRegister):
        write_register_folder(odd, tmp_path / "out")
    with pytest.raises(UnwritableRegister):
        write_register_workbook(odd, tmp_path / "out.xlsx")
    assert not (tmp_path / "out").exists()
    assert not (tmp_path / "out.xlsx").exists()
