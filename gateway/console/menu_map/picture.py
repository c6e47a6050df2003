"""The menu map as one picture: a band for each choice of the first screen, keys run to the right.

Part of the page, so that its boxes are links; attributes only, nothing for the policy to refuse.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from gateway.console.menu_map.atlas import Card, Section
from gateway.ussd.syllables import cut

BOX, TALL, ACROSS, DOWN = 168, 34, 228, 44
_MARGIN, _TITLE = 8, 30
_FILLS = {"menu": "#d8e9f1", "ask": "#fbe7cc", "end": "#e9edef"}
_INK, _LINE, _BACKWARDS = "#1d2a31", "#6b7a83", "#b9c3c9"
_TEXT_UNITS = 17


@dataclass(frozen=True)
class _Box:
    card: Card
    x: float
    y: float


def picture(sections: Sequence[Section], label: str) -> Markup:
    """An <svg> whose boxes lead to #screen-<state>; `label` names it for a screen reader."""
    boxes, titles, height = _lay_out(sections)
    width = max(box.x for box in boxes.values()) + BOX + _MARGIN
    head = Markup(
        '<svg class="menu-picture" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {w} {h}" '
        'width="{w}" height="{h}" role="group" aria-label="{label}" font-size="13" fill="{ink}">'
    ).format(w=round(width), h=round(height), label=label, ink=_INK)
    parts = [head, *_lines(boxes, sections), *titles, *map(_drawn, boxes.values())]
    return Markup("").join([*parts, Markup("</svg>")])


def _lay_out(sections: Sequence[Section]) -> tuple[dict[str, _Box], list[Markup], float]:
    boxes: dict[str, _Box] = {}
    titles: list[Markup] = []
    y: float = _MARGIN
    for section in sections:
        if section.title:
            titles.append(_text(_MARGIN + ACROSS, y + 18, section.title, ' font-weight="700"'))
            y += _TITLE
        rows = 0
        for column in section.columns():
            for row, card in enumerate(column):
                x = _MARGIN + card.depth * ACROSS
                boxes[card.name] = _Box(card, x, y + row * DOWN)
            rows = max(rows, len(column))
        y += rows * DOWN + _MARGIN
    return boxes, titles, y


def _lines(boxes: Mapping[str, _Box], sections: Sequence[Section]) -> list[Markup]:
    drawn = {
        (box.card.name, target): None
        for box in boxes.values()
        for way in box.card.ways
        for target in way.to
        if target != box.card.name and target in boxes
    }
    start = sections[0].cards[0].name
    # From the first screen one line a band is enough: to its first box.
    firsts = {section.cards[0].name for section in sections if section.cards}
    wanted = [
        (boxes[source], boxes[target])
        for source, target in drawn
        if source != start or target in firsts
    ]
    wanted.sort(key=lambda pair: pair[0].x < pair[1].x)
    return [_line(source, target) for source, target in wanted]


def _line(source: _Box, target: _Box) -> Markup:
    forwards = source.x < target.x
    x1, x2 = source.x + BOX, target.x if forwards else target.x + BOX
    y1, y2 = source.y + TALL / 2, target.y + TALL / 2
    bend = (x2 - x1) / 2 if forwards else 26
    return Markup(
        '<path d="M{x1:.0f} {y1:.0f}C{c1:.0f} {y1:.0f} {c2:.0f} {y2:.0f} {x2:.0f} {y2:.0f}" '
        'fill="none" stroke="{colour}"{dash}/>'
    ).format(
        x1=x1,
        y1=y1,
        c1=x1 + bend,
        c2=x2 - bend if forwards else x2 + bend,
        x2=x2,
        y2=y2,
        colour=_LINE if forwards else _BACKWARDS,
        dash="" if forwards else Markup(' stroke-dasharray="4 3"'),
    )


def _drawn(box: _Box) -> Markup:
    first_line = box.card.pages[0].split("\n", 1)[0]
    shape = Markup(
        '<rect x="{}" y="{}" width="{}" height="{}" rx="{}" fill="{}" stroke="{}"/>'
    ).format(
        box.x, box.y, BOX, TALL, 17 if box.card.kind == "end" else 4, _FILLS[box.card.kind], _LINE
    )
    label = f"{box.card.number}  {cut(first_line, _TEXT_UNITS)}"
    return Markup('<a href="#screen-{}">{}{}</a>').format(
        box.card.name, shape, _text(box.x + 9, box.y + 22, label)
    )


def _text(x: float, y: float, text: str, more: str = "") -> Markup:
    return Markup('<text x="{}" y="{}"{}>{}</text>').format(x, y, Markup(more), escape(text))  # noqa: S704 - our own attributes
