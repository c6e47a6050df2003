"""What must not be seen: people in Kannel's logs, Kannel's own words on a handset."""

import pytest

from gateway.providers.base import Recipient
from tests.handset import Handset
from tests.kannel.boxes import PASSWORD
from tests.kannel.patience import until

pytestmark = pytest.mark.kannel

GUARDED = "+8562055500004"  # has the PIN 4321


def test_kannels_logs_hold_no_number_no_text_no_pin_and_no_secret(line, boxes, gateway, unitel):
    phone = Handset(line, GUARDED)
    phone.dial("*123*2#")
    phone.press("1")
    phone.press("4321")
    gateway.queue([GUARDED])
    (row,) = [row for row in gateway.rows() if row.template == "being_checked"]
    unitel.send("ຮັບເງິນ secret-text", [Recipient(row.id, GUARDED)], None)
    until(lambda: len(gateway.receipts(row.id)), lambda count: count >= 2)
    printed = boxes.printed()
    # It ran, and logs: only not of people.
    assert "ERROR" in printed
    for secret in (GUARDED[1:], "4321", "secret-text", "ຮັບເງິນ", PASSWORD, "callbacks/kannel"):
        assert secret not in printed


@pytest.mark.parametrize("status", [500, 503, 404, 302])
def test_a_gateway_in_trouble_puts_no_words_of_kannels_on_a_handset(page_server, smsc, status):
    page_server.status = status
    smsc.ussd("8562055500001", "*123#", op=1, session=b"\x00\x01")
    until(lambda: len(page_server.requests), lambda count: count >= 2)
    assert smsc.submitted() == []
    page_server.status = 200
    (seen,) = smsc.wait_for(1)
    assert seen.text == page_server.page


def test_a_repeated_request_has_the_same_id(page_server, smsc):
    page_server.status = 500
    smsc.ussd("8562055500001", "*123#", op=1, session=b"\x00\x01")
    requests = until(lambda: list(page_server.requests), lambda requests: len(requests) >= 2)
    assert requests[0] == requests[1]
    page_server.status = 200
    smsc.wait_for(1)
