"""A person of the registry as a record of DCI: what the partner may see of her, and she allows.

Who has not consented to messages about payments is not told of as somebody who is paid, nor is her
child, where she has not consented to those about health.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Row, Select, select

from gateway.core.dci.moments import text_of
from gateway.dci.partners import Field, Ourselves, Partner
from gateway.registry.tables import beneficiaries, districts, villages

RECORD_TYPE = "Member"
# The older code list of the beneficiary registry: 1 active, 3 graduated, 4 suspended.
STATUS_WORDS: Mapping[str, str] = {
    "applied": "Applied", "verified": "Verified", "enrolled": "Active", "suspended": "Suspended",
    "rejected": "Rejected", "exited": "Exited",
}  # fmt: skip
_PEOPLE = beneficiaries.join(districts, beneficiaries.c.district_id == districts.c.id).join(
    villages, beneficiaries.c.village_id == villages.c.id
)


def people() -> Select[Any]:
    """Everybody who may be told of, with what a record is made of."""
    table = beneficiaries.c
    return (
        select(
            table.id, table.registration_no, table.name, table.name_latin, table.msisdn,
            table.msisdn_disowned_at, table.status, table.child_dob, table.edd, table.enrolled_on,
            table.consent_payment, table.consent_health, table.updated_at,
            districts.c.province, districts.c.name.label("district"),
            villages.c.name.label("village"),
        )
        .select_from(_PEOPLE)
        .where(table.erased_at.is_(None))
    )  # fmt: skip


def record_of(row: Row[Any], partner: Partner, ourselves: Ourselves) -> dict[str, Any]:
    """What `partner` is told of one row of `people`."""
    told: dict[str, Any] = {
        "@type": RECORD_TYPE,
        "identifier": [
            {"identifier_type": _type_of(partner), "identifier_value": row.registration_no}
        ],
        "last_updated": text_of(row.updated_at),
    }
    for field in partner.fields:
        told.update(_PARTS[field](row, ourselves))
    return told


def _type_of(partner: Partner) -> str:
    types = (name for name, column in partner.identifiers.items() if column == "registration_no")
    return next(types, "UIN")


def _name(row: Row[Any], _ourselves: Ourselves) -> dict[str, Any]:
    # Lao names are one: nobody knows where a surname would begin.
    return {"name": {"given_name": row.name, "surname": ""}}


def _phone(row: Row[Any], _ourselves: Ourselves) -> dict[str, Any]:
    known = row.msisdn and row.msisdn_disowned_at is None
    return {"phone_number": [row.msisdn] if known else []}


def _address(row: Row[Any], _ourselves: Ourselves) -> dict[str, Any]:
    address = {
        "address_line1": row.village, "locality": row.district, "region": row.province,
        "country_code": "LA",
    }  # fmt: skip
    return {"address": [address]}


def _registered(row: Row[Any], _ourselves: Ourselves) -> dict[str, Any]:
    return {"registration_date": row.enrolled_on.isoformat()} if row.enrolled_on else {}


def _status(row: Row[Any], _ourselves: Ourselves) -> dict[str, Any]:
    return {"status": STATUS_WORDS[row.status]}


def _child(row: Row[Any], _ourselves: Ourselves) -> dict[str, Any]:
    if not row.consent_health or row.child_dob is None:
        return {}
    return {"child": {"birth_date": row.child_dob.isoformat()}}


def _programme(row: Row[Any], ourselves: Ourselves) -> dict[str, Any]:
    if not row.consent_payment:
        return {}
    enrolment: dict[str, Any] = {
        "programme": {
            "programme_identifier": ourselves.programme,
            "programme_name": ourselves.programme_name,
        },
        "enrolment_status": STATUS_WORDS[row.status],
    }
    if row.enrolled_on:
        enrolment["enrolment_date"] = row.enrolled_on.isoformat()
    return {"programme_identifier": enrolment}


_PARTS: Mapping[Field, Any] = {
    "name": _name, "phone_number": _phone, "address": _address, "registration_date": _registered,
    "status": _status, "child": _child, "programme": _programme,
}  # fmt: skip
