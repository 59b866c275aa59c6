"""Proofs of the log (RFC 9162), one fact handed out with its proof, and the check of one that was handed out."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Query

from api.access import Served, may
from api.derived import model_of, row_of
from api.problems import problems
from service.proofs import ConsistencyProof, InclusionProof

router = APIRouter(prefix="/proofs", tags=["proofs"])
InclusionOut: Any = model_of(InclusionProof)
ConsistencyOut: Any = model_of(ConsistencyProof)
SIZE_MAX = 2**53


@router.get(
    "/inclusion",
    dependencies=[may(scope="open")],
    response_model=InclusionOut,
    responses=problems(404, 422, 503),
)
def get_inclusion_proof(
    served: Served,
    position: Annotated[int, Query(ge=1, le=SIZE_MAX, description="Of the fact, from 1.")],
    size: Annotated[
        int | None, Query(ge=1, le=SIZE_MAX, description="Of the log; by default that of the newest checkpoint.")
    ] = None,
) -> Any:
    """That the fact at a position lies in the first `size` facts (RFC 9162, 2.1.3); nothing is told of any fact."""
    return InclusionOut.model_validate(row_of(served.proofs.inclusion(position, size)))


@router.get(
    "/consistency",
    dependencies=[may(scope="open")],
    response_model=ConsistencyOut,
    responses=problems(404, 422, 503),
)
def get_consistency_proof(
    served: Served,
    from_size: Annotated[int, Query(alias="from", ge=1, le=SIZE_MAX, description="The size you know.")],
    to_size: Annotated[
        int | None,
        Query(alias="to", ge=1, le=SIZE_MAX, description="A later one; by default of the newest checkpoint."),
    ] = None,
) -> Any:
    """That the log only grew between two sizes (RFC 9162, 2.1.4)."""
    return ConsistencyOut.model_validate(row_of(served.proofs.consistency(from_size, to_size)))
