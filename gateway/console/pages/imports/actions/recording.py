"""What is done about an import, in the audit log."""

from uuid import UUID

from sqlalchemy import Connection

from gateway.console.kit.context import audit, current_staff
from gateway.console.kit.too_late import too_late
from gateway.staff.audit import Changes


def record(
    action: str, connection: Connection, import_id: UUID, changes: Changes | None = None
) -> None:
    """A line in the audit log about an import."""
    audit(
        connection,
        action,
        kind="import",
        object_id=import_id,
        district_id=current_staff().district_id,
        changes=changes,
    )


def too_late_for(connection: Connection, import_id: UUID) -> str:
    """Why an import could neither be confirmed nor dropped: a msgid."""
    moves = ("import.confirm", "import.cancel", "import.undo", "import.places")
    return too_late(connection, "import", import_id, actions=moves)
