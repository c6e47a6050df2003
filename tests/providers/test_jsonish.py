"""A provider with JSON bodies: a folder, a line in the list, and this class."""

import json

import pytest

from gateway.providers.known import PROVIDERS, read_settings
from gateway.providers.routing import routing_of, senders_of
from gateway.settings import Settings
from tests.providers.conformance import MOTHER, TEXT, Call, ProviderConformance
from tests.providers.jsonish.provider import JSONISH, JsonishSettings
from tests.providers.jsonish.sms import JsonishSms
from tests.providers.upstream import Answer
from tests.service import Clock, composed

ALL = (*PROVIDERS, JSONISH)  # the line
WORDS = {
    "in_flight": "SENT",
    "delivered": "DELIVERED",
    "failed": "UNDELIVERABLE",
    "expired": "EXPIRED",
    "unheard of": "TELEPORTED",
}
PATH = "/callbacks/jsonish"


class TestJsonish(ProviderConformance):
    secrets = ("secret-token",)
    throttles = Answer(429, "{}", "application/json")
    refuses_everything = Answer(401, "{}", "application/json")

    @pytest.fixture
    def database(self, demo_registry):
        return demo_registry

    @pytest.fixture
    def client(self, database, redis_url):
        settings = Settings(database_url=str(database.engine.url), redis_url=redis_url)
        with composed(settings, Clock(), providers=ALL, console=False) as app:
            yield app.test_client()

    @pytest.fixture
    def without_database(self, tmp_path, redis_url):
        url = f"sqlite:///{tmp_path}/nothing.sqlite"
        settings = Settings(database_url=url, redis_url=redis_url)
        with composed(settings, Clock(), providers=ALL, console=False) as app:
            yield app.test_client()

    def ussd(self):
        said = {"sessionID": "a1", "msisdn": MOTHER[1:], "newSession": True, "userData": ""}
        required = ("sessionID", "msisdn", "userData")
        return Call("POST", f"{PATH}/ussd", said, required, kind="json", echoes=(MOTHER[1:],))

    def incoming(self):
        said = {"id": "7", "from": MOTHER[1:], "to": "1234", "text": TEXT}
        return Call("POST", f"{PATH}/sms", said, ("id", "from", "text"), kind="json")

    def receipt(self, row, word):
        return self.receipts([(row, word)])

    def receipts(self, said):
        results = [{"id": f"ref-{row.msisdn}", "status": WORDS[word]} for row, word in said]
        first, *others = results
        return Call(
            "POST",
            f"{PATH}/receipts",
            first,
            ("id", "status"),
            kind="json",
            shape=lambda one: {"results": [dict(one), *others]},
        )

    def provider(self, url, *, read_seconds=5.0):
        return JsonishSms(url, "secret-token", "MECG", timeouts=(1.0, read_seconds))

    def accepts(self, asked):
        numbers = json.loads(asked.body)["to"]
        sent = [{"to": number, "id": f"ref-{number}", "status": "queued"} for number in numbers]
        return Answer(200, json.dumps({"messages": sent}), "application/json")

    def is_page(self, answer):
        return bool(answer.json["message"])

    def test_what_was_said_is_repeated_with_the_page(self, client):
        page = self.call(client, self.ussd()).json
        assert (page["sessionID"], page["msisdn"]) == ("a1", MOTHER[1:])
        assert page["continueSession"] is True

    def test_a_key_leads_on_and_a_new_dial_starts_over(self, client):
        first = self.call(client, self.ussd()).json["message"]
        answer = self.ussd().but(newSession=False, userData="6")
        assert self.call(client, answer).json["message"] != first
        assert self.call(client, self.ussd()).json["message"] == first


def test_its_settings_are_read_with_the_others_and_its_sender_is_its_own():
    environ = {"SMS_PROVIDER": "jsonish", "JSONISH_SENDER": "OFFICE", "CALLBACK_KEY_JSONISH": "k"}
    settings = read_settings(environ, ALL)
    assert settings.of(JsonishSettings).jsonish_sender == "OFFICE"
    assert settings.callback_keys("jsonish") == ("k",)
    routing = routing_of(settings, ALL)
    (sender,) = senders_of(settings, ALL, routing, (1, 1))
    assert (routing.providers, sender.name) == (("jsonish",), "jsonish")
