"""Rows of a request into the registry, by the very rules of the import files."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from sqlalchemy import Connection

from gateway.api.problems import FieldFault
from gateway.api.records.shapes import NewPlace, Result, RowResult, Written
from gateway.core.keys import Peppers
from gateway.registry.database import Database
from gateway.registry.imports import ImportReport, RowError
from gateway.registry.imports.merged_numbers import PassedOver
from gateway.registry.imports.rows import import_rows
from gateway.registry.imports.staging import Made, Plan, Watcher
from gateway.uploads.plans import Kind, plan_of

Ahead = Callable[[Connection], None]
Keep = Callable[[Connection, Written], None]
Gettext = Callable[[str], str]


@dataclass(frozen=True, kw_only=True)
class Writer:
    """On whose behalf, and as of when. With a `district_id` rows about anybody elsewhere are
    faults; a `dry_run` writes nothing, and answers as if it had. `peppers` key PINs' hashes,
    `gettext` words faults."""

    database: Database
    peppers: Peppers
    now: datetime
    today: date
    district_id: int | None = None
    dry_run: bool = False
    gettext: Gettext = str

    def write(
        self,
        kind: Kind,
        rows: Sequence[Mapping[str, str]],
        *,
        names: Iterable[str] | None = None,
        each: bool = False,
        ahead: Ahead | None = None,
        keep: Keep | None = None,
    ) -> Written:
        """Writes texts by column; `names` are those that change, by default all.

        With `each` the faulty rows are refused and the others written; without it nothing is
        where there is a fault. `ahead` is called right before rows change and `keep` right after,
        in the merge's own transaction: what they raise undoes it. Where nothing is written,
        nothing is called, but by a dry run of right rows.
        """
        plan = plan_of(
            kind,
            now=self.now,
            today=self.today,
            peppers=self.peppers,
            district_id=self.district_id,
        )
        told = partial(written_of, count=len(rows), gettext=self.gettext)
        watcher = _Watcher(told, ahead, keep)
        report = import_rows(
            self.database,
            plan,
            rows,
            columns_of(plan, rows) if names is None else frozenset(names),
            dry_run=self.dry_run,
            each=each,
            watcher=watcher,
        )
        return watcher.written or told(report)


def columns_of(plan: Plan, rows: Iterable[Mapping[str, str]]) -> frozenset[str]:
    """As a file's headings: an optional column is there where any row has it."""
    given = {name for row in rows for name in row}
    return frozenset(
        name for name, one in plan.columns.items() if name in given or not one.optional
    )


class _Watcher(Watcher):
    def __init__(
        self,
        told: Callable[[ImportReport], Written],
        ahead: Ahead | None,
        keep: Keep | None,
    ) -> None:
        self._told = told
        self._ahead = ahead
        self._keep = keep
        self.written: Written | None = None

    def found_right(
        self,
        connection: Connection,
        plan: Plan,  # noqa: ARG002 - the hook's signature
        names: frozenset[str],  # noqa: ARG002 - likewise
        passed: PassedOver,  # noqa: ARG002 - likewise
    ) -> None:
        if self._ahead:
            self._ahead(connection)

    def recording(
        self,
        connection: Connection,
        plan: Plan,  # noqa: ARG002 - likewise
        names: frozenset[str],  # noqa: ARG002 - likewise
        made: Made,  # noqa: ARG002 - likewise
    ) -> None:
        if self._ahead:
            self._ahead(connection)

    def after_merge(self, connection: Connection, report: ImportReport) -> None:
        self.written = self._told(report)
        if self._keep:
            self._keep(connection, self.written)


def written_of(report: ImportReport, count: int, gettext: Gettext) -> Written:
    """What became of `count` rows."""
    faults, warnings = _by_row(report.errors, gettext), _by_row(report.warnings, gettext)
    kept = {one.line: one.columns for one in report.kept}
    rows = tuple(
        RowResult(
            row=row,
            result=_result(report, row, faults),
            kept=kept.get(row, ()),
            errors=tuple(faults[row]),
            warnings=tuple(warnings[row]),
        )
        for row in range(1, count + 1)
    )
    results = [one.result for one in rows]
    return Written(
        new=results.count("new"),
        changed=results.count("changed"),
        unchanged=results.count("unchanged"),
        refused=results.count("refused"),
        rows=rows,
        places=tuple(
            NewPlace(kind=one.column, name=one.name, within=one.within, like=one.like)
            for one in report.places
        ),
    )


def _result(report: ImportReport, row: int, faults: Mapping[int, list[FieldFault]]) -> Result:
    return "refused" if faults.get(row) else report.became.get(row, "unchanged")


def _by_row(errors: Iterable[RowError], gettext: Gettext) -> defaultdict[int, list[FieldFault]]:
    """In the words of an import's page."""
    found: defaultdict[int, list[FieldFault]] = defaultdict(list)
    for error in errors:
        reason = gettext(error.reason) % error.params
        one = FieldFault(field=error.column, reason=reason, value=error.value or None)
        found[error.line].append(one)
    return found
