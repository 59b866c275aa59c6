"""API keys of programs: whoever is logged in makes them for themselves; an administrator sees and ends all."""

from __future__ import annotations

from fastapi import APIRouter, Response

from api.access import EVERYONE, Caller, Served, Visiting, may
from api.problems import problems
from api.repeating import WriteRoute
from api.schemas.access import ApiKeyIn, ApiKeyOut, ApiKeysOut, NewApiKeyOut
from service.access.accounts import known_account
from service.access.keys import NotByKey, known_key, make_key, revoke_key
from service.access.principal import Principal

router = APIRouter(route_class=WriteRoute, tags=["access"])


@router.get("/api-keys", dependencies=[may(EVERYONE, scope="open")], responses=problems(401, 403, 503))
def list_api_keys(served: Served, caller: Caller) -> ApiKeysOut:
    """One's own keys; an administrator's list has everybody's. No secret is shown."""
    return ApiKeysOut(items=[ApiKeyOut.of(key) for key in served.access.keys.all(_whose(caller))])


@router.post(
    "/api-keys",
    status_code=201,
    dependencies=[may(EVERYONE, scope="open")],
    responses=problems(401, 403, 422, 503),
)
def create_api_key(
    served: Served, caller: Caller, visit: Visiting, asked: ApiKeyIn, response: Response
) -> NewApiKeyOut:
    """Make a key for oneself; it is shown this once. A key cannot make keys."""
    if caller.via == "key":
        raise NotByKey(decision="make API keys")
    owner = known_account(served.access, caller.account)
    made = make_key(
        served.access,
        owner,
        visit,
        label=asked.label,
        days=asked.days,
        roles=asked.roles,
        townships=asked.townships,
        by=caller.account,
    )
    response.headers["cache-control"] = "no-store"
    response.headers["location"] = f"/v1/api-keys/{made.key.id}"
    return NewApiKeyOut(**ApiKeyOut.of(made.key).model_dump(), key=made.shown)


@router.get("/api-keys/{key}", dependencies=[may(EVERYONE, scope="open")], responses=problems(401, 403, 404, 503))
def get_api_key(served: Served, caller: Caller, key: str) -> ApiKeyOut:
    """One key, without its secret."""
    return ApiKeyOut.of(known_key(served.access, key, _whose(caller)))


@router.delete(
    "/api-keys/{key}",
    status_code=204,
    dependencies=[may(EVERYONE, scope="open")],
    responses=problems(401, 403, 404, 503),
)
def revoke_api_key(served: Served, caller: Caller, visit: Visiting, key: str) -> None:
    """End a key for good."""
    revoke_key(served.access, known_key(served.access, key, _whose(caller)), visit, by=caller.account)


def _whose(caller: Principal) -> str | None:
    """Whose keys somebody deals with: an administrator with everybody's."""
    return None if "admin" in caller.roles else caller.account
