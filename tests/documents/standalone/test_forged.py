"""A certificate or plan of which anything was changed is refused in one sentence, whatever was changed."""

from __future__ import annotations

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.documents.standalone.handed_out import checked, is_one_sentence, medium_county, write_json, write_papers

Trail = tuple[str | int, ...]


@pytest.fixture(scope="module")
def papers(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Any, Any]:
    """The papers of the medium county: folder, plan, certificate."""
    folder = tmp_path_factory.mktemp("papers")
    plan, certificate = write_papers(folder, *medium_county())
    assert checked(folder).code == 0
    return folder, plan, certificate


def leaves(data: Any, trail: Trail = ()) -> Iterator[Trail]:
    """The way to every number, text and flag."""
    if isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield from leaves(value, (*trail, key))
    else:
        yield trail


def holders(data: Any, trail: Trail = ()) -> Iterator[Trail]:
    """The way to everything that is held by something."""
    if isinstance(data, dict | list):
        for key, value in data.items() if isinstance(data, dict) else enumerate(data):
            yield (*trail, key)
            yield from holders(value, (*trail, key))


def at(data: Any, trail: Trail) -> Any:
    for step in trail:
        data = data[step]
    return data


def others(value: Any) -> list[Any]:
    """What a number, text or flag may be changed into."""
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int | float):
        return [value + 1, value - 1, -value - 1, str(value), value + 0.000001, 10**70]
    if isinstance(value, str) and value.lstrip("-").isdigit():
        return [str(int(value) + 1), str(int(value) - 1), str(-int(value) - 1), f"0{value}", "", "9" * 70]
    return [f"{value}x", "", None, 0]


def with_value(data: Any, trail: Trail, value: Any) -> Any:
    forged = copy.deepcopy(data)
    at(forged, trail[:-1])[trail[-1]] = value
    return forged


def without(data: Any, trail: Trail) -> Any:
    forged = copy.deepcopy(data)
    del at(forged, trail[:-1])[trail[-1]]
    return forged


def accepted(folder: Path, name: str, forgeries: Iterator[tuple[Trail, Any]]) -> set[Trail]:
    """Which forgeries were not refused; all others were, in one sentence."""
    found = set()
    original = (folder / name).read_text(encoding="utf-8")
    try:
        for trail, content in forgeries:
            write_json(folder / name, content)
            answer = checked(folder)
            if answer.code == 0:
                found.add(trail)
            else:
                assert is_one_sentence(answer), (trail, answer)
    finally:
        (folder / name).write_text(original, encoding="utf-8")
    return found


@pytest.mark.slow
def test_every_number_and_text_of_a_certificate_counts(papers: tuple[Path, Any, Any]) -> None:
    """All but the last digits of a price: the bound is worked out from the prices in hand, so that one is as good."""
    folder, _, certificate = papers
    changes = (
        (trail, with_value(certificate, trail, value))
        for place, trail in enumerate(leaves(certificate))
        if trail[0] != "policy" or place % 4 == 0  # one hash is taken of all of it
        for value in others(at(certificate, trail))[: 1 if trail[0] == "policy" else None]
    )
    harmless = accepted(folder, "certificate.json", changes)
    assert {(trail[0], trail[2]) for trail in harmless} <= {("steps", "prices")}


def test_nothing_can_be_left_out_of_a_certificate(papers: tuple[Path, Any, Any]) -> None:
    folder, _, certificate = papers
    trails = [trail for trail in holders(certificate) if trail[0] != "policy" or len(trail) < 3]
    harmless = accepted(folder, "certificate.json", ((t, without(certificate, t)) for t in trails))
    assert harmless == set()


@pytest.mark.slow
def test_every_figure_of_the_plans_objectives_counts(papers: tuple[Path, Any, Any]) -> None:
    folder, plan, _ = papers
    of_steps = [("objectives", *trail) for trail in leaves(plan["objectives"])]
    changes = ((t, with_value(plan, t, v)) for t in of_steps for v in others(at(plan, t)))
    assert accepted(folder, "plan.json", changes) == set()
    gone = ((t, without(plan, t)) for t in (("objectives", *trail) for trail in holders(plan["objectives"])))
    assert accepted(folder, "plan.json", gone) == set()


def test_every_line_site_and_fund_of_the_plan_counts(papers: tuple[Path, Any, Any]) -> None:
    folder, plan, _ = papers
    trails = [(key, *trail) for key in ("lines", "sites", "funds") for trail in leaves(plan[key])]
    changes = ((t, with_value(plan, t, others(at(plan, t))[0])) for t in trails[::4])
    assert accepted(folder, "plan.json", changes) == set()


def test_a_better_looking_plan_with_all_its_hashes_made_anew_is_still_found_out(papers: tuple[Path, Any, Any]) -> None:
    """A forger who knows the script: the value raised everywhere, the bound with it."""
    folder, plan, certificate = papers
    place = next(i for i, step in enumerate(certificate["steps"]) if step["step"] == "benefit")
    better, proof = copy.deepcopy(plan), copy.deepcopy(certificate)
    for key in ("value", "bound", "raw_value", "raw_bound", "raw_floor"):
        better["objectives"][place][key] += 1
    for key in ("value", "bound", "floor", "solver_bound"):
        proof["steps"][place][key] = str(int(proof["steps"][place][key]) + 1)
    write_json(folder / "certificate.json", proof)
    try:
        assert accepted(folder, "plan.json", iter([((), better)])) == set()
    finally:
        write_json(folder / "certificate.json", certificate)


def test_prices_that_are_twice_as_high_prove_another_bound(papers: tuple[Path, Any, Any]) -> None:
    folder, _, certificate = papers
    forged = []
    for i, step in enumerate(certificate["steps"]):
        prices = {name: str(2 * int(price)) for name, price in step["prices"].items()}
        if prices:
            forged.append((("steps", i), with_value(certificate, ("steps", i, "prices"), prices)))
    assert forged
    assert accepted(folder, "certificate.json", iter(forged)) == set()


def test_a_price_on_the_side_a_row_does_not_have_or_on_no_row_is_refused(papers: tuple[Path, Any, Any]) -> None:
    folder, _, certificate = papers
    forged = []
    for i, step in enumerate(certificate["steps"]):
        for row, price in {"envelope.care": "-1", "nobody": "1", "keep.nothing": "1", "budget.ponds": "0"}.items():
            forged.append(
                (("steps", i, row), with_value(certificate, ("steps", i, "prices"), {**step["prices"], row: price}))
            )
    assert accepted(folder, "certificate.json", iter(forged)) == set()


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[" * 100_000,
        '{"a":' * 100_000,
        "NaN",
        '{"steps": Infinity}',
        '{"format": 1e999999}',
        f'{{"format": {"9" * 5000}}}',
        '{"kind": 1, "kind": 2}',
        '"certificate"',
        "[]",
        "null",
        "\ud800",
    ],
)
@pytest.mark.parametrize("name", ["plan.json", "certificate.json"])
def test_a_file_that_is_no_certificate_is_refused_in_one_sentence(
    papers: tuple[Path, Any, Any], name: str, text: str
) -> None:
    folder, *_ = papers
    original = (folder / name).read_bytes()
    try:
        (folder / name).write_bytes(text.encode("utf-8", "surrogatepass"))
        assert is_one_sentence(checked(folder))
    finally:
        (folder / name).write_bytes(original)


def test_a_register_with_another_figure_in_it_is_not_the_register(papers: tuple[Path, Any, Any]) -> None:
    folder, *_ = papers
    for name in ("units", "projects", "funds", "townships"):
        table = folder / "register" / f"{name}.csv"
        original = table.read_text(encoding="utf-8")
        rows = original.splitlines()
        try:
            table.write_text(
                "\n".join([*rows[:-1], rows[-1].replace(rows[-1].split(",")[0], "other")]), encoding="utf-8"
            )
            assert is_one_sentence(checked(folder)), name
        finally:
            table.write_text(original, encoding="utf-8")


def test_a_number_of_a_certificate_is_text_and_of_a_plan_a_number(papers: tuple[Path, Any, Any]) -> None:
    folder, _, certificate = papers
    bound = certificate["steps"][0]["bound"]
    forged = with_value(certificate, ("steps", 0, "bound"), json.loads(bound))
    assert accepted(folder, "certificate.json", iter([((), forged)])) == set()
