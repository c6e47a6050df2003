"""Whether a phone is locked out of a PIN, as a part of a larger statement."""

from sqlalchemy import ColumnElement, ScalarSelect, bindparam, literal_column, select

from gateway.registry.pins import FAILURES, LIFTED
from gateway.registry.tables import pin_attempts


def last_word_on_lock(registration_no: ColumnElement[str]) -> ScalarSelect[str]:
    """What locked its PIN for a phone, or LIFTED: whatever came last; NULL where nothing has.

    Of two parameters, `msisdn` and `locked_since`, a day ago: nothing where that is None.
    """
    failed = pin_attempts.c.outcome.in_([literal_column(f"'{one}'") for one in sorted(FAILURES)])
    of_phone = pin_attempts.c.msisdn == bindparam("msisdn", type_=pin_attempts.c.msisdn.type)
    locks = of_phone & failed & (pin_attempts.c.tries_left == literal_column("0"))
    return (
        select(pin_attempts.c.outcome)
        .where(
            pin_attempts.c.registration_no == registration_no,
            pin_attempts.c.at > bindparam("locked_since", type_=pin_attempts.c.at.type),
            (pin_attempts.c.outcome == literal_column(f"'{LIFTED}'")) | locks,
        )
        .order_by(pin_attempts.c.at.desc(), pin_attempts.c.id.desc())
        .limit(literal_column("1"))
        .scalar_subquery()
    )
