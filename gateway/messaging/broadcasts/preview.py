"""What a broadcast would do: counted before anybody approves it, nothing is written."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import Connection, func, select

from gateway.core.consent import reason_to_hold_back
from gateway.core.segments import segment
from gateway.messaging.audience import AnyRow, Audience, everyone
from gateway.messaging.ledger import state_is
from gateway.messaging.tables import messages
from gateway.messaging.wordings import fit
from gateway.registry.bulk import one_of
from gateway.registry.standing import standing_of
from gateway.registry.tables import callers, optouts


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """`recipients` handsets of `audience` beneficiaries; `excluded` counts the rest by reason.

    `samples` holds for each locale in use its handsets, its text and the segments of one SMS.
    `cost` is at the price of the last segments sent; None where none has been paid yet. Its
    `currency` is None where the provider names none.
    """

    audience: int
    recipients: int
    excluded: Mapping[str, int]
    segments: int
    cost: Decimal | None
    samples: Mapping[str, tuple[int, str, int]]
    currency: str | None = None


def preview_broadcast(
    connection: Connection, texts: Mapping[str, str], audience: Audience, *, default_locale: str
) -> Preview:
    """Reads the audience page by page; memory holds the numbers of its handsets."""
    total, excluded, locales = 0, Counter[str](), Counter[str]()
    handsets: set[str] = set()
    for page in everyone(connection, audience):
        numbers = {row.msisdn for row in page if row.msisdn}
        left, chosen = _left(connection, numbers), _chosen(connection, numbers)
        total += len(page)
        for row in page:
            reason = _reason(row, left.get(row.msisdn, set()), handsets)
            if reason is not None:
                excluded[reason] += 1
                continue
            handsets.add(row.msisdn)
            locale = chosen.get(row.msisdn) or row.locale or default_locale
            locales[locale if locale in texts else default_locale] += 1
    samples = {locale: _sample(locale, count, texts) for locale, count in locales.items()}
    segments = sum(count * each for count, _text, each in samples.values())
    price, currency = _price(connection)
    return Preview(
        audience=total,
        recipients=len(handsets),
        excluded=dict(excluded),
        segments=segments,
        cost=price * segments if price is not None else None,
        samples=samples,
        currency=currency,
    )


def _sample(locale: str, count: int, texts: Mapping[str, str]) -> tuple[int, str, int]:
    text = fit(texts[locale], locale)
    return count, text, segment(text).count


def _reason(row: AnyRow, left: set[str], handsets: set[str]) -> str | None:
    if not row.msisdn:
        return "no_number"
    reason = reason_to_hold_back("broadcast", standing_of(row, left))
    return reason or ("same_handset" if row.msisdn in handsets else None)


def _left(connection: Connection, numbers: set[str]) -> dict[str, set[str]]:
    left: dict[str, set[str]] = {}
    for row in connection.execute(
        select(optouts).where(one_of(connection, optouts.c.msisdn, numbers))
    ):
        left.setdefault(row.msisdn, set()).add(row.category)
    return left


def _chosen(connection: Connection, numbers: set[str]) -> dict[str, str]:
    rows = connection.execute(
        select(callers.c.msisdn, callers.c.locale).where(
            one_of(connection, callers.c.msisdn, numbers)
        )
    )
    return {row.msisdn: row.locale for row in rows}


def _price(connection: Connection) -> tuple[Decimal | None, str | None]:
    """The mean price of a segment of the last thousand messages that cost something, in the
    currency of most of them; (None, None) where nothing has cost anything.
    """
    last = (
        select(messages.c.cost, messages.c.segments, messages.c.currency)
        .where(state_is("accepted", "delivered"), messages.c.cost > 0)
        .order_by(messages.c.id.desc())
        .limit(1000)
        .subquery()
    )
    found = connection.execute(
        select(last.c.currency, func.sum(last.c.cost), func.sum(last.c.segments))
        .group_by(last.c.currency)
        .order_by(func.count().desc())
    ).first()
    if found is None or not found[2]:
        return None, None
    currency, cost, segments = found
    return Decimal(cost) / int(segments), currency
