"""The contract held against real answers: each must be exactly what its schema says, nothing more, nothing else."""

from __future__ import annotations

import copy
import re
from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator
from starlette.routing import compile_path

from api.contract import PARTIAL


@cache
def strict(app: FastAPI) -> dict[str, Any]:
    """The schema with every object closed, and pages holding whole items: what an answer without `fields` must fit."""
    schema: dict[str, Any] = copy.deepcopy(app.openapi())
    for one in schema["components"]["schemas"].values():
        items = one.get("properties", {}).get("items", {})
        if "anyOf" in items and "total" in one["properties"]:
            items["anyOf"] = [one for one in items["anyOf"] if PARTIAL not in one["items"]["$ref"]]
            assert len(items["anyOf"]) == 1
        if one.get("type") == "object" and "properties" in one:
            one["additionalProperties"] = False
    return schema


def routes_of(app: FastAPI) -> dict[str, APIRoute]:
    """Every route of ours by method and address, those of routers included; the schema tells of the same ones."""
    found = {
        f"{method} {one.path}": one.original_route
        for one in iter_route_contexts(app.routes)
        if isinstance(one.original_route, APIRoute)
        for method in sorted(one.original_route.methods)
    }
    told = {f"{method.upper()} {path}" for path, ways in app.openapi()["paths"].items() for method in ways}
    assert told == {re.sub(r":\w+}", "}", name) for name, route in found.items() if route.include_in_schema}
    return found


def operation_of(app: FastAPI, method: str, path: str) -> dict[str, Any]:
    """The operation that answers an address."""
    for name, route in routes_of(app).items():
        way, _, template = name.partition(" ")
        regex, shown, _ = compile_path(template)
        if way == method and route.include_in_schema and regex.match(path):
            found: dict[str, Any] = strict(app)["paths"][shown][method.lower()]
            return found
    raise AssertionError(f"nothing answers {method} {path}")


def must_fit(client: TestClient, answer: Any) -> Any:
    """The JSON of an answer that is exactly what the contract says of it; fails otherwise."""
    request = answer.request
    app: Any = client.app
    operation = operation_of(app, request.method, request.url.path)
    assert str(answer.status_code) in operation["responses"], (answer.status_code, answer.text[:500])
    content = operation["responses"][str(answer.status_code)]["content"]
    kind = answer.headers["content-type"].partition(";")[0]
    assert kind in content, (kind, list(content))
    if not kind.endswith("json"):
        return answer.text
    found = answer.json()
    if kind == "application/problem+json":
        told = client.get(found["type"])
        assert (told.status_code, told.json()["status"]) == (200, answer.status_code), (found["type"], told.text)
    schema = {**content[kind].get("schema", {}), "components": strict(app)["components"]}
    faults = sorted(Draft202012Validator(schema).iter_errors(found), key=str)
    assert not faults, [f"{fault.json_path}: {fault.message[:200]}" for fault in faults[:5]]
    return found
