"""The server's secret: one file for its owner alone, the same for every process, told apart from another one."""

from __future__ import annotations

import stat
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import pytest

from desk.prints import Prints
from desk.sqlite_desk import SQLiteDesk
from service.access.secret import BoxDamaged, Secret, SecretOfAnother, SecretUnreadable, secret_of, secret_path
from service.keyfiles import KeyFileExposed
from service.office import Office


@pytest.fixture
def prints() -> Iterator[Prints]:
    with closing(SQLiteDesk(None)) as desk:
        yield Prints(desk)


def test_the_secret_is_made_once_for_its_owner_alone_and_never_in_the_store(url: str, tmp_path: Path) -> None:
    with closing(Office(url)) as office:
        secret, path = office.secret, secret_path(office.log.recorder.store_id)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    with closing(Office(url)) as again:
        assert again.secret.line() == secret.line()
    stored = b"".join(file.read_bytes() for file in tmp_path.glob("county*"))
    assert secret.line().encode() not in stored
    assert secret.line() not in repr(secret)


def test_several_that_start_at_once_agree_on_one_secret(prints: Prints) -> None:
    with ThreadPoolExecutor(8) as pool:
        lines = set(pool.map(lambda _: secret_of("store-1", prints).line(), range(16)))
    assert len(lines) == 1
    assert [path.name for path in secret_path("store-1").parent.iterdir()] == ["store-1.secret"]


def test_another_secret_than_before_is_refused_until_it_is_meant(prints: Prints) -> None:
    first = secret_of("store-1", prints)
    secret_path("store-1").unlink()
    with pytest.raises(SecretOfAnother):
        secret_of("store-1", prints)
    second = secret_of("store-1", prints, new=True)
    assert secret_of("store-1", prints).line() == second.line() != first.line()


def test_a_secret_others_may_read_or_that_is_none_is_not_used(prints: Prints) -> None:
    secret_of("store-1", prints)
    path = secret_path("store-1")
    path.chmod(0o640)
    with pytest.raises(KeyFileExposed):
        secret_of("store-1", prints)
    path.chmod(0o600)
    for content in ("", "short", "x" * 44, "é"):
        path.write_text(content)
        with pytest.raises(SecretUnreadable):
            secret_of("store-1", prints)


def test_keys_differ_by_purpose_and_what_is_sealed_opens_only_in_its_place() -> None:
    secret, other = Secret(bytes(range(32))), Secret.random()
    assert secret.key("one") != secret.key("two") != other.key("two")
    box = secret.seal("webhooks", b"whsec", "hook-1")
    assert secret.unseal("webhooks", box, "hook-1") == b"whsec"
    assert box != secret.seal("webhooks", b"whsec", "hook-1")
    altered = box[:-8] + ("A" if box[-8] != "A" else "B") + box[-7:]
    for purpose, kept, about in (
        ("webhooks", box, "hook-2"),
        ("answers", box, "hook-1"),
        ("webhooks", altered, "hook-1"),
        ("webhooks", "no box", "hook-1"),
        ("webhooks", "", "hook-1"),
    ):
        with pytest.raises(BoxDamaged):
            secret.unseal(purpose, kept, about)
    with pytest.raises(BoxDamaged):
        other.unseal("webhooks", box, "hook-1")
