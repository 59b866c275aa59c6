"""Webhooks over HTTP: made and changed by an administrator, secrets shown once, problems that say what is wrong."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import httpx
import pytest

from api.app import create_app
from desk.webhooks import DeadLetter
from service.access.principal import ROLES, Principal
from service.office import Office
from tests.api.serving import serving
from tests.service.feed.receiver import Receiver, receiving


@pytest.fixture(scope="module")
def receiver() -> Iterator[Receiver]:
    with receiving(Receiver()) as running:
        yield running


@pytest.fixture(scope="module")
def office(year_store: str, tmp_path_factory: pytest.TempPathFactory, receiver: Receiver) -> Iterator[Office]:
    """A finished year of this module's own; its operator allows the receiver and another host."""
    folder = tmp_path_factory.mktemp("hooks")
    shutil.copy(year_store.removeprefix("sqlite:///"), folder / "county.db")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("TONGCHOU_WEBHOOK_TARGETS", f"http://127.0.0.1:{receiver.port}, *.county.example")
        environment.setenv("TONGCHOU_SECRET", str(folder / "secret" / "server.secret"))
        office = Office(f"sqlite:///{folder / 'county.db'}")
        yield office
        office.close()


@pytest.fixture(scope="module")
def client(office: Office) -> Iterator[httpx.Client]:
    """An administrator of a real server whose dispatcher is at work."""
    app = create_app(office)
    app.state.authenticate = lambda header: Principal("root", "Everybody", "all-posts", frozenset(ROLES))
    with (
        serving(app) as (url, _),
        httpx.Client(
            base_url=f"{url}/v1", headers={"Authorization": "Bearer x"}, trust_env=False, timeout=20
        ) as client,
    ):
        yield client


def test_a_webhook_is_made_tried_paused_changed_and_deleted(client: httpx.Client, receiver: Receiver) -> None:
    made = client.post("/webhooks", json={"url": receiver.url, "types": ["cn.tongchou.money.disbursed"], "after": 0})
    assert made.status_code == 201
    hook = made.json()
    assert made.headers["location"] == f"/v1/webhooks/{hook['id']}"
    assert (hook["types"], hook["created_by"]) == (["money.disbursed"], "root")
    receiver.secrets.append(hook.pop("secret"))

    tried = client.post(f"/webhooks/{hook['id']}/test").json()
    assert tried == {"delivered": True, "status": 204, "error": None}
    ping = next(one for one in receiver.seen.values() if one["type"] == "cn.tongchou.webhook.pinged")
    assert ping["data"] == {"webhook": hook["id"]}

    while client.get(f"/webhooks/{hook['id']}").json()["behind"]:
        pass
    facts = client.get("/facts", params={"type": "money.disbursed"}).json()
    assert [event for event in receiver.seen.values() if event["type"] != ping["type"]] == facts

    changed = client.patch(f"/webhooks/{hook['id']}", json={"state": "paused", "tags": ["fund:service"]}).json()
    assert (changed["state"], changed["tags"], changed["url"]) == ("paused", ["fund:service"], receiver.url)
    rotated = client.post(f"/webhooks/{hook['id']}/secret").json()["secret"]
    for answer in (client.get("/webhooks"), client.get(f"/webhooks/{hook['id']}")):
        assert "secret" not in answer.text
        assert rotated.removeprefix("whsec_") not in answer.text
    assert client.delete(f"/webhooks/{hook['id']}").status_code == 204
    assert client.get(f"/webhooks/{hook['id']}").json()["code"] == "unknown-webhook"
    assert client.get("/webhooks").json() == {"items": []}


def test_dead_letters_are_listed_in_pages_and_asked_for_again(client: httpx.Client, office: Office) -> None:
    hook = client.post("/webhooks", json={"url": "https://a.county.example/"}).json()["id"]
    client.patch(f"/webhooks/{hook}", json={"state": "paused"})
    for position in (3, 5, 9):
        office.feed.webhooks.kept.bury(DeadLetter(hook, position, 14, 0, "no connection", "2026-04-01", again=False))
    page = client.get(f"/webhooks/{hook}/dead-letters?limit=2").json()
    assert ([one["position"] for one in page["items"]], page["next"]) == ([3, 5], 5)
    assert page["items"][0]["last_status"] is None
    rest = client.get(f"/webhooks/{hook}/dead-letters?limit=2&after=5").json()
    assert ([one["position"] for one in rest["items"]], rest["next"]) == ([9], None)
    assert client.get(f"/webhooks/{hook}").json()["dead_letters"] == 3
    again = client.post(f"/webhooks/{hook}/dead-letters/redeliver", json={"positions": [5, 6]})
    assert (again.status_code, again.json()) == (202, {"letters": 1})
    assert client.post(f"/webhooks/{hook}/dead-letters/redeliver", json={}).json() == {"letters": 3}
    client.delete(f"/webhooks/{hook}")


@pytest.mark.parametrize("hook,status", [("wh-" + "0" * 32, 404), ("%00", 422), ("wh-1", 422), ("%F0%9F%92%A9", 422)])
def test_a_webhook_that_is_not_there_is_a_problem_whatever_is_asked_of_it(
    client: httpx.Client, hook: str, status: int
) -> None:
    at = f"/webhooks/{hook}"
    answers = [
        client.get(at),
        client.patch(at, json={}),
        client.delete(at),
        client.post(f"{at}/secret"),
        client.post(f"{at}/test"),
        client.get(f"{at}/dead-letters"),
        client.post(f"{at}/dead-letters/redeliver", json={}),
    ]
    assert [answer.status_code for answer in answers] == [status] * len(answers)
    assert {answer.headers["content-type"] for answer in answers} == {"application/problem+json"}


@pytest.mark.parametrize(
    "body,code",
    [
        ({"url": "https://elsewhere.example/"}, "webhook-target-not-allowed"),
        ({"url": "http://a.county.example/"}, "webhook-target-not-allowed"),
        ({"url": "https://root@a.county.example/"}, "webhook-url-unclear"),
        ({"url": "https://2130706433/"}, "webhook-url-unclear"),
        ({"url": "https://a.county.example/", "types": ["money.burnt"]}, "no-such-fact-type"),
        ({"url": "https://a.county.example/", "tags": ["service"]}, "fact-tag-unclear"),
        ({"url": "https://a.county.example/", "after": 81}, "position-not-reached"),
        ({"url": "https://a.county.example/", "secret": "mine"}, "request-invalid"),
    ],
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_cannot_be_is_a_problem_and_nothing_is_made(
    client: httpx.Client, body: dict[str, object], code: str, language: str
) -> None:
    answer = client.post("/webhooks", json=body, headers={"Accept-Language": language})
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert any("\u4e00" <= letter <= "\u9fff" for letter in answer.json()["detail"]) == (language == "zh")
    assert client.get("/webhooks").json() == {"items": []}
