"""The other systems that CONNECTIONS names: its file, their secrets, how old what they told is."""

from collections.abc import Iterator
from datetime import timedelta

from sqlalchemy import select

from gateway.cli.checkup.examining import Installation
from gateway.connectors.driver import Ground
from gateway.connectors.file import Connection, ConnectionsError, read_connections
from gateway.connectors.known import DRIVERS
from gateway.connectors.staleness import stale_ones
from gateway.connectors.tables import connections as table
from gateway.core.findings import Finding, fault, warning
from gateway.registry.clock import database_now

_MEND = "Mend the file, or the environment of web, worker and scheduler (docs/connectors.md)."


def connections(installation: Installation) -> Iterator[Finding]:
    """No other system is asked: `flask connections check` does that."""
    try:
        known = read_connections(installation.settings.connections, DRIVERS)
        for one in known:
            one.source(_ground(one, installation))
    except ConnectionsError as error:
        yield fault(f"CONNECTIONS cannot be used: {error}", _MEND)
        return
    yield from _old(known, installation)


def _old(known: tuple[Connection, ...], installation: Installation) -> Iterator[Finding]:
    if not known:
        return
    with installation.database.reading() as sql:
        now = database_now(sql)
        stale = stale_ones(sql, known, now)
        approved = set(
            sql.execute(select(table.c.name).where(table.c.approved_at.is_not(None))).scalars()
        )
    for row, begun in stale:
        hours = (now - begun) // timedelta(hours=1)
        yield fault(
            f"Nothing has been read for {hours} hours from the connection {row.name}.",
            f"flask connections check {row.name}; the console's page of connections says why.",
        )
    for one in known:
        if one.name not in approved:
            yield warning(
                f"Nobody has approved the connection {one.name}: nothing of it is taken.",
                f"Look at what it would do, on the console's page; or flask connections pull "
                f"{one.name}, then with --approve.",
            )


def _ground(connection: Connection, installation: Installation) -> Ground:
    return Ground(
        name=connection.name,
        secrets=installation.environ,
        zone=installation.settings.zone,
        now=installation.now,
    )
