"""Whatever is posted as a USSD hop: a proper screen or a 4xx, and nothing written."""

import pytest

from gateway.dialogue.host import DIAL_AGAIN, LAO_NUMBERS_ONLY
from tests.callbacks.forms import MOTHER, end, hop, is_a_screen
from tests.keys import CALL_BACK, PAYDAY

URL = "/callbacks/africastalking/ussd"
FORM = "application/x-www-form-urlencoded"


@pytest.fixture
def leaves_no_trace(gateway):
    before = gateway.traces()
    yield gateway.app.test_client()
    assert gateway.traces() == before


UNREADABLE = {
    "no session id": {"sessionId": None},
    "no number": {"phoneNumber": None},
    "no text: an undecodable body, never a dial": {"text": None},
    "an empty session id": {"sessionId": ""},
    "a session id of blanks": {"sessionId": "   "},
    "a session id too long for a key": {"sessionId": "A" * 65},
    "a very long session id": {"sessionId": "A" * 9_000},
    "a session id with a line break": {"sessionId": "ATUid_1\nSET x"},
    "a session id with NUL": {"sessionId": "ATUid_1\0"},
    "a session id with a tab": {"sessionId": "ATUid\t1"},
    "an empty number": {"phoneNumber": ""},
    "a plus alone": {"phoneNumber": "+"},
    "two pluses": {"phoneNumber": "++8562055500001"},
    "letters": {"phoneNumber": "mother"},
    "a number too short": {"phoneNumber": "+85620"},
    "a number too long": {"phoneNumber": "+8562055500001234567"},
    "a number written with blanks": {"phoneNumber": "+856 20 5550 0001"},
    "a number with NUL": {"phoneNumber": "+85620555\0" + "00001"},
    "digits of another script": {"phoneNumber": "໘໕໖໒໐໕໕໕໐໐໐໐໑"},
    "a number and SQL": {"phoneNumber": "+8562055500001' OR 1=1"},
    "10,000 characters of text": {"text": "1" * 10_000},
    "10,000 keys": {"text": "1*" * 5_000},
    "10,000 emoji": {"text": "🤰" * 10_000},
    "one key more than anybody can type": {"text": "1*" * 200 + "1"},
    "a body beyond any operator's": {"text": "1" * 70_000},
}


@pytest.mark.parametrize("fields", UNREADABLE.values(), ids=UNREADABLE)
def test_what_cannot_be_read_asks_to_dial_again(leaves_no_trace, fields):
    answer = leaves_no_trace.post(f"{URL}?key=demo", data=hop(**fields))
    assert (answer.status_code, answer.mimetype) == (200, "text/plain")
    assert answer.text == end(DIAL_AGAIN)
    assert is_a_screen(answer.text)


ABROAD = {
    "Thailand": "+66812345678",
    "Viet Nam": "+84912345678",
    "China": "+8613800138000",
    "Cambodia": "+85512345678",
    "Kenya": "+254711000001",
    "the United States": "+12025550123",
}


@pytest.mark.parametrize("number", ABROAD.values(), ids=ABROAD)
@pytest.mark.parametrize("text", ["", PAYDAY, CALL_BACK])
def test_numbers_of_other_countries_are_told_so(leaves_no_trace, number, text):
    answer = leaves_no_trace.post(f"{URL}?key=demo", data=hop(phoneNumber=number, text=text))
    assert (answer.status_code, answer.text) == (200, end(LAO_NUMBERS_ONLY))


BODIES = {
    "nothing": (b"", FORM),
    "no content type": (b"sessionId=a&phoneNumber=%2B8562055500001&text=", ""),
    "JSON": (
        b'{"sessionId": "a", "phoneNumber": "+8562055500001", "text": ""}',
        "application/json",
    ),
    "plain text": (b"sessionId=a&phoneNumber=%2B8562055500001&text=", "text/plain"),
    "names without values": (b"sessionId&phoneNumber&text", FORM),
    "ampersands": (b"&" * 500, FORM),
    "bytes that are no UTF-8": (b"\xff\xfe\xfd", FORM),
    "a multipart body without its end": (b"--x\r\n", "multipart/form-data; boundary=x"),
    "a multipart body without a boundary": (b"--x\r\n", "multipart/form-data"),
    "more fields than anybody sends": (b"a=1&" * 12_000, FORM),
    "UTF-16": ("sessionId=a&text=".encode("utf-16"), FORM),
}


@pytest.mark.parametrize(("body", "content_type"), BODIES.values(), ids=BODIES)
def test_another_kind_of_body_asks_to_dial_again(leaves_no_trace, body, content_type):
    answer = leaves_no_trace.post(f"{URL}?key=demo", data=body, content_type=content_type)
    assert (answer.status_code, answer.text) == (200, end(DIAL_AGAIN))


@pytest.mark.parametrize("method", ["GET", "HEAD", "PUT", "PATCH", "DELETE"])
def test_only_post_is_a_hop(leaves_no_trace, method):
    answer = leaves_no_trace.open(f"{URL}?key=demo", method=method, data=hop())
    assert answer.status_code == 405


@pytest.mark.parametrize(
    "path", ["ussd/", "ussd/x", "ussd%00", "Ussd", "", "../africastalking", "ussd-event"]
)
def test_other_paths_are_not_there(leaves_no_trace, path):
    answer = leaves_no_trace.post(f"/callbacks/africastalking/{path}?key=demo", data=hop())
    assert answer.status_code == 404


WRONG_KEYS = {
    "none": "",
    "empty": "?key=",
    "wrong": "?key=dem",
    "longer": "?key=demo1",
    "upper case": "?key=DEMO",
    "another name": "?KEY=demo",
    "not UTF-8": "?key=%ff%fe",
    "NUL": "?key=demo%00",
    "the first of two is wrong": "?key=x&key=demo",
    "Lao": "?key=ກະແຈ",
    "very long": "?key=" + "demo" * 1_000,
}
PATHS = ("ussd", "ussd-events", "delivery-reports", "incoming-messages", "opt-outs", "nothing")


@pytest.mark.parametrize("query", WRONG_KEYS.values(), ids=WRONG_KEYS)
@pytest.mark.parametrize("path", PATHS)
def test_a_wrong_key_is_refused_whatever_it_wants(leaves_no_trace, path, query):
    form = hop(key="demo", id="1", status="Success", to="1330", **{"from": MOTHER})
    answer = leaves_no_trace.post(f"/callbacks/africastalking/{path}{query}", data=form)
    assert (answer.status_code, answer.mimetype) == (403, "text/plain")
    assert MOTHER not in answer.text
    assert leaves_no_trace.get(f"/callbacks/africastalking/{path}{query}").status_code == 403
