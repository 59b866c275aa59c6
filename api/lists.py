"""Lists: filtered, sorted, cut into pages, and reduced to some fields, the same way everywhere.

A cursor holds the position of the record the first page was read at, so that pages fit together whatever is recorded
meanwhile, and how far the list was read. It is opaque to callers and made for one list, order and filter.
"""

from __future__ import annotations

import base64
import dataclasses
import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any, Generic, TypeVar

import msgspec
from fastapi import Depends, Query, Request
from pydantic import BaseModel, Field

from api.derived import values_of
from api.moments import Asked, Known, When, known
from api.problems import RequestUnclear
from domain.errors import Refusal
from service.county import County
from service.registers import Moment

LIMIT_MAX = 1000
Item = TypeVar("Item", bound=BaseModel)
Selection = dict[str, Any]
"""An item reduced to the fields asked for."""


class CursorUnreadable(Refusal):
    """A cursor that this list did not make."""

    code = "cursor-unreadable"
    sentence_en = "The cursor {given} does not belong to this list, its order and its filters."
    cure_en = "Take the `next` of the page before as it is, or begin again without a cursor."


class Page(BaseModel, Generic[Item]):
    """One page of a list."""

    items: Annotated[list[Item] | list[Selection], Field(description="Whole items, or only the `fields` asked for.")]
    total: Annotated[int, Field(ge=0, description="Items of the list, over all pages.")]
    next: Annotated[str | None, Field(description="Cursor of the next page; null on the last one.")] = None
    at: Annotated[Known, Field(description="The moment the list is of; the same on every page.")]
    currency: Annotated[str, Field(description="Of every field that ends in `_fen`.", examples=["CNY"])] = "CNY"


class _Cursor(msgspec.Struct, array_like=True):
    position: int
    start: int
    made_for: str


@dataclass(frozen=True)
class Listing:
    """How a list was asked for."""

    asked: Asked
    limit: int
    sort: tuple[str, ...]
    fields: tuple[str, ...]
    start: int
    position: int | None
    """That of the first page, on later ones."""
    made_for: str

    @property
    def window(self) -> slice:
        """The items this page needs of a list in its own order; all of them where another order was asked for."""
        return slice(None) if self.sort else slice(self.start, self.start + self.limit)

    def page_of(self, model: type[Item], part: Sequence[Mapping[str, Any]], total: int, at: Moment) -> Page[Item]:
        """The page whose items were made for its `window` alone, of a list of so many. Raises `RequestUnclear`."""
        if self.sort:
            return self.page(model, part, at)
        page = dataclasses.replace(self, start=0, made_for="").page(model, part, at)
        end = self.start + self.limit
        page.total = total
        page.next = _text_of(_Cursor(at.position, end, self.made_for)) if end < total else None
        return page

    def at(self, county: County) -> Moment:
        """The moment of the list: that of its first page."""
        if self.position is None:
            return self.asked.at(county)
        pinned = Moment(self.position, self.asked.as_of)
        return (
            pinned
            if self.asked.known_at is None
            else Moment(self.position, self.asked.as_of, self.asked.known_at.date())
        )

    def page(self, model: type[Item], rows: Iterable[Mapping[str, Any] | msgspec.Struct], at: Moment) -> Page[Item]:
        """The page of the rows, which are filtered already and have an order of their own.

        Rows are plain values, or structs with the fields of the model: of these only what the page shows is made plain.
        Raises `RequestUnclear`.
        """
        _must_be_fields(model, self.fields, "fields")
        chosen = self._sorted(model, list(rows))
        end = self.start + self.limit
        following = _Cursor(at.position, end, self.made_for) if end < len(chosen) else None
        names = self.fields or tuple(model.model_fields)
        items: Any = [
            values_of(row, names) if isinstance(row, msgspec.Struct) else {name: row[name] for name in names}
            for row in chosen[self.start : end]
        ]
        more = None if following is None else _text_of(following)
        return Page[model].model_construct(  # type: ignore[valid-type]
            items=items, total=len(chosen), next=more, at=known(at), currency="CNY"
        )

    def _sorted(self, model: type[Item], rows: list[Any]) -> Sequence[Any]:
        names = [one.removeprefix("-") for one in self.sort]
        _must_be_fields(model, names, "sort")
        for name, given in reversed(list(zip(names, self.sort, strict=True))):
            falling = given.startswith("-")
            rows.sort(key=_order_of(name, falling), reverse=falling)
        return rows


def _order_of(name: str, falling: bool) -> Callable[[Any], tuple[bool, Any]]:
    """Values in their order, what has none last."""

    def key(row: Any) -> tuple[bool, Any]:
        value = getattr(row, name) if isinstance(row, msgspec.Struct) else row[name]
        if value is None:
            return not falling, ""
        return falling, value if isinstance(value, int | str | Decimal | date) else str(value)

    return key


def _must_be_fields(model: type[BaseModel], names: Sequence[str], where: str) -> None:
    for name in names:
        if name not in model.model_fields:
            known_ones = ", ".join(model.model_fields)
            raise RequestUnclear(where=where, given=f"“{name[:40]}”", expected=f"an item has {known_ones}")


async def listing(
    request: Request,
    when: When,
    limit: Annotated[int, Query(ge=1, le=LIMIT_MAX, description="Items a page has at most.")] = 100,
    cursor: Annotated[str | None, Query(max_length=200, description="The `next` of the page before.")] = None,
    sort: Annotated[
        str | None, Query(max_length=200, description="Fields, comma-separated; `-` before one: falling.")
    ] = None,
    fields: Annotated[str | None, Query(max_length=500, description="Only these fields, comma-separated.")] = None,
) -> Listing:
    """How a list is asked for. Raises `CursorUnreadable`."""
    told = sorted(
        (name, value) for name, value in request.query_params.multi_items() if name not in ("cursor", "limit")
    )
    made_for = hashlib.sha256(msgspec.json.encode((request.url.path, told))).hexdigest()[:16]
    read = _Cursor(0, 0, made_for) if cursor is None else _read(cursor)
    if read.made_for != made_for or read.start < 0 or read.position < 0:
        raise CursorUnreadable(given=(cursor or "")[:40])
    position = read.position if cursor is not None else None
    return Listing(when, limit, _names(sort), _names(fields), read.start, position, made_for)


def _names(given: str | None) -> tuple[str, ...]:
    return tuple(dict.fromkeys(name for part in (given or "").split(",") if (name := part.strip())))


def _text_of(cursor: _Cursor) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(cursor)).decode().rstrip("=")


def _read(cursor: str) -> _Cursor:
    try:
        return msgspec.json.decode(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)), type=_Cursor)
    except (ValueError, msgspec.MsgspecError):
        raise CursorUnreadable(given=cursor[:40]) from None


Listed = Annotated[Listing, Depends(listing)]
