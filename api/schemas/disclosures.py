"""One fact handed out with its proof, and what a check of it says."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

TEXT_MAX = 2**22


class DisclosedFact(BaseModel):
    """A fact exactly as it lies in the log; its leaf covers every field."""

    model_config = ConfigDict(extra="forbid")

    position: Annotated[int, Field(ge=1, examples=[1200])]
    name: Annotated[str, Field(description="Stored name.", examples=["plan.grant_noticed"])]
    tags: Annotated[str, Field(description="A JSON array, as text.")]
    recorded_at: Annotated[str, Field(description="UTC, to the microsecond.")]
    salt: Annotated[str, Field(description="Of this fact alone, in hexadecimal.")]
    data: Annotated[str, Field(description="A JSON object, as text: what the fact says.")]


class DisclosureOut(BaseModel):
    """A fact with what proves that it is on the record; nothing can be learned from it of any other fact."""

    model_config = ConfigDict(extra="forbid")

    format: Literal["tongchou-disclosure/1"]
    fact: DisclosedFact
    path: Annotated[list[str], Field(max_length=63, description="From the leaf to the root (RFC 9162), base64.")]
    checkpoint: Annotated[str, Field(description="The signed note of the checkpoint it is proven against.")]


class CheckIn(BaseModel):
    """What is to be checked, and what is trusted: a key or a checkpoint you have from elsewhere."""

    model_config = ConfigDict(extra="forbid")

    disclosure: Annotated[
        DisclosureOut | Annotated[str, Field(max_length=TEXT_MAX)],
        Field(
            description="As it was handed out: the object, its text, or the text of a QR code (`TC1:…`).",
            examples=["TC1:6BF+70…"],
        ),
    ]
    key: Annotated[
        str | None, Field(max_length=1000, description="Public key of the log; by default the one the log names.")
    ] = None
    pinned: Annotated[str | None, Field(max_length=65536, description="A checkpoint kept earlier.")] = None

    def content(self) -> bytes:
        """The bytes of the file that was handed out."""
        given = self.disclosure if isinstance(self.disclosure, str) else self.disclosure.model_dump_json()
        return given.encode("utf-8", "replace")


class CheckFinding(BaseModel):
    """One thing the check found."""

    kind: Literal["right", "note", "wrong"]
    code: Annotated[str, Field(examples=["fact-included"])]
    sentence: Annotated[str, Field(description="In the asked language.")]


class CheckOut(BaseModel):
    """What anybody's check of it says, the same script that ships in every audit pack."""

    right: Annotated[bool, Field(description="Whether nothing is wrong.")]
    checks: list[CheckFinding]
