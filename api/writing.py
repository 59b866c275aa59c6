"""What every decision over HTTP has in common: who decides, on what, under which key, and the receipt it is answered.

Who decides is whoever asks. A decision under an `Idempotency-Key` is recorded under a command made of account and key,
so that the record itself knows a repeat, whatever became of the first answer. `?branch=NAME` decides on a kept branch
instead of the record, which cannot be reached from there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Depends, Header, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from api.access import Caller, Served
from api.problems import problems
from domain.errors import Refusal
from domain.facts import Mandate
from service.access.principal import Principal
from service.branches import open_branch
from service.county import County, Receipt
from service.office import Office
from service.repeats import keyed
from service.versions import Kind, based_on

KEY = "Idempotency-Key"
KEY_LENGTH_MAX = 200
KEY_PATTERN = r"^[\x21-\x7e]+$"
KEY_FORM = re.compile(rf"[\x21-\x7e]{{1,{KEY_LENGTH_MAX}}}")
KEY_MEANING = (
    "A name of the caller's for this call. Sent again with the same content, it gets the same answer and nothing is "
    "done twice."
)
KEY_EXAMPLE = "5f0c6c0e-2d0f-4f5b-9d5e-0a7c3c7f1f10"
KEY_PARAMETER: dict[str, Any] = {
    "name": KEY,
    "in": "header",
    "required": False,
    "description": KEY_MEANING,
    "schema": {"type": "string", "minLength": 1, "maxLength": KEY_LENGTH_MAX, "pattern": KEY_PATTERN},
    "example": KEY_EXAMPLE,
}
"""The header as routes document it that do not read it themselves."""
REFUSED = problems(400, 401, 403, 404, 408, 409, 412, 413, 415, 422, 428, 503)
"""What a decision can be answered beside its receipt."""


class VersionMissing(Refusal):
    """A change that does not say which version it is based on, where it must."""

    code = "version-missing"
    sentence_en = "Somebody else may have changed this meanwhile: the change must say which version it is based on."
    cure_en = "Read it, and send its `ETag` as `If-Match`; `*` changes whatever is there."


class VersionUnclear(Refusal):
    """An `If-Match` that is no version of an entry."""

    code = "version-unclear"
    sentence_en = "`If-Match` cannot be {given}."
    cure_en = 'Send the `ETag` of the entry as it was read, such as "1111", or `*`.'


class RecordedOut(BaseModel):
    """A fact on the record."""

    position: Annotated[int, Field(ge=1, description="Its place in the record.", examples=[1112])]
    type: Annotated[str, Field(description="Its stored name.", examples=["fund.amended"])]


class ReceiptOut(BaseModel):
    """What came of a decision."""

    model_config = ConfigDict(title="Receipt")

    position: Annotated[
        int, Field(ge=0, description="That of the last fact, or how far the record was read.", examples=[1112])
    ]
    facts: Annotated[list[RecordedOut], Field(description="What is on the record of it; none: nothing was to be said.")]
    recorded_at: Annotated[datetime | None, Field(description="When the record learned of it.")] = None
    repeated: Annotated[bool, Field(description="Whether this very command had been carried out before.")] = False
    branch: Annotated[str | None, Field(description="The branch it was decided on; null: the record.")] = None


def receipt_fields(receipt: Receipt, branch: str | None) -> dict[str, Any]:
    """The fields of a receipt as its model has them."""
    return {
        "position": receipt.position,
        "facts": [{"position": one.position, "type": one.fact.stored_name()} for one in receipt.recorded],
        "recorded_at": receipt.recorded[-1].recorded_at if receipt.recorded else None,
        "repeated": receipt.repeated,
        "branch": branch,
    }


@dataclass(frozen=True)
class Writing:
    """A decision about to be taken: by whom, where, under which key, based on which version."""

    office: Office
    principal: Principal
    key: str | None
    branch: str | None
    if_match: str | None
    again: bool = False
    """Whether another attempt under the key was begun before: it may be at work, or have died."""

    @property
    def command(self) -> str | None:
        """The command the record knows this decision by: the same for the same account and key, and no other's."""
        return None if self.key is None else f"http:{keyed(self.principal, self.key)}"

    @contextmanager
    def county(self) -> Iterator[County]:
        """The record, or the branch, to decide on. Raises `UnknownBranch`."""
        with self.office.county() as county:
            if self.branch is None:
                yield county
                return
            with open_branch(county, self.branch) as branch:
                yield branch

    def mandate(self, county: County, why: str, effective_on: date | None, document: str | None) -> Mandate:
        """The mandate of whoever asks."""
        actor = self.principal.actor
        return county.mandate(actor, why=why, effective_on=effective_on, document=document, command=self.command)

    def once(self, county: County, work: Callable[[], Receipt]) -> Receipt:
        """Carry it out, unless another attempt under the same key did: then what that one recorded is the answer,
        also where the record has moved on since and the same would not be decided again."""
        if not self.again:
            return work()
        if (earlier := self._recorded(county)) is not None:
            return earlier
        try:
            return work()
        except Refusal:
            if (earlier := self._recorded(county)) is not None:
                return earlier
            raise

    def _recorded(self, county: County) -> Receipt | None:
        earlier = tuple(county.log.facts(tags=[f"command:{self.command}"]))
        return Receipt(earlier[-1].position, earlier, repeated=True) if earlier else None

    def held_to(self, county: County, kind: Kind, code: str, *, must: bool) -> County:
        """The county, deciding only on the version stated. Raises `VersionMissing` or `VersionUnclear`."""
        given = (self.if_match or "").strip()
        if not given and must:
            raise VersionMissing
        if given in ("", "*"):
            return county
        version = given.strip('"')
        if len(given) != len(version) + 2 or not (version.isascii() and version.isdigit()) or len(version) > 18:
            raise VersionUnclear(given=given[:40])
        return based_on(county, kind, code, int(version))


async def writing(
    request: Request,
    office: Served,
    principal: Caller,
    branch: Annotated[
        str | None,
        Query(pattern=r"^\w[\w\-]{0,63}$", description="Decide on this kept branch, not on the record."),
    ] = None,
    idempotency_key: Annotated[
        str | None,
        Header(
            min_length=1,
            max_length=KEY_LENGTH_MAX,
            pattern=KEY_PATTERN,
            description=KEY_MEANING,
            examples=[KEY_EXAMPLE],
        ),
    ] = None,
    if_match: Annotated[
        str | None, Header(max_length=40, description="The `ETag` of the version this change is based on.")
    ] = None,
) -> Writing:
    """How a decision is asked for."""
    again = idempotency_key is not None and getattr(request.state, "again", False)
    return Writing(office, principal, idempotency_key, branch, if_match, again)


Asking = Annotated[Writing, Depends(writing)]
__all__ = ["KEY", "REFUSED", "Asking", "ReceiptOut", "Writing", "receipt_fields"]
