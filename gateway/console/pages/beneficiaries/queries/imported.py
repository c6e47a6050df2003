"""What files changed of a woman, of her payments and of her visits, in the reader's words."""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, select

from gateway.console.kit.audit_words import FIELDS
from gateway.console.kit.context import current_staff
from gateway.console.kit.filters import masked, masked_name, place
from gateway.console.kit.language import gettext
from gateway.console.kit.places import PLACES
from gateway.console.kit.visit_names import visit_name
from gateway.console.pages.beneficiaries.words import (
    NEW_PAYMENT,
    NEW_PAYMENTS,
    NEW_VISIT,
    NEW_VISITS,
    REGISTERED,
    stored_value,
)
from gateway.core.texts import plural
from gateway.registry.tables import payments, visits
from gateway.uploads.recording import written_of
from gateway.uploads.tables import import_changes, imports

Changed = tuple[str, Any, Any]  # what, before, after; None where there is nothing to say

# What else an import writes is for the gateway alone, or follows from these.
_SHOWN: Mapping[str, tuple[str, ...]] = {
    "beneficiaries": (
        "name", "name_latin", "msisdn", "helper_msisdn", "phone_owner", "locale", "status",
        "category", "edd", "child_dob", "consent_payment", "consent_health", "district_id",
        "village_id", "health_centre_id", "pay_point_id",
    ),
    "payments": ("due_on", "pay_point_id", "amount", "status"),
    "payment_results": ("status",),
    "visits": ("done_on",),
}  # fmt: skip
_NEW = {"payments": (NEW_PAYMENT, NEW_PAYMENTS), "visits": (NEW_VISIT, NEW_VISITS)}
_YES_NO = ("consent_payment", "consent_health")
_changes = import_changes.c


def changed_by(
    connection: Connection, person_id: UUID, import_ids: Collection[UUID]
) -> dict[UUID, list[Changed]]:
    """{import: its lines}, those of new rows first, which are counted."""
    found = (
        select(import_changes, imports.c.kind, payments.c.cycle, visits.c.visit)
        .join(imports, imports.c.id == _changes.import_id)
        .outerjoin(payments, payments.c.id == _changes.object_id)
        .outerjoin(visits, visits.c.id == _changes.object_id)
        .where(written_of(person_id), _changes.import_id.in_(import_ids))
        .order_by(_changes.import_id, _changes.line)
    )
    rows = connection.execute(found).all()
    names = _place_names(connection, rows)
    new = Counter((row.import_id, row.kind) for row in rows if row.is_new)
    lines: defaultdict[UUID, list[Changed]] = defaultdict(list)
    for (import_id, kind), count in new.items():
        lines[import_id].append((_new(kind, count), None, None))
    for row in rows:
        lines[row.import_id] += _changed(row, names)
    return lines


def _new(kind: str, count: int) -> str:
    if kind not in _NEW:
        return gettext(REGISTERED)
    one, several = _NEW[kind]
    return gettext(plural(one, several, count), count=count)


def _changed(row: Row[Any], names: Mapping[str, Mapping[int, str]]) -> list[Changed]:
    fields, found = row.fields or {}, []
    for name in _SHOWN[row.kind]:
        if name in fields:
            field = gettext(FIELDS[name])
            of = row.cycle or (visit_name(row.visit) if row.visit else None)
            before, after = (_value(row.kind, name, value, names) for value in fields[name])
            found.append((f"{of}: {field}" if of else field, before, after))
    return found


def _value(kind: str, name: str, value: Any, names: Mapping[str, Mapping[int, str]]) -> Any:
    if value is None:
        return None
    if name in _HIDING:
        return _HIDING[name](value)
    if name in names:
        return names[name].get(value)
    return bool(value) if name in _YES_NO else stored_value(kind, name, value)


def _name(value: str) -> str:
    return value if current_staff().may("beneficiary.unmask") else masked_name(value)


_HIDING: Mapping[str, Callable[[str], str]] = {
    "name": _name,
    "name_latin": _name,
    "msisdn": masked,
    "helper_msisdn": masked,
}


def _place_names(connection: Connection, rows: Collection[Row[Any]]) -> dict[str, dict[int, str]]:
    """{column: {id: name in the reader's letters}} of what the rows name."""
    found = {}
    for kind, table in PLACES.items():
        column = f"{kind}_id"
        ids = {one for row in rows for one in (row.fields or {}).get(column, ()) if one}
        named = connection.execute(select(table).where(table.c.id.in_(ids))) if ids else ()
        found[column] = {one.id: place(one) for one in named}
    return found
