"""Flask-Security on our own accounts: the session in the cookie, nothing of its pages.

Accounts are read with SQLAlchemy Core; the views are in `gateway.console.account`.
"""

from datetime import timedelta
from typing import Any

from flask import Flask, Response, g, request
from flask.sessions import SecureCookieSessionInterface, SessionMixin
from flask_security import RoleMixin, Security, UserMixin
from flask_security.datastore import UserDatastore

from gateway.console.ports import ConsolePorts
from gateway.staff.accounts import StaffUser, find
from gateway.staff.tables import staff_users

SESSION_LASTS = timedelta(hours=8)
ASSETS = "console.assets.file"


class SignedIn(UserMixin):
    """What Flask-Security wants to know of a StaffUser; views take `.staff`."""

    roles: list[RoleMixin] = []  # noqa: RUF012 - ours are in gateway.staff.rights
    fs_uniquifier = ""

    def __init__(self, staff: StaffUser) -> None:
        self.staff = staff
        self.email = staff.email
        self.active = staff.active
        self.fs_uniquifier = staff.uniquifier


class Accounts(UserDatastore):
    """Reads accounts; all writing is in `gateway.staff.accounts`."""

    def __init__(self, ports: ConsolePorts) -> None:
        super().__init__(SignedIn, RoleMixin)
        self._database = ports.database

    def find_user(
        self,
        case_insensitive: bool = False,  # noqa: ARG002 - of the base class
        **kwargs: Any,
    ) -> SignedIn | None:
        uniquifier = kwargs.get("fs_uniquifier")
        if uniquifier is None or "no_database" in g:  # the page that says so
            return None
        with self._database.reading() as connection:
            staff = find(connection, staff_users.c.uniquifier == uniquifier)
        return SignedIn(staff) if staff else None

    def find_role(self, role: str) -> RoleMixin | None:  # noqa: ARG002 - of the base class
        return None


class ConsoleSessions(SecureCookieSessionInterface):
    """Style sheets are kept by caches for everybody: no cookie travels with them, and none that
    is renewed with every page makes a browser ask for them again."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        if request.endpoint != ASSETS:
            super().save_session(app, session, response)


def add_sessions(app: Flask, ports: ConsolePorts) -> None:
    """Cookies that live for a working day, and who stands behind them."""
    app.config.update(
        SESSION_COOKIE_NAME="console",
        SESSION_COOKIE_PATH="/console/",
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=not ports.settings.demo,
        PERMANENT_SESSION_LIFETIME=SESSION_LASTS,
        SECURITY_CLI_USERS_NAME=False,
        SECURITY_CLI_ROLES_NAME=False,
        SECURITY_PASSWORD_SCHEMES=["argon2"],
        SECURITY_PASSWORD_SINGLE_HASH={"argon2"},
        SECURITY_DEPRECATED_PASSWORD_SCHEMES=[],
        SECURITY_API_ENABLED_METHODS=["session"],
        SECURITY_DEFAULT_REMEMBER_ME=False,
    )
    app.session_interface = ConsoleSessions()
    security = Security(app, Accounts(ports), register_blueprint=False)
    # "strong" would sign out whoever moves between two phone masts: the address changes.
    security.login_manager.session_protection = "basic"
