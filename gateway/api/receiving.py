"""The octets of a request, or the file that it brings: written aside as it comes, never held."""

import hashlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import request

from gateway.api.operations import Operation
from gateway.api.problems import ProblemError
from gateway.api.requests import body_of
from gateway.registry.imports.limits import LARGEST

_A_PIECE = 1024 * 1024  # octets


@contextmanager
def received(operation: Operation) -> Iterator[tuple[bytes, Any]]:
    """(the octets, or what the file's come down to; the body as the operation takes it, a file
    open for reading). Raises ProblemError."""
    if not operation.files:
        octets = request.get_data(cache=True)
        yield octets, body_of(operation, octets)
        return
    if request.mimetype not in operation.files:
        raise ProblemError("unsupported_media_type")
    request.max_content_length = LARGEST
    hashed = hashlib.blake2b()
    with tempfile.TemporaryFile() as file:
        while piece := request.stream.read(_A_PIECE):
            hashed.update(piece)
            file.write(piece)
        file.seek(0)
        yield hashed.hexdigest().encode(), file
