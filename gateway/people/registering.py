"""One woman registered by hand: what a beneficiaries file carries, checked as a file's row is."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, get_args
from uuid import UUID

from sqlalchemy import Connection, Table, func, select
from uuid_utils.compat import uuid7

from gateway.core.caller import Status
from gateway.core.names import latin_of, name_key
from gateway.core.texts import _
from gateway.people.desk import Desk, beside_imports
from gateway.people.faults import (
    CHOOSE_PLACE,
    NOT_THIS_STATUS,
    NUMBER_KNOWN,
    NUMBER_MERGED,
    Fault,
    PersonError,
)
from gateway.people.pairs import remember_different
from gateway.people.plausible import implausible
from gateway.registry.bulk import insert_new
from gateway.registry.imports.beneficiary_file import columns, date_for_category
from gateway.registry.imports.beneficiary_merge import KEPT
from gateway.registry.imports.cells import LOST_DIGITS, NOT_4_DIGITS, NOT_8_DIGITS
from gateway.registry.imports.records import Record, read_record
from gateway.registry.imports.report import Alike
from gateway.registry.imports.resemblance import alike_to
from gateway.registry.imports.retired_places import RETIRED_PLACE
from gateway.registry.imports.vocabulary import FILES
from gateway.registry.numbers import number_now
from gateway.registry.pins import new_hash
from gateway.registry.places import IN_DISTRICT
from gateway.registry.tables import beneficiaries, districts
from gateway.staff.rights import Role

COLUMNS = FILES["beneficiaries"]
_STORED = (
    "registration_no", "name", "msisdn", "locale", "status", "category", "edd", "child_dob",
    "consent_payment", "consent_health", "phone_owner", "helper_msisdn",
)  # fmt: skip
_LONGEST_LATIN = 240
# What is said of a file speaks of a spreadsheet.
AT_A_FORM = {
    NOT_8_DIGITS: _("It must have 8 digits, with the zeros in front."),
    NOT_4_DIGITS: _("It must have 4 digits, with the zeros in front."),
    LOST_DIGITS: _("This number is shortened: type all of its digits."),
}


@dataclass(frozen=True, kw_only=True)
class Registration:
    """What would be kept. `alike`: people in the registry who may be the same, found as an import
    finds them; `sharing`: how many others have her number."""

    record: Record
    whereabouts: Mapping[str, int]
    alike: tuple[Alike, ...]
    sharing: int


def statuses_for(role: Role | None) -> tuple[Status, ...]:
    """With which status somebody of `role` may register a woman; None: a command."""
    return ("applied",) if role == "health_worker" else get_args(Status)


def plan_registration(
    connection: Connection, texts: Mapping[str, str], places: Mapping[str, int], desk: Desk
) -> Registration:
    """Changes nothing. `texts` are cells by column, `places` the ids of `village`, `health_centre`
    and `pay_point`; raises PersonError with every fault, by column.
    """
    rows, faults = _places(connection, places, desk)
    cells = {**texts, **{column: row.name for column, row in rows.items()}}
    record, errors = read_record(
        (1, [cells.get(name, "") for name in COLUMNS]), COLUMNS, columns(desk.today),
        date_for_category,
    )  # fmt: skip
    said = {fault.field for fault in faults}
    faults += [
        Fault(AT_A_FORM.get(one.reason, one.reason), one.column, one.params)
        for one in errors
        if one.column not in said and (rows or one.column not in {*_PLACES})
    ]
    faults += [*_of_the_registry(connection, record, desk), *implausible(record, desk.today)]
    if faults:
        raise PersonError(*faults)
    name = str(record["name"])
    record["name_latin"] = latin = latin_of(name)[:_LONGEST_LATIN]
    record["name_key"] = name_key(name, latin)
    near = None if desk.actor.staff is None else desk.actor.staff.district_id
    return Registration(
        record=record,
        whereabouts={f"{column}_id": rows[column].id for column in ("district", *IN_DISTRICT)},
        alike=alike_to(connection, record, near),
        sharing=_sharing(connection, record["msisdn"]),
    )


def register(
    connection: Connection, texts: Mapping[str, str], places: Mapping[str, int], desk: Desk
) -> UUID:
    """Whom it made. Raises PersonError and changes nothing where it cannot be done.

    That she is none of those who are like her is remembered. Her number, language, consents and
    whose phone it is stay when a file says otherwise: she has said so herself.
    """
    beside_imports(connection)
    plan = plan_registration(connection, texts, places, desk)
    record, beneficiary_id = plan.record, uuid7()
    pin = record["pin"]
    salt, digest = new_hash(str(pin), desk.peppers) if pin else (None, None)
    enrolled = record["status"] == "enrolled"
    row = {
        "id": beneficiary_id,
        **{name: record[name] for name in (*_STORED, "name_latin", "name_key")},
        **plan.whereabouts,
        "enrolled_on": desk.today if enrolled else None,
        "pin_salt": salt,
        "pin_hash": digest,
        "set_here": sorted(name for name in KEPT if record[name] is not None),
        "created_at": desk.now,
        "updated_at": desk.now,
    }
    if not insert_new(connection, beneficiaries, [row]):
        raise PersonError(Fault(NUMBER_KNOWN, "registration_no"))
    if plan.alike:
        remember_different(connection, beneficiary_id, [one.other for one in plan.alike], desk)
    changes = {"status": (None, record["status"]), "alike": (None, len(plan.alike))}
    district_id = plan.whereabouts["district_id"]
    desk.record(connection, "beneficiary.register", beneficiary_id, district_id, changes)
    return beneficiary_id


def known_number(connection: Connection, registration_no: str) -> UUID | None:
    """Whose it is, or was before it was merged into hers."""
    now = number_now(connection, registration_no)
    found = select(beneficiaries.c.id).where(beneficiaries.c.registration_no == now)
    return connection.execute(found).scalar_one_or_none()


PLACE_COLUMNS = tuple(IN_DISTRICT)  # village, health centre, pay point
_PLACES = ("province", "district", *IN_DISTRICT)


def chosen_places(connection: Connection, ids: Mapping[str, int], desk: Desk) -> Mapping[str, int]:
    """The columns `district_id`, `village_id` and so on; raises PersonError where one of them may
    not be chosen."""
    rows, faults = _places(connection, ids, desk)
    if faults:
        raise PersonError(*faults)
    return {f"{column}_id": rows[column].id for column in ("district", *IN_DISTRICT)}


def _places(
    connection: Connection, ids: Mapping[str, int], desk: Desk
) -> tuple[dict[str, Any], list[Fault]]:
    """By column a row with id and name; the province's is its district's. All, or faults."""
    found = {
        column: _place(connection, table, ids.get(column), desk)
        for column, table in IN_DISTRICT.items()
    }
    here = next((row.district_id for row in found.values() if row is not None), None)
    faults = [
        Fault(CHOOSE_PLACE if row is None or row.district_id != here else RETIRED_PLACE, column)
        for column, row in found.items()
        if row is None or row.district_id != here or row.retired_at is not None
    ]
    if faults:
        return {}, faults
    district = connection.execute(select(districts).where(districts.c.id == here)).one()
    if district.retired_at is not None:
        return {}, [Fault(RETIRED_PLACE, "village")]
    province = _Province(district.id, district.province)
    return {"district": district, "province": province, **found}, []


@dataclass(frozen=True)
class _Province:
    id: int
    name: str


def _place(connection: Connection, table: Table, place_id: int | None, desk: Desk) -> Any:
    wanted = select(table).where(table.c.id == place_id, *desk.within(table))
    return connection.execute(wanted).one_or_none()


def _of_the_registry(connection: Connection, record: Record, desk: Desk) -> list[Fault]:
    faults = []
    number, status = record["registration_no"], record["status"]
    if number is not None and known_number(connection, str(number)) is not None:
        other = number_now(connection, str(number)) != number
        faults.append(Fault(NUMBER_MERGED if other else NUMBER_KNOWN, "registration_no"))
    staff = desk.actor.staff
    if status is not None and status not in statuses_for(staff.role if staff else None):
        faults.append(Fault(NOT_THIS_STATUS, "status"))
    return faults


def _sharing(connection: Connection, msisdn: object) -> int:
    if msisdn is None:
        return 0
    theirs = (beneficiaries.c.msisdn == msisdn) & beneficiaries.c.msisdn_disowned_at.is_(None)
    counted = select(func.count()).select_from(beneficiaries).where(theirs)
    return connection.execute(counted).scalar_one()
