"""Who may call a route: every route declares a `Rule`, the one place where roles and townships are asked for over HTTP.

    @router.get("/funds", dependencies=[may(READ, scope="county")])

Dependencies are coroutines: as plain functions each of them would cost a thread. What people may not do to each
other's decisions (who proposed does not approve) is the domain's, not of this table.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeGuard

from fastapi import Depends, Request
from fastapi.concurrency import run_in_threadpool
from fastapi.routing import APIRoute

from api.cookies import SAFE, by_cookie, must_be_own_form
from service.access.access import Access
from service.access.noting import Visit, note_refusal
from service.access.principal import PasswordMustChange, Principal, Role, Unauthenticated
from service.access.recognising import authenticate, recognised
from service.office import Office

Scope = Literal["county", "place", "own", "open", "self"]
"""How an account limited to townships meets a route.

county  it is about the county as a whole: refused
place   it is about one place, found from the address or body: refused for a place of another township
own     a list: only what is of the account's townships
open    townships do not matter
self    about whoever asks, also while a one-time password has still to be changed
"""

EVERYONE: frozenset[Role] = frozenset(("planner", "approver", "treasurer", "auditor", "reader", "admin"))
READ: frozenset[Role] = EVERYONE
PLAN: frozenset[Role] = frozenset(("planner",))
APPROVE: frozenset[Role] = frozenset(("approver",))
PAY: frozenset[Role] = frozenset(("treasurer",))
AUDIT: frozenset[Role] = frozenset(("auditor",))
ADMIN: frozenset[Role] = frozenset(("admin",))

NAMED: frozenset[Role] = EVERYONE - {"reader"}
"""Who sees the names behind pseudonymous ids: people of the county at work, not other programs and not the public."""


@dataclass(frozen=True)
class Rule:
    """Who may call a route; no roles: everybody, signed in or not."""

    roles: frozenset[Role]
    scope: Scope

    @property
    def public(self) -> bool:
        """Whether nobody needs to sign in."""
        return not self.roles


@dataclass(frozen=True)
class Check:
    """The dependency that holds a route to its rule; the authorization matrix of the tests reads it from the route."""

    rule: Rule

    async def __call__(self, request: Request) -> Principal | None:
        """Who asks, where that is known. Raises `Unauthenticated`, `Forbidden` or `OutsideTownship`."""
        return await admitted(request, self.rule)


def may(*roles: frozenset[Role], scope: Scope) -> Any:
    """A dependency: whoever calls has one of the roles (none given: the route is public)."""
    return Depends(Check(Rule(frozenset().union(*roles), scope)))


def rule_of(route: APIRoute) -> Rule | None:
    """The rule a route declares."""
    checks = [one.dependency for one in route.dependencies if isinstance(one.dependency, Check)]
    return checks[0].rule if len(checks) == 1 else None


async def admitted(request: Request, rule: Rule) -> Principal | None:
    """Who asks, if the rule lets them. What the rule cannot see, a place in the body, the route asks itself."""
    if not hasattr(request.state, "principal"):
        request.state.principal = await authenticated(request)
    principal: Principal | None = request.state.principal
    if principal is not None and principal.via == "cookie" and request.method not in SAFE:
        await must_be_own_form(request, principal)
    if rule.public:
        return principal
    if principal is None:
        raise Unauthenticated(reason="nobody is signed in")
    if principal.must_change_password and rule.scope != "self":
        raise PasswordMustChange(who=principal.person)
    principal.must_have(rule.roles)
    if rule.scope == "county":
        principal.must_cover(None)
    return principal


def sees_names(principal: Principal | None) -> bool:
    """Whether answers to this principal may carry names of persons."""
    return _at_work(principal) and bool(principal.roles & NAMED)


def sees_all(principal: Principal | None) -> bool:
    """Whether this principal may read what is not public and about the county as a whole."""
    return _at_work(principal) and principal.covers(None)


def _at_work(principal: Principal | None) -> TypeGuard[Principal]:
    """Somebody who is signed in and has chosen a password."""
    return principal is not None and not principal.must_change_password


async def authenticated(request: Request) -> Principal | None:
    """Who shows a token, key or cookie; None for nobody. Raises `Unauthenticated` for a token or key not valid."""
    header = request.headers.get("authorization")
    if header is None:
        return await by_cookie(request)
    authenticate: Callable[[str], Principal | Awaitable[Principal]] = request.app.state.authenticate
    found = authenticate(header)
    return await found if isinstance(found, Awaitable) else found


def authenticator(access: Access) -> Callable[[str], Awaitable[Principal]]:
    """Recognises whoever sends a token or key; only who has to be looked up at the desk costs a thread."""

    async def who(header: str) -> Principal:
        found = recognised(access, header)
        return found if found is not None else await run_in_threadpool(authenticate, access, header)

    return who


async def visit_of_request(request: Request) -> Visit:
    """See `visit_of`."""
    return visit_of(request)


def visit_of(request: Request) -> Visit:
    """Where a request comes from and what it asks, as it is noted: the route's template, never what stands in it."""
    route = getattr(request.scope.get("fastapi", {}).get("effective_route_context"), "path", None)
    path = str(route or "(no such address)")
    address = request.client.host if request.client else "unknown"
    return Visit(address, request.method, path, getattr(request.state, "request_id", None) or "")


def note_refused(request: Request, code: str, reason: str) -> None:
    """Note a request that was turned away."""
    principal: Principal | None = getattr(request.state, "principal", None)
    account = None if principal is None else principal.account
    note_refusal(request.app.state.office.access, visit_of(request), code, account=account, about=reason)


async def principal_of(request: Request) -> Principal:
    """Who asks, in a route that is not public."""
    principal: Principal | None = request.state.principal
    assert principal is not None
    return principal


async def visitor_of(request: Request) -> Principal | None:
    """Who asks, in a public route; None for nobody in particular."""
    principal: Principal | None = request.state.principal
    return principal


async def office_of(request: Request) -> Office:
    """The open store."""
    office: Office = request.app.state.office
    return office


Visiting = Annotated[Visit, Depends(visit_of_request)]
Caller = Annotated[Principal, Depends(principal_of)]
Visitor = Annotated[Principal | None, Depends(visitor_of)]
Served = Annotated[Office, Depends(office_of)]
