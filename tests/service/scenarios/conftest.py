"""The small county on the record, and scenarios beside it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from service.county import County, open_county
from service.policies import adopt_policy, read_policy
from service.registers import import_register
from tests.service.small import PLANNER, write_policy, write_register


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[County]:
    """A store in memory with the small county's register and policy; what runs on it never writes to it."""
    folder = tmp_path_factory.mktemp("county")
    with open_county("sqlite://") as county:
        files = write_register(folder / "register"), write_policy(folder / "policy.yaml")
        register = import_register(county, files[0], county.mandate(PLANNER, why="as agreed")).register
        adopt_policy(county, read_policy(files[1], register), county.mandate(PLANNER, why="as agreed"))
        yield county
