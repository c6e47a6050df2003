"""Bars that lie, each under its own words: they can be read on a phone as on a desk.

For an <img> as those of `charts`; the page asks for the narrow picture where it is narrow.
"""

from collections.abc import Callable, Sequence

from markupsafe import Markup, escape

from gateway.console.kit.charts import COLOURS, FAINT, FONT, INK, WIDTH, Series

NARROW = 340
MOST_ROWS = 40
_SIDE, _WORDS, _BAR, _GAP, _LEGEND = 8, 20, 14, 8, 22
_FOR_VALUE, _LETTER = 76, 8  # pixels behind the longest bar, and of a wide letter


def row_chart(
    labels: Sequence[str],
    series: Sequence[Series],
    *,
    title: str,
    narrow: bool = False,
    shown: Callable[[float], str] = "{:g}".format,
) -> str:
    """The first MOST_ROWS rows; `shown` writes a value, `title` is for a screen reader."""
    labels = labels[:MOST_ROWS]
    width = NARROW if narrow else WIDTH
    above = _SIDE + (_LEGEND * len(series) if len(series) > 1 else 0)
    step = _WORDS + _BAR * len(series) + _GAP
    height = above + step * max(len(labels), 1)
    highest = max((value for one in series for value in one.values[:MOST_ROWS]), default=0) or 1
    room = width - 2 * _SIDE - _FOR_VALUE
    parts = [_head(width, height, title), *_legend(series)]
    for row, label in enumerate(labels):
        top = above + step * row
        parts.append(_text(_SIDE, top + 14, _cut(label, (width - 2 * _SIDE) // _LETTER)))
        for number, one in enumerate(series):
            value = one.values[row]
            parts += _bar(
                top + _WORDS + _BAR * number, room * value / highest, shown(value), number
            )
    return "".join(str(escape(part)) for part in (*parts, Markup("</svg>")))


def _head(width: int, height: int, title: str) -> Markup:
    return Markup(
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" width="{w}" height="{h}" '
        'role="img" font-family="{font}" font-size="14" fill="{ink}"><title>{title}</title>'
        '<rect width="{w}" height="{h}" fill="#ffffff"/>'
    ).format(w=width, h=height, font=FONT, ink=INK, title=title)


def _bar(y: float, long: float, value: str, number: int) -> list[Markup]:
    return [
        Markup('<line x1="{x}" y1="{y}" x2="{x}" y2="{end}" stroke="{faint}"/>').format(
            x=_SIDE, y=y, end=y + _BAR, faint=FAINT
        ),
        Markup('<rect x="{}" y="{}" width="{:.1f}" height="{}" fill="{}"/>').format(
            _SIDE, y + 1, long, _BAR - 2, COLOURS[number % len(COLOURS)]
        ),
        _text(_SIDE + long + 6, y + _BAR - 2, value),
    ]


def _text(x: float, y: float, words: str) -> Markup:
    return Markup('<text x="{:.1f}" y="{:.1f}">{}</text>').format(x, y, words)


def _legend(series: Sequence[Series]) -> list[Markup]:
    if len(series) < 2:
        return []
    square = Markup('<rect x="{}" y="{}" width="12" height="12" fill="{}"/>')
    return [
        part
        for number, one in enumerate(series)
        for part in (
            square.format(_SIDE, 8 + _LEGEND * number, COLOURS[number % len(COLOURS)]),
            _text(_SIDE + 18, 19 + _LEGEND * number, one.name),
        )
    ]


def _cut(words: str, most: int) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"
