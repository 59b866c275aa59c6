"""A bank statement against what was paid and came back, in both times (M08): use case, and the result as a file."""

from __future__ import annotations

import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import IO, Any

from msgspec import to_builtins

from documents.reconciliation import Frame, table, write_csv, write_workbook
from domain.auditing.reconciling import DAYS, Entry, Payment, reconcile, words_of
from domain.auditing.writing import plainly
from domain.errors import Refusal
from domain.facts.spending import MoneyDisbursed, MoneyReturned
from domain.money import Lang
from intake.limits import MEGABYTE, Limits
from intake.statement import read_statement
from service.asking.subjects import counts
from service.county import County
from service.files import whole_file
from service.registers import Moment

UPLOADED = Limits(
    workbook_bytes=8 * MEGABYTE,
    unpacked_bytes=128 * MEGABYTE,
    table_bytes=16 * MEGABYTE,
    rows=100_000,
    columns=100,
    cells=2_000_000,
)
"""What is read of a statement that somebody sends: a county's year of movements many times over."""
_NAME = re.compile(r"[^\w.\- ]+")


class StatementOutside(Refusal):
    """A statement of which nothing lies in the days asked for."""

    code = "statement-outside"
    sentence_en = "{file} has no movement from {since} to {until}."
    cure_en = "Give the days of the statement with --from and --to, or another file."


class ResultFormatUnknown(Refusal):
    """A file of a kind nobody writes."""

    code = "result-format-unknown"
    sentence_en = "“{path}” does not say in which form the result is written."
    cure_en = "End its name in .xlsx or .csv."


@dataclass(frozen=True)
class Reconciled:
    """Every line and payment in one outcome."""

    frame: Frame
    found: tuple[Entry, ...]

    @property
    def fine(self) -> bool:
        """Whether everything agrees."""
        return all(entry.outcome == "matched" for entry in self.found)

    def table(self, lang: Lang) -> Any:
        """For the terminal."""
        return table(self.found, self.frame, lang)

    def json(self) -> dict[str, Any]:
        """For programs."""
        frame = self.frame
        about = {"file": frame.file, "from": frame.since, "to": frame.until, "days": frame.days}
        entries: list[Any] = to_builtins(self.found)
        return {**about, "position": frame.position, "fine": self.fine, "entries": entries}

    def content(self, ending: str, lang: Lang) -> bytes:
        """The same as the bytes of such a file."""
        with tempfile.TemporaryDirectory(prefix="tongchou-reconciled-") as folder:
            return self.write(Path(folder) / f"reconciliation.{ending}", lang).read_bytes()

    def write(self, path: Path, lang: Lang) -> Path:
        """The result as `.xlsx` or `.csv`, whole or not at all. Raises `ResultFormatUnknown` and `OSError`."""
        match path.suffix.casefold():
            case ".xlsx":
                return whole_file(path, lambda draft: write_workbook(draft, self.found, self.frame, lang))
            case ".csv":
                return whole_file(path, lambda draft: write_csv(draft, self.found, self.frame, lang))
            case _:
                raise ResultFormatUnknown(path=path.name[:80])


def reconciled(
    county: County,
    statement: Path,
    at: Moment,
    *,
    since: date | None = None,
    until: date | None = None,
    days: int = DAYS,
    limits: Limits | None = None,
) -> Reconciled:
    """The movements of a statement from `since` to `until` (default: its first and last day) against the record.

    What lies just outside those days may be the other side of a movement inside; unmatched it is nobody's concern.
    Raises `IntakeFault` or `RegisterFaults` for the file, and `StatementOutside`.
    """
    lines = read_statement(statement, limits)
    first, last = since or min((x.on for x in lines), default=None), until or max((x.on for x in lines), default=None)
    inside = [line for line in lines if first and last and first <= line.on <= last]
    if not inside or first is None or last is None:
        raise StatementOutside(file=statement.name[:80], since=first or "–", until=last or "–")
    near = timedelta(days=days)
    named = {plainly(word) for line in inside for word in (line.voucher, *words_of(line.voucher))} - {""}
    ours = [
        one
        for one in _payments(county, at)
        if first - near <= one.on <= last + near or plainly(one.voucher) in named  # a voucher is known on any day
    ]
    found = reconcile(inside, ours, days)
    kept = [entry for entry in found if entry.lines or any(first <= one.on <= last for one in entry.payments)]
    return Reconciled(Frame(statement.name, first, last, days, at.position), tuple(kept))


def reconciled_upload(
    county: County,
    content: IO[bytes],
    name: str,
    at: Moment,
    *,
    since: date | None = None,
    until: date | None = None,
    days: int = DAYS,
) -> Reconciled:
    """The same of a statement that was sent: kept in a file for as long as it is read, within `UPLOADED`.

    Of the name only its last part counts, and only letters, digits, spaces and `.-_` of it.
    """
    ending = _NAME.sub("", Path(name).suffix)[:8].casefold()
    stem = _NAME.sub("", Path(name).name[: -len(ending) or None])[:60].strip(". ") or "statement"
    with tempfile.TemporaryDirectory(prefix="tongchou-statement-") as folder:
        path = Path(folder) / f"{stem}{ending}"
        with path.open("wb") as file:
            shutil.copyfileobj(content, file)
        return reconciled(county, path, at, since=since, until=until, days=days, limits=UPLOADED)


def _payments(county: County, at: Moment) -> Iterator[Payment]:
    """Disbursements, and returns under the payee of what they give back."""
    paid: dict[str, MoneyDisbursed] = {}
    for recorded in county.log.facts(until=at.position, types=[MoneyDisbursed, MoneyReturned]):
        fact = recorded.fact
        if isinstance(fact, MoneyDisbursed):
            paid[fact.disbursement] = fact
        if not counts(recorded, at) or not isinstance(fact, MoneyDisbursed | MoneyReturned):
            continue
        of = fact if isinstance(fact, MoneyDisbursed) else paid[fact.disbursement]
        out = isinstance(fact, MoneyDisbursed)
        yield Payment(
            position=recorded.position,
            code=fact.disbursement,
            on=fact.mandate.effective_on,
            amount_fen=fact.amount_fen,
            out=out,
            payee=of.payee,
            voucher=of.voucher if out else "",
            unit=fact.unit,
            project=fact.project,
        )


__all__ = ["DAYS", "Reconciled", "reconciled", "reconciled_upload"]
