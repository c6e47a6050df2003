"""Beginning and ending sessions, and what the audit log says of a try."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from flask import request, session
from flask_security import current_user, login_user
from wtforms import Field

from gateway.console.kit.context import audit, current_staff, database, now, writing
from gateway.console.kit.language import gettext
from gateway.console.middleware.devices import agent_of, origin
from gateway.console.middleware.sessions import SignedIn
from gateway.core.texts import _
from gateway.staff.accounts import Refusal, StaffUser, authenticate, tidy_email
from gateway.staff.alerts import note_seen, oddity_of, raise_alert
from gateway.staff.audit import Actor, record
from gateway.staff.linking import LinkFault
from gateway.staff.sessions import end_sessions, open_session
from gateway.staff.tries import Origin

How = Literal["password", "service"]


def begin_session(staff: StaffUser) -> None:
    """Nothing of the session before signing in is taken along, its CSRF token least of all."""
    chosen = session.get("language")
    session.clear()
    if chosen:
        session["language"] = chosen
    session.permanent = True
    with writing() as connection:
        session_id = open_session(
            connection,
            staff,
            now=now(),
            address=request.remote_addr,
            agent=agent_of(request.user_agent.string),
        )
    # Who stands behind it is read with the next request, with what the session owes.
    login_user(SignedIn(staff, session_id))


def enter(staff: StaffUser, how: How) -> None:
    """Begins the session of who has proved to be `staff`: the audit log says so and `how`, and
    whether it is odd; what is odd is told to the person as well."""
    actor = _actor_of(staff)
    with writing() as connection:
        odd = oddity_of(connection, staff, origin(), now())
        record(
            connection, actor, "staff.sign_in", now=now(), district_id=staff.district_id,
            changes={"how": (None, how)} if how != "password" else None,
        )  # fmt: skip
        if odd:
            agent = agent_of(request.user_agent.string)
            raise_alert(connection, staff, odd, actor=actor, agent=agent, now=now())
    begin_session(staff)


def record_refusal(email: str, reason: Refusal | LinkFault | Literal["wrong_reset"]) -> None:
    """A line in the audit log: as whom somebody tried in vain, and why. No page says why."""
    actor = Actor(name=tidy_email(email)[:120], address=request.remote_addr)
    with writing() as connection:
        record(
            connection, actor, "staff.sign_in_failed", now=now(), changes={"why": (None, reason)}
        )


def _actor_of(staff: StaffUser) -> Actor:
    """Of somebody who is about to be signed in."""
    return Actor(name=staff.email, staff=staff, address=request.remote_addr)


def see_alerts(until: datetime) -> None:
    """The person has seen what was shown up to that moment."""
    with writing() as connection:
        note_seen(connection, current_staff().id, until, now())


def is_own_password(field: Field) -> bool:
    """Whether it is that of who is signed in; else an error at it, and a try that counts."""
    staff = current_staff()
    # Whoever is signed in is no stranger; and whoever found the screen open may not go on guessing.
    here = Origin("session", current_user.session_id.hex, frozenset({staff.id}))
    if authenticate(database(), staff.email, field.data, origin=here, now=now()) is not None:
        return True
    field.errors.append(
        gettext(_("This is not your password. After five wrong ones none is right for 15 minutes."))
    )
    return False


def end_own_sessions(*, only: UUID | None = None, but: UUID | None = None) -> int:
    """Signs out `only` that session, or every one `but` that; how many were open. Nobody else's."""
    staff = current_staff()
    with writing() as connection:
        count = end_sessions(connection, staff.id, now(), only=only, but=but)
        if count:
            changes = {"sessions": (count, 0)}
            audit(
                connection, "staff.sessions_ended", kind="staff", object_id=staff.id,
                changes=changes,
            )  # fmt: skip
    return count
