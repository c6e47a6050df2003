"""What people are called: names for the e-mail addresses that records keep."""

from collections.abc import Collection

from sqlalchemy import Connection, case, func, select

from gateway.staff.accounts import tidy_email
from gateway.staff.tables import staff_users

# In a statement over staff_users: by name, else by e-mail address.
CALLED = case((staff_users.c.name != "", staff_users.c.name), else_=staff_users.c.email)
LONGEST = 80  # characters


def one_line(name: str | None) -> str:
    """A name as it is kept: without breaks, signs that nobody sees, or blanks in a row."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in name or "").split())


def names_of(connection: Connection, emails: Collection[str]) -> dict[str, str]:
    """{email: name} of those that are somebody's with a name. At most some hundred at once."""
    if not emails:
        return {}
    named = select(staff_users.c.email, staff_users.c.name).where(
        staff_users.c.email.in_(sorted({tidy_email(one) for one in emails})),
        staff_users.c.name != "",
    )
    return {row.email: row.name for row in connection.execute(named)}


def emails_called(connection: Connection, name: str) -> list[str]:
    """Whose name this is, in any case; as an e-mail address it is itself."""
    called = select(staff_users.c.email).where(func.lower(staff_users.c.name) == name.lower())
    return [tidy_email(name), *connection.execute(called).scalars()]
