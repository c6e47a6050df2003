"""/phone/: the page, and the calls that are handed on to the simulator."""

import json
import re
from html import unescape
from typing import get_args

import pytest
from flask import Flask
from flask.testing import FlaskClient

from gateway.simulator import wire
from gateway.simulator.network import Fault
from gateway.simulator.phone import create_blueprint
from gateway.simulator.phone_texts import DEMO_CALLERS, SCRIPT_TEXTS
from tests.serving import serving
from tests.simulator.conftest import Simulator

MOTHER = "+8562055500001"


def phone_client(simulator_url: str, **options: object) -> FlaskClient:
    app = Flask("gateway", static_folder=None)
    app.register_blueprint(create_blueprint(simulator_url, **options))  # type: ignore[arg-type]
    return app.test_client()


@pytest.fixture
def client(simulator: Simulator) -> FlaskClient:
    return phone_client(simulator.url)


def test_the_page_offers_the_demo_s_callers_and_any_other_number(client):
    page = client.get("/phone/").text
    for msisdn, who, detail in DEMO_CALLERS:
        assert msisdn in page
        assert who in page
        assert detail in page
    assert "+856 20 5550 0001" in page
    assert 'id="other-number"' in page


def test_the_service_code_stands_ready(simulator):
    page = phone_client(simulator.url, service_code="*456#").get("/phone/").text
    assert 'data-service-code="*456#"' in page


@pytest.mark.parametrize(
    ("query", "lang"),
    [("", "en"), ("?lang=en", "en"), ("?lang=lo", "lo"), ("?lang=xx", "en"), ("?lang=", "en")],
)
def test_the_language_is_chosen_in_the_address(client, query, lang):
    page = client.get(f"/phone/{query}").text
    assert f'<html lang="{lang}">' in page
    assert page.count('aria-current="true"') == 1


def test_page_and_scripts_speak_the_language_chosen(simulator):
    shouting = {"lo": str.upper, "en": str}
    page = phone_client(simulator.url, gettext=shouting).get("/phone/?lang=lo").text
    assert "PHONE SIMULATOR" in page
    assert "PREGNANT WOMAN" in page
    assert script_texts(page)["call"] == "CALL"


def script_texts(page: str) -> dict[str, str]:
    match = re.search(r'data-texts="([^"]*)"', page)
    assert match
    texts: dict[str, str] = json.loads(unescape(match[1]))
    return texts


def test_every_fault_of_a_network_has_its_sentence():
    assert {fault for fault in get_args(Fault) if fault} <= set(SCRIPT_TEXTS)


def test_nothing_is_inline_and_nothing_comes_from_elsewhere(client):
    page = client.get("/phone/").text
    assert not re.search(r"<style|<script[^>]*>[^<]|\sstyle=|\son\w+=|javascript:|https?://", page)


def test_every_asset_of_the_page_is_served(client):
    page = client.get("/phone/").text
    assets = re.findall(r'(?:href|src)="(/phone/static/[^"]+)"', page)
    assert len(assets) == 4
    for asset in assets:
        with client.get(asset) as answer:
            assert answer.status_code == 200


def test_ids_are_unique_and_labels_point_at_something(client):
    page = client.get("/phone/").text
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for pointer in re.findall(r'\s(?:for|aria-labelledby|aria-describedby)="([^"]+)"', page):
        assert pointer in ids


def test_calls_are_handed_on(client, stub):
    first = client.post("/phone/dial", json={"msisdn": MOTHER, "code": "*123#"}).json
    assert (first["msisdn"], first["text"], first["budget"]) == (MOTHER, "you sent nothing", 182)
    assert client.post("/phone/press", json={"msisdn": MOTHER, "keys": "1"}).json["sent"] == "1"
    assert client.post("/phone/retry", json={"msisdn": MOTHER}).json["sent"] == "1"
    client.post("/phone/hang-up", json={"msisdn": MOTHER})
    client.post("/phone/sms", json={"msisdn": MOTHER, "text": "ສະບາຍດີ"})
    client.post("/phone/opt-out", json={"msisdn": MOTHER})
    assert stub.wait_for(wire.USSD_EVENTS)[0]["status"] == "Incomplete"
    assert stub.wait_for(wire.INCOMING_MESSAGES)[0]["text"] == "ສະບາຍດີ"
    assert stub.wait_for(wire.OPT_OUTS)[0]["phoneNumber"] == MOTHER


def test_the_inbox_is_handed_on(client, sdk):
    sdk.send("Hello", [MOTHER])
    inbox = client.get("/phone/inbox", query_string={"msisdn": MOTHER}).json
    assert [message["body"] for message in inbox["messages"]] == ["Hello"]
    assert inbox["opted_out"] is False


def test_an_opt_out_can_be_lifted(client):
    client.post("/phone/opt-out", json={"msisdn": MOTHER})
    client.delete("/phone/opt-out", json={"msisdn": MOTHER})
    inbox = client.get("/phone/inbox", query_string={"msisdn": MOTHER}).json
    assert inbox["opted_out"] is False


@pytest.mark.parametrize("written", ["02055512345", "55512345", "+856 20 5551 2345"])
def test_another_number_is_read_as_people_write_it(client, stub, written):
    answer = client.post("/phone/dial", json={"msisdn": written, "code": "*123#"}).json
    assert answer["msisdn"] == "+8562055512345"
    assert stub.wait_for(wire.USSD)[0]["phoneNumber"] == "+8562055512345"


@pytest.mark.parametrize("written", ["", "hello", "../counts", "+85620555000011/inbox"])
def test_what_is_no_number_is_refused_in_the_page_s_language(simulator, stub, written):
    client = phone_client(simulator.url, gettext={"lo": str.upper})
    answer = client.post("/phone/dial?lang=lo", json={"msisdn": written, "code": "*123#"})
    assert answer.status_code == 400
    assert answer.json is not None
    assert answer.json["error"].isupper()
    assert stub.at(wire.USSD) == []


def test_only_json_is_taken_so_that_no_other_site_can_dial(client, stub):
    form = {"msisdn": MOTHER, "code": "*123#"}
    assert client.post("/phone/dial", data=form).status_code == 415
    assert client.post("/phone/dial", data=json.dumps(form)).status_code == 415
    assert stub.at(wire.USSD) == []


def test_a_simulator_that_is_away_is_said_to_be():
    with serving(Flask("gone")) as url:
        pass
    answer = phone_client(url).post("/phone/dial", json={"msisdn": MOTHER, "code": "*123#"})
    assert (answer.status_code, answer.json) == (502, {"error": "simulator_away"})
    assert "simulator_away" in SCRIPT_TEXTS


def test_what_is_no_simulator_is_taken_for_away(serve):
    answer = phone_client(serve(Flask("else"))).post("/phone/retry", json={"msisdn": MOTHER})
    assert answer.status_code == 502
