"""What every kind of import needs: its plan, the temporary table of its rows, who follows it."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy import ColumnElement, Connection, FromClause, Table, select

from gateway.core.texts import _
from gateway.registry.imports.decisions import NOBODY, Decisions
from gateway.registry.imports.merged_numbers import PassedOver
from gateway.registry.imports.records import Column, Record
from gateway.registry.imports.report import Alike, CellError, ImportReport, NewPlace, RowError
from gateway.registry.tables import beneficiaries

NO_SUCH_NUMBER = _("No beneficiary has this registration number.")

Made = Mapping[str, Sequence[int]]  # kind of place -> ids

IMPORTING = 5550002  # any number that nothing else locks by


@dataclass(frozen=True)
class Merging:
    """What a merge does with known rows: `joined` has every staged row beside the one of `table`
    that it is about, where there is one, and `values` what that becomes if it is `changed`."""

    table: Table
    joined: FromClause
    values: Mapping[str, Any]
    changed: ColumnElement[bool]


class Plan(ABC):
    """What one kind of file needs. `keys` name a row in the file and in the registry."""

    kind: str
    keys: tuple[str, ...]

    def __init__(
        self, stage: Table, columns: Mapping[str, Column], decisions: Decisions = NOBODY
    ) -> None:
        self.stage = stage
        self.columns = columns
        self.decisions = decisions

    def check(self, record: Mapping[str, object]) -> Iterator[tuple[str, CellError]]:  # noqa: ARG002 - most have nothing to check
        """What is wrong with a record whose cells are right each for itself, by column."""
        return iter(())

    def prepare(self, connection: Connection, records: list[Record]) -> list[Record]:  # noqa: ARG002 - likewise
        """The records as they are staged."""
        return records

    def is_whole(self, names: frozenset[str]) -> bool:
        """Whether rows with these columns can be about somebody new."""
        return all(name in names or one.optional for name, one in self.columns.items())

    @abstractmethod
    def faults(self, connection: Connection) -> Iterator[RowError]:
        """What only the registry shows."""

    def respell(self, connection: Connection) -> None:  # noqa: B027 - most have nothing to respell
        """Takes other spellings of what the registry knows for it, in the stage."""

    def new_places(self, connection: Connection) -> tuple[NewPlace, ...]:  # noqa: ARG002 - most have none
        """What the merge would make."""
        return ()

    def alike(self, connection: Connection, district_id: int | None = None) -> tuple[Alike, ...]:  # noqa: ARG002 - likewise
        """New people who may be known under another number: of a dry run only."""
        return ()

    def warnings(self, connection: Connection) -> Iterator[RowError]:  # noqa: ARG002 - most have none
        """What may be right, and somebody should look at; at most MOST_LISTED."""
        return iter(())

    @abstractmethod
    def compare(self, connection: Connection, names: frozenset[str]) -> ImportReport:
        """What a merge would do; `names` are the columns that the file has."""

    @abstractmethod
    def merging(self, names: frozenset[str]) -> Merging:
        """What the merge will do."""

    def make_places(self, connection: Connection) -> Made:  # noqa: ARG002 - likewise
        """Makes what is new; the merge follows. {kind of place: ids}."""
        return {}

    @abstractmethod
    def merge(self, connection: Connection, names: frozenset[str]) -> None:
        """Does it."""

    def follow_up(self, connection: Connection, passed: PassedOver) -> None:  # noqa: B027 - most have nothing to do
        """After the merge: what is remembered of rows that were passed over."""


def stage_table(*columns: sa.Column[Any]) -> Table:
    """A temporary table: the row's line, an id for it should it be new, and `columns`."""
    return Table(
        "import_rows",
        sa.MetaData(),
        sa.Column("line", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("row_id", sa.Uuid, nullable=False),
        sa.Column("registration_no", sa.String(8)),
        *columns,
        prefixes=["TEMPORARY"],
        # Behind a pooler the session is somebody else's afterwards.
        postgresql_on_commit="DROP",
    )


class Watcher:
    """Who follows an import; this one does not look."""

    def begins(self, connection: Connection) -> None:
        """All that follows is asked on `connection`."""

    def beat(self) -> None:
        """The file is being read; what this raises ends it."""

    def rows_read(self, count: int) -> None:
        """So many rows are staged by now."""

    def found_right(
        self, connection: Connection, plan: Plan, names: frozenset[str], passed: PassedOver
    ) -> None:
        """By a dry run; the rows are still in the stage, but for those `passed` over."""

    def before_merge(self) -> None:
        """The file is right; from here on nothing is heard until the end."""

    def recording(
        self, connection: Connection, plan: Plan, names: frozenset[str], made: Made
    ) -> None:
        """In the merge's transaction, right before rows change; the places are made."""

    def after_merge(self, connection: Connection, report: ImportReport) -> None:
        """In the merge's own transaction: what is written here is true if, and only if, it is."""


def unknown_numbers(connection: Connection, stage: Table) -> Iterator[RowError]:
    """Every row whose registration number nobody has."""
    nobody = (
        select(stage.c.line)
        .outerjoin(beneficiaries, beneficiaries.c.registration_no == stage.c.registration_no)
        .where(stage.c.registration_no.is_not(None), beneficiaries.c.id.is_(None))
    )
    for row in connection.execute(nobody):
        yield RowError(row.line, "registration_no", NO_SUCH_NUMBER)
