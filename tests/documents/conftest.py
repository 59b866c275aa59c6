"""What the tests of documents share: the invented county, and one whose every text is hostile."""

from __future__ import annotations

import msgspec
import pytest

from domain.measures import Measures
from domain.plan import Plan
from domain.policy.model import Policy
from domain.register import Register
from tests.documents.county import everything, register

HOSTILE = (
    "=1+1",
    "http://example.invalid/x",
    "@SUM(A1)",
    "+1",
    "-2+3",
    "<script>alert('x')</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ 7*7 }}{% raw %}",
    "[red]red[/red]",
    "a\u202eb\u0000c\u2028d",
    "mailto:a@b.c",
    "&amp; </style></title>",
    "\ud800",
    "internal:Sheet1!A1",
)
"""Names that would become a formula, a link, markup, a template or a control character somewhere."""


def hostile(county: Register) -> Register:
    """The same county with a hostile text wherever a text is free."""

    def names(index: int) -> dict[str, str]:
        return {"name_zh": HOSTILE[index % len(HOSTILE)] + str(index), "name_en": HOSTILE[-1 - index % len(HOSTILE)]}

    def free(index: int) -> str:
        return HOSTILE[index % len(HOSTILE)]

    replace = msgspec.structs.replace
    return replace(
        county,
        name_zh=HOSTILE[5],
        name_en=HOSTILE[6],
        note=HOSTILE[11] + HOSTILE[5],
        townships={code: replace(town, **names(n)) for n, (code, town) in enumerate(county.townships.items())},
        units={code: replace(unit, **names(n)) for n, (code, unit) in enumerate(county.units.items())},
        projects={
            code: replace(project, builder=free(n), responsible_post=free(n + 1), target=free(n + 2), **names(n))
            for n, (code, project) in enumerate(county.projects.items())
        },
        funds={
            code: replace(fund, department=free(n), document_no=free(n + 1), **names(n))
            for n, (code, fund) in enumerate(county.funds.items())
        },
    )


@pytest.fixture(scope="session")
def small() -> Register:
    """Three townships of four units each."""
    return register()


@pytest.fixture(scope="session")
def hostile_county() -> Register:
    """The small county with hostile texts."""
    return hostile(register())


@pytest.fixture(scope="session")
def case(small: Register) -> tuple[Register, Policy, Plan, Measures]:
    """Register, policy, plan and measures of the small county."""
    return everything(small)
