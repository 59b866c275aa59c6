"""What a pack holds that follows from its facts alone: policies, plans and the ledger, made anew to be compared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from documents.standalone.certificate_check.sayings import Wrong
from documents.standalone.pack_check.facts import FactLine
from documents.standalone.pack_check.ledger import LEDGER, ledger_text
from documents.standalone.pack_check.plan_file import plan_file, plan_hash_of

CERTIFICATE, PLAN = "certificate.json", "plan.json"


def place(position: int) -> str:
    """A position as the name of a folder, so that names stand in the order of the log."""
    return f"{position:09d}"


@dataclass(frozen=True)
class PlanText:
    """One text of a plan on the record: drafted, or changed by hand."""

    plan: str
    position: int
    content: dict[str, Any]

    @property
    def folder(self) -> str:
        """Where the pack has it."""
        return f"plans/{place(self.position)}"

    @property
    def register(self) -> str:
        """Where the pack has the register it was computed from; texts of one case share it."""
        return f"registers/{place(self.content['run']['register_position'])}"


def plan_texts(facts: Iterable[FactLine]) -> Iterator[PlanText]:
    """Every text of every plan, in order; raises `Wrong` where one has another hash than it says, or than was decided.

    What is proposed and approved names the hash of the text that stood then.
    """
    standing: dict[str, str] = {}
    for fact in facts:
        if fact.name in ("plan.drafted", "plan.line_adjusted"):
            content = fact.said["content"]
            stated = content["plan_hash"]
            if plan_hash_of(content) != stated:
                raise Wrong("plan-hash", position=fact.position, stated=stated)
            standing[fact.said["plan"]] = stated
            yield PlanText(fact.said["plan"], fact.position, content)
        elif fact.name in ("plan.proposed", "plan.approved"):
            stated = fact.said["plan_hash"]
            if standing.get(fact.said["plan"]) != stated:
                raise Wrong("plan-hash", position=fact.position, stated=stated)


def policy_files(facts: Iterable[FactLine]) -> dict[str, bytes]:
    """The policy texts under the positions they were adopted at."""
    adopted = (fact for fact in facts if fact.name == "policy.adopted")
    return {f"policies/{place(fact.position)}.yaml": fact.said["text"].encode() for fact in adopted}


def plan_files(texts: Iterable[PlanText]) -> dict[str, bytes]:
    """`plan.json` of every text."""
    return {f"{text.folder}/{PLAN}": plan_file(text.plan, text.content).encode() for text in texts}


def ledger_files(facts: Iterable[FactLine]) -> dict[str, bytes]:
    """The ledger."""
    return {LEDGER: ledger_text(facts).encode()}
