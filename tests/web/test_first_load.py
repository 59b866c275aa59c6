"""What a browser fetches before it shows a page: 60 kB at most, besides the outlines of the map."""

from __future__ import annotations

import gzip
import re
from typing import TYPE_CHECKING

import pytest
from fastapi.testclient import TestClient

from tests.web.site import Site, opened
from tests.web.test_pages import PAGES

if TYPE_CHECKING:
    from playwright.sync_api import Browser

FIRST_LOAD_BYTES = 60_000


def first_load(pages: TestClient, path: str) -> int:
    """Bytes of a page, its styles and scripts as they are served, without the outlines of the map."""
    headers = {"accept-encoding": "gzip"}
    found = pages.get(path, headers=headers)
    text = re.sub(r'(<path [^>]*?d=")[^"]{200,}"', r'\1"', found.text)
    whole = len(gzip.compress(text.encode())) if found.headers.get("content-encoding") == "gzip" else len(text.encode())
    for address in set(re.findall(r'(?:href|src)="(/static/[^"]+)"', found.text)):
        served = pages.get(address, headers=headers)
        coded = served.headers.get("content-encoding") == "gzip"
        whole += len(gzip.compress(served.content)) if coded else len(served.content)
    return whole


@pytest.mark.parametrize("path", [*PAGES, "/workbench"])
def test_a_page_needs_little_before_it_shows(pages: TestClient, path: str) -> None:
    assert first_load(pages, path) <= FIRST_LOAD_BYTES


@pytest.mark.browser
def test_the_workbench_of_the_shipped_county_needs_little_before_the_outlines_of_its_map(
    browser: Browser, site: Site
) -> None:
    with opened(browser, site, "planner") as bench:
        bench.go("/workbench", "zh")
        fetched = bench.page.evaluate(
            """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
              .filter(one => !/workbench\\/(shapes|answer)/.test(one.name)).map(one => one.encodedBodySize)"""
        )
    assert len(fetched) >= 4
    assert sum(fetched) <= FIRST_LOAD_BYTES
