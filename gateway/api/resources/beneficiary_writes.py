"""People put on record and changed, one or many, by the rules of the beneficiaries' file."""

from functools import partial
from typing import Any

from sqlalchemy import Connection, or_, select

from gateway.api.operations import Answer, Call, Operation
from gateway.api.problems import ProblemError
from gateway.api.records.known import changed_row, texts_of
from gateway.api.records.requests import write_many, write_one
from gateway.api.records.shapes import BeneficiaryFields, BeneficiaryRows, Done, Written
from gateway.api.resources.beneficiaries import people, told
from gateway.registry.tables import beneficiaries, registration_aliases

RULES = (
    "The rules of the import file: the same checks, in the same words. What the person or staff "
    "have set in the gateway stays, and is named in `kept`. A place that is not known is made, "
    "and named in `places`."
)
LEFT_OUT = " A field that is left out or null is an empty cell; `phone_owner` and `helper_msisdn` \
stay as they are where no row names them, and an empty `pin` changes no PIN."


def _put(call: Call) -> Answer:
    number = call.path["registration_no"]
    row = call.body.given() | {"registration_no": number}
    return write_one(call, "beneficiaries", row, read=partial(_read, number))


def _patch(call: Call) -> Answer:
    number = call.path["registration_no"]
    with call.database.reading() as connection:
        hers = texts_of(connection, number, *call.within(beneficiaries))
    if hers is None:
        raise ProblemError("not_found")
    row, names = changed_row(hers, call.body.given())
    row["registration_no"] = number
    return write_one(call, "beneficiaries", row, names=names, read=partial(_read, number))


def _read(number: str, connection: Connection) -> Any:
    other = select(registration_aliases.c.beneficiary_id).where(
        registration_aliases.c.registration_no == number
    )
    hers = or_(beneficiaries.c.registration_no == number, beneficiaries.c.id.in_(other))
    locked = people().where(hers).with_for_update(of=beneficiaries)
    row = connection.execute(locked).first()
    return None if row is None else told(row)


def _bulk(call: Call) -> Answer:
    return write_many(call, "beneficiaries", call.body.rows, call.body.mode)


OPERATIONS = (
    Operation(
        name="putBeneficiary", method="PUT", path="/beneficiaries/{registration_no}",
        handle=_put, scope=("beneficiaries", "write"), summary="A person, new or as she is now",
        description=RULES + LEFT_OUT, takes=BeneficiaryFields, gives=Done,
    ),
    Operation(
        name="patchBeneficiary", method="PATCH", path="/beneficiaries/{registration_no}",
        handle=_patch, scope=("beneficiaries", "write"), summary="Some fields of a person",
        description=RULES + " Only the fields that are given change; null empties one.",
        takes=BeneficiaryFields, gives=Done,
    ),
    Operation(
        name="putBeneficiaries", method="POST", path="/beneficiaries/bulk", handle=_bulk,
        scope=("beneficiaries", "write"), summary="Up to 1,000 people at once",
        description=RULES + LEFT_OUT, takes=BeneficiaryRows, gives=Written,
    ),
)  # fmt: skip
