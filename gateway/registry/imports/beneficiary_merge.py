"""From the stage into the table: the SQL that compares and merges beneficiaries.

The same expressions count the changes and make them. "Was it set here?" is asked in the UPDATE
itself, so that a choice made while a file is read is not lost.
"""

from collections.abc import Iterator, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

import sqlalchemy as sa
from sqlalchemy import (
    ColumnElement,
    Connection,
    and_,
    case,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)

from gateway.registry.database import UtcDateTime
from gateway.registry.imports.comparing import changed_fields, count_rows, differs, written
from gateway.registry.imports.limits import MOST_KEPT
from gateway.registry.imports.report import Changes, ImportReport, Kept
from gateway.registry.imports.staging import Merging, stage_table
from gateway.registry.places import IN_DISTRICT
from gateway.registry.tables import (
    beneficiaries,
    districts,
    health_centres,
    pay_points,
    villages,
)

TAKEN = ("status",)
# What staff may have corrected here: it stays until the file says the same, and leads again.
CORRECTED = ("name", "category", "edd", "child_dob", "helper_msisdn")
# What the person or staff may have set here: see `gateway.registry.choices`.
KEPT = ("msisdn", "locale", "consent_payment", "consent_health", "phone_owner")
_WITH_NAME = ("name_latin", "name_key", "pin_salt", "pin_hash")
_OF_FILE = (*TAKEN, *CORRECTED, *KEPT)
_COURSE = frozenset({"category", "edd", "child_dob"})
PLACES = "village"  # the mark of all her places: they lie in one district

STAGE = stage_table(
    *(sa.Column(name, beneficiaries.c[name].type) for name in (*_OF_FILE, *_WITH_NAME)),
    sa.Column("conceived_on", sa.Date),  # of the birth that is expected
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
# The places that a known row has so far.
_OLD = {
    column: table.alias(f"old_{column}")
    for column, table in {"district": districts, **IN_DISTRICT}.items()
}
_KNOWN = beneficiaries.c.registration_no == STAGE.c.registration_no
_OTHER_PIN = and_(
    STAGE.c.pin_hash.is_not(None), beneficiaries.c.pin_hash.is_distinct_from(STAGE.c.pin_hash)
)


def _joined() -> sa.Join:
    """Every staged row with the beneficiary it is about and its places, where they exist."""
    joined = STAGE.outerjoin(beneficiaries, _KNOWN)
    for table, there in _IN_PLACE:
        joined = joined.outerjoin(table, there)
    return joined


def set_here(name: str) -> ColumnElement[bool]:
    """Whether it was set here. A JSON list of names; in quotes, none is part of another."""
    return sa.cast(beneficiaries.c.set_here, sa.Text).contains(f'"{name}"', autoescape=True)


_NEW_PIN = and_(_OTHER_PIN, ~set_here("pin"))


def _stays(name: str) -> ColumnElement[bool]:
    """Whether a correction made here stands over the file. A pregnancy that began after the birth
    that is known here is news, whatever the file had not heard of before."""
    if name not in _COURSE:
        return set_here(name)
    pregnant_again = and_(
        STAGE.c.category == "pregnant", STAGE.c.conceived_on >= beneficiaries.c.child_dob
    )
    return and_(set_here(name), ~func.coalesce(pregnant_again, sa.false()))


def _owner_stays(names: frozenset[str]) -> ColumnElement[bool]:
    """Whose phone it is was learnt of a number: of another one that a file brings it says
    nothing."""
    return and_(set_here("phone_owner"), ~_other_number(names))


def _other_number(names: frozenset[str]) -> ColumnElement[bool]:
    if "msisdn" not in names:
        return sa.false()
    return and_(~set_here("msisdn"), beneficiaries.c.msisdn.is_distinct_from(STAGE.c.msisdn))


def _status_stays() -> ColumnElement[bool]:
    """Staff have set another one since the file's: an old file does not undo that, a new word
    of the registry does."""
    return and_(
        beneficiaries.c.status_before.is_not(None),
        beneficiaries.c.status_before == STAGE.c.status,
        beneficiaries.c.status != STAGE.c.status,
    )


def _values(names: frozenset[str]) -> dict[str, Any]:
    """What a known row becomes; a column that the file lacks stays."""
    taken = {
        name: case((_status_stays(), beneficiaries.c[name]), else_=STAGE.c[name])
        for name in TAKEN
        if name in names
    }
    kept = {
        name: case((set_here(name), beneficiaries.c[name]), else_=STAGE.c[name])
        for name in KEPT
        if name in names
    } | {
        name: case((_stays(name), beneficiaries.c[name]), else_=STAGE.c[name])
        for name in CORRECTED
        if name in names
    }
    owner: ColumnElement[Any] = sa.null()
    if "phone_owner" in names:
        owner = STAGE.c.phone_owner
        kept["phone_owner"] = case((_owner_stays(names), beneficiaries.c.phone_owner), else_=owner)
    else:
        kept["phone_owner"] = case((_other_number(names), owner), else_=beneficiaries.c.phone_owner)
    places = {
        name: case((set_here(PLACES), beneficiaries.c[name]), else_=place)
        for name, place in _place_ids(names).items()
    }
    return {**taken, **kept, **places}


def _place_ids(names: frozenset[str]) -> Mapping[str, Any]:
    """Of all her places, where the rows speak of any."""
    return _PLACE_IDS if names & {"province", "district", *IN_DISTRICT} else {}


def _changed(names: frozenset[str]) -> ColumnElement[bool]:
    return or_(differs(beneficiaries, _values(names)), _NEW_PIN)


def compare(connection: Connection, names: frozenset[str]) -> ImportReport:
    counts = count_rows(connection, _joined(), beneficiaries.c.id, _changed(names))
    return ImportReport(
        counts.new,
        counts.changed,
        counts.unchanged,
        tuple(_kept(connection, names)),
        changes=_changes(connection, names) if counts.changed else Changes(),
    )


def _changes(connection: Connection, names: frozenset[str]) -> Changes:
    values = {name: value for name, value in _values(names).items() if name not in _PLACE_IDS}
    fields: dict[str, Any] = {name: (beneficiaries.c[name], values[name]) for name in values}
    joined = _joined()
    if _place_ids(names):
        for column, old in _OLD.items():
            joined = joined.outerjoin(old, old.c.id == beneficiaries.c[f"{column}_id"])
            fields[column] = (old.c.name, _unless_kept(old.c.name, STAGE.c[column]))
        province = _OLD["district"].c.province
        fields["province"] = (province, _unless_kept(province, STAGE.c.province))
    # Of a PIN only that it is another one.
    fields["pin"] = (case((_NEW_PIN, "")), sa.null())
    return changed_fields(connection, joined, beneficiaries.c.id.is_not(None), STAGE, fields)


def _unless_kept(here: ColumnElement[str], in_file: ColumnElement[str]) -> ColumnElement[str]:
    return case((set_here(PLACES), here), else_=in_file)


def _flags(names: frozenset[str]) -> dict[str, ColumnElement[bool]]:
    """Of each column whether the file says something else than what stays."""
    table = beneficiaries.c
    flags = {
        name: and_(set_here(name), table[name].is_distinct_from(STAGE.c[name]))
        for name in KEPT
        if name in names
    }
    flags |= {
        name: and_(_stays(name), table[name].is_distinct_from(STAGE.c[name]))
        for name in CORRECTED
        if name in names
    }
    if "phone_owner" in names:
        another = table.phone_owner.is_distinct_from(STAGE.c.phone_owner)
        flags["phone_owner"] = and_(_owner_stays(names), another)
    if _place_ids(names):
        flags[PLACES] = and_(set_here(PLACES), differs(beneficiaries, _PLACE_IDS))
    if "msisdn" in names:
        still_disowned = and_(table.msisdn_disowned_at.is_not(None), table.msisdn == STAGE.c.msisdn)
        flags["msisdn"] = or_(flags["msisdn"], still_disowned)
    if "status" in names:
        flags["status"] = _status_stays()
    flags["pin"] = and_(_OTHER_PIN, set_here("pin"))
    if names & _COURSE:
        flags["course"] = and_(set_here("course"), table.course_ended_at.is_not(None))
    return flags


def _kept(connection: Connection, names: frozenset[str]) -> Iterator[Kept]:
    """Rows where the file says something else than what stays."""
    flags = _flags(names)
    says = [STAGE.c[name].label(f"{name} says") for name in flags if name in STAGE.c]
    rows = connection.execute(
        select(
            STAGE.c.line,
            STAGE.c.registration_no,
            *(found.label(name) for name, found in flags.items()),
            *says,
        )
        .select_from(_joined())
        .where(beneficiaries.c.id.is_not(None), or_(*flags.values()))
        .order_by(STAGE.c.line)
        .limit(MOST_KEPT)
    )
    for row in rows.mappings():
        columns = tuple(name for name in flags if row[name])
        said = tuple(written(row.get(f"{name} says")) for name in columns)
        yield Kept(row["line"], row["registration_no"], columns, said)


def insert_new(connection: Connection, now: datetime, today: date) -> None:
    moment = literal(now, UtcDateTime)
    values = {
        "id": STAGE.c.row_id,
        "registration_no": STAGE.c.registration_no,
        **{name: STAGE.c[name] for name in (*_OF_FILE, *_WITH_NAME)},
        **_PLACE_IDS,
        "enrolled_on": case((STAGE.c.status == "enrolled", literal(today, sa.Date))),
        "set_here": literal([], sa.JSON),
        "created_at": moment,
        "updated_at": moment,
    }
    rows = select(*values.values()).select_from(_joined()).where(beneficiaries.c.id.is_(None))
    connection.execute(insert(beneficiaries).from_select(list(values), rows))


def merging(names: frozenset[str], today: date) -> Merging:
    """What becomes of known rows, but for their PINs."""
    values = _values(names) | _beside(names, today)
    return Merging(beneficiaries, _joined(), values, _changed(names))


def _beside(names: frozenset[str], today: date) -> dict[str, Any]:
    """What follows from the values."""
    return {
        **(_beside_name() if "name" in names else {}),
        **(_beside_status(today) if "status" in names else {}),
        **(_beside_number(names) if "msisdn" in names else {}),
    }


def _beside_name() -> dict[str, Any]:
    table = beneficiaries.c
    same_name = or_(table.name == STAGE.c.name, set_here("name"))
    return {
        "name_latin": case((same_name, table.name_latin), else_=STAGE.c.name_latin),
        "name_key": case(
            (same_name, sa.func.coalesce(table.name_key, STAGE.c.name_key)),
            else_=STAGE.c.name_key,
        ),
    }


def _beside_status(today: date) -> dict[str, Any]:
    table = beneficiaries.c
    first_enrolled = and_(table.enrolled_on.is_(None), STAGE.c.status == "enrolled")
    return {
        "enrolled_on": case((first_enrolled, literal(today, sa.Date)), else_=table.enrolled_on),
        "status_before": case((_status_stays(), table.status_before)),
    }


def _beside_number(names: frozenset[str]) -> dict[str, Any]:
    same = beneficiaries.c.msisdn.is_not_distinct_from(_values(names)["msisdn"])
    return {"msisdn_disowned_at": case((same, beneficiaries.c.msisdn_disowned_at))}


def some_known(connection: Connection) -> bool:
    """Whether any staged row is about somebody who is there."""
    return connection.execute(select(STAGE.c.line).where(_KNOWN).limit(1)).first() is not None


def update_known(connection: Connection, names: frozenset[str], now: datetime, today: date) -> None:
    table = beneficiaries.c
    merged = merging(names, today).values
    values = {
        **merged,
        **(_children(merged["category"]) if "category" in names else {}),
        "pin_salt": case((_NEW_PIN, STAGE.c.pin_salt), else_=table.pin_salt),
        "pin_hash": case((_NEW_PIN, STAGE.c.pin_hash), else_=table.pin_hash),
        "updated_at": literal(now, UtcDateTime),
    }
    _forget_owners(connection, names)
    placed = [there for _table, there in _IN_PLACE] if _place_ids(names) else []
    connection.execute(update(beneficiaries).values(values).where(_KNOWN, *placed, _changed(names)))
    if "status" in names:
        agreed = and_(table.status_before.is_not(None), table.status == STAGE.c.status)
        connection.execute(update(beneficiaries).values(status_before=None).where(_KNOWN, agreed))
    _forget_agreed(connection, names)


def _children(category: ColumnElement[str]) -> dict[str, Any]:
    """Those of an earlier birth go: the next may be of one child."""
    return {"children": case((category == "child", beneficiaries.c.children), else_=sa.null())}


def _forget_owners(connection: Connection, names: frozenset[str]) -> None:
    """Of a number that a file replaces nobody needs to know any more whose phone it was."""
    table = beneficiaries.c
    found = connection.execute(
        select(table.id, table.set_here)
        .select_from(_joined())
        .where(table.id.is_not(None), set_here("phone_owner"), _other_number(names))
    )
    _mark(
        connection,
        {row.id: [one for one in row.set_here if one != "phone_owner"] for row in found},
    )


def _forget_agreed(connection: Connection, names: frozenset[str]) -> None:
    """The file has caught up with a correction: from now on it leads again."""
    table = beneficiaries.c
    agreed = {
        name: and_(set_here(name), table[name].is_not_distinct_from(STAGE.c[name]))
        for name in CORRECTED
        if name in names
    }
    if _place_ids(names):
        agreed[PLACES] = and_(set_here(PLACES), ~differs(beneficiaries, _PLACE_IDS))
    if not agreed:
        return
    found = connection.execute(
        select(table.id, table.set_here, *(one.label(name) for name, one in agreed.items()))
        .select_from(_joined())
        .where(table.id.is_not(None), or_(*agreed.values()))
    )
    left = {
        row["id"]: [one for one in row["set_here"] if not row.get(one)] for row in found.mappings()
    }
    _mark(connection, left)


def _mark(connection: Connection, marks: Mapping[UUID, list[str]]) -> None:
    rows = [{"whose": whose, "marks": left} for whose, left in marks.items()]
    if rows:
        hers = update(beneficiaries).where(beneficiaries.c.id == sa.bindparam("whose"))
        connection.execute(hers.values(set_here=sa.bindparam("marks", type_=sa.JSON)), rows)
