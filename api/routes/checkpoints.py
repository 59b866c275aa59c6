"""Checkpoints, the keys that sign them, and what of the record is sealed (M32); public, to be kept outside."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Depends, Path, Query, Request, Response

from api.access import ADMIN, AUDIT, Served, may
from api.derived import model_of, row_of, rows_of
from api.lists import Listed, Page
from api.plain import as_text, or_text, read_up_to, text_body, wants_text
from api.problems import problems
from service.checkpoints import (
    CheckpointShown,
    Seals,
    SigningKeys,
    checkpoint,
    checkpoints,
    seals,
    signing_keys,
)
from service.sealing import offer, take_back

router = APIRouter(tags=["proofs"])
CheckpointOut: Any = model_of(CheckpointShown)
KeysOut: Any = model_of(SigningKeys, "SigningKeys")
SealsOut: Any = model_of(Seals, "Seals")
NOTE_BYTES = 64 * 1024
NOTE = (
    "tongchou/6f0c9d0e0f6c4b1c8a6f1f7d2a4b9c3e\n1112\nqFz0Yh0yY6m5r9b8bq8yXv1X1kq3m1c9i5b7c2d4e6A=\n"
    "time 2026-11-21T19:00:00.000000Z\n\n— tongchou/6f0c9d0e0f6c4b1c8a6f1f7d2a4b9c3e 8J+YgA==\n"
)
"""What a checkpoint looks like."""


@router.get(
    "/checkpoints", dependencies=[may(scope="open")], response_model=Page[CheckpointOut], responses=problems(422, 503)
)
def list_checkpoints(served: Served, listed: Listed) -> Any:
    """Every checkpoint known at a moment, smallest first. Keep one outside: nothing before it can be altered unseen."""
    with served.county() as county:
        at = listed.at(county)
        known_at = listed.asked.known_at
        found = [
            one for one in checkpoints(county) if one.size <= at.position and (known_at is None or one.time <= known_at)
        ]
        return listed.page(CheckpointOut, rows_of(found), at)


@router.get(
    "/checkpoints/newest",
    dependencies=[may(scope="open")],
    response_model=CheckpointOut,
    responses={**or_text("The signed note (C2SP tlog-checkpoint).", NOTE), **problems(404, 422, 503)},
)
def get_newest_checkpoint(served: Served, request: Request) -> Any:
    """The newest checkpoint: the signed note itself for `Accept: text/plain`, else what it says."""
    with served.county() as county:
        return _checkpoint(request, checkpoint(county))


@router.get(
    "/checkpoints/newest/offer",
    dependencies=[may(scope="open")],
    response_class=Response,
    responses={
        **or_text("What a witness is sent (C2SP tlog-witness).", f"old 0\n\n{NOTE}"),
        **problems(404, 409, 422, 503),
    },
)
def get_checkpoint_offer(
    served: Served,
    since: Annotated[int, Query(ge=0, le=2**53, description="The size the witness co-signed last; 0: none.")] = 0,
) -> Response:
    """The newest checkpoint with the proof that it grew from one a witness knows: what it is asked to co-sign."""
    with served.county() as county:
        return as_text(str(offer(county, since)))


@router.get(
    "/checkpoints/{size:int}",
    dependencies=[may(scope="open")],
    response_model=CheckpointOut,
    responses={**or_text("The signed note (C2SP tlog-checkpoint).", NOTE), **problems(404, 422, 503)},
)
def get_checkpoint(
    served: Served,
    request: Request,
    size: Annotated[int, Path(ge=0, le=2**53, description="How many facts it covers.", examples=[1112])],
) -> Any:
    """The checkpoint of exactly so many facts, with every signature it has got so far."""
    with served.county() as county:
        return _checkpoint(request, checkpoint(county, size))


@router.post(
    "/checkpoints",
    dependencies=[may(AUDIT, ADMIN, scope="county")],
    status_code=201,
    response_model=CheckpointOut,
    responses={
        200: {"model": CheckpointOut, "description": "Nothing came since the newest checkpoint, which is the answer."},
        **problems(401, 403, 409, 422, 503),
    },
)
def seal_record(served: Served, response: Response) -> Any:
    """Sign a checkpoint of the record as it stands, with the key file of this server, which nobody else may read."""
    with served.county() as county:
        done = served.proofs.seal(county)
        response.status_code = 201 if done.is_new else 200
        response.headers["Location"] = f"/v1/checkpoints/{done.says.size}"
        return CheckpointOut.model_validate(row_of(checkpoint(county, done.says.size)))


async def _note(request: Request) -> bytes:
    return await read_up_to(request, NOTE_BYTES)


@router.post(
    "/checkpoints/cosignatures",
    dependencies=[may(AUDIT, ADMIN, scope="county")],
    response_model=CheckpointOut,
    openapi_extra=text_body("The checkpoint as the witness gave it back.", NOTE),
    responses=problems(401, 403, 409, 422, 503),
)
def add_cosignatures(served: Served, note: Annotated[bytes, Depends(_note)]) -> Any:
    """Keep what witnesses signed under a checkpoint of this log; a foreign or false signature is refused whole."""
    with served.county() as county:
        done = take_back(county, note)
        return CheckpointOut.model_validate(row_of(checkpoint(county, done.says.size)))


@router.get("/signing-keys", dependencies=[may(scope="open")], response_model=KeysOut, responses=problems(503))
def list_signing_keys(served: Served) -> Any:
    """The public keys of the log and of its witnesses. Compare them with those you were given by another way."""
    with served.county() as county:
        return KeysOut.model_validate(row_of(signing_keys(county)))


@router.get("/seals", dependencies=[may(scope="open")], response_model=SealsOut, responses=problems(503))
def get_seals(served: Served) -> Any:
    """How much of the record is sealed and witnessed, and how much not yet."""
    with served.county() as county:
        return SealsOut.model_validate(row_of(seals(county)))


def _checkpoint(request: Request, found: CheckpointShown) -> Any:
    return as_text(found.note) if wants_text(request) else CheckpointOut.model_validate(row_of(found))
