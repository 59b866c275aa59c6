"""Registers and areas as files: what comes in from spreadsheets and folders of tables, and goes out the same way."""

from intake.areas import neighbours, read_areas
from intake.faults import CellFault, IntakeFault, RegisterFaults
from intake.limits import Limits
from intake.register_csv import write_register_folder
from intake.register_file import read_register
from intake.register_xlsx import write_register_workbook
from intake.template import write_template

__all__ = [
    "CellFault",
    "IntakeFault",
    "Limits",
    "RegisterFaults",
    "neighbours",
    "read_areas",
    "read_register",
    "write_register_folder",
    "write_register_workbook",
    "write_template",
]
