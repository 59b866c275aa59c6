"""What a browser fetches before it shows a page: 60 kB at most, besides the outlines of the map."""

from __future__ import annotations

import gzip
import re

import pytest
from fastapi.testclient import TestClient

from tests.web.test_pages import PAGES

FIRST_LOAD_BYTES = 60_000


def first_load(pages: TestClient, path: str) -> int:
    """Bytes of a page, its styles and scripts as they are served, without the outlines of the map."""
    headers = {"accept-encoding": "gzip"}
    found = pages.get(path, headers=headers)
    text = re.sub(r'(<path d=")[^"]{200,}"', r'\1"', found.text)
    whole = len(gzip.compress(text.encode())) if found.headers.get("content-encoding") == "gzip" else len(text.encode())
    for address in set(re.findall(r'(?:href|src)="(/static/[^"]+)"', found.text)):
        served = pages.get(address, headers=headers)
        coded = served.headers.get("content-encoding") == "gzip"
        whole += len(gzip.compress(served.content)) if coded else len(served.content)
    return whole


@pytest.mark.parametrize("path", PAGES)
def test_a_page_needs_little_before_it_shows(pages: TestClient, path: str) -> None:
    assert first_load(pages, path) <= FIRST_LOAD_BYTES
