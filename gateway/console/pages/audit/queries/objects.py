"""Names for the ids that lines of the audit log keep, read in a statement a kind for all of them.

A person of the registry stays a masked number: to look at her is a line of its own.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row, Select, select

from gateway.console.kit.filters import masked_registration, place, short_id
from gateway.console.kit.language import gettext
from gateway.console.kit.places import PLACES
from gateway.console.pages.audit.words import KINDS, REFERENCES
from gateway.messaging.tables import broadcasts
from gateway.registry.tables import beneficiaries
from gateway.staff.names import CALLED
from gateway.staff.tables import staff_users
from gateway.uploads.tables import imports

Reference = tuple[str, str]  # a kind of object, and its id
Names = Mapping[Reference, str]

_BY_UUID: dict[str, Select[Any]] = {
    "staff": select(staff_users.c.id, CALLED.label("label")),
    "broadcast": select(broadcasts.c.id, broadcasts.c.name.label("label")),
    "import": select(imports.c.id, imports.c.file_name.label("label")),
    "beneficiary": select(beneficiaries.c.id, beneficiaries.c.registration_no.label("label")),
}


def names_for(connection: Connection, rows: Iterable[Row[Any]]) -> Names:
    """Of everything that these lines are about, or say has changed; what is gone has no name."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for row in rows:
        for kind, one in _references(row):
            wanted[kind].add(one)
    found: dict[Reference, str] = {}
    for kind, ids in wanted.items():
        found |= {(kind, one): name for one, name in _read(connection, kind, ids)}
    return found


def about(row: Row[Any], names: Names) -> str:
    """ "District Sanamxay"; the id where it has no name."""
    if not row.kind:
        return ""
    reference = reference_of(row.kind, row.object_id)
    name = names.get(reference) if reference else None
    if row.kind == "payment" and name:
        name = f"{row.object_id.partition(' ')[0]}, {name}"
    label = name or short_id(row.object_id or "")
    return f"{gettext(KINDS.get(row.kind, row.kind))} {label}".strip()


def reference_of(kind: str | None, object_id: str | None) -> Reference | None:
    """What a line is about; None where that is no object with a name."""
    if not kind or not object_id:
        return None
    if kind == "place":
        kind, _colon, object_id = object_id.partition(":")
    elif kind == "payment":
        kind, object_id = "village", object_id.rpartition(" ")[2]
    elif object_id.startswith("village "):
        kind, object_id = "village", object_id.removeprefix("village ")
    return (kind, object_id) if kind in _BY_UUID or kind in PLACES else None


def _references(row: Row[Any]) -> Iterator[Reference]:
    mine = reference_of(row.kind, row.object_id)
    if mine:
        yield mine
    for field, values in row.changes.items():
        if field in REFERENCES:
            yield from ((REFERENCES[field], str(one)) for one in values if one is not None)


def _read(connection: Connection, kind: str, ids: set[str]) -> Iterator[tuple[str, str]]:
    if kind in PLACES:
        table = PLACES[kind]
        numbers = [int(one) for one in ids if one.isdecimal() and len(one) < 19]
        for row in connection.execute(select(table).where(table.c.id.in_(numbers))):
            yield str(row.id), place(row)
        return
    statement = _BY_UUID[kind]
    column = statement.selected_columns[0]
    for row in connection.execute(statement.where(column.in_(list(_uuids(ids))))):
        yield str(row.id), masked_registration(row.label) if kind == "beneficiary" else row.label


def _uuids(ids: set[str]) -> Iterator[UUID]:
    for one in ids:
        try:
            yield UUID(one)
        except ValueError:
            continue
