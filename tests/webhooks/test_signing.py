"""Signatures as the public library reads them."""

from datetime import UTC, datetime

import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from gateway.webhooks.sealing import Seal, Sealed
from gateway.webhooks.signing import secret_of, signatures

BODY = '{"type":"language","data":"ພາສາລາວ"}'.encode()
OLD, NEW = secret_of(b"o" * 32), secret_of(b"n" * 32)


def _headers(*secrets: str, at: datetime) -> dict[str, str]:
    stamp = int(at.timestamp())
    return {
        "webhook-id": "evt_1",
        "webhook-timestamp": str(stamp),
        "webhook-signature": signatures(secrets, "evt_1", stamp, BODY),
    }


@pytest.mark.parametrize("known", [OLD, NEW])
def test_while_a_secret_is_replaced_either_verifies(known: str):
    headers = _headers(NEW, OLD, at=datetime.now(UTC))

    assert Webhook(known).verify(BODY, headers)["type"] == "language"


def test_another_secret_does_not():
    with pytest.raises(WebhookVerificationError):
        Webhook(OLD).verify(BODY, _headers(NEW, at=datetime.now(UTC)))


def test_a_changed_body_does_not():
    with pytest.raises(WebhookVerificationError):
        Webhook(NEW).verify(BODY + b" ", _headers(NEW, at=datetime.now(UTC)))


def test_the_example_of_the_specification():
    secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    body = b'{"test": 2432232314}'

    signed = signatures([secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", 1614265330, body)

    assert signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_stored_secret_is_read_with_either_key_and_with_no_other():
    sealed = Seal([b"1" * 32]).close(NEW)

    assert NEW not in sealed
    assert Seal([b"2" * 32, b"1" * 32]).open(sealed) == NEW
    with pytest.raises(Sealed):
        Seal([b"2" * 32]).open(sealed)


def test_a_stored_secret_is_put_under_the_newest_key():
    sealed = Seal([b"1" * 32]).close(NEW)
    both = Seal([b"2" * 32, b"1" * 32])

    renewed = both.renewed(sealed)

    assert renewed is not None
    assert Seal([b"2" * 32]).open(renewed) == NEW
    assert both.renewed(renewed) is None
    assert Seal([b"3" * 32]).renewed(sealed) is None
