"""The policy in force in plain words, its versions and text, a check of a text; and what the clauses stand for."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from api.access import READ, Served, Visitor, may
from api.moments import Asked, When
from api.problems import status_of
from domain.errors import Refusal
from domain.policy.faults import PolicyFault, PolicyFaults
from service.access.principal import Principal
from service.faults import FAMILIES, explain
from service.jobs.asks import TEXT_MAX
from service.office import Office
from service.policy_words import adopted, checked, citing, clause_list, policy_words
from service.registers import current_register
from texts.fault_words import fault_told
from web.rendering import looked, page

router = APIRouter(include_in_schema=False)


@router.get("/policies", dependencies=[may(scope="open")])
def policies_page(request: Request, served: Served, visitor: Visitor, when: When) -> Response:
    """The rules by which the money is shared; everybody may read them."""
    return _page(request, served, visitor, when)


@router.post("/policies", dependencies=[may(READ, scope="open")])
def check_text(
    request: Request,
    served: Served,
    visitor: Visitor,
    when: When,
    text: Annotated[str, Form(max_length=TEXT_MAX)] = "",
) -> Response:
    """Check a text; nothing is recorded."""
    return _page(request, served, visitor, when, text)


@router.get("/clauses", dependencies=[may(scope="open")])
def clauses_page(request: Request, served: Served, when: When) -> Response:
    """What every clause that is cited stands for."""
    with served.county() as county:
        here = looked(request, county, when.at(county))
        rule = next((loaded for row, loaded in adopted(county, here.at) if row.in_force), None)
        cited = citing(rule.policy) if rule is not None else {}
        return page("clauses.html.j2", here, clauses=clause_list(), cited=cited, opened="/register")


def _page(
    request: Request, served: Office, visitor: Principal | None, when: Asked, text: str | None = None
) -> Response:
    with served.county() as county:
        here = looked(request, county, when.at(county))
        versions = adopted(county, here.at)
        rule = next(((row, loaded) for row, loaded in versions if row.in_force), None)
        faults: tuple[tuple[PolicyFault, str], ...] = ()
        said: tuple[str, ...] | None = None
        status = 200
        if text is not None:
            try:
                said = tuple(checked(county, text, here.lang))
            except PolicyFaults as found:
                faults, status = tuple((one, fault_told(one, here.lang)) for one in found.faults), 422
            except FAMILIES as fault:
                explained = explain(fault, here.lang)
                said = explained.sentences if explained else ()
                code = fault.code if isinstance(fault, Refusal) else "policy-faults"
                status = status_of(code, explained.exit) if explained else 422
        return page(
            "policies.html.j2",
            here,
            status=status,
            opened="/register",
            rule=rule[0] if rule else None,
            words=policy_words(rule[1].policy, current_register(county)) if rule else None,
            versions=versions,
            raw=rule[1].text if rule else "",
            text=text or "",
            faults=faults,
            said=said,
            signed_in=visitor is not None,
        )
