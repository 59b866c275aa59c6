"""What is no day is refused, wherever a day is expected; an address says which methods it takes."""

from __future__ import annotations

import pytest
from fastapi.testclient import TestClient


@pytest.mark.parametrize("asked", ["known_at=0.5", "known_at=1767225600", "as_of=0", "as_of=20260630"])
def test_a_bare_number_is_no_day(client: TestClient, asked: str) -> None:
    answer = client.get(f"/v1/funds?{asked}")
    assert (answer.status_code, answer.json()["code"]) == (422, "request-invalid")


def test_a_bare_number_is_no_day_in_a_body_either(client: TestClient) -> None:
    for body in ({"known_at": 0}, {"as_of": "0"}, {"position": True}):
        answer = client.post("/v1/plans", json=body)
        assert (answer.status_code, answer.json()["code"]) == (422, "request-invalid")


@pytest.mark.parametrize(
    "path, methods",
    [
        ("/v1/plans", "GET, POST"),
        ("/v1/branches/what-if", "DELETE, GET"),
        ("/v1/checkpoints/cosignatures", "POST"),
        ("/v1/erasures", "POST"),
    ],
)
def test_a_method_an_address_does_not_take_is_answered_with_those_it_does(
    client: TestClient, path: str, methods: str
) -> None:
    answer = client.request("OPTIONS", path)
    assert (answer.status_code, answer.headers["allow"]) == (405, methods)
