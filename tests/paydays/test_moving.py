"""A payday moved for everybody, a district or some pay points: rows, corrections, later files."""

from datetime import date, timedelta

import pytest
from sqlalchemy import insert, update

from gateway.messaging.planning.reminders import run_corrections
from gateway.messaging.tables import messages
from gateway.paydays import moving
from gateway.paydays.large_moves import have_moved
from gateway.paydays.moving import (
    Affected,
    Becomes,
    Moved,
    Order,
    Tell,
    TooManyError,
    Which,
    affected,
    move,
)
from gateway.paydays.new_days import IN_THE_PAST, TOO_FAR, WRONG_YEAR, WrongDayError
from gateway.paydays.tables import payday_moves
from gateway.paydays.untold import untold
from gateway.registry.tables import beneficiaries, optouts
from gateway.staff.tables import audit_log
from tests.paydays.conftest import AHEAD, Office
from tests.registry.files import NOW, payment

ANN, BEA, CLO, FAR = "26000001", "26000002", "26000003", "26000013"
LATER = AHEAD + timedelta(days=7)


def moved(office: Office, which: Which, tell: Tell = "told") -> Moved:
    office.later(minutes=1)
    order = Order(which=which, becomes=Becomes(LATER), tell=tell, reason="Flood")
    with office.database.writing() as connection:
        return move(connection, order, office.desk)


def days(office: Office) -> dict[str, date]:
    return {number[-2:]: office.payment(number, "2026-11").due_on for number in (ANN, BEA, FAR)}


def corrections(office: Office) -> list[str]:
    rows = office.importer.rows(messages)
    return [row.template for row in rows if row.dedupe_key.startswith("correction:")]


def counted(office: Office, which: Which) -> Affected:
    with office.database.reading() as connection:
        return affected(connection, which, office.desk)


def test_who_is_affected_is_said_before(office: Office):
    office.tell(ANN)
    office.tell(FAR)

    everybody = counted(office, Which(due_on=AHEAD))

    assert everybody == Affected(planned=4, women=4, told=2, told_silent=0, silent=1)
    assert everybody.corrected == 2


def test_whom_no_sms_goes_to_is_counted_and_named_with_the_reason(office: Office):
    office.tell(ANN)
    with office.database.writing() as connection:
        change = update(beneficiaries).where(beneficiaries.c.registration_no == ANN)
        connection.execute(change.values(course_ended_at=NOW, course_ended_reason="mother_died"))
        opted = insert(optouts).values(msisdn="+8562055500002", category="all", source="t", at=NOW)
        connection.execute(opted)

    which = Which(due_on=AHEAD)
    assert counted(office, which) == Affected(planned=4, women=4, told=1, told_silent=1, silent=3)
    with office.database.reading() as connection:
        named = untold(connection, which.conditions(office.desk))
    assert {one.person.registration_no: one.reason for one in named} == {
        ANN: "died",
        BEA: "opted_out",
        CLO: "no_number",
    }
    assert moved(office, which) == Moved(4, 0)


def test_everybody_moves_at_once_and_those_who_were_told_are_corrected(office: Office):
    office.tell(ANN)
    office.tell(FAR)

    assert moved(office, Which(due_on=AHEAD)) == Moved(4, 2)

    assert set(days(office).values()) == {LATER}
    assert corrections(office) == ["payment_changed"] * 2
    [line] = office.importer.rows(audit_log)
    assert line.changes["payments"] == [None, 4]
    assert line.changes["sms"] == [None, 2]
    assert line.changes["reason"] == [None, "Flood"]


def test_a_district_moves_and_its_neighbour_stays(office: Office):
    office.tell(FAR)

    assert moved(office, Which(due_on=AHEAD, district_ids=(1,))) == Moved(3, 0)

    assert days(office) == {"01": LATER, "02": LATER, "13": AHEAD}


def test_some_pay_points_move(office: Office):
    place = office.payment(FAR, "2026-11").pay_point_id

    assert moved(office, Which(due_on=AHEAD, pay_point_ids=(place,))) == Moved(1, 0)

    assert days(office) == {"01": AHEAD, "02": AHEAD, "13": LATER}


def test_everybody_who_has_a_phone_is_told_on_request(office: Office):
    assert moved(office, Which(due_on=AHEAD), tell="all") == Moved(4, 3)


def test_moving_twice_moves_nothing_more(office: Office):
    office.tell(ANN)
    moved(office, Which(due_on=AHEAD))

    assert moved(office, Which(due_on=AHEAD)) == Moved(0, 0)
    assert corrections(office) == ["payment_changed"]


def test_the_new_day_stays_against_a_later_file(office: Office):
    moved(office, Which(due_on=AHEAD))

    report = office.importer.payments(
        payment(ANN, due_on=AHEAD.isoformat()), now=NOW + timedelta(days=1)
    )

    assert days(office)["01"] == LATER
    assert [one.columns for one in report.kept] == [("due_on",)]


@pytest.mark.parametrize(
    ("day", "reason"),
    [
        (date(1, 1, 1), IN_THE_PAST),
        (AHEAD.replace(year=AHEAD.year - 1), IN_THE_PAST),
        (date(9999, 12, 31), TOO_FAR),
        (AHEAD + timedelta(days=400), TOO_FAR),
        (date(2027, 9, 30), WRONG_YEAR),
    ],
)
def test_a_day_that_is_a_slip_is_refused_whoever_asks(office: Office, day: date, reason: str):
    order = Order(which=Which(due_on=AHEAD), becomes=Becomes(day), tell="all", reason="Flood")

    for ask in (move, have_moved):
        with pytest.raises(WrongDayError) as refused, office.database.writing() as connection:
            ask(connection, order, office.desk)
        assert refused.value.reason == reason

    assert set(days(office).values()) == {AHEAD}
    assert office.importer.rows(payday_moves) == []


def test_what_was_paid_out_stays_where_it_was(office: Office):
    office.importer.payments(payment(ANN, due_on=AHEAD.isoformat(), status="cancelled"))

    assert moved(office, Which(due_on=AHEAD)) == Moved(3, 0)
    assert days(office)["01"] == AHEAD


def test_more_than_a_transaction_bears_is_refused_whole(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(moving, "MOST_MOVED", 3)

    with pytest.raises(TooManyError):
        moved(office, Which(due_on=AHEAD))

    assert set(days(office).values()) == {AHEAD}
    assert moved(office, Which(due_on=AHEAD, district_ids=(1,))) == Moved(3, 0)


def test_corrections_beyond_a_transactions_share_follow_with_the_next_run(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    office.tell(ANN)
    office.tell(FAR)
    monkeypatch.setattr(moving, "MOST_CORRECTED", 1)

    assert moved(office, Which(due_on=AHEAD)) == Moved(4, 1, 1)

    desk = office.desk
    added = run_corrections(office.database, hours=desk.hours, default_locale="lo", now=desk.now)
    assert added == 1
    assert corrections(office) == ["payment_changed"] * 2


def test_more_sms_to_those_who_were_told_nothing_are_refused_whole(
    office: Office, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(moving, "MOST_CORRECTED", 1)

    with pytest.raises(TooManyError):
        moved(office, Which(due_on=AHEAD), tell="all")

    assert set(days(office).values()) == {AHEAD}
