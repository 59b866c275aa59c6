"""The routes of the table: each an operation with its own body, rule and answer, all of them one endpoint."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from functools import partial
from typing import Annotated, Any, get_type_hints

from fastapi import APIRouter, Body, Depends, Path, Request, Response
from fastapi.concurrency import run_in_threadpool
from pydantic import BaseModel, create_model

from api.access import Check
from api.bodies import CodeIn, Mandated, PostIn, kept_fields
from api.deciding.table import WAYS
from api.deciding.way import Given, Way
from api.derived import type_of
from api.field_words import words_of
from api.repeating import DecisionRoute
from api.versions import etag_of
from api.writing import REFUSED, Asking, ReceiptOut, Writing, receipt_fields
from domain.decisions.catalogue import ALL_REFUSALS
from domain.facts import FACT_BY_NAME
from service.versions import version_of

TAG_OF = {
    "commitments": "money",
    "disbursements": "money",
    "duties": "house",
    "objections": "plans",
    "posts": "house",
    "signing-keys": "proofs",
    "witnesses": "proofs",
}
"""First part of an address -> the group it belongs to, where that is another word."""
CODES = {refusal.__name__: refusal.code for refusal in ALL_REFUSALS}


def router_of(ways: tuple[Way, ...]) -> APIRouter:
    """A router with an operation for every row."""
    router = APIRouter(route_class=DecisionRoute)
    for way in ways:
        router.add_api_route(
            way.path,
            _endpoint(way),
            methods=[way.method],
            status_code=200 if way.made is None else 201,
            response_model=_answer(way),
            responses=REFUSED,
            dependencies=[Depends(Check(way.rule)), *([Depends(Placed(way))] if way.places_in_path else [])],
            tags=[TAG_OF.get(way.path.split("/")[1], way.path.split("/")[1])],
            summary=way.decision.title().capitalize(),
        )
    return router


@dataclass(frozen=True, eq=False)
class Placed:
    """Holds an account of some townships to the place the address names, before anybody looks at the body."""

    way: Way

    async def __call__(self, request: Request, asking: Asking) -> None:
        """Raises `OutsideTownship`, or the refusal that says there is no such thing."""
        if asking.principal.townships is not None:
            await run_in_threadpool(self._hold, asking, request.path_params)

    def _hold(self, asking: Writing, given: Given) -> None:
        with asking.county() as county:
            for township in self.way.townships(county, {name: given[name] for name in self.way.places_in_path}):
                asking.principal.must_cover(township)


def _endpoint(way: Way) -> Any:
    def work(response: Response, asking: Writing, body: Mandated | None = None, **path: str) -> Any:
        return taken(way, response, asking, body or way.body(), path)

    optional = not any(field.is_required() for field in way.body.model_fields.values())
    kind = inspect.Parameter.KEYWORD_ONLY
    parameters = [
        inspect.Parameter("response", kind, annotation=Response),
        inspect.Parameter("asking", kind, annotation=Asking),
        *(
            inspect.Parameter(name, kind, annotation=Annotated[_code(name), Path(**words_of(name))])
            for name in way.in_path
        ),
    ]
    if optional:
        parameters.append(inspect.Parameter("body", kind, annotation=Annotated[way.body | None, Body()], default=None))
    else:
        parameters.append(inspect.Parameter("body", kind, annotation=Annotated[way.body, Body()]))
    work.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]  # FastAPI reads the signature
    work.__name__ = way.name
    work.__doc__ = _about(way)
    return work


def taken(way: Way, response: Response, asking: Writing, body: Mandated, path: dict[str, str]) -> Any:
    """Take the decision of a row, as the call asks for it. Raises its refusal."""
    given = {**kept_fields(body), **path}
    with asking.county() as opened:
        county = opened
        if asking.principal.townships is not None:
            for township in way.townships(county, given):
                asking.principal.must_cover(township)
        if way.version_of is not None:
            county = asking.held_to(county, way.version_of, given[way.version_of], must=way.must_match)
        mandate = asking.mandate(county, body.why, body.effective_on, body.document)
        receipt = asking.once(county, partial(way.take, county, mandate, given))
        if way.version_of is not None:
            response.headers["etag"] = etag_of(version_of(county, way.version_of, given[way.version_of]))
        location = way.location(given, receipt)
        if location is not None and county.branch is None:
            response.headers["location"] = location
        elif way.made is not None and not receipt.recorded:
            response.status_code = 200
        return {**receipt_fields(receipt, county.branch), **way.shown(receipt)}


def _answer(way: Way) -> type[BaseModel]:
    if not way.shows:
        return ReceiptOut
    hints = get_type_hints(FACT_BY_NAME[way.fact])
    shown: dict[str, Any] = {name: (type_of(hints[name]) | None, None) for name in way.shows}
    title = f"{way.decision.__name__}Receipt"
    return create_model(title, __base__=ReceiptOut, **shown)


def _about(way: Way) -> str:
    """What the decision says of itself, its refusals by the codes problems have."""
    return re.sub(r"`(\w+)`", lambda found: f"`{CODES.get(found[1], found[1])}`", inspect.getdoc(way.decision) or "")


def _code(name: str) -> Any:
    return PostIn if name == "post" else CodeIn


router = router_of(WAYS)
