"""What is said to whoever pressed a button too late: that somebody was faster only if so."""

from collections.abc import Collection

from sqlalchemy import Connection, select

from gateway.console.kit.context import current_staff
from gateway.core.texts import _
from gateway.staff.tables import audit_log

YOURSELF = _("You have changed this already: see below how it stands now.")
SOMEBODY_ELSE = _("Somebody else was faster: see below how it stands now.")
NOBODY = _("This is not possible as it stands now: see below.")


def too_late(
    connection: Connection,
    kind: str,
    object_id: object,
    *,
    actions: Collection[str],
    state: str | None = None,
    nobody: str = NOBODY,
) -> str:
    """A msgid, after the newest line of the audit log about the object that is one of `actions`.

    `state` is how the object stands: a line that brought it elsewhere says nothing of who was
    faster, since a worker or a caller has brought it on from there.
    """
    newest = connection.execute(
        select(audit_log.c.staff_id, audit_log.c.changes)
        .where(
            audit_log.c.kind == kind,
            audit_log.c.object_id == str(object_id),
            audit_log.c.action.in_(actions),
        )
        .order_by(audit_log.c.at.desc(), audit_log.c.id.desc())
        .limit(1)
    ).one_or_none()
    if newest is None or newest.changes.get("state", [state])[-1] not in {state, None}:
        return nobody
    return YOURSELF if newest.staff_id == current_staff().id else SOMEBODY_ELSE
