"""A woman's number and consents, read, and corrected by hand: what is set so stays over files."""

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any

import msgspec
from msgspec import Meta
from sqlalchemy import Connection, select

from gateway.api.etags import etag_of
from gateway.api.operations import Answer, Call, Operation
from gateway.api.problems import FieldFault, ProblemError
from gateway.api.records.desks import desk_of
from gateway.people.faults import PersonError
from gateway.people.phones import correct_consents, correct_phone
from gateway.registry.imports.cells import MISSING
from gateway.registry.numbers import number_now
from gateway.registry.tables import beneficiaries, callers, optouts

Reason = Annotated[str, Meta(min_length=1, max_length=200)]

CORRECTED = (
    "As staff correct it in the console: it stays, whatever a file or another write says, and has "
    "a line in the audit log with the reason."
)


class Number(msgspec.Struct, frozen=True, kw_only=True):
    """`disowned_at`: whoever answers has said that it is not hers; nothing is sent to it since.
    `opted_out` are the categories of which the number wants no SMS."""

    registration_no: str
    msisdn: str | None
    phone_owner: str | None
    locale: str | None
    disowned_at: datetime | None
    opted_out: list[str]
    set_here: list[str]


class NumberFields(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """`msisdn` null: she has no phone."""

    msisdn: str | None
    phone_owner: str | None
    reason: Reason


class Consents(msgspec.Struct, frozen=True, kw_only=True):
    """Whether she wants messages about payments and about health visits."""

    registration_no: str
    consent_payment: bool
    consent_health: bool
    set_here: list[str]


class ConsentFields(msgspec.Struct, forbid_unknown_fields=True, kw_only=True):
    """What is left out stays."""

    reason: Reason
    consent_payment: bool | msgspec.UnsetType = msgspec.UNSET
    consent_health: bool | msgspec.UnsetType = msgspec.UNSET


def _hers(call: Call, connection: Connection) -> Any:
    """Her row, locked. Raises ProblemError where there is none of the key's district."""
    number = number_now(connection, call.path["registration_no"])
    mine = (beneficiaries.c.registration_no == number, *call.within(beneficiaries))
    there = select(beneficiaries).where(*mine, beneficiaries.c.erased_at.is_(None))
    person = connection.execute(there.with_for_update()).one_or_none()
    if person is None:
        raise ProblemError("not_found")
    return person


def _number(connection: Connection, person: Any) -> Number:
    hers = callers.c.msisdn == person.msisdn
    chosen = connection.execute(select(callers.c.locale).where(hers)).scalar_one_or_none()
    out = select(optouts.c.category).where(optouts.c.msisdn == person.msisdn)
    return Number(
        registration_no=person.registration_no,
        msisdn=person.msisdn,
        phone_owner=person.phone_owner,
        locale=chosen or person.locale,
        disowned_at=person.msisdn_disowned_at,
        opted_out=sorted(connection.execute(out).scalars()),
        set_here=_marks(person, "msisdn", "phone_owner", "locale"),
    )


def _consents(_connection: Connection, person: Any) -> Consents:
    return Consents(
        registration_no=person.registration_no,
        consent_payment=person.consent_payment,
        consent_health=person.consent_health,
        set_here=_marks(person, "consent_payment", "consent_health"),
    )


def _marks(person: Any, *names: str) -> list[str]:
    return [name for name in names if name in person.set_here]


Tell = Callable[[Connection, Any], Any]
Change = Callable[[Call, Connection, Any], object]


def _get(tell: Tell) -> Callable[[Call], Answer]:
    def answer(call: Call) -> Answer:
        with call.database.writing() as connection:
            body = tell(connection, _hers(call, connection))
        return Answer(body=body, etag=etag_of(body))

    return answer


def _put(tell: Tell, change: Change) -> Callable[[Call], Answer]:
    def answer(call: Call) -> Answer:
        with call.database.writing() as connection:
            person = _hers(call, connection)
            call.check_unchanged(etag_of(tell(connection, person)))
            with connection.begin_nested() as changing:
                try:
                    change(call, connection, person)
                except PersonError as error:
                    raise ProblemError("unprocessable", errors=_told(call, error)) from None
                body = tell(connection, _hers(call, connection))
                if call.key.kind == "test":
                    changing.rollback()
            number = person.registration_no
            answer = Answer(body=body, etag=etag_of(body), registration_no=number)
            call.remember(connection, answer)
        return answer

    return answer


def _change_number(call: Call, connection: Connection, person: Any) -> None:
    body: NumberFields = call.body
    texts = {"msisdn": body.msisdn or "", "phone_owner": body.phone_owner or ""}
    correct_phone(connection, person, texts, reason=_reason(call), desk=desk_of(call))


def _change_consents(call: Call, connection: Connection, person: Any) -> None:
    body: ConsentFields = call.body
    wanted: dict[Any, bool] = {
        name.removeprefix("consent_"): value
        for name in ("consent_payment", "consent_health")
        if (value := getattr(body, name)) is not msgspec.UNSET
    }
    correct_consents(connection, person, wanted, reason=_reason(call), desk=desk_of(call))


def _reason(call: Call) -> str:
    reason: str = " ".join(call.body.reason.split())
    if not reason:
        raise call.fault("reason", MISSING)
    return reason


def _told(call: Call, error: PersonError) -> list[FieldFault]:
    return [
        FieldFault(field=one.field, reason=call.gettext(one.reason) % one.params)
        for one in error.faults
    ]


OPERATIONS = (
    Operation(
        name="getNumber", method="GET", path="/beneficiaries/{registration_no}/number",
        handle=_get(_number), scope=("beneficiaries", "read"), gives=Number,
        summary="The phone number of a person",
    ),
    Operation(
        name="putNumber", method="PUT", path="/beneficiaries/{registration_no}/number",
        handle=_put(_number, _change_number), scope=("beneficiaries", "write"),
        summary="The phone number of a person, corrected", description=CORRECTED,
        takes=NumberFields, gives=Number,
    ),
    Operation(
        name="getConsents", method="GET", path="/beneficiaries/{registration_no}/consents",
        handle=_get(_consents), scope=("beneficiaries", "read"), gives=Consents,
        summary="What a person wants to be told",
    ),
    Operation(
        name="putConsents", method="PUT", path="/beneficiaries/{registration_no}/consents",
        handle=_put(_consents, _change_consents), scope=("beneficiaries", "write"),
        summary="What a person wants to be told, corrected", description=CORRECTED,
        takes=ConsentFields, gives=Consents,
    ),
)  # fmt: skip
