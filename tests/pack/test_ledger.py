"""The ledger as a beancount file: another program adds it up to the same fen, whatever things are called."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
from beancount.core.data import Balance, Open, Transaction
from beancount.loader import load_string
from hypothesis import given, settings
from hypothesis import strategies as st

from documents.standalone.pack_check.facts import FactLine
from documents.standalone.pack_check.ledger import ledger_text, link_of
from service.exports.ledgers import write_beancount
from service.ledger import ledger_at
from service.registers import moment
from tests.pack.sealed_year import SealedYear


def written(year: SealedYear, folder: Path) -> Path:
    path = folder / "county.beancount"
    write_beancount(year.county, moment(year.county), path)
    return path


def number_of(posting: Any) -> Decimal:
    """The amount of a posting in yuan."""
    number: Decimal = posting.units.number
    return number


def test_bean_check_accepts_the_ledger_of_a_finished_year(year: SealedYear, tmp_path: Path) -> None:
    bean_check = Path(sys.executable).with_name("bean-check")
    done = subprocess.run([bean_check, written(year, tmp_path)], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_ledger_with_one_fen_changed_is_not_accepted(year: SealedYear, tmp_path: Path) -> None:
    text = written(year, tmp_path).read_text(encoding="utf-8")
    assert "-30000.00 CNY" in text
    _, faults, _ = load_string(text.replace("-30000.00 CNY", "-30000.01 CNY", 1))
    assert faults


def test_the_balances_beancount_works_out_are_those_of_our_own_ledger(year: SealedYear, tmp_path: Path) -> None:
    entries, faults, _ = load_string(written(year, tmp_path).read_text(encoding="utf-8"))
    assert not faults
    codes = {entry.account: entry.meta["code"].split() for entry in entries if isinstance(entry, Open)}
    found: dict[tuple[str, str, str | None, str | None], int] = defaultdict(int)
    for entry in entries:
        if isinstance(entry, Transaction):
            for posting in entry.postings:
                state = posting.account.split(":")[2]
                fund, unit, project = (*codes[posting.account], "", "")[:3]
                fen = number_of(posting) * 100
                assert fen == fen.to_integral_value()
                found[state, fund, unit or None, project or None] += int(fen)
    rows = ledger_at(year.county, moment(year.county))
    assert len(rows) > 10
    for row in rows:
        paid = found.pop(("Paid", row.fund, row.unit, row.project), 0)
        assert paid == row.disbursed_fen - row.returned_fen
        assert found.pop(("Committed", row.fund, row.unit, row.project), 0) == row.open_fen
        if row.unit is None:
            assert found.pop(("Free", row.fund, None, None)) == row.free_fen
            given = -found.pop(("Owner", row.fund, None, None))
            assert given == row.announced_fen
            assert found.pop(("ToCome", row.fund, None, None)) == given - row.arrived_fen
    assert {place: fen for place, fen in found.items() if fen} == {}


def test_every_movement_says_where_it_is_in_the_log_and_which_document_it_rests_on(
    year: SealedYear, tmp_path: Path
) -> None:
    entries, _, _ = load_string(written(year, tmp_path).read_text(encoding="utf-8"))
    facts = {recorded.position: recorded.fact for recorded in year.county.log.facts()}
    seen = [entry for entry in entries if isinstance(entry, Transaction)]
    assert len({entry.meta["position"] for entry in seen}) == len(seen) == 30
    for entry in seen:
        fact = facts[int(entry.meta["position"])]
        assert all((posting.meta or {})["position"] == entry.meta["position"] for posting in entry.postings)
        assert entry.meta["fact"] == fact.stored_name()
        assert entry.date == fact.mandate.effective_on
        assert fact.mandate.document is not None
        assert entry.links == {link_of(fact.mandate.document)}
        assert entry.meta["document"] == fact.mandate.document
    assert any("一村" in (entry.narration or "") for entry in seen)
    assert any(isinstance(entry, Balance) for entry in entries)


WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
CODES = st.from_regex(r"\A[\w.\-]{1,12}\Z")


@settings(max_examples=60)
@given(st.lists(CODES, min_size=2, max_size=6, unique=True), WORDS, st.integers(1, 10**14))
def test_whatever_codes_and_names_a_county_uses_the_file_stays_readable(codes: list[str], words: str, fen: int) -> None:
    facts: list[FactLine] = []
    for number, code in enumerate(codes):
        common = {"v": 1, "mandate": {"effective_on": "2026-01-01", "post": words, "document": words or None}}
        record = {"amount_fen": fen, "name_zh": words}
        arrived = {"type": "fund.tranche_received", "fund": code, "tranche": code, "amount_fen": fen, **common}
        announced = {"type": "fund.announced", "fund": code, "record": record, **common}
        committed = {"type": "money.committed", "fund": code, "unit": codes[0], "project": codes[1], **common}
        for said in (announced, arrived, {**committed, "amount_fen": fen, "plan": code, "line": words}):
            data = msgspec.json.encode(said).decode()
            moment_text = f"2026-01-01T00:00:00.{number:06d}Z"
            facts.append(FactLine(len(facts) + 1, str(said["type"]), "[]", moment_text, bytes(16), data))
    entries, faults, _ = load_string(ledger_text(facts))
    assert not faults
    opened = [entry.account for entry in entries if isinstance(entry, Open)]
    assert len(opened) == len(set(opened)) == 4 * len(codes)
    total = sum(
        number_of(posting)
        for entry in entries
        if isinstance(entry, Transaction)
        for posting in entry.postings
        if ":Committed:" in posting.account
    )
    assert total == Decimal(fen * len(codes)) / 100
