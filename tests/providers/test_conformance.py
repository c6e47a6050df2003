"""Africa's Talking held to what every provider is held to."""

import json

import pytest

from gateway.providers.africastalking.sms import AfricasTalkingSms
from gateway.settings import Settings
from tests.providers.conformance import MOTHER, TEXT, Call, ProviderConformance
from tests.providers.upstream import Answer
from tests.service import Clock, composed

WORDS = {
    "in_flight": "Sent",
    "delivered": "Success",
    "failed": "Failed",
    "expired": "Expired",
    "unheard of": "Teleported",
}
PATH = "/callbacks/africastalking"


def ref_of(msisdn: str) -> str:
    return f"ATXid_{msisdn[1:]:0>32}"


class TestAfricasTalking(ProviderConformance):
    secrets = ("secret-api-key",)
    throttles = Answer(429, "Too many requests")
    refuses_everything = Answer(401, "The supplied authentication is invalid")

    @pytest.fixture
    def client(self, service):
        return service.app.test_client()

    @pytest.fixture
    def database(self, service):
        return service.database

    @pytest.fixture
    def without_database(self, tmp_path, redis_url):
        """On a database that has no tables: nothing can be read or stored."""
        url = f"sqlite:///{tmp_path}/nothing.sqlite"
        with composed(
            Settings(database_url=url, redis_url=redis_url), Clock(), console=False
        ) as app:
            yield app.test_client()

    def ussd(self):
        fields = {
            "sessionId": "ATUid_00000000000000000000000000000001",
            "phoneNumber": MOTHER,
            "networkCode": "45703",
            "serviceCode": "*123#",
            "text": "",
        }
        return Call("POST", f"{PATH}/ussd", fields, ("sessionId", "phoneNumber", "text"))

    def incoming(self):
        fields = {"id": "1", "from": MOTHER, "to": "1234", "text": TEXT}
        return Call("POST", f"{PATH}/incoming-messages", fields, ("id", "from", "text"))

    def receipt(self, row, word):
        fields = {"id": ref_of(row.msisdn), "phoneNumber": row.msisdn, "status": WORDS[word]}
        return Call("POST", f"{PATH}/delivery-reports", fields, ("id", "status"))

    def provider(self, url, *, read_seconds=5.0):
        timeouts = (1.0, read_seconds)
        return AfricasTalkingSms("sandbox", "secret-api-key", url, timeouts=timeouts)

    def accepts(self, asked):
        recipients = [
            {
                "number": number,
                "status": "Success",
                "statusCode": 102,
                "cost": "USD 0.0079",
                "messageId": ref_of(number),
                "messageParts": 1,
            }
            for number in asked.fields["to"].split(",")
        ]
        body = {"SMSMessageData": {"Message": "Sent", "Recipients": recipients}}
        return Answer(201, json.dumps(body), "application/json")

    def is_page(self, answer):
        return answer.text.startswith(("CON ", "END "))
