"""Facts about money that moves: a commitment reserves, a disbursement pays, a return brings back (M07, M08)."""

from __future__ import annotations

import hashlib
import unicodedata

from domain.facts.base import Fact, Reason
from domain.register import Code, Fen, Text


def voucher_tag(payee: str, voucher: str) -> str:
    """The tag under which a payee's voucher is found again; width, case and spacing of the writing do not matter.

    A digest, because names and numbers are free text of any length and no tag should spell out who was paid.
    """
    written = "\0".join(" ".join(unicodedata.normalize("NFKC", text).casefold().split()) for text in (payee, voucher))
    return f"voucher:{hashlib.sha256(written.encode()).hexdigest()[:32]}"


class LineCommitted(Fact, frozen=True, kw_only=True, tag="money.committed"):
    """An approved plan line's money was reserved out of what has arrived."""

    commitment: Code
    plan: Code
    line: Code
    fund: Code
    unit: Code
    project: Code | None
    amount_fen: Fen


class CommitmentReleased(Fact, frozen=True, kw_only=True, tag="money.commitment_released"):
    """What a commitment had not paid out was set free again."""

    commitment: Code
    plan: Code
    line: Code
    fund: Code
    unit: Code
    project: Code | None
    amount_fen: Fen
    reason: Reason


class MoneyDisbursed(Fact, frozen=True, kw_only=True, tag="money.disbursed"):
    """Money was paid against a commitment to a payee on a voucher."""

    disbursement: Code
    commitment: Code
    fund: Code
    unit: Code
    project: Code | None
    amount_fen: Fen
    payee: Text
    voucher: Text

    def further_tags(self) -> list[str]:
        """One voucher of one payee is paid once, whatever commitment it is paid against."""
        return [voucher_tag(self.payee, self.voucher)]


class MoneyReturned(Fact, frozen=True, kw_only=True, tag="money.returned"):
    """Disbursed money came back to its fund; it can be committed anew."""

    disbursement: Code
    commitment: Code
    fund: Code
    unit: Code
    project: Code | None
    amount_fen: Fen
    reason: Reason
