"""What no page can take is refused before a page sees it, with the name of the field.

PostgreSQL stores no NUL, UTF-8 knows no half of a surrogate pair, and no id is above 2**63 - 1: one
place asks, not each view. How long a field may be is said by `gateway.console.kit.forms`.
"""

import re
from collections.abc import Iterator

from flask import Flask, abort, request
from werkzeug.exceptions import BadRequest, RequestURITooLarge
from werkzeug.routing import IntegerConverter, Map

LONGEST_QUERY = 8 * 1024  # octets, as most web servers in front of this one
GREATEST_ID = 2**63 - 1
_UNSTORABLE = re.compile("[\0\ud800-\udfff]")


class BadText(BadRequest):
    """`field` holds what cannot be stored."""

    def __init__(self, field: str) -> None:
        super().__init__()
        self.field = field


class IdConverter(IntegerConverter):
    """A number that a database can hold; other numbers name nothing, the longest are not read."""

    regex = r"\d{1,19}"

    def __init__(self, url_map: Map) -> None:
        super().__init__(url_map, max=GREATEST_ID)


def bound_ids(app: Flask) -> None:
    """Before routes are added: `<int:...>` takes no more than an id."""
    app.url_map.converters["int"] = IdConverter


def add_request_checks(app: Flask, prefix: str) -> None:
    """After routes are added: an upload says first how large it may be."""

    @app.before_request
    def refuse() -> None:
        if request.path.startswith(prefix):
            _look(request.path)


def _look(path: str) -> None:
    """Raises NotFound, RequestURITooLarge or BadText."""
    if _UNSTORABLE.search(path):
        abort(404)
    if len(request.query_string) > LONGEST_QUERY:
        raise RequestURITooLarge
    for name, value in _fields():
        if _UNSTORABLE.search(name) or _UNSTORABLE.search(value):
            raise BadText(_UNSTORABLE.sub("", name)[:40])


def _fields() -> Iterator[tuple[str, str]]:
    yield from request.args.items(multi=True)
    yield from request.form.items(multi=True)
    yield from ((name, file.filename or "") for name, file in request.files.items(multi=True))
