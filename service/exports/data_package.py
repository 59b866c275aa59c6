"""Use case of the data package: register, plans, ledger and decisions at a moment as one archive of CSV tables."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from documents.open_data.columns import Table
from documents.open_data.package import About, write_data_package
from documents.open_data.record_tables import PlanTold, decisions_table, ledger_table, plan_tables
from documents.open_data.register_tables import register_tables
from domain.register import Register
from service.county import County
from service.files import whole_file
from service.ledger import ledger_at
from service.planning import plans_at
from service.registers import Moment, counting, register_at
from service.sealing import resting_on
from texts import Both


def write_package(county: County, at: Moment, path: Path) -> None:
    """Write the archive as known and effective at a moment. Raises `NothingRegistered`."""
    register = register_at(county, at)
    tables = tables_of(county, at, register)
    rests = resting_on(county, at.position)
    about = About(
        county=Both(register.name_zh, register.name_en),
        store_id=rests.store_id,
        position=at.position,
        as_of=at.as_of,
        last_recorded_at=last_recorded(county, at),
        rests_on=rests.sentences,
        rests_on_json=rests.as_json(),
    )
    whole_file(path, lambda draft: write_data_package(draft, tables, about))


def tables_of(county: County, at: Moment, register: Register) -> list[Table]:
    """Every table of the package, those others refer to first."""
    plans = [
        PlanTold(plan, str(life.state), life.content)
        for plan, life in sorted(plans_at(county, at).plans.items())
        if life.content is not None
    ]
    record = [*plan_tables(plans), ledger_table(ledger_at(county, at)), decisions_table(counting(county, at))]
    return [*register_tables(register), *record]


def last_recorded(county: County, at: Moment) -> datetime:
    """When the last fact known at a moment was recorded: the hour of what is made of these facts and no others."""
    return next(iter(county.log.facts(after=at.position - 1, until=at.position))).recorded_at
