"""A retired place: nobody new, and no new payment, comes there."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from gateway.places.faults import STILL_USED, PlaceError
from gateway.places.retiring import reopen, retire
from gateway.registry.imports.retired_places import RETIRED_PLACE
from gateway.registry.tables import beneficiaries, payments
from tests.places.conftest import PEOPLE, Town
from tests.registry.files import NOW, beneficiary, payment
from tests.registry.importer import counts

VILLAGE, TYPO, MARKET = "ໂພນແກ້ວ", "ໂພນແກວ້", "ຕະຫຼາດ"


def retired(town: Town, kind: str, name: str) -> None:
    with town.database.writing() as connection:
        retire(connection, town.place(kind, name), desk=town.desk)


def left(town: Town) -> None:
    """Everybody's grant has ended, and the payments are over."""
    with town.database.writing() as connection:
        connection.execute(update(beneficiaries).values(status="exited"))
        connection.execute(update(payments).values(due_on=NOW.date() - timedelta(days=1)))


@pytest.mark.parametrize(("kind", "name"), [("village", VILLAGE), ("pay_point", MARKET)])
def test_a_place_that_something_points_at_is_not_retired(town: Town, kind: str, name: str):
    with pytest.raises(PlaceError) as refused:
        retired(town, kind, name)

    assert refused.value.reason == STILL_USED


def test_people_who_are_new_there_are_faults_and_those_who_were_there_are_none(town: Town):
    left(town)
    retired(town, "village", TYPO)

    file = [PEOPLE[0] | {"status": "exited"}, PEOPLE[1] | {"status": "exited"}]
    assert counts(town.importer.beneficiaries(*file))[0] == 0
    report = town.importer.beneficiaries(
        PEOPLE[0] | {"village": TYPO}, beneficiary("26000009", village=TYPO)
    )

    assert [(one.line, one.column, one.reason, one.value) for one in report.errors] == [
        (2, "village", RETIRED_PLACE, TYPO),
        (3, "village", RETIRED_PLACE, TYPO),
    ]


def test_a_payment_to_come_is_a_fault_and_one_that_was_made_is_none(town: Town):
    left(town)
    retired(town, "pay_point", MARKET)

    was = payment("26000002", pay_point=MARKET)
    assert counts(town.importer.payments(was | {"status": "paid"}))[1] == 1
    report = town.importer.payments(
        was, payment("26000002", cycle="2027-01", due_on="2027-02-04", pay_point=MARKET)
    )

    assert [(one.line, one.column) for one in report.errors] == [(3, "pay_point")]


def test_a_place_is_taken_back_into_use(town: Town):
    left(town)
    retired(town, "village", TYPO)
    with town.database.writing() as connection:
        reopen(connection, town.place("village", TYPO), desk=town.desk)

    assert town.importer.beneficiaries(beneficiary("26000009", village=TYPO)).errors == ()
