"""What the scheduler does all day reads no large table from end to end.

PostgreSQL is told that reading on is dear, as it is in a large table, and to look up row by row:
then it walks through a table only where no index has what is asked for.
"""

from collections.abc import Callable, Iterator
from collections.abc import Set as AbstractSet
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import event, select, text

from gateway.figures.schedule import topics_of_today
from gateway.messaging.planning.reminders import reminder_steps, run_corrections
from gateway.messaging.recovery.retention import purge
from gateway.messaging.recovery.sweeper import Patience, sweep
from gateway.messaging.tables import messages
from gateway.registry.database import Database
from tests.messaging.conftest import ALWAYS, Office
from tests.messaging.reminding import TODAY, told
from tests.messaging.village import NOW, Village

LARGE = {"messages", "beneficiaries", "payments", "visits", "events", "receipts", "ussd_sessions"}
# Partial indexes of what waits or ended badly: they hold few rows however large the table is.
OF_FEW = {
    "ix_receipts_msisdn",
    "ix_messages_priority_not_before_at",
    "ix_messages_lease_until_at",
    "ix_messages_sent_at",
}
# Of a table and its indexes, how large they are; what its columns hold.
_CLEAR = text(
    "SELECT pg_clear_relation_stats('public', relation.relname) FROM pg_class AS relation"
    " LEFT JOIN pg_index ON indexrelid = relation.oid"
    " JOIN pg_class AS held ON held.oid = coalesce(indrelid, relation.oid)"
    " WHERE held.relname = :table"
)
_FORGET = text(
    "SELECT pg_clear_attribute_stats(schemaname, tablename, attname, inherited)"
    " FROM pg_stats WHERE tablename = :table"
)
_PRETEND = text(
    "SELECT pg_restore_relation_stats('schemaname', 'public', 'relname', cast(:table AS text),"
    " 'relpages', 1, 'reltuples', cast(:rows AS real))"
)
ZONE = ZoneInfo("Asia/Vientiane")
SILENCE = Patience(timedelta(minutes=15), frozenset({"scripted"}))


def plan(anew: bool) -> Callable[[Database], object]:
    return lambda database: list(
        reminder_steps(
            database, on=TODAY, hours=ALWAYS, default_locale="lo", now=NOW, anew=anew
        )
    )  # fmt: skip


def correct(database: Database) -> object:
    since = NOW - timedelta(minutes=30)
    return run_corrections(
        database, hours=ALWAYS, default_locale="lo", now=NOW, changed_since=since
    )


def count(database: Database) -> object:
    with database.reading() as connection:
        topics = topics_of_today(on=TODAY, now=NOW, zone=ZONE)
        return [list(one(connection)) for one in topics.values()]


CHORES: dict[str, Callable[[Database], object]] = {
    "planning": plan(anew=True),
    "planning where nothing is new": plan(anew=False),
    "corrections": correct,
    "sweep": lambda database: sweep(database, SILENCE, now=NOW),
    "figures": count,
    "purge": lambda database: purge(database, now=NOW, days=30),
}


@pytest.fixture
def filled(postgresql: Database) -> Iterator[Database]:
    """A woman who was told of her payment; a connection to which reading on is dear."""
    office = Office(postgresql)
    told(office, Village(postgresql))
    dear = Database(postgresql.engine.url.render_as_string(hide_password=False))
    event.listen(dear.engine, "begin", _reading_on_is_dear)
    yield dear
    dear.dispose()


def _reading_on_is_dear(connection: Any) -> None:
    for setting in (
        "seq_page_cost = 1000000",
        "enable_hashjoin = off",
        "enable_mergejoin = off",
        "join_collapse_limit = 1",
    ):
        connection.exec_driver_sql(f"SET LOCAL {setting}")


# What the server may take for large: an index that serves is used in one of these cases at least,
# one that is missing in none.
CASES = (frozenset({"messages"}), frozenset[str](), frozenset({"beneficiaries", "payments"}), LARGE)


def _pretend(connection: Any, large: AbstractSet[str]) -> None:
    """Forgets what the server has learnt of these tables by now: of one that was vacuumed while it
    was empty it knows that it costs nothing to read."""
    for table in sorted(LARGE):
        connection.execute(_CLEAR, {"table": table})
        connection.execute(_FORGET, {"table": table})
        if table in large:
            connection.execute(_PRETEND, {"table": table, "rows": 5_000})


def whole(database: Database, act: Callable[[Database], object]) -> list[str]:
    """The large tables that are read from end to end by what `act` asks."""
    asked: list[tuple[str, Any]] = []

    def listen(_connection: Any, _cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH", "UPDATE", "DELETE")):
            asked.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", listen)
    act(database)
    event.remove(database.engine, "before_cursor_execute", listen)
    assert asked
    found = [_whole_in(database, asked, large) for large in CASES]
    return [
        f"{table}: {statement}"
        for (statement, _parameters), *tables in zip(asked, *found, strict=True)
        for table in sorted(set.intersection(*tables))
    ]


def _whole_in(
    database: Database, asked: list[tuple[str, Any]], large: AbstractSet[str]
) -> list[set[str]]:
    with database.reading() as connection:
        _pretend(connection, large)
        return [
            set(_whole(_plan(connection, statement, parameters))) for statement, parameters in asked
        ]


def _plan(connection: Any, statement: str, parameters: Any) -> dict[str, Any]:
    explain = f"EXPLAIN (FORMAT JSON) {statement}"
    (plans,) = connection.exec_driver_sql(explain, parameters).one()
    return dict(plans[0]["Plan"])


def _whole(node: dict[str, Any]) -> Iterator[str]:
    table = node.get("Relation Name")
    scans = node["Node Type"].endswith(("Seq Scan", "Index Scan", "Index Only Scan"))
    few = node.get("Index Name") in OF_FEW
    if table in LARGE and scans and "Index Cond" not in node and not few:
        yield table
    for child in node.get("Plans", ()):
        yield from _whole(child)


@pytest.mark.parametrize("chore", CHORES.values(), ids=CHORES)
def test_no_large_table_is_read_from_end_to_end(filled: Database, chore: Any):
    assert whole(filled, chore) == []


def test_this_test_would_see_a_table_that_is(filled: Database):
    def look(database: Database) -> None:
        with database.reading() as connection:
            connection.execute(select(messages).where(messages.c.template == "payment_due"))
            connection.execute(text("SELECT 1"))

    (found,) = whole(filled, look)
    assert found.startswith("messages: SELECT")
