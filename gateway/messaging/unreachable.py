"""Who has no working number: a list for the health worker, who can go and tell them."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Literal
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Select, and_, func, or_, select, true

from gateway.messaging.tables import messages
from gateway.registry.bulk import one_of
from gateway.registry.tables import beneficiaries, districts, health_centres, villages

FAILED_DAYS = 3
_LOOK_BACK = timedelta(days=180)
_AT_ONCE = 1000  # rows fetched
_OF_THE_TEXT = ("text_misformed", "too_long")
# What a receipt says of a number that its operator will not carry SMS to, in small letters.
_FOR_GOOD = (
    "userinblacklist",
    "donotdisturbrejection",
    "useraccountsuspended",
    "userdoesnotexist",
    "notnetworksubscriber",
)

Why = Literal["no number", "not her number", "messages fail"]


@dataclass(frozen=True)
class Unreachable:
    registration_no: str
    name: str
    district: str
    village: str
    health_centre: str
    msisdn: str | None
    phone_owner: str | None
    helper_msisdn: str | None
    why: Why


def is_village(connection: Connection, name: str) -> bool:
    """Whether any village has this name, in Lao or Latin letters."""
    named = (villages.c.name == name) | (villages.c.name_latin == name)
    return connection.execute(select(villages.c.id).where(named).limit(1)).first() is not None


def unreachable(
    connection: Connection,
    *,
    now: datetime,
    zone: ZoneInfo,
    village: str | None = None,
    whose: Sequence[ColumnElement[bool]] = (),
) -> Iterator[Unreachable]:
    """By place and name, of `village` (in Lao or Latin letters) or of all, those to be reached.

    `whose` are further conditions on `beneficiaries`.

    A number does not work when messages to it failed, or the operator refused them for good, on
    three different days in `zone` with none delivered since, within half a year. Whose grant has
    ended is not listed.
    """
    failing = failing_numbers(connection, now=now, zone=zone)
    for row in connection.execute(_people(village).where(*whose)).yield_per(_AT_ONCE):
        why = why_unreachable(row.msisdn, row.msisdn_disowned_at, failing)
        if why is not None:
            yield Unreachable(
                registration_no=row.registration_no,
                name=row.name,
                district=row.district,
                village=row.village,
                health_centre=row.health_centre,
                msisdn=row.msisdn,
                phone_owner=row.phone_owner,
                helper_msisdn=row.helper_msisdn,
                why=why,
            )


def _people(village: str | None) -> Select[*tuple[object, ...]]:
    people = (
        select(
            beneficiaries,
            districts.c.name.label("district"),
            villages.c.name.label("village"),
            health_centres.c.name.label("health_centre"),
        )
        .join(districts, beneficiaries.c.district_id == districts.c.id)
        .join(villages, beneficiaries.c.village_id == villages.c.id)
        .join(health_centres, beneficiaries.c.health_centre_id == health_centres.c.id)
        .where(beneficiaries.c.status.not_in(("rejected", "exited")))
        .order_by(districts.c.name, villages.c.name, beneficiaries.c.name, beneficiaries.c.id)
    )
    if village is None:
        return people
    return people.where(or_(villages.c.name == village, villages.c.name_latin == village))


def why_unreachable(
    msisdn: str | None, disowned_at: datetime | None, failing: Collection[str]
) -> Why | None:
    """Why nothing arrives at this number; `failing` as from `failing_numbers`."""
    if msisdn is None:
        return "no number"
    if disowned_at is not None:
        return "not her number"
    return "messages fail" if msisdn in failing else None


def operator_refuses(connection: Connection, msisdn: str) -> bool:
    """Whether the last that was sent to the number was refused for good, whatever its text.

    Somebody opted out at the operator, mostly. It is tried again all the same: that is how we learn
    that they have come back.
    """
    about_the_number = func.coalesce(messages.c.reason, "").not_in(_OF_THE_TEXT)
    settled = or_(
        messages.c.state.in_(("accepted", "delivered", "failed", "expired")),
        and_(messages.c.state == "refused", about_the_number),
    )
    row = connection.execute(
        select(messages.c.state, messages.c.reason)
        .where(messages.c.msisdn == msisdn, messages.c.sent_at.is_not(None), settled)
        .order_by(messages.c.sent_at.desc(), messages.c.id.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return False
    failed_for_good = row.state == "failed" and (row.reason or "").casefold() in _FOR_GOOD
    return row.state == "refused" or failed_for_good


def did_not_reach() -> ColumnElement[bool]:
    """Of a message that was sent: its number is not to be reached, or the operator refuses it.

    What was refused for its text says nothing of the number.
    """
    refused = and_(
        messages.c.state == "refused", func.coalesce(messages.c.reason, "").not_in(_OF_THE_TEXT)
    )
    return or_(messages.c.state == "failed", messages.c.state == "expired", refused)


def failing_numbers(
    connection: Connection,
    *,
    now: datetime,
    zone: ZoneInfo,
    among: Collection[str] | None = None,
) -> set[str]:
    """The numbers, of all or `among` some, that messages fail to reach.

    An `expired` message that was sent is one that the handset was not there to take.
    """
    ended = or_(messages.c.state == "delivered", did_not_reach())
    asked = true() if among is None else one_of(connection, messages.c.msisdn, among)
    rows = connection.execute(
        select(messages.c.msisdn, messages.c.state, messages.c.sent_at)
        .where(ended, messages.c.sent_at >= now - _LOOK_BACK, asked)
        .order_by(messages.c.msisdn, messages.c.sent_at)
    ).yield_per(_AT_ONCE)
    failing = set()
    for msisdn, sent in groupby(rows, key=lambda row: str(row.msisdn)):
        days: set[date] = set()
        for row in sent:
            if row.state == "delivered":
                days.clear()
            else:
                days.add(row.sent_at.astimezone(zone).date())
        if len(days) >= FAILED_DAYS:
            failing.add(msisdn)
    return failing
