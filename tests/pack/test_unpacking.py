"""Unpacking cannot escape its folder, follow a link, or fill a disk: such an archive is refused before it is read."""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.standalone.certificate_check.sayings import Wrong
from documents.standalone.pack_check.archive import fitting_name, read_folder, read_zip
from tests.pack.auditor import checked, files_of

EVIL_NAMES = [
    "../evil", "a/../../evil", "/etc/evil", "..", ".", "a//b", "a\\..\\b", "C:evil", "C:/evil", ".hidden", "a/.hidden",
    "a/", "", "e\x00vil", "e\nvil", "ｅvil", "a" * 200, "a/b/c/d/e/f/g", "FACTS.JSONL", "~/evil", "con|x",
]  # fmt: skip


def archive(path: Path, members: list[tuple[zipfile.ZipInfo | str, bytes]]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as file:
        for member, content in members:
            file.writestr(member, content)
    return path


@pytest.mark.parametrize("name", EVIL_NAMES)
def test_a_name_that_leads_elsewhere_is_refused_and_nothing_is_unpacked(pack: Path, tmp_path: Path, name: str) -> None:
    info = zipfile.ZipInfo("placeholder")
    info.filename = name
    inside = tmp_path / "in"
    inside.mkdir()
    forged = archive(inside / "evil.zip", [*files_of(pack).items(), (info, b"evil")])
    before = set(tmp_path.rglob("*"))
    answer = checked(forged, "--unpack", str(inside / "out"))
    assert answer.code == 1
    assert set(tmp_path.rglob("*")) == before


@settings(max_examples=200)
@given(st.text(st.sampled_from("ab./\\:~\0 -_A"), max_size=12))
def test_a_name_that_is_taken_never_leaves_its_folder(name: str) -> None:
    try:
        fitting_name(name, set())
    except Wrong:
        return
    assert os.path.normpath(name) == name
    assert not name.startswith(("/", "."))
    assert "\\" not in name
    assert ":" not in name


def linked(info: zipfile.ZipInfo) -> None:
    info.external_attr = (stat.S_IFLNK | 0o777) << 16


def encrypted(info: zipfile.ZipInfo) -> None:
    info.flag_bits |= 1


def device(info: zipfile.ZipInfo) -> None:
    info.external_attr = (stat.S_IFCHR | 0o600) << 16


@pytest.mark.parametrize("make", [linked, device])
def test_a_link_or_a_device_is_refused(tmp_path: Path, make: Callable[[zipfile.ZipInfo], None]) -> None:
    info = zipfile.ZipInfo("facts.jsonl")
    make(info)
    with pytest.raises(Wrong) as wrong:
        read_zip(archive(tmp_path / "evil.zip", [(info, b"/etc/passwd")]))
    assert wrong.value.code == "pack-name"


def test_an_encrypted_member_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "evil.zip", [("facts.jsonl", b"secret")])
    content = bytearray(path.read_bytes())
    content[content.index(b"PK\x01\x02") + 8] |= 1
    path.write_bytes(bytes(content))
    with pytest.raises(Wrong) as wrong:
        read_zip(path)
    assert wrong.value.code == "pack-zip"


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    with pytest.raises(Wrong) as wrong:
        read_zip(archive(tmp_path / "bomb.zip", [("facts.jsonl", bytes(50_000_000))]))
    assert wrong.value.code == "pack-size"


def test_a_member_that_is_longer_than_it_says_is_refused(tmp_path: Path) -> None:
    path = archive(tmp_path / "liar.zip", [("facts.jsonl", b"a" * 1000)])
    content = bytearray(path.read_bytes())
    at = content.index(b"PK\x01\x02") + 24
    assert int.from_bytes(content[at : at + 4], "little") == 1000
    content[at : at + 4] = (10).to_bytes(4, "little")
    path.write_bytes(bytes(content))
    with pytest.raises(Wrong):
        read_zip(path)


def test_a_member_that_is_there_twice_is_refused_whatever_the_case_of_its_letters(tmp_path: Path) -> None:
    with pytest.raises(Wrong):
        read_zip(archive(tmp_path / "twice.zip", [("a.txt", b"1"), ("A.txt", b"2")]))


def test_a_link_in_an_unpacked_folder_is_refused_and_what_a_file_manager_left_is_passed_over(tmp_path: Path) -> None:
    (tmp_path / "facts.jsonl").write_bytes(b"1")
    (tmp_path / ".DS_Store").write_bytes(b"2")
    assert read_folder(tmp_path) == {"facts.jsonl": b"1"}
    (tmp_path / "keys.txt").symlink_to("/etc/passwd")
    with pytest.raises(Wrong):
        read_folder(tmp_path)
    (tmp_path / "keys.txt").unlink()
    (tmp_path / "plans").symlink_to("/etc")
    with pytest.raises(Wrong):
        read_folder(tmp_path)


def test_what_is_no_archive_is_one_sentence(tmp_path: Path) -> None:
    for content in (b"", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b"nothing"):
        path = tmp_path / "none.zip"
        path.write_bytes(content)
        answer = checked(path)
        assert answer.code == 1
        assert "Traceback" not in answer.said
