"""The audit log can be added to, and that is all."""

from datetime import date

import pytest
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from gateway.registry.database import Database
from gateway.staff.audit import Actor, changed, record
from gateway.staff.tables import audit_log
from tests.staff.people import NOW, add_district, add_somebody


def _lines(database: Database):
    with database.reading() as connection:
        return connection.execute(select(audit_log).order_by(audit_log.c.id)).all()


def test_a_line_says_who_when_what_and_from_where(database: Database):
    district_id = add_district(database, "Nong")
    staff = add_somebody(database, "operator", district_id=district_id)
    with database.writing() as connection:
        record(
            connection,
            Actor(staff.email, staff, "192.0.2.7"),
            "payment.change",
            now=NOW,
            kind="payment",
            object_id=7,
            district_id=district_id,
            changes={"due_on": (date(2026, 12, 1), date(2026, 12, 3)), "paid_by": (None, staff.id)},
        )

    (line,) = _lines(database)

    assert (line.at, line.who, line.staff_id, line.address) == (
        NOW,
        staff.email,
        staff.id,
        "192.0.2.7",
    )
    assert (line.action, line.kind, line.object_id) == ("payment.change", "payment", "7")
    assert line.district_id == district_id
    assert line.changes == {
        "due_on": ["2026-12-01", "2026-12-03"],
        "paid_by": [None, str(staff.id)],
    }


def test_what_is_no_person_acts_under_its_own_name(database: Database):
    with database.writing() as connection:
        record(connection, Actor("flask staff add"), "staff.add", now=NOW)

    (line,) = _lines(database)

    assert (line.who, line.staff_id, line.address, line.changes) == (
        "flask staff add",
        None,
        None,
        {},
    )


def test_the_database_refuses_to_change_a_line(database: Database):
    with database.writing() as connection:
        record(connection, Actor("x"), "staff.add", now=NOW)

    with pytest.raises(DBAPIError, match="append-only"), database.writing() as connection:
        connection.execute(update(audit_log).values(who="somebody else"))

    assert [line.who for line in _lines(database)] == ["x"]


@pytest.mark.parametrize("statement", ["delete from audit_log", "truncate audit_log"])
def test_the_database_refuses_to_lose_a_line(database: Database, statement: str):
    if statement.startswith("truncate") and database.engine.dialect.name == "sqlite":
        statement = "delete from audit_log where who = 'x'"  # it has no TRUNCATE
    with database.writing() as connection:
        record(connection, Actor("x"), "staff.add", now=NOW)

    with pytest.raises(DBAPIError, match="append-only"), database.writing() as connection:
        connection.exec_driver_sql(statement)

    assert [line.who for line in _lines(database)] == ["x"]


def test_lines_of_one_moment_keep_their_order(database: Database):
    with database.writing() as connection:
        for number in range(20):
            record(connection, Actor("x"), f"staff.{number}", now=NOW)

    assert [line.action for line in _lines(database)] == [f"staff.{number}" for number in range(20)]


@pytest.mark.parametrize(
    ("label", "after", "expected"),
    [
        ("nothing", {}, {}),
        ("the same again", {"role": "viewer"}, {}),
        ("another value", {"role": "admin"}, {"role": ("viewer", "admin")}),
        ("a value taken away", {"district_id": None}, {"district_id": (3, None)}),
        (
            "one of two",
            {"role": "admin", "district_id": 3},
            {"role": ("viewer", "admin")},
        ),
    ],
)
def test_what_changed(label: str, after: dict, expected: dict):
    before = {"role": "viewer", "district_id": 3, "active": True}

    assert changed(before, after) == expected, label
