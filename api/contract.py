"""The contract (OpenAPI 3.1) as it is handed out: what the framework says of the routes, and what only we know of them.

Problems have their own media type and one schema; every operation says who may call it, by which roles, and how an
account of some townships meets it; a page says what its items are when only some fields are asked for.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute, iter_route_contexts

from api.access import Rule, rule_of
from api.contract_words import ANSWER_HEADERS, HEADERS, IF_NONE_MATCH, TAGS
from api.problems import PROBLEM_JSON, problems
from api.reading import ReadRoute

REFS = "#/components/schemas/"
TOKEN, KEY = "access_token", "api_key"
SECURITY = {
    TOKEN: {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The `access_token` of a session (POST /v1/sessions), short-lived: `Authorization: Bearer …`.",
    },
    KEY: {
        "type": "http",
        "scheme": "bearer",
        "description": "An API key (POST /v1/api-keys), sent the same way; for programs.",
    },
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
            named: dict[str, APIRoute] = {one.name: one for one in routes if isinstance(one, APIRoute)}
            schema = plain()
            schemas = schema["components"]["schemas"]
            for operation in operations(schema):
                route = named[operation["operationId"]]
                rule = rule_of(route)
                if rule is not None:
                    _rule_of(operation, rule)
                if (isinstance(route, ReadRoute) and route.methods == {"GET"}) or "304" in operation["responses"]:
                    _kept_of(operation)
                _answers_of(operation)
                _headers_of(operation)
                operation.setdefault("description", operation["summary"])
            used = {tag for operation in operations(schema) for tag in operation["tags"]}
            schema["tags"] = [{"name": name, "description": about} for name, about in TAGS.items() if name in used]
            schema["components"]["securitySchemes"] = SECURITY
            schema["components"]["headers"] = HEADERS
            _pages_of(schemas)
            _uploads_of(schemas)
            for name in ("HTTPValidationError", "ValidationError"):
                schemas.pop(name, None)  # what the framework would answer, and we do not
            app.openapi_schema = _named(schema)
        return app.openapi_schema

    return openapi


def operations(schema: Schema) -> Iterator[Schema]:
    """Every operation of a contract."""
    for ways in schema["paths"].values():
        yield from (one for one in ways.values() if "operationId" in one)


def _rule_of(operation: Schema, rule: Rule) -> None:
    """Who may call, and what everybody else, and everybody while the store cannot be used, is answered."""
    operation["security"] = [*([{}] if rule.public else []), {TOKEN: []}, {KEY: []}]
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
                if "itemSchema" in body:
                    body.pop("schema", None)
                    continue
                if not body.get("schema"):
                    bytes_of = {} if kind.startswith("text/") else {"contentMediaType": kind}
                    body["schema"] = {"type": "string", **bytes_of}
                if "$ref" in body["schema"]:
                    body["schema"] = {"$ref": body["schema"]["$ref"]}  # the framework adds that it is a string, too


def _kept_of(operation: Schema) -> None:
    """Answers that are kept have a version, and whoever has it already is not sent it again."""
    operation.setdefault("parameters", []).append(IF_NONE_MATCH)
    operation["responses"].setdefault("304", {"description": "Whoever asks has this version already."})
    for status in ("200", "304"):
        operation["responses"][status].setdefault("headers", {}).setdefault("ETag", _header("ETag"))


def _headers_of(operation: Schema) -> None:
    """What goes with some statuses, and the request's name with every answer."""
    for status, response in operation["responses"].items():
        for name in (*ANSWER_HEADERS.get(status, ()), "X-Request-ID"):
            response.setdefault("headers", {}).setdefault(name, _header(name))


def _uploads_of(schemas: dict[str, Schema]) -> None:
    """Files of forms, as those who make clients of contracts know them."""
    for name, one in schemas.items():
        if name.startswith("Body_"):
            for field in one["properties"].values():
                for kind in field.get("anyOf", [field]):
                    if "contentMediaType" in kind:
                        kind["format"] = "binary"


def _named(schema: Schema) -> Schema:
    """The contract with every model under the name it is shown by, which generated clients call it by, too."""
    schemas = schema["components"]["schemas"]
    shown = {name: _plain(one.get("title", name)) for name, one in schemas.items()}
    often = Counter(shown.values())
    names = {name: title if often[title] == 1 else _plain(name) for name, title in shown.items()}
    twice = [name for name, count in Counter(names.values()).items() if count > 1]
    assert not twice, f"two models would have one name in the contract: {twice}"
    for name, one in schemas.items():
        one["title"] = names[name]
    schema["components"]["schemas"] = {names[name]: schemas[name] for name in sorted(schemas, key=names.__getitem__)}
    renamed: Schema = _referring(schema, {REFS + old: REFS + new for old, new in names.items()})
    return renamed


def _plain(title: str) -> str:
    return re.sub(r"Out(?=$|\])", "", title).replace("[", "Of").replace("]", "")


def _referring(part: Any, names: dict[str, str]) -> Any:
    if isinstance(part, dict):
        return {
            key: names.get(value, value) if key == "$ref" and isinstance(value, str) else _referring(value, names)
            for key, value in part.items()
        }
    return [_referring(one, names) for one in part] if isinstance(part, list) else part


def _header(name: str) -> Schema:
    return {"$ref": f"#/components/headers/{name}"}


def _pages_of(schemas: Schema) -> None:
    """With `fields`, items have those alone: the fields of a whole item, none of them needed."""
    for page in [one for one in schemas.values() if {"items", "next", "total"} <= set(one.get("properties", {}))]:
        whole, some = page["properties"]["items"]["anyOf"]
        name = whole["items"]["$ref"].removeprefix(REFS)
        partial = {key: value for key, value in schemas[name].items() if key != "required"}
        about = f"Of {name} the fields that were asked for."
        schemas[PARTIAL + name] = {**partial, "title": PARTIAL + name, "description": about, "minProperties": 1}
        some["items"] = {"$ref": f"{REFS}{PARTIAL}{name}"}
