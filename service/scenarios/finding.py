"""Scenario files: where they lie, one with the reforms it is composed of, and everything that is wrong with them."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

from domain.errors import Refusal
from domain.policy.checks import Finding
from domain.policy.placing import placed
from domain.policy.wording import Wording, suggest
from domain.policy.yaml_tree import Path as Place
from scenarios import schema
from scenarios.gates import check_gates
from scenarios.language import AnyChange, LoadedScenario, Use, load_scenario
from service.registers import library

ENDING = ".scenario.yaml"
SCENARIO_BYTES_MAX = 1024 * 1024


class ScenarioUnreadable(Refusal):
    """A scenario that cannot be read as text, or that there is none of."""

    code = "scenario-unreadable"
    sentence_en = "The scenario {path} cannot be read: {reason}."
    cure_en = "Name a UTF-8 text file of at most 1 MiB, or one of those shipped: {known}."


@dataclass(frozen=True)
class Composed:
    """A scenario with the changes of the reforms it uses in their place; each change with the file it stands in."""

    loaded: LoadedScenario
    path: Path
    changes: tuple[tuple[LoadedScenario, Place, AnyChange], ...]

    @property
    def name(self) -> str:
        """What it is called."""
        return self.loaded.scenario.scenario

    @property
    def scenario_hash(self) -> str:
        """SHA-256 over the hashes of its file and of every file whose changes it uses."""
        files = dict.fromkeys([self.loaded.scenario_hash, *(loaded.scenario_hash for loaded, _, _ in self.changes)])
        return sha256(" ".join(files).encode()).hexdigest()


def shipped_scenarios() -> dict[str, Path]:
    """The scenarios that come with the product, by name, in order."""
    return {path.name.removesuffix(ENDING): path for path in sorted(library().rglob(f"*{ENDING}"))}


def scenario_schema() -> dict[str, Any]:
    """The JSON Schema of a scenario file, for editors."""
    return schema.scenario_schema()


def scenario_path(name_or_path: str) -> Path:
    """A shipped scenario by its name, otherwise a path as given."""
    return shipped_scenarios().get(name_or_path) or Path(name_or_path)


def read_scenario(name_or_path: str) -> Composed:
    """A scenario with what it is composed of. Raises `ScenarioUnreadable`, or `PolicyFaults` with every fault."""
    path = scenario_path(name_or_path)
    return _composed(_read(path), path)


def composed_of(text: str, path: Path) -> Composed:
    """A scenario from its text, as if it lay at a path. Raises `PolicyFaults` with every fault."""
    return _composed(load_scenario(text, source=path.name), path)


def _composed(loaded: LoadedScenario, path: Path) -> Composed:
    check_gates(loaded.scenario.gates, loaded.tree)
    return Composed(loaded, path, tuple(_changes(loaded, path, (loaded.scenario.scenario,))))


def _read(path: Path) -> LoadedScenario:
    try:
        if path.stat().st_size > SCENARIO_BYTES_MAX:
            raise _unreadable(path, "it is larger than 1 MiB")
        text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as fault:
        raise _unreadable(path, "it is not UTF-8 text") from fault
    except OSError as fault:
        raise _unreadable(path, fault.strerror or "it cannot be opened") from fault
    return load_scenario(text, source=path.name)


def _unreadable(path: Path, reason: str) -> ScenarioUnreadable:
    return ScenarioUnreadable(path=path, reason=reason, known=", ".join(shipped_scenarios()))


def _changes(
    loaded: LoadedScenario, path: Path, above: tuple[str, ...]
) -> list[tuple[LoadedScenario, Place, AnyChange]]:
    """The changes in order, those of used scenarios where they are used."""
    found: list[tuple[LoadedScenario, Place, AnyChange]] = []
    findings = []
    for number, change in enumerate(loaded.scenario.change):
        place: Place = ("change", number)
        if not isinstance(change, Use):
            found.append((loaded, place, change))
            continue
        if change.use in above:
            wording = Wording(
                "scenario-circle", f"`{change.use}`, which uses this one", "another one", "break the ring"
            )
            findings.append(Finding((*place, "use"), wording))
            continue
        there = scenario_named(change.use, path)
        if there is None:
            known = sorted({*_beside(path), *shipped_scenarios()})
            wording = Wording(
                "scenario-unknown",
                f"`{change.use}`",
                f"one of {', '.join(known)}",
                "write one of them",
                suggest(change.use, known),
            )
            findings.append(Finding((*place, "use"), wording))
            continue
        found += _changes(_read(there), there, (*above, change.use))
    if findings:
        raise placed(findings, loaded.tree)
    return found


def scenario_named(name: str, path: Path) -> Path | None:
    """A scenario beside this one, or a shipped one."""
    return _beside(path).get(name) or shipped_scenarios().get(name)


def _beside(path: Path) -> dict[str, Path]:
    return {one.name.removesuffix(ENDING): one for one in sorted(path.parent.glob(f"*{ENDING}"))}
