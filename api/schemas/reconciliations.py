"""A bank statement against the record: what agrees, what differs, and what is only on one side."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from api.derived import model_of
from domain.auditing.reconciling import Entry

EntryOut: Any = model_of(Entry, "ReconciledEntry")


class ReconciliationOut(BaseModel):
    """Every line of the statement and every payment of those days in exactly one outcome."""

    model_config = ConfigDict(serialize_by_alias=True)

    file: Annotated[str, Field(description="The statement's name, as far as it is harmless.", examples=["may.csv"])]
    since: Annotated[date, Field(alias="from", description="First day compared.")]
    until: Annotated[date, Field(alias="to", description="Last day compared.")]
    days: Annotated[int, Field(description="How far the two days of a payment may be apart.", examples=[5])]
    position: Annotated[int, Field(ge=0, description="Of the record it was compared with.")]
    fine: Annotated[bool, Field(description="Whether everything agrees.")]
    entries: list[EntryOut]
    currency: Literal["CNY"] = "CNY"
