"""From the stage into the table: the SQL that compares and merges beneficiaries.

The same expressions count the changes and make them. "Was it set here?" is asked in the UPDATE
itself, so that a choice made while a file is read is not lost.
"""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, and_, case, insert, literal, or_, select, update

from gateway.registry.database import UtcDateTime
from gateway.registry.imports.comparing import count_rows, differs
from gateway.registry.imports.places import IN_DISTRICT
from gateway.registry.imports.report import ImportReport, Kept
from gateway.registry.imports.staging import stage_table
from gateway.registry.tables import (
    beneficiaries,
    districts,
    health_centres,
    pay_points,
    villages,
)

TAKEN = ("name", "status", "category", "edd", "child_dob", "phone_owner", "helper_msisdn")
# What the person or staff may have set here: see `gateway.registry.choices`.
KEPT = ("msisdn", "locale", "consent_payment", "consent_health")
_BESIDE = ("name_latin", "pin_salt", "pin_hash")

STAGE = stage_table(
    *(sa.Column(name, beneficiaries.c[name].type) for name in (*TAKEN, *KEPT, *_BESIDE)),
    *(sa.Column(name, sa.String(64)) for name in ("province", "district", *IN_DISTRICT)),
)

_PLACE_IDS: dict[str, Any] = {
    "district_id": districts.c.id,
    "village_id": villages.c.id,
    "health_centre_id": health_centres.c.id,
    "pay_point_id": pay_points.c.id,
}
_IN_PLACE = [
    (districts, (districts.c.province == STAGE.c.province) & (districts.c.name == STAGE.c.district))
] + [
    (table, (table.c.district_id == districts.c.id) & (table.c.name == STAGE.c[column]))
    for column, table in IN_DISTRICT.items()
]
_KNOWN = beneficiaries.c.registration_no == STAGE.c.registration_no
_NEW_PIN = and_(
    STAGE.c.pin_hash.is_not(None), beneficiaries.c.pin_hash.is_distinct_from(STAGE.c.pin_hash)
)


def _joined() -> sa.Join:
    """Every staged row with the beneficiary it is about and its places, where they exist."""
    joined = STAGE.outerjoin(beneficiaries, _KNOWN)
    for table, there in _IN_PLACE:
        joined = joined.outerjoin(table, there)
    return joined


def _set_here(name: str) -> ColumnElement[bool]:
    """`set_here` is a JSON list of names; in quotes, none is part of another."""
    return sa.cast(beneficiaries.c.set_here, sa.Text).contains(f'"{name}"', autoescape=True)


def _values(names: frozenset[str]) -> dict[str, Any]:
    """What a known row becomes; a column that the file lacks stays."""
    taken = {name: STAGE.c[name] for name in TAKEN if name in names}
    kept = {
        name: case((_set_here(name), beneficiaries.c[name]), else_=STAGE.c[name]) for name in KEPT
    }
    return {**taken, **kept, **_PLACE_IDS}


def _changed(names: frozenset[str]) -> ColumnElement[bool]:
    return or_(differs(beneficiaries, _values(names)), _NEW_PIN)


def compare(connection: Connection, names: frozenset[str]) -> ImportReport:
    counts = count_rows(connection, _joined(), beneficiaries.c.id, _changed(names))
    return ImportReport(counts.new, counts.changed, counts.unchanged, tuple(_kept(connection)))


def _kept(connection: Connection) -> Iterator[Kept]:
    """Rows where the file says something else than what stays."""
    table = beneficiaries.c
    flags = {
        name: and_(_set_here(name), table[name].is_distinct_from(STAGE.c[name])) for name in KEPT
    }
    still_disowned = and_(table.msisdn_disowned_at.is_not(None), table.msisdn == STAGE.c.msisdn)
    flags["msisdn"] = or_(flags["msisdn"], still_disowned)
    flags["course"] = and_(_set_here("course"), table.course_ended_at.is_not(None))
    rows = connection.execute(
        select(STAGE.c.line, STAGE.c.registration_no, *(flags[name].label(name) for name in flags))
        .join(beneficiaries, _KNOWN)
        .where(or_(*flags.values()))
        .order_by(STAGE.c.line)
    )
    for row in rows.mappings():
        columns = tuple(name for name in flags if row[name])
        yield Kept(row["line"], row["registration_no"], columns)


def insert_new(connection: Connection, now: datetime, today: date) -> None:
    moment = literal(now, UtcDateTime)
    values = {
        "id": STAGE.c.row_id,
        "registration_no": STAGE.c.registration_no,
        **{name: STAGE.c[name] for name in (*TAKEN, *KEPT, *_BESIDE)},
        **_PLACE_IDS,
        "enrolled_on": case((STAGE.c.status == "enrolled", literal(today, sa.Date))),
        "set_here": literal([], sa.JSON),
        "created_at": moment,
        "updated_at": moment,
    }
    rows = select(*values.values()).select_from(_joined()).where(beneficiaries.c.id.is_(None))
    connection.execute(insert(beneficiaries).from_select(list(values), rows))


def update_known(connection: Connection, names: frozenset[str], now: datetime, today: date) -> None:
    table, values = beneficiaries.c, _values(names)
    first_enrolled = and_(table.enrolled_on.is_(None), STAGE.c.status == "enrolled")
    same_number = table.msisdn.is_not_distinct_from(values["msisdn"])
    same_name = table.name == STAGE.c.name
    beside = {
        "name_latin": case((same_name, table.name_latin), else_=STAGE.c.name_latin),
        "enrolled_on": case((first_enrolled, literal(today, sa.Date)), else_=table.enrolled_on),
        "msisdn_disowned_at": case((same_number, table.msisdn_disowned_at)),
        "pin_salt": sa.func.coalesce(STAGE.c.pin_salt, table.pin_salt),
        "pin_hash": sa.func.coalesce(STAGE.c.pin_hash, table.pin_hash),
        "updated_at": literal(now, UtcDateTime),
    }
    placed = and_(*(there for _table, there in _IN_PLACE))
    connection.execute(
        update(beneficiaries).values(values | beside).where(_KNOWN, placed, _changed(names))
    )
