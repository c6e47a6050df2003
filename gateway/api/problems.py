"""What went wrong, as RFC 9457 tells it: a kind, a sentence, and the fields that were not right."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Literal

import msgspec
from flask import Response

from gateway.core.texts import _

ProblemKind = Literal[
    "bad_request", "unauthorized", "forbidden", "not_found", "method_not_allowed", "conflict",
    "precondition_failed", "too_large", "unsupported_media_type", "unprocessable", "too_many",
    "internal", "unavailable", "gone",
]  # fmt: skip

KINDS: dict[ProblemKind, tuple[int, str]] = {
    "bad_request": (400, _("The request cannot be read.")),
    "unauthorized": (401, _("The key is missing or not valid.")),
    "forbidden": (403, _("The key does not allow this.")),
    "not_found": (404, _("There is no such thing here.")),
    "method_not_allowed": (405, _("This cannot be done here.")),
    "conflict": (409, _("The same request is being worked on.")),
    "gone": (410, _("This is not kept any more.")),
    "precondition_failed": (412, _("It was changed meanwhile.")),
    "too_large": (413, _("The request is too large.")),
    "unsupported_media_type": (415, _("Send JSON: Content-Type application/json.")),
    "unprocessable": (422, _("Some values cannot be taken. Nothing was changed.")),
    "too_many": (429, _("Too many requests. Try again later.")),
    "internal": (500, _("The service failed. Nothing was changed.")),
    "unavailable": (503, _("The service is busy. Try again later.")),
}
TYPES = "/api/v1/problems/"


class FieldFault(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """A field that was not right. `row` counts the rows of a bulk request from 1."""

    field: str
    reason: str
    row: int | None = None
    value: str | None = None


class Problem(msgspec.Struct, frozen=True, omit_defaults=True, kw_only=True):
    """RFC 9457. `errors` names each field that was not right."""

    type: str
    title: str
    status: int
    detail: str | None = None
    errors: list[FieldFault] = []


class ProblemError(Exception):
    """Ends a request. Texts are msgids with their `params`; faults are translated already."""

    def __init__(
        self, kind: ProblemKind, detail: str = "", errors: list[FieldFault] | None = None,
        **params: object,
    ) -> None:  # fmt: skip
        super().__init__(kind)
        self.kind, self.detail, self.errors, self.params = kind, detail, errors or [], params


def status_of(kind: ProblemKind) -> int:
    return KINDS[kind][0]


def told(error: ProblemError, gettext: Callable[[str], str]) -> Response:
    """The answer that says it, in the caller's language."""
    status, title = KINDS[error.kind]
    problem = Problem(
        type=f"{TYPES}{error.kind}",
        title=gettext(title),
        status=status,
        detail=gettext(error.detail) % error.params if error.detail else None,
        errors=error.errors,
    )
    return Response(msgspec.json.encode(problem), status, content_type="application/problem+json")


def kind_of(status: int) -> ProblemKind:
    """The problem that an HTTP error of the framework is."""
    for kind, (code, _title) in KINDS.items():
        if code == status:
            return kind
    return "bad_request" if status < HTTPStatus.INTERNAL_SERVER_ERROR else "internal"
