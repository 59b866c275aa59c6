"""Loading a policy: from the text an official wrote to a typed `Policy` and the hash it is known by, or all faults."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any

import rfc8785
from pydantic import ValidationError

from domain.policy.checks import Finding, cross_checks
from domain.policy.expression import NAMES_CONTEXT
from domain.policy.model import Policy, Rule
from domain.policy.placing import findings_of, of_yaml, placed
from domain.policy.wording import Wording, found_words, suggest
from domain.policy.yaml_text import load_yaml, takes
from domain.policy.yaml_tree import Data, Path, Tree, YamlFault
from domain.policy.yaml_writing import yaml_text

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
        tree = policy_tree(text, source=source)
    except YamlFault as fault:
        raise of_yaml(fault) from fault
    policy, findings = _checked(tree.data, rule_types, None if names is None else {NAMES_CONTEXT: names})
    if policy is None or findings:
        raise placed(findings, tree)
    return LoadedPolicy(policy, text, _hash_of(tree.data))


def load_written(data: Data, rule_types: Mapping[str, type[Rule]], *, source: str) -> LoadedPolicy:
    """What `load_policy` makes of the text of some data, which is read only to say where something is wrong in it.

    Raises `PolicyFaults`.
    """
    text = yaml_text(data)
    policy, findings = _checked(data, rule_types, None)
    if policy is None or findings or not takes(text):
        return load_policy(text, rule_types, source=source)
    return LoadedPolicy(policy, text, _hash_of(data))


def _checked(
    data: Data, rule_types: Mapping[str, type[Rule]], context: dict[str, Any] | None
) -> tuple[Policy | None, list[Finding]]:
    """The policy that data is, as far as it is one, and everything that is wrong with it."""
    findings = list(cross_checks(data))
    rules, rule_findings = _rules(data, rule_types, context)
    findings += rule_findings
    policy = None
    try:
        body = {**data, "rules": rules} if isinstance(data, dict) and isinstance(data.get("rules"), list) else data
        policy = Policy.model_validate(body, context=context)
    except ValidationError as error:
        findings += findings_of(error, Policy, (), data)
    return policy, findings


def _hash_of(data: Data) -> str:
    return hashlib.sha256(canonical_form(data)).hexdigest()


def policy_tree(text: str, *, source: str = "policy.yaml") -> Tree:
    """What a policy text says and where. A text is read once, however often it is asked for: nobody changes the data.

    Raises `YamlFault`.
    """
    try:
        return replace(_tree(text), source=source)
    except YamlFault:
        return load_yaml(text, source=source)  # the same fault, under its source


@lru_cache(maxsize=8)
def _tree(text: str) -> Tree:
    return load_yaml(text)


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
            findings += findings_of(error, kind, path, item)
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
