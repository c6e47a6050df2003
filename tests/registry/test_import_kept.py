"""What was set in the gateway stays: an import reports it as kept and changes the rest."""

import threading
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Connection, func, select, text, update

from gateway.registry.choices import (
    correct_number,
    disown_number,
    end_course,
    resume_course,
    set_caller_locale,
    set_consent,
    set_phone_owner,
)
from gateway.registry.database import Database
from gateway.registry.imports import Kept
from gateway.registry.tables import beneficiaries, pay_points, payments
from tests.kept import once
from tests.registry.files import NOW, beneficiary, payment
from tests.registry.importer import Importer, counts

NUMBER = "+8562055512345"


def set_everything(connection: Connection, whose: UUID) -> None:
    set_caller_locale(connection, NUMBER, "lo_Latn", NOW)
    set_consent(connection, [whose], "payment", False, NOW)
    set_consent(connection, [whose], "health", False, NOW)
    end_course(connection, whose, "asked", NOW)
    correct_number(connection, whose, "+8562099912345", None, NOW)


@pytest.fixture
def chosen(importer: Importer) -> Importer:
    """An importer with a beneficiary who has set everything there is to set."""

    def choose() -> None:
        importer.beneficiaries(beneficiary())
        with importer.database.writing() as connection:
            set_everything(connection, importer.person().id)

    once(importer.database, "everything set", choose)
    return importer


@pytest.mark.parametrize("dry_run", [True, False], ids=["dry run", "import"])
def test_everything_set_here_stays_and_is_reported(chosen: Importer, dry_run: bool):
    report = chosen.beneficiaries(beneficiary(), dry_run=dry_run)

    person = chosen.person()
    columns = ("msisdn", "locale", "consent_payment", "consent_health", "course")
    assert report.kept == (Kept(2, "26000001", columns),)
    assert counts(report) == (0, 0, 1)
    assert (person.msisdn, person.locale) == ("+8562099912345", "lo_Latn")
    assert (person.consent_payment, person.consent_health) == (False, False)
    assert (person.course_ended_at, person.course_ended_reason) == (NOW, "asked")


def test_the_other_columns_of_a_kept_row_change(chosen: Importer):
    report = chosen.beneficiaries(beneficiary(status="suspended", consent_payment="yes"))

    person = chosen.person()
    assert counts(report) == (0, 1, 0)
    assert (person.status, person.consent_payment) == ("suspended", False)


def test_what_the_file_says_as_well_is_not_reported(importer: Importer):
    importer.beneficiaries(beneficiary())
    with importer.database.writing() as connection:
        set_consent(connection, [importer.person().id], "health", False, NOW)

    assert importer.beneficiaries(beneficiary(consent_health="no")).kept == ()


def test_one_consent_set_here_leaves_the_other_to_the_file(importer: Importer):
    importer.beneficiaries(beneficiary())
    with importer.database.writing() as connection:
        set_consent(connection, [importer.person().id], "payment", False, NOW)

    report = importer.beneficiaries(beneficiary(consent_payment="yes", consent_health="no"))

    assert [kept.columns for kept in report.kept] == [("consent_payment",)]
    assert importer.person().consent_health is False


def test_a_course_taken_up_again_is_no_longer_kept(importer: Importer):
    importer.beneficiaries(beneficiary())
    whose = importer.person().id
    with importer.database.writing() as connection:
        end_course(connection, whose, "pregnancy_ended", NOW)
        resume_course(connection, whose, NOW)

    assert importer.beneficiaries(beneficiary()).kept == ()


def test_a_number_that_was_disowned_stays_disowned(importer: Importer):
    importer.beneficiaries(beneficiary())
    with importer.database.writing() as connection:
        disown_number(connection, NUMBER, NOW)

    report = importer.beneficiaries(beneficiary(status="suspended"))

    assert [kept.columns for kept in report.kept] == [("msisdn",)]
    assert importer.person().msisdn_disowned_at == NOW


@pytest.mark.parametrize("typed", ["02099912345", ""], ids=["another number", "no number"])
def test_another_number_than_the_disowned_one_is_trusted(importer: Importer, typed: str):
    importer.beneficiaries(beneficiary())
    with importer.database.writing() as connection:
        disown_number(connection, NUMBER, NOW)

    report = importer.beneficiaries(beneficiary(msisdn=typed))

    assert report.kept == ()
    assert importer.person().msisdn_disowned_at is None


def test_a_choice_made_while_the_import_waits_is_not_lost(postgresql: Database, tmp_path: Path):
    """The import has compared and waits for the row; then the person's transaction commits."""
    importer = Importer(postgresql, tmp_path)
    importer.beneficiaries(beneficiary())
    whose = importer.person().id
    changed = beneficiary(status="suspended", consent_health="yes")
    importing = threading.Thread(
        target=importer.beneficiaries, args=[changed], kwargs={"now": NOW + timedelta(days=1)}
    )
    with postgresql.writing() as connection:
        set_consent(connection, [whose], "health", False, NOW)
        importing.start()
        while not waits_for_a_lock(postgresql):
            importing.join(timeout=0.01)
            assert importing.is_alive()
    importing.join(timeout=30)

    person = importer.person()
    assert (person.status, person.consent_health) == ("suspended", False)


def waits_for_a_lock(database: Database) -> bool:
    waiting = select(func.count()).select_from(text("pg_locks")).where(text("not granted"))
    with database.reading() as connection:
        return connection.execute(waiting).scalar_one() > 0


def test_whose_phone_it_is_stays_as_staff_learnt_it(importer: Importer):
    importer.beneficiaries(beneficiary(phone_owner="self"))
    with importer.database.writing() as connection:
        set_phone_owner(connection, importer.person().id, "neighbour", NOW)

    report = importer.beneficiaries(beneficiary(phone_owner="self"))
    without = importer.beneficiaries(beneficiary())

    assert report.kept == (Kept(2, "26000001", ("phone_owner",)),)
    assert report.kept[0].says == ("self",)
    assert without.kept == ()
    assert importer.person().phone_owner == "neighbour"


@pytest.mark.parametrize("says", ["family", None])
def test_of_another_number_in_a_file_it_is_not_known_whose_it_is(
    importer: Importer, says: str | None
):
    importer.beneficiaries(beneficiary(phone_owner="self"))
    with importer.database.writing() as connection:
        set_phone_owner(connection, importer.person().id, "self", NOW)
    column = {"phone_owner": says} if says else {}

    report = importer.beneficiaries(beneficiary(msisdn="020 5559 9999", **column))

    assert report.kept == ()
    assert report.changes.rows == {"msisdn": 1, "phone_owner": 1}
    row = importer.person()
    assert (row.msisdn, row.phone_owner, row.set_here) == ("+8562055599999", says, [])


def decided(importer: Importer, **values: object) -> None:
    with importer.database.writing() as connection:
        connection.execute(update(beneficiaries).values(**values))


def test_a_status_that_staff_set_is_not_undone_by_an_old_file(importer: Importer):
    importer.beneficiaries(beneficiary(status="enrolled"))
    decided(importer, status="exited", status_before="enrolled")

    report = importer.beneficiaries(beneficiary(status="enrolled"))

    assert counts(report) == (0, 0, 1)
    assert report.kept == (Kept(2, "26000001", ("status",)),)
    assert importer.person().status == "exited"


def test_a_new_word_of_the_registry_counts_over_it(importer: Importer):
    importer.beneficiaries(beneficiary(status="enrolled"))
    decided(importer, status="exited", status_before="enrolled")

    report = importer.beneficiaries(beneficiary(status="suspended"))

    assert counts(report) == (0, 1, 0)
    assert (importer.person().status, importer.person().status_before) == ("suspended", None)


def test_once_the_registry_agrees_it_is_followed_again(importer: Importer):
    importer.beneficiaries(beneficiary(status="enrolled"))
    decided(importer, status="suspended", status_before="enrolled")

    importer.beneficiaries(beneficiary(status="suspended"))
    report = importer.beneficiaries(beneficiary(status="enrolled"))

    assert (report.kept, counts(report)) == ((), (0, 1, 0))
    assert importer.person().status == "enrolled"


@pytest.mark.parametrize("dry_run", [True, False], ids=["dry run", "import"])
def test_a_payday_that_staff_moved_stays_and_the_files_is_reported(
    importer: Importer, dry_run: bool
):
    importer.beneficiaries(beneficiary())
    importer.payments(payment())
    with importer.database.writing() as connection:
        connection.execute(update(payments).values(due_on=date(2026, 12, 8), due_on_set_here=True))

    report = importer.payments(payment(status="paid"), dry_run=dry_run)

    assert report.kept == (Kept(2, "26000001", ("due_on",)),)
    assert report.kept[0].says == ("2026-12-04",)
    [row] = importer.rows(payments)
    assert row.due_on == date(2026, 12, 8)
    assert row.status == ("scheduled" if dry_run else "paid")


def test_a_place_that_staff_chose_stays_and_the_day_is_taken(importer: Importer):
    importer.beneficiaries(beneficiary())
    importer.payments(payment(pay_point="ວັດ ໂພນແກ້ວ"))
    importer.payments(payment(pay_point="ໂຮງຮຽນ"))
    with importer.database.writing() as connection:
        chosen = select(pay_points.c.id).where(pay_points.c.name == "ວັດ ໂພນແກ້ວ")
        connection.execute(
            update(payments).values(pay_point_id=chosen.scalar_subquery(), pay_point_set_here=True)
        )
    before = importer.rows(payments)[0].pay_point_id

    report = importer.payments(payment(pay_point="ໂຮງຮຽນ", due_on="2026-12-15"))

    assert report.kept == (Kept(2, "26000001", ("pay_point",)),)
    assert report.kept[0].says == ("ໂຮງຮຽນ",)
    [row] = importer.rows(payments)
    assert (row.pay_point_id, row.due_on) == (before, date(2026, 12, 15))


def test_a_file_that_agrees_with_staff_keeps_nothing_back(importer: Importer):
    importer.beneficiaries(beneficiary())
    importer.payments(payment())
    with importer.database.writing() as connection:
        connection.execute(update(payments).values(due_on_set_here=True, pay_point_set_here=True))

    report = importer.payments(payment())

    assert (report.kept, counts(report)) == ((), (0, 0, 1))
