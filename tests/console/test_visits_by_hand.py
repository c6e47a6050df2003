"""Visits that a health worker marks as made on a woman's page."""

from datetime import date
from uuid import uuid4

import pytest
from sqlalchemy import select, update

from gateway.registry.tables import beneficiaries, visits
from tests.console.conftest import Staff
from tests.console.happenings import MOTHER
from tests.console.people import page_of, person
from tests.service import Service


def test_a_visit_is_marked_once_and_can_be_taken_back(service: Service, staff: Staff):
    worker = staff("health_worker", "Sanamxay", health_centre="Souksala Pindong")
    path = page_of(service)
    sent = {"visit": "mr1", "done_on": "2026-11-24"}

    marked = worker.submit(f"{path}/visits", sent)
    again = worker.submit(f"{path}/visits", sent)
    removed = worker.submit(f"{path}/visits/remove", {"visit": "mr1"})

    assert marked.flashes() == ["The visit is on record."]
    assert again.flashes() == ["This visit was on record already."]
    assert removed.flashes() == ["The visit is no longer on record."]
    with service.database.reading() as connection:
        mine = select(visits.c.visit).where(visits.c.beneficiary_id == person(service).id)
        assert "mr1" not in set(connection.execute(mine).scalars())


def test_of_a_woman_pregnant_again_this_pregnancys_visits_are_marked(
    service: Service, staff: Staff
):
    """Visits of the pregnancy before carry the same names and give way."""
    with service.database.writing() as connection:
        mine = beneficiaries.c.msisdn == MOTHER
        values = {"category": "pregnant", "edd": date(2027, 1, 12), "child_dob": date(2025, 2, 3)}
        connection.execute(update(beneficiaries).where(mine).values(values))
        before = {"id": uuid4(), "beneficiary_id": person(service).id, "visit": "anc1"}
        before |= {"done_on": date(2024, 9, 1), "updated_at": service.clock()}
        connection.execute(visits.insert().values(before))
    worker = staff("health_worker", "Sanamxay", health_centre="Souksala Pindong")
    path = page_of(service)

    page = worker.get(path)
    marked = worker.submit(f"{path}/visits", {"visit": "anc1", "done_on": "2026-11-20"})

    assert "Birth expected on" in page.text
    assert marked.flashes() == ["The visit is on record."]
    with service.database.reading() as connection:
        mine = visits.c.beneficiary_id == person(service).id
        kept = select(visits.c.done_on).where(mine, visits.c.visit == "anc1")
        assert connection.execute(kept).scalars().all() == [date(2026, 11, 20)]


@pytest.mark.parametrize(
    ("label", "sent", "error"),
    [
        ("tomorrow", {"done_on": "2026-11-25"}, "Made on: The day lies in the future."),
        ("long ago", {"done_on": "2024-11-01"}, "Made on: The day lies more than two years back."),
        ("no day", {"done_on": ""}, "Made on: Fill this in."),
        ("a visit of a pregnancy", {"visit": "anc1"}, "Visit: Not a valid choice."),
    ],
)
def test_a_visit_is_refused(
    service: Service, staff: Staff, label: str, sent: dict[str, str], error: str
):
    page = staff("health_worker", "Sanamxay", health_centre="Souksala Pindong").post(
        f"{page_of(service)}/visits", {"visit": "mr1", "done_on": "2026-11-24"} | sent, status=200
    )

    assert page.errors() == [error], label
