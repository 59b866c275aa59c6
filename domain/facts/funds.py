"""Facts about funds: announced, pledged, arrived, amended, carried over, taken back, closed; the pool (M04, M43)."""

from __future__ import annotations

from datetime import date

from domain.facts.base import Fact, Reason
from domain.register import Code, Fen, Fund, Pledge, Text, Tranche


class FundAnnounced(Fact, frozen=True, kw_only=True, tag="fund.announced"):
    """A fund was announced. Tranches and pledges are facts of their own; `record` has none."""

    fund: Code
    record: Fund


class FundCorrected(Fact, frozen=True, kw_only=True, tag="fund.corrected"):
    """Names, owner, document number, year, purposes, eligibility were corrected. Never the amount: that is amended."""

    fund: Code
    record: Fund
    changed: tuple[str, ...]


class FundAmended(Fact, frozen=True, kw_only=True, tag="fund.amended"):
    """The announced amount was raised or lowered."""

    fund: Code
    old_amount_fen: Fen
    new_amount_fen: Fen


class TrancheAnnounced(Fact, frozen=True, kw_only=True, tag="fund.tranche_announced"):
    """A part of the announced amount was promised for a day; it does not add to the announced amount."""

    fund: Code
    tranche: Tranche


class TrancheReceived(Fact, frozen=True, kw_only=True, tag="fund.tranche_received"):
    """Money arrived and may be committed (M07)."""

    fund: Code
    tranche: Code
    amount_fen: Fen
    arrived_on: date


class PledgeMade(Fact, frozen=True, kw_only=True, tag="fund.pledge_made"):
    """A helping body promised money or help in kind (M07)."""

    fund: Code
    pledge: Pledge


class PledgeReceived(Fact, frozen=True, kw_only=True, tag="fund.pledge_received"):
    """What was pledged arrived, in part or whole; money becomes part of what may be committed."""

    fund: Code
    pledge: Code
    kind: str
    amount_fen: Fen


class FundCarriedOver(Fact, frozen=True, kw_only=True, tag="fund.carried_over"):
    """Arrived money nobody committed moved on to the same channel's next budget year (结转, M10)."""

    fund: Code
    to_fund: Code
    to_year: int
    amount_fen: Fen

    def further_tags(self) -> list[str]:
        """The fund that receives the money is concerned too."""
        return [f"fund:{self.to_fund}"]


class FundTakenBack(Fact, frozen=True, kw_only=True, tag="fund.taken_back"):
    """The owner took back arrived money nobody committed (收回, M10)."""

    fund: Code
    amount_fen: Fen


class FundClosed(Fact, frozen=True, kw_only=True, tag="fund.closed"):
    """The fund takes no further commitments (M08)."""

    fund: Code
    reason: Reason


class DepartmentJoinedPool(Fact, frozen=True, kw_only=True, tag="pool.joined"):
    """A department put its fund into the pool for planning; the channel stays (M43, M04)."""

    department: Text
    fund: Code


class DepartmentRefusedPool(Fact, frozen=True, kw_only=True, tag="pool.refused"):
    """A department kept its fund out of the pool, with its reason (M43)."""

    department: Text
    fund: Code
    reason: Reason
