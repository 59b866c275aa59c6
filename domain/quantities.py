"""What projects use up beside money, by the column of the register: crew-days, cement, machine hours (M26)."""

from __future__ import annotations

from fractions import Fraction

from domain.figures import figure_name
from domain.register import Project, Register


def quantity_names(register: Register) -> dict[str, str]:
    """Every name a policy may call such a column by -> its header: the header itself, and as expressions write it."""
    headers = sorted({header for project in register.projects.values() for header in project.quantities})
    return {figure_name(header): header for header in headers} | {header: header for header in headers}


def quantity(project: Project, header: str) -> Fraction:
    """What a project uses up, exactly; an empty cell is nothing used."""
    return Fraction(project.quantities.get(header, 0))
