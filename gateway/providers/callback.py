"""What a request of an operator brought: octets, read as whatever the provider says they are.

Every reader is bounded, and raises BadCallback with the part of the request that it cannot read.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from io import BytesIO
from typing import Any
from urllib.parse import parse_qsl, unquote
from xml.etree.ElementTree import Element, TreeBuilder
from xml.parsers import expat

import msgspec
from werkzeug.formparser import FormDataParser
from werkzeug.http import parse_options_header

from gateway.providers.base import BadCallback
from gateway.providers.fields import Fields

LARGEST_BODY = 64 * 1024  # octets; an operator's callback is a few hundred
MOST_FIELDS = 32  # of a query
DEEPEST = 16  # objects and lists, or elements, within each other
URLENCODED = "application/x-www-form-urlencoded"
_MULTIPART = "multipart/form-data"
_NOTHING: Mapping[str, str] = {}
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class BodyTooLarge(BadCallback):
    """Nothing of it was read."""

    def __init__(self) -> None:
        super().__init__("body")
        self.args = ("the body is too large",)


class Callback:
    """One request. `path` are the fields of its path, `at` is when it came in.

    `body` is asked for once, by whoever reads it first; it raises BadCallback.
    """

    def __init__(
        self,
        body: Callable[[], bytes] = bytes,
        *,
        content_type: str = "",
        query: bytes = b"",
        headers: Mapping[str, str] = _NOTHING,
        path: Mapping[str, str] = _NOTHING,
        at: datetime = _EPOCH,
    ) -> None:
        self._read = body
        self._body: bytes | None = None
        self._content_type = content_type
        self._query = query
        self._headers = headers
        self.path = path
        self.at = at

    def body(self) -> bytes:
        """The octets; raises BodyTooLarge."""
        if self._body is None:
            self._body = self._read()
        return self._body

    def header(self, name: str) -> str | None:
        return self._headers.get(name)

    def form(self) -> Fields:
        """The fields of the body, the first of each name; none where it is no form of text."""
        # Reading it here takes half the time of the framework's reader.
        if self._content_type.partition(";")[0].strip().lower() != URLENCODED:
            return self._multipart()
        try:
            return _first_of_each(self.body().decode())
        except UnicodeDecodeError:  # raw octets that are no text at all
            return _NOTHING

    def query(self, encoding: str = "utf-8") -> Fields:
        """The fields of the query, the first of each name. "latin-1": one character an octet."""
        try:
            pairs = parse_qsl(
                self._query.decode("latin-1"),
                keep_blank_values=True,
                encoding=encoding,
                max_num_fields=MOST_FIELDS,
            )
        except ValueError:
            raise BadCallback("query") from None
        return dict(reversed(pairs))

    def json(self) -> Fields:
        """The object in the body; a list at its top is the field ""."""
        try:
            document = msgspec.json.decode(self.body())
        except (ValueError, RecursionError):
            raise BadCallback("body") from None
        if isinstance(document, list):
            document = {"": document}
        if not isinstance(document, dict) or _is_deeper(document, DEEPEST):
            raise BadCallback("body")
        return document

    def xml(self) -> Element:
        """The element in the body, without namespaces, which operators disagree about."""
        try:
            return _tree(self.body())
        except (expat.ExpatError, LookupError, ValueError):  # the last two of an encoding
            raise BadCallback("body") from None

    def echo(self) -> Fields:
        """The object in the body, or an empty one: for an answer that repeats what was said."""
        try:
            return self.json()
        except BadCallback:
            return _NOTHING

    def _multipart(self) -> Fields:
        kind, options = parse_options_header(self._content_type)
        if kind != _MULTIPART:
            return _NOTHING
        body = self.body()
        parser = FormDataParser(silent=True)
        _stream, form, _files = parser.parse(BytesIO(body), kind, len(body), options)
        return form.to_dict()


def _first_of_each(form: str) -> Fields:
    """As parse_qsl reads it, at a third of the time: most of a form is as it stands."""
    fields: dict[str, str] = {}
    for pair in form.split("&"):
        if pair:
            name, _equals, value = pair.partition("=")
            fields.setdefault(_unquoted(name), _unquoted(value))
    return fields


def _unquoted(text: str) -> str:
    text = text.replace("+", " ")
    return unquote(text) if "%" in text else text


def _is_deeper(value: Any, most: int) -> bool:
    if isinstance(value, dict):
        value = value.values()
    elif not isinstance(value, list):
        return False
    return most == 0 or any(_is_deeper(one, most - 1) for one in value)


def _tree(body: bytes) -> Element:
    """Of what a document type may declare, entities above all, nothing is wanted: it is refused."""
    builder, depth = TreeBuilder(), 0
    parser = expat.ParserCreate(namespace_separator=" ")

    def refuse(*_declared: object) -> None:
        raise BadCallback("body")

    def start(tag: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        if depth > DEEPEST:
            raise BadCallback("body")
        builder.start(tag.rpartition(" ")[2], attributes)

    def end(tag: str) -> None:
        nonlocal depth
        depth -= 1
        builder.end(tag.rpartition(" ")[2])

    parser.StartDoctypeDeclHandler = refuse
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = builder.data
    parser.Parse(body, True)
    return builder.close()
