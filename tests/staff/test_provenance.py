"""Whose making an account is: what the four eyes of a broadcast are asked."""

from datetime import timedelta

import pytest

from gateway.registry.database import Database
from gateway.staff.audit import Actor, record
from gateway.staff.provenance import authored_recently
from tests.staff.people import NOW, add_somebody

SINCE = NOW - timedelta(hours=24)
ROLE = {"role": ("viewer", "approver")}


@pytest.fixture
def author(database: Database):
    return add_somebody(database, "admin", email="author@example.la")


@pytest.fixture
def account(database: Database):
    return add_somebody(database, "approver", email="second@example.la")


def _line(database, actor, action, account, at=NOW, changes=None) -> None:
    with database.writing() as connection:
        record(
            connection, actor, action, now=at, kind="staff", object_id=account.id, changes=changes
        )


def _is_theirs(database, account, *authors, since=SINCE) -> bool:
    with database.reading() as connection:
        return authored_recently(connection, account.id, {one.id for one in authors}, since)


@pytest.mark.parametrize(
    ("label", "action", "changes", "theirs"),
    [
        ("added", "staff.add", ROLE, True),
        ("another role", "staff.change", ROLE, True),
        ("another place", "staff.change", {"district_id": (3, None)}, True),
        ("a new password", "staff.new_password", None, True),
        ("given back", "staff.activate", {"active": (False, True)}, True),
        ("saved unchanged", "staff.change", {}, False),
        ("taken away", "staff.deactivate", {"active": (True, False)}, False),
        ("unlocked", "staff.unlock", None, False),
    ],
)
def test_what_makes_an_account_somebodys(
    database: Database, author, account, label, action, changes, theirs
):
    _line(database, Actor(author.email, author), action, account, changes=changes)

    assert _is_theirs(database, account, author) is theirs, label


def test_a_day_later_it_is_its_own(database: Database, author, account):
    _line(database, Actor(author.email, author), "staff.add", account, at=SINCE)

    assert _is_theirs(database, account, author)
    assert not _is_theirs(database, account, author, since=SINCE + timedelta(seconds=1))


def test_what_somebody_else_or_a_command_made_is_not_the_authors(
    database: Database, author, account
):
    other = add_somebody(database, "admin", email="other@example.la")
    _line(database, Actor("flask staff add"), "staff.add", account)
    _line(database, Actor(other.email, other), "staff.new_password", account)

    assert not _is_theirs(database, account, author)
    assert _is_theirs(database, account, author, other), "one of several authors is enough"
    assert not _is_theirs(database, account), "a broadcast without authors"


def test_another_account_is_not_this_one(database: Database, author, account):
    _line(database, Actor(author.email, author), "staff.add", author)

    assert not _is_theirs(database, account, author)
