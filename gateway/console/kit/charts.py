"""Charts drawn on the server: SVG for an <img>, never without a table beside it.

Attributes only, no style and no script: nothing for the content security policy to refuse.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, log10

from flask import Response, make_response
from markupsafe import Markup, escape

WIDTH, HEIGHT = 720, 260
COLOURS = ("#0b5f7c", "#c2571a", "#5a7f2a", "#7a4f9a")  # 4.5:1 on white, told apart without red
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 12, 18, 36
INK, FAINT = "#3d4852", "#d5dbe0"
FONT = "Noto Sans Lao, Noto Sans, Phetsarath OT, Helvetica, Arial, sans-serif"
_MOST_LABELS = 12


@dataclass(frozen=True)
class Series:
    """One colour: a name in the reader's language and a value for each label."""

    name: str
    values: Sequence[float]


def bar_chart(labels: Sequence[str], series: Sequence[Series], *, title: str) -> str:
    """Bars side by side for each label. `title` names the picture for a screen reader."""
    scale = _Scale(labels, series)
    group = scale.step * 0.72
    bar = group / max(len(series), 1)
    marks = [
        Markup('<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}" fill="{}"/>').format(
            scale.x(index) - group / 2 + bar * number,
            scale.y(value),
            max(bar - 2, 1),
            scale.y(0) - scale.y(value),
            COLOURS[number % len(COLOURS)],
        )
        for number, one in enumerate(series)
        for index, value in enumerate(one.values)
    ]
    return _picture(scale, marks, title)


def line_chart(labels: Sequence[str], series: Sequence[Series], *, title: str) -> str:
    """A line for each series over the labels."""
    scale = _Scale(labels, series)
    marks = []
    for number, one in enumerate(series):
        points = [(scale.x(index), scale.y(value)) for index, value in enumerate(one.values)]
        colour = COLOURS[number % len(COLOURS)]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
        marks.append(
            Markup('<polyline points="{}" fill="none" stroke="{}" stroke-width="2.5"/>').format(
                path, colour
            )
        )
        marks += [
            Markup('<circle cx="{:.1f}" cy="{:.1f}" r="3.5" fill="{}"/>').format(x, y, colour)
            for x, y in points
        ]
    return _picture(scale, marks, title)


def svg_response(svg: str) -> Response:
    """The picture as an image of its own URL, for this reader only."""
    response = make_response(svg)
    response.content_type = "image/svg+xml"
    response.headers["Cache-Control"] = "private, no-store"
    return response


class _Scale:
    """Where a label and a value lie in the picture."""

    def __init__(self, labels: Sequence[str], series: Sequence[Series]) -> None:
        self.labels = labels
        self.series = series
        highest = max((value for one in series for value in one.values), default=0)
        self.tick = _round_step(highest / 4)
        self.top = self.tick * max(ceil(highest / self.tick), 1)
        self.step = (WIDTH - _LEFT - _RIGHT) / max(len(labels), 1)
        self.above = _TOP + (22 if len(series) > 1 else 0)

    def x(self, index: int) -> float:
        return _LEFT + self.step * (index + 0.5)

    def y(self, value: float) -> float:
        room = HEIGHT - self.above - _BOTTOM
        return self.above + room * (1 - value / self.top)


def _round_step(least: float) -> float:
    """The smallest of 1, 2, 5, 10, 20, 50, ... that is not below `least`."""
    if least <= 1:
        return 1
    magnitude = 10.0 ** int(log10(least))
    return next(step * magnitude for step in (1, 2, 5, 10) if step * magnitude >= least)


def _picture(scale: _Scale, marks: Sequence[Markup], title: str) -> str:
    head = Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}" '
        'role="img" font-family="{font}" font-size="13" fill="{ink}"><title>{title}</title>'
        '<rect width="{w}" height="{h}" fill="#ffffff"/>'
    ).format(w=WIDTH, h=HEIGHT, font=FONT, ink=INK, title=title)
    parts = [head, *_grid(scale), *marks, *_label_texts(scale), *_legend(scale), Markup("</svg>")]
    return "".join(str(escape(part)) for part in parts)


def _grid(scale: _Scale) -> list[Markup]:
    lines = []
    for count in range(round(scale.top / scale.tick) + 1):
        value = count * scale.tick
        y = scale.y(value)
        lines.append(
            Markup(
                '<line x1="{}" y1="{y:.1f}" x2="{}" y2="{y:.1f}" stroke="{}"/>'
                '<text x="{}" y="{:.1f}" text-anchor="end">{}</text>'
            ).format(_LEFT, WIDTH - _RIGHT, FAINT, _LEFT - 8, y + 4, f"{value:g}", y=y)
        )
    return lines


def _label_texts(scale: _Scale) -> list[Markup]:
    every = ceil(len(scale.labels) / _MOST_LABELS) or 1
    return [
        Markup('<text x="{:.1f}" y="{}" text-anchor="middle">{}</text>').format(
            scale.x(index), HEIGHT - 12, label
        )
        for index, label in enumerate(scale.labels)
        if index % every == 0
    ]


def _legend(scale: _Scale) -> list[Markup]:
    if len(scale.series) < 2:
        return []
    wide = (WIDTH - _LEFT - _RIGHT) / len(scale.series)
    return [
        Markup(
            '<rect x="{:.1f}" y="8" width="12" height="12" fill="{}"/>'
            '<text x="{:.1f}" y="19">{}</text>'
        ).format(_LEFT + wide * n, COLOURS[n % len(COLOURS)], _LEFT + wide * n + 18, one.name)
        for n, one in enumerate(scale.series)
    ]
