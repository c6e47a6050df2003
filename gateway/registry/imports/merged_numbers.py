"""Rows of a file under the numbers of a woman who had two: what staff decided at the merge stays.

A row about the woman herself changes nothing under the other number: the number that stayed has a
row of its own. A payment or a visit is hers, whichever number its row carries, and never twice.
Which row of a cycle speaks, `gateway.registry.imports.merged_payments` says.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Row, Select, Table, bindparam, delete, select, update

from gateway.core.children import ONLY_CHILD
from gateway.registry.bulk import one_of
from gateway.registry.imports.limits import MOST_KEPT
from gateway.registry.imports.merged_payments import (
    LATER_VISIT,
    MERGED,
    Group,
    PaidTwice,
    Verdict,
    of_payments,
)
from gateway.registry.imports.report import Kept
from gateway.registry.tables import beneficiaries, registration_aliases, visits


@dataclass(frozen=True)
class PassedOver:
    """What became of the rows under two numbers: those reported; by line, as the file has them,
    those that are staged otherwise or not any more; and payments made under both numbers."""

    kept: tuple[Kept, ...] = ()
    as_in_file: Mapping[int, Mapping[str, Any]] = field(default_factory=dict)
    paid_twice: tuple[PaidTwice, ...] = ()


NONE_PASSED = PassedOver()


def pass_over_merged(
    connection: Connection,
    stage: Table,
    keys: tuple[str, ...],
    before: PassedOver = NONE_PASSED,
) -> PassedOver:
    """Leaves one row of each woman and key in the stage, under the number that stayed. `keys` name
    a row; what was done `before` is undone first, as the registry may say something else by now."""
    _put_back(connection, stage, before)
    rows = _rows(connection, stage)
    if not rows:
        return NONE_PASSED
    if len(keys) == 1:
        theirs = [row for row in rows if row.registration_no != row.now]
        verdicts = [Verdict(out={row.line: MERGED for row in theirs})]
    else:
        groups = list(_groups(rows, keys[1]))
        verdicts = list((of_payments if keys[1] == "cycle" else _of_visits)(connection, groups))
    return _carry_out(connection, stage, rows, verdicts)


def _rows(connection: Connection, stage: Table) -> Sequence[Row[Any]]:
    """Every row of whoever has another number, under whichever of hers; `now` is the one that
    stayed."""
    said = registration_aliases.c
    now = beneficiaries.c.registration_no.label("now")
    whose = beneficiaries.c.id.label("whose")
    under_the_other: Select[Any] = (
        select(stage, now, whose)
        .join(registration_aliases, said.registration_no == stage.c.registration_no)
        .join(beneficiaries, beneficiaries.c.id == said.beneficiary_id)
    )
    has_another = select(said.registration_no).where(said.beneficiary_id == beneficiaries.c.id)
    under_her_own = (
        select(stage, now, whose)
        .join(beneficiaries, beneficiaries.c.registration_no == stage.c.registration_no)
        .where(has_another.exists())
    )
    found = [
        *connection.execute(under_the_other).all(),
        *connection.execute(under_her_own).all(),
    ]
    return sorted(found, key=lambda row: row.line)


def _groups(rows: Sequence[Row[Any]], key: str) -> Iterator[Group]:
    def of(row: Row[Any]) -> tuple[str, str]:
        return str(row.whose), row._mapping[key] or ""

    for (_whose, name), hers in groupby(sorted(rows, key=of), of):
        listed = tuple(hers)
        yield Group(key=name, whose=listed[0].whose, now=listed[0].now, rows=listed)


def _of_visits(connection: Connection, groups: Sequence[Group]) -> Iterator[Verdict]:
    """The later day stays, as in a merge: of the rows, and over what is on record."""
    hers = one_of(connection, visits.c.beneficiary_id, {group.whose for group in groups})
    known = {
        (row.beneficiary_id, row.visit): row.done_on
        for row in connection.execute(select(visits).where(hers, visits.c.child == ONLY_CHILD[0]))
    }
    for group in groups:
        days = [row.done_on for row in group.rows if row.done_on is not None]
        last = max(days, default=None)
        on_record = known.get((group.whose, group.key))
        if not group.key or last is None:
            yield Verdict(change=group.renumbered(group.rows))
        elif on_record is not None and on_record > last:
            yield Verdict(
                out={
                    row.line: LATER_VISIT if row.registration_no == group.now else MERGED
                    for row in group.rows
                }
            )
        else:
            lead = group.under(group.now) or group.rows[:1]
            yield Verdict(
                change={row.line: {"registration_no": group.now, "done_on": last} for row in lead},
                out={row.line: MERGED for row in group.rows if row not in lead},
            )


def _carry_out(
    connection: Connection, stage: Table, rows: Sequence[Row[Any]], verdicts: Sequence[Verdict]
) -> PassedOver:
    by_line = {row.line: row for row in rows}
    change = {
        line: values
        for verdict in verdicts
        for line, values in verdict.change.items()
        if any(by_line[line]._mapping[name] != value for name, value in values.items())
    }
    out = {line: why for verdict in verdicts for line, why in verdict.out.items()}
    said = {line: why for verdict in verdicts for line, why in verdict.said.items()}
    for line, values in change.items():
        connection.execute(update(stage).where(stage.c.line == line).values(values))
    if out:
        gone = delete(stage).where(stage.c.line == bindparam("gone"))
        connection.execute(gone, [{"gone": line} for line in out])
    told = sorted((out | said).items())[:MOST_KEPT]
    return PassedOver(
        kept=tuple(
            Kept(line, by_line[line].registration_no, (why,), (by_line[line].now,))
            for line, why in told
        ),
        as_in_file={line: _as_staged(stage, by_line[line]) for line in (*change, *out)},
        paid_twice=tuple(one for verdict in verdicts for one in verdict.paid_twice),
    )


def _as_staged(stage: Table, row: Row[Any]) -> dict[str, Any]:
    return {column.name: row._mapping[column.name] for column in stage.columns}


def _put_back(connection: Connection, stage: Table, before: PassedOver) -> None:
    if before.as_in_file:
        again = delete(stage).where(stage.c.line == bindparam("again"))
        connection.execute(again, [{"again": line} for line in before.as_in_file])
        connection.execute(stage.insert(), list(before.as_in_file.values()))
