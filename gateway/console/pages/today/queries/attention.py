"""What waits for a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from gateway.casework.due import overdue
from gateway.console.kit.context import scope, settings
from gateway.console.kit.counts import at_most
from gateway.console.kit.filters import duration, moment
from gateway.console.pages.today.words import (
    ERASURES,
    GUESSED,
    NOT_REACHED,
    OPEN_CASES,
    OVERDUE,
    TO_APPROVE,
    UNKNOWN,
    Labels,
)
from gateway.core.breaker import STOPPED
from gateway.core.texts import plural
from gateway.figures.days import NUMBERS
from gateway.figures.tables import figures
from gateway.messaging.ledger import state_is
from gateway.messaging.receiving.allowance import REPLIES_HELD
from gateway.messaging.restored.holding import Restore, newest_restore, not_set_aside
from gateway.messaging.tables import alerts, broadcasts, messages, provider_stops
from gateway.own_data.tables import erasures
from gateway.registry.pins import GUESSES_SHOWN, guessed_since
from gateway.registry.tables import beneficiaries, cases, districts
from gateway.staff.accounts import StaffUser
from gateway.staff.rights import Right

_REPORT = "reports.not_reached"
_MOST_DETAILS = 5
_SUBMITTED = {"state": "submitted"}


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """`count` things of a kind (a msgid), the page that lists them, and how urgent they look."""

    count: int
    label: str
    endpoint: str
    args: dict[str, str]
    tone: str


@dataclass(frozen=True, kw_only=True)
class Alerts:
    """The open alerts of a kind: how many, since when, and the details of the oldest."""

    kind: str
    count: int
    since: datetime
    details: Sequence[dict[str, Any]]


def read(connection: Connection, staff: StaffUser, now: datetime) -> list[Waiting]:
    """What this person may do something about, or at least see."""
    unknown = scope(select(messages.c.id), messages).where(state_is("unknown"), not_set_aside())
    submitted = scope(select(broadcasts.c.id), broadcasts).where(broadcasts.c.state == "submitted")
    open_cases = scope(select(cases.c.number), cases).where(cases.c.state == "open")
    wanted: tuple[tuple[Right, Select[Any], Labels, str, dict[str, str], str], ...] = (
        (
            "broadcast.see",
            submitted,
            TO_APPROVE,
            "broadcasts.index",
            {"state": "submitted"},
            "warn",
        ),
        ("message.see", unknown, UNKNOWN, "messages.unknown", {}, "bad"),
        ("case.see", open_cases, OPEN_CASES, "cases.index", {}, "warn"),
    )
    found = [
        _waiting(at_most(connection, statement), labels, page, args, tone)
        for right, statement, labels, page, args, tone in wanted
        if staff.may(right)
    ]
    if staff.may("case.see"):
        late = open_cases.where(overdue(now, settings().zone))
        found += _if_any(connection, late, OVERDUE, "cases.index", {"due": "overdue"})
    if staff.may("beneficiary.erase"):
        asked = scope(select(erasures.c.id), erasures).where(erasures.c.state == "asked")
        found += _if_any(connection, asked, ERASURES, "own_data.index", {})
    found += _guessed(connection, now)
    lists = "beneficiaries.village_index" if staff.may("beneficiary.export") else _REPORT
    found.append(_waiting(_failing(connection), NOT_REACHED, lists, {}, "warn"))
    return found


def _waiting(count: int, labels: Labels, page: str, args: dict[str, str], tone: str) -> Waiting:
    return Waiting(
        count=count, label=plural(*labels, count), endpoint=f"console.{page}", args=args, tone=tone
    )


def _guessed(connection: Connection, now: datetime) -> list[Waiting]:
    mothers = scope(select(beneficiaries.c.id), beneficiaries).where(
        beneficiaries.c.registration_no.in_(guessed_since(now - GUESSES_SHOWN))
    )
    return _if_any(connection, mothers, GUESSED, "beneficiaries.index", {"pin": "guessed"})


def _if_any(
    connection: Connection, statement: Select[Any], labels: Labels, page: str, args: dict[str, str]
) -> list[Waiting]:
    """Nothing where there is nothing: it is seldom, and then it matters."""
    count = at_most(connection, statement)
    return [_waiting(count, labels, page, args, "bad")] if count else []


def reminders_waiting(connection: Connection) -> int:
    """Reminders in the queue, up to one above MANY."""
    reminders = scope(select(messages.c.id), messages).where(
        state_is("queued"), messages.c.priority == 1
    )
    return at_most(connection, reminders)


def stopped_providers(connection: Connection) -> Sequence[Row[Any]]:
    """Those through which nothing goes out just now."""
    stopped = select(provider_stops).where(provider_stops.c.state.in_(STOPPED))
    return connection.execute(stopped.order_by(provider_stops.c.provider)).all()


def unreleased_restore(connection: Connection) -> Restore | None:
    """The restore that holds messages back until somebody releases them."""
    restore = newest_restore(connection)
    return restore if restore is not None and restore.held else None


def open_alerts(connection: Connection) -> list[Alerts]:
    """By kind. What stops the service comes before what phones do: of those there may be many."""
    oldest = func.min(alerts.c.opened_at).label("since")
    grouped = (
        select(alerts.c.kind, func.count().label("number"), oldest)
        .where(alerts.c.resolved_at.is_(None))
        .group_by(alerts.c.kind)
    )
    found = [
        Alerts(kind=kind, count=number, since=since, details=_details(connection, kind))
        for kind, number, since in connection.execute(grouped)
    ]
    return sorted(found, key=lambda one: (one.kind == REPLIES_HELD, one.since))


def _details(connection: Connection, kind: str) -> list[dict[str, Any]]:
    """What the oldest of them say, each once; `apart` in words where it is in `seconds`, moments
    as the reader writes them.
    """
    oldest = (
        select(alerts.c.detail)
        .where(alerts.c.resolved_at.is_(None), alerts.c.kind == kind)
        .order_by(alerts.c.opened_at)
        .limit(_MOST_DETAILS)
    )
    found: list[dict[str, Any]] = []
    for detail in connection.execute(oldest).scalars():
        said = detail | {"apart": duration(detail["seconds"])} if "seconds" in detail else detail
        said = said | {key: _moment(said[key]) for key in ("since", "until") if key in said}
        if said not in found:
            found.append(said)
    return found


def _moment(written: str) -> str:
    return moment(datetime.fromisoformat(written))


def paused_districts(connection: Connection) -> Sequence[Row[Any]]:
    """Those the reader may see, by name."""
    paused = scope(select(districts), districts).where(districts.c.paused_at.is_not(None))
    return connection.execute(paused.order_by(districts.c.name)).all()


def _failing(connection: Connection) -> int:
    counted = scope(select(func.sum(figures.c.count)), figures).where(figures.c.topic == NUMBERS)
    return int(connection.execute(counted).scalar_one() or 0)
