"""The demo's logins: made at the first run, kept in var/, useless outside demo mode."""

from datetime import datetime
from pathlib import Path

from gateway.registry.database import Database
from gateway.staff.accounts import add_staff, authenticate, by_email, set_password
from gateway.staff.passwords import hash_password, random_password
from gateway.staff.rights import Role

FILE = Path(__file__).parent.parent.parent / "var" / "demo-logins.txt"
LOGINS: dict[str, Role] = {
    "viewer@demo.la": "viewer",
    "operator@demo.la": "operator",
    "approver@demo.la": "approver",
    "editor@demo.la": "editor",
    "admin@demo.la": "admin",
}

_NAMES = {
    "viewer@demo.la": "Vilay Keomany",
    "operator@demo.la": "Bounmy Sisouk",
    "approver@demo.la": "Khamla Phommachanh",
    "editor@demo.la": "Noy Inthavong",
    "admin@demo.la": "Somchit Vongsa",
}


def ensure_demo_staff(database: Database, now: datetime, file: Path = FILE) -> dict[str, str]:
    """{email: password} of the accounts that still have the demo's password.

    What `file` remembers is kept; a missing account or a forgotten password is made anew. An
    account whose password somebody changed is theirs and is left alone.
    """
    remembered = _read(file)
    logins = {email: _ensured(database, email, remembered.get(email), now) for email in LOGINS}
    known = {email: password for email, password in logins.items() if password}
    _write(file, known)
    return known


def _ensured(database: Database, email: str, remembered: str | None, now: datetime) -> str | None:
    with database.reading() as connection:
        staff = by_email(connection, email)
    if staff is not None and not staff.demo_password:
        return None
    if staff is not None and remembered and authenticate(database, email, remembered, now=now):
        return remembered
    password = remembered or random_password()
    hashed = hash_password(password)
    with database.writing() as connection:
        if staff is not None:
            set_password(connection, staff.id, hashed, now, demo=True)
            return password
        add_staff(
            connection,
            email=email,
            name=_NAMES[email],
            password_hash=hashed,
            role=LOGINS[email],
            now=now,
            locale="en",
            must_change_password=False,
            demo_password=True,
        )
    return password


def _read(file: Path) -> dict[str, str]:
    if not file.exists():
        return {}
    lines = (line.split() for line in file.read_text().splitlines())
    return {words[0]: words[1] for words in lines if len(words) == 2}


def _write(file: Path, logins: dict[str, str]) -> None:
    file.parent.mkdir(exist_ok=True)
    file.touch(mode=0o600)
    file.chmod(0o600)
    file.write_text("".join(f"{email} {password}\n" for email, password in logins.items()))
