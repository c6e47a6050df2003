"""What waits for a person."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, func, select

from gateway.console.kit.context import scope
from gateway.console.kit.counts import at_most
from gateway.core.breaker import STOPPED
from gateway.core.texts import _
from gateway.figures.days import NUMBERS
from gateway.figures.tables import figures
from gateway.messaging.ledger import state_is
from gateway.messaging.receiving.allowance import REPLIES_HELD
from gateway.messaging.tables import alerts, broadcasts, messages, provider_stops
from gateway.registry.pins import GUESSES_SHOWN, guessed_since
from gateway.registry.tables import beneficiaries, cases, districts
from gateway.staff.accounts import StaffUser
from gateway.staff.rights import Right

_REPORT = "reports.not_reached"


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """`count` things of a kind (a msgid), the page that lists them, and how urgent they look."""

    count: int
    label: str
    endpoint: str
    args: dict[str, str]
    tone: str


def read(connection: Connection, staff: StaffUser, now: datetime) -> list[Waiting]:
    """What this person may do something about, or at least see."""
    unknown = scope(select(messages.c.id), messages).where(state_is("unknown"))
    submitted = scope(select(broadcasts.c.id), broadcasts).where(broadcasts.c.state == "submitted")
    open_cases = scope(select(cases.c.number), cases).where(cases.c.state == "open")
    wanted: tuple[tuple[Right, Select[Any], str, str, dict[str, str], str], ...] = (
        ("broadcast.see", submitted, _("broadcasts to approve"), "broadcasts.index",
         {"state": "submitted"}, "warn"),
        ("message.see", unknown, _("messages with unknown outcome"), "messages.unknown", {},
         "bad"),
        ("case.see", open_cases, _("open cases"), "cases.index", {}, "warn"),
    )  # fmt: skip
    found = [
        Waiting(
            count=at_most(connection, statement),
            label=label,
            endpoint=f"console.{page}",
            args=args,
            tone=tone,
        )
        for right, statement, label, page, args, tone in wanted
        if staff.may(right)
    ]
    found += _guessed(connection, now)
    lists = "beneficiaries.village_index" if staff.may("beneficiary.export") else _REPORT
    found.append(
        Waiting(
            count=_failing(connection),
            label=_("numbers that no message reaches"),
            endpoint=f"console.{lists}",
            args={},
            tone="warn",
        )
    )
    return found


def _guessed(connection: Connection, now: datetime) -> list[Waiting]:
    """Nothing where there is nothing: it is seldom, and then it matters."""
    mothers = scope(select(beneficiaries.c.id), beneficiaries).where(
        beneficiaries.c.registration_no.in_(guessed_since(now - GUESSES_SHOWN))
    )
    count = at_most(connection, mothers)
    if not count:
        return []
    return [
        Waiting(
            count=count,
            label=_("PINs that strangers tried to guess"),
            endpoint="console.beneficiaries.index",
            args={"pin": "guessed"},
            tone="bad",
        )
    ]


def reminders_waiting(connection: Connection) -> int:
    """Reminders in the queue, up to one above MANY."""
    reminders = scope(select(messages.c.id), messages).where(
        state_is("queued"), messages.c.priority == 1
    )
    return at_most(connection, reminders)


def stopped_providers(connection: Connection) -> Sequence[Row[Any]]:
    stopped = select(provider_stops).where(provider_stops.c.state.in_(STOPPED))
    return connection.execute(stopped.order_by(provider_stops.c.provider)).all()


def open_alerts(connection: Connection) -> Sequence[Row[Any]]:
    """What stops the service comes before what a phone does: of those there may be many."""
    unresolved = select(alerts).where(alerts.c.resolved_at.is_(None))
    urgent_first = (alerts.c.kind == REPLIES_HELD, alerts.c.opened_at)
    return connection.execute(unresolved.order_by(*urgent_first).limit(20)).all()


def paused_districts(connection: Connection) -> Sequence[Row[Any]]:
    paused = scope(select(districts), districts).where(districts.c.paused_at.is_not(None))
    return connection.execute(paused.order_by(districts.c.name)).all()


def _failing(connection: Connection) -> int:
    counted = scope(select(func.sum(figures.c.count)), figures).where(figures.c.topic == NUMBERS)
    return int(connection.execute(counted).scalar_one() or 0)
