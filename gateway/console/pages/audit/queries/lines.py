"""Lines of the audit log: those that fit, in words, and for a file."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from gateway.console.kit.audit_words import ACTIONS, FIELDS
from gateway.console.kit.context import reading, scope, settings
from gateway.console.kit.language import gettext
from gateway.console.kit.people import know, person
from gateway.console.pages.audit.queries.objects import Names, about, names_for
from gateway.console.pages.audit.words import REFERENCES, VALUES
from gateway.staff.names import emails_called
from gateway.staff.tables import audit_log

_AT_ONCE = 500  # lines whose names are read together


def in_words(changes: dict[str, list[Any]], names: Names) -> list[tuple[str, Any, Any]]:
    """[(field in the reader's language, before, after), ...], ids by their names."""
    return [
        (gettext(FIELDS.get(field, field)), *(_told(field, value, names) for value in pair))
        for field, pair in changes.items()
    ]


def _told(field: str, value: Any, names: Names) -> Any:
    if field in REFERENCES:
        return names.get((REFERENCES[field], str(value)), value)
    word = VALUES.get(field, {}).get(value) if isinstance(value, str) else None
    return gettext(word) if word else value


def filtered(connection: Connection, given: dict[str, Any]) -> Select[Any]:
    """The lines that fit an AuditFilter's `given()`, of what the reader may see."""
    statement = scope(select(audit_log), audit_log)
    for name in ("action", "kind", "object_id"):
        if name in given:
            statement = statement.where(audit_log.c[name] == given[name])
    if "who" in given:
        statement = statement.where(audit_log.c.who.in_(emails_called(connection, given["who"])))
    if "since" in given:
        statement = statement.where(audit_log.c.at >= _start_of(given["since"]))
    if "until" in given:
        statement = statement.where(audit_log.c.at < _start_of(given["until"] + timedelta(days=1)))
    return statement


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), settings().zone)


def lines(given: dict[str, Any]) -> Iterator[list[Any]]:
    """For the CSV, read as they are written out."""
    with reading() as connection:
        statement = filtered(connection, given).order_by(audit_log.c.at, audit_log.c.id)
        streamed = connection.execution_options(yield_per=_AT_ONCE).execute(statement)
        for rows in streamed.partitions():
            with reading() as beside:  # the first is in the middle of its answer
                names = names_for(beside, rows)
                know(beside, [row.who for row in rows])
            yield from (_line(row, names) for row in rows)


def _line(row: Row[Any], names: Names) -> list[Any]:
    changes = in_words(row.changes, names)
    return [
        row.at.astimezone(settings().zone).isoformat(" ", "seconds"),
        row.who,
        gettext(ACTIONS.get(row.action, row.action)),
        about(row, names),
        "; ".join(f"{name}: {_bare(old)} > {_bare(new)}" for name, old, new in changes),
        row.address,
        person(row.who),
    ]


def _bare(value: Any) -> str:
    return "" if value is None else str(value)
