"""What a person decides about a checked file; then its rows are checked again."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, Row

from gateway.console.kit.context import now
from gateway.console.pages.imports.actions.recording import record
from gateway.console.pages.imports.queries.places import known_place, place_lines
from gateway.registry.places import remember_district, remember_in_district, remember_province
from gateway.uploads import store
from gateway.uploads.deciding import TAKEABLE, decisions_of, stored

NEW = "new"  # an answer; any other is "=" and the name of a known place


def decide_places(
    connection: Connection, row: Row[Any], answers: Mapping[str, str], *, every_new: bool
) -> bool:
    """`answers` are {number of the line: NEW, "=name" or ""}. False where that is too late.

    What is meant by a spelling is remembered for every later file.
    """
    decided = decisions_of(row.decisions)
    confirmed, changes = set(decided.new), {}
    for line in place_lines(connection, row.id):
        answer, place = answers.get(str(line.number), ""), line.params
        if answer == NEW:
            confirmed.add((line.column, place["within"], place["name"]))
            changes[f"{line.column} {place['name']}"] = (None, NEW)
        elif answer.startswith("=") and _means(connection, row, line, answer[1:]):
            changes[f"{line.column} {place['name']}"] = (None, answer[1:])
    if every_new:
        changes["every_new"] = (None, "yes")
    decided = replace(decided, new=frozenset(confirmed), every_new=every_new or decided.every_new)
    moved = store.check_again(connection, row.id, stored(decided), now=now())
    if moved:
        record("import.places", connection, row.id, changes)
    return moved


def take_from_file(connection: Connection, row: Row[Any], columns: list[str]) -> bool:
    """In `columns` the file stands over what staff have set here. False where it is too late."""
    take = frozenset(columns) & frozenset(TAKEABLE.get(row.kind, ()))
    decided = replace(decisions_of(row.decisions), take=take)
    moved = store.check_again(connection, row.id, stored(decided), now=now())
    if moved:
        record("import.take", connection, row.id, dict.fromkeys(sorted(take), (None, "yes")))
    return moved


def _means(connection: Connection, row: Row[Any], line: Row[Any], name: str) -> bool:
    """Remembers that the file's place is the known one `name`; False where there is none such, or
    it is not for whoever is confined to one district to say."""
    place = line.params
    known = known_place(connection, line.column, place, name)
    if known is None or row.district_id not in {None, known.district_id}:
        return False
    if line.column == "province":
        remember_province(connection, place["name"], name, now=now())
    elif line.column == "district":
        remember_district(connection, place["within"], place["name"], known.id, now=now())
    else:
        remember_in_district(
            connection, line.column, known.district_id, place["name"], known.id, now=now()
        )
    return True
