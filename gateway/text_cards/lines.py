"""A card in lines of text: where it stands, what room is left, what it costs; in two languages."""

from collections.abc import Iterable, Iterator
from datetime import date

from gateway.core.segments import Segments
from gateway.core.texts import _
from gateway.text_cards.cards import Card, Shown
from gateway.text_cards.redrawn import Grown, with_breaks
from gateway.text_cards.risks import RISKS
from gateway.text_cards.room import Left
from gateway.text_cards.sms import Sent
from gateway.ussd.drawing import Gettext

CHANNELS = {"ussd": _("screen"), "sms": _("SMS")}


def where_line(card: Card, branch: str, gettext: Gettext) -> str:
    """`Payday, 2.9: screen, SMS (about money)`; `branch` is what the first screen calls it."""
    number = card.screens[0].number if card.screens else ""
    place = ", ".join(part for part in (branch, number) if part)
    channels = ", ".join(gettext(CHANNELS[one]) for one in card.channels)
    found = f"{place}: {channels}" if place else channels
    return f"{found} ({gettext(RISKS[card.risk])})"


def room_lines(card: Card, locale: str, gettext: Gettext) -> list[str]:
    """What the widest data leave: a line for each network's page, and one for each SMS."""
    found = with_breaks(card, locale, card.room().get(locale, ()))
    return left_lines(found, card.messages, locale, gettext)


def left_lines(
    found: Iterable[Left], messages: Iterable[Sent], locale: str, gettext: Gettext
) -> list[str]:
    """A line for each network's page, and one for each SMS."""
    lines = [line for left in found for line in _left_lines(left, gettext)]
    costs = dict.fromkeys(_cost_line(one, locale, gettext) for one in messages)
    return [*lines, *costs]


def _left_lines(left: Left, gettext: Gettext) -> Iterator[str]:
    said = _("page of %(page)s: %(left)s left")
    if left.left < 0:
        said = _("page of %(page)s: %(over)s too many")
    if left.in_slot:
        said = _("page of %(page)s: %(left)s left where it stands")
    params = {"page": str(left.page), "left": str(left.left), "over": str(-left.left)}
    yield gettext(said) % params
    if left.until_break is not None:
        said = _("page of %(page)s: %(left)s left on this page, then it takes one page more")
        yield gettext(said) % (params | {"left": str(left.until_break)})


def grown_line(grown: Grown, gettext: Gettext) -> str:
    """That a screen takes a page more, and which choice goes there."""
    said = _("With this wording the screen takes %(count)s pages of %(page)s signs.")
    if grown.choice:
        said = _(
            "With this wording the screen takes %(count)s pages of %(page)s signs: “%(choice)s” "
            "moves to page %(number)s."
        )
    return gettext(said) % {
        "count": grown.count,
        "page": grown.page,
        "choice": grown.choice,
        "number": grown.number,
    }


def _cost_line(one: Sent, locale: str, gettext: Gettext) -> str:
    usual, widest = one.usual[locale], one.widest[locale]
    said = _("%(usual)s; with the longest names %(widest)s")
    params = {"usual": _segments(usual), "widest": _segments(widest)}
    return gettext(said) % params


def _segments(cost: Segments) -> str:
    return f"{cost.count} SMS ({cost.units})"


def screen_text(screen: Shown, locale: str) -> str:
    """Its pages one below the other, as in a cell of a spreadsheet."""
    return "\n-----\n".join(screen.pages[locale])


def seen_text(card: Card, locale: str) -> str:
    """The first screen that has it, or the SMS."""
    if card.screens:
        return screen_text(card.screens[0], locale)
    return card.messages[0].texts[locale]


def fact_lines(card: Card, on: date, gettext: Gettext) -> Iterator[str]:
    """When its SMS go out."""
    for said, params in card.facts(on):
        yield gettext(said) % params


def remark_text(card: Card) -> str:
    """What the translator asks of the reader, of the Lao and of the Latin text."""
    remarks = card.written.remarks
    found = {remarks.get("lo", ""), remarks.get("lo_Latn", "")} - {"", "as in lo"}
    return "; ".join(sorted(found))
