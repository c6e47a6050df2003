"""Payments marked as paid or missed by hand, a file that comes later, and a mistake taken back."""

from datetime import timedelta
from uuid import UUID

import pytest

from gateway.paydays.marking import Became, Marked, TakenBack, mark, take_back
from gateway.registry.tables import payments
from gateway.staff.accounts import add_staff, by_email
from gateway.staff.tables import audit_log
from tests.paydays.conftest import PAST, Office
from tests.paydays.desks import desk_at
from tests.registry.files import NOW, payment

ANN, BEA, CLO, FAR = "26000001", "26000002", "26000003", "26000013"


def marked(office: Office, became, *numbers: str) -> Marked:
    office.later(minutes=1)
    with office.database.writing() as connection:
        return mark(connection, office.ids(became, *numbers), office.desk)


def taken_back(office: Office, list_id: UUID | None, **more) -> TakenBack:
    assert list_id is not None
    office.later(minutes=1)
    with office.database.writing() as connection:
        return take_back(connection, list_id, office.desk, **more)


def file_says(office: Office, status: str, number: str = ANN) -> None:
    said = payment(number, cycle="2026-09", due_on=PAST.isoformat(), status=status)
    office.importer.payments(said, now=NOW + timedelta(days=1))


def test_a_list_is_marked_and_only_what_was_otherwise_changes(office: Office):
    marked(office, "paid", BEA)

    found = marked(office, "paid", ANN, BEA)

    assert (found.paid, found.missed) == (1, 0)
    assert office.statuses() == {"01": "paid", "02": "paid", "03": "scheduled", "13": "scheduled"}
    assert [row.changes for row in office.importer.rows(audit_log) if "mark" in row.action] == [
        {"status": ["scheduled", "paid"]}, {"status": ["scheduled", "paid"]},
    ]  # fmt: skip


def test_one_list_says_who_was_paid_and_who_was_not(office: Office):
    wanted = {**office.ids("paid", ANN), **office.ids("missed", BEA)}

    with office.database.writing() as connection:
        found = mark(connection, wanted, office.desk)

    assert (found.paid, found.missed) == (1, 1)
    assert office.statuses()["02"] == "missed"
    [line] = office.importer.rows(audit_log)
    assert line.changes == {"paid": [None, 1], "missed": [None, 1]}


def test_a_payday_that_has_not_come_cannot_be_marked(office: Office):
    ahead: dict[UUID, Became] = {office.payment(ANN, "2026-11").id: "paid"}

    with office.database.writing() as connection:
        found = mark(connection, ahead, office.desk)

    assert found == Marked(None)
    assert office.statuses("2026-11")["01"] == "scheduled"


def test_what_is_cancelled_or_of_another_district_cannot_be_marked(office: Office):
    file_says(office, "cancelled", BEA)
    with office.database.writing() as connection:
        add_staff(
            connection, email="a@example.la", password_hash="x", role="operator", now=NOW,
            district_id=1,
        )  # fmt: skip
        office.desk = desk_at(office.desk.now, by_email(connection, "a@example.la"))

    found = marked(office, "paid", ANN, BEA, FAR)

    assert found.paid == 1
    assert office.statuses() == {
        "01": "paid", "02": "cancelled", "03": "scheduled", "13": "scheduled",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("said", "status", "before"),
    [
        ("scheduled", "paid", "scheduled"),  # what the file said before: it is older
        ("paid", "paid", None),  # it agrees
        ("missed", "missed", None),  # a new word of it
    ],
)
def test_a_later_file_counts_when_it_says_something_new(
    office: Office, said: str, status: str, before: str | None
):
    marked(office, "paid", ANN)

    file_says(office, said)

    row = office.payment(ANN)
    assert (row.status, row.status_before) == (status, before)


def test_a_file_that_does_not_count_says_what_is_kept(office: Office):
    marked(office, "paid", ANN)

    said = payment(ANN, cycle="2026-09", due_on=PAST.isoformat())
    report = office.importer.payments(said, dry_run=True)

    assert [(one.columns, one.says) for one in report.kept] == [(("status",), ("scheduled",))]
    assert (report.changed, report.unchanged) == (0, 1)


def test_a_list_is_taken_back(office: Office):
    first = marked(office, "missed", ANN, BEA)

    taken = taken_back(office, first.list_id)

    assert taken == TakenBack(2, 0)
    assert set(office.statuses().values()) == {"scheduled"}
    assert office.payment(ANN).status_before is None
    assert taken_back(office, first.list_id) == TakenBack(0, 0)


def test_what_was_changed_again_since_stays(office: Office):
    first = marked(office, "paid", ANN, BEA, CLO)
    marked(office, "missed", BEA)
    marked(office, "paid", BEA)
    file_says(office, "missed", CLO)

    taken = taken_back(office, first.list_id)

    assert taken == TakenBack(1, 2)
    assert office.statuses() == {
        "01": "scheduled", "02": "paid", "03": "missed", "13": "scheduled",
    }  # fmt: skip


def test_one_woman_of_a_list_is_taken_back(office: Office):
    first = marked(office, "paid", ANN, BEA)

    taken = taken_back(office, first.list_id, payment_id=office.payment(BEA).id)

    assert taken == TakenBack(1, 0)
    assert office.statuses()["01"] == "paid"
    assert office.statuses()["02"] == "scheduled"
    assert office.importer.rows(payments)
