"""Beneficiaries into the registry: known numbers are updated, what was set here stays."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, Table, and_, case, func, insert, or_, select

from gateway.registry.database import UtcDateTime
from gateway.registry.imports import beneficiary_file
from gateway.registry.imports.cells import latin_of
from gateway.registry.imports.comparing import count_rows, differs
from gateway.registry.imports.places import (
    IN_DISTRICT,
    make_districts,
    make_in_district,
    missing_districts,
    missing_in_district,
    too_long,
)
from gateway.registry.imports.records import Record
from gateway.registry.imports.report import ImportReport, Kept, RowError
from gateway.registry.imports.staging import stage_table
from gateway.registry.pins import matches, new_hash
from gateway.registry.tables import (
    beneficiaries,
    districts,
    health_centres,
    pay_points,
    villages,
)

# What the person or staff may have set here, and nobody else: see `gateway.registry.choices`.
KEPT = ("msisdn", "locale", "consent_payment", "consent_health")
_TAKEN = ("name", "status", "category", "edd", "child_dob")
_OPTIONAL = ("phone_owner", "helper_msisdn")
_NAMED = ("name", "province", "district", *IN_DISTRICT)


def _staged(name: str) -> sa.Column[Any]:
    return sa.Column(name, beneficiaries.c[name].type)


_STAGE = stage_table(
    *(_staged(name) for name in (*_TAKEN, *KEPT, *_OPTIONAL, "pin_salt", "pin_hash", "name_latin")),
    *(sa.Column(name, sa.String(64)) for name in ("province", "district", *IN_DISTRICT)),
)

_PLACE_IDS = {
    "district_id": districts.c.id,
    "village_id": villages.c.id,
    "health_centre_id": health_centres.c.id,
    "pay_point_id": pay_points.c.id,
}
_IN_PLACE = {
    districts: and_(
        districts.c.province == _STAGE.c.province, districts.c.name == _STAGE.c.district
    ),
    **{
        table: and_(table.c.district_id == districts.c.id, table.c.name == _STAGE.c[column])
        for column, table in IN_DISTRICT.items()
    },
}
_KNOWN = beneficiaries.c.registration_no == _STAGE.c.registration_no


def _set_here(name: str) -> ColumnElement[bool]:
    """`set_here` is a JSON list of names; quoted, none is part of another."""
    return sa.cast(beneficiaries.c.set_here, sa.Text).contains(f'"{name}"', autoescape=True)


def _values(names: frozenset[str]) -> dict[str, Any]:
    """What a known row becomes, by column."""
    taken = {name: _STAGE.c[name] for name in (*_TAKEN, *_OPTIONAL) if name in names}
    kept = {
        name: case((_set_here(name), beneficiaries.c[name]), else_=_STAGE.c[name]) for name in KEPT
    }
    return {**taken, **kept, **_PLACE_IDS}


def _differs(names: frozenset[str]) -> ColumnElement[bool]:
    """An empty PIN takes none away; a PIN that is the same was staged with the hash it has."""
    stage, table = _STAGE.c, beneficiaries.c
    new_pin = and_(stage.pin_hash.is_not(None), table.pin_hash.is_distinct_from(stage.pin_hash))
    return or_(differs(table, _values(names)), new_pin)


def _joined(names: frozenset[str]) -> ImportReport: ...


@dataclass(frozen=True)
class BeneficiaryPlan:
    """`today` in the programme's zone is the day a first enrolment is dated."""

    now: datetime
    today: date
    secret: bytes
    stage: Table = _STAGE
    keys: tuple[str, ...] = ("registration_no",)
    check = staticmethod(beneficiary_file.check)
