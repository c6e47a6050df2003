"""What partners want to be told of: made, ended, and whom of it there is news."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID, uuid5

from sqlalchemy import Connection, Row, and_, or_, select, update

from gateway.core.dci.envelope import Subscribe, SubscribeItem, Unsubscribe
from gateway.core.dci.moments import text_of
from gateway.core.dci.words import LONGEST_REASON, Reject
from gateway.dci.partners import KnownPartner
from gateway.dci.records import people
from gateway.dci.searching import CriteriaError, condition
from gateway.registry.bulk import insert_new
from gateway.registry.dci_tables import dci_subscriptions
from gateway.registry.tables import beneficiaries

AT_ONCE = 50  # people of one notification
NOBODY = UUID(int=0)
_S = dci_subscriptions.c
ACTIVE = _S.ended_at.is_(None)

Message = dict[str, Any]


def subscribe(
    connection: Connection,
    asked: Subscribe,
    partner: KnownPartner,
    *,
    correlation_id: UUID,
    reply_to: str,
    now: datetime,
) -> Message:
    """Makes the subscriptions and says of each what became of it; again it makes none twice."""
    answers = []
    for item in asked.subscribe_request:
        code = uuid5(correlation_id, item.reference_id)
        try:
            row = _row_of(item, partner)
        except CriteriaError as error:
            answers.append(_refused(item, error, now))
            continue
        row |= {
            "code": code, "reply_to": reply_to, "since": now, "since_id": NOBODY, "made_at": now
        }  # fmt: skip
        insert_new(connection, dci_subscriptions, [row])
        about = {"code": str(code), "status": "subscribe", "timestamp": text_of(now)}
        answers.append(
            {
                "reference_id": item.reference_id,
                "timestamp": text_of(now),
                "status": "succ",
                "subscriptions": [about],
            }
        )
    return {
        "transaction_id": asked.transaction_id,
        "correlation_id": str(correlation_id),
        "subscribe_response": answers,
    }


def unsubscribe(
    connection: Connection,
    asked: Unsubscribe,
    partner: KnownPartner,
    *,
    correlation_id: UUID,
    now: datetime,
) -> Message:
    """Ends the partner's own subscriptions of these codes; codes of nobody are refused."""
    codes = [code for text in asked.subscription_codes if (code := _uuid(text))]
    own = and_(_S.partner == partner.name, _S.code.in_(codes))
    connection.execute(
        update(dci_subscriptions).where(own, _S.ended_at.is_(None)).values(ended_at=now)
    )
    ended = connection.execute(select(_S.code).where(own)).scalars().all()
    message: Message = {
        "transaction_id": asked.transaction_id,
        "correlation_id": str(correlation_id),
        "timestamp": text_of(now),
        "status": "succ" if ended else "rjct",
        "subscription_status": [{"code": str(code), "status": "unsubscribe"} for code in ended],
    }
    if not ended:
        message["status_reason_code"] = Reject.SUBSCRIPTION_CODE.value
    return message


def active(connection: Connection) -> Sequence[Row[Any]]:
    return connection.execute(
        select(dci_subscriptions).where(_S.ended_at.is_(None)).order_by(_S.code)
    ).all()


def news(connection: Connection, row: Row[Any], partner: KnownPartner) -> Sequence[Row[Any]]:
    """The people of a subscription who have changed since it was told of, the earliest first."""
    table = beneficiaries.c
    after = or_(
        table.updated_at > row.since,
        and_(table.updated_at == row.since, table.id > row.since_id),
    )
    matching = condition(row.filter_type, row.filter, partner.about)
    asked = people().where(matching, after).order_by(table.updated_at, table.id).limit(AT_ONCE)
    return connection.execute(asked).all()


def told(connection: Connection, row: Row[Any], last: Row[Any]) -> None:
    """Notes that the partner knows of everything up to `last`, a row of `people`."""
    connection.execute(
        update(dci_subscriptions)
        .where(_S.code == row.code)
        .values(since=last.updated_at, since_id=last.id)
    )


def _row_of(item: SubscribeItem, partner: KnownPartner) -> dict[str, Any]:
    """What a subscription is about. Raises CriteriaError for a filter that is not understood."""
    criteria = item.subscribe_criteria
    kind = criteria.filter_type or _kind_of(criteria.filter)
    condition(kind, criteria.filter, partner.about)
    return {
        "partner": partner.name,
        "event": criteria.reg_event_type[:32],
        "record_type": criteria.notify_record_type[:64],
        "filter_type": kind,
        "filter": criteria.filter,
    }


def _kind_of(given: object) -> str:
    return "predicate" if isinstance(given, list) else "idtype-value"


def _refused(item: SubscribeItem, error: CriteriaError, now: datetime) -> Message:
    return {
        "reference_id": item.reference_id,
        "timestamp": text_of(now),
        "status": "rjct",
        "status_reason_code": Reject.NOTIFY_DETAILS.value,
        "status_reason_message": str(error)[:LONGEST_REASON],
    }


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
