"""What connections.toml says of an openIMIS."""

from collections.abc import Mapping
from typing import Annotated, Literal
from uuid import UUID

import msgspec

from gateway.connectors.driver import ConnectionSettings

FromJson = Literal[
    "msisdn", "locale", "category", "edd", "child_dob", "health_centre", "pay_point",
    "consent_payment", "consent_health", "phone_owner", "helper_msisdn",
]  # fmt: skip
Place = Literal["province", "district", "village"]
PageSize = Annotated[int, msgspec.Meta(ge=2, le=200)]
Overlap = Annotated[int, msgspec.Meta(ge=0, le=1440)]
RegisteredStatus = Literal["applied", "verified", "enrolled", "suspended", "rejected", "exited"]
PaymentStatus = Literal["", "scheduled", "paid", "missed", "cancelled"]

BENEFICIARY_STATUSES: Mapping[str, RegisteredStatus] = {
    "POTENTIAL": "applied",
    "ACTIVE": "enrolled",
    "SUSPENDED": "suspended",
    "GRADUATED": "exited",
}
JSON_KEYS: Mapping[FromJson, str] = {"msisdn": "phone"}
PLACES: Mapping[Place, str] = {"province": "R", "district": "D", "village": "V"}
# A benefit is made before its payroll is approved, and a duplicate has its like beside it: nothing
# is said of either.
PAYMENT_STATUSES: Mapping[str, PaymentStatus] = {
    "CREATED": "",
    "DUPLICATE": "",
    "ACCEPTED": "scheduled",
    "APPROVE_FOR_PAYMENT": "scheduled",
    "RECONCILED": "paid",
    "REJECTED": "cancelled",
    "PENDING_DELETION": "cancelled",
}


class OpenimisSettings(ConnectionSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`url` is what stands before /api; `username_env` and `password_env` name the variables of the
    account. `registration_key` and `json_keys` name keys of jsonExt, the person's first and then
    the beneficiary's; `places` the letter of a place's level; `fixed` what is the same of all.

    `beneficiary_statuses` and `payment_statuses` stand over the defaults, word by word; a payment
    whose word is "" is passed over, as are those of payrolls outside of `payroll_statuses`.
    """

    url: str
    username_env: str
    password_env: str
    benefit_plan: UUID
    registration_key: str = "registration_no"
    json_keys: Mapping[FromJson, str] = msgspec.field(default_factory=lambda: dict(JSON_KEYS))
    fixed: Mapping[FromJson, str] = {}
    places: Mapping[Place, str] = msgspec.field(default_factory=lambda: dict(PLACES))
    beneficiary_statuses: Mapping[str, RegisteredStatus] = {}
    payment_statuses: Mapping[str, PaymentStatus] = {}
    payroll_statuses: tuple[str, ...] = ("APPROVE_FOR_PAYMENT", "RECONCILED")
    page_size: PageSize = 100
    overlap_minutes: Overlap = 15
