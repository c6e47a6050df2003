"""Delivery reports and opt-outs: how often, in what order, and when they come."""

import pytest
import requests
from werkzeug import Response

from gateway.simulator import magic, wire
from gateway.simulator.fates import REPORTS
from tests.simulator.stub_gateway import StubGateway

MOTHER, AUNT = "+8562055500001", "+8562055500002"


def statuses(stub: StubGateway, msisdn: str) -> list[str]:
    return [
        callback.form["status"]
        for callback in stub.at(wire.DELIVERY_REPORTS)
        if callback.form["phoneNumber"] == msisdn
    ]


EXPECTED = {
    "before_answer": ["Success"],
    "twice": ["Success", "Success"],
    "out_of_order": ["Success", "Buffered"],
    "never": [],
    "absent_then_success": ["AbsentSubscriber", "Success"],
    "unknown_status": ["HandedToNeighbour"],
    "failed": ["Failed"],
    "rejected": ["Rejected"],
    "expired": ["Expired"],
}


@pytest.mark.parametrize("mode", EXPECTED)
def test_a_script_chooses_how_reports_come(sdk, simulator, stub, mode):
    simulator.script(reports=mode)
    sdk.send("Hello", [MOTHER])
    assert reported(simulator, stub, MOTHER) == EXPECTED[mode]


@pytest.mark.parametrize(("digits", "mode"), magic.REPORTS.items())
def test_a_magic_number_chooses_how_reports_come(sdk, simulator, stub, digits, mode):
    msisdn = f"{magic.BLOCK}{digits}"
    sdk.send("Hello", [msisdn])
    assert reported(simulator, stub, msisdn) == EXPECTED[mode]


def reported(simulator, stub, msisdn: str) -> list[str]:
    """The statuses of `msisdn` once all its reports have come."""
    simulator.settled()
    return statuses(stub, msisdn)


def test_every_mode_is_in_the_table_above():
    assert set(EXPECTED) == set(magic.REPORTS.values()) == set(REPORTS) - {"on_time"}


@pytest.mark.parametrize("mode", EXPECTED)
def test_a_handset_has_what_was_not_reported_as_lost(sdk, simulator, mode):
    simulator.script(reports=mode)
    sdk.send("Hello", [MOTHER])
    assert bool(simulator.inbox(MOTHER)) == (mode not in {"failed", "rejected", "expired"})


@pytest.mark.parametrize(
    ("digits", "reason"), [("9107", "DeliveryFailure"), ("9108", "DoNotDisturbRejection")]
)
def test_a_failure_says_why(sdk, stub, digits, reason):
    sdk.send("Hello", [f"{magic.BLOCK}{digits}"])
    assert stub.wait_for(wire.DELIVERY_REPORTS)[0]["failureReason"] == reason


def test_reports_before_the_answer_are_there_when_the_answer_is(sdk, simulator, stub):
    simulator.script(reports="before_answer")
    entries = sdk.send("Hello", [MOTHER, AUNT])["SMSMessageData"]["Recipients"]
    reported = [callback.form["id"] for callback in stub.at(wire.DELIVERY_REPORTS)]
    assert reported == [entry["messageId"] for entry in entries]


def test_a_report_comes_even_when_the_answer_was_dropped(sdk, simulator, stub):
    simulator.script(drop_answer=1, reports="twice")
    with pytest.raises(requests.ConnectionError, match="without response"):
        sdk.send("Hello", [MOTHER])
    first, second = stub.wait_for(wire.DELIVERY_REPORTS, 2)
    assert first == second
    assert first["id"] == simulator.inbox(MOTHER)[0]["id"]


def test_shares_of_modes_are_mixed(sdk, simulator, stub):
    simulator.script(reports={"never": 0.5, "twice": 0.5})
    sdk.send("Hello", [f"+85620555{number:05}" for number in range(100)])
    struck = simulator.counts()["faults"]
    assert struck["never"] + struck["twice"] == 100
    assert 30 < struck["twice"] < 70
    stub.wait_for(wire.DELIVERY_REPORTS, 2 * struck["twice"])


def test_a_gateway_that_could_not_store_a_report_gets_it_again(sdk, simulator, stub):
    stub.answers[wire.DELIVERY_REPORTS].extend([Response("", 503), Response("", 503)])
    sdk.send("Hello", [MOTHER])
    reports = stub.wait_for(wire.DELIVERY_REPORTS, 3)
    assert reports[0] == reports[1] == reports[2]
    callbacks = simulator.settled()
    assert (callbacks["repeated"], callbacks["arrived"]) == (2, 1)


@pytest.mark.parametrize("status", [400, 403, 404, 500])
def test_any_other_answer_ends_the_matter(sdk, simulator, stub, status):
    stub.answers[wire.DELIVERY_REPORTS].append(Response("", status))
    sdk.send("Hello", [MOTHER])
    callbacks = simulator.settled()
    assert (callbacks["refused"], callbacks["arrived"], callbacks["repeated"]) == (1, 0, 0)
    assert len(stub.at(wire.DELIVERY_REPORTS)) == 1


def test_a_second_report_waits_until_the_first_was_taken(sdk, simulator, stub):
    stub.answers[wire.DELIVERY_REPORTS].append(Response("", 503))
    simulator.script(reports="absent_then_success")
    sdk.send("Hello", [MOTHER])
    stub.wait_for(wire.DELIVERY_REPORTS, 3)
    assert statuses(stub, MOTHER) == ["AbsentSubscriber", "AbsentSubscriber", "Success"]


@pytest.mark.parametrize("how", ["magic", "script"])
def test_a_handset_opts_out_in_mid_broadcast_and_is_refused_from_then_on(sdk, simulator, stub, how):
    leaver = f"{magic.BLOCK}{magic.OPT_OUT}" if how == "magic" else AUNT
    if how == "script":
        simulator.script(opt_out=1, requests=1)
    sdk.send("Part one", [leaver], sender_id="MoLSW")
    assert stub.wait_for(wire.OPT_OUTS) == [{"senderId": "MoLSW", "phoneNumber": leaver}]

    gone, there = sdk.send("Part two", [leaver, MOTHER])["SMSMessageData"]["Recipients"]
    assert (gone["statusCode"], gone["status"]) == (406, "UserInBlacklist")
    assert there["statusCode"] == 102
    assert [message["body"] for message in simulator.inbox(leaver)] == ["Part one"]


def test_duplicates_are_the_same_body_on_the_same_handset(sdk, simulator):
    sdk.send("Hello", [MOTHER, AUNT])
    sdk.send("Hello", [MOTHER])
    sdk.send("Another", [MOTHER])
    counts = simulator.counts()
    assert counts["duplicates"] == [{"msisdn": MOTHER, "body": "Hello", "count": 2}]
    assert (counts["received"], counts["surplus"]) == (4, 1)


def test_a_reset_forgets_messages_and_opt_outs_but_not_the_script(sdk, simulator):
    simulator.script(report_delay_ms=1)
    sdk.send("Hello", [MOTHER])
    simulator.handset("POST", MOTHER, "opt-out")
    counts = simulator.fetch("DELETE", "counts").json()
    assert (counts["received"], counts["requests"], counts["handsets"]) == (0, 0, {})
    assert simulator.fetch("GET", "faults").json()["report_delay_ms"] == 1
    assert sdk.send("Hello", [MOTHER])["SMSMessageData"]["Recipients"][0]["statusCode"] == 102
