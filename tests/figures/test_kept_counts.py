"""What is kept of the answers: counted once, settled, and never lost by half."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import select

from gateway.figures.book import WhereCheap
from gateway.figures.questions import (
    MONTHS_KEPT_READY,
    count_again,
    count_questions,
    topic_of,
)
from gateway.figures.tables import figure_topics, figures
from gateway.registry.database import Database
from tests.console.ledger import put_call, put_message
from tests.figures.test_questions import A_DAY, COUNTING, NOVEMBER, OCTOBER
from tests.messaging.village import NOW, Village, number


@pytest.fixture
def village(database: Database) -> Village:
    return Village(database)


@pytest.fixture
def ledger(database: Database) -> Any:
    return SimpleNamespace(database=database, clock=lambda: NOW)


def _stored(database: Database) -> dict[tuple[str, date, int, str], int]:
    with database.reading() as connection:
        rows = connection.execute(select(figures)).all()
    return {
        (row.topic, row.period_on, row.district_id, row.kind): row._mapping[figures.c.count]
        for row in rows
    }


def _topics(database: Database) -> set[str]:
    with database.reading() as connection:
        return set(connection.execute(select(figure_topics.c.topic)).scalars())


def test_every_question_of_a_year_is_counted_once_and_again_changes_nothing(
    database: Database, village: Village, ledger: Any
):
    village.woman(1)
    put_call(ledger, number(1))
    put_message(ledger, number(1), ago=60 * A_DAY)

    topics = list(count_questions(database, COUNTING))
    first = _stored(database)
    list(count_questions(database, COUNTING))

    assert set(topics) == _topics(database)
    assert {topic_of("people", NOVEMBER), topic_of("told", date(2026, 12, 1))} <= set(topics)
    assert sum(topic.startswith("sms:") for topic in topics) == MONTHS_KEPT_READY
    assert topic_of("people", OCTOBER) not in topics
    assert _stored(database) == first


def test_whoever_is_killed_in_between_has_left_whole_topics(
    database: Database, village: Village, ledger: Any
):
    village.woman(1)
    put_call(ledger, number(1))

    steps = count_questions(database, COUNTING)
    begun = [next(steps) for _step in range(9)]
    done = set(begun) - {begun[-1]}  # calls are counted in parts
    assert begun[-1] == begun[-2]
    assert _topics(database) == done
    list(count_questions(database, COUNTING))

    assert _stored(database)[topic_of("calls", NOVEMBER), NOVEMBER, village.district_id, "calls"]


def test_a_month_that_is_settled_is_left_alone_and_one_before_that_is_not(
    database: Database, village: Village, ledger: Any
):
    village.woman(1)
    list(count_questions(database, COUNTING))
    put_message(ledger, number(1))
    in_december = replace(COUNTING, now=datetime(2026, 12, 9, tzinfo=UTC))
    list(count_questions(database, in_december))
    key = (topic_of("sms", NOVEMBER), NOVEMBER, village.district_id, "sms:payment")
    assert _stored(database)[key] == 1

    put_message(ledger, number(1))
    list(count_questions(database, replace(COUNTING, now=datetime(2026, 12, 10, tzinfo=UTC))))

    assert _stored(database)[key] == 1
    list(count_again(database, NOVEMBER, replace(COUNTING, now=datetime(2026, 12, 11, tzinfo=UTC))))
    assert _stored(database)[key] == 2


def test_what_is_purged_is_not_counted_to_nothing(database: Database):
    short = replace(COUNTING, retention_days=40)

    topics = set(count_questions(database, short))

    assert topic_of("calls", NOVEMBER) in topics
    assert topic_of("calls", OCTOBER) not in topics


def test_whom_the_registry_held_in_a_month_that_is_over_is_not_counted_again(
    database: Database, village: Village
):
    village.woman(1)
    list(count_questions(database, COUNTING))
    village.woman(2)

    topics = list(
        count_again(database, NOVEMBER, replace(COUNTING, now=datetime(2026, 12, 9, tzinfo=UTC)))
    )

    assert topic_of("people", NOVEMBER) not in topics
    kept = _stored(database)[topic_of("people", NOVEMBER), NOVEMBER, village.district_id,
                             "status:enrolled"]  # fmt: skip
    assert kept == 1


@pytest.mark.parametrize(
    ("took_ms", "hours", "fresh"), [(20, 1, False), (20, 0, True), (400, 1000, True)]
)
def test_a_page_counts_only_what_is_cheap(took_ms: int, hours: int, fresh: bool):
    limit = WhereCheap().limit(timedelta(milliseconds=took_ms))

    assert (timedelta(hours=hours) < limit) is fresh
