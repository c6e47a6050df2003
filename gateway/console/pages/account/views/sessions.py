"""Where one is signed in, and signing out from afar."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from gateway.console.kit.context import audit, current_staff, now, reading, writing
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.pages.account import blueprint
from gateway.core.texts import _
from gateway.staff.sessions import IDLE, LONGEST, end_sessions, sessions_of

ENDED = _("Signed out there.")
ENDED_BEFORE = _("Nobody is signed in there any more.")
ALL_ENDED = _("You are signed out everywhere but here.")


@blueprint.get("/sessions")
@needs("console.see")
def sessions() -> ResponseReturnValue:
    with reading() as connection:
        listed = sessions_of(connection, current_staff().id, now())
    return render_template(
        "account/sessions.html",
        listed=listed,
        here=current_user.session_id,
        idle_hours=IDLE.seconds // 3600,
        longest_hours=LONGEST.seconds // 3600,
    )


@blueprint.post("/sessions/<uuid:session_id>/end")
@needs("console.see")
def end_session(session_id: UUID) -> ResponseReturnValue:
    """One's own only: an id of somebody else's ends nothing."""
    return _back(ENDED if _end(only=session_id) else ENDED_BEFORE)


@blueprint.post("/sessions/end-others")
@needs("console.see")
def end_other_sessions() -> ResponseReturnValue:
    _end(but=current_user.session_id)
    return _back(ALL_ENDED)


def _end(*, only: UUID | None = None, but: UUID | None = None) -> int:
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


def _back(message: str) -> ResponseReturnValue:
    flash(gettext(message), "done")
    return redirect(url_for(".sessions"))
