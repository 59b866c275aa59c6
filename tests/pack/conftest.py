"""One sealed year and its pack for all tests of this folder: they look at it and change copies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.pack import write_pack
from tests.pack.sealed_year import SealedYear, sealed_year


@pytest.fixture(scope="session")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SealedYear]:
    with sealed_year(tmp_path_factory.mktemp("year")) as told:
        yield told


@pytest.fixture(scope="session")
def pack(year: SealedYear, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("pack") / "pack.zip"
    packed = write_pack(year.county, path)
    assert packed.checked.right, packed.checked.said
    return path
