"""Migration 0008 on a database in which people asked for the same again and again."""

from datetime import UTC, datetime, timedelta

import pytest
from alembic import command
from sqlalchemy import text

from gateway.registry.database import Database
from gateway.registry.migrate import configuration
from tests.registry.test_migrations import new_database

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)
CASES = [  # (kind, msisdn, state, text)
    ("sms", "+8562055500001", "open", "not paid"),
    ("sms", "+8562055500001", "open", "still not paid"),
    ("sms", "+8562055500001", "closed", "an older one"),
    ("not_paid", "+8562055500001", "open", None),
    ("not_paid", "+8562055500001", "open", None),
    ("sms", "+8562055500001", "open", None),
    ("sms", "+8562055500002", "open", "of another number"),
]
INSERT = text(
    "insert into cases (event_key, kind, msisdn, state, text, opened_at)"
    " values (:key, :kind, :msisdn, :state, :text, :opened_at)"
)


@pytest.fixture(params=[pytest.param("sqlite", marks=pytest.mark.sqlite), "postgresql"])
def before(request: pytest.FixtureRequest, tmp_path):
    """A database at migration 0007 with the CASES in it."""
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path}/before.sqlite"
    else:
        url = new_database(request.getfixturevalue("postgresql_server"), "before_limits")
    database = Database(url)
    with database.writing() as connection:
        command.upgrade(configuration(connection), "0007")
        for number, (kind, msisdn, state, words) in enumerate(CASES):
            row = {"kind": kind, "msisdn": msisdn, "state": state, "text": words}
            opened_at = NOW + timedelta(hours=number)
            if request.param == "sqlite":
                opened_at = opened_at.replace(tzinfo=None)
            connection.execute(INSERT, {**row, "key": str(number), "opened_at": opened_at})
    yield database
    database.dispose()


def test_the_oldest_stays_open_with_what_the_others_say(before: Database):
    with before.writing() as connection:
        command.upgrade(configuration(connection), "0008")

    with before.reading() as connection:
        columns = "number, state, times, joined_to, text"
        rows = connection.execute(text(f"select {columns} from cases order by number"))  # noqa: S608 - our own columns
        assert [tuple(row) for row in rows] == [
            (1, "open", 3, None, "not paid\nstill not paid"),
            (2, "closed", 1, 1, "still not paid"),
            (3, "closed", 1, None, "an older one"),
            (4, "open", 2, None, None),
            (5, "closed", 1, 4, None),
            (6, "closed", 1, 1, None),
            (7, "open", 1, None, "of another number"),
        ]
