"""The record as files for other programs, at any moment: open data, open contracting, a map, the ledger."""

from __future__ import annotations

from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any

from fastapi import APIRouter, Request, Response

from api.access import READ, Served, may
from api.downloads import Download, send, whole_file_of
from api.languages import language
from api.moments import Asked, When
from api.problems import problems
from service.exports.shelf import EXPORTS, Export, file_name, version_of
from service.office import Office

router = APIRouter(tags=["exports"])
MEANING = {
    "datapackage.zip": "Register, funds, projects, plans, lines, ledger and decisions as a Frictionless data package.",
    "oc4ids.json": "The project library as open contracting data for infrastructure (OC4IDS 0.9).",
    "units.geojson": "Units with their outlines and their money (GeoJSON, RFC 7946).",
    "ledger.beancount": "Every movement of money as plain-text accounting, which `bean-check` adds up anew.",
    "ledger.xlsx": "What became of every fund's money, as a spreadsheet.",
}


@contextmanager
def _prepared(request: Request, served: Office, when: Asked, export: Export) -> Iterator[Download]:
    with served.county() as county:
        at = when.at(county)
        yield Download(
            name=export.name,
            file_name=file_name(county, at, export.name, language(request)),
            media_type=export.media_type,
            version=version_of(county, at, export.name),
            public=False,
            write=lambda path: export.write(county, at, path),
        )


def _route(export: Export) -> Callable[..., Coroutine[Any, Any, Response]]:
    async def get_export(request: Request, served: Served, when: When) -> Response:
        return await send(request, _prepared(request, served, when, export))

    return get_export


for _export in EXPORTS.values():
    router.add_api_route(
        f"/exports/{_export.name}",
        _route(_export),
        name=f"export_{_export.name.replace('.', '_')}",
        summary=MEANING[_export.name],
        dependencies=[may(READ, scope="county")],
        responses=whole_file_of(_export.media_type) | problems(401, 403, 404, 409, 422, 503),
        response_class=Response,
    )
