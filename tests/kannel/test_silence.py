"""What must not be seen: people in Kannel's logs, Kannel's own words on a handset."""

from urllib.parse import urlencode

import pytest

from gateway.providers.base import Recipient
from tests.handset import Handset
from tests.kannel.boxes import PASSWORD
from tests.kannel.conftest import CALLBACK_KEY
from tests.kannel.lines import ANSWER
from tests.kannel.patience import until
from tests.keys import AMOUNT, deep

pytestmark = pytest.mark.kannel

GUARDED = "+8562055500004"  # has the PIN 4321


def people(*more: str) -> tuple[str, ...]:
    return (GUARDED[1:], "4321", PASSWORD, urlencode({"key": CALLBACK_KEY}), *more)


def test_kannels_journal_holds_no_number_no_text_no_pin_and_no_secret(line, boxes, gateway, unitel):
    phone = Handset(line, GUARDED)
    phone.dial(deep(AMOUNT))
    phone.press("4321")
    gateway.queue([GUARDED])
    (row,) = [row for row in gateway.rows() if row.template == "being_checked"]
    unitel.send("ຮັບເງິນ secret-text", [Recipient(row.id, GUARDED)])
    until(lambda: len(gateway.receipts(row.id)), lambda count: count >= 2)
    for secret in people("secret-text", "ຮັບເງິນ"):
        assert secret not in boxes.journal()


def test_not_even_of_what_it_could_not_pass_on(kannel):
    """Nobody listens: Kannel quotes the whole request."""
    kannel.smsc.ussd(GUARDED[1:], "4321", op=ANSWER, session=b"\x00\x01")
    said = until(kannel.boxes.printed, lambda text: GUARDED[1:] in text)
    assert "4321" in said
    journal = kannel.boxes.journal()
    assert "Couldn't fetch <url>" in journal
    for secret in people():
        assert secret not in journal


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

    def hers() -> list:  # of the test before, smsbox may still repeat some
        return [one for one in page_server.requests if one["from"] == "8562055500001"]

    first, second, *_more = until(hers, lambda requests: len(requests) >= 2)
    assert first == second
    page_server.status = 200
    smsc.wait_for(1)
