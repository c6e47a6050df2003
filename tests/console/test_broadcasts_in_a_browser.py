"""The whole life of a broadcast by two people in a real browser, and the counting of its script."""

from random import Random

import pytest
from sqlalchemy import select, update

from gateway.console.kit.text_costs import counted
from gateway.messaging.broadcasts.expansion import expand_broadcast
from gateway.messaging.broadcasts.lifecycle import finish_broadcasts
from gateway.messaging.tables import broadcasts, messages
from gateway.registry.tables import beneficiaries
from tests.console.ledger import put_broadcast
from tests.service import Service

pytestmark = pytest.mark.chromium

LAO = "ນ້ຳຖ້ວມ. ວັນຈ່າຍເງິນຍ້າຍໄປ 28/11. ໂທ *123# ເພື່ອຖາມ."
LATIN = "Nam thouam. Van chay ngeun nyay pai 28/11. Tho *123# pheua tham."
ENGLISH = "Flood: the payday moves to 28/11. Dial *123# to ask."
_DEAR = ["“”", "₭", "🔥", "é", "ô", "ñ", "–", "…", "{}[]~^|\\€", "ໂພນແກ້ວ", "đ", "\u00a0x"]


def _only(service: Service):
    with service.database.reading() as connection:
        return connection.execute(select(broadcasts)).one()


def _deliver(service: Service) -> None:
    """What workers and the operator do."""
    row = _only(service)
    expand_broadcast(service.database, row.id, default_locale="lo", now=service.clock())
    with service.database.writing() as connection:
        ids = list(connection.execute(select(messages.c.id)).scalars())
        for index, message_id in enumerate(ids):
            state = "failed" if index % 9 == 0 else "delivered"
            connection.execute(
                update(messages)
                .where(messages.c.id == message_id)
                .values(state=state, sent_at=service.clock())
            )


@pytest.mark.parametrize(("locale", "width"), [("en", 1280), ("lo", 360)])
def test_the_life_of_a_broadcast_by_two_people(service: Service, browser, locale: str, width: int):
    author = browser("operator", width=width, locale=locale, email="noy@example.la")
    approver = browser("approver", width=width, locale=locale, email="keo@example.la")

    def seen(one, name: str) -> None:
        one.check()
        one.shoot(f"broadcast-{name}-{locale}-{width}")

    _write(author, seen)
    _submit(author, seen)
    _approve(approver, seen)
    service.clock.move(seconds=30)
    _deliver(service)
    service.clock.move(seconds=30)
    page = approver.page
    page.wait_for_selector("progress:not([value='0'])")
    page.click("form[action$='/pause'] button")
    page.wait_for_selector("form[action$='/resume']")
    seen(approver, "paused")
    page.click("form[action$='/resume'] button")
    page.wait_for_selector("form[action$='/pause']")
    with service.database.writing() as connection:
        finish_broadcasts(connection, now=service.clock())

    page = author.open(f"broadcasts/{_only(service).id}")
    page.locator(".chart").scroll_into_view_if_needed()
    page.locator(".chart").evaluate("picture => picture.decode()")
    seen(author, "done")
    author.open("broadcasts/")
    seen(author, "list")
    assert _only(service).state == "done"


def _write(author, seen) -> None:
    """From the list to a saved draft, with one character too dear on the way."""
    page = author.open("broadcasts/")
    page.click("a[href$='/broadcasts/new']")
    page.wait_for_selector("[data-ready]")
    page.fill("#name", "Payday moves")
    page.fill("#text_lo", LAO)
    page.fill("#text_lo_latn", LATIN)
    page.fill("#text_en", f"{ENGLISH} ໂພນແກ້ວ")
    assert page.locator("#text_en-cost mark").count() > 0
    seen(author, "dear")
    page.fill("#text_en", ENGLISH)
    everybody = page.locator(".reach strong").inner_text()
    page.locator("#district input").first.check()
    page.wait_for_selector("details.places summary")
    assert page.locator(".reach strong").inner_text() != everybody
    page.click("details.places summary")
    seen(author, "written")
    page.click("button[value=save]")
    page.wait_for_selector(".phones")
    assert page.locator(".phones .handset").count() == 3
    seen(author, "draft")


def _submit(author, seen) -> None:
    page = author.page
    page.click("form[action$='/submit'] button")
    page.wait_for_selector(".decision")
    assert page.locator("form[action$='/approve']").count() == 0
    seen(author, "submitted")


def _approve(approver, seen) -> None:
    """From the first page, where it waits, to its going out."""
    page = approver.open("")
    page.click("a[href*='broadcasts/?state=submitted']")
    page.click("td a")
    page.wait_for_selector("form[action$='/approve']")
    seen(approver, "to-approve")
    page.click("form[action$='/approve'] button")
    page.wait_for_selector("progress")
    seen(approver, "running")


def test_a_broadcast_is_dropped_by_keyboard_alone(service: Service, browser):
    broadcast_id = put_broadcast(service)
    author = browser("operator", width=360)
    page = author.open(f"broadcasts/{broadcast_id}")

    page.focus("form[action$='/cancel'] button")
    with page.expect_navigation():
        page.keyboard.press("Enter")

    assert _only(service).state == "cancelled"


def _written() -> list[tuple[str, str]]:
    """(locale, text): the boundaries, and texts made by chance of what costs more or less."""
    boundaries = [("en", "x" * length) for length in (0, 1, 159, 160, 161, 305, 306, 307, 459, 460)]
    boundaries += [("en", "x" * 159 + "€"), ("en", "x" * 152 + "€" * 5), ("en", "€" * 80 + "x")]
    boundaries += [("lo", "ກ" * length) for length in (69, 70, 71, 134, 135, 201, 202)]
    boundaries += [("en", "🔥" * length) for length in (35, 36, 67, 68)]
    boundaries += [
        ("lo", "ຫນ ຫມ ເເ ນໍ້າ ນ້ໍາ"),
        ("lo", "ນ\u200bໍ\u200bາ"),
        ("lo_Latn", "ô ç ē “karaoke” ₭ 1\u00a0000"),
        ("en", "a\nb"),
        ("en", "e\u0301"),
    ]
    random = Random(856)
    pieces = [*_DEAR, *"abc xyz 0123", "ສະບາຍດີ", "ນໍ້າ", "\n"]
    made = [
        (random.choice(("lo", "lo_Latn", "en")), "".join(random.choices(pieces, k=length)))
        for length in random.choices(range(200), k=60)
    ]
    return boundaries + [(locale, text.strip()) for locale, text in made]


def test_the_script_counts_as_the_gateway_does(browser):
    author = browser("operator")
    page = author.open("broadcasts/new")
    page.wait_for_selector("[data-ready]")
    fields = {"lo": "#text_lo", "lo_Latn": "#text_lo_latn", "en": "#text_en"}

    wrong: list[tuple[str, str, str]] = []
    for locale, text in _written():
        page.fill(fields[locale], text)
        shown = page.locator(f"{fields[locale]}-cost")
        right = counted(text, locale)
        line = f"{right.units} of {right.room} characters, {right.segments} SMS"
        if shown.locator(".units").inner_text() != line:
            wrong.append((text, shown.inner_text(), line))
        if shown.locator("mark").all_inner_texts() != list(right.dear):
            wrong.append((text, shown.inner_text(), " ".join(right.dear)))

    assert wrong == []
    author.check()


@pytest.mark.parametrize(("locale", "width"), [("en", 1280), ("lo", 360)])
def test_a_broadcast_is_sent_back_tried_and_followed_up(
    service: Service, browser, locale: str, width: int
):
    broadcast_id = put_broadcast(service, submitted=True)
    approver = browser("approver", width=width, locale=locale)
    page = approver.open(f"broadcasts/{broadcast_id}")
    page.click(".decision summary")
    page.fill("#reason", "ຂຽນວັນໃສ່ນຳ")
    page.click(".decision .panel .action")
    operator = browser("operator", width=width, locale=locale)
    page = operator.open(f"broadcasts/{broadcast_id}")
    page.click("details.panel summary")
    page.fill("#number", "020 5551 2399")
    operator.shoot(f"broadcast-sent-back-{locale}-{width}")
    operator.check()
    page.click("details.panel .action")
    page.locator(".flash.done").wait_for()

    with service.database.writing() as connection:
        start = {"state": "done", "approved_by": "approver@example.la", "start_at": service.clock()}
        connection.execute(update(broadcasts).values(**start))
        connection.execute(update(beneficiaries).values(created_at=service.clock()))
    operator.open(f"broadcasts/{broadcast_id}/people")
    operator.shoot(f"broadcast-people-{locale}-{width}")
    operator.check()
    operator.open(f"broadcasts/new?follow={broadcast_id}")
    operator.shoot(f"broadcast-follow-{locale}-{width}")
    operator.check()
