"""Faults of a whole send request, by magic number and by script, as the SDK meets them."""

import json
from pathlib import Path

import pytest
import requests
from africastalking.Service import AfricasTalkingException

from gateway.simulator import magic

GUIDE = Path(__file__).parents[2] / "docs" / "simulator.md"
MOTHER, AUNT = "+8562055500001", "+8562055500002"


def magic_number(digits: str) -> str:
    return f"{magic.BLOCK}{digits}"


REFUSED = [
    ("unauthorised_401", "9003", "The supplied authentication is invalid"),
    ("http_500", "9004", "Internal Server Error"),
    ("throttle_429", "9006", "Too Many Requests"),
]


@pytest.mark.parametrize(("_fault", "digits", "text"), REFUSED, ids=lambda value: value)
def test_a_magic_number_has_the_whole_request_refused(sdk, simulator, _fault, digits, text):
    with pytest.raises(AfricasTalkingException, match=text):
        sdk.send("Hello", [MOTHER, magic_number(digits)])
    assert simulator.counts()["received"] == 0


@pytest.mark.parametrize(("fault", "_digits", "text"), REFUSED, ids=lambda value: value)
def test_a_script_has_every_request_refused_while_it_stands(sdk, simulator, fault, _digits, text):
    simulator.script(**{fault: 1})
    for _ in range(3):
        with pytest.raises(AfricasTalkingException, match=text):
            sdk.send("Hello", [MOTHER])
    simulator.fetch("DELETE", "faults")
    sdk.send("Hello", [MOTHER])
    assert (simulator.counts()["received"], simulator.counts()["faults"]) == (1, {fault: 3})


@pytest.mark.parametrize("how", ["magic", "script"])
def test_a_dropped_answer_closes_the_connection_without_a_status_line(sdk, simulator, how):
    with pytest.raises(requests.ConnectionError, match="without response"):
        sdk.send("Hello", [MOTHER, strike(simulator, how, "9001", drop_answer=1)])
    assert [message["body"] for message in simulator.inbox(MOTHER)] == ["Hello"]


@pytest.mark.parametrize("how", ["magic", "script"])
def test_a_500_after_acceptance_has_sent_all_the_same(sdk, simulator, how):
    with pytest.raises(AfricasTalkingException):
        sdk.send("Hello", [MOTHER, strike(simulator, how, "9005", http_500_after=1)])
    assert [message["body"] for message in simulator.inbox(MOTHER)] == ["Hello"]


@pytest.mark.parametrize("how", ["magic", "script"])
def test_an_answer_may_hold_no_recipients_and_nothing_was_sent(sdk, simulator, how):
    answer = sdk.send("Hello", [MOTHER, strike(simulator, how, "9002", no_recipients=1)])
    assert answer["SMSMessageData"]["Recipients"] == []
    assert simulator.counts()["received"] == 0


@pytest.mark.parametrize("how", ["magic", "script"])
def test_under_another_content_type_the_sdk_gives_the_json_as_text(sdk, simulator, how):
    answer = sdk.send("Hello", [MOTHER, strike(simulator, how, "9007", odd_content_type=1)])
    assert isinstance(answer, str)
    assert answer.startswith('{"SMSMessageData":')
    assert len(simulator.inbox(MOTHER)) == 1


def strike(simulator, how: str, digits: str, **script: int) -> str:
    """Sets the fault by script, or gives the number that brings it."""
    if how == "magic":
        return magic_number(digits)
    simulator.script(**script)
    return AUNT


@pytest.mark.parametrize("code", ["401", "402", "403", "404", "405", "406", "407", "409"])
def test_a_magic_number_is_refused_alone_with_its_own_code(sdk, simulator, code):
    assert_refused_alone(sdk, simulator, code)


@pytest.mark.parametrize("code", ["500", "501", "502"])
def test_a_recipient_s_own_5xx_is_inside_a_201(sdk, simulator, code):
    assert_refused_alone(sdk, simulator, code)


def assert_refused_alone(sdk, simulator, code: str) -> None:
    bad = magic_number(f"9{code}")
    first, second = sdk.send("Hello", [bad, MOTHER])["SMSMessageData"]["Recipients"]
    assert (first["statusCode"], first["messageId"], first["cost"]) == (int(code), "None", "0")
    assert (second["statusCode"], second["status"]) == (102, "Success")
    assert (simulator.inbox(bad), len(simulator.inbox(MOTHER))) == ([], 1)


def test_a_script_mixes_codes_in_the_shares_it_names(sdk, simulator):
    simulator.script(codes={"500": 0.3, "406": 0.2})
    numbers = [f"+85620555{number:05}" for number in range(400)]
    entries = sdk.send("Hello", numbers)["SMSMessageData"]["Recipients"]
    share = {
        code: sum(entry["statusCode"] == code for entry in entries) for code in (102, 406, 500)
    }
    assert sum(share.values()) == 400
    assert 90 < share[500] < 150
    assert 50 < share[406] < 110
    assert simulator.counts()["received"] == share[102]


def test_the_same_seed_strikes_the_same_requests(sdk, simulator):
    def outcomes(seed: int) -> list[bool]:
        simulator.script(http_500=0.5, seed=seed)
        return [failed(sdk) for _ in range(16)]

    assert outcomes(1) == outcomes(1)
    assert outcomes(1) != outcomes(2)


def failed(sdk) -> bool:
    try:
        sdk.send("Hello", [MOTHER])
    except AfricasTalkingException:
        return True
    return False


def test_a_script_may_touch_only_the_next_requests(sdk, simulator):
    simulator.script(http_500=1, requests=2)
    assert [failed(sdk) for _ in range(4)] == [True, True, False, False]


def test_latency_passes_after_acceptance_so_a_timeout_tells_nothing(simulator):
    simulator.script(latency_ms=700)
    with pytest.raises(requests.ReadTimeout):
        requests.post(
            f"{simulator.url}/version1/messaging",
            {"username": "sandbox", "to": MOTHER, "message": "Hello"},
            headers={"apiKey": "demo-api-key"},
            timeout=(3, 0.2),
        )
    assert len(simulator.inbox(MOTHER)) == 1


@pytest.mark.parametrize(
    "script",
    [
        pytest.param({"drop_answers": 1}, id="a misspelt fault"),
        pytest.param({"drop_answer": 1.1}, id="more than always"),
        pytest.param({"reports": "sometimes"}, id="an unknown way to report"),
        pytest.param({"codes": {"200": 1}}, id="a code that refuses nothing"),
    ],
)
def test_a_script_that_means_nothing_is_refused_and_the_old_one_stays(simulator, script):
    simulator.script(http_500=0.25)
    assert simulator.fetch("POST", "faults", json=script).status_code == 400
    assert simulator.fetch("GET", "faults").json()["http_500"] == 0.25


@pytest.mark.parametrize("digits", [*magic.REQUESTS, *magic.REPORTS, magic.OPT_OUT])
def test_every_magic_number_is_in_the_tables_people_read(digits):
    assert f"{digits} " in (magic.__doc__ or "")
    assert digits in GUIDE.read_text()


def test_the_guide_s_script_is_one_that_the_simulator_takes(simulator):
    example = GUIDE.read_text().partition("\n\n    {")[2].partition("}\n\n")[0]
    simulator.script(**json.loads(f"{{{example}}}"))
