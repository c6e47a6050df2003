"""The preview of a broadcast is counted once for each version of its text, and kept with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, func, select, update

from gateway.messaging.audience import Audience, matching
from gateway.messaging.broadcasts.lifecycle import read_broadcast
from gateway.messaging.broadcasts.preview import Preview, preview_broadcast
from gateway.messaging.tables import broadcasts
from gateway.registry.database import Database
from gateway.registry.tables import beneficiaries


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptPreview:
    """A preview as it was counted at `counted_at`."""

    preview: Preview
    counted_at: datetime


def audience_size(connection: Connection, audience: Audience) -> int:
    """How many beneficiaries; raises UnknownAudienceError. Handsets are counted by the preview."""
    counted = select(func.count()).select_from(beneficiaries).where(matching(audience))
    return connection.execute(counted).scalar_one()


def keep_preview(
    database: Database, broadcast_id: UUID, *, default_locale: str, now: datetime
) -> None:
    """Counts the preview and keeps it, unless the broadcast was edited or approved meanwhile."""
    with database.reading() as connection:
        row = read_broadcast(connection, broadcast_id)
        counted = preview_broadcast(
            connection, row.texts, row.audience, default_locale=default_locale
        )
    with database.writing() as connection:
        connection.execute(
            update(broadcasts)
            .where(
                broadcasts.c.id == broadcast_id,
                broadcasts.c.revision == row.revision,
                broadcasts.c.state.in_(("draft", "submitted")),
            )
            .values(preview=plain_preview(counted, now))
        )


def kept_preview(row: Any) -> KeptPreview | None:
    """The preview that a row of `broadcasts` holds; None where it is still to be counted."""
    kept: Mapping[str, Any] | None = row.preview
    if not kept:
        return None
    cost = kept["cost"]
    return KeptPreview(
        preview=Preview(
            audience=kept["audience"],
            recipients=kept["recipients"],
            excluded=kept["excluded"],
            segments=kept["segments"],
            cost=None if cost is None else Decimal(cost),
            samples={locale: tuple(sample) for locale, sample in kept["samples"].items()},
            currency=kept.get("currency"),
        ),
        counted_at=datetime.fromisoformat(kept["counted_at"]),
    )


def plain_preview(counted: Preview, now: datetime) -> dict[str, Any]:
    """As it is kept with the broadcast."""
    return {
        "audience": counted.audience,
        "recipients": counted.recipients,
        "excluded": dict(counted.excluded),
        "segments": counted.segments,
        "cost": None if counted.cost is None else str(counted.cost),
        "currency": counted.currency,
        "samples": {locale: list(sample) for locale, sample in counted.samples.items()},
        "counted_at": now.isoformat(),
    }
