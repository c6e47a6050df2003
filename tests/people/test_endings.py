"""A loss, a death, a move: what ends, what does not go out, who leaves audiences."""

from typing import Any

import pytest
from sqlalchemy import select

from gateway.core.consent import MessageCategory, reason_to_hold_back
from gateway.messaging.audience import everyone
from gateway.messaging.ledger import Draft, queue_messages
from gateway.messaging.planning.reminders import run_reminders
from gateway.messaging.tables import messages
from gateway.people.endings import end, endings_of
from gateway.people.events import take_back
from gateway.people.faults import PersonError
from gateway.registry.choices import end_course
from gateway.registry.standing import standing_of
from gateway.registry.tables import beneficiaries, districts
from tests.people.conftest import HOURS, Office
from tests.registry.files import NOW, beneficiary, payment

CATEGORIES: tuple[MessageCategory, ...] = ("health", "payment", "broadcast", "reply")


@pytest.fixture
def waiting(office: Office) -> Office:
    """A message of each category waits for her."""
    hers = office.person()
    office.importer.payments(payment())
    drafts = [
        Draft(
            dedupe_key=f"test:{category}", category=category, template="vaccine",
            msisdn=hers.msisdn, locale="lo", not_before_at=NOW, expires_at=NOW,
            beneficiary_id=hers.id,
        )
        for category in CATEGORIES
    ]  # fmt: skip
    with office.database.writing() as connection:
        queue_messages(connection, drafts, now=NOW)
    return office


def ended(office: Office, what: Any, **more: Any) -> int:
    with office.database.writing() as connection:
        return end(connection, office.person(), what, desk=office.desk, **more)


def held(office: Office) -> dict[str, str]:
    """{category: reason} of what does not go out."""
    with office.database.reading() as connection:
        rows = connection.execute(select(messages).where(messages.c.state == "suppressed"))
        return {row.category: row.reason for row in rows}


def audience(office: Office, **filters: Any) -> set[str]:
    with office.database.reading() as connection:
        return {row.registration_no for page in everyone(connection, filters) for row in page}


@pytest.mark.parametrize(
    ("what", "grant_ends", "stopped", "in_audiences"),
    [
        ("child_died", False, {"health": "course_ended"}, True),
        ("child_died", True, {"health": "course_ended", "payment": "not_eligible"}, True),
        ("moved", False, {"health": "course_ended", "broadcast": "not_in_audience"}, False),
        ("mother_died", False, dict.fromkeys(("health", "payment", "broadcast"), "died"), False),
        ("other", False, {"health": "course_ended"}, True),
    ],
)
def test_what_ends_with_it_stops_at_once(
    waiting: Office, what: Any, grant_ends: bool, stopped: dict[str, str], in_audiences: bool
):
    assert ended(waiting, what, grant_ends=grant_ends) == len(stopped)

    hers = waiting.person()
    assert held(waiting) == stopped
    assert hers.status == ("exited" if grant_ends else "enrolled")
    assert ("26000001" in audience(waiting)) == in_audiences
    assert "26000001" not in audience(waiting, category=["child", "pregnant"])


def test_after_a_mothers_death_nothing_more_is_planned_or_sent_for_her(waiting: Office):
    hers = waiting.person()
    waiting.importer.payments(payment(due_on="2026-11-27"))
    ended(waiting, "mother_died")

    planned = run_reminders(
        waiting.database, on=waiting.desk.today, hours=HOURS, default_locale="lo", now=NOW
    )

    assert planned == 0
    with waiting.database.reading() as connection:
        row = connection.execute(
            select(beneficiaries, districts.c.paused_at)
            .join(districts, districts.c.id == beneficiaries.c.district_id)
            .where(beneficiaries.c.id == hers.id)
        ).one()
    reasons = [reason_to_hold_back(one, standing_of(row, ())) for one in CATEGORIES]
    assert reasons == ["died", "died", "died", None]


def test_the_registry_hears_nothing_of_it_until_it_says_something_new(waiting: Office):
    ended(waiting, "mother_died", grant_ends=True)

    report = waiting.importer.beneficiaries(beneficiary())

    assert waiting.person().status == "exited"
    assert set(report.kept[0].columns) == {"status", "course"}


def test_a_greater_loss_may_follow_a_smaller_one_and_what_she_stopped_herself(office: Office):
    with office.database.writing() as connection:
        end_course(connection, office.person().id, "asked", NOW)

    ended(office, "child_died")
    ended(office, "mother_died")

    assert office.person().course_ended_reason == "mother_died"
    assert endings_of(office.person()) == ()
    with pytest.raises(PersonError, match="entered already"):
        ended(office, "moved")


def test_who_has_a_child_loses_no_pregnancy_and_the_other_way_round(office: Office):
    pregnant = {"category": "pregnant", "edd": "2027-03-01", "child_dob": ""}
    office.importer.beneficiaries(beneficiary("26000007", msisdn="", **pregnant))

    assert endings_of(office.person()) == ("child_died", "moved", "mother_died", "other")
    assert endings_of(office.person("26000007"))[0] == "pregnancy_ended"
    with pytest.raises(PersonError, match="not on record as pregnant"):
        ended(office, "pregnancy_ended")


def test_a_slip_is_taken_back_with_all_that_it_did(waiting: Office):
    ended(waiting, "mother_died", grant_ends=True, note="the head of the village says so")
    assert waiting.log()[-1] == (
        "beneficiary.end_course",
        {
            "course": [None, "mother_died"],
            "status": ["enrolled", "exited"],
            "reason": [None, "the head of the village says so"],
        },
    )

    with waiting.database.writing() as connection:
        take_back(connection, waiting.person(), waiting.desk)

    hers = waiting.person()
    assert (hers.status, hers.status_before, hers.course_ended_at) == ("enrolled", None, None)
    assert hers.set_here == []
    assert "26000001" in audience(waiting)
    with pytest.raises(PersonError, match="nothing to"), waiting.database.writing() as connection:
        take_back(connection, hers, waiting.desk)
