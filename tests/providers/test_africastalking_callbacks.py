"""What Africa's Talking's callbacks become, and what is refused by the name of its field."""

from datetime import UTC, datetime

import pytest

from gateway.providers.africastalking.wire import (
    parse_delivery_report,
    parse_incoming,
    parse_opt_out,
    parse_ussd,
    parse_ussd_event,
    render_ussd,
)
from gateway.providers.base import BadCallback, UssdReply

NUMBER = "+8562055512345"
HOP = {
    "sessionId": "ATUid_" + "0" * 32,
    "phoneNumber": NUMBER,
    "networkCode": "45701",
    "serviceCode": "*384*123#",
    "text": "",
}
END = HOP | {
    "date": "2026-11-24 03:00:00",
    "status": "Incomplete",
    "cost": "LAK 120",
    "durationInMillis": "12345",
    "hopsCount": "3",
    "hopsMetadata": "a|b",
    "input": "1*4321",
    "lastAppResponse": "CON the secret",
}
REPORT = {
    "id": "ATXid_1",
    "status": "Success",
    "phoneNumber": NUMBER,
    "networkCode": "45701",
}
SMS = {
    "date": "2017-05-03T06:04:45Z",
    "from": NUMBER,
    "id": "mo-1",
    "text": "ຢຸດ",
    "to": "1330",
    "networkCode": "45701",
}


def test_a_dial_becomes_a_request():
    request = parse_ussd(HOP, hop_metadata="1.a.b")

    assert request.provider == "africastalking"
    assert request.session_id == HOP["sessionId"]
    assert request.msisdn.e164 == NUMBER
    assert (request.service_code, request.network_code) == ("*384*123#", "45701")
    assert (request.text, request.accumulated, request.kind) == ("", True, None)
    assert request.hop_metadata == "1.a.b"


def test_a_network_may_bring_only_the_newest_input():
    assert not parse_ussd(HOP, accumulates=False).accumulated


@pytest.mark.parametrize("written", [NUMBER, " 8562055512345", "8562055512345"])
def test_the_three_forms_of_the_plus_sign_are_one_number(written: str):
    assert parse_ussd(HOP | {"phoneNumber": written}).msisdn.e164 == NUMBER
    assert parse_incoming(SMS | {"from": written}).source == NUMBER
    reported = parse_delivery_report(REPORT | {"phoneNumber": written}).msisdn
    assert reported is not None
    assert reported.e164 == NUMBER


@pytest.mark.parametrize("text", ["", "1", "1*1", "1**2", "*", "9" * 4000, "ສະບາຍດີ", "1*43 21"])
def test_the_input_is_passed_on_as_it_was_typed(text: str):
    assert parse_ussd(HOP | {"text": text}).text == text


def test_nul_and_half_surrogates_never_reach_the_database():
    assert parse_ussd(HOP | {"text": "1\x00*\ud8002"}).text == "1*2"
    assert parse_incoming(SMS | {"text": "a\x00b\x07c"}).text == "abc"


# (label, what is wrong with the form, the field named)
FAULTY_HOPS = [
    ("an undecodable body arrives as an empty form", None, "text"),
    ("no text", {"text": None}, "text"),
    ("a text no caller can have typed", {"text": "1" * 4001}, "text"),
    ("no session", {"sessionId": None}, "sessionId"),
    ("an empty session", {"sessionId": " "}, "sessionId"),
    ("an endless session", {"sessionId": "x" * 65}, "sessionId"),
    ("a session with a NUL", {"sessionId": "a\x00b"}, "sessionId"),
    ("a session with a line break", {"sessionId": "a\nb"}, "sessionId"),
    ("no number", {"phoneNumber": None}, "phoneNumber"),
    ("an empty number", {"phoneNumber": "+"}, "phoneNumber"),
    ("letters for a number", {"phoneNumber": "mother"}, "phoneNumber"),
    ("Lao digits", {"phoneNumber": "+໘໕໖໒໐໕໕໕໑໒໓໔໕"}, "phoneNumber"),
    ("a number that no phone has", {"phoneNumber": "+8561"}, "phoneNumber"),
    ("an endless number", {"phoneNumber": "+" + "8" * 400}, "phoneNumber"),
]


@pytest.mark.parametrize(
    ("change", "field"), [row[1:] for row in FAULTY_HOPS], ids=[row[0] for row in FAULTY_HOPS]
)
def test_a_faulty_hop_is_refused_by_the_name_of_its_field(change, field: str):
    form = {} if change is None else {k: v for k, v in (HOP | change).items() if v is not None}

    with pytest.raises(BadCallback) as caught:
        parse_ussd(form)

    assert caught.value.field == field


def test_an_error_never_holds_what_came():
    with pytest.raises(BadCallback) as caught:
        parse_ussd(HOP | {"phoneNumber": "+8562099"})

    assert "8562099" not in str(caught.value)
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    ("reply", "body", "metadata"),
    [
        (UssdReply("ເມນູ\n1 ລາວ", closes=False, hop_metadata="m"), "CON ເມນູ\n1 ລາວ", "m"),
        (UssdReply("ຂອບໃຈ", closes=True, hop_metadata="m"), "END ຂອບໃຈ", None),
        (UssdReply("x", closes=False), "CON x", None),
    ],
)
def test_a_screen_is_plain_text_with_its_prefix(reply: UssdReply, body: str, metadata):
    rendered, headers = render_ussd(reply)

    assert rendered == body
    assert headers["Content-Type"] == "text/plain; charset=utf-8"
    assert headers.get("at-ussd-hop-metadata") == metadata


def test_the_end_of_a_session_keeps_neither_input_nor_screen():
    end = parse_ussd_event(END)

    assert (end.status, end.hops, end.duration_ms, end.cost) == ("incomplete", 3, 12345, "LAK 120")
    assert end.ended_at == datetime(2026, 11, 24, 3, 0, tzinfo=UTC)
    assert end.hop_metadata == ("a", "b")
    assert "4321" not in repr(end)
    assert "secret" not in repr(end)


@pytest.mark.parametrize(
    ("change", "field", "value"),
    [
        ({"status": "Success"}, "status", "success"),
        ({"status": "Failed"}, "status", "failed"),
        ({"status": "Novel"}, "status", "unknown"),
        ({"hopsCount": "many"}, "hops", 0),
        ({"durationInMillis": "9" * 30}, "duration_ms", 2_000_000_000),
        ({"durationInMillis": "-1"}, "duration_ms", 0),
        ({"date": "yesterday"}, "ended_at", None),
        ({"cost": ""}, "cost", None),
        ({"hopsMetadata": ""}, "hop_metadata", ()),
    ],
)
def test_statistics_that_are_odd_do_not_spoil_the_event(change, field: str, value):
    assert getattr(parse_ussd_event(END | change), field) == value


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        ("Sent", "in_flight"),
        ("Submitted", "in_flight"),
        ("Buffered", "in_flight"),
        ("Success", "delivered"),
        ("Failed", "failed"),
        ("Rejected", "failed"),
        ("AbsentSubscriber", "failed"),
        ("Expired", "expired"),
        ("HandedToNeighbour", None),
    ],
)
def test_a_status_is_kept_and_understood(status: str, outcome):
    receipt = parse_delivery_report(REPORT | {"status": status})

    assert (receipt.provider_ref, receipt.status, receipt.outcome) == ("ATXid_1", status, outcome)


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("UserInBlackList", "UserInBlackList"),
        ("NotNetworkSubcriber", "NotNetworkSubscriber"),
        ("NotNetworkSubscriber", "NotNetworkSubscriber"),
        ("", None),
        ("x" * 100, "x" * 64),
    ],
)
def test_the_reason_of_a_failure_has_one_spelling(given: str, kept):
    receipt = parse_delivery_report(REPORT | {"status": "Failed", "failureReason": given})

    assert receipt.reason == kept


@pytest.mark.parametrize("field", ["id", "status"])
def test_a_report_needs_its_id_and_status(field: str):
    with pytest.raises(BadCallback, match=field):
        parse_delivery_report(REPORT | {field: ""})


def test_a_report_without_a_number_is_a_report():
    assert parse_delivery_report(REPORT | {"phoneNumber": ""}).msisdn is None


def test_an_sms_from_a_handset():
    message = parse_incoming(SMS)

    assert (message.provider_id, message.shortcode, message.text) == ("mo-1", "1330", "ຢຸດ")
    assert parse_incoming(SMS | {"text": ""}).text == ""
    assert len(parse_incoming(SMS | {"text": "x" * 9999}).text) == 1600


@pytest.mark.parametrize(
    ("sender", "source"),
    [("TPLUS", "TPLUS"), ("2332", "2332"), ("+99912", "99912"), ("W" * 40, "W" * 16)],
)
def test_an_sms_from_no_phone_says_who_sent_it(sender: str, source: str):
    message = parse_incoming(SMS | {"from": sender})

    assert (message.msisdn, message.source) == (None, source)


@pytest.mark.parametrize("field", ["id", "from", "text"])
def test_an_sms_without_its_field_is_refused(field: str):
    with pytest.raises(BadCallback, match=field):
        parse_incoming({name: value for name, value in SMS.items() if name != field})


def test_an_opt_out():
    opted = parse_opt_out({"senderId": "MECG", "phoneNumber": NUMBER})

    assert (opted.msisdn.e164, opted.sender) == (NUMBER, "MECG")
    with pytest.raises(BadCallback, match="phoneNumber"):
        parse_opt_out({"senderId": "MECG"})
