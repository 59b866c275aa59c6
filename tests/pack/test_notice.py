"""The notice on paper: every unit and its sum, the period, the checkpoint; per unit its reasons and its proof."""

from __future__ import annotations

import re
from datetime import date
from functools import partial
from html import unescape
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from documents.qr import VERSION_MAX, code_of
from domain.decisions.hearing import AnnouncePlan, ReviewPlan
from domain.money import yuan
from service.county import open_county
from service.disclosing import Discloser, FactNotSealed
from service.notices import PlanNotPublic, write_notice
from service.plan_life import content_now
from service.planning import compute, draft_and_propose
from service.policies import adopt_policy, read_policy
from service.registers import import_register
from tests.pack.auditor import checked
from tests.pack.sealed_year import SealedYear
from tests.service.small import PLANNER, REVIEWER, store_in, write_policy, write_register
from tests.year import PLAN, YearClock

if TYPE_CHECKING:
    pass

if TYPE_CHECKING:
    from playwright.sync_api import Browser


@pytest.fixture(scope="module")
def final(year: SealedYear, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("notice")
    noticed = write_notice(year.county, PLAN, folder, lang="zh")
    assert (noticed.units, noticed.proven) == (6, 6)
    return folder


def words(path: Path) -> str:
    """What a reader sees, without markup."""
    body = path.read_text(encoding="utf-8").split("<body>")[1]
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", body)))


def test_the_county_s_notice_names_every_unit_with_its_sum_and_the_checkpoint(year: SealedYear, final: Path) -> None:
    said = words(final / "notice.html")
    assert "小县2026年统筹资金分配方案公告" in said
    sums: dict[str, int] = {}
    for line in content_now(year.county, PLAN).lines:
        sums[line.unit] = sums.get(line.unit, 0) + line.amount_fen
    for unit, label in (
        ("v1", "一村"),
        ("v2", "二村"),
        ("v3", "三村"),
        ("v4", "四村"),
        ("v5", "五村"),
        ("v6", "六社区"),
    ):
        assert re.search(rf"{label} (示范点 )?{re.escape(yuan(sums[unit], unit=False))} ", said)
    assert yuan(sum(sums.values()), unit=False) in said
    for text in year.county.log.recorder.checkpoints()[1].note.splitlines():
        assert text in said
    assert "公示期内没有收到异议" in said
    assert "有异议怎么办" not in said


def test_the_sheet_of_a_unit_adds_up_and_says_why(year: SealedYear, final: Path) -> None:
    sheets = sorted((final / "units").iterdir())
    assert [sheet.name for sheet in sheets] == [f"{n}-v{n}.html" for n in range(1, 7)]
    for sheet in sheets:
        unit = sheet.stem.partition("-")[2]
        lines = [line for line in content_now(year.county, PLAN).lines if line.unit == unit]
        said = words(sheet)
        assert f"共 {yuan(sum(line.amount_fen for line in lines), unit=False)} 元" in said
        for line in lines:
            assert yuan(line.amount_fen, unit=False) in said
    assert "手工增加" in words(sheets[1])  # v2 got 100 yuan more by hand
    assert "后进" in words(sheets[0])


def test_the_code_on_a_sheet_is_that_of_a_payload_that_checks(year: SealedYear, final: Path, tmp_path: Path) -> None:
    discloser = Discloser(year.county)
    for recorded in year.county.log.facts():
        if recorded.fact.stored_name() == "plan.grant_noticed":
            payload = discloser.disclose(recorded.position).qr_text()
            (tmp_path / "qr.txt").write_text(payload, encoding="ascii")
            assert checked(tmp_path / "qr.txt", "--key", str(year.first_key)).code == 0
            code = code_of(payload)
            assert code is not None
            assert code.version <= VERSION_MAX
            unit = recorded.fact.unit  # type: ignore[attr-defined]  # of that name all have one
            sheet = (final / "units" / f"{unit[1:]}-{unit}.html").read_text(encoding="utf-8")
            assert str(code.picture) in sheet
            assert f"第 {code.version} 版" in sheet


def test_a_code_gets_as_much_correction_as_fits_and_none_is_made_that_no_phone_reads() -> None:
    small, large = code_of("A" * 1000), code_of("A" * 2500)
    assert small is not None
    assert large is not None
    assert small.version < large.version <= VERSION_MAX
    assert float(large.side_mm) <= 90
    assert code_of("A" * 2600) is None
    assert code_of("A" * 10_000) is None


def test_an_announced_plan_goes_out_with_its_period_and_how_to_object_and_without_codes(tmp_path: Path) -> None:
    with open_county(store_in(tmp_path), clock=YearClock()) as county:
        year = SealedYear(county, YearClock(), tmp_path)
        year.introduce_key()
        held = import_register(county, write_register(tmp_path / "register"), year.by(PLANNER)).register
        adopt_policy(county, read_policy(write_policy(tmp_path / "policy.yaml"), held), year.by(PLANNER))
        draft_and_propose(county, compute(county), PLANNER)
        county.decide(ReviewPlan(mandate=year.by(REVIEWER), plan=PLAN, opinion="sound"))
        year.seal()
        with pytest.raises(PlanNotPublic):
            write_notice(county, PLAN, tmp_path / "out")
        county.decide(AnnouncePlan(mandate=year.by(PLANNER), plan=PLAN, objections_until=date(2026, 1, 20)))
        with pytest.raises(FactNotSealed):
            write_notice(county, PLAN, tmp_path / "out")
        assert not (tmp_path / "out").exists()
        year.seal()
        assert write_notice(county, PLAN, tmp_path / "out", lang="en").proven == 0
    said = words(tmp_path / "out" / "notice.html")
    assert "Objections are possible from 12 January 2026 to 20 January 2026." in said
    assert "How to object" in said
    sheet = words(tmp_path / "out" / "units" / "1-v1.html")
    assert "proposed" in sheet
    assert "How to object" in sheet
    assert "Check it yourself" not in sheet


def note(kept: list[str], event: Any) -> None:
    """Keep what a page asks for or complains of."""
    kept.append(event.url if hasattr(event, "url") else event.text)


@pytest.mark.browser
def test_on_a4_a_unit_s_sheet_is_one_page_and_nothing_is_asked_of_any_network(final: Path, browser: Browser) -> None:
    for sheet in (final / "notice.html", final / "units" / "1-v1.html"):
        page = browser.new_page(viewport={"width": 794, "height": 1123})
        asked: list[str] = []
        complaints: list[str] = []
        page.on("request", partial(note, asked))
        page.on("console", partial(note, complaints))
        page.goto(sheet.as_uri())
        assert asked == [sheet.as_uri()]
        assert complaints == []
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        assert page.pdf(prefer_css_page_size=True).count(b"/Type /Page\n") == 1
        page.set_viewport_size({"width": 360, "height": 800})
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        page.close()
