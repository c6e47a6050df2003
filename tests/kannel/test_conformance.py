"""Kannel held to what every provider is held to."""

import pytest

from gateway.providers.kannel.sms import KannelSms
from tests.kannel.conftest import CALLBACK_KEY
from tests.kannel.gateway import smsbox
from tests.providers.conformance import MOTHER, TEXT, Call, ProviderConformance
from tests.providers.upstream import Answer

WORDS = {"in_flight": "8", "delivered": "1", "failed": "2", "expired": "2", "unheard of": "32"}
ANSWERS = {"in_flight": "ACK/", "expired": "id:m1 stat:EXPIRED err:001"}


class TestKannel(ProviderConformance):
    key = CALLBACK_KEY
    secrets = ("secret-password", CALLBACK_KEY)
    throttles = Answer(503, "Temporal failure, try again later.")
    refuses_everything = Answer(403, "Authorization failed for sendsms")

    @pytest.fixture
    def client(self, service):
        return service.app.test_client()

    @pytest.fixture
    def database(self, service):
        return service.database

    @pytest.fixture(autouse=True)
    def _operator(self, operators):
        self.operator = operators.by_name["unitel"]

    def ussd(self):
        fields = {
            "from": MOTHER[1:],
            "to": "*123#",
            "text": "*123#",
            "coding": "0",
            "meta": "?smpp?ussd_service_op=%01&its_session_info=%00%01&",
            "id": "50315c19-e5e9-4719-a561-2e57850b30e0",
            "smsc": "unitel-ussd",
            "time": "1795518382",
        }
        return Call("GET", "/callbacks/kannel/mo", fields, ("from", "text", "id"), kind="query")

    def incoming(self):
        fields = {
            "from": MOTHER[1:],
            "to": "1234",
            "text": TEXT,
            "coding": "0",
            "meta": "?smpp?",
            "id": "c5167326-8bc0-4067-a346-2bee6afa3335",
            "smsc": "unitel",
        }
        return Call("GET", "/callbacks/kannel/mo", fields, ("from", "text", "id"), kind="query")

    def receipt(self, row, word):
        fields = {
            "message": str(row.id),
            "type": WORDS[word],
            "operator": "unitel",
            "ref": "m1",
            "answer": ANSWERS.get(word, ""),
        }
        return Call("GET", "/callbacks/kannel/dlr", fields, ("message", "type"), kind="query")

    def provider(self, url, *, read_seconds=5.0):
        account = smsbox(url, "http://127.0.0.1:8000", "secret-password", CALLBACK_KEY)
        return KannelSms(self.operator, account, timeouts=(1.0, read_seconds))

    def accepts(self, _asked):
        return Answer(202, "0: Accepted for delivery")

    def is_page(self, answer):
        return bool(answer.text) and "ussd_service_op" in answer.headers["X-Kannel-Meta-Data"]
