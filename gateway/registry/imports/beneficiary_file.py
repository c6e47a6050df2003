"""The beneficiaries' file: its columns, and what makes a row whole."""

from collections.abc import Iterator, Mapping
from datetime import date

from gateway.core.programme_file import add_months
from gateway.core.texts import _
from gateway.registry.imports import cells, vocabulary
from gateway.registry.imports.records import Column
from gateway.registry.imports.report import CellError

NEEDED_FOR = _("Needed for the category %(category)s.")

_DATE_OF = {"pregnant": "edd", "child": "child_dob"}


def columns(today: date) -> Mapping[str, Column]:
    """The columns of docs/operating.md. Dates are plausible as of `today`.

    An `edd` may be three years old, in a row that has long been left as it was, and at most ten
    months ahead; a child is not yet ten years old.
    """
    edd = cells.day_between(add_months(today, -36), add_months(today, 10), today=today)
    child_dob = cells.day_between(add_months(today, -120), today, today=today)
    yes_no = Column(cells.mapped(vocabulary.YES_NO, {"yes": True, "no": False}))
    return {
        "registration_no": Column(cells.registration_no),
        "name": Column(cells.name(120)),
        "msisdn": Column(cells.msisdn, needed=False),
        "locale": Column(cells.one_of(vocabulary.LOCALES), needed=False),
        "status": Column(cells.one_of(vocabulary.STATUSES)),
        "category": Column(cells.one_of(vocabulary.CATEGORIES)),
        "edd": Column(edd, needed=False),
        "child_dob": Column(child_dob, needed=False),
        "province": Column(cells.name(64)),
        "district": Column(cells.name(64)),
        "village": Column(cells.name(16)),
        "health_centre": Column(cells.name(24)),
        "pay_point": Column(cells.name(24)),
        "consent_payment": yes_no,
        "consent_health": yes_no,
        "pin": Column(cells.pin, needed=False),
        "phone_owner": Column(cells.one_of(vocabulary.PHONE_OWNERS), needed=False, optional=True),
        "helper_msisdn": Column(cells.msisdn, needed=False, optional=True),
    }


def date_for_category(record: Mapping[str, object]) -> Iterator[tuple[str, CellError]]:
    category = str(record["category"])
    column = _DATE_OF[category]
    if record[column] is None:
        yield column, CellError(NEEDED_FOR, category=category)
