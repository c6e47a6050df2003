"""A payday moved for a whole day, a district, or several pay points: one form, one preview."""

from datetime import date

import pytest
from sqlalchemy import func, select

from gateway.paydays import moving
from gateway.registry.tables import payments
from tests.console.conftest import Staff, lines_of_the_log
from tests.console.people import change
from tests.console.test_payments import PAYDAY, corrections, payment_of, tell
from tests.service import Service

PATH = f"payments/{PAYDAY}/move"
WISH = {"where": "all", "due_on": "2026-12-10", "tell": "told", "reason": "The road is flooded"}


def planned_on(service: Service, on: date) -> int:
    with service.database.reading() as connection:
        there = (payments.c.due_on == on) & (payments.c.status == "scheduled")
        return connection.execute(
            select(func.count()).select_from(payments).where(there)
        ).scalar_one()


def confirmed(page) -> dict[str, str]:
    return page.fields(f"/console/{PATH}") | {"confirmed": "yes"}


def test_a_day_is_looked_at_and_moved_at_once(service: Service, staff: Staff):
    operator = staff("operator")
    tell(service)
    before = planned_on(service, PAYDAY)

    asked = operator.post(PATH, WISH, status=200)
    assert planned_on(service, PAYDAY) == before
    page = operator.submit(PATH, confirmed(asked))

    assert f"{before} payment" in asked.words
    assert "1 was told the old day by SMS" in asked.words
    assert "CHANGED: grant money now on 10/12 at" in asked.words
    assert page.flashes()[1] == "1 correction SMS is on its way."
    assert (planned_on(service, PAYDAY), corrections(service)) == (0, ["payment_changed"])
    assert lines_of_the_log(service)[-1].changes["payments"] == [None, before]


def test_whoever_must_be_told_by_somebody_is_named_before_and_why(service: Service, staff: Staff):
    whose = payment_of(service).beneficiary_id
    change(service, whose, course_ended_at=service.clock(), course_ended_reason="mother_died")

    page = staff("operator").post(PATH, WISH, status=200)

    assert "she has died: tell her family" in page.words


def test_some_pay_points_move_and_the_others_stay(service: Service, staff: Staff):
    operator = staff("operator")
    place = payment_of(service).pay_point_id
    wanted = WISH | {"where": "pay_points", "pay_points": place}

    operator.submit(PATH, confirmed(operator.post(PATH, wanted, status=200)))

    assert payment_of(service).due_on == date(2026, 12, 10)


def test_whoever_is_confined_moves_nobody_elses(service: Service, staff: Staff):
    operator = staff("operator", "Phouvong")
    place = payment_of(service).pay_point_id

    page = operator.follow(PATH)
    if page.flashes():
        assert page.flashes()[0].startswith("Nothing is planned like this")
        return
    operator.submit(PATH, confirmed(operator.post(PATH, WISH, status=200)))

    assert payment_of(service).due_on == PAYDAY
    wanted = WISH | {"where": "pay_points", "pay_points": place}
    refused = operator.post(PATH, wanted, status=200)
    assert refused.errors()


@pytest.mark.parametrize(
    ("label", "changes", "error"),
    [
        ("the same day", {"due_on": str(PAYDAY)}, "New day: This is the day as it was"),
        ("the past", {"due_on": "2026-11-01"}, "New day: The day has passed."),
        ("another year", {"due_on": "2027-11-03"}, "New day: The day is not near"),
        ("nobody", {"where": "pay_points"}, "Pay points: Tick at least one pay point."),
        (
            "a district where none is to choose",
            {"where": "district", "district": "999"},
            "Whose payday moves: Not a valid choice.",
        ),
        ("no reason", {"reason": ""}, "Reason for the change: Fill this in."),
    ],
)
def test_a_move_is_refused(
    service: Service, staff: Staff, label: str, changes: dict[str, str], error: str
):
    page = staff("operator").post(PATH, WISH | changes, status=200)

    assert page.errors()[0].startswith(error), label
    assert payment_of(service).due_on == PAYDAY


def test_more_than_was_shown_is_not_moved(service: Service, staff: Staff):
    operator = staff("operator")
    place = payment_of(service).pay_point_id
    asked = operator.post(PATH, WISH | {"where": "pay_points", "pay_points": place}, status=200)

    page = operator.post(PATH, confirmed(asked) | {"where": "all"}, status=200)

    assert "Whom it affects" in page.words
    assert payment_of(service).due_on == PAYDAY


def test_more_than_a_transaction_bears_is_moved_in_the_background(
    service: Service, staff: Staff, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(moving, "MOST_MOVED", 1)
    operator = staff("operator")

    page = operator.submit(PATH, confirmed(operator.post(PATH, WISH, status=200)))

    assert page.flashes()[0].startswith("So many are moved district by district")
    assert "This payday is being moved to 10 Dec 2026: 0 payments" in page.words
    assert planned_on(service, PAYDAY) > 0
