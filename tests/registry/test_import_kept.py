"""What was set in the gateway stays: an import reports it as kept and changes the rest."""

import threading
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Connection, func, select, text

from gateway.registry.choices import (
    correct_number,
    disown_number,
    end_course,
    resume_course,
    set_caller_locale,
    set_consent,
)
from gateway.registry.database import Database
from gateway.registry.imports import Kept
from tests.registry.files import NOW, beneficiary
from tests.registry.office import Office, counts

NUMBER = "+8562055512345"


def set_everything(connection: Connection, whose: UUID) -> None:
    set_caller_locale(connection, NUMBER, "lo_Latn", NOW)
    set_consent(connection, [whose], "payment", False, NOW)
    set_consent(connection, [whose], "health", False, NOW)
    end_course(connection, whose, "asked", NOW)
    correct_number(connection, whose, "+8562099912345", NOW)


@pytest.fixture
def chosen(office: Office) -> Office:
    """An office with a beneficiary who has set everything there is to set."""
    office.beneficiaries(beneficiary())
    with office.database.writing() as connection:
        set_everything(connection, office.person().id)
    return office


@pytest.mark.parametrize("dry_run", [True, False], ids=["dry run", "import"])
def test_everything_set_here_stays_and_is_reported(chosen: Office, dry_run: bool):
    report = chosen.beneficiaries(beneficiary(), dry_run=dry_run)

    person = chosen.person()
    columns = ("msisdn", "locale", "consent_payment", "consent_health", "course")
    assert report.kept == (Kept(2, "26000001", columns),)
    assert counts(report) == (0, 0, 1)
    assert (person.msisdn, person.locale) == ("+8562099912345", "lo_Latn")
    assert (person.consent_payment, person.consent_health) == (False, False)
    assert (person.course_ended_at, person.course_ended_reason) == (NOW, "asked")


def test_the_other_columns_of_a_kept_row_change(chosen: Office):
    report = chosen.beneficiaries(beneficiary(status="suspended", consent_payment="yes"))

    person = chosen.person()
    assert counts(report) == (0, 1, 0)
    assert (person.status, person.consent_payment) == ("suspended", False)


def test_what_the_file_says_as_well_is_not_reported(office: Office):
    office.beneficiaries(beneficiary())
    with office.database.writing() as connection:
        set_consent(connection, [office.person().id], "health", False, NOW)

    assert office.beneficiaries(beneficiary(consent_health="no")).kept == ()


def test_one_consent_set_here_leaves_the_other_to_the_file(office: Office):
    office.beneficiaries(beneficiary())
    with office.database.writing() as connection:
        set_consent(connection, [office.person().id], "payment", False, NOW)

    report = office.beneficiaries(beneficiary(consent_payment="yes", consent_health="no"))

    assert [kept.columns for kept in report.kept] == [("consent_payment",)]
    assert office.person().consent_health is False


def test_a_course_taken_up_again_is_no_longer_kept(office: Office):
    office.beneficiaries(beneficiary())
    whose = office.person().id
    with office.database.writing() as connection:
        end_course(connection, whose, "pregnancy_ended", NOW)
        resume_course(connection, whose, NOW)

    assert office.beneficiaries(beneficiary()).kept == ()


def test_a_number_that_was_disowned_stays_disowned(office: Office):
    office.beneficiaries(beneficiary())
    with office.database.writing() as connection:
        disown_number(connection, NUMBER, NOW)

    report = office.beneficiaries(beneficiary(status="suspended"))

    assert [kept.columns for kept in report.kept] == [("msisdn",)]
    assert office.person().msisdn_disowned_at == NOW


@pytest.mark.parametrize("typed", ["02099912345", ""], ids=["another number", "no number"])
def test_another_number_than_the_disowned_one_is_trusted(office: Office, typed: str):
    office.beneficiaries(beneficiary())
    with office.database.writing() as connection:
        disown_number(connection, NUMBER, NOW)

    report = office.beneficiaries(beneficiary(msisdn=typed))

    assert report.kept == ()
    assert office.person().msisdn_disowned_at is None


def test_a_choice_made_while_the_import_waits_is_not_lost(postgresql: Database, tmp_path: Path):
    """The import has compared and waits for the row; then the person's transaction commits."""
    office = Office(postgresql, tmp_path)
    office.beneficiaries(beneficiary())
    whose = office.person().id
    changed = beneficiary(status="suspended", consent_health="yes")
    importing = threading.Thread(
        target=office.beneficiaries, args=[changed], kwargs={"now": NOW + timedelta(days=1)}
    )
    with postgresql.writing() as connection:
        set_consent(connection, [whose], "health", False, NOW)
        importing.start()
        while not waits_for_a_lock(postgresql):
            importing.join(timeout=0.01)
            assert importing.is_alive()
    importing.join(timeout=30)

    person = office.person()
    assert (person.status, person.consent_health) == ("suspended", False)


def waits_for_a_lock(database: Database) -> bool:
    waiting = select(func.count()).select_from(text("pg_locks")).where(text("not granted"))
    with database.reading() as connection:
        return connection.execute(waiting).scalar_one() > 0
