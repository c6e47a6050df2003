"""Many rows in one statement: what goes in comes out, in both databases."""

from datetime import UTC, date, datetime
from decimal import Decimal

import pytest
from sqlalchemy import select, update
from uuid_utils.compat import uuid7

from gateway.messaging.tables import handset_days, messages
from gateway.registry.bulk import insert_new, is_row, one_of, put_rows, values_table
from gateway.registry.database import Database
from tests.messaging.village import draft, ledger, queue

MOMENT = datetime(2026, 11, 24, 3, 0, 0, 123456, tzinfo=UTC)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("provider_ref", "ATXid_ກ'\"\\"),
        ("provider_ref", None),
        ("cost", Decimal("0.0079")),
        ("currency", "USD"),
        ("segments", 3),
        ("sent_at", MOMENT),
        ("sent_at", None),
        ("claim_id", uuid7()),
        ("params", {"due_on": "27/11", "visits": ["a", "b"]}),
    ],
)
def test_a_value_arrives_as_it_was(database: Database, name: str, value):
    queue(database, draft(1))
    (row,) = ledger(database, "id")
    rows = [{"id": row.id, name: value}]

    with database.writing() as connection:
        new = values_table(connection, rows, [messages.c.id, messages.c[name]])
        connection.execute(
            update(messages)
            .where(is_row(connection, messages.c.id, new, rows))
            .values({name: new.c[name]})
        )

    assert ledger(database, name) == [(value,)]


def test_rows_that_exist_are_passed_over_and_not_counted(database: Database):
    rows = [
        {"msisdn": f"+8562055500{index}", "day": date(2026, 11, 24), "body_hash": "x",
         "message_id": uuid7()}
        for index in range(3)
    ]  # fmt: skip

    with database.writing() as connection:
        assert insert_new(connection, handset_days, rows[:2]) == 2
        assert insert_new(connection, handset_days, rows) == 1
        assert insert_new(connection, handset_days, []) == 0
        kept = connection.execute(select(handset_days.c.message_id)).scalars().all()

    assert set(kept) == {row["message_id"] for row in rows}


@pytest.mark.parametrize("count", [0, 1, 2, 500])
def test_any_number_of_values_is_one_parameter(database: Database, count: int):
    queue(database, *(draft(index) for index in range(3)))
    ids = [row.id for row in ledger(database, "id")]
    wanted = (ids + [uuid7() for _ in range(500)])[:count]

    with database.reading() as connection:
        found = connection.execute(
            select(messages.c.id).where(one_of(connection, messages.c.id, wanted))
        )
        assert set(found.scalars()) == set(ids[:count])


def test_what_json_has_no_word_for_is_refused_by_its_kind(database: Database):
    with database.reading() as connection, pytest.raises(TypeError, match="object"):
        values_table(connection, [{"id": object()}], [messages.c.id])


def test_rows_are_put_down_as_they_are(database: Database):
    told = {"msisdn": "+8562055500001", "day": date(2026, 11, 24), "message_id": uuid7()}
    hashes = ["a\tb\\N\n", "ກ້ຳ'\"", "\\."]
    with database.writing() as connection:
        put_rows(connection, handset_days, [told | {"body_hash": one} for one in hashes])
        found = connection.execute(select(handset_days)).all()

    assert sorted(row.body_hash for row in found) == sorted(hashes)
    assert {(row.msisdn, row.day, row.message_id) for row in found} == {tuple(told.values())}
