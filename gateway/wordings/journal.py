"""What was done about a text, as the audit log has it."""

from datetime import datetime

from sqlalchemy import Connection

from gateway.staff.audit import Actor, record
from gateway.wordings.keys import TextId


def log(
    connection: Connection,
    actor: Actor,
    action: str,
    text: TextId,
    *,
    now: datetime,
    **changes: tuple[str | None, str | None],
) -> None:
    """A line in the transaction of `connection`."""
    named = text.named
    record(connection, actor, action, now=now, kind="text", object_id=named, changes=changes)
