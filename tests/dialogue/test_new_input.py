"""What a request brings beyond what its session has consumed."""

import msgspec
import pytest

from gateway.core.msisdn import Msisdn
from gateway.dialogue.new_input import (
    Hints,
    NoStep,
    as_meant,
    conversation_id,
    digest,
    new_tokens,
    split,
    starts_over,
)
from gateway.providers.base import UssdRequest
from gateway.sessions import SCHEMA, StoredSession
from gateway.ussd.session import Session

SECRET = b"a test's secret"
MOTHER = Msisdn("+8562055500001")


def request(
    text, *, msisdn=MOTHER, accumulated=True, kind=None, request_key=None, hop_metadata=None
):
    return UssdRequest(
        provider="test", session_id="s", msisdn=msisdn, service_code="*123#", network_code="",
        text=text, accumulated=accumulated, kind=kind, request_key=request_key,
        hop_metadata=hop_metadata,
    )  # fmt: skip


def stored(text, *, turn=1, request_key=None):
    return StoredSession(
        schema=SCHEMA, menu="m", msisdn=MOTHER.e164, owner="o", started_at=0,
        session=Session(state="main", locale="lo"), facts=msgspec.Raw(b"{}"), facts_print="f",
        consumed=len(text), digest=digest(SECRET, text), turn=turn, reply="r",
        request_key=request_key,
    )  # fmt: skip


def stepped(a_request, a_session):
    tokens = new_tokens(a_request, a_session, SECRET)
    assert not isinstance(tokens, NoStep)
    return tokens


@pytest.mark.parametrize(
    ("consumed", "text", "tokens"),
    [
        ("", "1", ["1"]),
        ("1", "1*2", ["2"]),
        ("1*2", "1*2*0", ["0"]),
        ("1", "1*1", ["1"]),
        ("1*1", "1*1*1", ["1"]),
        ("", "2*1*4321", ["2", "1", "4321"]),
        ("1", "1*", [""]),
        ("1*", "1**", [""]),
        ("", "*", ["", ""]),
        ("1", "1*2*3*", ["2", "3", ""]),
        ("1", "1*hello world", ["hello world"]),
    ],
)
def test_new_input_is_what_follows_the_prefix(consumed, text, tokens):
    found = stepped(request(text), stored(consumed))
    assert [token.text for token in found] == tokens


@pytest.mark.parametrize("text", ["", "1", "1*2"])
def test_the_same_text_again_is_a_retry(text):
    assert new_tokens(request(text), stored(text), SECRET) is NoStep.SAME_AGAIN


@pytest.mark.parametrize("text", ["", "1", "7"])
def test_a_shorter_text_is_a_late_repetition_and_does_not_step(text):
    assert new_tokens(request(text), stored("1*2"), SECRET) is NoStep.SAME_AGAIN


@pytest.mark.parametrize(
    ("consumed", "text"), [("1", "2"), ("1*2", "1*3*1"), ("1", "12"), ("1", "1#")]
)
def test_another_text_is_no_continuation(consumed, text):
    assert new_tokens(request(text), stored(consumed), SECRET) is NoStep.DIVERGED


def test_another_number_is_no_continuation():
    stranger = request("1*2", msisdn=Msisdn("+8562055500002"))
    assert new_tokens(stranger, stored("1"), SECRET) is NoStep.DIVERGED


def test_the_key_of_an_event_is_the_input_up_to_it_however_it_arrived():
    one_by_one = stepped(request("6*1"), stored("6"))
    at_once = split("6*1")
    assert one_by_one[-1] == at_once[-1]
    assert at_once[-1].consumed == "6*1"


class TestANetworkThatBringsOnlyTheNewestInput:
    def test_each_text_is_new(self):
        (token,) = stepped(request("1", accumulated=False), stored(""))
        assert token.text == "1"

    def test_its_own_mark_tells_a_retry(self):
        again = request("1", accumulated=False, request_key="k7")
        assert new_tokens(again, stored("", request_key="k7"), SECRET) is NoStep.SAME_AGAIN

    def test_the_echoed_turn_tells_that_a_session_was_set_back(self):
        """The key is for a page that came after the one that is kept."""
        ahead = Hints(0, "m", "f", 5, False, "main").write()
        key = request("1", accumulated=False, hop_metadata=ahead)
        assert new_tokens(key, stored("", turn=4), SECRET) is NoStep.DIVERGED

    def test_the_echoed_turn_tells_a_retry(self):
        late = Hints(0, "m", "f", 3, False, "main").write()
        again = request("1", accumulated=False, hop_metadata=late)
        assert new_tokens(again, stored("", turn=4), SECRET) is NoStep.SAME_AGAIN
        assert new_tokens(again, stored("", turn=3), SECRET) is not NoStep.SAME_AGAIN

    def test_the_same_key_in_another_turn_is_another_event(self):
        first = stepped(request("1", accumulated=False), stored("", turn=1))
        second = stepped(request("1", accumulated=False), stored("", turn=2))
        assert first[0].consumed != second[0].consumed


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("\u0ed2", "2"),
        ("2 ", "2"),
        (" 2", "2"),
        ("2#", "2"),
        ("2\n", "2"),
        ("\r\n2\t#", "2"),
        ("\uff12", "2"),
        ("\u00a02\u3000", "2"),
        ("\u200b2\ufeff", "2"),
        ("\u0ed4\u0ed3\u0ed2\u0ed1", "4321"),
        ("4321 ", "4321"),
        ("4\u0ed321", "4321"),
        ("3* 2 *\u0ed2\u0ed6000001#* 4321", "3*2*26000001*4321"),
        ("", ""),
        ("**", "**"),
        ("#", ""),
        ("hello world", "hello world"),
        ("\u00b2", "\u00b2"),
        ("\u0ea5\u0eb2\u0ea7", "\u0ea5\u0eb2\u0ea7"),
        ("\x00", "\x00"),
    ],
)
def test_an_answer_is_taken_as_it_was_meant(typed, meant):
    assert as_meant(typed) == meant


@pytest.mark.parametrize("typed", ["2 *1", "\u0ed2*\u0ed1 #", "2#*1\n*", " * ", "x *#*2"])
def test_what_is_typed_later_changes_nothing_of_what_stood_before(typed):
    """The prefix that a session has consumed is found again in every longer text."""
    ends = [at for at, one in enumerate(typed) if one == "*"]
    for end in ends:
        assert as_meant(typed).startswith(as_meant(typed[:end]) + "*")


class TestADialUnderAnIdThatWasUsed:
    """ "" after an END is a new dial; before it, it is the first request again."""

    def ended(self, **changes):
        return msgspec.structs.replace(stored("1*2", turn=2), closes=True, **changes)

    def test_starts_over_after_an_end(self):
        assert starts_over(request(""), self.ended())
        assert starts_over(request("", accumulated=False), self.ended())

    @pytest.mark.parametrize("text", ["1*2", "1", "1*2*3", "7"])
    def test_does_not_where_something_was_typed(self, text):
        assert not starts_over(request(text), self.ended())

    @pytest.mark.parametrize("turn", [0, 1, 5])
    def test_does_not_before_an_end(self, turn):
        assert not starts_over(request(""), stored("", turn=turn))

    @pytest.mark.parametrize("accumulated", [True, False])
    @pytest.mark.parametrize(
        ("turn", "closes", "text", "keys", "over"),
        [
            pytest.param(0, False, "", (None, None), False, id="the first request again"),
            pytest.param(2, False, "", (None, None), True, id="after keys"),
            pytest.param(2, True, "", (None, None), True, id="after an END"),
            pytest.param(0, True, "", (None, None), True, id="after an END that a dial met"),
            pytest.param(1, False, "3", (None, None), True, id="a deep dial"),
            pytest.param(0, False, "", ("k1", "k1"), False, id="the same request by its id"),
            pytest.param(2, True, "", ("k1", "k1"), False, id="the same request, an END"),
            pytest.param(0, False, "", ("k1", "k2"), True, id="another request by its id"),
            pytest.param(0, False, "", (None, "k2"), True, id="an id where there was none"),
        ],
    )
    def test_starts_over_where_the_network_says_that_it_is_a_dial(
        self, accumulated, turn, closes, text, keys, over
    ):
        held, key = keys
        was = msgspec.structs.replace(stored("", turn=turn, request_key=held), closes=closes)
        dial = request(text, accumulated=accumulated, kind="dial", request_key=key)
        assert starts_over(dial, was) == over

    @pytest.mark.parametrize("text", ["", "1", "1*2"])
    def test_never_where_the_network_says_that_it_is_an_answer(self, text):
        assert not starts_over(request(text, kind="answer"), self.ended())

    def test_is_known_by_another_name(self):
        names = [conversation_id("s" * 64, again) for again in range(12)]
        assert names[0] == "s" * 64
        assert len(set(names)) == 12
        assert max(map(len, names)) <= 64


class TestHints:
    hints = Hints(1_795_500_000, "0123abcd", "89ab0123", 12, True, "eligibility_registered")

    def test_survive_the_network(self):
        assert Hints.read(self.hints.write()) == self.hints

    @pytest.mark.parametrize("resumed", [True, False])
    def test_tell_how_often_the_id_was_used_before(self, resumed):
        hints = msgspec.structs.replace(self.hints, resumed=resumed, again=12)
        assert Hints.read(hints.write()) == hints

    def test_keep_to_what_the_header_allows(self):
        longest = Hints(2**36, "f" * 16, "f" * 8, 60, True, "x" * 40).write()
        assert len(longest) <= 99
        assert "|" not in longest

    @pytest.mark.parametrize("text", [None, "", "1", "1.a.b", "2.0.m.f.1.-.main", "1.x.m.f.1.-.s"])
    def test_what_is_not_ours_is_ignored(self, text):
        assert Hints.read(text) is None
