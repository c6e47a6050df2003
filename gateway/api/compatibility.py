"""What of a description another system may rely on, and what of it another description breaks."""

from collections.abc import Iterator, Mapping
from typing import Any

_FOR_PEOPLE = frozenset({"title", "description"})
Json = Mapping[str, Any]


def broken(before: Json, after: Json) -> list[str]:
    """Each place of `after` that breaks what was written for `before`: two OpenAPI documents.

    Gone or changed are operations, parameters, types, fields; newly demanded are parameters and
    fields of requests. What was added otherwise breaks nothing.
    """
    return [*_operations(before, after), *_types(before, after)]


def _operations(before: Json, after: Json) -> Iterator[str]:
    for path, methods in before["paths"].items():
        for method, old in methods.items():
            where = f"{method.upper()} {path}"
            new = after["paths"].get(path, {}).get(method)
            if new is None:
                yield f"{where}: gone"
                continue
            yield from _parameters(where, old, new)
            if _bare(old.get("requestBody", {})) != _bare(new.get("requestBody", {})):
                yield f"{where}: takes something else"
            yield from _answers(where, old["responses"], new["responses"])


def _parameters(where: str, old: Json, new: Json) -> Iterator[str]:
    known = {(one["in"], one["name"]): one for one in old["parameters"]}
    found = {(one["in"], one["name"]): one for one in new["parameters"]}
    for key, one in known.items():
        name = f"{where}: {' '.join(key)}"
        if key not in found:
            yield f"{name}: gone"
        elif _bare(found[key]["schema"]) != _bare(one["schema"]):
            yield f"{name}: changed"
    for key, one in found.items():
        if one["required"] and not known.get(key, {}).get("required"):
            yield f"{where}: {' '.join(key)}: needed now"


def _answers(where: str, old: Json, new: Json) -> Iterator[str]:
    for status, answer in old.items():
        if int(status) < 400 and _bare(answer) != _bare(new.get(status, {})):
            yield f"{where}: answers {status} with something else"


def _types(before: Json, after: Json) -> Iterator[str]:
    taken = _taken(after)
    for name, old in before["components"]["schemas"].items():
        new = after["components"]["schemas"].get(name)
        if new is None:
            yield f"{name}: gone"
            continue
        fields = old.get("properties", {})
        if not fields and _bare(old) != _bare(new):
            yield f"{name}: changed"
        yield from _fields(name, old, new)
        for field in set(new.get("required", [])) - set(old.get("required", [])):
            if name in taken:
                yield f"{name}.{field}: needed now"


def _fields(name: str, old: Json, new: Json) -> Iterator[str]:
    for field, schema in old.get("properties", {}).items():
        found = new.get("properties", {}).get(field)
        if found is None:
            yield f"{name}.{field}: gone"
        elif _bare(found) != _bare(schema):
            yield f"{name}.{field}: changed"
        elif field in old.get("required", []) and field not in new.get("required", []):
            yield f"{name}.{field}: not always there now"


def _taken(document: Json) -> set[str]:
    """The names of the types that requests are made of."""
    found: set[str] = set()
    waiting = [
        one["requestBody"]
        for methods in document["paths"].values()
        for one in methods.values()
        if "requestBody" in one
    ]
    while waiting:
        for name in set(_names(waiting.pop())) - found:
            found.add(name)
            waiting.append(document["components"]["schemas"][name])
    return found


def _names(schema: Any) -> Iterator[str]:
    if isinstance(schema, Mapping):
        if "$ref" in schema:
            yield str(schema["$ref"]).rpartition("/")[2]
        schema = list(schema.values())
    if isinstance(schema, list):
        for one in schema:
            yield from _names(one)


def _bare(schema: Any) -> Any:
    """Without what is written for people."""
    if isinstance(schema, Mapping):
        # A field may be called "description" as well: only texts are for people.
        kept = {
            key: one
            for key, one in schema.items()
            if not (key in _FOR_PEOPLE and isinstance(one, str))
        }
        return {key: _bare(one) for key, one in kept.items()}
    return [_bare(one) for one in schema] if isinstance(schema, list) else schema
