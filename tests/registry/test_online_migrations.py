"""An upgrade blocks nobody: what a migration may do to the tables of the release before."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import Connection, Engine, MetaData, event, text

from gateway.registry.database import Database
from gateway.registry.migrate import upgrade
from tests.registry.test_migrations import new_database

RELEASE = "0013"  # the schema of 0.1.0, the release before
Columns = dict[str, dict[str, tuple[bool, str | None]]]

_INDEX = re.compile(r"create (?:unique )?index (?!concurrently)\S+ on (\w+)", re.IGNORECASE)
_DROP_INDEX = re.compile(r"drop index (?!concurrently)", re.IGNORECASE)
_ALTER = re.compile(r"alter table (\w+) (.+)", re.IGNORECASE | re.DOTALL)
# Each of them reads or writes the whole table while nobody else may.
_READS_ALL = re.compile(
    r"set not null|alter column \w+ type|"
    r"add constraint (?!.*(?:not valid|using index))|"
    r"add column .*(?:unique|references|generated)",
    re.IGNORECASE | re.DOTALL,
)


def faults_of(statement: str, tables: set[str]) -> str | None:
    """What is wrong with a statement of a migration for `tables` that hold millions of rows."""
    made = _INDEX.search(statement)
    if made and made[1] in tables:
        return f"{made[1]}: use online.create_index"
    if _DROP_INDEX.search(statement):
        return "use online.drop_index"
    altered = _ALTER.search(statement)
    if altered and altered[1] in tables and _READS_ALL.search(altered[2]):
        return f"{altered[1]}: {altered[2]}"
    return None


@pytest.fixture(scope="module")
def released(postgresql_server: str) -> Iterator[Database]:
    url = new_database(postgresql_server, "online")
    upgrade(url, RELEASE)
    database = Database(url)
    yield database
    database.dispose()


def columns_of(connection: Connection) -> Columns:
    """{table: {column: (may be empty, default)}}"""
    found = MetaData()
    found.reflect(connection)
    return {
        name: {
            one.name: (bool(one.nullable), str(one.server_default and one.server_default))
            for one in table.c
        }
        for name, table in found.tables.items()
    }


def files_of(connection: Connection) -> dict[str, int]:
    """A table that is written anew gets another file."""
    rows = connection.execute(text("select relname, relfilenode from pg_class where relkind = 'r'"))
    return dict(rows.all())


def test_an_upgrade_from_the_release_before_neither_blocks_nor_breaks_who_works(released: Database):
    with released.reading() as connection:
        before, files = columns_of(connection), files_of(connection)
    asked: list[str] = []

    def note(_connection, _cursor, statement, _parameters, _context, _many) -> None:
        asked.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        upgrade(str(released.engine.url.set(drivername="postgresql")))
    finally:
        event.remove(Engine, "before_cursor_execute", note)

    assert [fault for one in asked if (fault := faults_of(one, set(before)))] == []
    with released.reading() as connection:
        after, files_after = columns_of(connection), files_of(connection)
    assert {name for name in before if files_after[name] != files[name]} == set()
    # The release before goes on working on the new schema: it names no column that is new, and
    # misses none that it knows.
    for table, columns in before.items():
        assert columns.keys() <= after[table].keys(), table
        new = after[table].keys() - columns.keys()
        needed = {one for one in new if after[table][one] == (False, "None")}
        assert needed == set(), table


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE INDEX ix_messages_x ON messages (x)",
        "CREATE UNIQUE INDEX ix_messages_x ON messages (x)",
        "DROP INDEX ix_messages_x",
        "ALTER TABLE messages ALTER COLUMN x SET NOT NULL",
        "ALTER TABLE messages ALTER COLUMN x TYPE BIGINT",
        "ALTER TABLE messages ADD CONSTRAINT uq_messages_x UNIQUE (x)",
        "ALTER TABLE messages ADD CONSTRAINT fk_x FOREIGN KEY(x) REFERENCES villages (id)",
        "ALTER TABLE messages ADD COLUMN x BIGINT REFERENCES villages (id)",
    ],
)
def test_what_holds_a_large_table_is_a_fault(statement: str):
    assert faults_of(statement, {"messages"})


@pytest.mark.parametrize(
    "statement",
    [
        "CREATE INDEX CONCURRENTLY ix_messages_x ON messages (x)",
        "CREATE INDEX ix_new_x ON new_table (x)",
        "DROP INDEX CONCURRENTLY IF EXISTS ix_messages_x",
        "ALTER TABLE messages ADD COLUMN x TEXT",
        "ALTER TABLE messages ADD COLUMN x BOOLEAN DEFAULT false NOT NULL",
        "ALTER TABLE messages ADD CONSTRAINT uq_messages_x UNIQUE USING INDEX ix_messages_x",
        "ALTER TABLE messages DROP CONSTRAINT fk_x",
    ],
)
def test_what_is_over_at_once_is_none(statement: str):
    assert faults_of(statement, {"messages"}) is None
