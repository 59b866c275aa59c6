"""Verification finds every whole-row attack, says where, and says what can be known of it."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest

from history.checkpoint import TreeHead, read_checkpoint
from history.merkle import root_of
from history.note import Note, SigningKey
from history.verify import Report
from tests.history.attacks import leaves_anew, shift, tags_anew, unguarded
from tests.history.sealed import Sealed, make_sealed, opened, verified


@pytest.fixture(scope="module")
def sealed(tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    return make_sealed(tmp_path_factory.mktemp("sealed"))


@pytest.fixture
def attacked(sealed: Sealed, tmp_path: Path) -> Path:
    return sealed.copied(tmp_path)


def first(report: Report) -> tuple[int | None, str]:
    assert not report.well
    return report.faults[0][:2]


def codes(report: Report) -> set[str]:
    return {fault.code for fault in report.faults}


def test_an_untouched_log_is_well_and_says_what_is_not_yet_sealed(sealed: Sealed) -> None:
    report = verified(sealed.path, sealed.pinned, sealed.first_key)
    assert report.faults == ()
    assert report.sealed == sealed.sizes[-1]
    assert report.unsealed == 2 == sealed.head - sealed.sizes[-1]
    assert report.witnessed["audit-office.example"][0] == sealed.sizes[-1]


def test_it_is_as_well_without_anything_kept_outside(sealed: Sealed) -> None:
    assert verified(sealed.path).well


@pytest.mark.parametrize("column", ["type", "data", "tags", "recorded_at", "salt"])
def test_an_altered_fact_is_named(sealed: Sealed, attacked: Path, column: str) -> None:
    with unguarded(attacked) as connection:
        connection.execute(
            f"UPDATE facts SET {column} = (SELECT {column} FROM facts WHERE position = 60) WHERE position = 20"
        )
    assert first(verified(attacked)) == (20, "fact-altered")


def test_an_altered_leaf_is_told_from_an_altered_fact(attacked: Path) -> None:
    with unguarded(attacked) as connection:
        connection.execute("UPDATE facts SET leaf = (SELECT leaf FROM facts WHERE position = 60) WHERE position = 20")
    assert first(verified(attacked)) == (20, "leaf-altered")


def test_altered_facts_are_all_named(attacked: Path) -> None:
    with unguarded(attacked) as connection:
        connection.execute("UPDATE facts SET data = CAST(data || ' ' AS BLOB) WHERE position IN (7, 20, 33)")
    found = [(fault.position, fault.code) for fault in verified(attacked).faults]
    assert found == [(7, "fact-altered"), (20, "fact-altered"), (33, "fact-altered")]


def test_of_a_fact_not_yet_sealed_nobody_can_say_whether_it_or_its_leaf_was_altered(
    sealed: Sealed, attacked: Path
) -> None:
    with unguarded(attacked) as connection:
        connection.execute("UPDATE facts SET data = CAST(data || ' ' AS BLOB) WHERE position = ?", (sealed.head,))
    assert first(verified(attacked, sealed.pinned)) == (sealed.head, "fact-or-leaf-altered")


def test_a_fact_altered_with_its_leaf_is_found_between_two_checkpoints(sealed: Sealed, attacked: Path) -> None:
    before, after = sealed.sizes[0], sorted(set(sealed.sizes))[1]
    with unguarded(attacked) as connection:
        connection.execute("UPDATE facts SET data = replace(data, '2026', '2025') WHERE position = ?", (before + 3,))
        connection.execute("UPDATE facts SET data = CAST(data AS BLOB)")
        leaves_anew(connection)
    report = verified(attacked)
    assert first(report) == (before + 1, "rewritten-kept")
    assert report.faults[0].details == {"since": before, "size": after}
    assert report.sealed == before


def test_a_fact_taken_out_leaves_its_place(attacked: Path) -> None:
    with unguarded(attacked) as connection:
        connection.execute("DELETE FROM facts WHERE position = 20")
        connection.execute("DELETE FROM fact_tags WHERE position = 20")
    assert first(verified(attacked)) == (20, "fact-missing")


@pytest.mark.parametrize("count", [1, 3])
def test_facts_taken_out_with_the_rest_moved_up_are_counted(attacked: Path, count: int) -> None:
    with unguarded(attacked) as connection:
        for table in ("facts", "fact_tags"):
            connection.execute(f"DELETE FROM {table} WHERE position >= 20 AND position < ?", (20 + count,))
        shift(connection, 20, -count)
    report = verified(attacked)
    assert first(report) == (20, "facts-deleted")
    assert report.faults[0].details == {"count": count}


@pytest.mark.parametrize("consistent", [False, True])
def test_a_fact_put_in_is_named(attacked: Path, consistent: bool) -> None:
    with unguarded(attacked) as connection:
        shift(connection, 19, 1)
        connection.execute(
            "INSERT INTO facts SELECT 20, type, data, tags, recorded_at, salt, leaf FROM facts WHERE position = 19"
        )
        connection.execute("UPDATE facts SET data = CAST(replace(data, '2026', '2025') AS BLOB) WHERE position = 20")
        if consistent:
            kept = dict(connection.execute("SELECT position, leaf FROM facts WHERE position > 20").fetchall())
            leaves_anew(connection)
            connection.executemany("UPDATE facts SET leaf = ? WHERE position = ?", [(b, a) for a, b in kept.items()])
        tags_anew(connection)
    assert first(verified(attacked)) == (20, "fact-inserted")


@pytest.mark.parametrize("with_leaves", [True, False])
def test_two_facts_changed_round_are_named(attacked: Path, with_leaves: bool) -> None:
    with unguarded(attacked) as connection:
        rows = connection.execute("SELECT * FROM facts WHERE position IN (20, 31) ORDER BY 1").fetchall()
        for row, other in (rows, rows[::-1]):
            leaf = other[6] if with_leaves else row[6]
            connection.execute("DELETE FROM facts WHERE position = ?", row[:1])
            connection.execute("INSERT INTO facts VALUES (?, ?, ?, ?, ?, ?, ?)", (row[0], *other[1:6], leaf))
        tags_anew(connection)
    report = verified(attacked)
    assert first(report) == (20, "facts-reordered")
    assert report.faults[0].details == {"other": 31}


def test_a_log_cut_short_is_seen_by_its_own_checkpoint(sealed: Sealed, attacked: Path) -> None:
    with unguarded(attacked) as connection:
        for table in ("facts", "fact_tags"):
            connection.execute(f"DELETE FROM {table} WHERE position > ?", (sealed.sizes[-1] - 2,))
    assert first(verified(attacked)) == (sealed.sizes[-1] - 1, "truncated")


def test_a_log_cut_short_with_its_checkpoints_is_seen_by_the_pinned_one_only(sealed: Sealed, attacked: Path) -> None:
    cut = sealed.sizes[0]
    with unguarded(attacked) as connection:
        for table in ("facts", "fact_tags"):
            connection.execute(f"DELETE FROM {table} WHERE position > ?", (cut,))
        connection.execute("DELETE FROM checkpoints WHERE size > ?", (cut,))
    assert verified(attacked).well
    report = verified(attacked, sealed.pinned)
    assert first(report) == (cut + 1, "truncated")
    assert "checkpoint-removed" in codes(report)


def test_an_older_copy_of_the_store_is_seen_by_the_pinned_checkpoint(sealed: Sealed, tmp_path: Path) -> None:
    """As when a backup is put back and work goes on with it."""
    older = sealed.copied(tmp_path)
    cut = sorted(set(sealed.sizes))[1]
    with unguarded(older) as connection:
        for table in ("facts", "fact_tags"):
            connection.execute(f"DELETE FROM {table} WHERE position > ?", (cut,))
        connection.execute("DELETE FROM checkpoints WHERE size > ?", (cut,))
    from tests.history.examples import Receive, mandate

    with opened(older) as log:
        for number in range(sealed.head):
            log.decide(Receive(mandate=mandate(f"later {number}"), amount_fen=1))
    assert verified(older).well
    report = verified(older, sealed.pinned)
    assert first(report) == (cut + 1, "rewritten-pinned")
    assert "checkpoint-removed" in codes(report)


def sign_anew(connection: sqlite3.Connection, sealed: Sealed, key: SigningKey, size: int) -> None:
    """A checkpoint over what the log now says, with a key at hand, in place of the kept ones."""
    connection.execute("DELETE FROM checkpoints")
    leaves = [leaf for (leaf,) in connection.execute("SELECT leaf FROM facts ORDER BY position")]
    _, says = read_checkpoint(sealed.pinned)
    note = TreeHead(says.store_id, size, root_of(leaves[:size]), says.time).signed(key)
    connection.execute("INSERT INTO checkpoints (size, note) VALUES (?, ?)", (size, str(note)))


def test_history_rewritten_and_signed_again_with_the_stolen_key_is_seen_by_the_pinned_checkpoint(
    sealed: Sealed, attacked: Path
) -> None:
    last = sealed.sizes[-1]
    with unguarded(attacked) as connection:
        connection.execute(
            "UPDATE facts SET data = CAST(replace(data, '2026', '2025') AS BLOB) WHERE position = ?", (last,)
        )
        leaves_anew(connection)
        sign_anew(connection, sealed, sealed.key, last)
    assert verified(attacked).well
    report = verified(attacked, sealed.pinned)
    assert codes(report) == {"rewritten-pinned", "checkpoint-removed"}


def test_a_swapped_key_is_seen_by_the_pinned_key_and_by_the_pinned_checkpoint(sealed: Sealed, attacked: Path) -> None:
    thief = SigningKey(sealed.key.name, b"t" * 32)
    own = sealed.first_key.public.hex()
    with unguarded(attacked) as connection:
        (introduced,) = connection.execute("SELECT position FROM facts WHERE type = 'key.introduced'").fetchone()
        connection.execute(
            "UPDATE facts SET data = CAST(replace(data, ?, ?) AS BLOB) WHERE position = ?",
            (own, thief.public.public.hex(), introduced),
        )
        connection.execute("DELETE FROM facts WHERE type = 'key.rotated'")
        (gone,) = set(range(1, sealed.head + 1)) - {at for (at,) in connection.execute("SELECT position FROM facts")}
        shift(connection, gone, -1)
        leaves_anew(connection)
        tags_anew(connection)
        sign_anew(connection, sealed, thief, sealed.sizes[-1] - 1)
    assert verified(attacked).well, "whoever owns all of it and is believed in everything can say anything"
    assert codes(verified(attacked, key=sealed.first_key)) == {"key-foreign"}
    assert "checkpoint-unsigned-pinned" in codes(verified(attacked, sealed.pinned))


def test_a_forged_checkpoint_is_not_signed(sealed: Sealed, attacked: Path) -> None:
    thief = SigningKey(sealed.key.name, b"t" * 32)
    note = Note.signed(Note.parse(sealed.pinned).text, thief)
    with unguarded(attacked) as connection:
        connection.execute("UPDATE checkpoints SET note = ? WHERE number = 1", (str(note),))
        connection.execute("UPDATE checkpoints SET size = ? WHERE number = 1", (sealed.sizes[-1],))
    assert first(verified(attacked)) == (sealed.sizes[-1], "checkpoint-unsigned")


def test_a_checkpoint_signed_with_a_key_that_was_rotated_away_does_not_count(sealed: Sealed, attacked: Path) -> None:
    old = SigningKey(sealed.key.name, bytes(range(32)))
    assert old.public == sealed.first_key
    with unguarded(attacked) as connection:
        connection.execute(
            "INSERT INTO checkpoints (size, note) VALUES (?, ?)",
            (sealed.sizes[-1], str(Note.signed(Note.parse(sealed.pinned).text, old))),
        )
    assert codes(verified(attacked)) == {"checkpoint-unsigned"}


def test_a_removed_checkpoint_is_missed_when_it_was_pinned(sealed: Sealed, attacked: Path) -> None:
    with unguarded(attacked) as connection:
        connection.execute("DELETE FROM checkpoints WHERE size = ?", (sealed.sizes[-1],))
    assert verified(attacked).well
    assert codes(verified(attacked, sealed.pinned)) == {"checkpoint-removed"}


@pytest.mark.parametrize(
    "attack,position,code",
    [
        ("DELETE FROM fact_tags WHERE position = 20 AND tag LIKE 'command:%'", 20, "tag-missing"),
        ("INSERT INTO fact_tags VALUES ('fund:service', 'unit.registered', 20)", 20, "tag-extra"),
        ("INSERT INTO fact_tags VALUES ('fund:service', 'unit.registered', 9000000)", 9_000_000, "tag-extra"),
        ("INSERT INTO fact_tags VALUES ('fund:service', 'unit.registered', -4)", -4, "tag-extra"),
        ("UPDATE fact_tags SET type = 'fund.closed' WHERE position = 20 AND tag LIKE 'command:%'", 20, "tag-missing"),
        ("UPDATE store SET value = replace(value, substr(value, 1, 1), 'g')", None, "checkpoint-foreign-kept"),
        ("UPDATE checkpoints SET size = size + 1 WHERE number = 2", None, "checkpoint-size"),
        ("UPDATE checkpoints SET note = note || ' ' WHERE number = 2", None, "checkpoint-unreadable-kept"),
        (
            "INSERT INTO facts SELECT -7, type, data, tags, recorded_at, salt, leaf FROM facts WHERE position = 9",
            -7,
            "row-outside",
        ),
    ],
)
def test_what_lies_beside_the_facts_is_looked_at_too(
    attacked: Path, attack: str, position: int | None, code: str
) -> None:
    with unguarded(attacked) as connection:
        assert connection.execute(attack).rowcount > 0
    assert first(verified(attacked)) == (position, code)


def rewritten(attacked: Path, change: Callable[[sqlite3.Connection], None]) -> Report:
    """A change with all leaves computed anew: as a faulty program, not an attacker, might have written it."""
    with unguarded(attacked) as connection:
        change(connection)
        leaves_anew(connection)
        connection.execute("DELETE FROM checkpoints")
    return verified(attacked)


def test_a_time_that_goes_back_is_named_even_under_a_leaf_that_fits(attacked: Path) -> None:
    early = "UPDATE facts SET recorded_at = '2020-01-01T00:00:00.000000Z' WHERE position = 20"
    assert first(rewritten(attacked, lambda db: db.execute(early))) == (20, "time-went-back")


def test_a_time_no_recorder_writes_is_named_even_under_a_leaf_that_fits(attacked: Path) -> None:
    odd = "UPDATE facts SET recorded_at = replace(recorded_at, 'Z', '+00:00') WHERE position = 20"
    assert first(rewritten(attacked, lambda db: db.execute(odd))) == (20, "time-unreadable")


def test_a_fact_nobody_can_read_is_named_even_under_a_leaf_that_fits(attacked: Path) -> None:
    bad = "UPDATE facts SET data = CAST('{}' AS BLOB) WHERE position = 20"
    assert first(rewritten(attacked, lambda db: db.execute(bad))) == (20, "fact-unreadable")


def test_a_replaced_key_is_shown_and_not_vouched_for(sealed: Sealed, attacked: Path) -> None:
    from domain.decisions.keys import ReplaceSigningKey
    from tests.domain.decisions.harness import by

    new = SigningKey(sealed.key.name, b"n" * 32)
    with opened(attacked) as log:
        receipt = log.decide(
            ReplaceSigningKey(
                mandate=by(), key_name=new.name, public_key=new.public.public.hex(), reason="the safe burned"
            )
        )
    report = verified(attacked, sealed.pinned)
    assert report.well
    assert report.replaced_at == (receipt.position,)
    assert first(verified(attacked, key=sealed.first_key)) == (receipt.position, "key-unvouched")
    assert verified(attacked, key=new.public).well
