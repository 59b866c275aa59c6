"""What auditors are told of the record: facts in sentences, traces, clauses and their money, findings, differences.

The service makes these answers; a test holds every model against what it really gives.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field

from api.derived import extended, model_of
from api.lists import Page
from domain.auditing.finding import Finding
from domain.reasons import Piece
from domain.traces import Bounded, MovedLine, PostRow, Target

TargetOut: Any = model_of(Target)
PostOut: Any = model_of(PostRow, "AnsweringPost")
MovedLineOut: Any = model_of(MovedLine)
BoundedOut: Any = model_of(Bounded, "BoundedGroup")
Position = Annotated[int, Field(ge=0, description="On the record.", examples=[1111])]
Zh = Annotated[str, Field(description="In Chinese.")]
En = Annotated[str, Field(description="In English.")]


class Said(BaseModel):
    """A text in both languages."""

    zh: Zh
    en: En


class ToldFact(BaseModel):
    """One fact as a sentence, with what a program reads beside it."""

    position: Position
    recorded_at: datetime
    effective_on: date
    late_days: Annotated[int, Field(ge=0, description="How long after the day it counts from it was recorded.")]
    fact: Annotated[str, Field(description="Stored name.", examples=["plan.approved"])]
    person: Annotated[
        str, Field(description="A name; the pseudonymous id where it was erased or is not for whoever asks.")
    ]
    post: str
    why: str
    document: str | None
    zh: Zh
    en: En


class SubjectOut(BaseModel):
    """One thing the record has facts about."""

    kind: Annotated[str, Field(examples=["unit"])]
    code: Annotated[str, Field(examples=["0502-zhangmu"])]


class Story(Page[ToldFact]):
    """The facts that concern one thing, oldest first."""

    subject: SubjectOut


class TraceStep(BaseModel):
    """One step on the way of the money, from the last one back."""

    step: Literal["paid", "committed", "decided", "policy", "money", "grounds", "carried_out"]
    facts: list[ToldFact]


TraceRule: Any = extended(
    model_of(Piece),
    "TraceRule",
    "A piece of the line, by the rule that made it.",
    clause=(str | None, Field()),
    zh=(str, Field(description="What the rule is called in Chinese.")),
    en=(str, Field(description="What the rule is called in English.")),
)


class TraceOut(BaseModel):
    """The way of one sum: what it rests on, step by step, and the posts that answer for it."""

    target: TargetOut
    plan_hash: str | None
    policy: Annotated[list[str | int] | None, Field(description="Its name, version and hash.")]
    steps: list[TraceStep]
    rules: Annotated[list[TraceRule], Field(description="The line taken apart.")]
    posts: list[PostOut]
    position: Position
    as_of: date | None


class TraceAnswer(BaseModel):
    """What was meant, and its way; where a sum can mean several things, those, and no way."""

    given: str
    targets: list[TargetOut]
    trace: TraceOut | None
    position: Position
    as_of: date | None
    currency: Literal["CNY"] = "CNY"


class MovedSums(BaseModel):
    """What was allotted, committed and paid, net of releases and returns."""

    amount_fen: int
    committed_fen: int
    paid_fen: int


class MovedOut(BaseModel):
    """What a clause or rule of the policy moved: line by line, unit by unit, and whom it only bounded."""

    what: Annotated[str, Field(description="The clause, or the rule's id.", examples=["M11"])]
    plans: list[str]
    position: Position
    as_of: date | None
    lines: list[MovedLineOut]
    units: Annotated[dict[str, MovedSums], Field(description="By the unit's code.")]
    total: MovedSums
    bounded: list[BoundedOut]
    currency: Literal["CNY"] = "CNY"


FindingOut: Any = extended(
    model_of(Finding),
    "FindingOut",
    "What stands out, as a sentence, with its witnesses. A question to somebody, never a verdict.",
    who=(list[str], Field(description="Who put the witnesses on the record, in which post.")),
    zh=(str, Field(description="In Chinese.")),
    en=(str, Field(description="In English.")),
)


class AuditListOut(Page[FindingOut]):
    """One list with its rule, largest sums first."""

    list: Annotated[str, Field(examples=["backdated"])]
    rule: Said


class AuditListName(BaseModel):
    """A list there is."""

    list: Annotated[str, Field(examples=["backdated"])]
    title: Said


Scalar = bool | int | str | None
Value = Scalar | list[Scalar | dict[str, Scalar]] | dict[str, Scalar]
"""A field of an entry, such as a tranche of a fund; sums are whole fen."""


class ChangeOut(BaseModel):
    """One field of one entry that differs, and the facts about the entry that came between."""

    subject: Literal["register", "funds", "plans", "ledger", "projects"]
    entry: Annotated[str, Field(examples=["unit:0502-zhangmu"])]
    field: Annotated[str, Field(examples=["households"])]
    before: Annotated[Value, Field(description="At the first moment; null where there was none. Sums are whole fen.")]
    after: Annotated[Value, Field(description="At the second moment, likewise.")]
    facts: Annotated[list[int], Field(description="Their positions.")]


class BetweenOut(BaseModel):
    """A fact recorded between two moments."""

    position: Position
    recorded_at: datetime
    fact: Annotated[str, Field(description="Stored name.")]
    about: Annotated[list[str], Field(description="What it is tagged with.")]
    by: Annotated[str, Field(description="PERSON@POST.")]
    why: str
    document: str | None
    effective_on: date
    late: Annotated[bool, Field(description="It counts from before the first moment, and was not known then.")]
