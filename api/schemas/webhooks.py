"""Webhooks as the contract has them."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from service.feed.facts import TAGS_MAX
from service.feed.targets import URL_LENGTH_MAX

Url = Annotated[
    str,
    Field(
        min_length=1,
        max_length=URL_LENGTH_MAX,
        description="On the list of the operator.",
        examples=["https://f.example/in"],
    ),
]
Types = Annotated[
    list[Annotated[str, Field(max_length=100)]],
    Field(max_length=100, description="Only facts of any of these types; empty: all.", examples=[["money.disbursed"]]),
]
Tags = Annotated[
    list[Annotated[str, Field(max_length=200)]],
    Field(max_length=TAGS_MAX, description="Only with all of these tags.", examples=[["fund:service"]]),
]
Position = Annotated[int, Field(ge=0, le=2**53)]


class NewWebhook(BaseModel):
    """Whom to call about which facts."""

    model_config = ConfigDict(extra="forbid")

    url: Url
    types: Types = []
    tags: Tags = []
    after: Annotated[Position | None, Field(description="The position already known; null: from now on.")] = None


class WebhookChanges(BaseModel):
    """What of a webhook is to be another; what is left out stays."""

    model_config = ConfigDict(extra="forbid")

    url: Url | None = None
    types: Types | None = None
    tags: Tags | None = None
    state: Annotated[Literal["active", "paused"] | None, Field(description="To pause it, or let it go on.")] = None


class Webhook(BaseModel):
    """A webhook and how far it is."""

    id: Annotated[str, Field(examples=["wh-3f0c…"])]
    url: str
    types: list[str]
    tags: list[str]
    state: Annotated[
        Literal["active", "failing", "paused"], Field(description="`failing`: the last call was not acknowledged.")
    ]
    position: Annotated[int, Field(description="Facts up to here were acknowledged, given up, or not wanted.")]
    behind: Annotated[int, Field(description="Facts of the record after that position, wanted or not.")]
    failures: Annotated[int, Field(description="Attempts at the next fact that failed.")]
    next_try: Annotated[str | None, Field(description="Not called before; null: at once.")]
    last_error: Annotated[str | None, Field(examples=["answered 500"])]
    dead_letters: Annotated[int, Field(description="Facts that were given up.")]
    created_by: str
    created_at: str


class WebhookSecret(BaseModel):
    """A secret; it is shown this once."""

    secret: Annotated[str, Field(description="Standard Webhooks: `whsec_` and base64.", examples=["whsec_…"])]


class CreatedWebhook(Webhook, WebhookSecret):
    """A new webhook with its secret, which is shown this once."""


class Webhooks(BaseModel):
    """Every webhook, the oldest first."""

    items: list[Webhook]


class Letter(BaseModel):
    """A fact that was given up for one webhook."""

    position: int
    attempts: int
    last_status: Annotated[int | None, Field(description="HTTP's; null: no answer came.")]
    last_error: Annotated[str, Field(examples=["answered 500"])]
    buried_at: str
    again: Annotated[bool, Field(description="It waits to be tried once more.")]


class Letters(BaseModel):
    """Dead letters in order of position."""

    items: list[Letter]
    next: Annotated[int | None, Field(description="What to ask `after` next; null: there are no more.")]


class Again(BaseModel):
    """Which dead letters to try once more."""

    model_config = ConfigDict(extra="forbid")

    positions: Annotated[
        list[Position] | None, Field(max_length=1000, description="Their positions; null: all of them.")
    ] = None


class AskedAgain(BaseModel):
    """How many dead letters are to be tried once more."""

    letters: int


class Tried(BaseModel):
    """What came of a call."""

    delivered: bool
    status: Annotated[int | None, Field(description="HTTP's; null: no answer came.")]
    error: str | None
