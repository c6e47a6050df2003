"""People changed by hand in a real browser, in both languages."""

from datetime import date
from typing import Any

import pytest

from gateway.registry.pins import check_pin
from gateway.settings import Settings
from tests.console.people import change, person, put_pair
from tests.service import Service

pytestmark = pytest.mark.chromium
SIZES = pytest.mark.parametrize(("locale", "width"), [("en", 1280), ("lo", 360)])


@SIZES
def test_a_woman_is_registered(service: Service, browser: Any, locale: str, width: int):
    known = person(service)
    operator = browser("operator", width=width, locale=locale)
    page = operator.open("beneficiaries/register")
    operator.check()
    page.select_option("#district", str(known.district_id))
    page.click("main form button[type=submit]")
    operator.check()

    page.fill("#registration_no", "26000900")
    page.fill("#name", known.name)
    page.fill("#msisdn", "020 5550 0001")
    page.check("#category input[value=child]")
    page.fill("#child_dob", known.child_dob.isoformat())
    for place in ("village", "health_centre", "pay_point"):
        page.select_option(f"#{place}", str(getattr(known, f"{place}_id")))
    page.click("main form button[type=submit]")
    operator.shoot(f"register-{locale}-{width}")
    operator.check()
    page.click("main button[value=yes]")

    assert page.url.split("/")[-1] not in {"register", str(known.id)}
    operator.check()


@SIZES
def test_a_birth_of_twins_and_a_loss_are_entered(
    service: Service, browser: Any, locale: str, width: int
):
    known = person(service)
    change(service, known.id, category="pregnant", child_dob=None, edd=date(2026, 11, 30))
    operator = browser("operator", width=width, locale=locale)
    page = operator.open(f"beneficiaries/{known.id}/birth")
    page.fill("#born_on", "2026-11-20")
    page.check("#children input[value='2']")
    operator.shoot(f"birth-{locale}-{width}")
    operator.check()
    page.click("main form button[type=submit]")
    operator.shoot(f"twins-{locale}-{width}")
    operator.check()

    page = operator.open(f"beneficiaries/{known.id}/end")
    operator.shoot(f"end-{locale}-{width}")
    operator.check()
    page.check("#course_end input[value='child_died:1']")
    page.click("main form button[type=submit]")
    operator.check()
    page.click("form[action$='take-back'] button")
    operator.check()


@SIZES
def test_a_forgotten_pin_is_set_anew(service: Service, browser: Any, locale: str, width: int):
    known = person(service, "+8562055500004")
    with service.database.writing() as connection:
        for number in range(3):
            check_pin(
                connection, event_key=f"test:{number}", msisdn=known.msisdn, pin="0000",
                registration_no=known.registration_no, now=service.clock(),
                peppers=Settings().peppers,
            )  # fmt: skip
    operator = browser("operator", width=width, locale=locale)
    page = operator.open(f"beneficiaries/{known.id}/pin")
    operator.shoot(f"pin-{locale}-{width}")
    operator.check()
    page.check("#what input[value=set]")
    page.fill("#pin", "2468")
    page.fill("#reason", "She is here with her card")
    page.click("main form button[type=submit]")
    assert page.url.endswith(str(known.id))
    operator.check()


@SIZES
def test_two_people_who_are_one_are_merged(service: Service, browser: Any, locale: str, width: int):
    put_pair(service, "26000003", "26000004")
    operator = browser("operator", width=width, locale=locale)
    page = operator.open("beneficiaries/duplicates/")
    operator.shoot(f"duplicates-{locale}-{width}")
    operator.check()
    page.click("main table a")
    operator.shoot(f"merge-people-{locale}-{width}")
    operator.check()
    page.check("#sure")
    page.click("main button.warning")
    operator.check()
    page = operator.open(page.url.split("/console/")[1] + "/same-as")
    operator.check()


@SIZES
def test_a_name_is_corrected(service: Service, browser: Any, locale: str, width: int):
    known = person(service)
    operator = browser("operator", width=width, locale=locale)
    page = operator.open(f"beneficiaries/{known.id}/correct")
    operator.shoot(f"correct-{locale}-{width}")
    operator.check()
    page.fill("#name", "ນາງ ບົວຄຳ")
    page.fill("#reason", "card")
    page.click("main form button[type=submit]")
    assert page.url.endswith(str(known.id))
    operator.check()
