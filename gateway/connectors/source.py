"""What every driver is: a source of pages of rows, changed since a cursor; perhaps a sink too.

A row holds texts by the columns of the import files, and goes the way of a file's rows: the same
checks, the same words, and what the person or staff set in the gateway stays.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Literal, Protocol
from uuid import UUID

RowKind = Literal["beneficiaries", "payments", "visits"]
Texts = Mapping[str, str]  # column -> what a file's cell would hold


class Fault(StrEnum):
    """Why a source could not be read, or a sink not be written."""

    UNREACHABLE = "unreachable"  # no connection, no answer in time, half an answer
    REFUSED = "refused"  # the credentials, or a right they lack
    THROTTLED = "throttled"  # too much was asked
    CHANGED = "changed"  # what was read changed meanwhile, again and again
    MALFORMED = "malformed"  # an answer that is not what the other system is known to give
    UNKNOWN_SHAPE = "unknown_shape"  # a version or a configuration that the driver does not know
    ROWS = "rows"  # rows that cannot be taken
    HELD = "held"  # more is to be withdrawn than anybody would withdraw


class SourceError(Exception):
    """Ends a pull or a push; what was applied stays, and the next one goes on from there.

    `about` names what is meant in the other system's words, never a person. `retry_after`: seconds,
    where the other system said so.
    """

    def __init__(self, fault: Fault, about: str = "", *, retry_after: int | None = None) -> None:
        super().__init__(f"{fault}: {about}" if about else fault)
        self.fault, self.about, self.retry_after = fault, about, retry_after


@dataclass(frozen=True, kw_only=True)
class Page:
    """Rows of one kind, at most PAGE_ROWS, and where the next page begins.

    `names` are the columns that the rows speak of: others stay as they are. `deleted` hold the keys
    (registration_no, and cycle or visit) of what is withdrawn at the source. `cursor` is the
    driver's own, opaque; it is kept in the transaction that applies the page, so that a pull that
    was killed goes on behind the last page that stands. A page may be empty and carry a cursor.
    With `strangers_pass` rows of people whom nobody registered here are passed over: the other
    system knows more people than the programme does.
    """

    kind: RowKind
    names: frozenset[str]
    rows: Sequence[Texts]
    cursor: str
    deleted: Sequence[Texts] = ()
    strangers_pass: bool = False


PAGE_ROWS = 1000


class RegistrySource(Protocol):
    """Another system that is read."""

    def check(self) -> Sequence[str]:
        """Connects, signs in, looks whether what is configured is there; a line for each thing that
        was found right. Raises SourceError."""
        ...

    def pages(self, cursor: str | None) -> Iterator[Page]:
        """What has changed since `cursor` (None: all there is), oldest first. Pages may overlap:
        applying one twice changes nothing. Never more than one is held. Raises SourceError, also
        between pages."""
        ...


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """That staff confirmed a payment as made, or as not made."""

    payment_id: UUID
    registration_no: str
    cycle: str
    due_on: date
    amount: int  # kip
    paid: bool
    at: datetime


@dataclass(frozen=True, kw_only=True)
class Pushed:
    """What became of outcomes: ids of those that the other system took, and what it said of those
    that it did not take, in its own words."""

    taken: tuple[UUID, ...] = ()
    refused: Mapping[UUID, str] = field(default_factory=dict)


class RegistrySink(Protocol):
    """Another system that is told what staff confirmed."""

    def push(self, outcomes: Sequence[Outcome], *, dry_run: bool) -> Pushed:
        """Tells `outcomes`; with `dry_run` says which it would tell. Twice is the same as once.
        Raises SourceError."""
        ...
