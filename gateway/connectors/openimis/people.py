"""A beneficiary of openIMIS as a row of an import file.

What cannot be read stands in the row as it came: the import refuses it by its column and value.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from gateway.connectors.openimis.settings import BENEFICIARY_STATUSES, OpenimisSettings
from gateway.connectors.source import Fault, SourceError, Texts

Node = Mapping[str, Any]
_MOST_LEVELS = 6


def names_of(settings: OpenimisSettings) -> frozenset[str]:
    """The columns that the configuration speaks of; an empty PIN leaves the one she has."""
    own = {"registration_no", "name", "status", "pin"}
    return frozenset(own | set(settings.json_keys) | set(settings.fixed) | set(settings.places))


def extra_of(node: Node) -> dict[str, Any] | None:
    """jsonExt, which comes as text; None where the account may not see it."""
    held = node.get("jsonExt")
    if held is None:
        return None
    try:
        read = json.loads(held) if isinstance(held, str) else held
    except (ValueError, RecursionError):
        raise SourceError(Fault.MALFORMED, "jsonExt") from None
    if not isinstance(read, dict):
        raise SourceError(Fault.MALFORMED, "jsonExt")
    return read


def number_of(extra: Mapping[str, Any] | None, settings: OpenimisSettings) -> str:
    return text_of((extra or {}).get(settings.registration_key))


def text_of(value: Any) -> str:
    """As a file's cell: yes and no for what is true or false, no text for null."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return str(value).strip()


def row_of(node: Node, settings: OpenimisSettings) -> Texts | None:
    """None for whoever has no registration number, and so is unknown here."""
    person = node.get("individual")
    if not isinstance(person, dict):
        raise SourceError(Fault.MALFORMED, "beneficiary without individual")
    extra = {**(extra_of(node) or {}), **_said(extra_of(person))}
    number = number_of(extra, settings)
    if not number:
        return None
    row = {"registration_no": number, "name": _name(person), "status": _status(node, settings)}
    row |= {str(column): text for column, text in settings.fixed.items()}
    row |= {column: text_of(extra.get(key)) for column, key in settings.json_keys.items()}
    by_level = dict(_levels(person.get("location")))
    row |= {column: by_level.get(level, "") for column, level in settings.places.items()}
    return row


def _said(extra: Mapping[str, Any] | None) -> dict[str, Any]:
    return {key: value for key, value in (extra or {}).items() if value not in (None, "")}


def _name(person: Node) -> str:
    parts = (text_of(person.get("firstName")), text_of(person.get("lastName")))
    return " ".join(part for part in parts if part)


def _status(node: Node, settings: OpenimisSettings) -> str:
    if node.get("isDeleted") or (node.get("individual") or {}).get("isDeleted"):
        return "exited"
    said = text_of(node.get("status"))
    known = {**BENEFICIARY_STATUSES, **settings.beneficiary_statuses}
    return known.get(said, said)


def _levels(place: Any) -> Iterator[tuple[str, str]]:
    """Each place from the village up: (letter of its level, name)."""
    for _level in range(_MOST_LEVELS):
        if not isinstance(place, dict):
            return
        yield text_of(place.get("type")), text_of(place.get("name"))
        place = place.get("parent")
