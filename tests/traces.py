"""What requests leave behind: every row of every table, every key of Redis."""

from pathlib import Path
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


def octets_of_sqlite(database: Database) -> bytes:
    """The bytes of the database's files on the disk, deleted rows among them."""
    file = Path(str(database.engine.url.database))
    return b"".join(part.read_bytes() for part in sorted(file.parent.glob(f"{file.name}*")))


def octets_of_redis(redis: Redis) -> bytes:
    """Keys and values as they are, without the compression of a dump."""
    read: dict[Any, Any] = {
        b"string": redis.get,
        b"hash": redis.hgetall,
        b"set": redis.smembers,
        b"list": lambda key: redis.lrange(key, 0, -1),
        b"zset": lambda key: redis.zrange(key, 0, -1),
    }
    found = [(key, read[redis.type(key)](key)) for key in redis.keys("*")]
    return repr(found).encode()
