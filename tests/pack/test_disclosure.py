"""One fact shown alone: proven by itself, in a file or a QR code, and telling nothing of any other."""

from __future__ import annotations

import base64
import json
import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from documents.standalone.bundle import VERIFY, verify
from documents.standalone.certificate_check.sayings import Wrong
from documents.standalone.pack_check.disclosure import base45, from_base45, read_disclosure
from documents.standalone.pack_check.tree import leaf_of
from service.disclosing import Discloser, FactMissing, FactNotSealed, check_disclosure, own_key, write_disclosure
from service.plan_life import content_now
from tests.pack.auditor import checked, run_alone
from tests.pack.sealed_year import SealedYear, sealed_year
from tests.year import PLAN


def grants(year: SealedYear) -> dict[str, int]:
    """Unit -> the position of what it was told of the plan."""
    facts = year.county.log.facts()
    return {r.fact.unit: r.position for r in facts if r.fact.stored_name() == "plan.grant_noticed"}  # type: ignore[attr-defined]  # of that name all have one


def test_every_fact_a_checkpoint_covers_can_be_shown_alone(year: SealedYear, tmp_path: Path) -> None:
    head = year.county.log.head()
    path = tmp_path / "fact.json"
    for position in range(1, head + 1, 7):
        write_disclosure(year.county, position, path)
        assert checked(path, "--key", own_key(year.county, path)).code == 0


def test_a_village_s_grant_says_what_the_plan_says_and_checks_with_python_alone(
    year: SealedYear, tmp_path: Path
) -> None:
    (tmp_path / VERIFY).write_text(verify(), encoding="utf-8")
    given = {}
    for unit, position in grants(year).items():
        disclosed = write_disclosure(year.county, position, tmp_path / "grant.json")
        said = disclosed.fact.said
        given[unit] = said["total_fen"]
        assert sum(line["amount_fen"] for line in said["lines"]) == said["total_fen"]
    told = run_alone(tmp_path, "grant.json", "--key", str(year.first_key), "--lang", "zh")
    assert told.code == 0
    assert f"方案 {PLAN} 给 {unit} " in told.said
    planned: dict[str, int] = {}
    for line in content_now(year.county, PLAN).lines:
        planned[line.unit] = planned.get(line.unit, 0) + line.amount_fen
    assert given == planned


def test_the_text_of_the_qr_code_is_the_same_disclosure(year: SealedYear, tmp_path: Path) -> None:
    for position in grants(year).values():
        disclosed = Discloser(year.county).disclose(position)
        payload = disclosed.qr_text()
        assert set(payload) <= set("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
        assert read_disclosure(payload.encode()) == disclosed
        (tmp_path / "qr.txt").write_text(payload + "\n", encoding="ascii")
        assert checked(tmp_path / "qr.txt", "--key", str(year.first_key)).code == 0


def test_without_a_key_or_with_another_one_nothing_is_believed(year: SealedYear, tmp_path: Path) -> None:
    path = tmp_path / "fact.json"
    write_disclosure(year.county, 40, path)
    assert checked(path).codes == ["disclosure-key"]
    assert checked(path, "--key", str(year.key.public)).codes == ["checkpoint-signature"]
    kept = tmp_path / "kept.note"
    kept.write_text(year.county.log.recorder.checkpoints()[0].note, encoding="utf-8")
    assert checked(path, "--pinned", str(kept)).code == 0
    kept.write_text(year.county.log.recorder.checkpoints()[-1].note, encoding="utf-8")
    assert checked(path, "--pinned", str(kept)).codes == ["pinned-other"]


def test_whatever_is_changed_in_a_disclosure_is_found(year: SealedYear, tmp_path: Path, dice: random.Random) -> None:
    path = tmp_path / "fact.json"
    text = write_disclosure(year.county, 45, path).text()
    key = str(year.first_key)
    assert checked(path, "--key", key).code == 0
    checkable = text.index("— audit-office")  # whose co-signature nobody can check without its key
    for _ in range(150):
        at = dice.randrange(checkable)
        path.write_text(text[:at] + dice.choice('0aZ/+="{}\\n ') + text[at + 1 :], encoding="utf-8")
        if json_or_none(path) != json.loads(text):
            assert checked(path, "--key", key).code == 1, at
    changed = json.loads(text)
    changed["fact"]["data"] = changed["fact"]["data"].replace('"total_fen":', '"total_fen":9')
    path.write_text(json.dumps(changed), encoding="utf-8")
    assert checked(path, "--key", key).codes == ["disclosure-path"]


def json_or_none(path: Path) -> object:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except ValueError:
        return None


def test_a_disclosure_holds_nothing_of_other_facts_and_their_hashes_cannot_be_guessed(year: SealedYear) -> None:
    entries = list(year.county.log.recorder.entries())
    position = grants(year)["v2"]
    disclosed = Discloser(year.county).disclose(position)
    text = disclosed.text()
    for entry in entries:
        if entry.position != position:
            assert entry.data.decode() not in text
            assert json.dumps(entry.data.decode()) not in text
            assert entry.salt.hex() not in text
            assert base64.b64encode(entry.salt).decode() not in text
    neighbour = entries[(position - 1) ^ 1]
    assert neighbour.leaf == disclosed.path[0]  # what is shown of it: a hash over its salt
    for salt in (b"", bytes(16), bytes.fromhex(json.loads(text)["fact"]["salt"])):
        guess = leaf_of(neighbour.position, neighbour.name, neighbour.tags, neighbour.recorded_at, salt, neighbour.data)
        assert guess not in disclosed.path


def test_what_is_not_there_or_not_sealed_is_refused_and_nothing_is_written(tmp_path: Path) -> None:
    out = tmp_path / "fact.json"
    with sealed_year(tmp_path) as year:
        head = year.county.log.head()
        with pytest.raises(FactMissing):
            write_disclosure(year.county, head + 1, out)
        year.rotate(type(year.key)(year.key.name, bytes(range(90, 122))))
        with pytest.raises(FactNotSealed):
            write_disclosure(year.county, head + 1, out)
    assert not out.exists()


def test_the_command_checks_with_the_key_of_the_time(year: SealedYear, tmp_path: Path) -> None:
    path = tmp_path / "fact.json"
    for position, key in ((10, year.first_key), (80, year.key.public)):
        write_disclosure(year.county, position, path)
        assert own_key(year.county, path) == str(key)
        assert check_disclosure(path, ["--key", own_key(year.county, path)], lang="en").right


@given(st.binary(max_size=200))
def test_base45_reads_back_what_it_wrote(content: bytes) -> None:
    assert from_base45(base45(content)) == content


@pytest.mark.parametrize("content,text", [(b"AB", "BB8"), (b"Hello!!", "%69 VD92EX0"), (b"ietf!", "QED8WEX0")])
def test_the_examples_of_rfc_9285_are_kept(content: bytes, text: str) -> None:
    assert base45(content) == text
    assert from_base45(text) == content


@pytest.mark.parametrize("text", ["A", "GGW", ":::", "abc", "BB8!", "::"])
def test_what_is_no_base45_is_refused(text: str) -> None:
    with pytest.raises(Wrong):
        from_base45(text)
