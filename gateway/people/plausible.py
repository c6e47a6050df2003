"""What nobody means who types a woman's details: more is asked than of a file's old row."""

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta

from gateway.core.health_schedule import course_of
from gateway.core.texts import _
from gateway.people.faults import Fault

NOT_LAO = _("Write it in Lao letters: digits, pictures and other letters are no name.")
LONG_PAST = _("Nobody is pregnant so long after the day. Is the child born: “With a child”?")
BORN_SINCE = _(
    "A child born on that day ended this pregnancy: empty the day, or choose “With a child”."
)
HER_OWN = _("This is her own number: the helper's is another one.")

_OVERDUE = timedelta(weeks=6)
_LAO_NAME = re.compile(r"[\u0e81-\u0ecd\u0edc-\u0edf .,'()\u2019-]+")
_COURSE = frozenset({"category", "edd", "child_dob"})
_EVERYTHING = frozenset({"name", "helper_msisdn", *_COURSE})


def implausible(
    record: Mapping[str, object], today: date, typed: Collection[str] = _EVERYTHING
) -> Iterator[Fault]:
    """Of a record as a file's row is read, what cannot be meant of the columns that were `typed`;
    what could not be read of it is None."""
    name, helper = record.get("name"), record.get("helper_msisdn")
    if "name" in typed and name is not None and not _LAO_NAME.fullmatch(str(name)):
        yield Fault(NOT_LAO, "name")
    if "helper_msisdn" in typed and helper is not None and helper == record.get("msisdn"):
        yield Fault(HER_OWN, "helper_msisdn")
    if record.get("category") == "pregnant" and {*typed} & _COURSE:
        yield from _of_a_pregnancy(record.get("edd"), record.get("child_dob"), today)


def _of_a_pregnancy(edd: object, child_dob: object, today: date) -> Iterator[Fault]:
    if not isinstance(edd, date):
        return
    if edd < today - _OVERDUE:
        yield Fault(LONG_PAST, "edd")
    hers = course_of("pregnant", edd, child_dob if isinstance(child_dob, date) else None)
    if hers is not None and not hers.antenatal:
        yield Fault(BORN_SINCE, "child_dob")
