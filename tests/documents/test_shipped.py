"""The documents of the two shipped registers: everything they hold fits, and the report stays small."""

from __future__ import annotations

from functools import cache
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from documents.distribution import distribution
from documents.report import render_report
from documents.view import make_view
from domain.measures import Measures
from domain.plan import Plan
from domain.policy.model import Policy
from domain.register import Register
from tests.documents.county import everything

LIBRARY = Path(__file__).resolve().parents[2] / "scenarios" / "library"
SHIPPED = ["middlesbrough", "x-county"]
"""The registers with the two funds of the mission, which the greedy plan of these tests gives out."""


@cache
def shipped(name: str) -> tuple[Register, Policy, Plan, Measures]:
    """A shipped register with a greedy plan."""
    from intake.register_file import read_register

    return everything(read_register(LIBRARY / name))


@pytest.mark.parametrize("name", SHIPPED)
def test_the_report_of_a_shipped_register_shows_every_unit_and_stays_below_400_kilobytes(name: str) -> None:
    case = shipped(name)
    html = render_report(*case, generated_for={"verified": True})
    assert len(html.encode()) < 400_000
    assert all(f'id="u-{code}"' in html for code in case[0].units)
    assert 'class="map"' in html


@pytest.mark.parametrize("name", SHIPPED)
def test_the_report_of_a_shipped_register_gives_its_source_credit(name: str) -> None:
    case = shipped(name)
    html = render_report(*case, generated_for={})
    assert case[0].note[:40] in html.replace("&#39;", "'")


@pytest.mark.parametrize("name", SHIPPED)
def test_the_table_of_a_shipped_register_has_a_row_for_each_of_its_ninety_units(name: str) -> None:
    found = make_view(*shipped(name))
    workbook = load_workbook(BytesIO(distribution(found)), data_only=True)
    sheet = workbook.worksheets[1 + [fund.fund.code for fund in found.funds].index("service")]
    assert sum(isinstance(row[0].value, int) for row in sheet.iter_rows()) == 90
