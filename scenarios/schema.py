"""The JSON Schema of a scenario file, for editors that check and complete while one writes.

It says what a file looks like, not what fits a register: whether a path leads anywhere only a run can tell.
"""

from __future__ import annotations

from typing import Any

from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core.core_schema import DecimalSchema

from scenarios.language import Scenario
from scenarios.measures import MEASURES

DIALECT = "https://json-schema.org/draft/2020-12/schema"
_BOUNDS = {"ge": "minimum", "gt": "exclusiveMinimum", "le": "maximum", "lt": "exclusiveMaximum"}


class _AsWritten(GenerateJsonSchema):
    """Decimals are numbers: a file that quotes them is refused."""

    def decimal_schema(self, schema: DecimalSchema) -> JsonSchemaValue:
        return {"type": "number"} | {
            _BOUNDS[key]: float(schema[key]) for key in ("ge", "gt", "le", "lt") if key in schema
        }


def scenario_schema() -> dict[str, Any]:
    """The schema; a gate's measure is one of those there are."""
    schema = Scenario.model_json_schema(by_alias=True, schema_generator=_AsWritten)
    schema["$defs"]["Gate"]["properties"]["measure"]["enum"] = sorted(MEASURES)
    whole: dict[str, Any] = {"$schema": DIALECT, **schema}
    _bounds_named(whole)
    return whole


def _bounds_named(schema: Any) -> None:
    """Bounds beside a number that may be left out come under pydantic's names; give them those of JSON Schema."""
    if isinstance(schema, dict):
        for key, name in _BOUNDS.items():
            if isinstance(schema.get(key), int | float):
                schema[name] = schema.pop(key)
    for inner in schema.values() if isinstance(schema, dict) else schema if isinstance(schema, list) else ():
        _bounds_named(inner)
