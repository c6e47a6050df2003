"""Whom the registry holds: by status, age of the child, and whose the phone is."""

from collections.abc import Iterator
from datetime import date

from sqlalchemy import Case, Connection, case, func, select

from gateway.core.programme_file import add_months
from gateway.figures.book import Figure
from gateway.figures.counting import LEFT_THE_PROGRAMME, Counting, Tally
from gateway.registry.tables import beneficiaries

# A child's age in whole months is below the number; of those above all, "24".
AGES = {"0": 6, "6": 12, "12": 24}
OLDEST = "24"


def count_people(connection: Connection, month: date, counting: Counting) -> Iterator[Figure]:
    """`status:<status>` of everybody; of those in the programme `age:<months>` (also `pregnant`,
    `ended` where the health messages have, `unknown` without a date) and `owner:<phone_owner>`
    (`unknown` where nobody said, `none` without a phone).

    As it stands when it is counted: the registry keeps no past.
    """
    age, owner = _age(counting.today), _owner()
    rows = connection.execute(
        select(
            beneficiaries.c.district_id,
            beneficiaries.c.status,
            age.label("age"),
            owner.label("owner"),
            func.count().label("people"),
        ).group_by(beneficiaries.c.district_id, beneficiaries.c.status, age, owner)
    )
    tally = Tally()
    for row in rows:
        tally[row.district_id, f"status:{row.status}"] += row.people
        if row.status not in LEFT_THE_PROGRAMME:
            tally[row.district_id, f"age:{row.age}"] += row.people
            tally[row.district_id, f"owner:{row.owner}"] += row.people
    return tally.of(month)


def _age(on: date) -> Case[str]:
    born = beneficiaries.c.child_dob
    younger = [(born > add_months(on, -months), key) for key, months in AGES.items()]
    return case(
        (beneficiaries.c.course_ended_at.is_not(None), "ended"),
        (beneficiaries.c.category == "pregnant", "pregnant"),
        (born.is_(None), "unknown"),
        *younger,
        else_=OLDEST,
    )


def _owner() -> Case[str]:
    return case(
        (beneficiaries.c.msisdn.is_(None), "none"),
        else_=func.coalesce(beneficiaries.c.phone_owner, "unknown"),
    )
