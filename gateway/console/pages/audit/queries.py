"""Reading the audit log."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from sqlalchemy import Select, select

from gateway.console.kit.audit_words import ACTIONS, FIELDS, KINDS
from gateway.console.kit.context import reading, scope, settings
from gateway.console.kit.language import gettext
from gateway.staff.accounts import tidy_email
from gateway.staff.tables import audit_log


def in_words(changes: dict[str, list[Any]]) -> list[tuple[str, Any, Any]]:
    """[(field in the reader's language, before, after), ...]"""
    return [(gettext(FIELDS.get(key, key)), *pair) for key, pair in changes.items()]


def filtered(given: dict[str, Any]) -> Select[Any]:
    """The lines that fit an AuditFilter's `given()`, of what the reader may see."""
    statement = scope(select(audit_log), audit_log)
    for name in ("action", "kind", "object_id"):
        if name in given:
            statement = statement.where(audit_log.c[name] == given[name])
    if "who" in given:
        statement = statement.where(audit_log.c.who == tidy_email(given["who"]))
    if "since" in given:
        statement = statement.where(audit_log.c.at >= _start_of(given["since"]))
    if "until" in given:
        statement = statement.where(audit_log.c.at < _start_of(given["until"] + timedelta(days=1)))
    return statement


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), settings().zone)


def lines(statement: Select[Any]) -> Iterator[list[Any]]:
    """For the CSV, read as they are written out."""
    with reading() as connection:
        for row in connection.execution_options(yield_per=1000).execute(statement):
            kind = gettext(KINDS.get(row.kind, row.kind)) if row.kind else ""
            changes = in_words(row.changes)
            yield [
                row.at.astimezone(settings().zone).isoformat(" ", "seconds"),
                row.who,
                gettext(ACTIONS.get(row.action, row.action)),
                f"{kind} {row.object_id or ''}".strip(),
                "; ".join(f"{name}: {_bare(old)} > {_bare(new)}" for name, old, new in changes),
                row.address,
            ]


def _bare(value: Any) -> str:
    return "" if value is None else str(value)
