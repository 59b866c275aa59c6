"""From a validator's complaints to faults at their line: what every typed file an official writes has in common."""

from __future__ import annotations

from collections.abc import Iterator, Sized
from typing import Any

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from domain.policy.checks import Finding
from domain.policy.faults import PolicyFault, PolicyFaults
from domain.policy.wording import word
from domain.policy.yaml_tree import Data, Path, Tree, YamlFault
from domain.quoting import printable


def findings_of(error: ValidationError, model: type[BaseModel], above: Path, data: Data) -> Iterator[Finding]:
    """Each complaint once; a key reported as misspelt is not reported as missing too."""
    errors = [one for one in error.errors(include_url=False) if not _only_counts_what_fits(one)]
    worded = [(_real_path(one["loc"], data, missing=one["type"] == "missing"), word(one, model)) for one in errors]
    respelt = {(*path[:-1], wording.suggestion) for path, wording in worded if wording.code == "policy-unknown-key"}
    for path, wording in worded:
        if wording.code == "policy-missing-key" and path in respelt:
            continue
        yield Finding((*above, *path), wording)


def _only_counts_what_fits(error: ErrorDetails) -> bool:
    """Whether a list is called too short only because its faulty items, reported on their own, were not counted."""
    value = error["input"]
    return error["type"] == "too_short" and isinstance(value, Sized) and len(value) >= error["ctx"]["min_length"]


def _real_path(loc: tuple[str | int, ...], data: Any, *, missing: bool) -> Path:
    """A validator's path without its labels of alternatives, which the file does not have."""
    path: list[str | int] = []
    for number, step in enumerate(loc):
        of_list = isinstance(data, list | tuple) and isinstance(step, int) and step < len(data)
        if of_list or (isinstance(data, dict) and step in data):
            data = data[step]
        elif not (missing and number == len(loc) - 1):
            continue
        path.append(step)
    return tuple(path)


def placed(findings: list[Finding], tree: Tree) -> PolicyFaults:
    """Faults with their place, in the order of the file."""
    faults = []
    for path, wording in findings:
        of_key = wording.code in {"policy-unknown-key", "policy-missing-key"}
        line, column = tree.line_of(path, of="key" if of_key else "value")
        said = _said(path, tree.data)
        faults.append(PolicyFault(wording.code, tree.source, line, column, said, *wording[1:]))
    return PolicyFaults(tuple(sorted(faults, key=lambda fault: (fault.line, fault.column))))


def _said(path: Path, data: Any) -> str:
    """The path in the file's words: items of lists by their id, or by their number from 1."""
    said = ""
    for step in path:
        if isinstance(step, int):
            data = data[step] if isinstance(data, list) else None
            keys = ("id", "group") if isinstance(data, dict) else ()
            names = [data[key] for key in keys if isinstance(data.get(key), str)]
            said += f"[{printable(names[0]) if names else step + 1}]"
        else:
            data = data.get(step) if isinstance(data, dict) else None
            said += f".{printable(step)}" if said else printable(step)
    return said


def of_yaml(fault: YamlFault) -> PolicyFaults:
    """Faults of the text itself, as faults of the file."""
    return PolicyFaults(
        tuple(
            PolicyFault("policy-yaml", one.source, one.line, one.column, "", one.found, one.expected, one.cure)
            for one in fault.every
        )
    )
