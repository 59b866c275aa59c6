"""How a fund in a register file is compared with the record: arrived money is never undone by a file (M07, M10)."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from domain.decisions.common import changed_names
from domain.decisions.filed import Kept, merged
from domain.decisions.funds import facts_of_fund
from domain.errors import Refusal
from domain.facts.base import Fact, Mandate
from domain.facts.funds import (
    FundAmended,
    FundCorrected,
    PledgeMade,
    PledgeReceived,
    TrancheAnnounced,
    TrancheReceived,
)
from domain.folds.funds import DESCRIPTIVE
from domain.register import Fund, Pledge, Tranche


class ArrivedMoneyChanged(Refusal):
    """Money that arrived is on the record; a file cannot make it another sum, another day or not arrived (M33)."""

    code = "arrived-money-changed"
    sentence_en = "The file changes {part} of fund {fund}, of which {arrived_fen} arrived already{on}."
    cure_en = "Write into the file what the record says; if more arrived, add a row of its own for it."


def fund_changes(
    mandate: Mandate, filed: Fund | None, now: Fund | None, wanted: Fund, kept: list[Kept]
) -> Iterator[Fact]:
    """The facts that bring a fund from `now` to what the file newly says; what it says no longer is added to `kept`.

    The pool, closing, carrying over and taking back are decided, never imported. Raises `ArrivedMoneyChanged`.
    """
    if now is None:
        yield from facts_of_fund(mandate, wanted)
        return
    fields = (*DESCRIPTIVE, "amount_fen")
    after, left = merged(filed, now, wanted, kind="fund", code=now.code, fields=fields)
    kept.extend(left)
    changed = tuple(name for name in changed_names(now, after) if name != "amount_fen")
    if changed:
        bare = replace(after, amount_fen=now.amount_fen, tranches=(), pledges=())
        yield FundCorrected(mandate=mandate, fund=now.code, record=bare, changed=changed)
    if after.amount_fen != now.amount_fen:
        yield FundAmended(
            mandate=mandate, fund=now.code, old_amount_fen=now.amount_fen, new_amount_fen=after.amount_fen
        )
    filed_tranches = {tranche.code: tranche for tranche in filed.tranches} if filed else {}
    now_tranches = {tranche.code: tranche for tranche in now.tranches}
    for tranche in wanted.tranches:
        pair = filed_tranches.get(tranche.code), now_tranches.get(tranche.code)
        yield from _tranche_changes(mandate, now.code, *pair, tranche, kept)
    filed_pledges = {pledge.code: pledge for pledge in filed.pledges} if filed else {}
    now_pledges = {pledge.code: pledge for pledge in now.pledges}
    for pledge in wanted.pledges:
        pair_ = filed_pledges.get(pledge.code), now_pledges.get(pledge.code)
        yield from _pledge_changes(mandate, now.code, *pair_, pledge, kept)


def _tranche_changes(
    mandate: Mandate, fund: str, filed: Tranche | None, now: Tranche | None, wanted: Tranche, kept: list[Kept]
) -> Iterator[Fact]:
    if wanted == now:
        return
    if now is not None and wanted == filed:
        kept.append(Kept(kind="tranche", code=wanted.code, field="", in_file=wanted, in_record=now))
        return
    if now is not None and now.arrived_on is not None:
        part = f"tranche {wanted.code}"
        raise ArrivedMoneyChanged(fund=fund, part=part, arrived_fen=now.amount_fen, on=f" on {now.arrived_on}")
    announced = replace(wanted, arrived_on=None)
    if announced != now:
        yield TrancheAnnounced(mandate=mandate, fund=fund, tranche=announced)
    if wanted.arrived_on is not None:
        yield TrancheReceived(
            mandate=mandate,
            fund=fund,
            tranche=wanted.code,
            amount_fen=wanted.amount_fen,
            arrived_on=wanted.arrived_on,
        )


def _pledge_changes(
    mandate: Mandate, fund: str, filed: Pledge | None, now: Pledge | None, wanted: Pledge, kept: list[Kept]
) -> Iterator[Fact]:
    if now is None:
        yield PledgeMade(mandate=mandate, fund=fund, pledge=replace(wanted, arrived_fen=0))
        now = replace(wanted, arrived_fen=0)
        filed = None
    after, left = merged(filed, now, wanted, kind="pledge", code=wanted.code)
    kept.extend(left)
    if after == now:
        return
    kind_changed = now.arrived_fen > 0 and after.kind != now.kind
    if after.arrived_fen < now.arrived_fen or after.amount_fen < after.arrived_fen or kind_changed:
        raise ArrivedMoneyChanged(fund=fund, part=f"pledge {wanted.code}", arrived_fen=now.arrived_fen, on="")
    if replace(after, arrived_fen=now.arrived_fen) != now:
        yield PledgeMade(mandate=mandate, fund=fund, pledge=replace(after, arrived_fen=0))
    if after.arrived_fen > now.arrived_fen:
        yield PledgeReceived(
            mandate=mandate,
            fund=fund,
            pledge=wanted.code,
            kind=after.kind,
            amount_fen=after.arrived_fen - now.arrived_fen,
        )
