"""Staff by their names: rows keep the e-mail address as it was, pages show who that is."""

from collections.abc import Collection, Sequence
from typing import Any

from flask import g
from sqlalchemy import Connection, Row

from gateway.console.kit.context import now, reading, signed_in
from gateway.staff.alerts import unseen_alerts
from gateway.staff.names import names_of
from gateway.staff.resets import open_reset


def know(connection: Connection, emails: Collection[str]) -> None:
    """Reads the names of a list in one statement, before `person` asks for them one by one."""
    missing = {one for one in emails if one} - _known().keys()
    found = names_of(connection, missing)
    _known().update({one: found.get(one.lower(), "") for one in missing})


def person(email: str | None) -> str:
    """Whose address this is, by name; the address itself where no account has it, or no name."""
    if not email:
        return ""
    if email not in _known():
        with reading() as connection:
            know(connection, [email])
    return _known()[email] or email


def sign_in_alerts() -> Sequence[Row[Any]]:
    """Sign-ins that the person at this page may not know of."""
    staff = signed_in()
    if staff is None:
        return []
    with reading() as connection:
        return unseen_alerts(connection, staff.id)


def reset_of_mine() -> Row[Any] | None:
    """What an administrator asks for the account of the person at this page."""
    staff = signed_in()
    if staff is None:
        return None
    with reading() as connection:
        return open_reset(connection, staff.id, now())


def _known() -> dict[str, str]:
    if "names_of_staff" not in g:
        g.names_of_staff = {}
    names: dict[str, str] = g.names_of_staff
    return names
