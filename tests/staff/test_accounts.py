"""Telling who somebody is, and locking out who guesses."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from gateway.registry.database import Database
from gateway.staff.accounts import (
    EmailTaken,
    StaffUser,
    add_staff,
    authenticate,
    by_email,
    change_account,
    set_locale,
    set_password,
)
from gateway.staff.passwords import hash_password
from gateway.staff.tables import staff_users
from gateway.staff.tries import LOCKED_FOR, MOST_FAILURES
from tests.staff.people import EMAIL, HASH, NOW, PASSWORD, add_somebody

LATER = NOW + timedelta(minutes=1)


def _sign_in(database: Database, password: str = PASSWORD, now=LATER) -> StaffUser | None:
    return authenticate(database, EMAIL, password, now=now)


def _found(database: Database, email: str = EMAIL) -> StaffUser:
    with database.reading() as connection:
        found = by_email(connection, email)
    assert found is not None
    return found


def _guess(database: Database, times: int, now=LATER) -> None:
    for _guess in range(times):
        assert _sign_in(database, "wrong", now) is None


@pytest.mark.parametrize(
    ("email", "password", "known"),
    [
        pytest.param(EMAIL, PASSWORD, True, id="email and password"),
        pytest.param(
            " Somebody@Example.LA ", PASSWORD, True, id="the email in capitals and with spaces"
        ),
        pytest.param(EMAIL, "seven quiet buffalo", False, id="another password"),
        pytest.param(EMAIL, "", False, id="no password"),
        pytest.param(EMAIL, HASH, False, id="the hash as a password"),
        pytest.param("other@example.la", PASSWORD, False, id="an email nobody has"),
        pytest.param("", PASSWORD, False, id="no email"),
    ],
)
def test_who_somebody_is(database: Database, email: str, password: str, known: bool):
    somebody = add_somebody(database)

    found = authenticate(database, email, password, now=LATER)

    assert (found is not None) == known
    assert found is None or found.id == somebody.id


def test_nobody_signs_in_to_an_account_that_was_taken_away(database: Database):
    somebody = add_somebody(database)
    with database.writing() as connection:
        change_account(connection, somebody.id, {"active": False}, NOW)

    assert _sign_in(database) is None


def test_the_fifth_wrong_password_locks_even_the_right_one_out(database: Database):
    add_somebody(database)

    _guess(database, MOST_FAILURES)

    assert _sign_in(database) is None


def test_a_lock_ends_after_fifteen_minutes(database: Database):
    add_somebody(database)
    _guess(database, MOST_FAILURES)

    assert _sign_in(database, now=LATER + LOCKED_FOR - timedelta(seconds=1)) is None
    assert _sign_in(database, now=LATER + LOCKED_FOR) is not None


def test_four_wrong_passwords_and_a_right_one_begin_the_count_anew(database: Database):
    add_somebody(database)

    _guess(database, MOST_FAILURES - 1)
    assert _sign_in(database) is not None
    _guess(database, MOST_FAILURES - 1)

    assert _sign_in(database) is not None


def test_a_guess_during_a_lock_does_not_make_it_longer(database: Database):
    add_somebody(database)
    _guess(database, MOST_FAILURES)

    _guess(database, MOST_FAILURES, now=LATER + LOCKED_FOR / 2)

    assert _sign_in(database, now=LATER + LOCKED_FOR) is not None


def test_one_account_locked_leaves_the_others_alone(database: Database):
    add_somebody(database)
    add_somebody(database, email="other@example.la")
    _guess(database, MOST_FAILURES)

    assert authenticate(database, "other@example.la", PASSWORD, now=LATER) is not None


def test_an_email_is_one_account_however_it_is_written(database: Database):
    add_somebody(database)

    with database.writing() as connection:
        with pytest.raises(EmailTaken):
            add_staff(connection, email=EMAIL.upper(), password_hash=HASH, role="admin", now=NOW)
        # The transaction goes on: whoever is told so may try another one.
        add_staff(connection, email="free@example.la", password_hash=HASH, role="admin", now=NOW)

    assert _found(database).role == "viewer"
    assert _found(database, "free@example.la").role == "admin"


def test_a_new_password_ends_sessions_and_locks(database: Database):
    before = add_somebody(database)
    _guess(database, MOST_FAILURES)

    with database.writing() as connection:
        set_password(connection, before.id, hash_password("four grey umbrellas"), LATER)

    after = _sign_in(database, "four grey umbrellas")
    assert after is not None
    assert after.uniquifier != before.uniquifier


def test_a_changed_role_ends_sessions(database: Database):
    before = add_somebody(database)

    with database.writing() as connection:
        change_account(connection, before.id, {"role": "admin"}, LATER)

    after = _found(database)
    assert (after.role, after.updated_at) == ("admin", LATER)
    assert after.uniquifier != before.uniquifier


def test_another_language_ends_no_session(database: Database):
    before = add_somebody(database)

    with database.writing() as connection:
        set_locale(connection, before.id, "en")

    after = _found(database)
    assert (after.locale, after.uniquifier) == ("en", before.uniquifier)


def test_no_password_is_stored(database: Database):
    with database.writing() as connection:
        add_staff(
            connection,
            email=EMAIL,
            password_hash=hash_password(PASSWORD),
            role="admin",
            now=NOW,
        )

    with database.reading() as connection:
        row = connection.execute(select(staff_users)).one()
    assert row.password_hash.startswith("$argon2id$")
    assert all(PASSWORD not in str(value) for value in row)
