"""The messages that answer a partner's requests, made of the registry as it is now."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, Row

from gateway.core.dci.envelope import Enrolled, Search, SearchItem, TxnStatus
from gateway.core.dci.moments import text_of
from gateway.core.dci.words import LONGEST_REASON, VERSION, ErrorCode, MessageError, Reject
from gateway.dci.keeping import known_of
from gateway.dci.partners import KnownPartner, Partners
from gateway.dci.records import RECORD_TYPE, people, record_of
from gateway.dci.searching import CriteriaError, condition, found
from gateway.registry.tables import beneficiaries
from gateway.staff.audit import Actor, record

REGISTRY_TYPE = "ns:org:RegistryType:Social"
MOST_NAMED = 20  # people of one answer that the log names; of more it says how many
TXN_TYPES = frozenset({"search", "subscribe", "receipt"})
_STATES = {"waiting": "pdng", "done": "succ", "failed": "rjct"}

Message = dict[str, Any]


def searched(
    connection: Connection,
    search: Search,
    partner: KnownPartner,
    partners: Partners,
    *,
    correlation_id: UUID,
    now: datetime,
) -> Message:
    """The answer to a search, each request by itself; who was shown is in the log."""
    seen: set[str] = set()
    answers = []
    for item in search.search_request:
        if item.reference_id in seen:
            refusal = CriteriaError(Reject.REFERENCE_TWICE, f"reference_id: {item.reference_id!r}")
            answers.append(_rejected(item, refusal, now))
            continue
        seen.add(item.reference_id)
        answers.append(_answer(connection, item, partner, partners, now))
    return {
        "transaction_id": search.transaction_id,
        "correlation_id": str(correlation_id),
        "search_response": answers,
    }


def status_of(
    connection: Connection,
    asked: TxnStatus,
    partner: KnownPartner,
    *,
    correlation_id: UUID,
) -> Message:
    """What became of the partner's own searches. Raises MessageError for an unknown kind."""
    request = asked.txnstatus_request
    if request.txn_type not in TXN_TYPES:
        raise _wrong("txn_type", request.txn_type)
    if request.attribute_type not in {"transaction_id", "reference_id_list", "correlation_id"}:
        raise _wrong("attribute_type", request.attribute_type)
    value = request.attribute_value
    values = value if isinstance(value, list) else [value]
    rows = known_of(connection, partner.name, request.attribute_type, values)
    states = [
        {
            "reference_id": reference,
            "timestamp": text_of(row.received_at),
            "status": _STATES[row.state],
        }
        for row in rows
        for reference in row.reference_ids
    ]
    about = rows[0].transaction_id if rows else values[0] if values else asked.transaction_id
    return {
        "transaction_id": asked.transaction_id,
        "correlation_id": str(correlation_id),
        "txnstatus_response": {
            "txn_type": request.txn_type,
            "txn_status": {
                "transaction_id": about,
                "correlation_id": str(correlation_id),
                "search_response": states,
            },
        },
    }


def enrolled(
    connection: Connection,
    asked: Enrolled,
    partner: KnownPartner,
    partners: Partners,
    *,
    correlation_id: UUID,
    now: datetime,
) -> Message:
    """Whether a person gets this grant: yes, or no for everybody else.

    Raises MessageError where the partner may not know, or asks otherwise than the specification's
    example does.
    """
    if "programme" not in partner.about.fields:
        raise MessageError(ErrorCode.FORBIDDEN, "this partner is not shown who is enrolled")
    number, programme = _asked_of(asked)
    table = beneficiaries.c
    rows: Sequence[Row[Any]] = []
    if programme in {None, partners.ourselves.programme}:
        kind = next(iter(partner.about.identifiers))
        by_number = condition("idtype-value", {"type": kind, "value": number}, partner.about)
        shown = people().where(by_number, table.status == "enrolled", table.consent_payment)
        rows = connection.execute(shown.limit(2)).all()
    _log(connection, partner, rows, now)
    return {
        "transaction_id": asked.transaction_id,
        "correlation_id": str(correlation_id),
        "enrolled_response": [
            {
                "reference_id": asked.reference_id or asked.transaction_id,
                "timestamp": text_of(now),
                "status": "succ",
                "enrolled_status": "yes" if rows else "no",
            }
        ],
    }


def _asked_of(asked: Enrolled) -> tuple[str, str | None]:
    """(person, programme) of a query as in the specification's example: each with an `eq`."""
    person: str | None = None
    programme: str | None = None
    for name, value in asked.enrolled_criteria.query.items():
        equal = value.get("eq") if isinstance(value, dict) else None
        if not isinstance(equal, str) or not equal:
            raise _wrong(f"enrolled_criteria.query.{name[:40]}", "no eq")
        if name == "person_identifier":
            person = equal
        elif name.startswith("programme_identifier"):
            programme = equal
        else:
            raise _wrong("enrolled_criteria.query", name)
    if person is None:
        raise _wrong("enrolled_criteria.query", "no person_identifier")
    return person, programme


def _answer(
    connection: Connection,
    item: SearchItem,
    partner: KnownPartner,
    partners: Partners,
    now: datetime,
) -> Message:
    try:
        rows, page, total = found(connection, item, partner.about)
    except CriteriaError as error:
        return _rejected(item, error, now)
    _log(connection, partner, rows, now)
    return {
        "reference_id": item.reference_id,
        "timestamp": text_of(now),
        "status": "succ",
        "data": {
            "version": VERSION,
            "reg_type": REGISTRY_TYPE,
            "reg_record_type": RECORD_TYPE,
            "reg_records": [record_of(row, partner.about, partners.ourselves) for row in rows],
        },
        "pagination": {
            "page_size": page.page_size,
            "page_number": page.page_number,
            "total_count": total,
        },
        "locale": item.locale,
    }


def _rejected(item: SearchItem, error: CriteriaError, now: datetime) -> Message:
    return {
        "reference_id": item.reference_id,
        "timestamp": text_of(now),
        "status": "rjct",
        "status_reason_code": error.code.value,
        "status_reason_message": str(error)[:LONGEST_REASON],
        "locale": item.locale,
    }


def _log(
    connection: Connection, partner: KnownPartner, rows: Sequence[Row[Any]], now: datetime
) -> None:
    """Who was shown to whom; who was looked for and is not there leaves nothing."""
    actor = Actor(f"DCI {partner.name}")
    if len(rows) > MOST_NAMED:
        record(connection, actor, "dci.shown", now=now, changes={"count": (None, len(rows))})
        return
    for row in rows:
        record(connection, actor, "dci.shown", now=now, kind="beneficiary", object_id=row.id)


def _wrong(field: str, value: str) -> MessageError:
    return MessageError(ErrorCode.BAD, f"{field}: {value[:40]!r} is not understood")
