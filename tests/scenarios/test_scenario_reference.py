"""The page about scenarios: its examples are read, and its table has every measure as it is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from domain.policy.yaml_text import load_yaml
from scenarios.gates import check_gates
from scenarios.language import BasedOn, Draw, Gate, Scenario, Set, Sweep, Values, load_scenario
from scenarios.measures import MEASURES
from service.scenarios.finding import shipped_scenarios
from service.scenarios.naming import DECISIONS
from tests.scenarios.before import HEAD

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "scenarios.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"^```yaml\n(.*?)^```", PAGE, re.M | re.S)


def whole(block: str) -> str:
    """An example as a scenario: a list is one of changes or of gates."""
    if block.startswith("scenario:"):
        return block
    if block.startswith("-"):
        key = "gates" if "measure:" in block else "change"
        return f"{HEAD}{key}:\n" + "".join(f"  {line}\n" for line in block.splitlines())
    return HEAD + block


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_an_example_is_read_with_its_measures_and_decisions(number: int) -> None:
    loaded = load_scenario(whole(BLOCKS[number]))
    check_gates(loaded.scenario.gates, loaded.tree)
    for change in loaded.scenario.change:
        assert getattr(change, "decide", "list-backward") in DECISIONS
        assert getattr(change, "use", "thinner") in shipped_scenarios()


def test_every_key_of_the_language_is_shown_in_an_example() -> None:
    shown = "\n".join(BLOCKS)
    for section in (Scenario, BasedOn, Set, Gate, Sweep, Values, Draw):
        for name, field in section.model_fields.items():
            assert re.search(rf"\b{field.alias or name}:", shown), f"{section.__name__}.{name}"
    for verb in ("set", "scale", "add", "remove", "decide", "use", "with", "entry", "case"):
        assert re.search(rf"[{{ ]{verb}:", shown), verb


def test_the_table_has_every_measure_with_its_unit_and_what_it_is_of() -> None:
    rows = re.findall(r"^\| `(\w+)`( ⇄)? \| (\w+) \| (\w*) ?\| \S.* \|$", PAGE, re.M)
    told = [(name, unit, of, bool(compares)) for name, compares, unit, of in rows]
    assert sorted(told) == sorted((one.name, one.unit, one.of, one.compares) for one in MEASURES.values())


def test_every_command_the_page_tells_of_is_there() -> None:
    from cli.scenario import app

    names = {command.name or getattr(command.callback, "__name__", "") for command in app.registered_commands}
    told = set(re.findall(r"^\| `tongchou scenario (\w+)", PAGE, re.M))
    assert {"list", "run", "sweep"} <= told <= names


def test_the_page_is_plain_yaml_that_other_readers_take_too() -> None:
    import yaml

    for block in BLOCKS:
        assert yaml.safe_load(block)
        assert load_yaml(block).data
