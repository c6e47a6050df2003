"""Payments into the registry; registration number and cycle are the key."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, Select, and_, case, func, insert, literal, or_, select, update

from gateway.core.payments import first_of_cycle
from gateway.core.programme import PROGRAMME, Rules
from gateway.core.programme_file import ProgrammeError, add_months
from gateway.core.texts import _
from gateway.registry.database import UtcDateTime
from gateway.registry.imports import cells, vocabulary
from gateway.registry.imports.comparing import changed_fields, count_rows, differs, written
from gateway.registry.imports.decisions import NOBODY, Decisions
from gateway.registry.imports.limits import MOST_KEPT, MOST_LISTED
from gateway.registry.imports.merged_numbers import PassedOver
from gateway.registry.imports.merged_payments import keep_paid_twice
from gateway.registry.imports.place_names import MOST_RESPELT, PlaceNames, Places, in_districts
from gateway.registry.imports.places import make_in_district, too_long
from gateway.registry.imports.records import Column
from gateway.registry.imports.report import CellError, ImportReport, Kept, NewPlace, RowError
from gateway.registry.imports.retired_places import payments_to_retired
from gateway.registry.imports.staging import Made, Merging, Plan, stage_table, unknown_numbers
from gateway.registry.plausibility import near_cycle, plausible_amounts
from gateway.registry.tables import beneficiaries, districts, pay_points, payments

NOT_NEAR_CYCLE = _("The day is not near the cycle %(cycle)s: one of the two is wrong.")
IMPLAUSIBLE_AMOUNT = _(
    "A payment lies between %(least)s and %(most)s LAK: a month of the grant is %(month)s LAK."
)
NOT_ENROLLED = _("She is not enrolled (%(status)s): she is not told of this payment.")

_TAKEN = ("due_on", "amount", "status")

_STAGE = stage_table(
    *(sa.Column(name, payments.c[name].type) for name in (*_TAKEN, "cycle")),
    sa.Column("pay_point", sa.String(24)),
    # Of a woman who had two numbers: the other one, under which a new payment comes, and what the
    # row said itself where the other one's says that she was paid.
    sa.Column("came_as", sa.String(8)),
    sa.Column("file_status", sa.String(12)),
)
_WHOSE = beneficiaries.c.registration_no == _STAGE.c.registration_no
_KNOWN = and_(payments.c.beneficiary_id == beneficiaries.c.id, payments.c.cycle == _STAGE.c.cycle)
_IN_PLACE = and_(
    pay_points.c.district_id == beneficiaries.c.district_id,
    pay_points.c.name == _STAGE.c.pay_point,
)
_JOINED = (
    _STAGE.join(beneficiaries, _WHOSE).outerjoin(pay_points, _IN_PLACE).outerjoin(payments, _KNOWN)
)
_OLD = pay_points.alias("old")
_THERE, _NOW = pay_points.alias("there"), pay_points.alias("now")
_IN_HER_DISTRICT = (
    select(_THERE.c.id)
    .where(_THERE.c.district_id == beneficiaries.c.district_id, _THERE.c.name == _STAGE.c.pay_point)
    .correlate(beneficiaries, _STAGE)
    .scalar_subquery()
)
# She may have moved: a payment stays where it is as long as a file says so, in whatever district.
_WHERE_IT_IS = (
    select(_NOW.c.id)
    .where(_NOW.c.id == payments.c.pay_point_id, _NOW.c.name == _STAGE.c.pay_point)
    .correlate(payments, _STAGE)
    .scalar_subquery()
)
_WITH_OLD = _JOINED.outerjoin(_OLD, _OLD.c.id == payments.c.pay_point_id)
_ANOTHER_PLACE = _OLD.c.name != _STAGE.c.pay_point
# Columns that staff may have set here, which stays (see gateway.console.pages.payments.actions):
# the mark, and what the file says.
_SET_HERE: dict[str, Any] = {
    "due_on": (payments.c.due_on_set_here, _STAGE.c.due_on),
    "amount": (payments.c.amount_set_here, _STAGE.c.amount),
    "pay_point": (payments.c.pay_point_set_here, func.coalesce(_WHERE_IT_IS, _IN_HER_DISTRICT)),
}
# Staff have marked it since the file: an old file does not undo that, a new word of it does.
_STATUS_STAYS = and_(
    payments.c.status_before == _STAGE.c.status, payments.c.status != _STAGE.c.status
)
_BESIDE = {
    "status_before": case((_STATUS_STAYS, payments.c.status_before), else_=_STAGE.c.file_status)
}


def _stored(column: str) -> sa.Column[Any]:
    return payments.c["pay_point_id" if column == "pay_point" else column]


def _values(take: frozenset[str]) -> dict[str, Any]:
    """What a payment becomes; in the columns of `take` the file stands over what was set here."""
    values: dict[str, Any] = {name: _STAGE.c[name] for name in _TAKEN}
    values["status"] = case((_STATUS_STAYS, payments.c.status), else_=_STAGE.c.status)
    for column, (mark, said) in _SET_HERE.items():
        stored = _stored(column)
        if column in take:
            values[stored.name] = said
            values[mark.name] = case((stored == said, mark), else_=sa.false())
        else:
            values[stored.name] = case((mark, stored), else_=said)
    return values


def _fields(take: frozenset[str]) -> dict[str, Any]:
    """{column of the file: (before, after)}, as the file writes it."""
    values = _values(take)
    place: Any = _STAGE.c.pay_point
    if "pay_point" not in take:
        place = case((payments.c.pay_point_set_here, _OLD.c.name), else_=place)
    return {
        **{name: (payments.c[name], values[name]) for name in _TAKEN},
        "pay_point": (_OLD.c.name, place),
    }


class PaymentPlan(Plan):
    kind = "payments"
    keys = ("registration_no", "cycle")

    def __init__(self, now: datetime, today: date, decisions: Decisions = NOBODY) -> None:
        due_on = cells.day_between(add_months(today, -120), add_months(today, 24), today=today)
        columns = {
            "registration_no": Column(cells.registration_no),
            "cycle": Column(cells.cycle),
            "due_on": Column(due_on),
            "amount": Column(cells.amount),
            "pay_point": Column(cells.name(24)),
            "status": Column(cells.one_of(vocabulary.PAYMENT_STATUSES)),
        }
        super().__init__(_STAGE, columns, decisions)
        self._values = _values(decisions.take)
        self._now = now
        self._today = today

    def check(self, record: Mapping[str, Any]) -> Iterator[tuple[str, CellError]]:
        cycle, due_on, amount = record["cycle"], record["due_on"], record["amount"]
        if not near_cycle(cycle, due_on):
            yield self._farther(cycle, due_on), CellError(NOT_NEAR_CYCLE, cycle=cycle)
        rules = self._rules_on(due_on)
        least, most = plausible_amounts(rules)
        if not least <= amount <= most:
            bounds = {"least": least, "most": most, "month": rules.monthly_amount}
            yield "amount", CellError(IMPLAUSIBLE_AMOUNT, **bounds)

    def _farther(self, cycle: str, due_on: date) -> str:
        """The column that is more likely to be wrong."""
        cycle_off = abs(first_of_cycle(cycle) - self._today)
        return "cycle" if cycle_off > abs(due_on - self._today) * 2 else "due_on"

    def _rules_on(self, due_on: date) -> Rules:
        """Those of the payday; of today for one before the programme."""
        try:
            return PROGRAMME.rules_on(due_on)
        except ProgrammeError:
            return PROGRAMME.rules_on(self._today)

    def warnings(self, connection: Connection) -> Iterator[RowError]:
        """Whoever is paid without being enrolled: it may be right, and she is not told."""
        found = (
            select(_STAGE.c.line, _STAGE.c.registration_no, beneficiaries.c.status)
            .join(beneficiaries, _WHOSE)
            .where(_STAGE.c.status == "scheduled", beneficiaries.c.status != "enrolled")
            .order_by(_STAGE.c.line)
            .limit(MOST_LISTED)
        )
        for row in connection.execute(found):
            params = {"status": row.status}
            yield RowError(row.line, "registration_no", NOT_ENROLLED, params, row.registration_no)

    def faults(self, connection: Connection) -> Iterator[RowError]:
        yield from unknown_numbers(connection, self.stage)
        yield from too_long(connection, _missing_pay_points(self.decisions.take), "pay_point")
        yield from payments_to_retired(connection, self.stage)
        if self.decisions.known_only:
            yield from self._places(connection).unconfirmed()

    def compare(self, connection: Connection, names: frozenset[str]) -> ImportReport:  # noqa: ARG002 - every column is needed
        known = payments.c.id.is_not(None)
        report = count_rows(
            connection,
            _JOINED,
            payments.c.id,
            differs(payments, self._values),
            _kept(connection, self.decisions.take),
        )
        if not report.changed:
            return report
        fields = _fields(self.decisions.take)
        changes = changed_fields(connection, _WITH_OLD, known, _STAGE, fields)
        return replace(report, changes=changes)

    def respell(self, connection: Connection) -> None:
        names = PlaceNames(connection, self._today)
        for row in connection.execute(
            _missing_pay_points(self.decisions.take).limit(MOST_RESPELT)
        ).all():
            found = names.named(connection, "pay_point", row)
            if found != row.pay_point:
                there = select(beneficiaries.c.registration_no).where(
                    beneficiaries.c.district_id == row.district_id
                )
                connection.execute(
                    update(_STAGE)
                    .where(_STAGE.c.pay_point == row.pay_point)
                    .where(_STAGE.c.registration_no.in_(there))
                    .values(pay_point=found)
                )

    def new_places(self, connection: Connection) -> tuple[NewPlace, ...]:
        return self._places(connection).listed(connection)

    def _places(self, connection: Connection) -> Places:
        names = PlaceNames(connection, self._today)
        found = in_districts(connection, "pay_point", _missing_pay_points(self.decisions.take))
        return Places(names, found, self.decisions)

    def merging(self, names: frozenset[str]) -> Merging:  # noqa: ARG002 - likewise
        changed = differs(payments, self._values)
        return Merging(payments, _JOINED, self._values | _BESIDE, changed)

    def make_places(self, connection: Connection) -> Made:
        return {
            "pay_point": make_in_district(
                connection, _missing_pay_points(self.decisions.take), "pay_point"
            )
        }

    def merge(self, connection: Connection, names: frozenset[str]) -> None:  # noqa: ARG002 - likewise
        moment = literal(self._now, UtcDateTime)
        connection.execute(
            update(payments)
            .values(self._values | _BESIDE | {"updated_at": moment})
            .where(_WHOSE, _KNOWN, differs(payments, self._values))
        )
        agreed = and_(
            payments.c.status_before.is_not(None),
            payments.c.status == _STAGE.c.status,
            _STAGE.c.file_status.is_(None),
        )
        connection.execute(
            update(payments).values(status_before=None).where(_WHOSE, _KNOWN, agreed)
        )
        new = {
            "id": _STAGE.c.row_id,
            "beneficiary_id": beneficiaries.c.id,
            "cycle": _STAGE.c.cycle,
            **{name: _STAGE.c[name] for name in _TAKEN},
            "pay_point_id": pay_points.c.id,
            "came_as": _STAGE.c.came_as,
            "updated_at": moment,
        }
        rows = select(*new.values()).select_from(_JOINED).where(payments.c.id.is_(None))
        connection.execute(insert(payments).from_select(list(new), rows))

    def follow_up(self, connection: Connection, passed: PassedOver) -> None:
        keep_paid_twice(connection, passed.paid_twice, self._now)


def _kept(connection: Connection, take: frozenset[str]) -> Iterator[Kept]:
    """Rows where the file says another day, amount or place than staff have set here."""
    found = {
        "due_on": and_(payments.c.due_on_set_here, payments.c.due_on != _STAGE.c.due_on),
        "amount": and_(payments.c.amount_set_here, payments.c.amount != _STAGE.c.amount),
        "pay_point": and_(payments.c.pay_point_set_here, _ANOTHER_PLACE),
        "status": _STATUS_STAYS,
    }
    flags = {name: flag for name, flag in found.items() if name not in take}
    if not flags:
        return
    rows = connection.execute(
        select(
            _STAGE.c.line,
            _STAGE.c.registration_no,
            *(found.label(name) for name, found in flags.items()),
            *(_STAGE.c[name].label(f"{name} says") for name in flags),
        )
        .select_from(_WITH_OLD)
        .where(or_(*flags.values()))
        .order_by(_STAGE.c.line)
        .limit(MOST_KEPT)
    )
    for row in rows.mappings():
        columns = tuple(name for name in flags if row[name])
        said = tuple(written(row[f"{name} says"]) for name in columns)
        yield Kept(row["line"], row["registration_no"], columns, said)


def _missing_pay_points(take: frozenset[str] = frozenset()) -> Select[*tuple[Any, ...]]:
    """As `missing_in_district`, by the district of the person; not where the payment is there
    already, nor where what staff have set stays anyway."""
    stays = sa.false() if "pay_point" in take else payments.c.pay_point_set_here
    return (
        select(
            func.min(_STAGE.c.line).label("line"),
            func.count().label("rows"),
            beneficiaries.c.district_id,
            districts.c.province,
            districts.c.name.label("district"),
            _STAGE.c.pay_point,
        )
        .join(beneficiaries, _WHOSE)
        .join(districts, districts.c.id == beneficiaries.c.district_id)
        .outerjoin(pay_points, _IN_PLACE)
        .outerjoin(payments, _KNOWN)
        .where(
            pay_points.c.id.is_(None),
            _STAGE.c.pay_point.is_not(None),
            or_(payments.c.id.is_(None), and_(~stays, _WHERE_IT_IS.is_(None))),
        )
        .group_by(
            beneficiaries.c.district_id, districts.c.province, districts.c.name, _STAGE.c.pay_point
        )
        .order_by(func.min(_STAGE.c.line))
    )
