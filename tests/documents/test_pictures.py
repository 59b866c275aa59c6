"""Pictures: outlines to paths, borders by cancelled edges, classes, labels that do not meet, curves and flows."""

from __future__ import annotations

import re
from decimal import Decimal
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from documents.report_pictures import curve_picture, flow_picture, fund_bars, unit_map
from documents.svg.bars import parts_bar, safe
from documents.svg.choropleth import choropleth
from documents.svg.classes import quantiles
from documents.svg.concentration import share_at
from documents.svg.flow import fund_class
from documents.svg.geometry import borders, centre, frame_around, outline
from documents.svg.labels import Box, place_labels, width_em, without_county, wrapped
from documents.svg.markup import label, spans, tag
from domain.register import Area
from tests.documents.county import CELL_E6, NORTH_E6, WEST_E6, register, square, view
from texts import Both, literal


def parsed(picture: Markup) -> ElementTree.Element:
    """The picture as XML; a picture that is not well-formed fails here."""
    return ElementTree.fromstring(str(picture))


def test_a_square_of_degrees_at_60_north_is_half_as_wide_as_high() -> None:
    area = Area(unit="u", polygons=((((0, 59_500_000), (10**6, 59_500_000), (10**6, 60_500_000), (0, 60_500_000)),),))
    frame = frame_around([area], width=1000, height_max=1000)
    assert (frame.width, frame.height) == (500, 1000)
    assert frame.place(0, 60_500_000) == (0, 0)


def test_an_outline_is_one_closed_path_of_relative_whole_steps() -> None:
    frame = frame_around([square("a", 0, 0)], width=100, height_max=1000)
    assert re.fullmatch(r"M0 0l100 0 0 \d+-100 0z", outline(square("a", 0, 0), frame))


def test_the_border_of_two_neighbours_leaves_out_the_edge_they_share() -> None:
    both = [square("a", 0, 0), square("b", 1, 0)]
    frame = frame_around(both, width=200, height_max=1000)
    path = borders(both, frame)
    assert path.count("M") == 1
    assert len(re.findall(r"-?\d+", path.split("l")[1])) == 12  # six edges of the double square, two numbers each


def test_the_border_of_units_apart_is_two_lines_and_of_none_nothing() -> None:
    apart = [square("a", 0, 0), square("c", 3, 0)]
    frame = frame_around(apart, width=400, height_max=1000)
    assert borders(apart, frame).count("M") == 2
    assert borders([], frame) == ""


def test_a_hole_is_taken_from_the_centre_of_gravity() -> None:
    hole = (10, 40), (10, 60), (30, 60), (30, 40)
    ring = (0, 0), (100, 0), (100, 100), (0, 100)
    assert centre([Area(unit="u", polygons=((ring,),))]) == (50, 50)
    found = centre([Area(unit="u", polygons=((ring, hole),))])
    assert found is not None
    assert found[0] > 50
    assert found[1] == 50
    assert centre([Area(unit="u", polygons=())]) is None


@given(st.lists(st.integers(0, 50), min_size=1, max_size=60))
def test_classes_cover_every_value_and_never_split_equal_ones(values: list[int]) -> None:
    scale = quantiles(values)
    assert 1 <= len(scale.bands) <= 5
    assert sum(band.members for band in scale.bands) == len(values)
    assert scale.bands[0].low == min(values)
    assert scale.bands[-1].high == max(values)
    for below, above in zip(scale.bands, scale.bands[1:], strict=False):
        assert below.high < above.low
    for value in values:
        band = scale.bands[scale.index(value)]
        assert band.low <= value <= band.high
    assert all(1 <= scale.shade(index) <= 5 for index in range(len(scale.bands)))


def test_ninety_different_values_make_five_classes_of_eighteen() -> None:
    assert [band.members for band in quantiles(range(90)).bands] == [18] * 5


@given(st.lists(st.tuples(st.integers(0, 800), st.integers(0, 800)), min_size=2, max_size=12))
def test_no_two_names_on_a_map_overlap(points: list[tuple[int, int]]) -> None:
    names = {str(n): Both(f"第{n}镇", f"Town {n}") for n in range(len(points))}
    wanted = {str(n): point for n, point in enumerate(points)}
    placed = place_labels(names, wanted, [(400, 400)], size=40, size_narrow=72, mark=22)
    boxes = []
    for one in placed:
        half = max(width_em(one.text.zh), width_em(one.text.en)) * 20
        boxes.append(Box(one.at[0] - half, one.at[1] - 36, one.at[0] + half, one.at[1] + 10))
    assert not any(a.meets(b) for n, a in enumerate(boxes) for b in boxes[n + 1 :])
    assert len(placed) >= 1


def test_the_countys_name_is_not_repeated_on_its_own_map() -> None:
    county = Both("米德尔斯堡", "Middlesbrough")
    names = {"1": Both("米德尔斯堡 001", "Middlesbrough 001"), "2": Both("米德尔斯堡", "Middlesbrough")}
    assert without_county(names, county) == {"1": literal("001"), "2": county}


@pytest.mark.parametrize(
    "text,expected",
    [
        ("short", ["short"]),
        ("Rural public services and upkeep", ["Rural public", "services an…"]),
        ("农村公共服务运行维护建设资金", ["农村公共服务运行", "维护建设资金"]),
        ("", []),
    ],
)
def test_a_long_name_is_broken_between_words_and_cut_with_an_ellipsis(text: str, expected: list[str]) -> None:
    assert wrapped(text, 8, 2) == expected


def test_the_map_has_a_link_for_every_unit_and_a_mark_for_every_site_with_its_position() -> None:
    found = view()
    drawn = unit_map(found)
    assert drawn is not None
    root = parsed(drawn.picture)
    links = {link.get("href") for link in root.iter("a")}
    assert links == {f"#u-{code}" for code in found.register.units}
    assert len([path for path in root.iter("path") if path.get("class") == "site"]) == len(found.plan.sites)
    assert sum(int(row.members) for row in drawn.legend) == len(found.units)
    title = root.find("title")
    assert title is not None
    assert title.text


def test_a_unit_without_households_is_drawn_without_a_class() -> None:
    county = register()
    unit = next(iter(county.units))
    found = view(county)
    empty = found.by_code[unit].unit
    assert empty.households > 0
    areas = [square("a", 0, 0), square("b", 1, 0)]
    from documents.svg.choropleth import Shape

    shapes = [Shape(areas[0], "t", 5, literal("a"), "#a"), Shape(areas[1], "t", None, literal("b"), "#b")]
    picture = choropleth(shapes, [], {}, quantiles([5]), title=literal("t"), description=literal("d"))
    assert [path.get("class") for path in parsed(picture).iter("path")][:2] == ["c3", "c0"]


def test_there_is_no_map_without_outlines() -> None:
    assert unit_map(view(register(areas=False))) is None
    with pytest.raises(ValueError, match="leave the map out"):
        choropleth([], [], {}, quantiles([1]), title=literal("t"), description=literal("d"))


def test_a_unit_without_a_position_is_marked_in_the_middle_of_its_outline() -> None:
    from documents.svg.geometry import position

    middle = (WEST_E6 + CELL_E6 // 2, NORTH_E6 - CELL_E6 // 2)
    assert position(None, None, square("a", 0, 0)) == middle
    assert position(1, 2, square("a", 0, 0)) == (1, 2)
    assert position(None, None, None) is None


def test_the_curve_is_read_between_its_points_along_the_straight_line() -> None:
    curve = [(Decimal("0.1"), Decimal("0.3")), (Decimal("0.5"), Decimal("0.7")), (Decimal(1), Decimal(1))]
    assert share_at(curve, Decimal("0.2")) == Decimal("0.4")
    assert share_at(curve, Decimal("0.05")) == Decimal("0.15")
    assert share_at([], Decimal("0.2")) == Decimal("0.2")


def test_the_curve_states_its_finding_for_those_who_do_not_see_it() -> None:
    found = view()
    root = parsed(curve_picture(found))
    description = root.find("desc")
    assert description is not None
    assert "The worst-off fifth of households gets" in (description.text or "")
    assert root.get("role") == "img"


def test_the_flow_has_a_ribbon_for_every_fund_and_township_that_share_money() -> None:
    found = view()
    picture = flow_picture(found)
    assert picture is not None
    ribbons = [path for path in parsed(picture).iter("path") if "ribbon" in (path.get("class") or "")]
    assert len(ribbons) == sum(1 for g in found.measures.townships for fen in g.fen_by_fund.values() if fen)


def test_very_many_townships_flow_into_the_largest_and_one_line_for_the_others() -> None:
    picture = flow_picture(view(register(30, 1)))
    assert picture is not None
    assert "其余 7 个乡镇" in str(picture)


def test_the_bar_of_a_fund_ends_where_its_money_ends() -> None:
    bars = fund_bars(view())
    for bar in bars:
        rects = list(parsed(bar.bar).iter("rect"))
        widths = [int(rect.get("width", "0")) for rect in rects]
        assert int(rects[-1].get("x", "0")) + widths[-1] <= 1003
        assert (rects[-1].get("class") == "p-rest") is bar.has_rest


def test_a_bar_of_nothing_is_empty() -> None:
    assert list(parsed(parts_bar({}, 0)).iter("rect")) == []


def test_codes_become_harmless_class_names() -> None:
    assert safe('a"b c<') == "a-b-c-"
    assert fund_class("beautiful", 7) == "f-beautiful"
    assert fund_class("anything", 7) == "f-more"


def test_text_and_attributes_of_elements_are_escaped() -> None:
    assert str(tag("text", "<&>", x='"')) == '<text x="&#34;">&lt;&amp;&gt;</text>'
    assert str(spans(Both("<", ">"))) == "<span lang=zh>&lt;</span><span lang=en>&gt;</span>"
    assert str(label(literal("7"))) == "<text>7</text>"
