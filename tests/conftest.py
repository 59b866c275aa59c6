"""What every test may ask for: one reproducible randomness, and a browser where a page must be looked at."""

from __future__ import annotations

import os
import random
import shutil
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

    from tests.postgres_server import Server

MARKS = {"slow", "long", "browser", "postgres"}
SEED = int(os.environ.get("TONGCHOU_TEST_SEED", "20260331"))

# `house`: the same examples on every run and machine (each test's seed is a hash of the test itself), and no deadline,
# because a busy machine is not a wrong answer. To hunt for new examples: pytest --hypothesis-profile=explore
settings.register_profile("house", derandomize=True, deadline=None, print_blob=True)
settings.register_profile(
    "explore", deadline=None, print_blob=True, max_examples=1_000, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("house")


def pytest_report_header(config: pytest.Config) -> str:
    """Say at the top of every run what is needed to repeat it."""
    profile = config.getoption("--hypothesis-profile", default=None) or "house"
    chosen = config.getoption("--hypothesis-seed", default=None)
    examples = f"seed {chosen}" if chosen is not None else "derandomized" if profile == "house" else "random"
    return f"tongchou: TONGCHOU_TEST_SEED={SEED}; hypothesis profile {profile}, {examples}"


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """A run of one mark (`-m "slow and not long"`) does not load the files that nowhere bear it."""
    words = str(config.option.markexpr).split()
    if not MARKS.intersection(words[:1]) or "or" in words or not collection_path.name.startswith("test_"):
        return None
    return True if f"mark.{words[0]}" not in collection_path.read_text(encoding="utf-8") else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long is begun first (`@pytest.mark.slow(seconds=200)`), so that no core ends up waiting for it."""
    marks = {item: item.get_closest_marker("slow") for item in items}
    items.sort(key=lambda item: -mark.kwargs.get("seconds", 0) if (mark := marks[item]) else 0)


@pytest.fixture
def seed() -> int:
    """The seed of this run; another one with TONGCHOU_TEST_SEED=n."""
    return SEED


@pytest.fixture
def dice(seed: int, request: pytest.FixtureRequest) -> random.Random:
    """A generator of its own for each test, so that neither order nor selection of tests changes what one draws."""
    return random.Random(f"{seed}:{request.node.nodeid}")


# root, as in containers, cannot have Chromium's sandbox; only our own pages are opened
CHROMIUM_ARGUMENTS = ["--no-sandbox"]


def found_chromium() -> Path | None:
    """Where the installed Chromium is: what TONGCHOU_CHROMIUM names, or what is on the PATH."""
    named = os.environ.get("TONGCHOU_CHROMIUM")
    found = (shutil.which(name) for name in ([named] if named else ["chromium", "chromium-browser", "google-chrome"]))
    return next((Path(path) for path in found if path is not None), None)


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """Where the installed Chromium is; without one the test is skipped, or fails where CI=true."""
    named, found = os.environ.get("TONGCHOU_CHROMIUM"), found_chromium()
    if found is not None:
        return found
    reason = (
        f"TONGCHOU_CHROMIUM names {named}, which cannot be run."
        if named
        else "No Chromium on the PATH. On Debian: apt-get install chromium fonts-noto-cjk; or set TONGCHOU_CHROMIUM."
    )
    if os.environ.get("CI") == "true":
        pytest.fail(reason)
    pytest.skip(reason)


@pytest.fixture(scope="session")
def browser(chromium_path: Path) -> Iterator[Browser]:
    """A headless Chromium for the whole run; a test opens a page of its own with `browser.new_page()`."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as engine:
        opened = engine.chromium.launch(executable_path=chromium_path, args=CHROMIUM_ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A PostgreSQL server for this test process; skipped, or failed where CI=true, on a machine where none can run.

    A test may restart it (`server.restart()`): no other test runs meanwhile in this process. Tables of stores on it are
    kept in a cache of the tests' own.
    """
    from tests.postgres_server import running

    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_CACHE_HOME", str(tmp_path_factory.mktemp("cache")))
        yield from running()


@pytest.fixture
def postgres_store(postgres_server: Server) -> str:
    """The address of a store that is not there yet, in a schema of the test's own."""
    return f"{postgres_server.url()}?schema=test_{uuid.uuid4().hex}"


@pytest.fixture
def postgres_url(postgres_server: Server) -> Iterator[str]:
    """The address of an empty database of the test's own, dropped afterwards."""
    name = f"test_{uuid.uuid4().hex}"
    yield postgres_server.database(name)
    postgres_server.drop(name)
