"""People on record: one, and a list by change."""

from datetime import date, datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import Row, Select, or_, select

from gateway.api.etags import etag_of
from gateway.api.operations import Answer, Call, Operation
from gateway.api.problems import ProblemError
from gateway.api.records.lists import ByChange, page_by_change
from gateway.registry.tables import (
    beneficiaries,
    districts,
    health_centres,
    pay_points,
    registration_aliases,
    villages,
)


class Beneficiary(msgspec.Struct, frozen=True, kw_only=True):
    """The columns of the beneficiaries file, but for the PIN, which nobody is told; `set_here`
    names those that the person or staff set in the gateway."""

    registration_no: str
    name: str
    msisdn: str | None
    locale: Literal["lo", "lo_Latn", "en"] | None
    status: Literal["applied", "verified", "enrolled", "suspended", "exited", "rejected"]
    category: Literal["pregnant", "child"]
    edd: date | None
    child_dob: date | None
    province: str
    district: str
    village: str
    health_centre: str
    pay_point: str
    consent_payment: bool
    consent_health: bool
    phone_owner: str | None
    helper_msisdn: str | None
    has_pin: bool
    set_here: list[str]
    updated_at: datetime


class BeneficiaryPage(msgspec.Struct, frozen=True, kw_only=True):
    """Oldest change first. `next` is the `after` of the next page; None: that was the last."""

    items: list[Beneficiary]
    next: str | None


class BeneficiaryQuery(ByChange):
    """`status` as in the file."""

    status: str | None = None


def people() -> Select[Any]:
    """Every column that `Beneficiary` has, and the id."""
    table = beneficiaries.c
    return (
        select(
            table.id, table.registration_no, table.name, table.msisdn, table.locale, table.status,
            table.category, table.edd, table.child_dob, districts.c.province,
            districts.c.name.label("district"), villages.c.name.label("village"),
            health_centres.c.name.label("health_centre"), pay_points.c.name.label("pay_point"),
            table.consent_payment, table.consent_health, table.phone_owner, table.helper_msisdn,
            table.pin_hash.is_not(None).label("has_pin"), table.set_here, table.updated_at,
        )
        .join(districts, districts.c.id == table.district_id)
        .join(villages, villages.c.id == table.village_id)
        .join(health_centres, health_centres.c.id == table.health_centre_id)
        .join(pay_points, pay_points.c.id == table.pay_point_id)
        .where(table.erased_at.is_(None))
    )  # fmt: skip


def told(row: Row[Any]) -> Beneficiary:
    """One of `people` as it is answered."""
    values = row._asdict()
    return Beneficiary(**{name: values[name] for name in Beneficiary.__struct_fields__})


def _get(call: Call) -> Answer:
    """By her registration number; by the other one where she has had two."""
    number = call.path["registration_no"]
    other = select(registration_aliases.c.beneficiary_id).where(
        registration_aliases.c.registration_no == number
    )
    hers = or_(beneficiaries.c.registration_no == number, beneficiaries.c.id.in_(other))
    with call.database.reading() as connection:
        row = connection.execute(people().where(hers, *call.within(beneficiaries))).first()
    if row is None:
        raise ProblemError("not_found")
    body = told(row)
    return Answer(body=body, etag=etag_of(body))


def _list(call: Call) -> Answer:
    query: BeneficiaryQuery = call.query
    table = beneficiaries.c
    wanted = people().where(*call.within(beneficiaries))
    if query.registration_no is not None:
        wanted = wanted.where(table.registration_no == query.registration_no)
    if query.status is not None:
        wanted = wanted.where(table.status == query.status)
    items, after = page_by_change(call, wanted, beneficiaries, told)
    return Answer(body=BeneficiaryPage(items=list(items), next=after))


OPERATIONS = (
    Operation(
        name="listBeneficiaries", method="GET", path="/beneficiaries", handle=_list,
        scope=("beneficiaries", "read"), summary="People, the oldest change first",
        query=BeneficiaryQuery, gives=BeneficiaryPage, problems=("bad_request",),
    ),
    Operation(
        name="getBeneficiary", method="GET", path="/beneficiaries/{registration_no}", handle=_get,
        scope=("beneficiaries", "read"), summary="One person", gives=Beneficiary,
    ),
)  # fmt: skip
