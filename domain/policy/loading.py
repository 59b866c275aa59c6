"""Loading a policy: from the text an official wrote to a typed `Policy` and the hash it is known by, or all faults."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sized
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

import rfc8785
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from domain.policy.checks import Finding, cross_checks
from domain.policy.expression import NAMES_CONTEXT
from domain.policy.faults import PolicyFault, PolicyFaults
from domain.policy.model import Policy, Rule
from domain.policy.wording import Wording, found_words, suggest, word
from domain.policy.yaml_text import load_yaml
from domain.policy.yaml_tree import Data, Path, Tree, YamlFault
from domain.quoting import printable

EXACT_JSON_MAX = 2**53 - 1
"""Larger whole numbers are written as text in the canonical form, as RFC 8785 demands."""


@dataclass(frozen=True)
class LoadedPolicy:
    """A policy with the text it was read from."""

    policy: Policy
    text: str
    policy_hash: str
    """SHA-256 over what the text says (`canonical_form`): comments, spacing and the order of keys do not change it,
    anything else does."""


def load_policy(
    text: str,
    rule_types: Mapping[str, type[Rule]],
    *,
    source: str = "policy.yaml",
    names: Collection[str] | None = None,
) -> LoadedPolicy:
    """Read a policy file.

    `rule_types` are the kinds of rules by the name a file calls them; `source` names the text in faults; `names`,
    when given (`domain.figures.known_names` of a register), are all the names its expressions may use. Raises
    `PolicyFaults`, and nothing else, with every fault in the order of the file.
    """
    try:
        tree = load_yaml(text, source=source)
    except YamlFault as fault:
        raise PolicyFaults(tuple(_of_yaml(one) for one in fault.every)) from fault
    context = None if names is None else {NAMES_CONTEXT: names}
    data = tree.data
    findings = list(cross_checks(data))
    rules, rule_findings = _rules(data, rule_types, context)
    findings += rule_findings
    policy = None
    try:
        body = {**data, "rules": rules} if isinstance(data, dict) and isinstance(data.get("rules"), list) else data
        policy = Policy.model_validate(body, context=context)
    except ValidationError as error:
        findings += _findings(error, Policy, (), data)
    if policy is None or findings:
        raise PolicyFaults(_placed(findings, tree))
    return LoadedPolicy(policy, text, hashlib.sha256(canonical_form(data)).hexdigest())


def canonical_form(data: Data) -> bytes:
    """What a policy text says, as RFC 8785 JSON: the same bytes for the same content, whatever its comments and layout.

    Whole numbers are JSON numbers, decimals and dates are texts (`0.50` is `"0.5"`), because JSON's readers keep no
    exact decimals.
    """
    return rfc8785.dumps(_json(data))


def _json(data: Data) -> Any:
    if isinstance(data, dict):
        return {key: _json(value) for key, value in data.items()}
    if isinstance(data, list):
        return [_json(value) for value in data]
    if isinstance(data, Decimal):
        text = format(data, "f").rstrip("0").rstrip(".")
        return text if "." in text else _json(int(text))
    if isinstance(data, date):
        return data.isoformat()
    if isinstance(data, int) and not isinstance(data, bool) and abs(data) > EXACT_JSON_MAX:
        return str(data)
    return data


def _rules(
    data: Data, rule_types: Mapping[str, type[Rule]], context: dict[str, Any] | None
) -> tuple[tuple[Rule, ...], list[Finding]]:
    """The rules that can be read, each by the type its `rule` names, and what is wrong with the others."""
    rules: list[Rule] = []
    findings: list[Finding] = []
    listed = data.get("rules") if isinstance(data, dict) else None
    for number, item in enumerate(listed if isinstance(listed, list) else []):
        path: Path = ("rules", number)
        kind = _kind_of_rule(item, rule_types)
        if isinstance(kind, Wording):
            of_name = kind.code == "policy-unknown-rule"
            findings.append(Finding((*path, "rule") if of_name else path, kind))
            continue
        try:
            rules.append(kind.model_validate(item, context=context))
        except ValidationError as error:
            findings += _findings(error, kind, path, item)
    return tuple(rules), findings


def _kind_of_rule(item: Data, rule_types: Mapping[str, type[Rule]]) -> type[Rule] | Wording:
    """The type that the `rule` of an item names, or what is wrong with it."""
    if not isinstance(item, dict):
        expected = "a rule, a section with keys and values"
        return Wording("policy-wrong-kind", found_words(item), expected, "write its keys")
    if "rule" not in item:
        return Wording("policy-missing-key", "", "the key `rule` here, the name of the kind of rule", "add it")
    name = item["rule"]
    kind = rule_types.get(name) if isinstance(name, str) else None
    if kind is not None:
        return kind
    known = sorted(rule_types)
    expected = f"one of {', '.join(known)}" if known else "no rule, as no kind of rule is known here"
    return Wording("policy-unknown-rule", found_words(name), expected, "write one of them", suggest(name, known))


def _findings(error: ValidationError, model: type[BaseModel], above: Path, data: Data) -> Iterator[Finding]:
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


def _placed(findings: list[Finding], tree: Tree) -> tuple[PolicyFault, ...]:
    """Faults with their place, in the order of the file."""
    faults = []
    for path, wording in findings:
        of_key = wording.code in {"policy-unknown-key", "policy-missing-key"}
        line, column = tree.line_of(path, of="key" if of_key else "value")
        said = _said(path, tree.data)
        faults.append(PolicyFault(wording.code, tree.source, line, column, said, *wording[1:]))
    return tuple(sorted(faults, key=lambda fault: (fault.line, fault.column)))


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


def _of_yaml(fault: YamlFault) -> PolicyFault:
    return PolicyFault(
        "policy-yaml", fault.source, fault.line, fault.column, "", fault.found, fault.expected, fault.cure
    )
