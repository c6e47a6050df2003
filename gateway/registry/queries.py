"""What a dial needs to know, in at most three statements."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Label, Row, Table, bindparam, exists, select

from gateway.core import caller
from gateway.core.children import living
from gateway.core.consent import EVERYTHING
from gateway.core.health_schedule import due_visits
from gateway.core.payments import cancelled, next_and_last
from gateway.core.programme import PROGRAMME
from gateway.registry.numbers import number_now
from gateway.registry.tables import (
    beneficiaries,
    callers,
    health_centres,
    optouts,
    pay_points,
    payments,
    villages,
    visits,
)
from gateway.registry.visits import made_of

AnyRow = Row[*tuple[Any, ...]]

MOST_VISITS = 6  # a screen shows two lines of visits, one for all of a kind and day


def caller_facts(
    connection: Connection, msisdn: str, *, on: date, default_locale: str
) -> caller.Caller:
    """What one dial of `msisdn` (E.164) may know, as of the day `on` in the programme's zone.

    For whom it was disowned is among them while it is nobody else's. The locale is the one chosen
    on this number, else that of its first beneficiary, else `default_locale`. At most
    MOST_ON_ONE_PHONE beneficiaries, those with a running grant first.
    """
    rows = connection.execute(_OF_CALLER, {"msisdn": msisdn}).all()
    known = _known(rows)
    shown = known[: caller.MOST_ON_ONE_PHONE]
    return caller.Caller(
        locale=_locale(rows) or default_locale,
        beneficiaries=_with_details(connection, shown, on),
        more=len(known) > len(shown),
    )


def locale_of(connection: Connection, msisdn: str, *, default_locale: str) -> str:
    """What a dial of `msisdn` would be shown in, for those who are answered without one."""
    rows = connection.execute(_OF_CALLER, {"msisdn": msisdn}).all()
    return _locale(rows) or default_locale


def only_one_known(connection: Connection, msisdn: str) -> UUID | None:
    """Whose number it is, where that is one beneficiary's alone: for whom a caller speaks."""
    known = _known(connection.execute(_OF_CALLER, {"msisdn": msisdn}).all())
    return known[0].id if len(known) == 1 else None


def beneficiary_by_registration_no(
    connection: Connection, registration_no: str, *, on: date
) -> caller.Beneficiary | None:
    """The same of one registration number; whoever asks has checked its PIN before."""
    now = number_now(connection, registration_no)
    rows = connection.execute(_OF_NUMBER, {"registration_no": now}).all()
    found = _with_details(connection, rows, on)
    return found[0] if found else None


def _known(rows: Sequence[AnyRow]) -> list[AnyRow]:
    """Whose number it is; a recycled one belongs to whoever was registered with it since."""
    held = [row for row in rows if row.id is not None]
    hers = [row for row in held if row.msisdn_disowned_at is None]
    return sorted(hers or held, key=_running_first)


def _locale(rows: Sequence[AnyRow]) -> str | None:
    """That chosen on the number, else that of its first beneficiary who has one."""
    chosen: str | None = rows[0].caller_locale
    return chosen or next((row.locale for row in _known(rows) if row.locale), None)


def _running_first(row: AnyRow) -> tuple[bool, str]:
    return row.status in {"exited", "rejected"}, row.registration_no


def _place(table: Table, name: str) -> tuple[Label[str], Label[str]]:
    return table.c.name.label(name), table.c.name_latin.label(f"{name}_latin")


_LEFT_HEALTH = exists().where(
    optouts.c.msisdn == beneficiaries.c.msisdn, optouts.c.category.in_(("health", EVERYTHING))
)
_COLUMNS = (
    beneficiaries,
    _LEFT_HEALTH.label("left_health"),
    *_place(villages, "village"),
    *_place(health_centres, "health_centre"),
)
_PLACED = beneficiaries.join(villages, beneficiaries.c.village_id == villages.c.id).join(
    health_centres, beneficiaries.c.health_centre_id == health_centres.c.id
)
_OF_NUMBER = (
    select(*_COLUMNS)
    .select_from(_PLACED)
    .where(beneficiaries.c.registration_no == bindparam("registration_no"))
)
# One row at least, so that the language of an unknown number comes along.
_dial = select(bindparam("msisdn", type_=callers.c.msisdn.type).label("msisdn")).subquery("dial")
_OF_CALLER = select(callers.c.locale.label("caller_locale"), *_COLUMNS).select_from(
    _dial.outerjoin(callers, callers.c.msisdn == _dial.c.msisdn).outerjoin(
        _PLACED, beneficiaries.c.msisdn == _dial.c.msisdn
    )
)
_PAYMENTS = (
    select(payments, *_place(pay_points, "pay_point"))
    .join(pay_points, payments.c.pay_point_id == pay_points.c.id)
    .where(payments.c.beneficiary_id.in_(bindparam("ids", expanding=True)))
)
_VISITS = select(visits).where(visits.c.beneficiary_id.in_(bindparam("ids", expanding=True)))


def _with_details(
    connection: Connection, rows: Sequence[AnyRow], on: date
) -> tuple[caller.Beneficiary, ...]:
    if not rows:
        return ()
    ids = [row.id for row in rows]
    paid: dict[UUID, list[caller.Payment]] = defaultdict(list)
    for row in connection.execute(_PAYMENTS, {"ids": ids}):
        paid[row.beneficiary_id].append(_payment(row))
    children = {row.id: living(row.category, row.children) for row in rows}
    done = made_of(connection.execute(_VISITS, {"ids": ids}), children)
    return tuple(_beneficiary(row, paid[row.id], done[row.id], on) for row in rows)


def _payment(row: AnyRow) -> caller.Payment:
    return caller.Payment(
        id=str(row.id),
        cycle=row.cycle,
        due_on=row.due_on,
        amount=row.amount,
        status=row.status,
        pay_point=caller.Place(row.pay_point, row.pay_point_latin),
    )


def _beneficiary(
    row: AnyRow, paid: list[caller.Payment], done: Mapping[str, date], on: date
) -> caller.Beneficiary:
    rules = PROGRAMME.rules_on(on)
    village = caller.Place(row.village, row.village_latin)
    health_centre = caller.Place(row.health_centre, row.health_centre_latin)
    coming, last = next_and_last(paid, on=on)
    due = due_visits(
        rules=rules,
        category=row.category,
        edd=row.edd,
        child_dob=row.child_dob,
        done=done,
        on=on,
        health_centre=health_centre,
        village=village,
        course_ended=row.course_ended_at is not None,
    )
    return caller.Beneficiary(
        id=str(row.id),
        registration_no=row.registration_no,
        status=row.status,
        category=row.category,
        since_on=row.enrolled_on,
        village=village,
        health_centre=health_centre,
        has_pin=row.pin_hash is not None,
        next_payment=coming,
        last_payment=last,
        visits=due[:MOST_VISITS],
        course_ended=row.course_ended_at is not None,
        stopped_by_key=row.course_ended_reason == "asked",
        health_sms=row.consent_health and not row.left_health,
        disowned=row.msisdn_disowned_at is not None,
        cancelled_payment=cancelled(paid, on=on),
    )
