"""Pairs of people who may be one, as far as the reader may see both."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from flask import abort
from sqlalchemy import Connection, Row, Select, select

from gateway.console.kit.context import current_staff, one_or_404
from gateway.console.kit.listing import Page, read_page
from gateway.console.kit.places import name_columns
from gateway.console.pages.beneficiaries.queries.people import one_person
from gateway.people.comparing import Comparison, compare
from gateway.people.paid_twice import paid_twice
from gateway.registry.tables import beneficiaries, people_pairs, villages
from gateway.staff.confinement import conditions

MOST_SHOWN = 200
_ONE, _OTHER = beneficiaries.alias("one"), beneficiaries.alias("other")
_SIDES: dict[str, Any] = {"one": _ONE, "other": _OTHER}


def pairs_page(connection: Connection, district_id: int | None) -> Page:
    """Those that nobody has decided about, the most alike first."""
    statement = _pairs().where(people_pairs.c.decided_at.is_(None))
    wanted = district_id or current_staff().district_id
    if wanted is not None:
        statement = statement.where(people_pairs.c.district_id == wanted)
    key = (people_pairs.c.score, people_pairs.c.id)
    return read_page(connection, statement, key, descending=True)


def paid_twice_rows(connection: Connection) -> Sequence[Row[Any]]:
    """Of the reader's women those who were paid under two numbers, the newest first; at most
    MOST_SHOWN."""
    found = paid_twice(
        *name_columns(person=beneficiaries, village=villages),
        joined=lambda tables: tables.join(villages, villages.c.id == beneficiaries.c.village_id),
    )
    mine = found.where(*conditions(beneficiaries, current_staff())).limit(MOST_SHOWN)
    return connection.execute(mine).all()


def pair_or_404(connection: Connection, pair_id: UUID) -> Row[Any]:
    return one_or_404(connection, _pairs().where(people_pairs.c.id == pair_id))


def is_over(connection: Connection, pair_id: UUID) -> bool:
    """Whether there is no such pair, or none any more: the two are one."""
    found = select(people_pairs.c.id).where(people_pairs.c.id == pair_id)
    return connection.execute(found).first() is None


def comparison_of(connection: Connection, pair: Row[Any]) -> Comparison:
    """The two with the names of their places."""
    one = one_person(connection, pair.one_id)
    return compare(connection, one, one_person(connection, pair.other_id))


def numbered_or_404(connection: Connection, beneficiary_id: UUID, other_id: UUID | None) -> Any:
    """Both rows, where the reader may see both."""
    if other_id is None:
        abort(404)
    return one_person(connection, beneficiary_id), one_person(connection, other_id)


def _pairs() -> Select[Any]:
    columns: list[Any] = [people_pairs]
    joined: Any = people_pairs
    where = []
    for side, person in _SIDES.items():
        village = villages.alias(f"village_of_{side}")
        joined = joined.join(person, person.c.id == people_pairs.c[f"{side}_id"])
        joined = joined.join(village, village.c.id == person.c.village_id)
        columns += name_columns(**{side: person, f"{side}_village": village})
        columns.append(person.c.registration_no.label(f"{side}_number"))
        where += conditions(person, current_staff())
    return select(*columns).select_from(joined).where(*where)
