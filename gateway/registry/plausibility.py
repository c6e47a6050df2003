"""What cannot be right in the lists that programmes deliver: an amount, a payday, a visit's day.

Bounds are wide: what is unusual passes, what a slip of the hand makes of a right value does not
(a zero too few or too many, a grouping dot read as a decimal point, last year in January).
"""

from collections.abc import Iterator
from datetime import date, timedelta

from gateway.core.health_schedule import GESTATION
from gateway.core.payments import first_of_cycle
from gateway.core.programme import Rules, VisitRule
from gateway.core.texts import _

BEFORE_BIRTH = _("The day lies before the child's birth on %(day)s.")
TOO_EARLY = _("The child was too young for this visit on that day, born on %(day)s.")
NO_CHILD = _("This visit is for a child, and no child's day of birth is known.")
NO_PREGNANCY = _("This visit is for a pregnancy, and none is known.")
NOT_IN_PREGNANCY = _("The day lies outside of her pregnancy, from %(first)s to %(last)s.")
WRONG_COURSE = frozenset({NO_CHILD, NO_PREGNANCY})  # about the visit, whatever its day

_WEEKS = 40  # of a pregnancy
_WEEKS_OF_A_MONTH = 4
_MONTHS_BEFORE, _MONTHS_AFTER = 2, 9  # of a payday and its cycle; a year off is a slip
_OVERDUE = timedelta(weeks=6)
_LONGEST = timedelta(weeks=44)
_A_PART = 3  # of the age at which a visit opens: the day of birth is often uncertain

Fault = tuple[str, dict[str, object]]


def plausible_amounts(rules: Rules) -> tuple[int, int]:
    """The least and the most that one payment may bring, in LAK: from a week of the grant to all
    that one child can ever bring, from the first month of entry on, paid at once."""
    pregnant = -(-(_WEEKS - rules.pregnancy_from_week) // _WEEKS_OF_A_MONTH)
    most = rules.monthly_amount * (rules.paid_until_months + pregnant)
    return rules.monthly_amount // _WEEKS_OF_A_MONTH, most


def near_cycle(cycle: str, due_on: date) -> bool:
    """Whether a payday is one of its cycle, early or late."""
    first = first_of_cycle(cycle)
    months = (due_on.year - first.year) * 12 + due_on.month - first.month
    return -_MONTHS_BEFORE <= months <= _MONTHS_AFTER


def wrong_with_visit(
    rule: VisitRule, done_on: date, *, edd: date | None, child_dob: date | None
) -> Fault | None:
    """Why the visit cannot have been made that day: a msgid and its params; None where it can."""
    if rule.kind == "antenatal":
        return _wrong_in_pregnancy(done_on, edd, child_dob)
    if child_dob is None:
        return NO_CHILD, {}
    if done_on < child_dob:
        return BEFORE_BIRTH, {"day": child_dob.isoformat()}
    earliest = child_dob + (rule.opens.after(child_dob) - child_dob) / _A_PART
    return (TOO_EARLY, {"day": child_dob.isoformat()}) if done_on < earliest else None


def _wrong_in_pregnancy(done_on: date, edd: date | None, child_dob: date | None) -> Fault | None:
    spans = list(_pregnancies(edd, child_dob))
    if not spans:
        return NO_PREGNANCY, {}
    if any(first <= done_on <= last for first, last in spans):
        return None
    first, last = spans[0]
    return NOT_IN_PREGNANCY, {"first": first.isoformat(), "last": last.isoformat()}


def _pregnancies(edd: date | None, child_dob: date | None) -> Iterator[tuple[date, date]]:
    """The one that `edd` ends, and that of the child, who may be an elder one."""
    if edd is not None:
        yield edd - GESTATION, edd + _OVERDUE
    if child_dob is not None:
        yield child_dob - _LONGEST, child_dob
