"""A text by name: the language, and the key under which the sources look it up."""

import hashlib
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Row, Table, and_

from gateway.core.texts import context_of, in_context, without_context

_LONGEST_NAME = 64


class TextId(NamedTuple):
    """`key` is a msgid, or a context and a msgid as gettext joins them."""

    locale: str
    key: str

    @property
    def context(self) -> str:
        """ "" where it has none."""
        return context_of(self.key)

    @property
    def msgid(self) -> str:
        return without_context(self.key)

    @property
    def named(self) -> str:
        """For people, and as long as the audit log takes."""
        return f"{self.locale} {self.msgid}"[:_LONGEST_NAME]

    def columns(self) -> dict[str, str]:
        """As the tables know it."""
        return {"locale": self.locale, "context": self.context, "msgid": self.msgid}


def text_of(row: Row[Any]) -> TextId:
    """Of a row that has the columns of a text."""
    key = in_context(row.context, row.msgid) if row.context else row.msgid
    return TextId(row.locale, key)


def of_text(table: Table, text: TextId) -> ColumnElement[bool]:
    """The rows of `table` that are about `text`."""
    return and_(*(table.c[name] == value for name, value in text.columns().items()))


def text_hash(text: str) -> str:
    """What a confirmation is of: 64 hex digits."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
