"""What Kannel reports of an SMS, as receipts of ours; answers as a real Kannel 1.4.5 wrote them."""

from uuid import UUID

import pytest

from gateway.providers.base import BadCallback
from gateway.providers.kannel import wire

MESSAGE = UUID("01890000-0000-7000-8000-000000000001")

DELIVRD = "id:m3 sub:001 dlvrd:001 submit date:2611240900 done date:2611240901 stat:DELIVRD err:000"
EXPIRED = "id:m3 sub:001 dlvrd:000 submit date:2611240900 done date:2611240901 stat:EXPIRED err:0A1"
UNDELIV = "id:m3 sub:001 dlvrd:000 submit date:2611240900 done date:2611240901 stat:UNDELIV err:027"


@pytest.mark.parametrize(
    ("kind", "answer", "outcome", "status", "reason"),
    [
        pytest.param("1", DELIVRD, "delivered", "DELIVRD", None, id="on the handset"),
        pytest.param("2", UNDELIV, "failed", "UNDELIV", "err_027", id="not deliverable"),
        pytest.param("2", EXPIRED, "expired", "EXPIRED", "err_0A1", id="too late"),
        pytest.param("2", "", "failed", "2", None, id="failed without a word"),
        pytest.param("4", "", "in_flight", "4", None, id="waiting on the SMSC"),
        pytest.param("8", "ACK/", "in_flight", "ACK", None, id="taken by the SMSC"),
        pytest.param(
            "16",
            "NACK/0x0000000b/Invalid Destination Address",
            "failed",
            "NACK",
            "0x0000000b/Invalid Destination Address",
            id="refused by the SMSC",
        ),
        pytest.param("16", "NACK/no SMSC", None, "NACK", "no SMSC", id="never left Kannel"),
        pytest.param("32", "", None, "32", None, id="a type we do not know"),
        pytest.param("1", "stat:EXPIRED", "delivered", "EXPIRED", None, id="the type decides"),
    ],
)
def test_a_receipt_says_what_became_of_a_message(kind, answer, outcome, status, reason):
    form = {
        "message": str(MESSAGE), "type": kind, "answer": answer, "ref": "m3", "operator": "unitel"
    }  # fmt: skip
    receipt = wire.parse_receipt(form)
    assert (receipt.outcome, receipt.status, receipt.reason) == (outcome, status, reason)
    assert (receipt.message_id, receipt.provider_ref) == (MESSAGE, "m3")
    assert receipt.provider == "kannel-unitel"


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        pytest.param({"type": "1"}, "message", id="no message"),
        pytest.param({"type": "1", "message": "7"}, "message", id="not an id of ours"),
        pytest.param({"message": str(MESSAGE)}, "type", id="no type"),
        pytest.param({"message": str(MESSAGE), "type": "1" * 9}, "type", id="an endless type"),
    ],
)
def test_a_bad_receipt_names_its_field(fields, named):
    with pytest.raises(BadCallback) as raised:
        wire.parse_receipt(fields)
    assert raised.value.field == named


def test_a_refusal_without_an_id_of_the_smsc_goes_by_ours():
    form = {"message": str(MESSAGE), "type": "16", "answer": "NACK/0x00000045/Submit failed"}
    assert wire.parse_receipt(form).provider_ref == str(MESSAGE)
