"""Texts on the air: what the handset is given is what the gateway wrote, whole."""

import pytest

from gateway.core.encoding import is_gsm7
from gateway.core.segments import segment
from gateway.providers.base import Recipient
from tests.kannel import gsm7
from tests.kannel.smsc import UCS2, UDH

pytestmark = pytest.mark.kannel

MOTHER = "+8562055500001"
EVERY_CHARACTER = (gsm7.TABLE + "".join(gsm7.EXTENSION.values())).replace("\x1b", "")


@pytest.fixture
def send(unitel, gateway, smsc):
    """Sends one SMS and gives its parts in the order of their numbers."""

    def send_text(body: str):
        gateway.queue([MOTHER])
        (row,) = gateway.rows()
        (result,) = unitel.send(body, [Recipient(row.id, MOTHER)])
        assert result.outcome == "accepted"
        parts = smsc.wait_for(segment(body).count)
        return sorted(parts, key=lambda part: part.octets[5] if part.esm_class & UDH else 0)

    return send_text


def test_a_lao_sms_is_utf_16_be(send):
    (part,) = send("ຮັບເງິນ 300.000 ກີບ ວັນທີ 15/08")
    assert part.data_coding == UCS2
    assert part.octets == "ຮັບເງິນ 300.000 ກີບ ວັນທີ 15/08".encode("utf-16-be")
    assert (part.source, part.destination) == ("MECG", "8562055500001")


@pytest.mark.parametrize("start", range(0, len(EVERY_CHARACTER), 70))
def test_every_character_of_gsm7_arrives(send, start):
    text = "a" + EVERY_CHARACTER[start : start + 70] + "z"
    assert is_gsm7(text)
    (part,) = send(text)
    assert part.data_coding == 0
    assert part.text == text


@pytest.mark.parametrize(
    "body",
    [
        pytest.param("a" * 160, id="160 septets: one part"),
        pytest.param("a" * 161, id="161: two"),
        pytest.param("a" * 306, id="306: two"),
        pytest.param("a" * 307, id="307: three"),
        pytest.param("€" * 80, id="160 septets of the extension: one"),
        pytest.param("a" * 152 + "€" + "b" * 100, id="an escape at the end of a part"),
        pytest.param("a" * 151 + "€" + "b" * 100, id="an escape that just fits"),
        pytest.param("ກ" * 70, id="70 units: one part"),
        pytest.param("ກ" * 71, id="71: two"),
        pytest.param("ກ" * 134, id="134: two"),
        pytest.param("ກ" * 135, id="135: three"),
        pytest.param("ກ" * 670, id="ten parts, the longest that is sent"),
    ],
)
def test_a_long_sms_comes_in_the_parts_that_are_billed(send, smsc, body):
    parts = send(body)
    assert "".join(part.text for part in parts) == body
    assert len(smsc.submitted()) == segment(body).count


def test_a_long_sms_has_one_receipt_for_all_its_parts(send):
    parts = send("ກ" * 135)
    assert [part.registered_delivery & 1 for part in parts].count(1) == 1


@pytest.mark.parametrize(
    "page",
    [
        pytest.param("ກ" * 80, id="80 units"),
        pytest.param("a" * 182, id="182 septets"),
        pytest.param("[" * 91, id="182 septets of the extension"),
        pytest.param("1 Yes\n2 No", id="lines"),
    ],
)
@pytest.mark.parametrize("session", [b"\x00\x01", b"&=", b"?%", b"+ ", b"\xff\x00", b"\x00\x00"])
def test_a_full_page_goes_out_in_one_piece_under_the_operators_session(
    page_server, smsc, page, session
):
    page_server.page = page
    smsc.ussd("8562055500001", "*123#", op=1, session=session)
    (seen,) = smsc.wait_for(1)
    assert seen.text == page
    assert not seen.esm_class & UDH
    assert seen.source == "*123#"
    assert seen.tlvs == {0x0501: b"\x02", 0x1383: session}


@pytest.mark.parametrize(
    ("octets", "data_coding", "text"),
    [
        pytest.param("ຢຸດ".encode("utf-16-be"), 8, "ຢຸດ", id="Lao"),
        pytest.param(b"STOP", 0, "STOP", id="Latin"),
        pytest.param(b"\x00\x1be", 0, "@€", id="GSM-7"),
        pytest.param(b"", 0, "", id="nothing"),
        pytest.param("😀".encode("utf-16-be"), 8, "😀", id="two surrogates"),
    ],
)
def test_an_sms_from_a_handset_arrives_as_it_was_written(smsc, incoming, octets, data_coding, text):
    smsc.deliver(
        source_addr="8562055500001",
        destination_addr="1234",
        short_message=octets,
        data_coding=data_coding,
    )
    (message,) = incoming(1)
    assert (message.msisdn, message.shortcode, message.text) == (MOTHER, "1234", text)


def test_a_long_sms_from_a_handset_is_one(smsc, incoming):
    for number, part in ((2, "bbb"), (1, "aaa")):
        smsc.deliver(
            source_addr="8562055500001",
            destination_addr="1234",
            esm_class=UDH,
            short_message=bytes([5, 0, 3, 7, 2, number]) + part.encode(),
        )
    (message,) = incoming(1)
    assert message.text == "aaabbb"


def test_an_sms_from_a_handset_is_not_answered_by_kannel(gateway, smsc, incoming, unitel):
    smsc.deliver(source_addr="8562055500001", destination_addr="1234", short_message=b"STOP")
    incoming(1)
    gateway.queue([MOTHER])
    (row,) = [row for row in gateway.rows() if row.template == "being_checked"]
    unitel.send("the next", [Recipient(row.id, MOTHER)])
    assert [seen.text for seen in smsc.wait_for(1)] == ["the next"]
