"""The contract (OpenAPI 3.1) as it is handed out: what the framework says of the routes, and what only we know of them.

Problems have their own media type and one schema; every operation says who may call it, by which roles, and how an
account of some townships meets it; a page says what its items are when only some fields are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute, APIRouter

from api.access import rule_of
from api.problems import PROBLEM_JSON

REFS = "#/components/schemas/"
BEARER = "bearer"
SECURITY = {
    BEARER: {
        "type": "http",
        "scheme": "bearer",
        "description": "An access token (POST /v1/sessions) or an API key, as `Authorization: Bearer …`.",
    }
}
PARTIAL = "SomeOf"
"""What the model of an item's chosen fields is called, before the item's name."""

Schema = dict[str, Any]


def contract_of(app: FastAPI, routers: Iterable[APIRouter]) -> Callable[[], Schema]:
    """What stands for `app.openapi`: computed once, of the routers' routes as the application has them."""
    plain = app.openapi

    def openapi() -> Schema:
        if app.openapi_schema is None:
            rules = {one.name: rule_of(one) for router in routers for one in router.routes if isinstance(one, APIRoute)}
            schema = plain()
            for operation in operations(schema):
                _problems_of(operation)
                rule = rules.get(operation["operationId"])
                if rule is not None:
                    operation["security"] = [{}, {BEARER: []}] if rule.public else [{BEARER: []}]
                    operation["x-roles"], operation["x-townships"] = sorted(rule.roles), rule.scope
            schema["components"]["securitySchemes"] = SECURITY
            _pages_of(schema["components"]["schemas"])
            app.openapi_schema = schema
        return app.openapi_schema

    return openapi


def operations(schema: Schema) -> Iterator[Schema]:
    """Every operation of a contract."""
    for ways in schema["paths"].values():
        yield from (one for one in ways.values() if "operationId" in one)


def _problems_of(operation: Schema) -> None:
    """Problems are answered as `application/problem+json`, and as nothing else."""
    for response in operation["responses"].values():
        if PROBLEM_JSON in response.get("content", {}):
            response["content"] = {PROBLEM_JSON: {"schema": {"$ref": f"{REFS}Problem"}}}


def _pages_of(schemas: Schema) -> None:
    """With `fields`, items have those alone: the fields of a whole item, none of them needed."""
    for page in [one for one in schemas.values() if {"items", "next", "total"} <= set(one.get("properties", {}))]:
        whole, some = page["properties"]["items"]["anyOf"]
        name = whole["items"]["$ref"].removeprefix(REFS)
        partial = {key: value for key, value in schemas[name].items() if key != "required"}
        about = f"Of {name} the fields that were asked for."
        schemas[PARTIAL + name] = {**partial, "title": PARTIAL + name, "description": about, "minProperties": 1}
        some["items"] = {"$ref": f"{REFS}{PARTIAL}{name}"}
