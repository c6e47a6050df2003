"""Messages are read strictly: what is refused says which field, and what stood there."""

import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from gateway.core.dci.envelope import Search, Subscribe, check_header, converted, envelope_of
from gateway.core.dci.moments import day_of, moment_of, text_of
from gateway.core.dci.words import Action, ErrorCode, MessageError

TS = "2026-11-27T16:00:00+07:00"


def a_search(**changes: Any) -> dict[str, Any]:
    item: dict[str, Any] = {
        "reference_id": "r1", "timestamp": TS, "locale": "lao",
        "search_criteria": {
            "query_type": "idtype-value", "query": {"type": "UIN", "value": "LA000001"},
        },
    }  # fmt: skip
    item.update(changes)
    return {"transaction_id": "t1", "search_request": [item]}


def a_message(**changes: Any) -> dict[str, Any]:
    header: dict[str, Any] = {
        "message_id": "m1", "message_ts": TS, "action": "search", "sender_id": "spmis",
        "total_count": 1,
    }  # fmt: skip
    header.update(changes)
    return {"signature": "", "header": header, "message": a_search()}


def refusal(message: Any) -> str:
    body = message if isinstance(message, bytes) else json.dumps(message).encode()
    with pytest.raises(MessageError) as refused:
        check_header(envelope_of(body).header, Action.SEARCH)
    assert refused.value.code.startswith("err.")
    return str(refused.value)


def test_a_message_is_read_and_kept_as_it_came() -> None:
    message = a_message(meta={"any": 1})
    envelope = envelope_of(json.dumps(message).encode())
    check_header(envelope.header, Action.SEARCH)
    assert envelope.signed == {"header": message["header"], "message": message["message"]}
    search = converted(envelope.message, Search)
    assert search.search_request[0].search_criteria.query_type == "idtype-value"


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"message_id": ""}, "header.message_id"),
        ({"message_id": "x" * 100}, "header.message_id"),
        ({"message_id": 7}, "header.message_id: 7"),
        ({"message_ts": "2026-11-27T16:00:00"}, "header.message_ts"),
        ({"message_ts": "0001-01-01T00:00:00+14:00"}, "header.message_ts"),
        ({"action": "notify"}, "header.action: 'notify'"),
        ({"version": "2.0.0"}, "header.version: '2.0.0'"),
        ({"total_count": -1}, "header.total_count: -1"),
        ({"total_count": 2**63}, "header.total_count"),
        ({"total_count": 101}, "header.total_count: 101"),
        ({"is_msg_encrypted": True}, "header.is_msg_encrypted"),
        ({"status": "well"}, "header.status"),
    ],
)
def test_a_wrong_header_names_field_and_value(changes: dict[str, Any], field: str) -> None:
    assert refusal(a_message(**changes)).startswith(field)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"timestamp": "not-a-timestamp"}, "search_request[0].timestamp: 'not-a-timestamp'"),
        ({"timestamp": "2024-01-15T10:30:00"}, "search_request[0].timestamp"),
        ({"locale": "english"}, 'search_request[0].locale: "english"'),
        ({"reference_id": ""}, "search_request[0].reference_id"),
        ({"pagination": {"page_size": 0, "page_number": 1}},
         "search_request[0].pagination.page_size: 0"),
        ({"pagination": {"page_size": 10, "page_number": 0}},
         "search_request[0].pagination.page_number: 0"),
        ({"pagination": {"page_size": 2**63}}, "search_request[0].pagination.page_size"),
        ({"search_criteria": {}}, "search_request[0].search_criteria"),
    ],
)  # fmt: skip
def test_a_wrong_search_names_field_and_value(changes: dict[str, Any], field: str) -> None:
    with pytest.raises(MessageError) as refused:
        converted(a_search(**changes), Search)
    assert str(refused.value).startswith(field)


@pytest.mark.parametrize(
    "body",
    [b"", b"null", b"[]", b"{", b"\xff", b'{"header": NaN}', b'{"a": "\\u0000"}',
     b'{"a": "\\ud800"}', b'{"\\ud800": 1}', b"[" * 100_000, b'{"a":' * 30 + b"1" + b"}" * 30,
     b'{"header": ' + b"9" * 5000 + b"}", json.dumps({"header": {}, "message": {}}).encode()],
)  # fmt: skip
def test_hostile_bodies_are_errors_in_words(body: bytes) -> None:
    with pytest.raises(MessageError) as refused:
        envelope_of(body)
    assert refused.value.code == ErrorCode.BAD


def test_a_transaction_id_is_99_characters_at_most() -> None:
    converted({**a_search(), "transaction_id": "x" * 99}, Search)
    with pytest.raises(MessageError, match="transaction_id"):
        converted({**a_search(), "transaction_id": "x" * 100}, Search)


def test_a_registry_s_own_timestamps_are_not_looked_at() -> None:
    criteria = {"reg_event_type": "REGISTER", "notify_record_type": "Member",
                "filter": {"timestamp": "yesterday"}}  # fmt: skip
    item = {"reference_id": "r", "timestamp": TS, "subscribe_criteria": criteria}
    converted({"transaction_id": "t", "subscribe_request": [item]}, Subscribe)


def test_moments_need_a_zone_and_are_utc() -> None:
    assert text_of(moment_of(TS)) == "2026-11-27T09:00:00.000Z"
    assert moment_of("2026-11-27T09:00:00.5Z") == datetime(2026, 11, 27, 9, 0, 0, 500_000, UTC)


@pytest.mark.parametrize("text", ["2004-05-02", "02.05.2004", "2004-05-02T08:00:00Z"])
def test_days_are_iso_or_dotted(text: str) -> None:
    assert day_of(text) == date(2004, 5, 2)


@pytest.mark.parametrize(
    "text", ["02/05/2004", "05.13.2004", "2.5.2004", "02.05.04", "02-05-2004", "20040502", ""]
)
def test_an_ambiguous_day_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="neither"):
        day_of(text)
