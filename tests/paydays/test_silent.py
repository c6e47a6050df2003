"""Who gets no SMS about money, as SQL counts them: those whom sending would hold back, no other."""

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, get_args

from sqlalchemy import insert, select, update
from uuid_utils.compat import uuid7

from gateway.core.caller import Status
from gateway.core.consent import reason_to_hold_back
from gateway.paydays.untold import SILENT
from gateway.registry.database import Database
from gateway.registry.standing import standing_of
from gateway.registry.tables import beneficiaries, districts, optouts
from tests.paydays.conftest import Office
from tests.registry.files import NOW

LEFT = (None, "payment", "health", "broadcast", "all")
AXES: Mapping[str, tuple[Any, ...]] = {
    "status": get_args(Status),
    "has_phone": (True, False),
    "consent_payment": (True, False),
    "disowned": (True, False),
    "course": (None, "mother_died", "pregnancy_lost", "child_died", "moved"),
    "district": (1, 2),  # the second is paused
    "left": LEFT,
}


def everybody(database: Database) -> Iterator[dict[str, Any]]:
    """A row of `beneficiaries` for each combination, and the opt-outs of their numbers."""
    with database.reading() as connection:
        like = dict(connection.execute(select(beneficiaries).limit(1)).one()._mapping)
    for count, values in enumerate(product(*AXES.values())):
        one = dict(zip(AXES, values, strict=True))
        yield like | {
            "id": uuid7(),
            "registration_no": f"3{count:07}",
            "status": one["status"],
            "msisdn": _number(count, one["left"]) if one["has_phone"] else None,
            "consent_payment": one["consent_payment"],
            "msisdn_disowned_at": NOW if one["disowned"] else None,
            "course_ended_at": NOW if one["course"] else None,
            "course_ended_reason": one["course"],
            "district_id": one["district"],
        }


def _number(count: int, left: str | None) -> str:
    return f"+85620{LEFT.index(left)}{count:07}"


def test_what_sql_counts_is_what_sending_holds_back(office: Office):
    database = office.database
    people = list(everybody(database))
    numbers = [one["msisdn"] for one in people if one["msisdn"]]
    left = {number: LEFT[int(number[6])] for number in numbers}
    gone = [
        {"msisdn": number, "category": category, "source": "test", "at": NOW}
        for number, category in left.items()
        if category
    ]
    with database.writing() as connection:
        connection.execute(update(districts).where(districts.c.id == 2).values(paused_at=NOW))
        connection.execute(insert(beneficiaries), people)
        connection.execute(insert(optouts), gone)
    found = (
        select(beneficiaries, districts.c.paused_at, SILENT.label("silent"))
        .join(districts, districts.c.id == beneficiaries.c.district_id)
        .where(beneficiaries.c.registration_no.like("3%"))
    )
    with database.reading() as connection:
        rows = connection.execute(found).all()

    assert len(rows) == len(people)
    seen = set()
    for row in rows:
        category = left.get(row.msisdn)
        standing = standing_of(row, {category} if category else ())
        held_back = row.msisdn is None or reason_to_hold_back("payment", standing) is not None
        assert bool(row.silent) == held_back, dict(row._mapping)
        seen.add(held_back)
    assert seen == {True, False}
