"""What a system asks for, and for whom it asks."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from gateway.core.quiet_hours import SendingHours

KeyKind = Literal["live", "team", "test"]
About = Literal["payment", "health"]  # the consents that there are
TemplateName = Literal["payment_reminder", "health_reminder", "registered"]

ABOUT: Mapping[TemplateName, About] = {
    "payment_reminder": "payment",
    "health_reminder": "health",
    "registered": "payment",
}


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """One SMS: to `registration_no` or `msisdn` (as people write it), of a template or a text.

    `category`: which consent a text needs. Nothing of it is checked yet.
    """

    registration_no: str | None = None
    msisdn: str | None = None
    template: TemplateName | None = None
    text: str | None = None
    category: About | None = None


@dataclass(frozen=True, kw_only=True)
class Sender:
    """The key that asks: it sees the people of `district_id`, None: all. `listed`: the numbers
    (E.164) that a team's key writes to; what a test's asks for leaves by no provider.
    """

    key_id: UUID
    kind: KeyKind = "live"
    district_id: int | None = None
    listed: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Office:
    """What all messages share."""

    hours: SendingHours
    default_locale: str
