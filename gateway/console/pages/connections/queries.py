"""Reading connections and their runs."""

from typing import Any

from sqlalchemy import Connection, Row, Select, select

from gateway.connectors.tables import connection_faults, connection_runs, connections
from gateway.console.kit.context import now, one_or_404

RUNS_SHOWN = 10


def listed() -> Select[Any]:
    return select(connections).order_by(connections.c.name)


def one(connection: Connection, name: str) -> Row[Any]:
    """The connection, or 404."""
    return one_or_404(connection, listed().where(connections.c.name == name))


def runs(connection: Connection, name: str) -> list[Row[Any]]:
    """The last of them, the newest first."""
    row = connection_runs.c
    found = select(connection_runs).where(row.connection == name).order_by(row.begun_at.desc())
    return list(connection.execute(found.limit(RUNS_SHOWN)))


def faults(connection: Connection, run_id: Any) -> list[Row[Any]]:
    """Rows that could not be taken by a run, in their order."""
    row = connection_faults.c
    found = select(connection_faults).where(row.run_id == run_id).order_by(row.number)
    return list(connection.execute(found))


def state_of(row: Row[Any]) -> str:
    """A key of `words.STATES`."""
    if row.fault is not None:
        return "faulty"
    if row.approved_at is None:
        return "waits" if row.preview is not None else "new"
    return "running" if row.lease_until_at and row.lease_until_at > now() else "works"
