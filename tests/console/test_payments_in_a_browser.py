"""Payments in a real browser: a sheet is ticked by keyboard; in both languages."""

import pytest
from sqlalchemy import select

from gateway.registry.tables import beneficiaries, payments
from tests.console.happenings import MOTHER, beneficiary_of, open_a_case
from tests.service import TODAY, Service

pytestmark = pytest.mark.chromium

SIZES = pytest.mark.parametrize(("locale", "width"), [("en", 1280), ("lo", 360)])


def past(service: Service):
    """Her payment whose day has come."""
    with service.database.reading() as connection:
        hers = payments.c.beneficiary_id == beneficiary_of(service, MOTHER)
        return connection.execute(
            select(payments, beneficiaries.c.registration_no)
            .join(beneficiaries, beneficiaries.c.id == payments.c.beneficiary_id)
            .where(hers, payments.c.due_on <= TODAY)
        ).one()


def ahead(service: Service):
    """Her payment that is to come."""
    with service.database.reading() as connection:
        hers = payments.c.beneficiary_id == beneficiary_of(service, MOTHER)
        return connection.execute(
            select(payments).where(hers, payments.c.status == "scheduled")
        ).one()


@SIZES
def test_a_payday_moves_for_several_pay_points(service: Service, browser, locale: str, width: int):
    row = ahead(service)
    operator = browser("operator", width=width, locale=locale)
    page = operator.open(f"payments/{row.due_on}/move")
    page.check("input[name=where][value=pay_points]")
    page.check(f"input[name=pay_points][value='{row.pay_point_id}']")
    page.fill("#due_on", "2026-12-10")
    page.fill("#reason", "ທາງຂາດ")
    page.click("main form.form > .action")
    operator.shoot(f"payments-move-{locale}-{width}")
    operator.check()
    page.click("main button[value=yes]")

    assert str(ahead(service).due_on) == "2026-12-10"
    operator.check()


@SIZES
def test_a_sheet_is_printed_ticked_by_keyboard_and_taken_back(
    service: Service, browser, locale: str, width: int
):
    row = past(service)
    operator = browser("operator", "Sanamxay", width=width, locale=locale)
    for name, path in (("day", ""), ("sheet", f"/{row.pay_point_id}/sheet")):
        operator.open(f"payments/{row.due_on}{path}")
        operator.shoot(f"payments-{name}-{locale}-{width}")
        operator.check()

    page = operator.open(f"payments/{row.due_on}/{row.pay_point_id}/mark")
    page.check("input[name=became][value=missed]")
    page.fill("#quick", row.registration_no[-4:])
    page.press("#quick", "Enter")
    assert page.is_checked(f"#w{row.beneficiary_id.hex}")
    operator.shoot(f"payments-mark-{locale}-{width}")
    operator.check()
    page.click("main form.marking > .action")
    operator.shoot(f"payments-marking-{locale}-{width}")
    operator.check()
    page.click("main button[value=yes]")
    operator.shoot(f"payments-list-{locale}-{width}")
    operator.check()
    assert past(service).status == "missed"
    page.click("main form .action.warning")
    assert past(service).status == "paid"


@SIZES
def test_a_cycle_and_a_payment_with_its_complaint(
    service: Service, browser, locale: str, width: int
):
    row = past(service)
    open_a_case(service, MOTHER, "not_paid")
    operator = browser("operator", "Sanamxay", width=width, locale=locale)
    page = operator.open(f"payments/cycles/{row.cycle}")
    operator.shoot(f"payments-cycle-{locale}-{width}")
    operator.check()
    page.click(".figure a")
    operator.shoot(f"payments-cycle-people-{locale}-{width}")
    operator.check()

    page = operator.open(f"payments/payment/{row.id}")
    operator.shoot(f"payments-payment-{locale}-{width}")
    operator.check()
    assert page.input_value("textarea")
    page.click("main form.form .action")
    assert "/cases/" in page.url
