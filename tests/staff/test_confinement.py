"""Which rows one of the staff may see at all."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Table, select

from gateway.core.kinds import CaseKind
from gateway.messaging.tables import receipts
from gateway.registry.cases import open_case
from gateway.registry.database import Database
from gateway.registry.tables import (
    beneficiaries,
    callers,
    cases,
    districts,
    health_centres,
    payments,
    villages,
    visits,
)
from gateway.staff.accounts import StaffUser
from gateway.staff.audit import Actor, record
from gateway.staff.confinement import conditions, confine
from gateway.staff.tables import audit_log, staff_users
from tests.staff.people import add_somebody

AT = datetime(2026, 11, 24, tzinfo=UTC)
CONFINABLE = [
    districts, villages, health_centres, beneficiaries, payments, visits, cases, staff_users,
    audit_log,
]  # fmt: skip


def _id(database: Database, table: Table, name: str) -> int:
    with database.reading() as connection:
        found = select(table.c.id).where(table.c.name_latin == name)
        return int(connection.execute(found).scalar_one())


def _confined_to(database: Database, district: str, **more: Any) -> StaffUser:
    return add_somebody(database, district_id=_id(database, districts, district), **more)


def _names(database: Database, staff: StaffUser, table: Table) -> set[str]:
    with database.reading() as connection:
        statement = confine(select(table.c.name_latin), table, staff)
        return set(connection.execute(statement).scalars())


def _count(database: Database, staff: StaffUser, table: Table) -> int:
    with database.reading() as connection:
        return len(connection.execute(confine(select(table), table, staff)).all())


def test_whoever_is_not_confined_sees_every_district(demo_registry: Database):
    everywhere = add_somebody(demo_registry)

    assert _names(demo_registry, everywhere, districts) == {"Sanamxay", "Phouvong", "Nong"}


def test_whoever_is_confined_sees_one_district_and_its_places(demo_registry: Database):
    staff = _confined_to(demo_registry, "Phouvong")

    assert _names(demo_registry, staff, districts) == {"Phouvong"}
    assert _names(demo_registry, staff, health_centres) == {
        "Souksala Namxouan",
        "Souksala Vongxai",
    }


@pytest.mark.parametrize("table", [beneficiaries, payments, visits], ids=lambda one: one.name)
def test_the_districts_together_show_everything_once(demo_registry: Database, table: Table):
    everywhere = add_somebody(demo_registry)

    parts = [
        _count(
            demo_registry,
            _confined_to(demo_registry, name, email=f"{name}@example.la"),
            table,
        )
        for name in ("Sanamxay", "Phouvong", "Nong")
    ]

    assert sum(parts) == _count(demo_registry, everywhere, table)
    assert all(parts)


def test_a_health_worker_sees_her_health_centre_only(demo_registry: Database):
    district = _confined_to(demo_registry, "Nong")
    centre = _id(demo_registry, health_centres, "Souksala Laho")
    worker = _confined_to(
        demo_registry, "Nong", role="health_worker", email="w@example.la", health_centre_id=centre
    )

    for table in (beneficiaries, payments, visits):
        assert 0 < _count(demo_registry, worker, table) < _count(demo_registry, district, table)
    assert _names(demo_registry, worker, health_centres) == {"Souksala Laho"}


def test_an_sms_to_read_belongs_to_the_district_of_whose_number_it_came_from(
    demo_registry: Database,
):
    here = _confined_to(demo_registry, "Sanamxay")
    elsewhere = _confined_to(demo_registry, "Nong", email="other@example.la")
    everywhere = add_somebody(demo_registry, email="all@example.la")
    with demo_registry.writing() as connection:
        for number in ("+8562055500001", "+8562055599999"):
            open_case(connection, event_key=number, kind=CaseKind.SMS, msisdn=number, now=AT)

    assert _count(demo_registry, here, cases) == 1
    assert _count(demo_registry, elsewhere, cases) == 0
    assert _count(demo_registry, everywhere, cases) == 2


def test_a_condition_holds_where_the_statement_joins_the_beneficiaries_itself(
    demo_registry: Database,
):
    staff = _confined_to(demo_registry, "Nong")
    joined = select(payments.c.id).join(
        beneficiaries, beneficiaries.c.id == payments.c.beneficiary_id
    )

    with demo_registry.reading() as connection:
        found = connection.execute(confine(joined, payments, staff)).all()

    assert len(found) == _count(demo_registry, staff, payments)


def test_lines_of_the_log_about_no_district_are_for_those_who_see_all(demo_registry: Database):
    here = _confined_to(demo_registry, "Nong")
    everywhere = add_somebody(demo_registry, email="all@example.la")
    with demo_registry.writing() as connection:
        for district_id in (None, here.district_id):
            record(connection, Actor("x"), "x.y", now=AT, district_id=district_id)

    assert _count(demo_registry, here, audit_log) == 1
    assert _count(demo_registry, everywhere, audit_log) == 2


@pytest.mark.parametrize("table", CONFINABLE, ids=lambda one: one.name)
def test_every_table_of_the_pages_can_be_confined(demo_registry: Database, table: Table):
    assert conditions(table, _confined_to(demo_registry, "Nong"))
    assert conditions(table, add_somebody(demo_registry, email="all@example.la")) == []


@pytest.mark.parametrize("table", [callers, receipts], ids=lambda one: one.name)
@pytest.mark.parametrize("district", ["Nong", None])
def test_a_table_nobody_thought_of_is_shown_to_nobody(
    demo_registry: Database, table: Table, district: str | None
):
    staff = _confined_to(demo_registry, district) if district else add_somebody(demo_registry)

    with pytest.raises(TypeError, match=table.name):
        confine(select(table), table, staff)


@pytest.mark.parametrize("table", CONFINABLE, ids=lambda table: table.name)
def test_a_health_worker_of_no_place_sees_nobody(demo_registry: Database, table: Table):
    """An account without a place, however it came about, sees nothing, not everything."""
    nowhere = add_somebody(demo_registry, "health_worker")

    assert _count(demo_registry, nowhere, table) == 0


@pytest.mark.parametrize("table", CONFINABLE, ids=lambda table: table.name)
@pytest.mark.parametrize("district", ["Nong", None])
def test_an_editor_sees_nobody_whatever_is_asked_for(
    demo_registry: Database, table: Table, district: str | None
):
    place = {"district_id": _id(demo_registry, districts, district)} if district else {}
    editor = add_somebody(demo_registry, "editor", **place)

    assert _count(demo_registry, editor, table) == 0


def test_one_of_a_district_sees_that_district(demo_registry: Database):
    worker = _confined_to(demo_registry, "Nong", role="health_worker")
    viewer = _confined_to(demo_registry, "Nong", email="v@example.la")

    seen = _count(demo_registry, worker, beneficiaries)

    assert 0 < seen == _count(demo_registry, viewer, beneficiaries)
