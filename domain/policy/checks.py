"""Cross checks of a policy file: what no section can see alone. Names are unique, what is named exists, priorities
count.

They read the file's plain data and pass over whatever has the wrong kind, so that they run, and tell all they see,
also when something else is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from domain.policy.wording import Wording, suggest
from domain.policy.yaml_tree import Data, Path
from domain.quoting import quoted


class Finding(NamedTuple):
    """A fault and the path to it in the data."""

    path: Path
    wording: Wording


def cross_checks(data: Data) -> Iterator[Finding]:
    """Everything that does not fit together in the file."""
    yield from _unique_ids(data, ("rules",), "id")
    yield from _unique_ids(data, ("objectives",), "id")
    yield from _unique_ids(data, ("priority", "criteria"), "id")
    yield from _unique_items(data, ("checklist",))
    funds = _keys(_at(data, ("funds",)))
    for fund in funds:
        yield from _unique_items(data, ("funds", fund, "purposes"))
        yield from _unique_ids(data, ("funds", fund, "formula", "factors"), "id")
        yield from _unique_ids(data, ("funds", fund, "formula", "groups"), "group")
    yield from _funds_of_rules(data, funds)
    yield from _shortfall_counts(data)
    yield from _rules_needed(data)


def _at(data: Data, path: Path) -> Data:
    """What stands at a path, None where there is no such place."""
    for step in path:
        if isinstance(data, dict) and isinstance(step, str):
            data = data.get(step)
        elif isinstance(data, list) and isinstance(step, int) and step < len(data):
            data = data[step]
        else:
            return None
    return data


def _keys(data: Data) -> list[str]:
    return list(data) if isinstance(data, dict) else []


def _items(data: Data, path: Path) -> list[Data]:
    found = _at(data, path)
    return found if isinstance(found, list) else []


def _unique_ids(data: Data, path: Path, key: str) -> Iterator[Finding]:
    seen = set()
    for number, item in enumerate(_items(data, path)):
        name = _at(item, (key,))
        if isinstance(name, str) and name in seen:
            wording = Wording(
                "policy-repeated", f"{quoted(name)} again", f"every `{key}` of `{path[-1]}` once", "rename one of them"
            )
            yield Finding((*path, number, key), wording)
        elif isinstance(name, str):
            seen.add(name)


def _unique_items(data: Data, path: Path) -> Iterator[Finding]:
    seen = set()
    for number, item in enumerate(_items(data, path)):
        if isinstance(item, str) and item in seen:
            yield Finding(
                (*path, number),
                Wording("policy-repeated", f"{quoted(item)} again", "every entry once", "delete one of them"),
            )
        elif isinstance(item, str):
            seen.add(item)


def _funds_of_rules(data: Data, funds: list[str]) -> Iterator[Finding]:
    """By convention the keys `fund`, `funds`, `local_funds` of any rule and of its lists name funds of this policy."""
    for number in range(len(_items(data, ("rules",)))):
        rule: Path = ("rules", number)
        within = [
            rule,
            *((*rule, key, i) for key in _keys(_at(data, rule)) for i in range(len(_items(data, (*rule, key))))),
        ]
        named = [((*place, "fund"), _at(data, (*place, "fund"))) for place in within]
        for key in [(*place, name) for place in within for name in ("funds", "local_funds")]:
            named += [((*key, i), fund) for i, fund in enumerate(_items(data, key))]
        for path, fund in named:
            if isinstance(fund, str) and fund not in funds:
                expected = f"a fund of this policy ({', '.join(funds)})" if funds else "a fund of this policy"
                yield Finding(
                    path,
                    Wording(
                        "policy-unknown-fund",
                        quoted(fund),
                        expected,
                        "correct its code, or add it to `funds`",
                        suggest(fund, funds),
                    ),
                )


def _shortfall_counts(data: Data) -> Iterator[Finding]:
    """A should-rule is heard only through the objective `shortfall`."""
    objectives = _items(data, ("objectives",))
    if any(_at(objective, ("id",)) == "shortfall" for objective in objectives):
        return
    for number, rule in enumerate(_items(data, ("rules",))):
        if _at(rule, ("kind",)) == "should":
            wording = Wording(
                "policy-should-unheard",
                "a should-rule, but no objective `shortfall`",
                "an objective that makes its shortfall small",
                "add `- {id: shortfall, clause: …}` to `objectives`, first of all, or make the rule a must",
            )
            yield Finding(("rules", number, "kind"), wording)


NEEDS = (
    ("objectives", "id", "contiguity", "contiguity", "the objective `contiguity`, but no rule that counts pairs"),
    ("rules", "rule", "corridor", "demonstration-sites", "a corridor, but no rule that asks for sites"),
)
"""List, key and name of what is nothing without a rule of some kind, that kind, and the words for its lack."""


def _rules_needed(data: Data) -> Iterator[Finding]:
    """What counts only through rules of another kind."""
    kinds = {_at(rule, ("rule",)) for rule in _items(data, ("rules",)) if isinstance(_at(rule, ("rule",)), str)}
    for section, key, name, kind, found in NEEDS:
        for number, item in enumerate(_items(data, (section,))):
            if _at(item, (key,)) == name and kind not in kinds:
                wording = Wording(
                    f"policy-needs-{kind}",
                    found,
                    f"a rule `{kind}`",
                    f"add `- {{rule: {kind}, id: …, clause: …}}` to `rules`, or take this out",
                )
                yield Finding((section, number, key), wording)
