"""What every recorded fact has in common: its stored name, its mandate, its tags.

`recorded_at` is not here: it is a column stamped inside the append by the recorder's own clock, never by a caller.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Annotated, Any, ClassVar

import msgspec
from eventsourcing.dcb.domain import Decision as LibraryDecision
from msgspec import Meta

Reason = Annotated[str, Meta(max_length=2000)]
TAGGED_FIELDS = (
    "county",
    "township",
    "unit",
    "project",
    "fund",
    "department",
    "policy",
    "plan",
    "commitment",
    "disbursement",
    "duty",
    "objection",
)
"""Fields whose value becomes the tag `<field>:<value>` of the fact."""


@cache
def _tagged(kind: type[Fact]) -> tuple[str, ...]:
    """Those of the tagged fields a kind of fact has."""
    return tuple(name for name in TAGGED_FIELDS if hasattr(kind, name))


class Mandate(msgspec.Struct, frozen=True, kw_only=True):
    """Who decided, in which post, why, under which document, and from when it counts (M27, M32).

    `person` is a pseudonymous id; the names are in `desk/people.py` and can be erased without touching a fact.
    `command` is the idempotency key: the same command twice is one decision. `cause` names the command or fact
    that brought this one about.
    """

    person: Annotated[str, Meta(min_length=1, max_length=64)]
    post: Annotated[str, Meta(min_length=1, max_length=64)]
    effective_on: date
    command: Annotated[str, Meta(min_length=1, max_length=128)]
    why: Reason = ""
    document: Annotated[str, Meta(max_length=200)] | None = None
    cause: Annotated[str, Meta(max_length=128)] | None = None


class Fact(msgspec.Struct, LibraryDecision, frozen=True, kw_only=True):
    """Something that happened, in the past tense. Subclasses give the stored name with `tag="subject.happened"`."""

    VERSION: ClassVar[int] = 1
    mandate: Mandate
    v: int = 1
    """The version of the stored form, written into the bytes so that an upcaster can tell."""

    @classmethod
    def stored_name(cls) -> str:
        """The name in the `type` column; never changes, whatever the class is called."""
        return str(cls.__struct_config__.tag)

    def tags(self) -> list[str]:
        """What the fact is about, as `<kind>:<code>`, and the command that made it; boundaries select by these."""
        about = [f"{name}:{value}" for name in _tagged(type(self)) if isinstance(value := getattr(self, name), str)]
        return [*about, *self.further_tags(), f"command:{self.mandate.command}"]

    def further_tags(self) -> list[str]:
        """Tags that no single field gives; none by default."""
        return []

    def mutate(self, obj: Any) -> Any:
        """Hand this fact to a decision's or read model's `apply` (the fold); nothing is dispatched by class name."""
        if obj is not None:
            obj.apply(self)
        return obj
