"""An operation of the API: what it takes, gives and needs, and what handles it."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import msgspec
from sqlalchemy import ColumnElement, Connection, Table, select

from gateway.api.dependencies import ApiDependencies
from gateway.api.keys import Access, ApiKey, Resource
from gateway.api.problems import FieldFault, ProblemError, ProblemKind
from gateway.registry.database import Database
from gateway.registry.tables import beneficiaries
from gateway.settings import Settings
from gateway.staff.audit import Actor

Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]
WRITES: frozenset[Method] = frozenset({"POST", "PUT", "PATCH", "DELETE"})
_LARGEST = 2**63 - 1  # of a column of numbers
_MOST_DIGITS = 19


@dataclass(frozen=True, kw_only=True)
class Answer:
    """`body` is encoded as JSON; None: no body. `registration_no`: whom alone it is about, so that
    her erasure reaches what is kept of it."""

    body: Any = None
    status: int = 200
    etag: str | None = None
    registration_no: str | None = None


Remember = Callable[[Connection, Answer], None]


@dataclass(frozen=True, kw_only=True)
class Call:
    """One request of a key. `path` are the values in the address, `body` and `query` are of the
    operation's types.

    Whoever writes calls `remember` with the answer in the transaction that writes, before it is
    over: then a repetition under the same Idempotency-Key gets that answer, and a killed process
    leaves neither. `request_key` is that Idempotency-Key, if there was one.
    """

    key: ApiKey
    dependencies: ApiDependencies
    now: datetime
    locale: str
    path: Mapping[str, str] = field(default_factory=dict)
    body: Any = None
    query: Any = None
    if_match: str | None = None
    request_key: str | None = None
    remember: Remember = lambda _connection, _answer: None

    @property
    def database(self) -> Database:
        return self.dependencies.database

    @property
    def settings(self) -> Settings:
        return self.dependencies.settings

    @property
    def actor(self) -> Actor:
        return self.key.actor

    def gettext(self, msgid: str) -> str:
        return self.dependencies.gettext[self.locale](msgid)

    def number(self, name: str) -> int:
        """The number of a row in the address. Raises ProblemError for what no row has."""
        given = self.path[name]
        # int() refuses numbers of thousands of digits by a ValueError.
        is_number = given.isascii() and given.isdigit() and len(given) <= _MOST_DIGITS
        if not is_number or int(given) > _LARGEST:
            raise ProblemError("not_found")
        return int(given)

    def within(self, table: Table) -> list[ColumnElement[bool]]:
        """The rows of `table` that the key may see: those of its district, where it has one.

        `table` has a `district_id` or a `beneficiary_id`; anything else raises TypeError.
        """
        return within_district(table, self.key.district_id)

    def fault(
        self, name: str, reason: str, *, value: str | None = None, **params: object
    ) -> ProblemError:
        """422 for one field; `reason` is a msgid that `params` fill."""
        said = FieldFault(field=name, reason=self.gettext(reason) % params, value=value)
        return ProblemError("unprocessable", errors=[said])

    def check_unchanged(self, etag: str) -> None:
        """412 where the request is about another state than the one that `etag` names."""
        wanted = self.if_match
        if wanted not in (None, "*") and etag not in [one.strip() for one in wanted.split(",")]:
            raise ProblemError("precondition_failed")


Handler = Callable[[Call], Answer]


@dataclass(frozen=True, kw_only=True)
class Operation:
    """`path` is below /api/v1, with `{name}` for what varies. `takes`, `query` and `gives` are
    msgspec structs (`gives` None: no body); `scope` None: without a key.

    `repeats_safely`: a POST that needs no Idempotency-Key, since it changes nothing. `texts`:
    media types that it takes besides JSON, handed on as octets. `files`: media types of a file
    that it takes instead of JSON; `body` is that file, open for reading.
    """

    name: str  # operationId
    method: Method
    path: str
    summary: str
    handle: Handler
    scope: tuple[Resource, Access] | None
    gives: Any = None
    takes: Any = None
    query: type[msgspec.Struct] | None = None
    status: int = 200
    repeats_safely: bool = False
    description: str = ""
    problems: tuple[ProblemKind, ...] = ()
    texts: tuple[str, ...] = ()
    files: tuple[str, ...] = ()

    @property
    def writes(self) -> bool:
        return self.method in WRITES

    def status_of(self, answer: Answer) -> int:
        """The operation's own, unless the answer has another one than 200."""
        return answer.status if answer.status != 200 else self.status

    @property
    def needs_request_key(self) -> bool:
        return self.method == "POST" and not self.repeats_safely


def within_district(table: Table, district_id: int | None) -> list[ColumnElement[bool]]:
    """See `Call.within`."""
    if "district_id" in table.c:
        column = table.c.district_id
    elif "beneficiary_id" in table.c:
        column = table.c.beneficiary_id
    else:
        raise TypeError(f"{table.name} belongs to no district")
    if district_id is None:
        return []
    if column.name == "district_id":
        return [column == district_id]
    people = beneficiaries.alias("of_district")
    return [column.in_(select(people.c.id).where(people.c.district_id == district_id))]
