"""The money of the mission: the two funds that every shipped register is planned with (M01, M02)."""

from __future__ import annotations

from datetime import date

from domain.money import FEN_PER_YUAN
from domain.register import Fund, Tranche


def mission_funds() -> list[Fund]:
    """`beautiful` and `service`, each three fifths arrived in spring and the rest announced for the summer."""
    return [
        Fund(
            code="beautiful",
            name_zh="“美丽工程”建设经费",
            name_en="Beautiful villages construction money",
            department="县委组织部",
            document_no="澄财行〔2026〕12号",
            budget_year=2026,
            purposes=("construction", "public-service-construction"),
            amount_fen=_fen(2_000_000),
            tranches=(
                Tranche(
                    code="beautiful-T1",
                    amount_fen=_fen(1_200_000),
                    due_on=date(2026, 3, 31),
                    arrived_on=date(2026, 3, 20),
                ),
                Tranche(code="beautiful-T2", amount_fen=_fen(800_000), due_on=date(2026, 7, 31)),
            ),
        ),
        Fund(
            code="service",
            name_zh="农村公共服务运行维护建设资金",
            name_en="Rural public services: operation, maintenance and construction",
            department="县财政局",
            document_no="澄财农〔2026〕8号",
            budget_year=2026,
            purposes=("maintenance", "operation", "public-service-construction", "service"),
            amount_fen=_fen(4_500_000),
            tranches=(
                Tranche(
                    code="service-T1",
                    amount_fen=_fen(2_700_000),
                    due_on=date(2026, 3, 31),
                    arrived_on=date(2026, 3, 20),
                ),
                Tranche(code="service-T2", amount_fen=_fen(1_800_000), due_on=date(2026, 7, 31)),
            ),
        ),
    ]


def _fen(yuan: int) -> int:
    return yuan * FEN_PER_YUAN
