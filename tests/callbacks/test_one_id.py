"""One id of a call in the log: on what its keys had queued, on its SMS, on the SMS's receipt."""

import json
import logging
from io import StringIO

import pytest

from gateway.logs import json_formatter
from tests.callbacks.forms import MOTHER, hop
from tests.messaging.conftest import Office
from tests.messaging.scripted_provider import ScriptedProvider
from tests.service import Service

FROM_NGINX = "5f3a9c0d1e2b4a6f8091a2b3c4d5e6f7"


@pytest.fixture
def log():
    """The lines of the log, as they are written."""
    written = StringIO()
    handler = logging.StreamHandler(written)
    handler.setFormatter(json_formatter())
    logging.getLogger("gateway").addHandler(handler)
    logging.getLogger("gateway").setLevel(logging.INFO)
    yield lambda: [json.loads(line) for line in written.getvalue().splitlines()]
    logging.getLogger("gateway").removeHandler(handler)


def test_from_a_key_to_the_receipt(service: Service, log):
    for text in ("", "1", "1*1"):
        service.post("ussd", hop(text=text), headers={"X-Request-Id": FROM_NGINX})
    office = Office(service.database, ScriptedProvider("africastalking"), now=service.clock())
    office.send()
    report = {"id": f"ref-{MOTHER}", "status": "Success", "phoneNumber": MOTHER}
    assert service.post("delivery-reports", report).status_code == 200

    said = [(one["message"].split(": ")[-1], one["request_id"]) for one in log()]
    assert [message for message, _id in said] == ["1 SMS queued", "accepted", "receipt delivered"]
    assert len({one for _message, one in said}) == 1
