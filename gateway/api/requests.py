"""What a request says, as the types of its operation have it."""

from collections.abc import Mapping
from typing import Any

import msgspec
from flask import request

from gateway.api.operations import Operation
from gateway.api.problems import FieldFault, ProblemError
from gateway.core.texts import _

JSON = "application/json"
NO_NUL = _("The sign NUL cannot be taken.")


def check_signs(path: Mapping[str, str]) -> None:
    """NUL is no sign of any text, and PostgreSQL keeps none. Raises ProblemError."""
    if any("\x00" in value for value in path.values()):
        raise ProblemError("not_found")
    if any("\x00" in value for value in request.args.to_dict().values()):
        raise ProblemError("bad_request", NO_NUL)


def body_of(operation: Operation, octets: bytes) -> Any:
    """The body as the operation takes it: octets of its `texts`, else its struct, else None."""
    if operation.texts and request.mimetype in operation.texts:
        return octets
    if operation.takes is None:
        return None
    if request.mimetype not in {JSON, ""}:
        raise ProblemError("unsupported_media_type")
    if b"\\u0000" in octets or b"\x00" in octets:
        raise ProblemError("bad_request", NO_NUL)
    try:
        return msgspec.json.decode(octets, type=operation.takes)
    except msgspec.ValidationError as error:
        raise ProblemError("unprocessable", errors=[_fault(error)]) from None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        raise ProblemError("bad_request") from None


def query_of(operation: Operation) -> Any:
    """Values in the address; one that is not known is a fault, or a misspelt filter shows all."""
    try:
        return msgspec.convert(request.args.to_dict(), operation.query or _NoQuery, strict=False)
    except msgspec.ValidationError as error:
        raise ProblemError("unprocessable", errors=[_fault(error)]) from None


def _fault(error: msgspec.ValidationError) -> FieldFault:
    """msgspec names the place behind its reason: "Expected `int`, got `str` - at `$.rows[0].x`"."""
    reason, _dash, place = str(error).partition(" - at `")
    # Of the name of an entry it says "`key` in `$.texts`".
    name = place.rpartition(" in `")[2].rstrip("`").removeprefix("$").removeprefix(".")
    return FieldFault(field=name.encode(errors="replace").decode(), reason=reason)


class _NoQuery(msgspec.Struct, forbid_unknown_fields=True):
    pass
