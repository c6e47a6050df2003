"""Odd, but a hop all the same: what is answered, and what it may do to a living session."""

from itertools import count
from urllib.parse import quote_plus

import pytest
from werkzeug.datastructures import MultiDict

from gateway.dialogue.host import DIAL_AGAIN
from gateway.ussd.screens import edges
from tests.callbacks.forms import GETTEXT, MOTHER, end, ends, hop, is_a_screen
from tests.keys import (
    AMOUNT,
    CALL_BACK,
    HELP,
    IN_LAO,
    LOOK_UP,
    MENU,
    MONTHS,
    SOMEONE_ELSE,
    key_of,
    texts,
)

URL = "/callbacks/africastalking/ussd?key=demo"
FORM = "application/x-www-form-urlencoded"
STRANGER = "+8562055500002"
WITH_PIN = "+8562055500004"
HERE = SOMEONE_ELSE
FIRST, _star, SECOND = HERE.partition("*")
_numbers = count(1)


@pytest.fixture(autouse=True)
def nobody_was_cut_off(gateway):
    gateway.redis.flushdb()


@pytest.fixture
def session_id():
    return f"ATUid_{next(_numbers):032x}"


@pytest.fixture
def post(gateway):
    """Posts a hop as it is and checks that a phone could show what comes back."""

    def send(**fields):
        answer = gateway.app.test_client().post(URL, data=hop(**fields))
        assert (answer.status_code, answer.mimetype) == (200, "text/plain")
        assert is_a_screen(answer.text), answer.text
        return answer

    return send


def main_menu(body: str) -> bool:
    """The main menu in Lao, under its heading or a notice."""
    _first, *choices = body.split("\n")
    labels = dict(edges(MENU.state(MENU.start)))
    return body.startswith("CON ") and choices == [
        f"{key} {GETTEXT['lo'](label)}" for key, label in enumerate(labels, 1)
    ]


@pytest.mark.parametrize("plus", ["%2B", "+", ""], ids=["escaped", "unescaped", "none"])
def test_all_three_forms_of_the_plus_sign_are_the_same_number(
    gateway, redis_keys_of, session_id, plus
):
    body = f"sessionId={session_id}&phoneNumber={plus}8562055500001&text=&serviceCode=*123%23"
    answer = gateway.app.test_client().post(URL, data=body, content_type=FORM)
    assert main_menu(answer.text)
    assert MOTHER.encode() in redis_keys_of(session_id)


@pytest.fixture
def redis_keys_of(gateway):
    return lambda session_id: gateway.redis.get(f"ussd:africastalking:{session_id}")


ODD_IDS = {
    "blanks inside": "a session 1",
    "colons": "cut:africastalking:1",
    "a Redis pattern": "*[a-z]?",
    "slashes and dots": "../../etc",
    "Lao": "ເລກທີ໑",
    "emoji": "🤰🤰",
    "a quote and a dash": "'; --",
    "as long as may be": "A" * 64,
}


@pytest.mark.parametrize("name", ODD_IDS.values(), ids=ODD_IDS)
def test_an_odd_session_id_is_a_session_of_its_own(post, redis_keys_of, name):
    first = post(sessionId=name)
    second = post(sessionId=name, text="1")
    assert first.text != second.text
    assert redis_keys_of(name).startswith(b"1|")
    assert main_menu(post(sessionId=f"{name}."[-64:], phoneNumber=STRANGER).text)


def test_service_and_network_code_may_be_missing(post, session_id):
    assert main_menu(post(sessionId=session_id, serviceCode=None, networkCode=None).text)


def test_of_fields_sent_twice_the_first_counts(gateway, session_id):
    twice = MultiDict(
        {
            "sessionId": [session_id, "other"],
            "phoneNumber": [MOTHER, STRANGER],
            "text": ["", "9"],
        }
    )
    assert main_menu(gateway.app.test_client().post(URL, data=twice).text)


def test_a_multipart_form_is_a_form(gateway, session_id):
    answer = gateway.app.test_client().post(
        URL, data=hop(sessionId=session_id), content_type="multipart/form-data"
    )
    assert main_menu(answer.text)


KEYS = {
    "the key as it is": "/callbacks/africastalking/ussd?key=demo",
    "the key escaped": "/callbacks/africastalking/ussd?key=%64emo",
    "something else after it": "/callbacks/africastalking/ussd?key=demo&x=1",
    "something else before it": "/callbacks/africastalking/ussd?x=1&key=demo",
}


@pytest.mark.parametrize("url", KEYS.values(), ids=KEYS)
def test_the_key_is_found_wherever_it_stands(gateway, session_id, url):
    assert main_menu(gateway.app.test_client().post(url, data=hop(sessionId=session_id)).text)


JUNK = {
    "emoji": "🤰🏽👍",
    "NUL inside a key": "7\0",
    "control characters": "\x01\x1b[2J\x7f",
    "a line break": "7\r\n",
    "Lao": "ສະບາຍດີ",
    "a combining mark alone": "\u0eb4\u0ec9",
    "right to left": "\u202e7",
    "a key between blanks": " 7 ",
    "a no-break blank": "7\u00a0",
    "placeholders": "%(key)s %s {0} {{ 7 }}",
    "markup": "<script>alert(1)</script>",
    "SQL": "1; DROP TABLE events",
    "a big number": "7" * 300,
    "a number below nought": "-1",
    "a fraction": "1.0",
    "a superscript": "\u00b2",
    "plus": "+",
    "not UTF-8": "\ufffd",
}


@pytest.mark.parametrize("key", JUNK.values(), ids=JUNK)
def test_junk_at_a_menu_shows_the_same_menu_with_a_word(post, session_id, key):
    shown = post(sessionId=session_id).text
    answer = post(sessionId=session_id, text=key).text
    assert main_menu(answer)
    assert answer != shown


@pytest.mark.parametrize("two", ["໒", "２", "\u0662", " 2", "2 ", "2#", "2\r\n"])
def test_a_digit_is_the_key_it_means(post, session_id, two):
    post(sessionId=session_id)
    meant = post(sessionId=f"{session_id}-plain", text="2").text

    assert post(sessionId=session_id, text=two).text == meant


@pytest.mark.parametrize("nothing", ["\0", "\x1b", "\x7f\x01", "   ", "#"])
def test_what_holds_no_key_is_nothing_at_all(post, session_id, nothing):
    dialled = post(sessionId=session_id)
    assert post(sessionId=session_id, text=nothing).data == dialled.data


@pytest.mark.parametrize("key", JUNK.values(), ids=JUNK)
@pytest.mark.parametrize("path", [LOOK_UP, MONTHS], ids=["registration number", "months"])
def test_junk_typed_where_something_is_asked_asks_again(post, session_id, path, key):
    asked = post(sessionId=session_id, phoneNumber="+8562055512399", text=path).text
    again = post(sessionId=session_id, phoneNumber="+8562055512399", text=f"{path}*{key}").text
    assert again.startswith("CON ")
    assert asked.startswith("CON ")


@pytest.mark.parametrize(
    "raw",
    ["%FF%FE", "%C3%28", "%ED%A0%80", "%F0%9F", "%00", "%", "%zz", "\udcff"],
    ids=["no UTF-8", "bad sequence", "a lone surrogate", "cut", "NUL", "%", "%zz", "raw byte"],
)
def test_bytes_that_are_no_text_are_a_wrong_key(gateway, session_id, raw):
    fields = {"sessionId": session_id, "phoneNumber": quote_plus(MOTHER)}
    body = "&".join(f"{name}={value}" for name, value in fields.items()) + f"&text={raw}"
    answer = gateway.app.test_client().post(
        URL, data=body.encode(errors="surrogateescape"), content_type=FORM
    )
    assert answer.status_code == 200
    assert main_menu(answer.text) or answer.text == end(DIAL_AGAIN)


@pytest.mark.parametrize("separators", ["*", "**", "*1", "1*", "1**2", "*" * 200, "0*0*0", "00*00"])
def test_separators_anywhere_are_answered(post, session_id, separators):
    post(sessionId=session_id)
    post(sessionId=session_id, text=separators)


def test_the_longest_input_there_may_be_is_answered(post, session_id):
    """Each language chosen is an event: two hundred of them at once, and still in time."""
    home = key_of("language_set", "main")
    answer = post(
        sessionId=session_id, phoneNumber="+8562055512398", text=(f"{IN_LAO}*{home}*" * 67)[:400]
    )
    assert answer.text.startswith("CON ")


class TestOnALivingSession:
    """HERE has been consumed."""

    @pytest.fixture(autouse=True)
    def shown(self, gateway, post, session_id):
        """The last reply; nothing is written from there on."""
        for text in texts(HERE):
            shown = post(sessionId=session_id, text=text)
        before = gateway.traces()
        yield shown
        assert gateway.traces() == before

    @pytest.mark.parametrize(
        "text", [f"{FIRST}*7", f"{FIRST}*7*1", f"7*{SECOND}", f"{HERE}2", f"*{HERE}", f"7*{HERE}*1"]
    )
    def test_another_input_is_not_stepped(self, post, session_id, text):
        assert post(sessionId=session_id, text=text).text in ends(DIAL_AGAIN)

    @pytest.mark.parametrize("text", ["", FIRST, f"{FIRST}*", "7", "9", "**"])
    def test_a_shorter_input_gets_the_last_reply_again(self, post, session_id, shown, text):
        again = post(sessionId=session_id, text=text)
        assert again.data == shown.data
        assert again.headers == shown.headers

    @pytest.mark.parametrize("text", ["", FIRST, HERE, f"{HERE}*1", CALL_BACK])
    def test_another_number_is_not_shown_it(self, post, session_id, text):
        answer = post(sessionId=session_id, phoneNumber=STRANGER, text=text)
        assert answer.text in ends(DIAL_AGAIN)
        assert "at-ussd-hop-metadata" not in answer.headers

    def test_a_number_abroad_is_not_shown_it(self, post, session_id):
        assert post(sessionId=session_id, phoneNumber="+66812345678", text=HERE).text[:4] == "END "

    @pytest.mark.parametrize(
        "text", [f"{HERE}#", f"{FIRST} *{SECOND}", f"{FIRST}*{chr(0x660 + int(SECOND))}"]
    )
    def test_the_same_keys_in_another_dress_get_the_last_reply_again(
        self, post, session_id, shown, text
    ):
        assert post(sessionId=session_id, text=text).data == shown.data

    @pytest.mark.parametrize("text", [f"{HERE}*" + "1" * 10_000, f"{HERE}*" + "1*" * 250])
    def test_too_long_an_input_is_not_stepped(self, post, session_id, text):
        assert post(sessionId=session_id, text=text).text == end(DIAL_AGAIN)


def test_after_the_end_every_further_input_gets_the_end_again(gateway, post, session_id):
    for text in texts(CALL_BACK):
        last = post(sessionId=session_id, phoneNumber="+8562055512397", text=text)
    assert last.text.startswith("END ")
    before = gateway.traces()
    for text in (CALL_BACK, f"{CALL_BACK}*1", f"{CALL_BACK}*{CALL_BACK}", HELP):
        again = post(sessionId=session_id, phoneNumber="+8562055512397", text=text)
        assert (again.data, again.headers) == (last.data, last.headers)
    assert gateway.traces() == before


HINTS = {
    "nothing": "",
    "not ours": "hello",
    "of another version": "2.0.a.b.1.-.main",
    "with bars": "1.0|a|b|1|-|main",
    "very long": "1." + "f" * 8_000,
    "numbers that are none": "1.x.a.b.y.-.main",
    "of another menu": "1.6a3f0000.00000000.00000000.1.-.main",
    "Latin-1": "caf\u00e9",
}


@pytest.mark.parametrize("header", HINTS.values(), ids=HINTS)
def test_hop_metadata_that_is_not_ours_does_no_harm(gateway, session_id, header):
    answer = gateway.app.test_client().post(
        URL, data=hop(sessionId=session_id, text="1"), headers={"at-ussd-hop-metadata": header}
    )
    assert answer.status_code == 200
    assert is_a_screen(answer.text)


@pytest.mark.parametrize("started_at", ["0", "-1", "f" * 20, "ffffffff", "1_0"])
def test_hop_metadata_with_an_impossible_start_asks_to_dial_again(
    gateway, post, session_id, started_at
):
    ours = post(sessionId=session_id).headers["at-ussd-hop-metadata"].split(".")
    forged = ".".join([ours[0], started_at, *ours[2:]])
    answer = gateway.app.test_client().post(
        URL,
        data=hop(sessionId=f"{session_id}x", text="1"),
        headers={"at-ussd-hop-metadata": forged},
    )
    assert answer.text == end(DIAL_AGAIN)


def test_a_pin_of_the_wrong_shape_costs_no_try(gateway, post, session_id):
    post(sessionId=session_id, phoneNumber=WITH_PIN, text=AMOUNT)
    before = gateway.traces()[0]
    wrong = ["43210", "12", "", "abcd", "໔໓໒", "4 32"]
    for index, typed in enumerate(wrong, 1):
        keys = "*".join(wrong[:index])
        answer = post(sessionId=session_id, phoneNumber=WITH_PIN, text=f"{AMOUNT}*{keys}").text
        assert GETTEXT["lo"]("A PIN has 4 digits.") in answer, typed
    assert gateway.traces()[0] == before
