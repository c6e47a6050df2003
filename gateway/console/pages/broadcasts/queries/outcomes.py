"""What became of a broadcast: its messages counted, and a line for each."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from gateway.console.kit.context import current_staff, database, now, reading, settings
from gateway.console.kit.filters import masked, masked_registration, place
from gateway.console.kit.language import gettext
from gateway.console.kit.places import name_columns
from gateway.console.kit.words import LOCALES, MESSAGE_STATES, REASONS
from gateway.figures.book import Figure, Patience, current
from gateway.figures.tables import NO_DISTRICT, figures
from gateway.messaging.broadcasts.lifecycle import results_of
from gateway.messaging.tables import messages
from gateway.registry.tables import beneficiaries, districts, villages

_STARTED = frozenset({"scheduled", "running", "paused", "done", "cancelled"})
_PATIENCE = Patience(least=timedelta(seconds=2), share=20)
_ARRIVED = frozenset({"delivered"})
_WAITING = frozenset({"queued", "claimed", "sending"})
_HELD = frozenset({"suppressed", "cancelled"})
_WITH_OPERATOR = frozenset({"accepted", "unknown"})


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """Messages by (state, reason) as counted at `counted_at`; `expected` while it is expanded."""

    counts: dict[tuple[str, str], int]
    expected: int
    counted_at: datetime
    over: bool

    @property
    def total(self) -> int:
        return max(sum(self.counts.values()), self.expected)

    def of(self, states: frozenset[str]) -> int:
        return sum(count for (state, _reason), count in self.counts.items() if state in states)

    @property
    def delivered(self) -> int:
        return self.of(_ARRIVED)

    @property
    def with_operator(self) -> int:
        return self.of(_WITH_OPERATOR)

    @property
    def waiting(self) -> int:
        """Not yet handed to an operator; also what is not yet in the ledger."""
        return self.of(_WAITING) + self.total - sum(self.counts.values())

    @property
    def lost(self) -> int:
        return self.total - self.delivered - self.with_operator - self.waiting

    @property
    def settled(self) -> int:
        """What needs nothing more from us: gone out, held back, cancelled or too late."""
        return self.total - self.waiting

    @property
    def gone(self) -> int:
        """What an operator was given."""
        never = sum(count for ended, count in self.counts.items() if _never_left(*ended))
        return self.settled - never


def outcome(row: Row[Any]) -> Outcome | None:
    """None of a broadcast that has not been started."""
    if row.state not in _STARTED or row.approved_by is None:
        return None
    topic = topic_of(row.id)
    day = row.created_at.date()
    counted_at = current(
        database(), topic, partial(_count, row.id, day), now=now(), patience=_PATIENCE
    )
    with reading() as connection:
        counted = connection.execute(
            select(figures.c.kind, figures.c.count).where(figures.c.topic == topic)
        ).all()
    counts = {_split(kind): int(number) for kind, number in counted}
    still = row.recipients is None and row.state in {"running", "paused"}
    expected = (row.preview or {}).get("recipients", 0) if still else 0
    over = row.state in {"done", "cancelled"}
    return Outcome(counts=counts, expected=expected, counted_at=counted_at, over=over)


def topic_of(broadcast_id: UUID) -> str:
    """Under which its figures are kept: see `gateway.figures.book`."""
    return f"broadcast:{broadcast_id.hex}"


def _count(broadcast_id: UUID, day: date, connection: Connection) -> Iterator[Figure]:
    for (state, reason), number in results_of(connection, broadcast_id).items():
        kind = f"{state}|{reason or ''}"[:80]
        yield Figure(day, NO_DISTRICT, kind, number)


def _never_left(state: str, reason: str) -> bool:
    # A handset that could not be reached is `expired` as well: that one has gone out.
    return state in _HELD or (state, reason) == ("expired", "too_late")


def _split(kind: str) -> tuple[str, str]:
    state, _bar, reason = kind.partition("|")
    return state, reason


def lines(broadcast_id: UUID) -> Iterator[list[Any]]:
    """For the CSV: a line for each message, phone numbers masked; registration numbers whole for
    those who may see them.
    """
    shown = str if current_staff().may("beneficiary.unmask") else masked_registration
    joined = (
        messages.outerjoin(beneficiaries, beneficiaries.c.id == messages.c.beneficiary_id)
        .outerjoin(districts, districts.c.id == beneficiaries.c.district_id)
        .outerjoin(villages, villages.c.id == beneficiaries.c.village_id)
    )
    statement = (
        select(
            messages,
            beneficiaries.c.registration_no,
            *name_columns(district=districts, village=villages),
        )
        .select_from(joined)
        .where(messages.c.broadcast_id == broadcast_id)
    )
    zone = settings().zone
    with reading() as connection:
        for row in connection.execution_options(yield_per=1000).execute(statement):
            number = row.registration_no
            yield [
                shown(number) if number else "",
                place(row, "district"),
                place(row, "village"),
                masked(row.msisdn),
                gettext(LOCALES.get(row.locale, row.locale)),
                gettext(MESSAGE_STATES[row.state][0]),
                gettext(REASONS.get(row.reason, row.reason)) if row.reason else "",
                row.segments,
                row.cost,
                row.currency or "",
                row.sent_at.astimezone(zone).isoformat(" ", "seconds") if row.sent_at else "",
            ]
