"""The contract (OpenAPI 3.1) as it is handed out: what the framework says of the routes, and what only we know of them.

Problems have their own media type and one schema; every operation says who may call it, by which roles, and how an
account of some townships meets it; a page says what its items are when only some fields are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from api.access import Rule, rule_of
from api.problems import PROBLEM_JSON, problems

REFS = "#/components/schemas/"
BEARER = "bearer"
SECURITY = {
    BEARER: {
        "type": "http",
        "scheme": "bearer",
        "description": "An access token (POST /v1/sessions) or an API key, as `Authorization: Bearer …`.",
    }
}
INVALID = "HTTPValidationError"
PARTIAL = "SomeOf"
"""What the model of an item's chosen fields is called, before the item's name."""

Schema = dict[str, Any]


def contract_of(app: FastAPI) -> Callable[[], Schema]:
    """What stands for `app.openapi`: computed once, when it is first asked for."""
    plain = app.openapi

    def openapi() -> Schema:
        if app.openapi_schema is None:
            routes = (one.original_route for one in iter_route_contexts(app.routes))
            rules = {one.name: rule_of(one) for one in routes if isinstance(one, APIRoute)}
            schema = plain()
            schemas = schema["components"]["schemas"]
            for operation in operations(schema):
                rule = rules[operation["operationId"]]
                if rule is not None:
                    _rule_of(operation, rule)
                _answers_of(operation)
                operation.setdefault("description", operation["summary"])
            schema["components"]["securitySchemes"] = SECURITY
            _pages_of(schemas)
            for name in ("HTTPValidationError", "ValidationError"):
                schemas.pop(name, None)  # what the framework would answer, and we do not
            app.openapi_schema = schema
        return app.openapi_schema

    return openapi


def operations(schema: Schema) -> Iterator[Schema]:
    """Every operation of a contract."""
    for ways in schema["paths"].values():
        yield from (one for one in ways.values() if "operationId" in one)


def _rule_of(operation: Schema, rule: Rule) -> None:
    """Who may call, and what everybody else, and everybody while the store cannot be used, is answered."""
    operation["security"] = [{}, {BEARER: []}] if rule.public else [{BEARER: []}]
    operation["x-roles"], operation["x-townships"] = sorted(rule.roles), rule.scope
    for status, response in problems(*(() if rule.public else (401, 403)), 503).items():
        operation["responses"].setdefault(str(status), {name: response[name] for name in ("description", "content")})


def _answers_of(operation: Schema) -> None:
    """Problems are `application/problem+json` and nothing else; what is no JSON is text, or bytes."""
    for status, response in operation["responses"].items():
        content = response.get("content", {})
        if PROBLEM_JSON in content or (status == "422" and INVALID in str(content)):
            response["content"] = {PROBLEM_JSON: {"schema": {"$ref": f"{REFS}Problem"}}}
        elif status.startswith("2"):
            for kind, body in content.items():
                if not body.get("schema"):
                    bytes_of = {} if kind.startswith("text/") else {"contentMediaType": kind}
                    body["schema"] = {"type": "string", **bytes_of}


def _pages_of(schemas: Schema) -> None:
    """With `fields`, items have those alone: the fields of a whole item, none of them needed."""
    for page in [one for one in schemas.values() if {"items", "next", "total"} <= set(one.get("properties", {}))]:
        whole, some = page["properties"]["items"]["anyOf"]
        name = whole["items"]["$ref"].removeprefix(REFS)
        partial = {key: value for key, value in schemas[name].items() if key != "required"}
        about = f"Of {name} the fields that were asked for."
        schemas[PARTIAL + name] = {**partial, "title": PARTIAL + name, "description": about, "minProperties": 1}
        some["items"] = {"$ref": f"{REFS}{PARTIAL}{name}"}
