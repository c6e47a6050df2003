"""Charts as SVG."""

from itertools import pairwise
from xml.etree.ElementTree import Element, fromstring

import pytest
from flask import Flask

from gateway.console.kit.charts import HEIGHT, WIDTH, Series, bar_chart, line_chart, svg_response

SVG = "{http://www.w3.org/2000/svg}"
DAYS = ["18/11", "19/11", "20/11"]
SENT, READ = Series("Sent", [10, 40, 25]), Series("Delivered", [5, 40, 0])


def _drawn(svg: str) -> Element:
    return fromstring(svg)  # noqa: S314 - drawn two lines above


def _all(svg: str, tag: str) -> list[Element]:
    return list(_drawn(svg).iter(SVG + tag))


def _texts(svg: str) -> list[str]:
    return [one.text or "" for one in _all(svg, "text")]


def _bars(svg: str) -> list[Element]:
    return [one for one in _all(svg, "rect") if one.get("fill") != "#ffffff"]


def _number(element: Element, name: str) -> float:
    return float(element.attrib[name])


def test_a_bar_is_as_high_as_its_value():
    heights = [_number(bar, "height") for bar in _bars(bar_chart(DAYS, [SENT], title="x"))]

    assert heights[1] == pytest.approx(4 * heights[0], rel=0.01)
    assert heights[2] == pytest.approx(2.5 * heights[0], rel=0.01)


def test_bars_of_one_day_stand_side_by_side_and_not_on_each_other():
    bars = _bars(bar_chart(DAYS, [SENT, READ], title="x"))
    spans = sorted(
        (_number(bar, "x"), _number(bar, "x") + _number(bar, "width"))
        for bar in bars
        if "height" in bar.attrib and bar.get("width") != "12"
    )

    assert len(spans) == 6
    assert all(end < start for (_, end), (start, _) in pairwise(spans))


def test_a_line_goes_through_every_value():
    svg = line_chart(DAYS, [SENT, READ], title="x")
    lines = [one.attrib["points"].split() for one in _all(svg, "polyline")]

    assert [len(line) for line in lines] == [3, 3]
    assert len(_all(svg, "circle")) == 6


@pytest.mark.parametrize(
    ("label", "values", "ticks"),
    [
        ("nothing happened", [0, 0], ["0", "1"]),
        ("one", [1, 0], ["0", "1"]),
        ("a few", [4, 3], ["0", "1", "2", "3", "4"]),
        ("tens", [37, 2], ["0", "10", "20", "30", "40"]),
        ("hundreds", [430, 2], ["0", "200", "400", "600"]),
        ("many", [4_000_000, 2], ["0", "1000000", "2000000", "3000000", "4000000"]),
    ],
)
def test_the_scale_has_round_numbers(label: str, values: list[int], ticks: list[str]):
    svg = bar_chart(["", ""], [Series("x", values)], title="x")

    assert [f"{float(text):.0f}" for text in _texts(svg) if text] == ticks, label


@pytest.mark.parametrize("count", [0, 1, 24, 31, 365])
def test_labels_never_crowd_and_everything_lies_inside(count: int):
    svg = bar_chart([str(n) for n in range(count)], [Series("x", range(count))], title="x")

    middle = [one for one in _all(svg, "text") if one.get("text-anchor") == "middle"]
    assert len(middle) <= 12
    for bar in _bars(svg):
        assert 0 <= _number(bar, "x") <= WIDTH - _number(bar, "width")
        assert 0 <= _number(bar, "y") <= HEIGHT - _number(bar, "height")


def test_a_chart_of_nothing_at_all_is_drawn():
    assert _drawn(bar_chart([], [], title="x")).get("width") == str(WIDTH)
    assert _drawn(line_chart([], [Series("x", [])], title="x")).get("width") == str(WIDTH)


def test_series_are_named_where_there_are_several():
    assert "Sent" not in _texts(bar_chart(DAYS, [SENT], title="x"))
    assert {"Sent", "Delivered"} <= set(_texts(bar_chart(DAYS, [SENT, READ], title="x")))


def test_names_cannot_draw_anything():
    svg = bar_chart(["<b>"], [Series("</svg><script>", [1]), SENT], title='"><script>')

    assert "<script>" not in svg
    assert "<b>" in _texts(svg)
    assert _all(svg, "title")[0].text == '"><script>'


def test_there_is_nothing_for_the_security_policy_to_refuse():
    svg = bar_chart(DAYS, [SENT], title="x") + line_chart(DAYS, [SENT], title="x")

    assert "style" not in svg
    assert "href" not in svg


def test_the_picture_is_an_image_of_this_reader_only():
    with Flask(__name__).test_request_context():
        response = svg_response(bar_chart(DAYS, [SENT], title="x"))

    assert response.content_type == "image/svg+xml"
    assert response.headers["Cache-Control"] == "private, no-store"
