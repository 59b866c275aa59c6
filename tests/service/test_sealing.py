"""A county seals its record, changes its key, has it co-signed; nobody seals or signs what was altered."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from pathlib import Path

import pytest

from domain.decisions.common import ReasonMissing
from domain.decisions.keys import NoSigningKey, RotationNotSigned, SigningKeyStands
from domain.decisions.units import CorrectUnit
from history.checkpoint import read_checkpoint
from history.merkle import root_of
from history.note import Note, NoteUnreadable, PublicKey, SigningKey
from history.verify import LogAltered, verify
from service.branches import open_branch
from service.county import County
from service.keyfiles import (
    KeyFileBesideStore,
    KeyFileExposed,
    KeyFileMissing,
    KeyFileTaken,
    KeyNotTheLogs,
    make_file,
    read_keys,
)
from service.keys import (
    BranchHasNoKey,
    KeyAtHand,
    current,
    introduce_key,
    keyring,
    recognise_witness,
    replace_key,
    rotate_key,
)
from service.registers import import_register
from service.sealing import (
    CheckpointForeign,
    NothingToSeal,
    NotSealedYet,
    SignatureUnknown,
    kept,
    newest,
    offer,
    resting_on,
    seal,
    take_back,
)
from service.witnessing import (
    LogUnknown,
    NotGrown,
    NotTheLogs,
    ProofNeeded,
    WentBack,
    WitnessStateUnreadable,
    cosign,
    new_witness,
)
from tests.history.attacks import leaves_anew, unguarded
from tests.service.small import PLANNER, edited, small_county, write_register


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    monkeypatch.setenv("XDG_CONFIG_HOME", str(folder))
    monkeypatch.delenv("TONGCHOU_KEY", raising=False)
    return folder


@pytest.fixture
def county(home: Path, tmp_path: Path) -> Iterator[County]:
    """The small county, its register on the record, no key yet."""
    store = tmp_path / "store"
    store.mkdir()
    with small_county(store) as opened:
        import_register(opened, write_register(tmp_path / "register"), opened.mandate(PLANNER))
        yield opened


@pytest.fixture
def keyed(county: County) -> County:
    introduce_key(county, county.mandate(PLANNER))
    return county


def more(county: County, tmp_path: Path, households: int) -> None:
    """Something happens."""
    changed = edited("units", ("150,480", f"{households},480"))
    import_register(county, write_register(tmp_path / f"again-{households}", units=changed), county.mandate(PLANNER))


def key_file(county: County, home: Path) -> Path:
    return home / "tongchou" / f"{county.log.recorder.store_id}.key"


def test_a_key_is_a_file_for_its_owner_alone_and_only_its_public_half_is_on_the_record(
    county: County, home: Path
) -> None:
    made = introduce_key(county, county.mandate(PLANNER))
    assert made.path == key_file(county, home)
    assert stat.S_IMODE(made.path.stat().st_mode) == 0o600
    (key,) = read_keys(made.path)
    assert key.public == made.key == current(county, "test").key
    secrets = (key.seed.hex(), key.secret_line().rpartition("+")[2])
    for file in Path(county.store.removeprefix("sqlite:///")).parent.iterdir():
        content = file.read_bytes()
        assert key.seed not in content
        assert not any(secret.encode() in content for secret in secrets)


def test_a_log_has_one_key_and_the_second_try_leaves_no_file(keyed: County, tmp_path: Path) -> None:
    with pytest.raises(SigningKeyStands):
        introduce_key(keyed, keyed.mandate(PLANNER), tmp_path / "other.key")
    assert not (tmp_path / "other.key").exists()


def test_a_key_file_is_never_written_over(county: County, tmp_path: Path) -> None:
    (tmp_path / "mine.key").write_text("precious")
    with pytest.raises(KeyFileTaken):
        introduce_key(county, county.mandate(PLANNER), tmp_path / "mine.key")
    assert (tmp_path / "mine.key").read_text() == "precious"
    assert keyring(county).periods == []


def test_a_key_does_not_lie_beside_the_store(county: County, tmp_path: Path) -> None:
    with pytest.raises(KeyFileBesideStore):
        introduce_key(county, county.mandate(PLANNER), tmp_path / "store" / "mine.key")
    assert list((tmp_path / "store").glob("*.key")) == []


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o644, 0o660, 0o601])
def test_a_key_others_may_read_is_not_used(keyed: County, home: Path, mode: int) -> None:
    key_file(keyed, home).chmod(mode)
    with pytest.raises(KeyFileExposed):
        seal(keyed)
    assert kept(keyed.log.recorder) == []


def test_nothing_is_sealed_without_facts_key_or_key_file(home: Path, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with small_county(tmp_path / "empty") as county:
        with pytest.raises(NothingToSeal):
            seal(county)
        import_register(county, write_register(tmp_path / "register"), county.mandate(PLANNER))
        with pytest.raises(NoSigningKey):
            seal(county)
        with pytest.raises(NotSealedYet):
            newest(county.log.recorder)
        introduce_key(county, county.mandate(PLANNER))
        key_file(county, home).rename(home / "away.key")
        with pytest.raises(KeyFileMissing):
            seal(county)
        make_file(home / "wrong.key", SigningKey("tongchou/other", b"w" * 32))
        with pytest.raises(KeyNotTheLogs):
            seal(county, home / "wrong.key")
        assert seal(county, home / "away.key").is_new


def test_a_seal_covers_the_whole_log_and_with_nothing_new_is_the_same_one(keyed: County, tmp_path: Path) -> None:
    first = seal(keyed)
    recorder = keyed.log.recorder
    assert first.is_new
    assert (first.says.size, first.says.root) == (recorder.head(), root_of(recorder.leaves()))
    assert first.note.is_signed_by(current(keyed, "test").key)
    assert seal(keyed).note == first.note
    assert len(kept(recorder)) == 1
    more(keyed, tmp_path, 151)
    second = seal(keyed)
    assert second.is_new
    assert first.says.grew_into(second.says, offer(keyed, since=first.says.size).path)
    assert verify(keyed.log, str(first.note).encode()).well


def test_the_key_can_be_named_by_the_environment(keyed: County, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    away = home / "medium.key"
    key_file(keyed, home).rename(away)
    monkeypatch.setenv("TONGCHOU_KEY", str(away))
    assert seal(keyed).is_new


@pytest.mark.parametrize("with_leaves", [False, True])
def test_an_altered_log_is_not_sealed_further(keyed: County, tmp_path: Path, with_leaves: bool) -> None:
    seal(keyed)
    more(keyed, tmp_path, 151)
    with unguarded(tmp_path / "store" / "county.db") as attacker:
        attacker.execute("UPDATE facts SET data = CAST(replace(data, '2026', '2025') AS BLOB) WHERE position = 5")
        if with_leaves:
            leaves_anew(attacker)
        else:
            attacker.execute("UPDATE facts SET leaf = zeroblob(32) WHERE position = 5")
    with pytest.raises(LogAltered):
        seal(keyed)
    assert len(kept(keyed.log.recorder)) == 1


def test_a_fact_altered_before_it_was_ever_sealed_is_not_sealed(keyed: County, tmp_path: Path) -> None:
    seal(keyed)
    more(keyed, tmp_path, 151)
    with unguarded(tmp_path / "store" / "county.db") as attacker:
        attacker.execute("UPDATE facts SET data = CAST(data || ' ' AS BLOB) WHERE position = ?", (keyed.log.head(),))
    with pytest.raises(LogAltered):
        seal(keyed)


def test_a_false_file_beside_the_store_changes_no_seal(keyed: County, tmp_path: Path) -> None:
    for number in range(260):
        changed = {"households": 200 + number % 2}
        keyed.log.decide(CorrectUnit(mandate=keyed.mandate(PLANNER), unit="v1", changes=changed))
    kept_file = tmp_path / "store" / "county.tree.db"
    resting_on(keyed)
    content = kept_file.read_bytes()
    kept_file.write_bytes(content[:-32] + b"f" * 32)
    assert seal(keyed).says.root == root_of(keyed.log.recorder.leaves())
    more(keyed, tmp_path, 777)
    kept_file.write_bytes(content[:-32] + b"f" * 32)
    assert seal(keyed).says.root == root_of(keyed.log.recorder.leaves())


def test_a_rotated_key_is_vouched_for_and_the_old_one_is_forgotten(keyed: County, home: Path) -> None:
    old = current(keyed, "test").key
    seal(keyed)
    made = rotate_key(keyed, keyed.mandate(PLANNER))
    assert [key.public for key in read_keys(key_file(keyed, home))] == [made.key] != [old]
    assert stat.S_IMODE(key_file(keyed, home).stat().st_mode) == 0o600
    assert seal(keyed).note.is_signed_by(made.key)
    for pinned in (old, made.key):
        report = verify(keyed.log, key=pinned)
        assert report.well
        assert report.checkpoints == 2


def test_no_key_is_made_or_changed_on_a_branch(keyed: County, home: Path) -> None:
    before = key_file(keyed, home).read_bytes()
    with open_branch(keyed) as branch:
        for change in (introduce_key, rotate_key):
            with pytest.raises(BranchHasNoKey):
                change(branch, branch.mandate(PLANNER))
    assert key_file(keyed, home).read_bytes() == before


def test_nobody_rotates_without_the_present_key(keyed: County, home: Path, tmp_path: Path) -> None:
    present = key_file(keyed, home)
    make_file(tmp_path / "thief.key", SigningKey(current(keyed, "test").key.name, b"t" * 32))
    before = keyed.log.head()
    with pytest.raises(KeyNotTheLogs):
        rotate_key(keyed, keyed.mandate(PLANNER), tmp_path / "thief.key")
    present.unlink()
    with pytest.raises(KeyFileMissing):
        rotate_key(keyed, keyed.mandate(PLANNER))
    assert keyed.log.head() == before


def test_the_decision_itself_asks_for_both_signatures(keyed: County, home: Path) -> None:
    from domain.decisions.keys import RotateSigningKey
    from domain.facts.proof import rotation_statement
    from service.keys import has_signed

    (present,) = read_keys(key_file(keyed, home))
    new = SigningKey(present.name, b"n" * 32)
    statement = rotation_statement(present.name, present.public.public.hex(), new.public.public.hex())
    right = {"signed_by_previous": present.sign(statement), "signed_by_new": new.sign(statement)}
    for wrong in ({"signed_by_previous": new.sign(statement)}, {"signed_by_new": present.sign(statement)}):
        with pytest.raises(RotationNotSigned):
            keyed.decide(
                RotateSigningKey(
                    mandate=keyed.mandate(PLANNER),
                    key_name=present.name,
                    public_key=new.public.public.hex(),
                    has_signed=has_signed,
                    **{**right, **wrong},
                )
            )


def test_when_a_rotation_is_refused_the_file_holds_the_present_key(
    keyed: County, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from domain.errors import Moved

    before = read_keys(key_file(keyed, home))

    def refuse(self: County, decision: object) -> None:
        assert len(read_keys(key_file(keyed, home))) == 2, "both are there until the log has decided"
        raise Moved(decision="rotate signing key")

    monkeypatch.setattr(County, "decide", refuse)
    with pytest.raises(Moved):
        rotate_key(keyed, keyed.mandate(PLANNER))
    assert read_keys(key_file(keyed, home)) == before


def test_a_lost_key_is_replaced_with_its_reason_and_shows_for_ever(keyed: County, home: Path, tmp_path: Path) -> None:
    lost = current(keyed, "test").key
    seal(keyed)
    with pytest.raises(KeyAtHand):
        replace_key(keyed, keyed.mandate(PLANNER), "the safe burned", tmp_path / "new.key")
    key_file(keyed, home).unlink()
    with pytest.raises(ReasonMissing):
        replace_key(keyed, keyed.mandate(PLANNER), " ", tmp_path / "new.key")
    assert not (tmp_path / "new.key").exists()
    made = replace_key(keyed, keyed.mandate(PLANNER), "the safe burned", tmp_path / "new.key")
    assert seal(keyed, tmp_path / "new.key").note.is_signed_by(made.key)
    report = verify(keyed.log)
    assert (report.well, report.replaced_at) == (True, (made.receipt.position,))
    assert [fault.code for fault in verify(keyed.log, key=lost).faults] == ["key-unvouched"]


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """The other office: its folder, its key."""
    folder = tmp_path / "city"
    folder.mkdir()
    new_witness("city-audit", folder / "city.key")
    return folder


def signed_there(county: County, office: Path, since: int | None = None, log_key: PublicKey | None = None) -> Note:
    given = offer(county, since)
    line = None if log_key is None else str(log_key).encode()
    return cosign(str(given).encode(), office / "city.key", office / "state.json", line).note


def recognised(county: County, office: Path) -> PublicKey:
    key = read_keys(office / "city.key")[0].public.cosigning()
    recognise_witness(county, county.mandate(PLANNER), str(key), "city-auditor")
    return key


def test_a_higher_office_cosigns_what_only_grew_and_the_county_keeps_it(
    keyed: County, office: Path, tmp_path: Path
) -> None:
    witness = recognised(keyed, office)
    first = seal(keyed).says.size
    note = signed_there(keyed, office, log_key=current(keyed, "test").key)
    assert take_back(keyed, str(note).encode()).is_new
    assert not take_back(keyed, str(note).encode()).is_new
    assert newest(keyed.log.recorder)[0].is_signed_by(witness)
    more(keyed, tmp_path, 151)
    second = seal(keyed).says.size
    take_back(keyed, str(signed_there(keyed, office, since=first)).encode())
    report = verify(keyed.log, str(note).encode())
    assert report.well
    assert report.witnessed["city-audit"][0] == second


def test_a_witness_signs_for_no_log_whose_key_it_was_not_given(keyed: County, office: Path) -> None:
    seal(keyed)
    with pytest.raises(LogUnknown):
        signed_there(keyed, office)
    with pytest.raises(NotTheLogs):
        signed_there(keyed, office, log_key=PublicKey(current(keyed, "test").key.name, b"x" * 32))
    assert not (office / "state.json").exists()


def test_a_witness_asks_for_the_proof_from_where_it_signed_last(keyed: County, office: Path, tmp_path: Path) -> None:
    seal(keyed)
    signed_there(keyed, office, log_key=current(keyed, "test").key)
    more(keyed, tmp_path, 151)
    seal(keyed)
    with pytest.raises(ProofNeeded, match=r"--since \d\d"):
        signed_there(keyed, office)


def test_a_witness_signs_no_log_that_was_altered_or_cut(
    keyed: County, office: Path, home: Path, tmp_path: Path
) -> None:
    first = seal(keyed)
    signed_there(keyed, office, log_key=current(keyed, "test").key)
    state = (office / "state.json").read_bytes()
    (key,) = read_keys(key_file(keyed, home))
    more(keyed, tmp_path, 151)
    with unguarded(tmp_path / "store" / "county.db") as attacker:
        attacker.execute("UPDATE facts SET data = CAST(replace(data, '2026', '2025') AS BLOB) WHERE position = 5")
        leaves_anew(attacker)
        attacker.execute("DELETE FROM checkpoints")
    seal(keyed)
    with pytest.raises(NotGrown):
        signed_there(keyed, office, since=first.says.size)
    shorter = read_checkpoint(str(first.note).encode())[1]
    shorter = type(shorter)(shorter.store_id, 3, root_of(list(keyed.log.recorder.leaves())[:3]), shorter.time)
    with pytest.raises(WentBack):
        cosign(str(shorter.signed(key)).encode(), office / "city.key", office / "state.json")
    other = type(shorter)(shorter.store_id, first.says.size, b"o" * 32, shorter.time)
    with pytest.raises(NotGrown):
        cosign(str(other.signed(key)).encode(), office / "city.key", office / "state.json")
    assert (office / "state.json").read_bytes() == state


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b'{"a": {}}', b'{"a": {"log_key": "x", "note": "y"}}', b"\xff"])
def test_a_witness_that_has_forgotten_signs_nothing(keyed: County, office: Path, content: bytes) -> None:
    seal(keyed)
    (office / "state.json").write_bytes(content)
    with pytest.raises(WitnessStateUnreadable):
        signed_there(keyed, office, log_key=current(keyed, "test").key)
    assert (office / "state.json").read_bytes() == content


def test_only_true_signatures_of_recognised_witnesses_are_kept(keyed: County, office: Path, home: Path) -> None:
    seal(keyed)
    note = signed_there(keyed, office, log_key=current(keyed, "test").key)
    with pytest.raises(SignatureUnknown):
        take_back(keyed, str(note).encode())
    recognised(keyed, office)
    false = str(note).replace("city-audit ", "city-audit-2 ")
    with pytest.raises(SignatureUnknown):
        take_back(keyed, false.encode())
    (key,) = read_keys(key_file(keyed, home))
    says = read_checkpoint(str(note).encode())[1]
    forged = type(says)(says.store_id, says.size, b"f" * 32, says.time).signed(key)
    with pytest.raises(CheckpointForeign):
        take_back(keyed, str(forged).encode())
    with pytest.raises(NoteUnreadable):
        take_back(keyed, b"hello\n")
    assert len(kept(keyed.log.recorder)) == 1
    assert take_back(keyed, str(note).encode()).is_new


def test_a_paper_rests_on_the_smallest_checkpoint_that_covers_it(county: County, tmp_path: Path) -> None:
    nothing = resting_on(county)
    assert (nothing.note, nothing.sealed, nothing.unsealed) == (None, 0, nothing.position)
    introduce_key(county, county.mandate(PLANNER))
    first = seal(county).says
    more(county, tmp_path, 151)
    partly = resting_on(county)
    assert (partly.sealed, partly.unsealed) == (first.size, county.log.head() - first.size)
    second = seal(county).says
    assert resting_on(county, 4).sealed == first.size
    whole = resting_on(county)
    assert (whole.sealed, whole.unsealed, whole.root) == (second.size, 0, second.root)
    assert whole.as_json()["checkpoint"] == str(newest(county.log.recorder)[0])
    for lang in ("zh", "en"):
        assert {str(second.size) in one.sentence(lang) for one in (whole,)} == {True}
        assert len({one.sentence(lang) for one in (nothing, partly, whole)}) == 3
