"""Sessions that have ended, kept for drop-off analysis by state: the trail, never the input."""

from datetime import datetime, timedelta

from gateway.dialogue.new_input import Hints, conversation_id
from gateway.providers.base import UssdEnd
from gateway.registry.bulk import insert_new
from gateway.registry.database import Database
from gateway.registry.tables import ussd_sessions
from gateway.sessions import SessionStore, UnavailableError
from gateway.ussd.screens import MenuTree
from gateway.ussd.session import TRAIL_LENGTH

LATE, AHEAD = timedelta(days=7), timedelta(hours=1)  # of what an operator reports, from now
ANSWERED = "answered"
MOST_HOPS = 32_000  # the column is small; no session has so many


def record_end(
    database: Database, sessions: SessionStore, tree: MenuTree, end: UssdEnd, now: datetime
) -> None:
    """One row a conversation; the same event again changes nothing.

    Its status is the operator's, but for who hung up on a screen that had told her what she
    dialled for: to the operator that is "incomplete", to her it was an answer.
    """
    trail, again = _trail(sessions, end)
    answered = end.status == "incomplete" and bool(trail) and tree.answers_at(trail[-1])
    row = {
        "provider": end.provider,
        "session_id": conversation_id(end.session_id, again),
        "msisdn": end.msisdn.e164,
        "service_code": end.service_code,
        "network_code": end.network_code,
        "status": ANSWERED if answered else end.status,
        "last_state": trail[-1] if trail else None,
        "trail": list(trail),
        "hops": min(end.hops, MOST_HOPS),
        "duration_ms": end.duration_ms,
        "cost": end.cost,
        "ended_at": _ended_at(end, now),
    }
    with database.writing() as connection:
        insert_new(connection, ussd_sessions, [row])


def _ended_at(end: UssdEnd, now: datetime) -> datetime:
    """As the operator says, where its clock can be believed: rows are found and purged by it."""
    said = end.ended_at
    return said if said is not None and -LATE < said - now < AHEAD else now


def _trail(sessions: SessionStore, end: UssdEnd) -> tuple[tuple[str, ...], int]:
    """From the session, or from what the network echoed where the session is gone; and how many
    conversations its id had had before.
    """
    try:
        stored = sessions.load(end.provider, end.session_id)
    except UnavailableError:
        stored = None
    if stored is not None and stored.msisdn == end.msisdn.e164:
        return stored.session.trail, stored.again
    read = (Hints.read(text) for text in end.hop_metadata)
    hints = [hint for hint in read if hint is not None][-TRAIL_LENGTH:]
    return tuple(hint.state for hint in hints), hints[-1].again if hints else 0
