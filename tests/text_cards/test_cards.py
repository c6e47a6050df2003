"""Every text of a handset is on a card, on a screen that shows it, with the room that is left."""

import re
from datetime import date
from functools import cache

import pytest

from gateway.catalogues import LOCALES, load_gettext, read_messages
from gateway.core.segments import segment
from gateway.core.villages import VILLAGE
from gateway.menu_map.atlas import draw
from gateway.text_cards.cards import SMS, Card, Service, branches, cards, screens_of
from gateway.text_cards.lines import fact_lines, room_lines, where_line
from gateway.text_cards.risks import Risk
from gateway.ussd.pager import Budget
from gateway.ussd.screens import HOME, MORE, Confirm, Screen
from menus import build_menu

ON = date(2026, 12, 1)
PLACEHOLDER = re.compile(r"%\(\w+\)s")


@cache
def service() -> Service:
    return Service(
        tree=build_menu("1234"),
        gettext=load_gettext(),
        budget=Budget(),
        on=ON,
        service_code="*123#",
        hotline="1234",
    )


@cache
def all_cards() -> tuple[Card, ...]:
    return cards(service())


@cache
def by_template() -> dict[str, Card]:
    """{template: the card of its full text}."""
    return {
        one.template: card
        for card in all_cards()
        for one in card.messages
        if not one.short and card.key != VILLAGE
    }


def test_every_text_of_a_handset_is_on_one_card():
    assert sorted(card.key for card in all_cards()) == sorted(read_messages("lo_Latn"))


def test_a_text_that_stands_alone_is_one_that_comes_in_the_menu_s_place():
    alone = [card for card in all_cards() if card.screens and not card.screens[0].state]

    places = {place for card in alone for place in card.written.places}
    assert places == {"gateway/callbacks/ussd.py", "gateway/dialogue/host.py"}


@pytest.mark.parametrize("locale", LOCALES)
def test_a_text_is_read_on_each_screen_that_its_card_draws(locale: str):
    # A screen of two pages in Lao may be one in Latin letters.
    wanted = [card for card in all_cards() if locale == "lo" or card.key not in {MORE, HOME}]
    for card in wanted:
        pieces = [one for one in PLACEHOLDER.split(card.texts[locale]) if one.strip()]
        for screen in card.screens:
            assert gone(pieces, screen.pages[locale]) == [], (card.key, screen)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_text_is_read_in_each_sms_that_its_card_shows(locale: str):
    for card in all_cards():
        pieces = [one for one in PLACEHOLDER.split(card.texts[locale]) if one.strip()]
        for sms in card.messages:
            assert gone(pieces, (sms.texts[locale],)) == [], (card.key, sms)


def gone(pieces: list[str], pages: tuple[str, ...]) -> list[str]:
    """What a page's end has not divided and is on none."""
    drawn = "".join("".join(page.split("\n")[:-1]) for page in pages[:-1]) + pages[-1]
    drawn = drawn + "".join(pages)
    tight = re.sub(r"\s", "", drawn)
    return [one for one in pieces if re.sub(r"\s", "", one) not in tight]


def test_every_screen_of_the_menu_is_drawn_but_those_whose_texts_are_all_on_three_others():
    drawn = {screen.state for card in all_cards() for screen in card.screens}
    states = {state.name for state in service().tree.states if isinstance(state, Screen)}

    assert len(states - drawn) < 12
    assert drawn - states == {""}


def test_a_screen_is_drawn_as_on_the_menu_map():
    sections = draw(service().tree, "lo", load_gettext(), Budget(), ON)
    on_the_map = {one.name: one.pages for section in sections for one in section.cards}
    shown = next(
        screen for card in all_cards() for screen in card.screens if screen.state == "next_payment"
    )

    assert shown.pages["lo"] == on_the_map["next_payment"]


def test_what_stops_something_is_read_first():
    risks = [card.risk for card in all_cards()]
    asking = {one.text for one in service().tree.states if isinstance(one, Confirm)}

    assert risks == sorted(risks)
    assert asking <= {card.key for card in all_cards() if card.risk is Risk.STOPS}
    assert by_template()["payment_due"].risk is Risk.MONEY
    assert by_template()["opted_out"].risk is Risk.STOPS


def test_within_a_risk_the_screens_come_as_a_caller_meets_them():
    numbers = list(dict.fromkeys(one.name for section in sections() for one in section.cards))
    right = [
        numbers.index(card.screens[0].state)
        for card in all_cards()
        if card.risk is Risk.RIGHT and card.screens
    ]
    assert right == sorted(right)


@cache
def sections():
    return tuple(draw(service().tree, "lo", load_gettext(), Budget(), ON))


def test_the_cards_of_a_screen_lie_together():
    groups = list(screens_of(all_cards()))

    assert sorted(card.id for _screen, group in groups for card in group) == sorted(
        card.id for card in all_cards()
    )
    states = [screen.state for screen, _group in groups if screen and screen.state]
    assert len(states) == len(set(states))


def test_a_card_says_what_is_left_on_the_page_of_each_network():
    main = service().tree.state("main")
    assert isinstance(main, Screen)
    heading = next(card for card in all_cards() if card.key == main.heading)
    at_80, at_72 = heading.room()["lo"]

    assert (at_80.page, at_72.page) == (80, 72)
    assert at_80.left - at_72.left == 8
    assert room_lines(heading, "lo", load_gettext()["en"])[0] == (f"page of 80: {at_80.left} left")


def test_no_text_is_over_any_page():
    tight = [card.key for card in all_cards() for all_of in card.room().values() for one in all_of
             if one.left < 0]  # fmt: skip
    assert tight == []


def test_a_word_inside_a_value_is_bound_by_its_place():
    words = [card for card in all_cards() if any(one.in_slot for one in card.room().get("lo", ()))]

    assert "enrolled" in {card.written.english for card in words}
    assert all(one.left <= 100 for card in words for one in card.room()["lo"])


def test_an_sms_is_counted_with_data_as_they_are_and_with_the_widest():
    (sms,) = (one for one in by_template()["payment_due"].messages if not one.short)

    assert sms.usual["lo"] == segment(sms.texts["lo"])
    assert sms.widest["lo"].units > sms.usual["lo"].units


def test_a_reminder_says_on_which_days_it_goes_out():
    said = list(fact_lines(by_template()["payment_due"], ON, load_gettext()["en"]))

    assert [line[:4] for line in said] == ["T-3:", "T-1:"]


def test_a_card_says_where_it_stands():
    titles = branches(service(), "en")
    (card,) = (one for one in all_cards() if one.written.english == "Call me back")
    line = where_line(card, titles[card.branch], load_gettext()["en"])

    assert line == f"{titles[card.branch]}, {card.screens[0].number}: screen (about money)"
    assert by_template()["payment_due"].branch == SMS


def test_a_card_is_known_by_an_id_that_is_its_own():
    ids = [card.id for card in all_cards()]

    assert len({*ids}) == len(ids)
    assert all(re.fullmatch("[0-9a-f]{10}", one) for one in ids)
