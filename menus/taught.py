"""The codes that a card or a text teaches: one list, which `flask menus check` plays.

A code is the keys that a caller would press, page keys included, so that it leads to the same
screen in every language and on every network. What stops something leads to its question.
"""

from datetime import date, timedelta

from gateway.core.caller import Beneficiary, Caller, Payment, Place, Visit
from gateway.ussd.screens import Code

_ON = date(2026, 12, 1)
_PLACE = Place("ກ" * 24, "m" * 40)  # as wide as a name may be
_VILLAGE = Place("ກ" * 16, "m" * 32)
_PAYMENT = Payment(
    id="p",
    cycle="2026-11",
    due_on=_ON + timedelta(days=9),
    amount=1_500_000,
    status="scheduled",
    pay_point=_PLACE,
)
_MOTHER = Beneficiary(
    id="b",
    registration_no="26000001",
    status="enrolled",
    category="child",
    since_on=_ON,
    village=_VILLAGE,
    health_centre=_PLACE,
    has_pin=False,
    next_payment=_PAYMENT,
    visits=tuple(
        Visit(visit=visit, due_on=_ON + timedelta(days=days), closes_on=date.max, place=_PLACE)
        for visit, days in (("penta1", 0), ("vitamin_a_6m", 60))
    ),
)
_CALLER = Caller(locale="lo", beneficiaries=(_MOTHER,))


def _code(keys: str, to: str) -> Code:
    return Code(keys, to, _CALLER, _ON)


TAUGHT = (
    _code("1", "next_payment"),
    _code("2", "status_enrolled"),
    _code("3", "health_choice"),
    _code("3*2", "health_stop"),
    _code("5*2", "language_set"),  # for a phone without Lao letters, which reads nothing but digits
    _code("6*9*4", "not_my_number"),
)
