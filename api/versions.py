"""The version of an entry as its `ETag`: the position of the last fact that changed it, for `If-Match` of changes."""

from __future__ import annotations

from fastapi import Response

from service.county import County
from service.registers import Moment
from service.versions import Kind, version_of


def stamp(response: Response, county: County, kind: Kind, code: str, at: Moment) -> None:
    """Let the answer carry the version of the entry it shows."""
    response.headers["etag"] = etag_of(version_of(county, kind, code, at.position))


def etag_of(version: int) -> str:
    """A version as an entity tag."""
    return f'"{version}"'
