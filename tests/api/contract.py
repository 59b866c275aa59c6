"""The contract held against real answers: each must be exactly what its schema says, nothing more, nothing else."""

from __future__ import annotations

import copy
from functools import cache
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from fastapi.testclient import TestClient
from jsonschema import Draft202012Validator

REFS = "#/components/schemas/"


@cache
def strict(app: FastAPI) -> dict[str, Any]:
    """The schema with every object closed, and pages holding whole items: what an answer without `fields` must fit."""
    schema: dict[str, Any] = copy.deepcopy(app.openapi())
    for one in schema["components"]["schemas"].values():
        items = one.get("properties", {}).get("items", {})
        if "next" in one.get("properties", {}):
            items["anyOf"] = [choice for choice in items["anyOf"] if "$ref" in choice["items"]]
            assert len(items["anyOf"]) == 1
        if one.get("type") == "object" and "properties" in one:
            one["additionalProperties"] = False
    return schema


def operation_of(app: FastAPI, method: str, path: str) -> tuple[str, dict[str, Any]]:
    """The template and operation that answer an address."""
    for route in app.routes:
        if isinstance(route, APIRoute) and method in route.methods and route.path_regex.match(path):
            return route.path, strict(app)["paths"][route.path_format][method.lower()]
    raise AssertionError(f"nothing answers {method} {path}")


def must_fit(client: TestClient, answer: Any) -> Any:
    """The JSON of an answer that is exactly what the contract says of it; fails otherwise."""
    request = answer.request
    app: Any = client.app
    _, operation = operation_of(app, request.method, request.url.path)
    assert str(answer.status_code) in operation["responses"], (answer.status_code, answer.text[:500])
    content = operation["responses"][str(answer.status_code)]["content"]
    kind = answer.headers["content-type"].partition(";")[0]
    assert kind in content, (kind, list(content))
    if not kind.endswith("json"):
        return answer.text
    found = answer.json()
    schema = {**content[kind].get("schema", {}), "components": strict(app)["components"]}
    faults = sorted(Draft202012Validator(schema).iter_errors(found), key=str)
    assert not faults, [f"{fault.json_path}: {fault.message[:200]}" for fault in faults[:5]]
    return found
