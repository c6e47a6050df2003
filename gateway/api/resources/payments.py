"""Payments: written one or many by the rules of the payments' file, read, and listed by change."""

from datetime import date, datetime
from functools import partial
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, Row, Select, select

from gateway.api.etags import etag_of
from gateway.api.operations import Answer, Call, Operation
from gateway.api.problems import ProblemError
from gateway.api.records.lists import ByChange, page_by_change
from gateway.api.records.requests import write_many, write_one
from gateway.api.records.shapes import Done, PaymentFields, PaymentRows, Written
from gateway.registry.numbers import number_now
from gateway.registry.tables import beneficiaries, pay_points, payments

RULES = (
    "The rules of the import file: the same checks, in the same words. What staff have set in the "
    "gateway stays, and is named in `kept`. A pay point that her district does not have is made, "
    "and named in `places`. A payment that is withdrawn has the status `cancelled`."
)


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """The columns of the payments' file; `set_here` names those that staff set in the gateway."""

    registration_no: str
    cycle: str
    due_on: date
    amount: int
    pay_point: str
    status: Literal["scheduled", "paid", "missed", "cancelled"]
    set_here: list[str]
    updated_at: datetime


class PaymentPage(msgspec.Struct, frozen=True, kw_only=True):
    """Oldest change first. `next` is the `after` of the next page; None: that was the last."""

    items: list[Payment]
    next: str | None


class PaymentQuery(ByChange):
    """`cycle` as in the file, like 2026-11."""

    cycle: str | None = None


_MARKS = {
    "due_on": payments.c.due_on_set_here,
    "amount": payments.c.amount_set_here,
    "pay_point": payments.c.pay_point_set_here,
    "status": payments.c.status_before.is_not(None),
}


def _payments() -> Select[Any]:
    return (
        select(
            payments.c.id,
            beneficiaries.c.registration_no,
            payments.c.cycle,
            payments.c.due_on,
            payments.c.amount,
            pay_points.c.name.label("pay_point"),
            payments.c.status,
            *(mark.label(f"{name} set here") for name, mark in _MARKS.items()),
            payments.c.updated_at,
        )
        .join(beneficiaries, beneficiaries.c.id == payments.c.beneficiary_id)
        .join(pay_points, pay_points.c.id == payments.c.pay_point_id)
    )


def _told(row: Row[Any]) -> Payment:
    values = row._asdict()
    marks = [name for name in _MARKS if values[f"{name} set here"]]
    named = {name: values[name] for name in Payment.__struct_fields__ if name != "set_here"}
    return Payment(**named, set_here=marks)


def _read(number: str, cycle: str, connection: Connection) -> Payment | None:
    one = _payments().where(
        beneficiaries.c.registration_no == number_now(connection, number),
        payments.c.cycle == cycle,
    )
    row = connection.execute(one).one_or_none()
    return None if row is None else _told(row)


def _put(call: Call) -> Answer:
    number, cycle = call.path["registration_no"], call.path["cycle"]
    row = call.body.given() | {"registration_no": number, "cycle": cycle}
    return write_one(call, "payments", row, read=partial(_read, number, cycle))


def _bulk(call: Call) -> Answer:
    return write_many(call, "payments", call.body.rows, call.body.mode)


def _get(call: Call) -> Answer:
    with call.database.reading() as connection:
        number = number_now(connection, call.path["registration_no"])
        one = _payments().where(
            beneficiaries.c.registration_no == number,
            payments.c.cycle == call.path["cycle"],
            *call.within(beneficiaries),
        )
        row = connection.execute(one).one_or_none()
    if row is None:
        raise ProblemError("not_found")
    body = _told(row)
    return Answer(body=body, etag=etag_of(body))


def _list(call: Call) -> Answer:
    query: PaymentQuery = call.query
    wanted = _payments().where(*call.within(beneficiaries))
    if query.registration_no is not None:
        wanted = wanted.where(beneficiaries.c.registration_no == query.registration_no)
    if query.cycle is not None:
        wanted = wanted.where(payments.c.cycle == query.cycle)
    items, after = page_by_change(call, wanted, payments, _told)
    return Answer(body=PaymentPage(items=list(items), next=after))


OPERATIONS = (
    Operation(
        name="listPayments", method="GET", path="/payments", handle=_list,
        scope=("payments", "read"), summary="Payments, the oldest change first",
        query=PaymentQuery, gives=PaymentPage, problems=("bad_request",),
    ),
    Operation(
        name="getPayment", method="GET", path="/payments/{registration_no}/{cycle}", handle=_get,
        scope=("payments", "read"), summary="The payment of a person in a cycle", gives=Payment,
    ),
    Operation(
        name="putPayment", method="PUT", path="/payments/{registration_no}/{cycle}", handle=_put,
        scope=("payments", "write"), summary="The payment of a person in a cycle",
        description=RULES, takes=PaymentFields, gives=Done,
    ),
    Operation(
        name="putPayments", method="POST", path="/payments/bulk", handle=_bulk,
        scope=("payments", "write"), summary="Up to 1,000 payments at once",
        description=RULES, takes=PaymentRows, gives=Written,
    ),
)  # fmt: skip
