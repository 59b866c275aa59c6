"""The facts of a pack, one JSON object a line: what the log holds of each, and the tree they make."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from documents.standalone.certificate_check.sayings import Wrong
from documents.standalone.pack_check.tree import SALT_BYTES, Growing, leaf_of

FACTS = "facts.jsonl"
FACT_KEYS = ("position", "name", "tags", "recorded_at", "salt", "data")
MOMENT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")


@dataclass(frozen=True)
class FactLine:
    """One fact as it lies in the log: `tags`, `recorded_at` and `data` are the stored texts."""

    position: int
    name: str
    tags: str
    recorded_at: str
    salt: bytes
    data: str

    @property
    def leaf(self) -> bytes:
        return leaf_of(self.position, self.name, self.tags, self.recorded_at, self.salt, self.data.encode())

    @cached_property
    def said(self) -> dict[str, Any]:
        """What the fact says; today's script knows the first version of every fact it looks into."""
        try:
            content = json.loads(self.data)
        except (ValueError, RecursionError) as fault:
            raise Wrong("fact", position=self.position) from fault
        if not isinstance(content, dict) or content.get("type") != self.name or content.get("v") != 1:
            raise Wrong("fact", position=self.position)
        return content

    @property
    def effective_on(self) -> str:
        """The date it counts from."""
        return str(self.said["mandate"]["effective_on"])

    def line(self) -> str:
        """The line of `facts.jsonl`."""
        content = {name: getattr(self, name) for name in FACT_KEYS} | {"salt": self.salt.hex()}
        return json.dumps(content, ensure_ascii=False, separators=(",", ":")) + "\n"


def fact_of(content: Any, where: str) -> FactLine:
    """A fact from its JSON object, every part of the kind it must be."""
    if not isinstance(content, dict) or tuple(content) != FACT_KEYS:
        raise Wrong("facts-line", where=where)
    position, *texts = (content[name] for name in FACT_KEYS)
    if type(position) is not int or not 0 < position < 2**63 or not all(isinstance(one, str) for one in texts):
        raise Wrong("facts-line", where=where)
    name, tags, recorded_at, salt, data = texts
    if not re.fullmatch(f"[0-9a-f]{{{2 * SALT_BYTES}}}", salt) or not MOMENT.fullmatch(recorded_at):
        raise Wrong("facts-line", where=where)
    try:
        data.encode()
        name.encode(), tags.encode()
    except UnicodeEncodeError as fault:
        raise Wrong("facts-line", where=where) from fault
    return FactLine(position, name, tags, recorded_at, bytes.fromhex(salt), data)


def read_facts(content: bytes) -> Iterator[FactLine]:
    """The facts in their order: positions 1, 2, 3, … and moments that never go back."""
    last = ""
    try:
        lines = content.decode("utf-8").split("\n")
    except UnicodeDecodeError as fault:
        raise Wrong("facts-line", where=FACTS) from fault
    if lines.pop() != "":
        raise Wrong("facts-line", where=f"{FACTS}, {len(lines) + 1}")
    for number, line in enumerate(lines, start=1):
        where = f"{FACTS}, {number}"
        try:
            fact = fact_of(json.loads(line), where)
        except (ValueError, RecursionError) as fault:
            raise Wrong("facts-line", where=where) from fault
        if fact.position != number:
            raise Wrong("facts-order", where=where, found=fact.position)
        if fact.recorded_at < last:
            raise Wrong("facts-back", where=where, found=fact.recorded_at)
        last = fact.recorded_at
        yield fact


def roots_of(facts: Iterable[FactLine], sizes: Iterable[int]) -> dict[int, bytes]:
    """The root of the tree at each of the sizes that are there, and at the last; one pass over the facts."""
    wanted, tree = set(sizes), Growing()
    roots = {0: tree.root()} if 0 in wanted else {}
    for fact in facts:
        tree.add(fact.leaf)
        if tree.size in wanted:
            roots[tree.size] = tree.root()
    roots[tree.size] = tree.root()
    return roots
