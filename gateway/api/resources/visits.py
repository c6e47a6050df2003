"""Health visits: written one or many by the rules of the visits' file, listed, taken back."""

from datetime import date, datetime
from functools import partial
from typing import Any

import msgspec
from sqlalchemy import Connection, Row, Select, select

from gateway.api.etags import etag_of
from gateway.api.operations import Answer, Call, Operation
from gateway.api.problems import ProblemError
from gateway.api.records.desks import desk_of
from gateway.api.records.lists import ByChange, page_by_change
from gateway.api.records.requests import write_many, write_one
from gateway.api.records.shapes import Done, VisitFields, VisitRows, Written
from gateway.people.visits import unmark
from gateway.registry.numbers import number_now
from gateway.registry.tables import beneficiaries, visits

RULES = (
    "The rules of the import file: the same checks, in the same words. What is said of twins is "
    "said of all of them."
)


class Visit(msgspec.Struct, frozen=True, kw_only=True):
    """The columns of the visits' file; `child` is the number of one of twins, 1 of an only one."""

    registration_no: str
    visit: str
    child: int
    done_on: date
    updated_at: datetime


class VisitPage(msgspec.Struct, frozen=True, kw_only=True):
    """Oldest change first. `next` is the `after` of the next page; None: that was the last."""

    items: list[Visit]
    next: str | None


class VisitQuery(ByChange):
    """`visit` is a key of the programme file's schedules."""

    visit: str | None = None


def _visits() -> Select[Any]:
    return select(
        visits.c.id,
        beneficiaries.c.id.label("whose"),
        beneficiaries.c.registration_no,
        visits.c.visit,
        visits.c.child,
        visits.c.done_on,
        visits.c.updated_at,
    ).join(beneficiaries, beneficiaries.c.id == visits.c.beneficiary_id)


def _told(row: Row[Any]) -> Visit:
    values = row._asdict()
    return Visit(**{name: values[name] for name in Visit.__struct_fields__})


def _read(number: str, visit: str, connection: Connection) -> list[Visit] | None:
    """Of every child."""
    found = _visits().where(
        beneficiaries.c.registration_no == number_now(connection, number), visits.c.visit == visit
    )
    rows = connection.execute(found.order_by(visits.c.child)).all()
    return [_told(row) for row in rows] or None


def _put(call: Call) -> Answer:
    number, visit = call.path["registration_no"], call.path["visit"]
    row = call.body.given() | {"registration_no": number, "visit": visit}
    return write_one(call, "visits", row, read=partial(_read, number, visit))


def _bulk(call: Call) -> Answer:
    return write_many(call, "visits", call.body.rows, call.body.mode)


def _list(call: Call) -> Answer:
    query: VisitQuery = call.query
    wanted = _visits().where(*call.within(beneficiaries))
    if query.registration_no is not None:
        wanted = wanted.where(beneficiaries.c.registration_no == query.registration_no)
    if query.visit is not None:
        wanted = wanted.where(visits.c.visit == query.visit)
    items, after = page_by_change(call, wanted, visits, _told)
    return Answer(body=VisitPage(items=list(items), next=after))


def _delete(call: Call) -> Answer:
    """Of all children, as it was put on record."""
    number, visit = call.path["registration_no"], call.path["visit"]
    answer = Answer(status=204, registration_no=number)
    with call.database.writing() as connection:
        hers = beneficiaries.c.registration_no == number_now(connection, number)
        mine = select(beneficiaries).where(hers, *call.within(beneficiaries)).with_for_update()
        person = connection.execute(mine).one_or_none()
        there = _read(number, visit, connection) if person is not None else None
        if person is None or there is None:
            raise ProblemError("not_found")
        call.check_unchanged(etag_of(there))
        if call.key.kind != "test":
            unmark(
                connection, person, visit, there[-1].done_on,
                children=[one.child for one in there], desk=desk_of(call),
            )  # fmt: skip
        call.remember(connection, answer)
    return answer


OPERATIONS = (
    Operation(
        name="listVisits", method="GET", path="/visits", handle=_list,
        scope=("visits", "read"), summary="Health visits, the oldest change first",
        query=VisitQuery, gives=VisitPage, problems=("bad_request",),
    ),
    Operation(
        name="putVisit", method="PUT", path="/visits/{registration_no}/{visit}", handle=_put,
        scope=("visits", "write"), summary="A health visit that was made", description=RULES,
        takes=VisitFields, gives=Done,
    ),
    Operation(
        name="putVisits", method="POST", path="/visits/bulk", handle=_bulk,
        scope=("visits", "write"), summary="Up to 1,000 visits at once", description=RULES,
        takes=VisitRows, gives=Written,
    ),
    Operation(
        name="deleteVisit", method="DELETE", path="/visits/{registration_no}/{visit}",
        handle=_delete, scope=("visits", "write"), status=204,
        summary="A visit that was put on record by mistake",
    ),
)  # fmt: skip
