"""What the registry's file says of a woman, corrected by hand: name, places, course, helper.

A correction stays until a file says the same; until then it is reported as kept. With another pay
point her payments to come move there: those who were told otherwise get a correction SMS.
"""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, update

from gateway.core.names import latin_of, name_key
from gateway.core.texts import _
from gateway.people.desk import Desk, beside_imports
from gateway.people.faults import Fault, PersonError
from gateway.people.plausible import implausible
from gateway.people.registering import COLUMNS, PLACE_COLUMNS, chosen_places
from gateway.registry.imports.beneficiary_file import columns, date_for_category
from gateway.registry.imports.beneficiary_merge import PLACES
from gateway.registry.imports.comparing import written
from gateway.registry.imports.records import Record, read_record
from gateway.registry.tables import beneficiaries, payments
from gateway.staff.audit import Changes

CORRECTABLE = ("name", "category", "edd", "child_dob", "helper_msisdn")
NOT_LATIN = _("Write it in Latin letters: a phone that shows no Lao has no others.")
TOO_LONG_LATIN = _("The name has %(units)s characters; %(most)s are the most, names are never cut.")
_LONGEST_LATIN = 240
_HIDDEN = "•••"  # neither names nor numbers are written into the log
_DRAFT = ""  # of a name in Latin letters: as an import would write it


def texts_of(person: Any) -> dict[str, str]:
    """Her fields as a file would write them, and her name in Latin letters."""
    texts = {name: written(getattr(person, name)) for name in CORRECTABLE}
    return texts | {"name_latin": person.name_latin}


def correct(
    connection: Connection,
    person: Any,
    texts: Mapping[str, str],
    places: Mapping[str, int],
    *,
    reason: str,
    desk: Desk,
) -> Changes:
    """Writes what is other than it was; that, as the audit log has it. `person` is her row, locked.

    `texts` are as `texts_of` gives them, `places` ids as for a registration. Only what is changed
    is checked, as a file's row would be. Raises PersonError and changes nothing.
    """
    beside_imports(connection)
    values = _fields(person, texts, desk) | _places(connection, person, places, desk)
    changed = {name: new for name, new in values.items() if getattr(person, name) != new}
    if not changed:
        return {}
    marks = {name for name in CORRECTABLE if name in changed}
    if any(name in changed for name in _PLACE_IDS):
        marks.add(PLACES)
    if changed.get("category") == "pregnant":
        changed["children"] = None
    hers = update(beneficiaries).where(beneficiaries.c.id == person.id)
    marked = sorted({*person.set_here, *marks})
    connection.execute(hers.values(**changed, set_here=marked, updated_at=desk.now))
    moved = _move_payments(connection, person, changed, desk)
    changes = {**_in_the_log(person, changed), "reason": (None, reason)}
    if moved:
        changes["payments"] = (None, moved)
    district_id = changed.get("district_id", person.district_id)
    desk.record(connection, "beneficiary.correct", person.id, district_id, changes)
    return changes


_PLACE_IDS = ("district_id", *(f"{column}_id" for column in PLACE_COLUMNS))


def _fields(person: Any, texts: Mapping[str, str], desk: Desk) -> dict[str, Any]:
    before = texts_of(person)
    given = {name: texts.get(name, before[name]) for name in before}
    changed = {name for name in CORRECTABLE if given[name] != before[name]}
    record, faults = _read(person, given, changed, desk)
    latin = _latin(person, given, record, faults)
    if faults:
        raise PersonError(*faults)
    name = str(record["name"]) if "name" in changed else person.name
    values = {column: record[column] for column in changed}
    return values | {"name_latin": latin, "name_key": name_key(name, latin)}


def _read(
    person: Any, given: Mapping[str, str], changed: set[str], desk: Desk
) -> tuple[Record, list[Fault]]:
    """What stands in her row unchanged may be older than a file may say by now."""
    cells = [given.get(name, written(getattr(person, name, None))) for name in COLUMNS]
    record, errors = read_record((1, cells), COLUMNS, columns(desk.today), lambda _record: iter(()))
    faults = [Fault(one.reason, one.column, one.params) for one in errors if one.column in changed]
    if not faults and changed & {"category", "edd", "child_dob"}:
        whole = {name: given[name] or None for name in ("edd", "child_dob")}
        needed = date_for_category({"category": record["category"], **whole})
        faults += [Fault(fault.reason, column, fault.params) for column, fault in needed]
    if not faults:
        meant = record | {"msisdn": person.msisdn}
        faults += implausible(meant, desk.today, changed)
    return record, faults


def _latin(person: Any, given: Mapping[str, str], record: Record, faults: list[Fault]) -> str:
    """As it is given; drafted where only the name in Lao is another one."""
    latin = " ".join(given["name_latin"].split())
    renamed = record["name"] is not None and record["name"] != person.name
    if latin == _DRAFT or (renamed and latin == person.name_latin):
        return latin_of(str(record["name"] or person.name))[:_LONGEST_LATIN]
    if latin != person.name_latin and not latin.isascii():
        faults.append(Fault(NOT_LATIN, "name_latin"))
    if len(latin) > _LONGEST_LATIN:
        params = {"units": len(latin), "most": _LONGEST_LATIN}
        faults.append(Fault(TOO_LONG_LATIN, "name_latin", params))
    return latin


def _places(
    connection: Connection, person: Any, places: Mapping[str, int], desk: Desk
) -> dict[str, int]:
    """Where she stays nothing is asked of a place: it may be retired by now."""
    if all(places.get(column) == getattr(person, f"{column}_id") for column in PLACE_COLUMNS):
        return {}
    return dict(chosen_places(connection, places, desk))


def _move_payments(
    connection: Connection, person: Any, changed: Mapping[str, Any], desk: Desk
) -> int:
    if "pay_point_id" not in changed:
        return 0
    ahead = (
        (payments.c.beneficiary_id == person.id)
        & (payments.c.status == "scheduled")
        & (payments.c.due_on >= desk.today)
        & (payments.c.pay_point_id == person.pay_point_id)
    )
    moved = {"pay_point_id": changed["pay_point_id"], "pay_point_set_here": True}
    moving = update(payments).where(ahead).values(**moved, updated_at=desk.now)
    return connection.execute(moving).rowcount


def _in_the_log(person: Any, changed: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    told = {}
    for name in ("name", "helper_msisdn"):
        if name in changed:
            before, after = getattr(person, name), changed[name]
            told[name] = (before and _HIDDEN, after and _HIDDEN)
    if "name_latin" in changed and "name" not in changed:
        told["name_latin"] = (_HIDDEN, _HIDDEN)
    plain = ("category", "edd", "child_dob", *_PLACE_IDS)
    return told | {name: (getattr(person, name), changed[name]) for name in plain
                   if name in changed}  # fmt: skip
