"""Whose case it is: by the number it came from, or as staff say."""

import re
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, Connection, Row, Select, select, update
from sqlalchemy.exc import IntegrityError

from gateway.core.caller import MOST_ON_ONE_PHONE
from gateway.core.errors import GatewayError
from gateway.registry.numbers import number_now
from gateway.registry.tables import beneficiaries, cases, villages

_LAO_DIGITS = str.maketrans("໐໑໒໓໔໕໖໗໘໙", "0123456789")
_NUMBER = re.compile(r"(?<![\d+])\d{8}(?!\d)", re.ASCII)
_MOST_READ = 5  # numbers of one text


class AlreadyOpen(GatewayError):
    """She has an open case of this kind from this number: two there cannot be."""


def women_of(connection: Connection, msisdn: str, *mine: ColumnElement[bool]) -> Sequence[Row[Any]]:
    """Those whose number it is, of the rows of `beneficiaries` for which `mine` holds; to whom it
    was disowned come last. At most MOST_ON_ONE_PHONE."""
    hers = _women().where(beneficiaries.c.msisdn == msisdn, *mine)
    disowned = beneficiaries.c.msisdn_disowned_at.is_not(None)
    ordered = hers.order_by(disowned, beneficiaries.c.registration_no)
    return connection.execute(ordered.limit(MOST_ON_ONE_PHONE)).all()


def woman_numbered(
    connection: Connection, registration_no: str, *mine: ColumnElement[bool]
) -> Row[Any] | None:
    """Whoever has this registration number, or had it before a merge, of the same rows."""
    now = number_now(connection, registration_no)
    numbered = _women().where(beneficiaries.c.registration_no == now, *mine)
    return connection.execute(numbered).one_or_none()


def woman_written_of(
    connection: Connection, text: str | None, *mine: ColumnElement[bool]
) -> Row[Any] | None:
    """The first whose whole registration number stands in the text, of the same rows."""
    numbers = _NUMBER.findall((text or "").translate(_LAO_DIGITS))[:_MOST_READ]
    found = (woman_numbered(connection, number, *mine) for number in numbers)
    return next((woman for woman in found if woman is not None), None)


def say_whose(connection: Connection, number: int, beneficiary_id: UUID | None) -> None:
    """The case is hers from now on, or nobody's again. Raises AlreadyOpen, and changes nothing."""
    whose = update(cases).where(cases.c.number == number).values(beneficiary_id=beneficiary_id)
    try:
        with connection.begin_nested():
            connection.execute(whose)
    except IntegrityError:
        raise AlreadyOpen from None


def _women() -> Select[Any]:
    return select(
        beneficiaries,
        villages.c.name.label("village"),
        villages.c.name_latin.label("village_latin"),
    ).join(villages, villages.c.id == beneficiaries.c.village_id)
