"""Checkpoints and proofs over HTTP, checked by somebody else's program, and what is public of them."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient
from pymerkle import InmemoryTree

from api.app import create_app
from domain.decisions.funds import AmendFund
from history.leaf import leaf_data
from history.merkle import is_consistent
from history.note import Note, PublicKey, SigningKey
from service.access.principal import ROLES, Principal, Unauthenticated
from service.keyfiles import make_file
from service.office import Office
from tests.cli.running import Desk
from tests.pack.sealed_year import OFFICE, SealedYear, sealed_year
from tests.service.small import PLANNER

EVERYBODY = {"Authorization": "Bearer all"}
EAST = {"Authorization": "Bearer east"}
TEXT = {"Accept": "text/plain"}


def principal(header: str) -> Principal:
    """A person with every role, and one of the east alone."""
    match header:
        case "Bearer all":
            return Principal("all", "Everybody", "all-posts", frozenset(ROLES))
        case "Bearer east":
            return Principal("east", "East", "east-reader", frozenset(("reader", "auditor")), frozenset(("t1",)))
    raise Unauthenticated(reason="nobody knows it")


@pytest.fixture(scope="module")
def year(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SealedYear]:
    """A sealed year, with two facts after its last checkpoint."""
    with sealed_year(tmp_path_factory.mktemp("sealed")) as year:
        for amount_fen in (6_600_000, 6_700_000):
            year.county.decide(AmendFund(mandate=year.by(PLANNER), fund="service", new_amount_fen=amount_fen))
        yield year


@pytest.fixture(scope="module")
def public(year: SealedYear) -> Iterator[TestClient]:
    """Nobody in particular."""
    office = Office(year.county.store, clock=year.clock)
    app = create_app(office)
    app.state.authenticate = principal
    with TestClient(app) as client:
        yield client
    office.close()


@pytest.fixture(scope="module")
def theirs(year: SealedYear) -> InmemoryTree:
    """The log's tree as another program makes it from the bytes of the facts."""
    tree = InmemoryTree(algorithm="sha256")
    for one in year.county.log.recorder.entries():
        tree.append_entry(leaf_data(one.position, one.name, one.tags, one.recorded_at, one.salt, one.data))
    return tree


def raw(text: str) -> bytes:
    return base64.b64decode(text, validate=True)


def test_checkpoints_are_public_listed_with_their_signers_and_each_is_the_note_that_is_kept(
    public: TestClient, year: SealedYear
) -> None:
    listed = public.get("/v1/checkpoints").json()
    kept = {one.size: one.note for one in year.county.log.recorder.checkpoints()}
    assert [(one["size"], one["note"]) for one in listed["items"]] == sorted(kept.items())
    assert [[line["by"] for line in one["signatures"]] for one in listed["items"]] == [
        ["log", "witness"], ["log"], ["log", "witness"],
    ]  # fmt: skip
    newest = public.get("/v1/checkpoints/newest", headers=TEXT)
    assert newest.headers["content-type"].startswith("text/plain")
    assert newest.text == kept[max(kept)]
    size = listed["items"][0]["size"]
    assert public.get(f"/v1/checkpoints/{size}").json() == listed["items"][0]
    assert public.get(f"/v1/checkpoints/{size}", headers=TEXT).text == kept[size]
    assert public.get("/v1/checkpoints/7").json()["code"] == "unknown-checkpoint"


def test_a_checkpoint_made_later_was_not_known_then(public: TestClient) -> None:
    sizes = [one["size"] for one in public.get("/v1/checkpoints").json()["items"]]
    then = public.get("/v1/checkpoints", params={"position": sizes[1]}).json()["items"]
    assert [one["size"] for one in then] == sizes[:2]
    spring = public.get("/v1/checkpoints?known_at=2026-05-01").json()["items"]
    assert [one["size"] for one in spring] == sizes[:1]


def test_the_keys_are_those_on_the_record_and_have_signed(public: TestClient, year: SealedYear) -> None:
    found = public.get("/v1/signing-keys").json()
    assert [one["key"] for one in found["keys"]] == [str(year.first_key), str(year.key.public)]
    assert [one["vouched"] for one in found["keys"]] == [False, True]
    assert found["witnesses"][0]["key"] == str(OFFICE.public.cosigning())
    note = Note.parse(public.get("/v1/checkpoints/newest", headers=TEXT).content)
    assert all(
        note.is_signed_by(PublicKey.parse(one)) for one in (found["keys"][-1]["key"], found["witnesses"][0]["key"])
    )


def test_what_is_sealed_witnessed_and_open_adds_up(public: TestClient, year: SealedYear) -> None:
    found = public.get("/v1/seals").json()
    assert found["facts"] == year.county.log.head() == found["sealed"] + found["not_yet_sealed"]
    assert found["not_yet_sealed"] == 2
    assert found["witnessed"] == found["sealed"] == found["newest"]["size"]


def test_every_proof_of_inclusion_is_the_one_another_program_makes(
    public: TestClient, theirs: InmemoryTree, year: SealedYear
) -> None:
    sizes = [one["size"] for one in public.get("/v1/checkpoints").json()["items"]]
    for size in (*sizes, year.county.log.head()):
        for position in (1, 2, size // 2, size):
            found = public.get("/v1/proofs/inclusion", params={"position": position, "size": size}).json()
            assert (found["leaf_index"], raw(found["root"])) == (position - 1, theirs.get_root(size))
            assert [raw(found["leaf"]), *map(raw, found["path"])] == theirs.prove_inclusion(position, size).path
    assert public.get("/v1/proofs/inclusion?position=5").json()["size"] == sizes[-1]


def test_every_proof_of_consistency_holds_between_the_roots_another_program_makes(
    public: TestClient, theirs: InmemoryTree, year: SealedYear
) -> None:
    head = year.county.log.head()
    for first, second in ((1, head), (head // 3, head // 2), (head, head), (64, 65)):
        found = public.get("/v1/proofs/consistency", params={"from": first, "to": second}).json()
        roots = theirs.get_root(first), theirs.get_root(second)
        assert (raw(found["from_root"]), raw(found["to_root"])) == roots
        assert is_consistent(first, roots[0], second, roots[1], list(map(raw, found["path"])))


@pytest.mark.parametrize(
    "path,status,code",
    [
        ("proofs/inclusion?position=6&size=5", 422, "proof-out-of-range"),
        ("proofs/inclusion?position=1&size=999999", 422, "proof-out-of-range"),
        ("proofs/inclusion?position=0", 422, "request-invalid"),
        ("proofs/inclusion?position=1e3", 422, "request-invalid"),
        (f"proofs/inclusion?position={'9' * 400}", 422, "request-invalid"),
        ("proofs/consistency?from=9&to=3", 422, "proof-out-of-range"),
        ("proofs/consistency", 422, "request-invalid"),
        ("checkpoints/-1", 404, "no-such-address"),
        (f"checkpoints/{10**30}", 422, "request-invalid"),
        ("checkpoints/newest/offer?since=100000", 409, "checkpoint-foreign"),
        ("disclosures/0", 422, "request-invalid"),
        (f"disclosures/{10**30}", 422, "request-invalid"),
        (f"disclosures/{2**53}", 401, "unauthenticated"),
    ],
)
def test_what_cannot_be_proven_is_a_problem(public: TestClient, path: str, status: int, code: str) -> None:
    answer = public.get(f"/v1/{path}")
    assert (answer.status_code, answer.json()["code"]) == (status, code)


def test_a_grant_is_disclosed_to_everybody_and_any_other_fact_to_whom_the_whole_record_is_open(
    public: TestClient, year: SealedYear
) -> None:
    rows = list(year.county.log.recorder.rows(until=public.get("/v1/seals").json()["sealed"]))
    grants = [position for position, name, *_ in rows if name == "plan.grant_noticed"]
    assert len(grants) > 2
    for position in (grants[0], grants[-1]):
        found = public.get(f"/v1/disclosures/{position}")
        checked = public.post("/v1/disclosure-checks", json={"disclosure": found.json()}).json()
        assert checked["right"], checked
        qr = public.get(f"/v1/disclosures/{position}", headers=TEXT).text
        assert qr.startswith("TC1:")
        for form in (qr, found.text):
            for key, right in ((year.first_key, True), (year.key.public, False)):  # it was sealed before the rotation
                asked = {"disclosure": form, "key": str(key)}
                assert public.post("/v1/disclosure-checks", json=asked).json()["right"] is right
    assert public.get("/v1/disclosures/3").status_code == 401
    assert public.get("/v1/disclosures/3", headers=EAST).json()["code"] == "outside-township"
    assert public.get("/v1/disclosures/3", headers=EVERYBODY).json()["fact"]["position"] == 3
    unsealed = public.get(f"/v1/disclosures/{year.county.log.head()}", headers=EVERYBODY)
    assert (unsealed.status_code, unsealed.json()["code"]) == (409, "fact-not-sealed")
    assert public.get("/v1/disclosures/999999", headers=EVERYBODY).status_code == 404


def test_an_altered_disclosure_is_found_wrong_in_the_readers_language(public: TestClient) -> None:
    found = public.get("/v1/disclosures/3", headers=EVERYBODY).json()
    found["fact"]["data"] = found["fact"]["data"].replace("2026", "2025", 1)
    for disclosure in (found, json.dumps(found), "TC1:00", "{}", "[" * 5000, "TC1:" + "7" * 3000):
        answer = public.post(
            "/v1/disclosure-checks", json={"disclosure": disclosure}, headers={"Accept-Language": "zh"}
        )
        assert answer.status_code == 200
        assert not answer.json()["right"]
        assert any("\u4e00" <= letter <= "\u9fff" for letter in answer.json()["checks"][-1]["sentence"])
    unread = public.post("/v1/disclosure-checks", json={"disclosure": "\x00"})
    assert (unread.status_code, unread.json()["code"]) == (400, "body-unreadable")
    for key in ("no key", "a+b+c", "x" * 900):
        said = public.post("/v1/disclosure-checks", json={"disclosure": "{}", "key": key})
        assert not said.json()["right"]


@pytest.fixture
def sealing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[tuple[TestClient, SealedYear]]:
    """A store of one's own to seal, its key where the server looks for it."""
    (tmp_path / "store").mkdir()
    with sealed_year(tmp_path / "store") as year:
        monkeypatch.setenv("TONGCHOU_KEY", str(tmp_path / "log.key"))
        office = Office(year.county.store, clock=year.clock)
        app = create_app(office)
        app.state.authenticate = principal
        with TestClient(app, headers=EVERYBODY) as client:
            yield client, year
        office.close()


def test_the_record_is_sealed_once_by_whoever_may_and_witnesses_are_taken_in(
    sealing: tuple[TestClient, SealedYear], tmp_path: Path
) -> None:
    client, year = sealing
    year.county.decide(AmendFund(mandate=year.by(PLANNER), fund="service", new_amount_fen=6_600_000))
    before = client.get("/v1/checkpoints").json()["total"]
    assert client.post("/v1/checkpoints", headers={"Authorization": ""}).status_code == 401
    assert client.post("/v1/checkpoints", headers=EAST).json()["code"] == "outside-township"
    assert client.post("/v1/checkpoints").json()["code"] == "key-file-missing"
    make_file(tmp_path / "log.key", SigningKey(year.key.name, bytes(32)))
    assert client.post("/v1/checkpoints").json()["code"] == "key-not-the-logs"
    (tmp_path / "log.key").unlink()
    make_file(tmp_path / "log.key", year.key)
    (tmp_path / "log.key").chmod(0o640)
    assert client.post("/v1/checkpoints").json()["code"] == "key-file-exposed"
    (tmp_path / "log.key").chmod(0o600)
    made = client.post("/v1/checkpoints")
    assert (made.status_code, made.json()["size"]) == (201, year.county.log.head())
    assert client.get(made.headers["location"]).json() == made.json()
    again = client.post("/v1/checkpoints")
    assert (again.status_code, again.json()) == (200, made.json())
    assert client.get("/v1/checkpoints").json()["total"] == before + 1

    note = Note.parse(made.json()["note"].encode())
    signed = note.cosigned(OFFICE, 1_790_000_000)
    kept = client.post("/v1/checkpoints/cosignatures", content=str(signed))
    assert [line["by"] for line in kept.json()["signatures"]] == ["log", "witness"]
    false = str(note.cosigned(SigningKey("somebody.else", bytes(range(32))), 1_790_000_000))
    for content, code in (
        (false, "signature-unknown"),
        ("", "note-unreadable"),
        ("x" * 100_000, "note-unreadable"),
        (str(signed).replace("\ntime 2", "\ntime 1", 1), "checkpoint-foreign"),
        (b"\xff\xfe", "note-unreadable"),
    ):
        assert client.post("/v1/checkpoints/cosignatures", content=content).json()["code"] == code
    assert client.get(f"/v1/checkpoints/{note.text.split()[1]}").json() == kept.json()


def test_the_answers_are_those_of_the_command_line(public: TestClient, year: SealedYear, typed: Desk) -> None:
    store = ("--store", year.county.store)
    shown = typed.done("audit", "checkpoint", "show", "--json", *store).json
    newest = public.get("/v1/checkpoints/newest").json()
    assert shown == {"size": newest["size"], "checkpoint": newest["note"]}
    assert (
        typed.done("audit", "key", "show", "--json", *store).json["key"]
        == (public.get("/v1/signing-keys").json()["keys"][-1]["key"])
    )
    typed.done("audit", "disclose", 5, "--out", "five.json", *store)
    assert public.get("/v1/disclosures/5", headers=EVERYBODY).text == (typed.folder / "five.json").read_text()
    typed.done("audit", "checkpoint", "export", "offer.txt", "--since", 20, *store)
    assert public.get("/v1/checkpoints/newest/offer?since=20").text == (typed.folder / "offer.txt").read_text()
