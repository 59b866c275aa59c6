"""One fact handed out with its proof, and the check of what was handed out (M32).

What a unit was granted was told everybody with the notice, so its proof is public. Every other fact is for those who
may read the whole record.
"""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Request, Response

from api.access import Served, Visitor, may
from api.languages import language
from api.plain import as_text, or_text, wants_text
from api.problems import problems
from api.repeating import StrictRoute
from api.schemas.disclosures import CheckIn, CheckOut, DisclosureOut
from service.access.principal import Unauthenticated
from service.disclosing import Discloser, checked_disclosure, is_public

router = APIRouter(route_class=StrictRoute, tags=["proofs"])


@router.get(
    "/disclosures/{position}",
    dependencies=[may(scope="open")],
    response_model=DisclosureOut,
    responses={
        **or_text("The same for a QR code: deflated, in 45 characters (RFC 9285).", "TC1:6BF+70…"),
        **problems(401, 403, 404, 409, 422, 503),
    },
)
def get_disclosure(
    served: Served,
    visitor: Visitor,
    request: Request,
    position: Annotated[int, Path(ge=1, le=2**53, description="Of the fact, from 1.", examples=[1200])],
) -> Any:
    """The fact at a position with what proves it: as an object, or for `Accept: text/plain` as a QR code holds it.

    Public for what units were granted by a published plan; any other fact is for those who may read all of the record.
    """
    with served.county() as county:
        if not is_public(county, position):
            if visitor is None:
                raise Unauthenticated(reason="only what a published plan grants is public")
            visitor.must_cover(None)
        found = Discloser(county).disclose(position)
        if wants_text(request):
            return as_text(found.qr_text())
        return Response(found.text(), media_type="application/json", headers={"Vary": "Accept"})


@router.post(
    "/disclosure-checks",
    dependencies=[may(scope="open")],
    response_model=CheckOut,
    responses=problems(409, 413, 422, 503),
)
def check_disclosure(served: Served, request: Request, given: CheckIn) -> Any:
    """Check a fact that was handed out, as anybody would without this server; public, and nothing is kept of it."""
    with served.county() as county:
        lang = language(request)
        return checked_disclosure(county, given.content(), key=given.key, pinned=given.pinned, lang=lang)
