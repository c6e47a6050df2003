"""Where one is signed in, and signing out from afar."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from gateway.console.kit.context import current_staff, now, reading
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.pages.account import blueprint
from gateway.console.pages.account.actions.sessions import end_own_sessions
from gateway.core.texts import _
from gateway.staff.sessions import IDLE, LONGEST, sessions_of

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
    return _back(ENDED if end_own_sessions(only=session_id) else ENDED_BEFORE)


@blueprint.post("/sessions/end-others")
@needs("console.see")
def end_other_sessions() -> ResponseReturnValue:
    end_own_sessions(but=current_user.session_id)
    return _back(ALL_ENDED)


def _back(message: str) -> ResponseReturnValue:
    flash(gettext(message), "done")
    return redirect(url_for(".sessions"))
