"""Whom a broadcast is for: filters over the registry, as plain JSON.

`{"district": [1], "status": ["enrolled"]}`: within a filter any of its values, between filters
all of them; no filter means everybody. Whose course has ended is in no category; who has died, or
moved away with her family, is in no audience. `{"missed": [id]}` are those who got nothing of an
earlier broadcast: known when it began, with no SMS of it to them, on their handset or on its way.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Column, ColumnElement, Connection, Row, Table, and_, func, or_, select

from gateway.messaging.tables import broadcasts, messages
from gateway.registry.bulk import one_of
from gateway.registry.tables import (
    beneficiaries,
    districts,
    health_centres,
    pay_points,
    payments,
    villages,
)

Audience = Mapping[str, Sequence[Any]]
AnyRow = Row[*tuple[Any, ...]]

_COLUMNS: dict[str, Column[Any]] = {
    "district": beneficiaries.c.district_id,
    "village": beneficiaries.c.village_id,
    "pay_point": beneficiaries.c.pay_point_id,
    "health_centre": beneficiaries.c.health_centre_id,
    "category": beneficiaries.c.category,
    "status": beneficiaries.c.status,
}
_PLACES: dict[str, Table] = {
    "district": districts,
    "village": villages,
    "pay_point": pay_points,
    "health_centre": health_centres,
}
_WORDS: dict[str, frozenset[str]] = {
    "category": frozenset({"pregnant", "child"}),
    "status": frozenset({"applied", "verified", "enrolled", "suspended", "rejected", "exited"}),
}
_GONE = func.coalesce(beneficiaries.c.course_ended_reason, "").in_(("mother_died", "moved"))
FILTERS = (*_COLUMNS, "cycle")
# How a message ends that nobody read; one suppressed as a duplicate was read all the same.
_LOST = ("failed", "expired", "refused", "suppressed", "cancelled")
AT_ONCE = 1000


class UnknownAudienceError(ValueError):
    """A filter, a place or a word that nobody knows; the sentence names it."""


def matching(audience: Audience) -> ColumnElement[bool]:
    """The condition on `beneficiaries`; raises UnknownAudienceError."""
    conditions = [_condition(name, values) for name, values in audience.items()]
    return and_(~_GONE, *conditions)


def members(
    connection: Connection, audience: Audience, *, after: UUID | None = None
) -> Sequence[AnyRow]:
    """The next thousand beneficiaries by id, each with the `paused_at` of her district."""
    page = (
        select(beneficiaries, districts.c.paused_at)
        .join(districts, districts.c.id == beneficiaries.c.district_id)
        .where(matching(audience))
        .order_by(beneficiaries.c.id)
        .limit(AT_ONCE)
    )
    if after is not None:
        page = page.where(beneficiaries.c.id > after)
    return connection.execute(page).all()


def numbers_in(
    connection: Connection, audience: Audience, numbers: Collection[str]
) -> frozenset[str]:
    """Those of `numbers` behind which somebody of the audience is right now."""
    behind = (
        one_of(connection, beneficiaries.c.msisdn, numbers),
        beneficiaries.c.msisdn_disowned_at.is_(None),
        matching(audience),
    )
    found = select(beneficiaries.c.msisdn).where(*behind).distinct()
    return frozenset(connection.execute(found).scalars())


def everyone(connection: Connection, audience: Audience) -> Iterator[Sequence[AnyRow]]:
    """All pages of the audience, one after the other; memory holds one."""
    after = None
    while page := members(connection, audience, after=after):
        yield page
        after = page[-1].id


def audience_of(connection: Connection, wanted: Mapping[str, Iterable[str]]) -> Audience:
    """`wanted` with its places as ids: a place is named in Lao or in Latin letters.

    Raises UnknownAudienceError. A name that several places share means all of them.
    """
    audience: dict[str, Sequence[Any]] = {}
    for name, values in wanted.items():
        given = list(values)
        if name in _PLACES and given:
            audience[name] = _place_ids(connection, name, given)
        elif given:
            _check_words(name, given)
            audience[name] = given
    return audience


def _missed(broadcast_id: str) -> ColumnElement[bool]:
    """Whether she got nothing of the broadcast, though she was there when it began."""
    try:
        one = UUID(broadcast_id)
    except (ValueError, AttributeError, TypeError):
        raise UnknownAudienceError(f"{broadcast_id!r} is no broadcast") from None
    began = select(broadcasts.c.start_at).where(broadcasts.c.id == one).scalar_subquery()
    of_it = select(messages.c.id).where(messages.c.broadcast_id == one)
    got = of_it.where(or_(messages.c.state.not_in(_LOST), messages.c.reason == "duplicate"))
    # An SMS stays hers when her number changes: only who had none looks at today's handset.
    hers = messages.c.beneficiary_id == beneficiaries.c.id
    on_handset = got.where(messages.c.msisdn == beneficiaries.c.msisdn).exists()
    had = got.where(hers).exists() | (~of_it.where(hers).exists() & on_handset)
    return (beneficiaries.c.created_at <= began) & ~had


def _condition(name: str, values: Sequence[Any]) -> ColumnElement[bool]:
    if name == "missed":
        return and_(*map(_missed, values))
    if name == "cycle":
        planned = payments.c.cycle.in_(values) & (payments.c.status != "cancelled")
        theirs = payments.c.beneficiary_id == beneficiaries.c.id
        return select(payments.c.id).where(theirs, planned).exists()
    if name not in _COLUMNS:
        raise UnknownAudienceError(f"there is no filter {name!r}; there are {', '.join(FILTERS)}")
    chosen = _COLUMNS[name].in_(values)
    # After a loss, a death or a move she is neither pregnant nor the mother of a small child here.
    return chosen & beneficiaries.c.course_ended_at.is_(None) if name == "category" else chosen


def _place_ids(connection: Connection, kind: str, names: Sequence[str]) -> list[int]:
    table = _PLACES[kind]
    ids: list[int] = []
    for name in names:
        called = or_(table.c.name == name, table.c.name_latin == name)
        found = list(connection.execute(select(table.c.id).where(called)).scalars())
        if not found:
            raise UnknownAudienceError(f"no {kind} is called {name!r}")
        ids += found
    return ids


def _check_words(name: str, values: Sequence[str]) -> None:
    if name not in FILTERS:
        raise UnknownAudienceError(f"there is no filter {name!r}; there are {', '.join(FILTERS)}")
    for value in values:
        if name in _WORDS and value not in _WORDS[name]:
            known = ", ".join(sorted(_WORDS[name]))
            raise UnknownAudienceError(f"{value!r} is no {name}; there are {known}")
