"""Named reforms compose: the changes of a used scenario come where it is used, and its text is part of the hash."""

from __future__ import annotations

from pathlib import Path

import pytest

from domain.policy.faults import PolicyFaults
from service.county import County
from service.scenarios.finding import ScenarioUnreadable, read_scenario
from service.scenarios.running import BasePolicyUnknown, NoBase, run_scenario

QUESTION = "question: {zh: 问, en: what if}\n"
FEWER = "{set: funds.beautiful.amount_yuan, to: 56000, why: fewer}"
MORE = "{scale: funds.beautiful.amount_yuan, by: 2, why: more}"


def written(folder: Path, name: str, *changes: str, more: str = "") -> Path:
    """A scenario file under its name."""
    path = folder / f"{name}.scenario.yaml"
    listed = "".join(f"  - {change}\n" for change in changes)
    path.write_text(f"scenario: {name}\n{QUESTION}change:\n{listed}{more}", encoding="utf-8")
    return path


def whys(path: Path) -> list[str]:
    return [getattr(change, "why", "") for _, _, change in read_scenario(str(path)).changes]


def test_the_changes_of_used_scenarios_come_where_they_are_used(tmp_path: Path, county: County) -> None:
    written(tmp_path, "fewer", FEWER)
    written(tmp_path, "both", "{use: fewer}", MORE)
    path = written(tmp_path, "all", MORE, "{use: both}", "{set: units.v1.stars, to: 3, why: last}")
    assert whys(path) == ["more", "fewer", "more", "last"]
    run = run_scenario(read_scenario(str(path)), county)
    assert run.after.register.funds["beautiful"].amount_fen == 11_200_000
    assert run.before.register.funds["beautiful"].amount_fen == 8_000_000


def test_the_same_reform_used_twice_is_made_twice(tmp_path: Path) -> None:
    written(tmp_path, "more", MORE)
    assert whys(written(tmp_path, "twice", "{use: more}", "{use: more}")) == ["more", "more"]


def test_a_file_beside_comes_before_a_shipped_one_of_the_same_name(tmp_path: Path) -> None:
    path = written(tmp_path, "fair", "{use: thinner}")
    assert whys(path) == ["M01: mid-year revenue note"]
    written(tmp_path, "thinner", FEWER)
    assert whys(path) == ["fewer"]


def test_the_hash_is_that_of_what_is_said_in_every_file_used(tmp_path: Path) -> None:
    used = written(tmp_path, "fewer", FEWER)
    path = written(tmp_path, "all", "{use: fewer}")
    first = read_scenario(str(path)).scenario_hash
    used.write_text(used.read_text(encoding="utf-8") + "# a remark changes nothing\n", encoding="utf-8")
    assert read_scenario(str(path)).scenario_hash == first
    written(tmp_path, "fewer", FEWER.replace("56000", "57000"))
    assert read_scenario(str(path)).scenario_hash != first


@pytest.mark.parametrize("length", [1, 2, 3])
def test_a_ring_is_refused_at_the_line_that_closes_it(tmp_path: Path, length: int) -> None:
    for number in range(length):
        path = written(tmp_path, f"ring-{number}", MORE, f"{{use: ring-{(number + 1) % length}}}")
    with pytest.raises(PolicyFaults) as refused:
        read_scenario(str(path))
    (fault,) = refused.value.faults
    assert (fault.line, fault.path) == (5, "change[2].use")
    assert "which uses this one" in fault.sentence


def test_a_scenario_that_there_is_not_is_refused_with_those_there_are(tmp_path: Path) -> None:
    written(tmp_path, "mine", MORE)
    with pytest.raises(PolicyFaults) as refused:
        read_scenario(str(written(tmp_path, "all", "{use: thinnner}", "{use: min}")))
    first, second = refused.value.faults
    assert "perhaps `thinner` is meant" in first.sentence
    assert "perhaps `mine` is meant" in second.sentence
    assert "mine, " in first.expected


def test_a_fault_of_a_used_file_is_told_of_that_file(tmp_path: Path, county: County) -> None:
    written(tmp_path, "bad", "{set: units.v9.stars, to: 1, why: x}")
    composed = read_scenario(str(written(tmp_path, "all", MORE, "{use: bad}")))
    with pytest.raises(PolicyFaults) as refused:
        run_scenario(composed, county)
    assert refused.value.faults[0].sentence.startswith("bad.scenario.yaml, line 4")


def test_another_scenario_can_be_what_is_compared_with(tmp_path: Path, county: County) -> None:
    written(tmp_path, "fewer", FEWER)
    path = written(tmp_path, "all", "{use: fewer}", MORE, more="compare_with: fewer\n")
    run = run_scenario(read_scenario(str(path)), county)
    assert run.before.register.funds["beautiful"].amount_fen == 5_600_000
    assert run.comparison.before == "fewer"


def test_what_cannot_be_read_or_has_no_base_is_refused(tmp_path: Path, county: County) -> None:
    with pytest.raises(ScenarioUnreadable, match="thinner"):
        read_scenario("thinnest")
    (tmp_path / "odd.scenario.yaml").write_bytes(b"\xff\xfe")
    with pytest.raises(ScenarioUnreadable, match="not UTF-8"):
        read_scenario(str(tmp_path / "odd.scenario.yaml"))
    mine = written(tmp_path, "mine", MORE)
    with pytest.raises(NoBase):
        run_scenario(read_scenario(str(mine)), None)
    other = written(tmp_path, "other", MORE, more="based_on: {policy: nowhere.yaml}\n")
    with pytest.raises(BasePolicyUnknown, match=r"nowhere\.yaml"):
        run_scenario(read_scenario(str(other)), county)
