"""What smsbox asks and reports, as records of ours; requests as a real Kannel 1.4.5 wrote them."""

from datetime import UTC, datetime
from urllib.parse import quote

import msgspec
import pytest
from msgspec.structs import replace

from gateway.core.msisdn import Msisdn
from gateway.providers.base import BadCallback, UssdEnd, UssdReply
from gateway.providers.callback import Callback
from gateway.providers.kannel import wire
from gateway.providers.kannel.operators import (
    DOCTOR,
    UNNAMED,
    KannelOperator,
    KannelOperators,
)

UNITEL = KannelOperator(name="unitel", sms="unitel", ussd="unitel-ussd", end_ops=(33,))
OPERATORS = KannelOperators({"unitel": UNITEL})
SECRET = b"secret"

DIAL = (
    b"key=demo&from=8562055512345&to=%2B*123%23&text=*123%23&coding=0&charset=UTF-8"
    b"&meta=%3Fsmpp%3Fussd_service_op%3D%2501%26its_session_info%3D%2500%2526%26"
    b"&id=50315c19-e5e9-4719-a561-2e57850b30e0&smsc=unitel-ussd&time=1795518382"
)
SMS = (
    b"key=demo&from=8562055512345&to=%2B1234&text=%E0%BA%A2%E0%BA%B8%E0%BA%94&coding=0"
    b"&charset=UTF-8&meta=%3Fsmpp%3F&id=c5167326-8bc0-4067-a346-2bee6afa3335&smsc=unitel"
    b"&time=1795518383"
)


def read(query: bytes):
    return wire.read_query(Callback(query=query))


def changed(query: bytes, **fields: str | None):
    """The form of `query` with other fields; None takes one away."""
    form = {**read(query), **fields}
    return {name: value for name, value in form.items() if value is not None}


def dialogue(op: int, **fields: str | None):
    return changed(DIAL, meta=f"?smpp?ussd_service_op={quote(chr(op))}&", **fields)


def hop(form, operator: KannelOperator = UNITEL, code: str = "*123#"):
    return wire.parse_ussd(form, operator, SECRET, code)


def test_a_dial_is_read():
    request = hop(read(DIAL))
    assert request.provider == "kannel-unitel"
    assert request.msisdn == Msisdn("+8562055512345")
    assert request.service_code == "*123#"
    assert request.network_code == "unitel"
    assert request.text == ""
    assert request.accumulated is False
    assert request.kind == "dial"
    assert request.hop_metadata is None
    assert request.request_key == "50315c19-e5e9-4719-a561-2e57850b30e0"


def test_the_newest_input_is_all_that_an_answer_brings():
    request = hop(dialogue(18, text="2"))
    assert (request.kind, request.text) == ("answer", "2")


@pytest.mark.parametrize(
    ("dialled", "code", "text"),
    [
        pytest.param("*123#", "*123#", "", id="the code alone"),
        pytest.param("*123", "*123#", "", id="without its hash"),
        pytest.param("*123*2#", "*123#", "2", id="a deep dial"),
        pytest.param("*123*2*1#", "*123#", "2*1", id="deeper"),
        pytest.param("*123*#", "*123#", "", id="a star too many"),
        pytest.param("*1234#", "*123#", "", id="another code on the same bind"),
        pytest.param("", "*123#", "", id="an operator that does not tell what was dialled"),
        pytest.param("*384*123*2#", "*384*123#", "2", id="a code of two parts"),
        pytest.param("*123*2# ", "*123#", "2", id="a blank behind it"),
    ],
)
def test_what_is_dialled_behind_the_service_code_is_input(dialled, code, text):
    assert hop(changed(DIAL, text=dialled), code=code).text == text


def test_an_operators_own_code_goes_before_the_services():
    own = msgspec.structs.replace(UNITEL, service_code="*555#")
    assert hop(changed(DIAL, text="*555*2#"), own).text == "2"


def test_the_stars_of_an_answer_are_not_taken_for_a_code():
    assert hop(dialogue(18, text="*123*2#")).text == "*123*2#"


class TestTheSession:
    """The operator's id and the number, whichever of them the operator tells sessions apart by."""

    @staticmethod
    def of(meta: str, operator: KannelOperator = UNITEL, msisdn: str = "8562055512345") -> str:
        form = changed(DIAL, meta=meta, **{"from": msisdn})
        return str(hop(form, operator).session_id)

    ONE = "?smpp?ussd_service_op=%01&its_session_info=%00%01&"
    TWO = "?smpp?ussd_service_op=%01&its_session_info=%00%02&"
    NONE = "?smpp?ussd_service_op=%01&"

    def test_is_the_operators_id_of_a_number(self):
        assert self.of(self.ONE) == self.of(self.ONE)
        assert self.of(self.ONE) != self.of(self.TWO)
        assert self.of(self.ONE) != self.of(self.ONE, msisdn="8562055500001")

    def test_is_the_number_where_the_operator_sends_no_id(self):
        assert self.of(self.NONE) == self.of(self.NONE)
        assert self.of(self.NONE) != self.of(self.NONE, msisdn="8562055500001")

    def test_is_the_number_where_the_operators_id_changes_with_every_hop(self):
        changing = msgspec.structs.replace(UNITEL, session_octets=0)
        assert self.of(self.ONE, changing) == self.of(self.TWO, changing)

    def test_is_the_first_octet_where_the_second_counts_the_hops(self):
        counting = msgspec.structs.replace(UNITEL, session_octets=1)
        assert self.of(self.ONE, counting) == self.of(self.TWO, counting)

    def test_holds_no_number(self):
        assert "55512345" not in self.of(self.ONE)
        assert "55512345" not in self.of(self.NONE)

    @pytest.mark.parametrize("octets", ["%00%00", "%26%3D", "%3F%25", "%2B+", "AB", "%FF%01"])
    def test_is_whatever_two_octets_are(self, octets):
        meta = f"?smpp?ussd_service_op=%01&its_session_info={octets}&"
        assert len(self.of(meta).partition(".")[0]) == 4


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        pytest.param("8562055512345", "+8562055512345", id="international without plus"),
        pytest.param("+8562055512345", "+8562055512345", id="with plus"),
        pytest.param("2055512345", "+8562055512345", id="national"),
        pytest.param("02055512345", "+8562055512345", id="national with 0"),
        pytest.param("8563055512345"[:12], "+856305551234", id="030"),
    ],
)
def test_numbers_come_as_the_operator_writes_them(number, expected):
    assert hop(changed(DIAL, **{"from": number})).msisdn == Msisdn(expected)


@pytest.mark.parametrize(
    ("fields", "named"),
    [
        pytest.param({"from": None}, "from", id="no number"),
        pytest.param({"from": ""}, "from", id="an empty number"),
        pytest.param({"from": "Unitel"}, "from", id="a name"),
        pytest.param({"from": "1234"}, "from", id="a shortcode"),
        pytest.param({"from": "8562055512345 OR 1=1"}, "from", id="more than a number"),
        pytest.param({"from": "856205551234567"}, "from", id="no phone's number"),
        pytest.param({"text": None}, "text", id="no text"),
        pytest.param({"text": "1" * 1001}, "text", id="a text that no handset sends"),
        pytest.param({"id": None}, "id", id="no request id"),
        pytest.param({"id": "x" * 65}, "id", id="a long request id"),
        pytest.param({"id": "a\nb"}, "id", id="a request id of two lines"),
    ],
)
def test_a_bad_request_names_its_field_and_nothing_of_its_content(fields, named):
    with pytest.raises(BadCallback) as raised:
        hop(changed(DIAL, **fields))
    assert raised.value.field == named
    assert "55512345" not in str(raised.value)


@pytest.mark.parametrize("op", [0, 2, 17, 19, 255])
def test_an_operation_that_the_operator_was_not_said_to_send_is_refused(op):
    with pytest.raises(BadCallback, match="ussd_service_op"):
        hop(dialogue(op))


def test_a_bind_that_no_table_names_is_served_as_smpp_describes_one():
    request = hop(read(DIAL), OPERATORS.at("elsewhere"))
    assert (request.provider, request.network_code, request.kind) == ("kannel", "", "dial")


def test_operators_that_number_operations_otherwise_are_served():
    other = msgspec.structs.replace(UNITEL, dial_ops=(0, 1), answer_ops=(2, 18))
    assert hop(dialogue(0), other).kind == "dial"
    assert hop(dialogue(2, text="1"), other).kind == "answer"


class TestABindWithoutTlvs:
    """Of an operator that sends no TLVs, or of the bind that `flask doctor dial` dials on."""

    BARE = KannelOperator(name="etl", sms="etl", ussd="etl-menu", op_tlv="")

    def form(self, text: str, **fields: str):
        return changed(DIAL, text=text, meta="", smsc="etl-menu", **fields)

    def test_is_for_ussd_alone(self):
        assert wire.is_ussd(self.form("1"), self.BARE)
        assert not wire.is_ussd(changed(SMS, smsc="etl"), self.BARE)

    @pytest.mark.parametrize(
        ("text", "kind", "pressed"),
        [
            pytest.param("*123#", "dial", "", id="a dial"),
            pytest.param("*123*2#", "dial", "2", id="a deep dial"),
            pytest.param("2", "answer", "2", id="an answer"),
            pytest.param("*2", "answer", "*2", id="an answer with a star"),
        ],
    )
    def test_knows_a_dial_by_its_looks(self, text, kind, pressed):
        request = hop(self.form(text), self.BARE)
        assert (request.kind, request.text) == (kind, pressed)

    def test_is_answered_without_any(self):
        reply = UssdReply("1 Yes", closes=False)
        headers = wire.render_ussd(reply, self.form("*123#"), self.BARE)[1]
        assert headers["X-Kannel-Meta-Data"] == "?smpp?"

    def test_the_doctor_dials_from_its_own_number_only(self):
        dialled = self.form("*123#", **{"from": DOCTOR.number})
        assert hop(dialled, DOCTOR).msisdn.operator is None
        for number in ("8562055512345", f"+{DOCTOR.number}", ""):
            with pytest.raises(BadCallback, match="from"):
                hop(self.form("*123#", **{"from": number}), DOCTOR)


def test_ussd_and_sms_are_told_apart_by_the_tlv():
    assert wire.is_ussd(read(DIAL), UNITEL)
    assert not wire.is_ussd(read(SMS), UNITEL)
    assert not wire.is_ussd(changed(SMS, meta=None), UNITEL)


def test_a_tlv_in_another_group_of_the_meta_data_is_not_the_operators():
    form = changed(DIAL, meta="?orig_msg?ussd_service_op=%01&?smpp?other=%01&")
    assert not wire.is_ussd(form, UNITEL)


def test_control_characters_do_not_pass():
    assert hop(dialogue(18, text="1\x00\x1b2")).text == "12"


@pytest.mark.parametrize(
    ("text", "coding", "charset", "expected"),
    [
        pytest.param("ຢຸດ".encode(), "0", "UTF-8", "ຢຸດ", id="recoded by Kannel"),
        pytest.param("ຢຸດ".encode("utf-16-be"), "2", "UTF-16BE", "ຢຸດ", id="as it was on the air"),
        pytest.param(b"\xd8\x00\x00A", "2", "UTF-16BE", "\ufffdA", id="half a surrogate pair"),
        pytest.param(b"\xff\xfe", "0", "UTF-8", "\ufffd\ufffd", id="no UTF-8"),
        pytest.param("ຢຸດ".encode(), None, None, "ຢຸດ", id="nothing said of the coding"),
        pytest.param(b"", "0", "UTF-8", "", id="an empty SMS"),
    ],
)
def test_a_text_is_read_in_its_coding(text, coding, charset, expected):
    form = changed(SMS, text=text.decode("latin-1"), coding=coding, charset=charset)
    assert wire.parse_incoming(form, UNITEL).text == expected


def test_an_sms_is_read():
    message = wire.parse_incoming(read(SMS), UNITEL)
    assert message.provider == "kannel-unitel"
    assert message.provider_id == "c5167326-8bc0-4067-a346-2bee6afa3335"
    assert message.msisdn == Msisdn("+8562055512345")
    assert message.shortcode == "1234"
    assert message.text == "ຢຸດ"


def test_a_query_of_a_thousand_fields_is_not_read():
    with pytest.raises(BadCallback):
        read(b"&".join(b"a=1" for _ in range(1000)))


class TestAPage:
    @staticmethod
    def headers(text: str, *, closes: bool, operator: KannelOperator = UNITEL, form=None):
        form = read(DIAL) if form is None else form
        return wire.render_ussd(UssdReply(text, closes), form, operator)[1]

    def test_asks_for_an_answer_or_is_the_last(self):
        asks = self.headers("1 Yes", closes=False)["X-Kannel-Meta-Data"]
        last = self.headers("Bye", closes=True)["X-Kannel-Meta-Data"]
        assert asks == "?smpp?ussd_service_op=2&its_session_info=%00%26&"
        assert last == "?smpp?ussd_service_op=17&its_session_info=%00%26&"

    def test_echoes_no_session_where_none_came(self):
        meta = self.headers("Bye", closes=True, form=dialogue(1))["X-Kannel-Meta-Data"]
        assert meta == "?smpp?ussd_service_op=17&"

    def test_speaks_the_operators_own_numbers_and_names(self):
        own = msgspec.structs.replace(
            UNITEL, ask_op=130, close_op=131, op_tlv="their_op", session_tlv="their_session"
        )
        form = changed(DIAL, meta="?smpp?their_op=%01&their_session=%07&")
        assert self.headers("1", closes=False, operator=own, form=form)["X-Kannel-Meta-Data"] == (
            "?smpp?their_op=130&their_session=%07&"
        )

    @pytest.mark.parametrize(
        ("text", "coding"),
        [
            pytest.param("1 Next payment", "0", id="Latin"),
            pytest.param("1 [~€]", "0", id="GSM-7's extension"),
            pytest.param("ເງິນແມ່-ເດັກ", "2", id="Lao"),
            pytest.param("it’s", "2", id="one character outside GSM-7"),
        ],
    )
    def test_is_in_the_shorter_coding_that_can_write_it(self, text, coding):
        assert self.headers(text, closes=False)["X-Kannel-Coding"] == coding

    def test_is_the_text_and_nothing_else(self):
        body, headers = wire.render_ussd(
            UssdReply("ສະບາຍດີ\n1 ລາວ", closes=False, hop_metadata="1.2.3"), {}, UNNAMED
        )
        assert body == "ສະບາຍດີ\n1 ລາວ"
        assert headers["Content-Type"] == "text/plain; charset=UTF-8"
        assert headers["X-Kannel-Charset"] == "UTF-8"
        assert "1.2.3" not in str(headers)


@pytest.mark.parametrize(
    ("time", "stale"),
    [
        pytest.param("1795518382", False, id="now"),
        pytest.param("1795518352", False, id="30 s ago"),
        pytest.param("1795518351", True, id="31 s ago: repeated by smsbox, and nobody waits"),
        pytest.param("1795518392", False, id="a clock that is ahead of ours"),
        pytest.param("", False, id="not said"),
        pytest.param("yesterday", False, id="not a time"),
        pytest.param("1" * 400, False, id="a number without end"),
    ],
)
def test_a_dialogue_is_stale_when_its_handset_has_given_up(time, stale):
    now = datetime.fromtimestamp(1795518382, UTC)
    assert wire.is_stale({"time": time}, UNITEL, now) is stale


def test_an_operator_that_reports_the_end_of_a_dialogue_wants_no_page():
    assert wire.is_end(dialogue(33), UNITEL)
    assert not wire.is_end(dialogue(18), UNITEL)
    assert not wire.is_end(dialogue(33), UNNAMED)


def test_the_end_of_a_dialogue_is_that_of_its_session():
    request = replace(hop(dialogue(33)), session_id="the dial")
    end = UssdEnd.of(request, "incomplete")
    assert (end.provider, end.session_id, end.status) == ("kannel-unitel", "the dial", "incomplete")
    assert end.msisdn == request.msisdn
