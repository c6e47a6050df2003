"""Whoever has read up to a position has read everything up to it."""

from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import Connection, select

from gateway.changes.numbering import last_position, number, number_all
from gateway.core.learnt import MEANINGS, Learnt
from gateway.registry.database import Database
from gateway.registry.learning import changes, learn

LONGEST_KIND = 32
NOW = datetime(2026, 11, 27, 3, 0, tzinfo=UTC)
PHONE = "+8562055500001"


def say(connection: Connection, category: str) -> None:
    data = {"category": category, "source": "sms"}
    learn(connection, Learnt.OPTOUT_STARTED, at=NOW, msisdn=PHONE, data=data)


def numbered(database: Database) -> dict[str, int | None]:
    with database.reading() as connection:
        rows = connection.execute(select(changes.c.data, changes.c.position).order_by(changes.c.id))
        return {row.data["category"]: row.position for row in rows}


def test_what_is_learnt_is_numbered_in_the_order_of_its_ids(database: Database):
    with database.writing() as connection:
        for category in ("payment", "health", "broadcast"):
            say(connection, category)

    assert number_all(database, (), at_once=2) == 3
    assert numbered(database) == {"payment": 1, "health": 2, "broadcast": 3}
    assert number_all(database, ()) == 0


def test_who_commits_later_gets_a_later_place_though_learnt_earlier(postgresql: Database):
    with postgresql.writing() as slow:
        say(slow, "payment")
        with postgresql.writing() as quick:
            say(quick, "health")
        number_all(postgresql, ())
        assert numbered(postgresql) == {"health": 1}
    number_all(postgresql, ())

    assert numbered(postgresql) == {"payment": 2, "health": 1}


def test_a_step_that_is_killed_has_given_no_place_and_made_nothing(database: Database):
    made: list[tuple[int, int]] = []

    def dies(connection: Connection, first: int, last: int) -> None:
        assert last_position(connection) == last
        made.append((first, last))
        raise KeyboardInterrupt

    with database.writing() as connection:
        say(connection, "payment")
    with pytest.raises(KeyboardInterrupt), database.writing() as connection:
        number(connection, (dies,))

    assert numbered(database) == {"payment": None}
    number_all(database, (lambda _connection, first, last: made.append((first, last)),))
    assert made == [(1, 1), (1, 1)]
    assert numbered(database) == {"payment": 1}


def test_the_place_of_a_row_that_went_is_given_to_no_other(database: Database):
    with database.writing() as connection:
        say(connection, "payment")
    number_all(database, ())
    with database.writing() as connection:
        connection.execute(changes.delete())
        say(connection, "health")
    number_all(database, ())

    assert numbered(database) == {"health": 2}


@pytest.mark.parametrize("data", [{}, {"category": "all"}, {"category": "all", "text": "x"}])
def test_nothing_is_written_beside_the_names_of_its_kind(database: Database, data: dict[str, Any]):
    with database.writing() as connection, pytest.raises(ValueError, match="category"):
        learn(connection, Learnt.OPTOUT_ENDED, at=NOW, msisdn=PHONE, data=data)


def test_every_kind_has_a_meaning_and_fits_its_column():
    assert {*MEANINGS} == {*Learnt}
    assert max(map(len, Learnt)) <= LONGEST_KIND
