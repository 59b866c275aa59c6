"""Use case of the map: units with outlines and money at a moment as GeoJSON."""

from __future__ import annotations

from pathlib import Path

from documents.open_data.geojson import UnitMoney, units_geojson
from service.county import County
from service.files import whole_file, write_pieces
from service.ledger import ledger_at
from service.planning import plans_at
from service.registers import Moment, register_at
from service.sealing import resting_on


def write_geojson(county: County, at: Moment, path: Path) -> None:
    """Write the map as known and effective at a moment. Raises `NothingRegistered`."""
    register = register_at(county, at)
    money = unit_money(county, at)
    about = {
        "position": at.position,
        "as_of": at.as_of and at.as_of.isoformat(),
        "rests_on": resting_on(county, at.position).as_json(),
    }
    whole_file(path, write_pieces(units_geojson(register, money, about)))


def unit_money(county: County, at: Moment) -> dict[str, UnitMoney]:
    """What every unit that gets any money gets at a moment, in fen."""
    money: dict[str, UnitMoney] = {}
    for life in plans_at(county, at).in_force():
        for line in life.content.lines if life.content is not None else ():
            funds = money.setdefault(line.unit, UnitMoney()).planned_by_fund_fen
            funds[line.fund] = funds.get(line.fund, 0) + line.amount_fen
    for row in ledger_at(county, at):
        if row.unit is not None:
            of_unit = money.setdefault(row.unit, UnitMoney())
            of_unit.committed_fen += row.committed_fen
            of_unit.paid_fen += row.disbursed_fen - row.returned_fen
    return money
