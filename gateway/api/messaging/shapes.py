"""SMS as the API takes and tells them."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

import msgspec
from msgspec import Meta

from gateway.api.problems import FieldFault
from gateway.core.consent import MessageCategory
from gateway.core.message_states import MessageState
from gateway.messaging.requested.queueing import MOST_ROWS
from gateway.messaging.requested.reading import Seen
from gateway.messaging.requested.wanted import About, TemplateName

Said = Annotated[str, Meta(max_length=2000)]


class MessageRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One SMS, to a `registration_no` or an `msisdn`: a `template` of the programme's, or a `text`
    with the consent that it needs (`category`)."""

    registration_no: Said | None = None
    msisdn: Said | None = None
    template: TemplateName | None = None
    text: Said | None = None
    category: About | None = None


class TemplateRow(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One SMS among many: always of a template."""

    template: TemplateName
    registration_no: Said | None = None
    msisdn: Said | None = None


class BulkRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Mode `each`: every row for itself; `all`: where one is refused, none goes."""

    rows: Annotated[list[TemplateRow], Meta(min_length=1, max_length=MOST_ROWS)]
    mode: Literal["each", "all"] = "each"


class Message(msgspec.Struct, frozen=True, kw_only=True):
    """What became of an SMS. `template` is what the ledger calls it, `system_text` a free text;
    `text` is told to keys with the scope messages:text:read, once it is written."""

    id: UUID
    registration_no: str | None
    category: MessageCategory
    template: str
    state: MessageState
    reason: str | None
    text: str | None
    segments: int | None
    created_at: datetime
    updated_at: datetime
    not_before_at: datetime
    expires_at: datetime | None
    sent_at: datetime | None


class MessagePage(msgspec.Struct, frozen=True, kw_only=True):
    """Newest first. `next` is the `after` of the next page; None: that was the last."""

    items: list[Message]
    next: str | None


class BulkResult(msgspec.Struct, frozen=True, kw_only=True):
    """What became of one row; `row` counts them from 1."""

    row: int
    id: UUID | None = None
    errors: list[FieldFault] = []


class BulkAnswer(msgspec.Struct, frozen=True, kw_only=True):
    """How many go out, how many are refused, and each row in the order it came in."""

    queued: int
    refused: int
    rows: list[BulkResult]


def told(seen: Seen, *, with_text: bool) -> Message:
    """A message as it is answered."""
    return Message(
        id=seen.id,
        registration_no=seen.registration_no,
        category=seen.category,
        template=seen.template,
        state=seen.state,
        reason=seen.reason,
        text=seen.text if with_text else None,
        segments=seen.segments,
        created_at=seen.created_at,
        updated_at=seen.updated_at,
        not_before_at=seen.not_before_at,
        expires_at=seen.expires_at,
        sent_at=seen.sent_at,
    )
