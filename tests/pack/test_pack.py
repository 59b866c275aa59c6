"""The pack of a finished year: verified by anybody with Python alone, always the same bytes, nobody's name in it."""

from __future__ import annotations

import ast
import base64
import sys
import zipfile
from collections import Counter
from pathlib import Path

import pytest

from documents.standalone.bundle import VERIFY, verify
from service.pack import NothingSealed, write_pack
from tests.pack.auditor import checked, files_of, run_alone
from tests.pack.sealed_year import AUDITOR, OFFICE, SealedYear
from tests.service.small import APPROVER, PLANNER, REVIEWER, TREASURER
from tests.year import finished_year


def test_the_pack_of_a_finished_year_verifies_with_a_bare_python_in_an_empty_folder(pack: Path, tmp_path: Path) -> None:
    (tmp_path / VERIFY).write_text(verify(), encoding="utf-8")
    (tmp_path / "pack.zip").write_bytes(pack.read_bytes())
    answer = run_alone(tmp_path, "pack.zip")
    assert answer.code == 0
    assert answer.said.endswith("All is well.\n")


def test_an_unpacked_pack_verifies_itself_where_it_lies_in_either_language(pack: Path, tmp_path: Path) -> None:
    with zipfile.ZipFile(pack) as archive:
        archive.extractall(tmp_path)
    assert run_alone(tmp_path).code == 0
    answer = run_alone(tmp_path, "--lang", "zh")
    assert answer.code == 0
    assert answer.said.endswith("全部核对无误。\n")


def test_the_script_unpacks_what_it_found_right_and_that_folder_is_right_too(pack: Path, tmp_path: Path) -> None:
    assert checked(pack, "--unpack", str(tmp_path / "there")).code == 0
    assert checked(tmp_path / "there").code == 0


def test_the_same_position_gives_the_same_bytes_and_another_one_others(
    year: SealedYear, pack: Path, tmp_path: Path
) -> None:
    again = write_pack(year.county, tmp_path / "again.zip").path
    assert again.read_bytes() == pack.read_bytes()
    earlier = write_pack(year.county, tmp_path / "earlier.zip", until=60)
    assert earlier.facts == 60
    assert earlier.checked.right
    assert earlier.unsealed == 60 - 48
    assert "12 facts came after the last checkpoint" in earlier.checked.said


def test_keys_from_elsewhere_and_checkpoints_kept_earlier_are_recognised(
    year: SealedYear, pack: Path, tmp_path: Path
) -> None:
    for key in (year.first_key, year.key.public):
        assert checked(pack, "--key", str(key)).code == 0
    for number, (_, note) in enumerate(year.county.log.recorder.checkpoints()):
        kept = tmp_path / f"{number}.note"
        kept.write_text(note, encoding="utf-8")
        assert checked(pack, "--pinned", str(kept)).code == 0
    assert checked(pack, "--key", str(OFFICE.public)).codes == ["key-foreign"]


def test_nobodys_name_and_no_private_key_is_in_a_pack(year: SealedYear, pack: Path) -> None:
    everything = b"\n".join(files_of(pack).values())
    for actor in (PLANNER, APPROVER, REVIEWER, TREASURER, AUDITOR):
        assert year.county.people.id_of(actor.person).encode() in everything
        assert f'"{actor.person}"'.encode() not in everything
        assert f"{actor.person}@".encode() not in everything
    for seed in (bytes(range(32)), bytes(range(50, 82)), OFFICE.seed):
        assert seed not in everything
        assert seed.hex().encode() not in everything
        assert base64.b64encode(seed)[:40] not in everything
        assert base64.b64encode(b"\x01" + seed)[:40] not in everything


def test_a_log_without_a_checkpoint_is_not_packed_and_no_file_is_left(tmp_path: Path) -> None:
    with finished_year(tmp_path) as unsealed, pytest.raises(NothingSealed):
        write_pack(unsealed.county, tmp_path / "pack.zip")
    assert not list(tmp_path.glob("*.zip"))


def test_the_script_needs_only_the_library_of_python_3_9_and_says_every_name_once() -> None:
    tree = ast.parse(verify(), feature_version=(3, 9))
    imported = {
        (node.module if isinstance(node, ast.ImportFrom) else alias.name).split(".")[0]  # type: ignore[union-attr]  # no relative one
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    assert imported <= set(sys.stdlib_module_names)
    defined = Counter(
        name.id
        for node in tree.body
        if isinstance(node, ast.Assign | ast.AnnAssign)
        for target in (node.targets if isinstance(node, ast.Assign) else [node.target])
        for name in ast.walk(target)
        if isinstance(name, ast.Name)
    )
    defined.update(node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef))
    assert [name for name, times in defined.items() if times > 1] == []
