"""Projects as open contracting data: in the shape of the standard, with the money and days of the record.

`oc4ids_profile.json` is the part of OC4IDS 0.9 we write, closed. The standard's own files are not kept here: where
TONGCHOU_OC4IDS_SCHEMA names a folder that holds project-schema.json and project-package-schema.json as published
(standard.open-contracting.org/infrastructure, 0.9.4), packages are validated against those as well.
"""

from __future__ import annotations

import json
import os
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft4Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT4

from service.county import County
from service.exports.oc4ids import NoProjectToPublish, PrefixUnclear, write_oc4ids
from service.progress import progress_at
from service.registers import import_register, moment, register_at
from tests.service.small import PLANNER, TABLES, small_county, write_register
from tests.year import Year

PROFILE = Draft4Validator(json.loads((Path(__file__).parent / "oc4ids_profile.json").read_text(encoding="utf-8")))
PUBLISHED = os.environ.get("TONGCHOU_OC4IDS_SCHEMA")


def written(county: County, folder: Path, as_of: date | None = None, prefix: str = "oc4ids-test01") -> dict[str, Any]:
    path = folder / "projects.json"
    write_oc4ids(county, moment(county, as_of=as_of), path, prefix=prefix)
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"), parse_float=Decimal)
    return found


def faults(validator: Draft4Validator, package: dict[str, Any]) -> list[tuple[list[Any], str]]:
    plain = json.loads(json.dumps(package, default=float))
    return [(list(one.absolute_path), one.message) for one in validator.iter_errors(plain)]


@pytest.fixture(scope="module")
def package(year: Year, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    return written(year.county, tmp_path_factory.mktemp("oc4ids"))


def test_a_finished_year_has_the_shape_of_the_standard(package: dict[str, Any]) -> None:
    assert faults(PROFILE, package) == []


@pytest.mark.skipif(PUBLISHED is None, reason="TONGCHOU_OC4IDS_SCHEMA names no folder with the published schema")
def test_a_finished_year_is_valid_by_the_published_schema(package: dict[str, Any], year: Year, tmp_path: Path) -> None:
    folder = Path(str(PUBLISHED))
    schema, whole = (
        json.loads((folder / name).read_bytes()) for name in ("project-schema.json", "project-package-schema.json")
    )
    known = Registry().with_resource(schema["id"], Resource.from_contents(schema, default_specification=DRAFT4))
    validator = Draft4Validator(whole, registry=known, format_checker=Draft4Validator.FORMAT_CHECKER)
    assert faults(validator, package) == []
    assert faults(validator, {**package, "projects": [{**package["projects"][0], "status": "built"}]}) != []
    for day in (date(2026, 1, 12), date(2026, 4, 20)):
        assert faults(validator, written(year.county, tmp_path, day)) == []


def test_money_is_that_of_the_record_to_the_fen(package: dict[str, Any], year: Year) -> None:
    progress = {one.project: one for one in progress_at(year.county, moment(year.county))}
    assert [one["identifiers"][0]["id"] for one in package["projects"]] == list(progress)
    for told in package["projects"]:
        one = progress[told["identifiers"][0]["id"]]
        assert told["budget"]["amount"]["amount"] * 100 == one.cost_fen
        pieces = [piece for group in told["budget"].get("budgetBreakdowns", []) for piece in group["budgetBreakdown"]]
        assert sum(piece["amount"]["amount"] * 100 for piece in pieces) == one.funded_fen
        signs = [-1 if "payee" in paid else 1 for paid in told.get("transactions", [])]
        paid = [paid["value"]["amount"] * 100 for paid in told.get("transactions", [])]
        assert sum(sign * fen for sign, fen in zip(signs, paid, strict=True)) == one.paid_fen


def test_every_project_stands_where_its_last_step_put_it(package: dict[str, Any], year: Year, tmp_path: Path) -> None:
    status = {one["identifiers"][0]["id"]: one["status"] for one in package["projects"]}
    steps = {one.project: one.step for one in progress_at(year.county, moment(year.county))}
    assert {status[code] for code, step in steps.items() if step == "accepted"} == {"completion"}
    assert {status[code] for code, step in steps.items() if step == "started"} == {"implementation"}
    before = written(year.county, tmp_path, date(2026, 2, 1))
    assert {one["status"] for one in before["projects"]} == {"identification"}
    accepted = [one for one in package["projects"] if one["status"] == "completion"]
    assert all("completionCertificate" in {paper["documentType"] for paper in one["documents"]} for one in accepted)


def test_payees_stay_unnamed_and_one_body_in_two_roles_is_one_party(package: dict[str, Any]) -> None:
    assert "payee of" not in json.dumps(package, default=str)
    for project in package["projects"]:
        names = [party["name"] for party in project["parties"]]
        assert len(names) == len(set(names))


def test_the_same_moment_has_the_same_address_and_the_prefix_is_the_publishers(year: Year, tmp_path: Path) -> None:
    one, again = (written(year.county, tmp_path, prefix=prefix) for prefix in ("oc4ids-aaa", "oc4ids-bbb"))
    assert one["uri"] == again["uri"]
    assert one["uri"] != written(year.county, tmp_path, date(2026, 4, 1))["uri"]
    assert all(project["id"].startswith("oc4ids-bbb-") for project in again["projects"])


@pytest.mark.parametrize("prefix", ["bu3kcz", "oc4ids-", "oc4ids-A B", "oc4ids-x\n", "oc4ids-" + "a" * 40])
def test_a_prefix_that_is_none_is_refused(year: Year, tmp_path: Path, prefix: str) -> None:
    with pytest.raises(PrefixUnclear):
        written(year.county, tmp_path, prefix=prefix)


def test_a_library_without_projects_is_refused_with_a_sentence(tmp_path: Path) -> None:
    header = TABLES["projects"].splitlines()[0] + "\n"
    with small_county(tmp_path) as county:
        import_register(county, write_register(tmp_path / "register", projects=header), county.mandate(PLANNER))
        assert not register_at(county, moment(county)).projects
        with pytest.raises(NoProjectToPublish):
            written(county, tmp_path)
