"""What a view asks of the request it answers: the person, the database, the clock, the language."""

from contextlib import AbstractContextManager
from datetime import date, datetime
from functools import cache
from typing import Any, TypeVar, cast

from flask import abort, current_app, request
from flask_security import current_user
from sqlalchemy import Connection, Row, Select, Table

from gateway.console.dependencies import ConsoleDependencies
from gateway.core.programme import PROGRAMME
from gateway.core.quiet_hours import IsHoliday, SendingHours, lao_holidays
from gateway.messaging.wakeups import Wakeups
from gateway.registry.database import Database
from gateway.settings import Settings
from gateway.staff import audit as log
from gateway.staff.accounts import StaffUser
from gateway.staff.confinement import confine
from gateway.ussd.screens import MenuTree
from gateway.wordings.ground import Repository

AnySelect = TypeVar("AnySelect", bound=Select[Any])


def dependencies() -> ConsoleDependencies:
    """What the composition root handed over; most of it has a function of its own below."""
    return cast("ConsoleDependencies", current_app.extensions["console"])


def settings() -> Settings:
    return dependencies().settings


def database() -> Database:
    return dependencies().database


def menu() -> MenuTree:
    """The programme's menu, as callers meet it."""
    return dependencies().menu


def repository() -> Repository:
    """What code and settings bring, and published wordings lie over."""
    return dependencies().repository


def reading() -> AbstractContextManager[Connection]:
    return database().reading()


def writing() -> AbstractContextManager[Connection]:
    return database().writing()


def wakeups() -> Wakeups:
    """To be called behind the transaction: a row in SQL comes before a job in Redis."""
    return Wakeups(dependencies().redis)


def now() -> datetime:
    """The moment, aware, UTC."""
    return dependencies().now()


def today() -> date:
    """The day in the programme's time zone."""
    return now().astimezone(settings().zone).date()


def hours() -> SendingHours:
    """When SMS other than answers may go out."""
    return SendingHours(zone=settings().zone, quiet=settings().quiet, is_holiday=_holidays())


@cache
def _holidays() -> IsHoliday:
    return lao_holidays(PROGRAMME.holidays)


def signed_in() -> StaffUser | None:
    """Who is signed in, or nobody."""
    return current_user.staff if current_user.is_authenticated else None


def current_staff() -> StaffUser:
    """Who is signed in; a view marked with `needs` has somebody."""
    staff = signed_in()
    if staff is None:
        abort(401)
    return staff


def scope(statement: AnySelect, table: Table) -> AnySelect:
    """`statement` with only those rows of `table` that the person may see at all."""
    return confine(statement, table, current_staff())


def one_or_404(connection: Connection, statement: Select[Any]) -> Row[Any]:
    """The one row; 404 where there is none, which is also what lies outside a confinement."""
    row = connection.execute(statement).one_or_none()
    if row is None:
        abort(404)
    return row


def actor() -> log.Actor:
    """Who acts, for `gateway.staff.audit.record` and what calls it."""
    staff = current_staff()
    return log.Actor(name=staff.email, staff=staff, address=request.remote_addr)


def audit(
    connection: Connection,
    action: str,
    *,
    kind: str | None = None,
    object_id: object = None,
    district_id: int | None = None,
    changes: log.Changes | None = None,
) -> None:
    """A line in the audit log, in the transaction of `connection` (a `writing()` one)."""
    log.record(
        connection,
        actor(),
        action,
        now=now(),
        kind=kind,
        object_id=object_id,
        district_id=district_id,
        changes=changes,
    )


def audit_look(
    action: str,
    *,
    kind: str | None = None,
    object_id: object = None,
    district_id: int | None = None,
) -> None:
    """The same for a page that only read: in a transaction of its own."""
    with writing() as connection:
        audit(connection, action, kind=kind, object_id=object_id, district_id=district_id)
