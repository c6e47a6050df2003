"""The send endpoint, asked by the official SDK as the gateway asks it."""

import re

import pytest
import requests
from africastalking.Service import AfricasTalkingException

from gateway.simulator import wire
from tests.simulator.sdk import sdk_at
from tests.simulator.stub_gateway import StubGateway

MOTHER, AUNT = "+8562055500001", "+8562095500002"
LAO = "ຮັບເງິນອຸດໜູນ 300.000 ກີບ"


def test_the_sdk_reads_one_entry_for_each_recipient(sdk):
    data = sdk.send("Hello", [MOTHER, AUNT])["SMSMessageData"]

    assert data["Message"] == "Sent to 2/2 Total Cost: USD 0.0158 Message parts: 1"
    assert [entry["number"] for entry in data["Recipients"]] == [MOTHER, AUNT]
    for entry in data["Recipients"]:
        assert re.fullmatch(r"ATXid_[0-9a-f]{32}", entry.pop("messageId"))
        entry.pop("number")
        assert entry == {
            "status": "Success",
            "statusCode": 102,
            "cost": "USD 0.0079",
            "messageParts": 1,
        }


def test_message_ids_are_never_the_same(sdk):
    entries = sdk.send("Hello", [MOTHER] * 20)["SMSMessageData"]["Recipients"]
    assert len({entry["messageId"] for entry in entries}) == 20


@pytest.mark.parametrize(
    ("body", "parts", "cost"),
    [
        pytest.param("a" * 160, 1, "USD 0.0079", id="160 septets are one segment"),
        pytest.param("a" * 161, 2, "USD 0.0158", id="161 septets are two"),
        pytest.param("a" * 158 + "€", 1, "USD 0.0079", id="the euro sign counts two: 160"),
        pytest.param("a" * 159 + "€", 2, "USD 0.0158", id="the euro sign counts two: 161"),
        pytest.param("ກ" * 70, 1, "USD 0.0079", id="70 Lao letters are one segment"),
        pytest.param("ກ" * 71, 2, "USD 0.0158", id="71 Lao letters are two"),
        pytest.param("ກ" * 134, 2, "USD 0.0158", id="134 Lao letters are two"),
        pytest.param("ກ" * 135, 3, "USD 0.0237", id="135 Lao letters are three"),
    ],
)
def test_segments_are_counted_and_billed(sdk, body, parts, cost):
    data = sdk.send(body, [MOTHER])["SMSMessageData"]
    assert data["Message"] == f"Sent to 1/1 Total Cost: {cost} Message parts: {parts}"
    assert data["Recipients"][0]["messageParts"] == parts
    assert data["Recipients"][0]["cost"] == cost


def test_the_content_type_is_exactly_json_since_the_sdk_compares_it(simulator):
    answer = post(simulator.url, to=MOTHER, message="Hello")
    assert answer.status_code == 201
    assert answer.headers["Content-Type"] == "application/json"


@pytest.mark.parametrize(
    ("api_key", "username"),
    [
        pytest.param("stolen", "sandbox", id="another key"),
        pytest.param("", "sandbox", id="no key"),
        pytest.param("ກຸນແຈ".encode().decode("latin-1"), "sandbox", id="a key beyond ASCII"),
        pytest.param("demo-api-key", "somebody", id="another user's key"),
    ],
)
def test_a_wrong_key_is_401_in_plain_text(simulator, api_key, username):
    answer = post(simulator.url, api_key, username=username, to=MOTHER, message="Hello")
    assert (answer.status_code, answer.headers["Content-Type"]) == (401, "text/plain")
    assert answer.text == "The supplied authentication is invalid"
    assert simulator.inbox(MOTHER) == []


def test_the_sdk_raises_the_text_of_a_401(simulator):
    with pytest.raises(AfricasTalkingException, match="The supplied authentication is invalid"):
        sdk_at(simulator.url, api_key="stolen").send("Hello", [MOTHER])


@pytest.mark.parametrize("missing", ["to", "message"])
def test_a_missing_field_is_named(simulator, missing):
    fields = {"to": MOTHER, "message": "Hello"} | {missing: ""}
    answer = post(simulator.url, **fields)
    assert (answer.status_code, missing in answer.text) == (400, True)


@pytest.mark.parametrize(
    ("sender", "message"),
    [
        pytest.param("MoLSW", "Sent to 1/1", id="a name"),
        pytest.param("MoLSW Laos 1", "InvalidSenderId", id="a name of 12 characters"),
        pytest.param("1330", "Sent to 1/1", id="a shortcode"),
        pytest.param("ກະຊວງ", "InvalidSenderId", id="not ASCII"),
        pytest.param("INVALID", "InvalidSenderId", id="the name that nobody may register"),
    ],
)
def test_a_sender_id_nobody_registered_is_a_201_without_recipients(sdk, simulator, sender, message):
    data = sdk.send("Hello", [MOTHER], sender_id=sender)["SMSMessageData"]
    assert data["Message"].startswith(message)
    assert len(data["Recipients"]) == len(simulator.inbox(MOTHER)) == (message != "InvalidSenderId")


@pytest.mark.parametrize("number", ["+856", "+85620 5550", "2055500001", "+0562055500001", "x"])
def test_a_malformed_number_is_refused_alone(simulator, number):
    answer = post(simulator.url, to=f"{MOTHER},{number}", message="Hello").json()
    data = answer["SMSMessageData"]
    assert data["Message"].startswith("Sent to 1/2 Total Cost: USD 0.0079")
    assert data["Recipients"][1] == {
        "number": number,
        "status": "InvalidPhoneNumber",
        "statusCode": 403,
        "cost": "0",
        "messageId": "None",
        "messageParts": 0,
    }


def test_what_is_accepted_arrives_in_full(sdk, simulator):
    entry = sdk.send(LAO, [MOTHER], sender_id="MoLSW")["SMSMessageData"]["Recipients"][0]
    (received,) = simulator.inbox(MOTHER)
    assert received["body"] == LAO
    assert (received["from"], received["id"]) == ("MoLSW", entry["messageId"])
    assert (received["segments"], received["encoding"]) == (1, "UCS-2")
    assert received["units"] + received["left"] == 70


def test_a_delivery_report_follows_with_the_id_of_the_answer(sdk, stub: StubGateway):
    entry = sdk.send("Hello", [AUNT])["SMSMessageData"]["Recipients"][0]
    (report,) = stub.wait_for(wire.DELIVERY_REPORTS)
    assert report == {
        "id": entry["messageId"],
        "status": "Success",
        "phoneNumber": AUNT,
        "networkCode": "45703",
    }
    assert stub.at(wire.DELIVERY_REPORTS)[0].key == "k&y"


def test_each_of_a_bulk_call_s_hundred_handsets_gets_its_own(sdk, simulator, stub):
    numbers = [f"+85620555{number:05}" for number in range(100)]
    data = sdk.send(LAO, numbers)["SMSMessageData"]
    reports = stub.wait_for(wire.DELIVERY_REPORTS, 100)
    sent = {entry["messageId"] for entry in data["Recipients"]}
    assert {report["id"] for report in reports} == sent
    counts = simulator.counts()
    assert counts["handsets"] == dict.fromkeys(numbers, 1)
    assert (counts["requests"], counts["accepted"], counts["received"]) == (1, 100, 100)
    assert (counts["duplicates"], counts["surplus"]) == ([], 0)


@pytest.mark.parametrize(
    ("msisdn", "network"),
    [
        ("+8562095500001", "45703"),
        ("+8563045500001", "45703"),
        ("+8562055500001", "45701"),
        ("+8562022500001", "45702"),
        ("+8562087500001", "45707"),
        ("+254711000001", "99999"),
    ],
)
def test_the_network_code_is_that_of_the_prefix(msisdn, network):
    assert wire.network_code(msisdn) == network


def post(url: str, api_key: str = "demo-api-key", **fields: str) -> requests.Response:
    form = {"username": "sandbox", "bulkSMSMode": "1"} | fields
    headers = {"apiKey": api_key, "Accept": "application/json"}
    return requests.post(f"{url}/version1/messaging", form, headers=headers, timeout=10)
