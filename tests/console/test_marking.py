"""The paying clerk's sheet in the console: printed, ticked, typed, taken back."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from gateway.registry.tables import beneficiaries, payments
from tests.console.conftest import Staff, lines_of_the_log
from tests.console.happenings import MOTHER, beneficiary_of
from tests.console.people import change
from tests.service import TODAY, Service


def past(service: Service):
    """Her payment whose day has come."""
    with service.database.reading() as connection:
        hers = payments.c.beneficiary_id == beneficiary_of(service, MOTHER)
        return connection.execute(
            select(payments, beneficiaries.c.registration_no, beneficiaries.c.village_id)
            .join(beneficiaries, beneficiaries.c.id == payments.c.beneficiary_id)
            .where(hers, payments.c.due_on <= TODAY)
        ).one()


def paid_lately(service: Service) -> None:
    """Her payday was four days ago."""
    lately = update(payments).where(payments.c.id == past(service).id)
    with service.database.writing() as connection:
        connection.execute(lately.values(due_on=TODAY - timedelta(days=4)))


def address(service: Service, what: str) -> str:
    row = past(service)
    return f"payments/{row.due_on}/{row.pay_point_id}/{what}"


def woman(service: Service) -> str:
    return past(service).beneficiary_id.hex


def previewed(page, path: str) -> dict[str, str]:
    action = next(one.get("action") for one in page.all(".//form[@class='form marking']"))
    return page.fields(action) | {"confirmed": "yes"}


def test_a_list_is_ticked_looked_at_marked_and_taken_back(service: Service, staff: Staff):
    paid_lately(service)
    operator = staff("operator", "Sanamxay")
    was = past(service).status
    assert was == "paid"
    path = address(service, "mark")

    page = operator.get(path)
    wanted = {"became": "missed", "women": woman(service)}
    asked = operator.post(path, wanted, status=200)
    assert past(service).status == "paid"
    done = operator.submit(path, previewed(asked, path))

    assert past(service).registration_no in page.words
    assert "1 payment: not paid out" in asked.words
    assert done.flashes() == ["Marked: 0 as paid, 1 as not paid."]
    assert past(service).status == "missed"
    assert "To 1 woman it goes out: 24 Nov 2026, 09:00" in done.words
    back = operator.submit(f"{done.all('.//main//form')[0].get('action')}")
    assert back.flashes() == ["1 payment is again as it was before."]
    assert past(service).status == "paid"
    assert [line.action for line in lines_of_the_log(service) if "payment." in line.action] == [
        "payment.sheet", "payment.mark", "payment.unmark",
    ]  # fmt: skip


def test_a_list_names_whom_no_sms_reaches(service: Service, staff: Staff):
    change(service, past(service).beneficiary_id, consent_payment=False)
    operator = staff("operator", "Sanamxay")
    path = address(service, "mark")
    asked = operator.post(path, {"became": "missed", "women": woman(service)}, status=200)

    done = operator.submit(path, previewed(asked, path))

    assert "1 woman gets none." in done.words
    assert [line[-1] for line in done.rows()] == ["no consent"]


def test_numbers_are_pasted_and_those_that_fit_nobody_are_named(service: Service, staff: Staff):
    operator = staff("operator")
    path = address(service, "mark")
    typed = f"{past(service).registration_no}\n99999999"

    page = operator.post(path, {"became": "missed", "numbers": typed}, status=200)

    assert page.errors() == [
        "Registration numbers, one a line: 1 line names nobody for certain: see below the box."
    ]
    assert "Line 2 99999999: Nobody on this sheet has this number." in page.words
    good = operator.post(
        path, {"became": "missed", "numbers": past(service).registration_no}, status=200
    )
    operator.submit(path, previewed(good, path))
    assert past(service).status == "missed"


def test_nobody_chosen_is_said(service: Service, staff: Staff):
    page = staff("operator").post(address(service, "mark"), {"became": "paid"}, status=200)

    assert page.errors() == ["Tick somebody, or type her number."]


def test_what_was_ticked_after_the_preview_is_shown_before_it_counts(
    service: Service, staff: Staff
):
    operator = staff("operator")
    path = address(service, "mark")
    asked = operator.post(path, {"became": "missed", "women": woman(service)}, status=200)

    page = operator.post(path, previewed(asked, path) | {"became": "paid"}, status=200)

    assert "1 payment: paid" in page.words
    assert past(service).status == "paid"


def test_a_payday_ahead_cannot_be_marked(service: Service, staff: Staff):
    row = past(service)
    with service.database.reading() as connection:
        ahead = connection.execute(
            select(payments.c.due_on).where(
                payments.c.due_on > TODAY, payments.c.pay_point_id == row.pay_point_id
            )
        ).scalar()

    page = staff("operator").follow(f"payments/{ahead}/{row.pay_point_id}/mark")

    assert page.flashes() == ["This payday has not come yet: nothing can be marked before."]


@pytest.mark.parametrize(
    ("role", "shown"), [("operator", True), ("health_worker", True), ("viewer", False)]
)
def test_a_sheet_names_whom_its_reader_may_see(
    service: Service, staff: Staff, role: str, shown: bool
):
    row = past(service)
    page = staff(role, "Sanamxay").get(address(service, "sheet"))

    assert page.heading.startswith("Payment sheet: ")
    assert (row.registration_no in page.words) is shown
    assert f"•••••{row.registration_no[-3:]}" in page.words or shown
    assert lines_of_the_log(service)[-1].action == "payment.sheet"


@pytest.mark.parametrize("what", ["sheet", "mark"])
@pytest.mark.parametrize("where", ["1900-01-01/1", "2026-11-20/999999999", "never/1"])
def test_no_such_sheet_is_not_found(staff: Staff, where: str, what: str):
    staff("operator").get(f"payments/{where}/{what}", 404)


def test_the_day_leads_to_both(service: Service, staff: Staff):
    links = staff("operator", "Sanamxay").get(f"payments/{past(service).due_on}").links()

    assert any("/mark?" in link for link in links)
    assert any(link.endswith("/sheet") for link in links)
