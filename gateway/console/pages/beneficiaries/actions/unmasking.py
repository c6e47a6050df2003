"""Phone and registration numbers in full: for a reason, for a while, and in the audit log."""

from datetime import datetime, timedelta
from uuid import UUID

from flask import session

from gateway.console.kit.context import current_staff, now

LASTS = timedelta(minutes=10)
_KEY = "unmasked"
_MOST = 20  # a cookie is small


def unmask(beneficiary_id: UUID) -> None:
    """From now on, for ten minutes, this person's numbers are shown to whoever is signed in."""
    kept = {key: until for key, until in _open().items() if until > now()}
    kept[beneficiary_id.hex] = now() + LASTS
    newest = sorted(kept, key=lambda key: kept[key])[-_MOST:]
    session[_KEY] = {key: kept[key].isoformat() for key in newest}


def hide(beneficiary_id: UUID) -> None:
    """This person's numbers are masked again at once."""
    kept = _open()
    kept.pop(beneficiary_id.hex, None)
    session[_KEY] = {key: until.isoformat() for key, until in kept.items()}


def unmasked_until(beneficiary_id: UUID) -> datetime | None:
    """When the numbers are hidden again; None where they are."""
    until = _open().get(beneficiary_id.hex)
    if until is None or until <= now() or not current_staff().may("beneficiary.unmask"):
        return None
    return until


def _open() -> dict[str, datetime]:
    stored: dict[str, str] = session.get(_KEY, {})
    return {key: datetime.fromisoformat(until) for key, until in stored.items()}
