"""Decisions that move money: disburse against a commitment, take back what was paid (M07, M08)."""

from __future__ import annotations

from dataclasses import dataclass

from eventsourcing.dcb.domain import Selector

from domain.decisions.common import OPENS, OnMoney, must_be_positive, must_be_reasoned
from domain.decisions.spending import NothingOpen, UnknownCommitment
from domain.errors import Refusal
from domain.facts.spending import MoneyDisbursed, MoneyReturned, voucher_tag


class DisbursementTaken(Refusal):
    """A disbursement code is given once."""

    code = "disbursement-taken"
    sentence_en = "There is a disbursement {disbursement} already."
    cure_en = "Give the new disbursement a code of its own; to repeat a command, repeat its idempotency key."


class UnknownDisbursement(Refusal):
    """Only what was paid can come back."""

    code = "unknown-disbursement"
    sentence_en = "There is no disbursement {disbursement} in the record."
    cure_en = "Check the code."


class VoucherUsed(Refusal):
    """One voucher of one payee is paid once (M08)."""

    code = "voucher-used"
    sentence_en = "Voucher {voucher} of {payee} was paid before, by disbursement {disbursement}."
    cure_en = "Check the voucher; a part payment needs a voucher of its own."


class PayeeOrVoucherMissing(Refusal):
    """A payment names whom it pays and on which voucher (M08)."""

    code = "payee-or-voucher-missing"
    sentence_en = "A payment against commitment {commitment} needs a payee and a voucher."
    cure_en = "State both."


class ReturnExceeded(Refusal):
    """No more comes back than was paid."""

    code = "return-exceeded"
    sentence_en = "Of disbursement {disbursement}, {left_fen} has not come back yet; {wanted_fen} is more."
    cure_en = "Take at most what was paid and has not come back."


@dataclass(eq=False, kw_only=True)
class Disburse(OnMoney):
    """Pay against a commitment to a payee on a voucher, never beyond what the commitment holds (M08).

    A voucher of a payee that was paid once is not paid again, also not after its money came back. Refuses with
    `UnknownCommitment`, `NothingOpen`, `VoucherUsed`, `DisbursementTaken`, `PayeeOrVoucherMissing` or
    `AmountNotPositive`.
    """

    disbursement: str
    commitment: str
    amount_fen: int
    payee: str
    voucher: str

    def boundary(self) -> list[Selector]:
        """The commitment, the disbursement's code and the voucher."""
        return [
            Selector(types=OPENS, tags=[f"commitment:{self.commitment}"]),
            Selector(types=[MoneyDisbursed], tags=[f"disbursement:{self.disbursement}"]),
            Selector(types=[MoneyDisbursed], tags=[voucher_tag(self.payee, self.voucher)]),
        ]

    def execute(self) -> None:
        """Record `MoneyDisbursed`."""
        must_be_positive(self, self.amount_fen)
        if not self.payee.strip() or not self.voucher.strip():
            raise PayeeOrVoucherMissing(commitment=self.commitment)
        if self.disbursement in self.money.disbursements:
            raise DisbursementTaken(disbursement=self.disbursement)
        made = self.money.commitments.get(self.commitment)
        if made is None:
            raise UnknownCommitment(commitment=self.commitment)
        tag = voucher_tag(self.payee, self.voucher)
        for paid in self.money.disbursements.values():
            if voucher_tag(paid.payee, paid.voucher) == tag:
                raise VoucherUsed(voucher=self.voucher, payee=self.payee, disbursement=paid.disbursement)
        open_fen = self.money.commitment(self.commitment).open_fen
        if self.amount_fen > open_fen:
            raise NothingOpen(commitment=self.commitment, open_fen=open_fen, wanted_fen=self.amount_fen)
        self.record(
            MoneyDisbursed(
                mandate=self.mandate,
                disbursement=self.disbursement,
                commitment=self.commitment,
                fund=made.fund,
                unit=made.unit,
                project=made.project,
                amount_fen=self.amount_fen,
                payee=self.payee,
                voucher=self.voucher,
            )
        )


@dataclass(eq=False, kw_only=True)
class ReturnMoney(OnMoney):
    """Record that disbursed money came back to its fund: it can be committed anew, its old commitment stays used (M10).

    Refuses with `UnknownDisbursement`, `ReturnExceeded`, `AmountNotPositive` or `ReasonMissing`.
    """

    disbursement: str
    amount_fen: int
    reason: str

    def boundary(self) -> list[Selector]:
        """The disbursement, and what of it came back."""
        return [Selector(types=[MoneyDisbursed, MoneyReturned], tags=[f"disbursement:{self.disbursement}"])]

    def execute(self) -> None:
        """Record `MoneyReturned`."""
        must_be_reasoned(self, self.reason)
        must_be_positive(self, self.amount_fen)
        paid = self.money.disbursements.get(self.disbursement)
        if paid is None:
            raise UnknownDisbursement(disbursement=self.disbursement)
        left_fen = paid.amount_fen - self.money.returned_of.get(self.disbursement, 0)
        if self.amount_fen > left_fen:
            raise ReturnExceeded(disbursement=self.disbursement, left_fen=left_fen, wanted_fen=self.amount_fen)
        self.record(
            MoneyReturned(
                mandate=self.mandate,
                disbursement=self.disbursement,
                commitment=paid.commitment,
                fund=paid.fund,
                unit=paid.unit,
                project=paid.project,
                amount_fen=self.amount_fen,
                reason=self.reason,
            )
        )
