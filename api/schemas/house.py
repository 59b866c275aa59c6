"""What is told of the house itself: kinds of problems, words behind codes, the store, names behind ids."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from api.derived import model_of
from api.schemas.telling import Said
from service.store_facts import StoreShown

StoreOut: Any = model_of(StoreShown, "Store")


class ProblemType(BaseModel):
    """A kind of problem. Sentence and cure are templates: what stands in braces is said of each case."""

    type: Annotated[str, Field(description="The `type` of such problems.", examples=["/v1/problems/unknown-plan"])]
    code: Annotated[str, Field(examples=["unknown-plan"])]
    status: Annotated[int, Field(ge=400, le=599, examples=[404])]
    sentence: Annotated[Said, Field(description="What was refused and why.")]
    cure: Annotated[Said | None, Field(description="What to do next.")]


class Vocabulary(BaseModel):
    """What codes are called, by groups such as `plan_states`, `project_steps`, `rules`, `clauses`."""

    groups: Annotated[
        dict[str, dict[str, Said]],
        Field(
            description="Group, then code.",
            examples=[{"plan_states": {"announced": {"zh": "公示中", "en": "announced"}}}],
        ),
    ]


class PersonOut(BaseModel):
    """The name behind a pseudonymous id."""

    id: Annotated[str, Field(examples=["p-0123456789ab"])]
    name: Annotated[str, Field(examples=["Li Na"])]


class ForgetPerson(BaseModel):
    """Whose name is to be erased."""

    model_config = ConfigDict(extra="forbid")

    name: Annotated[str, Field(min_length=1, max_length=120, examples=["Li Na"])]


class Forgotten(BaseModel):
    """What became of a name."""

    forgotten: Annotated[bool, Field(description="Whether there was such a name.")]
