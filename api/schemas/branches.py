"""Branches of the record as they are asked for and shown."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from api.derived import extended, model_of
from api.schemas.telling import Value
from service.branch_reading import BranchShown, TakenOnBranch

BranchOut: Any = model_of(BranchShown, "Branch")
Name = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^\w[\w-]{0,63}$", examples=["what-if-2027"])]
BranchDetail: Any = extended(
    BranchOut,
    "BranchDetail",
    "A kept branch with every decision taken on it.",
    taken=(list[model_of(TakenOnBranch)], Field(description="In order.")),  # type: ignore[misc]  # made from a struct
)


class StartBranch(BaseModel):
    """A branch to be kept under a name, until it is dropped."""

    model_config = ConfigDict(extra="forbid")

    name: Name
    why: Annotated[str, Field(max_length=2000, description="What it is for.", examples=["what if the road waits"])]
    position: Annotated[
        int | None,
        Field(strict=True, ge=0, le=2**53, description="The fact of the record it begins after; by default the last."),
    ] = None


class BranchDifference(BaseModel):
    """One field of one entry that differs."""

    subject: Annotated[str, Field(examples=["plans"])]
    entry: Annotated[str, Field(examples=["plan:2026-01"])]
    field: Annotated[str, Field(examples=["state"])]
    other: Annotated[Value, Field(description="On the other branch, or the record; null: not there.")]
    branch: Annotated[Value, Field(description="On this branch.")]


class PromoteBranch(BaseModel):
    """The branch whose decisions are to be taken anew on the record."""

    model_config = ConfigDict(extra="forbid")

    branch: Name


class PromotedFact(BaseModel):
    """A fact on the record."""

    position: Annotated[int, Field(ge=1, examples=[1112])]
    fact: Annotated[str, Field(description="Stored name.", examples=["fund.amended"])]


class Promoted(BaseModel):
    """What came of the decisions of a branch on the record."""

    branch: str
    position: Annotated[int, Field(ge=1, description="Of the last of the facts.")]
    facts: list[PromotedFact]
