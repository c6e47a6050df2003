"""A place merged into another: everything that pointed at it follows, and its names as well."""

from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import func, insert, select

from gateway.core.told import Told
from gateway.figures.tables import figures
from gateway.messaging.planning.reminders import run_corrections
from gateway.messaging.tables import broadcasts, messages
from gateway.places.faults import ANOTHER_DISTRICT, BUSY, GONE, RETIRED, THE_SAME, PlaceError
from gateway.places.merging import merge, plan_merge
from gateway.registry.database import Database
from gateway.registry.imports.staging import IMPORTING
from gateway.registry.tables import (
    beneficiaries,
    districts,
    health_centres,
    metadata,
    pay_points,
    villages,
)
from gateway.staff.accounts import add_staff
from gateway.staff.audit import record
from gateway.staff.tables import audit_log, staff_users
from tests.places.conftest import MISSPELT, PEOPLE, Town, town_in
from tests.registry.files import NOW, beneficiary, payment
from tests.registry.importer import counts

HERE, WRONG = "ສະໜາມໄຊ", "ສະໜາມໄຊຍະ"
VILLAGE, TYPO = "ໂພນແກ້ວ", "ໂພນແກວ້"
POINT, MARKET = "ບ້ານ ໂພນແກ້ວ", "ຕະຫຼາດ"


def broadcast(town: Town, **audience: list[int]):
    return town.add(
        broadcasts, id=uuid4(), name="b", texts={"lo": "x"}, audience=audience,
        state="submitted", created_by="k", authors=[], revision=1, preview={"recipients": 1},
        created_at=NOW, updated_at=NOW,
    )  # fmt: skip


def test_people_and_audiences_of_a_village_follow(town: Town):
    away, kept = town.place("village", TYPO), town.place("village", VILLAGE)
    broadcast(town, village=[away.id, kept.id, 99])

    town.merge("village", TYPO, VILLAGE)

    assert town.importer.person("26000002").village_id == kept.id
    assert TYPO not in town.names(villages)
    (row,) = town.importer.rows(broadcasts)
    assert row.audience == {"village": [kept.id, 99]}
    assert (row.preview, row.revision) == (None, 2)


def test_the_next_file_with_the_old_spelling_lands_in_the_kept_place(town: Town):
    kept = town.place("village", VILLAGE)
    town.merge("village", TYPO, VILLAGE)

    report = town.importer.beneficiaries(PEOPLE[1], beneficiary("26000009", village="ບ້ານ " + TYPO))

    assert (counts(report), report.places) == ((1, 0, 1), ())
    assert town.importer.person("26000009").village_id == kept.id


def test_payments_of_a_pay_point_follow_and_nobody_is_told_of_another_spelling(town: Town):
    kept = town.place("pay_point", POINT)
    paid = town.told("26000002", "... ຕະຫຼາດ")

    assert town.merge("pay_point", MARKET, POINT) == 0

    assert town.payment_of("26000002").pay_point_id == kept.id
    assert town.importer.person("26000002").pay_point_id == kept.id
    (message,) = town.importer.rows(messages)
    assert Told.read(message.told) == Told(town.payment_of("26000002").due_on, kept.id)
    assert message.payment_id == paid
    again = run_corrections(town.database, hours=town.desk.hours, default_locale="lo", now=NOW)
    assert again == 0


def test_who_was_told_the_place_that_goes_gets_one_correction_where_staff_say_so(town: Town):
    town.told("26000001", "... ບ້ານ ໂພນແກ້ວ")
    town.told("26000002", "... ຕະຫຼາດ")

    assert town.merge("pay_point", MARKET, POINT, tell=True) == 1

    correction = town.importer.rows(messages)[-1]
    assert (correction.template, correction.beneficiary_id) == (
        "payment_changed", town.importer.person("26000002").id,
    )  # fmt: skip
    more = run_corrections(town.database, hours=town.desk.hours, default_locale="lo", now=NOW)
    assert more == 0


def test_the_preview_counts_what_follows_and_changes_nothing(town: Town):
    town.told("26000002", "... ຕະຫຼາດ")
    away, kept = town.place("pay_point", MARKET), town.place("pay_point", POINT)
    broadcast(town, pay_point=[away.id])

    with town.database.reading() as connection:
        plan = plan_merge(connection, away, kept, town.desk)

    found = plan.follows
    assert (found.people, found.payments, found.cases, found.accounts) == (1, 1, 0, 0)
    assert ([one.name for one in found.broadcasts], plan.told, plan.otherwise) == (["b"], 1, True)
    assert MARKET in town.names(pay_points)


def test_another_spelling_reads_as_the_same_place(town: Town):
    away, kept = town.place("village", TYPO), town.place("village", VILLAGE)

    with town.database.reading() as connection:
        assert not plan_merge(connection, away, kept, town.desk).otherwise


def test_a_district_brings_its_places_people_accounts_and_figures(town: Town):
    away, kept = town.place("district", WRONG), town.place("district", HERE)
    with town.database.writing() as connection:
        add_staff(
            connection, email="k@example.la", password_hash="x", role="operator",
            now=NOW, district_id=away.id, locale="en",
        )  # fmt: skip
        record(connection, town.desk.actor, "x", now=NOW, district_id=away.id)
        rows = [(away.id, "a", 2), (kept.id, "a", 3), (away.id, "b", 1)]
        connection.execute(insert(figures), [
            {"topic": "t", "period_on": NOW.date(), "district_id": district, "kind": kind,
             "count": count} for district, kind, count in rows
        ])  # fmt: skip

    town.merge("district", WRONG, HERE)

    assert town.names(districts) == [HERE]
    assert sorted(town.names(villages)) == sorted([VILLAGE, TYPO, "ນາໄຮ"])
    assert {row.district_id for row in town.importer.rows(villages)} == {kept.id}
    assert town.importer.person("26000003").village_id == town.place("village", VILLAGE).id
    assert {row.district_id for row in town.importer.rows(beneficiaries)} == {kept.id}
    assert {row.district_id for row in town.importer.rows(staff_users)} == {kept.id}
    assert [(row.kind, row.count) for row in town.importer.rows(figures)] == [("a", 5), ("b", 1)]
    assert town.payment_of("26000003").pay_point_id == town.place("pay_point", POINT).id
    assert away.id in {row.district_id for row in town.importer.rows(audit_log)}


def test_a_file_with_the_merged_district_changes_nothing(town: Town):
    town.merge("district", WRONG, HERE)

    report = town.importer.beneficiaries(*PEOPLE)

    assert (counts(report), report.places) == ((0, 0, 4), ())


def test_figures_of_a_village_are_added_to_those_of_the_one_that_stays(town: Town):
    away, kept = town.place("village", TYPO), town.place("village", VILLAGE)
    with town.database.writing() as connection:
        kinds = {f"{away.id}:people": 2, f"{kept.id}:people": 3, f"{away.id}0:people": 7}
        connection.execute(insert(figures), [
            {"topic": "villages:2026-11", "period_on": NOW.date(), "kind": kind,
             "district_id": kept.district_id, "count": count} for kind, count in kinds.items()
        ])  # fmt: skip

    town.merge("village", TYPO, VILLAGE)

    found = {row.kind: row.count for row in town.importer.rows(figures)}
    assert found == {f"{kept.id}:people": 5, f"{away.id}0:people": 7}


def test_what_was_said_within_a_merged_district_holds_in_the_other(town: Town):
    town.add(villages, district_id=town.place("district", WRONG).id, name="ນາ", name_latin="Na")
    town.merge("village", "ນາໄຮ", "ນາ")
    town.merge("district", WRONG, HERE)

    report = town.importer.beneficiaries(beneficiary("26000004", **MISSPELT, msisdn=""))

    assert report.places == ()
    assert town.importer.person("26000004").village_id == town.place("village", VILLAGE).id
    town.importer.beneficiaries(PEOPLE[3])
    assert town.importer.person("26000004").village_id == town.place("village", "ນາ").id


def test_a_province_brings_its_districts(town: Town):
    town.importer.beneficiaries(beneficiary("26000005", province="ອັດຕະປື ໃໝ່"))
    town.importer.beneficiaries(beneficiary("26000006", province="ອັດຕະປື ໃໝ່", district="ນອງ"))

    town.merge("province", "ອັດຕະປື ໃໝ່", "ອັດຕະປື")

    assert sorted(town.names(districts)) == sorted([HERE, WRONG, "ນອງ"])
    assert {row.province for row in town.importer.rows(districts)} == {"ອັດຕະປື"}
    here = town.place("district", HERE).id
    assert town.importer.person("26000005").district_id == here
    again = town.importer.beneficiaries(beneficiary("26000005", province="ອັດຕະປື ໃໝ່"))
    assert (counts(again), again.places) == ((0, 0, 1), ())


@pytest.mark.parametrize(
    ("away", "kept", "reason"),
    [
        (("village", VILLAGE), ("village", VILLAGE), THE_SAME),
        (("village", TYPO), ("village", "ນາໄຮ"), ANOTHER_DISTRICT),
    ],
)
def test_what_cannot_be_merged_is_refused(town: Town, away, kept, reason: str):
    with town.database.reading() as connection, pytest.raises(PlaceError) as refused:
        plan_merge(connection, town.place(*away), town.place(*kept), town.desk)

    assert refused.value.reason == reason


def test_nothing_is_merged_into_a_retired_place(town: Town):
    with town.database.writing() as connection:
        connection.execute(villages.update().values(retired_at=NOW))

    with pytest.raises(PlaceError) as refused:
        town.merge("village", TYPO, VILLAGE)
    assert refused.value.reason == RETIRED


def test_the_second_of_two_who_merge_the_same_is_told(town: Town):
    away, kept = town.place("village", TYPO), town.place("village", VILLAGE)
    town.merge("village", TYPO, VILLAGE)

    with town.database.writing() as connection, pytest.raises(PlaceError) as refused:
        merge(connection, away, kept, tell=False, desk=town.desk)
    assert refused.value.reason == GONE


def test_no_place_changes_while_a_file_is_imported(postgresql: Database, tmp_path: Path):
    town = town_in(postgresql, tmp_path)
    with postgresql.writing() as importing:
        importing.execute(select(func.pg_advisory_xact_lock(IMPORTING)))
        with pytest.raises(PlaceError) as refused:
            town.merge("village", TYPO, VILLAGE)

    assert refused.value.reason == BUSY


def test_a_merge_is_in_the_audit_log(town: Town):
    kept = town.place("village", VILLAGE)
    town.merge("village", TYPO, VILLAGE)

    line = town.importer.rows(audit_log)[-1]
    assert (line.action, line.kind, line.object_id) == ("place.merge", "place", kept.key)
    assert line.changes["people"] == [None, 1]


def test_every_table_that_names_a_place_is_known_to_the_merge():
    """A column that names a place without a foreign key would be left behind."""
    named = {"district_id", "village_id", "health_centre_id", "pay_point_id"}
    loose = {
        f"{table.name}.{column.name}"
        for table in metadata.tables.values()
        for column in table.columns
        if column.name in named and not column.foreign_keys
    }
    # A mark may be left behind: whoever has moved is another version, so nothing is passed over.
    marks = {"reminder_marks.district_id"}
    followed = {"figures.district_id", "changes.district_id"}
    assert loose - marks == {"audit_log.district_id", *followed}


def test_a_payments_file_with_the_old_pay_point_changes_nothing(town: Town):
    town.merge("pay_point", MARKET, POINT)

    report = town.importer.payments(payment("26000002", pay_point=MARKET))

    assert (counts(report), report.places) == ((0, 0, 1), ())


def test_a_health_centre_brings_who_is_confined_to_it(town: Town):
    town.add(
        health_centres, district_id=town.place("district", HERE).id, name="ສຸກສາລາ ປິນດົງ 2",
        name_latin="x",
    )  # fmt: skip
    away = town.place("health_centre", "ສຸກສາລາ ປິນດົງ 2")
    with town.database.writing() as connection:
        add_staff(
            connection, email="k@example.la", password_hash="x", role="health_worker",
            now=NOW, district_id=away.district_id, health_centre_id=away.id, locale="en",
        )  # fmt: skip

    town.merge("health_centre", "ສຸກສາລາ ປິນດົງ 2", "ສຸກສາລາ ປິນດົງ")

    (account,) = town.importer.rows(staff_users)
    assert account.health_centre_id == town.place("health_centre", "ສຸກສາລາ ປິນດົງ").id
