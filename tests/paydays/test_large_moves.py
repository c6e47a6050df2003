"""A payday of more people than one transaction moves: ordered, moved step by step, gone on with."""

import pytest
from sqlalchemy import Connection

from gateway.paydays import moving
from gateway.paydays.large_moves import have_moved, steps
from gateway.paydays.moving import Becomes, Order, Which
from gateway.paydays.tables import payday_moves
from gateway.staff.tables import audit_log
from tests.paydays.conftest import AHEAD, Office
from tests.paydays.test_moving import LATER, corrections, days

ANN, FAR = "26000001", "26000013"
ORDER = Order(which=Which(due_on=AHEAD), becomes=Becomes(LATER), tell="told", reason="Flood")


def order(office: Office) -> None:
    def say(connection: Connection) -> None:
        have_moved(connection, ORDER, office.desk)

    with office.database.writing() as connection:
        say(connection)
        say(connection)  # pressed twice


def run(office: Office) -> list[int]:
    desk = office.desk
    return list(
        steps(
            office.database,
            clock=lambda: desk.now,
            hours=desk.hours,
            default_locale=desk.default_locale,
        )
    )


def test_it_is_moved_district_by_district_with_its_corrections(office: Office):
    office.tell(ANN)
    office.tell(FAR)
    order(office)

    assert sorted(run(office)) == [0, 1, 3]

    assert set(days(office).values()) == {LATER}
    assert corrections(office) == ["payment_changed"] * 2
    [row] = office.importer.rows(payday_moves)
    assert (row.payments, row.sms, row.finished_at is not None) == (4, 2, True)
    districts = [line.changes["payments"] for line in office.importer.rows(audit_log)]
    assert sorted(districts) == [[None, 1], [None, 3]]
    assert run(office) == []


def test_what_an_interruption_left_is_moved_by_whoever_goes_on(office: Office):
    order(office)
    desk = office.desk
    interrupted = steps(
        office.database, clock=lambda: desk.now, hours=desk.hours, default_locale="lo"
    )
    first = next(interrupted)

    assert first + sum(run(office)) == 4
    assert set(days(office).values()) == {LATER}


def test_a_district_that_is_too_large_is_moved_by_pay_points(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(moving, "MOST_MOVED", 3)
    order(office)

    assert sum(run(office)) == 4


def test_nothing_is_ordered_so_nothing_is_done(office: Office):
    assert run(office) == []
