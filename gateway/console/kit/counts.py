"""Counts that end: beyond a thousand nobody counts by hand either, and no page waits for more."""

from typing import Any

from sqlalchemy import Connection, Select, func, select

MANY = 999


def at_most(connection: Connection, statement: Select[Any], most: int = MANY) -> int:
    """How many rows, counted up to one above `most`."""
    bounded = statement.order_by(None).limit(most + 1).subquery()
    return connection.execute(select(func.count()).select_from(bounded)).scalar_one()
