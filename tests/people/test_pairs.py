"""Possible duplicates in the registry: found, remembered, forgotten."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from gateway.people.faults import PersonError
from gateway.people.pairs import find_pairs, pair_of, say_different, undecided
from gateway.people.registering import register
from gateway.registry.tables import beneficiaries, people_pairs
from tests.people.conftest import ELSEWHERE, Office
from tests.people.test_registering import NEW
from tests.registry.files import NOW, beneficiary

LIKE = beneficiary("26000011", name="ນາງ ບຸນມີ ໄຊຍະວົງສ໌", msisdn="")


def looked(office: Office, days: int = 0) -> list[Any]:
    """The pairs that wait after a look through the registry."""
    for _step in find_pairs(office.database, now=NOW + timedelta(days=days)):
        pass
    with office.database.reading() as connection:
        return list(connection.execute(undecided().order_by(people_pairs.c.id)))


def numbers(office: Office, pair: Any) -> set[str]:
    wanted = select(beneficiaries.c.registration_no).where(
        beneficiaries.c.id.in_((pair.one_id, pair.other_id))
    )
    with office.database.reading() as connection:
        return set(connection.execute(wanted).scalars())


def test_whoever_shares_enough_is_a_pair_once_however_often_it_is_looked_for(office: Office):
    office.importer.beneficiaries(LIKE)

    looked(office)
    (pair,) = looked(office, days=1)

    assert numbers(office, pair) == {"26000001", "26000011"}
    assert (pair.shared, pair.score) == (["name", "birth", "village"], 3)
    assert pair.district_id == office.person().district_id


def test_a_phone_leads_into_another_district(office: Office):
    office.importer.beneficiaries(LIKE | {"msisdn": "02055512345"} | ELSEWHERE)

    (pair,) = looked(office)

    assert (pair.district_id, pair.shared) == (None, ["name", "phone", "birth"])


def test_not_the_same_is_remembered(office: Office):
    office.importer.beneficiaries(LIKE)
    (pair,) = looked(office)
    with office.database.writing() as connection:
        say_different(connection, pair.id, office.desk)

    assert looked(office, days=1) == []
    with pytest.raises(PersonError, match="decided"), office.database.writing() as connection:
        say_different(connection, pair.id, office.desk)
    assert [action for action, _changes in office.log()] == ["beneficiary.not_the_same"] * 2


def test_whoever_was_registered_beside_somebody_like_her_is_none_of_them(office: Office):
    like = {"name": "ນາງ ບຸນມີ ໄຊຍະວົງສ໌", "category": "child", "child_dob": "2026-07-20"}
    with office.database.writing() as connection:
        register(connection, NEW | like, office.places(), office.desk)

    assert looked(office) == []


def test_who_is_not_alike_any_more_leaves_the_list(office: Office):
    office.importer.beneficiaries(LIKE)
    assert len(looked(office)) == 1
    office.importer.beneficiaries(LIKE | {"name": "ນາງ ວັນນາ ສີສຸກ", "child_dob": "2026-05-05"})

    assert looked(office, days=1) == []


def test_two_that_nobody_took_for_alike_can_be_compared_all_the_same(office: Office):
    one, other = office.person("26000001"), office.person("26000003")
    with office.database.writing() as connection:
        first = pair_of(connection, one, other, now=NOW)
        assert pair_of(connection, other, one, now=NOW) == first
