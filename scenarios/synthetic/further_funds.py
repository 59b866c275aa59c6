"""What a county could pool beside the mission's two funds, to exercise M04-M10: imported on top, never by default."""

from __future__ import annotations

from datetime import date

from domain.money import FEN_PER_YUAN
from domain.register import Fund, Pledge, Tranche

YEAR = 2026
ARRIVAL = date(2026, 3, 20)


def further_funds() -> list[Fund]:
    """Departmental funds, a higher-level grant, helpers' pledges: imported on top, not part of the mission."""
    return [
        _departmental(
            code="roads",
            name_zh="农村公路养护与通组路补助",
            name_en="Rural roads",
            department="县交通运输局",
            document_no="澄交计〔2026〕5号",
            amount_yuan=600_000,
            purposes=("construction", "maintenance"),
            eligibility="kind == 'village'",
        ),
        _departmental(
            code="water",
            name_zh="农村饮水与小型水利资金",
            name_en="Drinking water and small waterworks",
            department="县水利局",
            document_no="澄水〔2026〕9号",
            amount_yuan=800_000,
            purposes=("construction", "maintenance"),
            eligibility="kind == 'village'",
        ),
        _departmental(
            code="elderly",
            name_zh="养老服务体系建设补助",
            name_en="Care for the elderly",
            department="县民政局",
            document_no="澄民〔2026〕14号",
            amount_yuan=500_000,
            purposes=("operation", "public-service-construction", "service"),
        ),
        _departmental(
            code="culture",
            name_zh="公共文化服务体系建设资金",
            name_en="Public culture",
            department="县文化广电旅游体育局",
            document_no="澄文〔2026〕6号",
            amount_yuan=300_000,
            purposes=("construction", "service"),
        ),
        Fund(
            code="revitalisation",
            name_zh="省级衔接推进乡村振兴补助资金",
            name_en="Provincial grant for rural revitalisation",
            department="县农业农村局",
            document_no="省财农〔2026〕31号",
            budget_year=YEAR,
            purposes=("construction", "public-service-construction"),
            amount_fen=_fen(1_500_000),
            tranches=(
                Tranche(code="revitalisation-T1", amount_fen=_fen(600_000), due_on=date(2026, 4, 30),
                        arrived_on=date(2026, 4, 22)),
                Tranche(code="revitalisation-T2", amount_fen=_fen(900_000), due_on=date(2026, 9, 30)),
            ),
            eligibility="poor and kind == 'village'",
        ),
        Fund(
            code="helpers",
            name_zh="帮扶单位资金",
            name_en="Money of the helping bodies",
            department="县委组织部",
            document_no="澄组通〔2026〕18号",
            budget_year=YEAR,
            purposes=("construction", "public-service-construction", "service"),
            amount_fen=_fen(420_000),
            pledges=(
                Pledge(code="helpers-bank", by="县农村商业银行", kind="money", amount_fen=_fen(200_000),
                       due_on=date(2026, 6, 30), arrived_fen=_fen(80_000)),
                Pledge(code="helpers-coop", by="县供销合作社（农用物资）", kind="in_kind", amount_fen=_fen(35_000),
                       due_on=date(2026, 10, 31)),
                Pledge(code="helpers-forestry", by="县林业局（绿化苗木）", kind="in_kind", amount_fen=_fen(60_000),
                       due_on=date(2026, 5, 31), arrived_fen=_fen(60_000)),
                Pledge(code="helpers-power", by="县供电公司", kind="money", amount_fen=_fen(120_000),
                       due_on=date(2026, 3, 31), arrived_fen=_fen(120_000)),
                Pledge(code="helpers-tobacco", by="县烟草专卖局", kind="money", amount_fen=_fen(100_000),
                       due_on=date(2026, 3, 31)),
            ),
            eligibility="backward",
        ),
    ]  # fmt: skip


def _departmental(
    *,
    code: str,
    name_zh: str,
    name_en: str,
    department: str,
    document_no: str,
    amount_yuan: int,
    purposes: tuple[str, ...],
    eligibility: str | None = None,
) -> Fund:
    """A fund of one department, arrived at once."""
    amount_fen = _fen(amount_yuan)
    return Fund(
        code=code,
        name_zh=name_zh,
        name_en=name_en,
        department=department,
        document_no=document_no,
        budget_year=YEAR,
        purposes=purposes,
        amount_fen=amount_fen,
        tranches=(Tranche(code=f"{code}-T1", amount_fen=amount_fen, due_on=ARRIVAL, arrived_on=ARRIVAL),),
        eligibility=eligibility,
    )


def _fen(yuan: int) -> int:
    return yuan * FEN_PER_YUAN
