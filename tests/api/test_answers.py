"""Two of the same request at once: one is done, and nothing of the other stays."""

from uuid import UUID

import pytest
from sqlalchemy import Connection, func, select

from gateway.api import answers
from gateway.api.keys import Wanted, make_key
from gateway.api.operations import Answer
from gateway.api.problems import ProblemError
from gateway.registry.api_tables import api_answers
from gateway.registry.database import Database
from gateway.staff.audit import Actor
from tests.service import NINE_IN_THE_MORNING as NOW

SECRET = b"s" * 32
DONE = Answer(body={"done": True}, status=201)


@pytest.fixture
def key_id(database: Database) -> UUID:
    return _key(database)


def _key(database: Database) -> UUID:
    wanted = Wanted(name="registry", kind="live", scopes=["payments:write"])
    with database.writing() as connection:
        made, _shown = make_key(connection, wanted, by=Actor("test"), now=NOW, pepper=b"pepper")
    return made


def _remember(connection: Connection, key_id: UUID) -> None:
    answers.remember(connection, key_id, "one", "request", DONE, now=NOW, secret=SECRET)


def _given(database: Database, key_id: UUID, request: str = "request") -> answers.Given | None:
    with database.reading() as connection:
        return answers.given_before(connection, key_id, "one", request, now=NOW, secret=SECRET)


def test_what_was_answered_is_given_again(database: Database, key_id: UUID):
    with database.writing() as connection:
        _remember(connection, key_id)

    assert _given(database, key_id) == answers.Given(201, b'{"done":true}', None)


def test_a_write_that_did_not_come_to_its_end_leaves_no_answer(database: Database, key_id: UUID):
    def broken_off() -> None:
        with database.writing() as connection:
            _remember(connection, key_id)
            raise InterruptedError

    with pytest.raises(InterruptedError):
        broken_off()

    assert _given(database, key_id) is None


def test_who_comes_second_is_told_that_it_is_done(database: Database, key_id: UUID):
    with database.writing() as connection:
        _remember(connection, key_id)

    with pytest.raises(answers.DoneMeanwhileError), database.writing() as connection:
        _remember(connection, key_id)


def test_who_comes_meanwhile_is_told_to_wait(postgresql: Database):
    key_id = _key(postgresql)
    with postgresql.writing() as first:
        _remember(first, key_id)
        with pytest.raises(ProblemError, match="conflict"), postgresql.writing() as second:
            _remember(second, key_id)

    with postgresql.reading() as connection:
        assert connection.execute(select(func.count()).select_from(api_answers)).scalar_one() == 1


def test_another_request_under_the_key_is_refused(database: Database, key_id: UUID):
    with database.writing() as connection:
        _remember(connection, key_id)

    with pytest.raises(ProblemError, match="unprocessable"):
        _given(database, key_id, "other")
