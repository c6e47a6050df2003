"""The menu map as one picture: a band for each choice of the first screen, keys run to the right.

Part of the page, so that its boxes are links; attributes only, nothing for the policy to refuse.
Ways back and ways into another band are left out: they stand on the screens below.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from gateway.menu_map.atlas import Card, Section
from gateway.ussd.syllables import cut

BOX, TALL, ACROSS, DOWN = 170, 34, 208, 42
_MARGIN, _TRUNK, _TITLE = 4, 30, 34
_FILLS = {"menu": "#d8e9f1", "ask": "#fbe7cc", "end": "#e9edef"}
_INK, _LINE = "#1d2a31", "#6b7a83"
_TEXT_UNITS = 19


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
    parts = [head, *titles, *_lines(boxes, sections), *map(_drawn, boxes.values())]
    return Markup("").join([*parts, Markup("</svg>")])


def _lay_out(sections: Sequence[Section]) -> tuple[dict[str, _Box], list[Markup], float]:
    boxes = {
        card.name: _Box(card, _MARGIN + index * ACROSS, _MARGIN)
        for index, card in enumerate(sections[0].cards)
    }
    titles: list[Markup] = []
    y: float = _MARGIN + TALL
    for number, section in enumerate(sections[1:], 1):
        y += _TITLE
        titles.append(_twig(y - 12))
        titles.append(_text(_TRUNK + 2, y - 8, f"{number}  {section.title}", "700"))
        columns = section.columns()
        for column in columns:
            for row, card in enumerate(column):
                x = _MARGIN + _TRUNK + (card.depth - 1) * ACROSS
                boxes[card.name] = _Box(card, x, y + row * DOWN)
        y += max(map(len, columns), default=0) * DOWN
    return boxes, titles, y + _MARGIN


def _twig(y: float) -> Markup:
    """From the first screen down to the title of a band."""
    return Markup('<path d="M{x} {top}V{y:.0f}H{end}" fill="none" stroke="{colour}"/>').format(
        x=_MARGIN + 10, top=_MARGIN + TALL, y=y, end=_TRUNK - 4, colour=_LINE
    )


def _lines(boxes: Mapping[str, _Box], sections: Sequence[Section]) -> list[Markup]:
    pairs = {
        (card.name, target): None
        for section in sections[1:]
        for card in section.cards
        for way in card.ways
        for target in way.to
        if target in {one.name for one in section.cards}
    }
    return [
        _line(boxes[source], boxes[target])
        for source, target in pairs
        if boxes[source].x < boxes[target].x
    ]


def _line(source: _Box, target: _Box) -> Markup:
    x1, x2 = source.x + BOX, target.x
    y1, y2 = source.y + TALL / 2, target.y + TALL / 2
    bend = min((x2 - x1) / 2, 40)
    return Markup(
        '<path d="M{x1:.0f} {y1:.0f}C{c1:.0f} {y1:.0f} {c2:.0f} {y2:.0f} {x2:.0f} {y2:.0f}" '
        'fill="none" stroke="{colour}"/>'
    ).format(x1=x1, y1=y1, c1=x1 + bend, c2=x2 - bend, x2=x2, y2=y2, colour=_LINE)


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


def _text(x: float, y: float, text: str, weight: str = "400") -> Markup:
    return Markup('<text x="{}" y="{}" font-weight="{}">{}</text>').format(
        x, y, weight, escape(text)
    )
