"""The API described: OpenAPI 3.1, made of the operations and the types they take and give."""

import re
from collections.abc import Sequence
from http import HTTPStatus
from typing import Any

import msgspec

from gateway.api.operations import Operation
from gateway.api.problems import Problem, ProblemKind, status_of

VERSION = "1.0.0"
_REF = "#/components/schemas/{name}"
_IN_PATH = re.compile(r"\{(\w+)\}")
_TYPED = {"type": "string", "pattern": "^[ -~]{1,255}$"}
_PROBLEM = "application/problem+json"


def describe(operations: Sequence[Operation], prefix: str) -> dict[str, Any]:
    """The document, in the order of `operations`."""
    types = [one for operation in operations for one in (operation.takes, operation.gives) if one]
    schemas, components = msgspec.json.schema_components([*types, Problem], ref_template=_REF)
    known = dict(zip([*types, Problem], schemas, strict=True))
    paths: dict[str, dict[str, Any]] = {}
    for one in operations:
        at = paths.setdefault(prefix + one.path, {})
        at[one.method.lower()] = _operation(one, known)
    return {
        "openapi": "3.1.0",
        "info": {"title": "MECG gateway", "version": VERSION},
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": components,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _operation(one: Operation, known: dict[Any, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"operationId": one.name, "summary": one.summary}
    if one.description:
        told["description"] = one.description
    if one.scope is None:
        told["security"] = []
    else:
        told["x-scope"] = ":".join(one.scope)
    told["parameters"] = [*_in_path(one), *_in_query(one), *_in_headers(one)]
    if one.takes is not None:
        content = {"application/json": {"schema": known[one.takes]}}
        content |= {text: {"schema": {"type": "string"}} for text in one.texts}
        told["requestBody"] = {"required": True, "content": content}
    if one.files:
        binary = {"schema": {"type": "string", "format": "binary"}}
        told["requestBody"] = {"required": True, "content": dict.fromkeys(one.files, binary)}
    told["responses"] = {str(one.status): _answer(one, known)} | {
        str(status_of(kind)): {
            "description": HTTPStatus(status_of(kind)).phrase,
            "content": {_PROBLEM: {"schema": known[Problem]}},
        }
        for kind in sorted(problems_of(one), key=status_of)
    }
    return told


def problems_of(one: Operation) -> set[ProblemKind]:
    """Every problem that the operation may answer with."""
    found: set[ProblemKind] = {"unprocessable", "unavailable", *one.problems}
    if one.scope is not None:
        found |= {"unauthorized", "forbidden", "too_many"}
    if _IN_PATH.search(one.path):
        found.add("not_found")
    if one.query is not None:
        found.add("bad_request")
    if one.writes:
        found |= {"bad_request", "conflict", "gone", "too_large", "unsupported_media_type"}
        found |= {"precondition_failed"} if one.method in {"PUT", "PATCH", "DELETE"} else set()
    return found


def _in_path(one: Operation) -> list[dict[str, Any]]:
    return [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
        for name in _IN_PATH.findall(one.path)
    ]


def _in_query(one: Operation) -> list[dict[str, Any]]:
    if one.query is None:
        return []
    found = msgspec.json.schema(one.query)["$defs"][one.query.__name__]
    required = found.get("required", [])
    return [
        {"name": name, "in": "query", "required": name in required, "schema": value}
        for name, value in found["properties"].items()
    ]


def _in_headers(one: Operation) -> list[dict[str, Any]]:
    headers = []
    if one.writes and not one.repeats_safely:
        headers.append(("Idempotency-Key", one.needs_request_key))
    if one.method in {"PUT", "PATCH", "DELETE"}:
        headers.append(("If-Match", False))
    return [
        {"name": name, "in": "header", "required": needed, "schema": _TYPED}
        for name, needed in headers
    ]


def _answer(one: Operation, known: dict[Any, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"description": HTTPStatus(one.status).phrase}
    if one.gives is not None:
        told["content"] = {"application/json": {"schema": known[one.gives]}}
    return told
