"""Payments on a calendar, and another day or place for a village."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, insert, select, update
from uuid_utils.compat import uuid7

from gateway.messaging.tables import messages
from gateway.registry.tables import beneficiaries, pay_points, payments
from gateway.staff.tables import audit_log
from tests.console.conftest import Staff
from tests.console.happenings import MOTHER, beneficiary_of, run_import
from tests.console.html import Page
from tests.console.uploads import checked, newest
from tests.registry.files import PAYMENT, write_csv
from tests.service import TODAY, Service

PAYDAY = date(2026, 12, 3)


def payment_of(service: Service, msisdn: str = MOTHER):
    with service.database.reading() as connection:
        found = select(payments).where(
            payments.c.beneficiary_id == beneficiary_of(service, msisdn),
            payments.c.status == "scheduled",
        )
        return connection.execute(found).one()


def village_of(service: Service, msisdn: str = MOTHER) -> int:
    with service.database.reading() as connection:
        found = select(beneficiaries.c.village_id).where(
            beneficiaries.c.id == beneficiary_of(service, msisdn)
        )
        return connection.execute(found).scalar_one()


def address(service: Service) -> str:
    row = payment_of(service)
    village = village_of(service)
    return f"payments/{row.due_on}/{row.cycle}/{village}/{row.pay_point_id}/change"


def wish(service: Service, **changes: object) -> dict[str, object]:
    """The form with a day that is two days later."""
    row = payment_of(service)
    return {
        "due_on": (PAYDAY + timedelta(days=2)).isoformat(),
        "pay_point": row.pay_point_id,
        "tell": "told",
        "reason": "The road is flooded",
    } | changes


def tell(service: Service, due_on: date = PAYDAY) -> None:
    """The reminder of her payment has gone out."""
    row = payment_of(service)
    at = service.clock() - timedelta(hours=1)
    with service.database.writing() as connection:
        connection.execute(
            insert(messages).values(
                id=uuid7(), dedupe_key="test:told", category="payment", priority=1,
                beneficiary_id=row.beneficiary_id, payment_id=row.id, msisdn=MOTHER, locale="lo",
                template="payment_due", params={}, told=f"{due_on}|{row.pay_point_id}",
                state="delivered", attempts=1, resends=0, not_before_at=at, expires_at=at,
                created_at=at, updated_at=at, sent_at=at,
            )
        )  # fmt: skip


def confirmed(page: Page, path: str) -> dict[str, str]:
    return page.fields(f"/console/{path}") | {"confirmed": "yes"}


def corrections(service: Service) -> list[str]:
    with service.database.reading() as connection:
        rows = connection.execute(
            select(messages.c.template).where(messages.c.dedupe_key.startswith("correction:"))
        )
        return list(rows.scalars())


def test_a_month_shows_how_many_are_paid_where_on_each_day(staff: Staff):
    page = staff("operator", "Sanamxay").get("payments/?month=2026-12")

    assert page.heading == "Payments"
    cells = {cell.split()[0]: cell for row in page.rows() for cell in row if cell}
    assert "people" in " ".join(cells.values())
    assert "payments/2026-12-03" in " ".join(page.links())
    assert [link for link in page.links() if "month=" in link] == [
        "/console/payments/?month=2026-11", "/console/payments/?month=2027-01",
    ]  # fmt: skip


@pytest.mark.parametrize("month", ["", "2026-13", "never", "9999-99"])
def test_no_such_month_is_this_one(staff: Staff, month: str):
    page = staff("viewer").get(f"payments/?month={month}")

    assert page.title.startswith("Payments, November 2026")


def test_a_month_without_payments_says_so(staff: Staff):
    page = staff("viewer").get("payments/?month=2030-02")

    assert "No payment falls into this month." in page.words


@pytest.mark.parametrize("day", ["2026-02-30", "never", "2026-1-1"])
def test_no_such_day_is_not_found(staff: Staff, day: str):
    staff("viewer").get(f"payments/{day}", 404)


def test_a_day_lists_villages_and_what_became_of_their_payments(service: Service, staff: Staff):
    page = staff("operator", "Sanamxay").get(f"payments/{PAYDAY}")

    row = next(row for row in page.rows() if row[1] == "Phonkeo, Sanamxay")
    assert row[0] == "Ban Phonkeo"
    assert row[2] == payment_of(service).cycle
    assert row[4].startswith("Planned: ")


def test_a_change_shows_first_whom_it_affects_and_what_they_read(service: Service, staff: Staff):
    operator = staff("operator")
    tell(service)
    path = address(service)

    page = operator.get(path)
    asked = operator.post(path, wish(service), status=200)

    assert "1 was told the old day by SMS" in page.words
    assert "CHANGED: grant money now on 05/12 at Ban Phonkeo." in asked.words
    assert "One gets it, in her language" in asked.words
    assert payment_of(service).due_on == PAYDAY


def test_a_confirmed_change_moves_the_village_and_corrects_those_who_were_told(
    service: Service, staff: Staff
):
    operator = staff("operator", email="somebody@example.la")
    tell(service)
    path = address(service)
    asked = operator.post(path, wish(service), status=200)
    service.clock.move(minutes=1)

    page = operator.submit(path, confirmed(asked, path))

    assert page.flashes()[1] == "1 correction SMS is on its way."
    assert payment_of(service).due_on == date(2026, 12, 5)
    assert corrections(service) == ["payment_changed"]
    with service.database.reading() as connection:
        row = connection.execute(
            select(audit_log).where(audit_log.c.action == "payment.change")
        ).one()
        moved = connection.execute(
            select(func.count())
            .select_from(payments)
            .where(payments.c.updated_at == service.clock())
        ).scalar_one()
    assert row.changes["due_on"] == ["2026-12-03", "2026-12-05"]
    assert row.changes["payments"] == [None, moved]
    assert row.changes["reason"] == [None, "The road is flooded"]


def test_nobody_was_told_yet_so_nobody_is_corrected(service: Service, staff: Staff):
    operator = staff("operator")
    path = address(service)
    asked = operator.post(path, wish(service), status=200)

    page = operator.submit(path, confirmed(asked, path))

    assert page.flashes()[1] == "No correction SMS was needed."
    assert corrections(service) == []


def test_everybody_with_a_phone_is_told_on_request(service: Service, staff: Staff):
    operator = staff("operator")
    path = address(service)
    asked = operator.post(path, wish(service, tell="all"), status=200)

    operator.submit(path, confirmed(asked, path))

    assert set(corrections(service)) == {"payment_changed"}


def test_another_place_is_a_change_as_well(service: Service, staff: Staff):
    operator = staff("operator")
    with service.database.reading() as connection:
        other = connection.execute(
            select(pay_points.c.id).where(pay_points.c.name_latin == "Ban Pindong")
        ).scalar_one()
    path = address(service)
    wanted = wish(service, due_on=PAYDAY.isoformat(), pay_point=other)

    asked = operator.post(path, wanted, status=200)
    operator.submit(path, confirmed(asked, path))

    assert payment_of(service).pay_point_id == other


@pytest.mark.parametrize(
    ("label", "changes", "error"),
    [
        ("yesterday", {"due_on": "2026-11-23"}, "New day: The day has passed."),
        ("far away", {"due_on": "2028-01-01"}, "New day: The day lies more than a year ahead."),
        ("no day", {"due_on": ""}, "New day: Fill this in."),
        (
            "nothing new",
            {"due_on": PAYDAY.isoformat()},
            "New day: Day and place are as they were: change one of them.",
        ),
        ("no reason", {"reason": " "}, "Reason for the change: Fill this in."),
        ("a place of another district", {"pay_point": 9999}, "New place: Not a valid choice."),
    ],
)
def test_a_change_is_refused(
    service: Service, staff: Staff, label: str, changes: dict[str, str], error: str
):
    page = staff("operator").post(address(service), wish(service, **changes), status=200)

    assert page.errors() == [error], label
    assert payment_of(service).due_on == PAYDAY


def test_what_was_typed_after_the_preview_is_shown_before_it_counts(service: Service, staff: Staff):
    operator = staff("operator")
    path = address(service)
    asked = operator.post(path, wish(service, tell="all"), status=200)

    page = operator.post(path, confirmed(asked, path) | {"due_on": "2026-12-09"}, status=200)

    assert "09/12 at" in page.words
    assert payment_of(service).due_on == PAYDAY


def test_two_people_who_change_the_same_village_are_told(service: Service, staff: Staff):
    first, second = staff("operator"), staff("operator")
    path = address(service)
    mine = first.post(path, wish(service), status=200)
    theirs = second.post(path, wish(service, due_on="2026-12-10"), status=200)
    second.submit(path, confirmed(theirs, path))

    page = first.submit(path, confirmed(mine, path))

    assert page.flashes() == ["Nothing is planned like this any more: see what is planned now."]
    assert payment_of(service).due_on == date(2026, 12, 10)


def test_payments_that_were_made_stay_where_they_were(service: Service, staff: Staff):
    path = address(service)
    with service.database.writing() as connection:
        connection.execute(update(payments).values(status="paid"))

    page = staff("operator").follow(path)

    assert page.flashes()[0].startswith("Nothing is planned like this")
    assert TODAY < PAYDAY


def test_an_old_file_moves_no_payday_back_that_staff_have_moved(
    service: Service, staff: Staff, tmp_path
):
    row = payment_of(service)
    operator = staff("operator")
    path = address(service)
    operator.post(path, confirmed(operator.post(path, wish(service), status=200), path))
    old = PAYMENT | {
        "registration_no": "26000001",
        "cycle": row.cycle,
        "due_on": str(row.due_on),
        "amount": str(row.amount),
    }
    moved = payment_of(service)

    page = checked(
        service, operator, write_csv(tmp_path / "old.csv", [old]).read_bytes(), kind="payments"
    )

    assert moved.due_on == PAYDAY + timedelta(days=2)
    assert ["2", "•••••001", "payday", str(PAYDAY)] in page.rows()
    operator.submit(f"imports/{newest(service).id}/confirm")
    run_import(service, newest(service).id)
    assert payment_of(service).due_on == moved.due_on
