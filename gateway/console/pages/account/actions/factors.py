"""One's own second factors: set up, taken away, with their recovery codes."""

from typing import Any
from uuid import UUID

from flask import current_app, session
from flask_security import current_user
from itsdangerous import BadSignature, URLSafeTimedSerializer

from gateway.console.kit.context import audit, current_staff, now, settings, writing
from gateway.console.kit.dates import read_moment
from gateway.console.pages.account.actions.halfway import BY_SERVICE, LASTS, checks
from gateway.staff.factors.authenticator import Counter
from gateway.staff.factors.recovery import make_codes
from gateway.staff.factors.store import NewFactor, add_factor, remove_factor

_SET_UP_SECONDS = 60 * 60


def new_secret() -> tuple[str, str]:
    """(a new app's secret, the same for a form's field: sealed, this person's, for an hour)."""
    secret = checks().authenticators.generate_totp_secret()
    return secret, _sealer().dumps([current_staff().id.hex, secret])


def secret_of(sealed: str) -> str | None:
    """The secret of a form's field; None where it is too old or was another person's."""
    try:
        owner, secret = _sealer().loads(sealed, max_age=_SET_UP_SECONDS)
    except (BadSignature, ValueError):
        return None
    return str(secret) if owner == current_staff().id.hex else None


def add_authenticator(name: str, secret: str, code: str) -> list[str] | None:
    """The recovery codes that come with a first factor, else none; None for a wrong code.

    Each window has a secret of its own, so that two at once set up two. Raises TooMany.
    """
    counter = Counter(0)
    if not checks().authenticators.is_code(code, secret, counter):
        return None
    return add(NewFactor(kind="authenticator", name=name, secret=secret, last_counter=counter.last))


def add(factor: NewFactor) -> list[str]:
    """Adds what has proved itself, with its line in the audit log. Raises TooMany."""
    staff = current_staff()
    with writing() as connection:
        codes = add_factor(connection, staff.id, factor, settings().factor_keys[0], now())
        _audit(connection, "staff.factor_added", {"factor": (None, factor.name)})
    return codes


def remove(factor_id: UUID) -> bool:
    """False where it is gone already. Raises NeededByRole."""
    staff = current_staff()
    with writing() as connection:
        removed = remove_factor(connection, staff.id, factor_id, staff.role)
        if removed:
            _audit(connection, "staff.factor_removed", {})
    return removed


def new_codes() -> list[str]:
    """In place of all there were."""
    with writing() as connection:
        codes = make_codes(connection, current_staff().id, settings().factor_keys[0], now())
        _audit(connection, "staff.recovery_made", {})
    return codes


def must_prove() -> bool:
    """Whether the password is asked for: not right after it was, when a factor has to be set up,
    and not of whoever has just come from the sign-in service, and may have none."""
    at = read_moment(session.get(BY_SERVICE))
    came_just_now = at is not None and now() < at + LASTS
    return not (current_user.owes_factor or came_just_now)


def _audit(connection: Any, action: str, changes: Any) -> None:
    audit(connection, action, kind="staff", object_id=current_staff().id, changes=changes)


def _sealer() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(current_app.secret_key or b"", salt="authenticator")
