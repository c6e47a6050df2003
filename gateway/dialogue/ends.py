"""Sessions that have ended, kept for drop-off analysis by state: the trail, never the input."""

from datetime import datetime

from sqlalchemy import insert, select

from gateway.dialogue.incoming import Hints
from gateway.providers.base import UssdEnd
from gateway.registry.database import Database
from gateway.registry.tables import ussd_sessions
from gateway.sessions import SessionStore, UnavailableError


def record_end(database: Database, sessions: SessionStore, end: UssdEnd, now: datetime) -> None:
    """One row a session; the same event again changes nothing."""
    trail = _trail(sessions, end)
    with database.writing() as connection:
        known = select(ussd_sessions.c.session_id).where(
            ussd_sessions.c.provider == end.provider, ussd_sessions.c.session_id == end.session_id
        )
        if connection.execute(known).first() is not None:
            return
        connection.execute(
            insert(ussd_sessions).values(
                provider=end.provider,
                session_id=end.session_id,
                msisdn=end.msisdn.e164,
                service_code=end.service_code,
                network_code=end.network_code,
                status=end.status,
                last_state=trail[-1] if trail else None,
                trail=list(trail),
                hops=min(end.hops, 32_000),
                duration_ms=end.duration_ms,
                cost=end.cost,
                ended_at=end.ended_at or now,
            )
        )


def _trail(sessions: SessionStore, end: UssdEnd) -> tuple[str, ...]:
    """From the session, or from what the network echoed where the session is gone."""
    try:
        stored = sessions.load(end.provider, end.session_id)
    except UnavailableError:
        stored = None
    if stored is not None:
        return stored.session.trail
    hints = (Hints.read(text) for text in end.hop_metadata)
    return tuple(hint.state for hint in hints if hint is not None)
