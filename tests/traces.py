"""What requests leave behind: every row of every table, every key of Redis."""

from typing import Any

from redis import Redis
from sqlalchemy import inspect

from gateway.registry.database import Database

Rows = list[tuple[Any, ...]]


def rows(database: Database, *, but: tuple[str, ...] = ()) -> dict[str, Rows]:
    """{table: rows}, of tables that have any."""
    tables = set(inspect(database.engine).get_table_names()) - {"alembic_version", *but}
    with database.reading() as connection:
        found = {
            table: [tuple(row) for row in connection.exec_driver_sql(f"select * from {table}")]  # noqa: S608 - our own tables
            for table in sorted(tables)
        }
    return {table: content for table, content in found.items() if content}


def keys(redis: Redis) -> dict[Any, Any]:
    """What Redis holds, by key, each value as it would be dumped."""
    return {key: redis.dump(key) for key in redis.keys("*")}


def everything(database: Database, redis: Redis) -> tuple[dict[str, Rows], dict[Any, Any]]:
    return rows(database), keys(redis)
