"""The demo's logins."""

import stat
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.registry.database import Database
from gateway.staff.accounts import authenticate, by_email, set_password
from gateway.staff.demo import ensure_demo_staff
from tests.staff.people import HASH, NOW

ROLES = {
    "viewer@demo.la": "viewer",
    "operator@demo.la": "operator",
    "approver@demo.la": "approver",
    "editor@demo.la": "editor",
    "admin@demo.la": "admin",
}
LATER = NOW + timedelta(days=1)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "var" / "demo-logins.txt"


def _roles(database: Database, logins: dict[str, str]) -> dict[str, str]:
    """{email: role} of those logins that work."""
    found = {email: authenticate(database, email, word) for email, word in logins.items()}
    return {email: staff.role for email, staff in found.items() if staff is not None}


def test_the_first_run_makes_a_login_for_each_role_that_works(sqlite: Database, file: Path):
    logins = ensure_demo_staff(sqlite, NOW, file)

    assert _roles(sqlite, logins) == ROLES
    assert len(set(logins.values())) == len(ROLES)


def test_the_passwords_are_kept_where_only_their_owner_reads(sqlite: Database, file: Path):
    logins = ensure_demo_staff(sqlite, NOW, file)

    assert file.read_text() == "".join(f"{email} {word}\n" for email, word in logins.items())
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_the_second_run_keeps_them(sqlite: Database, file: Path):
    first = ensure_demo_staff(sqlite, NOW, file)

    assert ensure_demo_staff(sqlite, LATER, file) == first
    assert _roles(sqlite, first) == ROLES


def test_a_new_database_gets_the_passwords_that_are_known(
    sqlite: Database, postgresql: Database, file: Path
):
    first = ensure_demo_staff(sqlite, NOW, file)

    assert ensure_demo_staff(postgresql, NOW, file) == first
    assert _roles(postgresql, first) == ROLES


def test_a_lost_file_means_new_passwords(sqlite: Database, file: Path):
    first = ensure_demo_staff(sqlite, NOW, file)
    file.unlink()

    second = ensure_demo_staff(sqlite, LATER, file)

    assert not set(first.values()) & set(second.values())
    assert _roles(sqlite, second) == ROLES


def test_a_password_that_somebody_chose_is_theirs(sqlite: Database, file: Path):
    ensure_demo_staff(sqlite, NOW, file)
    with sqlite.writing() as connection:
        admin = by_email(connection, "admin@demo.la")
        assert admin is not None
        set_password(connection, admin.id, HASH, NOW)

    logins = ensure_demo_staff(sqlite, LATER, file)

    assert logins.keys() == ROLES.keys() - {"admin@demo.la"}
    assert "admin@demo.la" not in file.read_text()


def test_they_say_that_they_are_the_demos(sqlite: Database, file: Path):
    ensure_demo_staff(sqlite, NOW, file)

    with sqlite.reading() as connection:
        found = [by_email(connection, email) for email in ROLES]

    assert all(staff and staff.demo_password and not staff.must_change_password for staff in found)
