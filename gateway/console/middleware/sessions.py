"""Flask-Security on our own accounts and sessions: nothing of its pages.

The cookie is signed and holds the id of a session that is kept in SQL; accounts are read with
SQLAlchemy Core; the views are in `gateway.console.pages.account.views.signing_in`.
"""

from typing import Any
from uuid import UUID

from flask import Flask, Response, g, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_security import RoleMixin, Security, UserMixin
from flask_security.datastore import UserDatastore

from gateway.console.dependencies import ConsoleDependencies
from gateway.staff.accounts import StaffUser
from gateway.staff.sessions import IDLE, note_use, standing_of, whose_session

ASSETS = "console.assets.file"


class SignedIn(UserMixin):
    """What Flask-Security wants to know of a StaffUser; views take `.staff`."""

    roles: list[RoleMixin] = []  # noqa: RUF012 - ours are in gateway.staff.rights
    fs_uniquifier = ""

    def __init__(self, staff: StaffUser, session_id: UUID, *, owes_factor: bool = False) -> None:
        self.staff = staff
        self.session_id = session_id
        self.owes_factor = owes_factor
        self.email = staff.email
        self.active = staff.active
        # What Flask-Security keeps in the cookie: the session's own id, not the account's.
        self.fs_uniquifier = session_id.hex


class Accounts(UserDatastore):
    """Who stands behind a session's id; all about sessions is in `gateway.staff.sessions`."""

    def __init__(self, dependencies: ConsoleDependencies) -> None:
        super().__init__(SignedIn, RoleMixin)
        self._dependencies = dependencies

    def find_user(
        self,
        case_insensitive: bool = False,  # noqa: ARG002 - of the base class
        **kwargs: Any,
    ) -> SignedIn | None:
        session_id = _uuid(kwargs.get("fs_uniquifier"))
        if session_id is None or "no_database" in g:  # the page that says so
            return None
        database, now = self._dependencies.database, self._dependencies.now()
        with database.reading() as connection:
            staff = whose_session(connection, session_id, now)
            standing = standing_of(connection, session_id, now) if staff else None
        if standing and standing.stale:
            with database.writing() as connection:
                note_use(connection, session_id, now)
        if staff is None or standing is None:
            return None
        return SignedIn(staff, session_id, owes_factor=standing.owes_factor)

    def find_role(self, role: str) -> RoleMixin | None:  # noqa: ARG002 - of the base class
        return None


def _uuid(text: object) -> UUID | None:
    try:
        return UUID(str(text))
    except ValueError:
        return None


class ConsoleSessions(SecureCookieSessionInterface):
    """Style sheets are kept by caches for everybody: no cookie travels with them, and none that
    is renewed with every page makes a browser ask for them again."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if request.endpoint != ASSETS:
            super().save_session(app, session, response)


def add_sessions(app: Flask, dependencies: ConsoleDependencies) -> None:
    """Cookies that live for a working day, and who stands behind them."""
    app.config.update(
        SESSION_COOKIE_NAME="console",
        SESSION_COOKIE_PATH="/console/",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=not dependencies.settings.demo,
        PERMANENT_SESSION_LIFETIME=IDLE,
        SECURITY_CLI_USERS_NAME=False,
        SECURITY_CLI_ROLES_NAME=False,
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_PASSWORD_SINGLE_HASH={"argon2"},
        SECURITY_DEPRECATED_PASSWORD_SCHEMES=[],
        SECURITY_API_ENABLED_METHODS=["session"],
        SECURITY_DEFAULT_REMEMBER_ME=False,
    )
    app.session_interface = ConsoleSessions()
    security = Security(app, Accounts(dependencies), register_blueprint=False)
    # "strong" would sign out whoever moves between two phone masts: the address changes.
    security.login_manager.session_protection = "basic"
