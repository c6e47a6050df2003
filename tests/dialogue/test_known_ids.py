"""A session id that comes again: what begins anew, what is repeated, and for whom."""

import pytest

from gateway.core.msisdn import parse
from gateway.dialogue.host import DIAL_AGAIN
from gateway.providers.base import UssdRequest
from gateway.registry.tables import events, ussd_sessions
from tests.dialogue.rows import count, event_rows
from tests.dialogue.screens import GETTEXT, MOTHER, UNKNOWN
from tests.keys import CALL_BACK, HELP, NOT_PAID, PAYDAY, texts


class TestASessionIdThatComesAgain:
    """Operators may give an id to a later dial once the earlier one has ended."""

    @pytest.fixture
    def again(self, service):
        def send(text, session_id="again", msisdn=MOTHER, **headers):
            form = {"sessionId": session_id, "phoneNumber": msisdn, "text": text}
            return service.post("ussd", form, headers=headers or None)

        for text in texts(CALL_BACK):
            ended = send(text)
        assert ended.text.startswith("END ")
        return send

    def test_is_a_fresh_menu_and_works_from_there(self, again):
        first = again("", "another")
        assert again("").data == first.data
        assert again(PAYDAY).data == again(PAYDAY, "another").data

    def test_repeats_its_first_screen_to_who_repeats_the_first_request(self, again):
        first = again("")
        assert (again("").data, again("").headers) == (first.data, first.headers)

    def test_still_repeats_the_end_before_it_is_dialled_again(self, again):
        assert again(CALL_BACK).text.startswith("END ")
        assert again(HELP).text.startswith("END ")

    def test_does_again_what_is_chosen_again(self, again, service):
        for text in (*texts(NOT_PAID), NOT_PAID):
            again(text)
        assert [event[6] for event in event_rows(service)] == ["case_opened"] * 2

    def test_does_it_once_though_redis_forgets_the_session(self, again, service):
        metadata = again("").headers["at-ussd-hop-metadata"]
        shown = again(NOT_PAID).text
        service.flush_redis()
        assert again(NOT_PAID, **{"at-ussd-hop-metadata": metadata}).text == shown
        assert count(service, events) == 2

    def test_is_another_row_of_the_calls(self, again, service):
        for text in texts(NOT_PAID):
            form = {"sessionId": "again", "phoneNumber": MOTHER, "status": "Success"}
            service.post("ussd-events", form)
            again(text)
        service.post("ussd-events", form)
        assert count(service, ussd_sessions) == 2

    def test_of_another_number_is_that_numbers_own(self, again, phone):
        stranger = phone(UNKNOWN)
        assert again("", msisdn=UNKNOWN).text == stranger.dial()
        assert again(PAYDAY, msisdn=UNKNOWN).text == stranger.press(PAYDAY)

    def test_is_not_taken_over_by_another_number_before_its_end(self, again):
        again("")
        assert again("", msisdn=UNKNOWN).text == f"END {GETTEXT['lo'](DIAL_AGAIN)}"


@pytest.mark.parametrize("accumulated", [True, False])
class TestANetworkThatSaysWhatIsADialAndGivesItsIdAgain:
    """It has no id of a request, as companies with `newSession` and nothing else."""

    @pytest.fixture
    def send(self, service, accumulated):
        def to_the_dialogue(kind, text):
            request = UssdRequest(
                provider="says_so", session_id="again", msisdn=parse(MOTHER), service_code="*123#",
                network_code="", text=text, accumulated=accumulated, kind=kind,
            )  # fmt: skip
            return service.app.extensions["dialogue"].answer(request, service.clock()).reply

        return to_the_dialogue

    def answered(self, send, *keys, accumulated):
        return [
            send("answer", "*".join(keys[: at + 1]) if accumulated else key).text
            for at, key in enumerate(keys)
        ]

    def test_begins_anew_amid_a_conversation_and_after_its_end(self, send, accumulated):
        menu = send("dial", "").text
        shown = self.answered(send, *CALL_BACK.split("*"), accumulated=accumulated)
        assert len({menu, *shown}) == 3
        assert send("dial", "").text == menu
        assert self.answered(send, HELP, accumulated=accumulated) == shown[:1]
        assert send("dial", "").text == menu

    def test_repeats_the_first_screen_to_who_repeats_the_dial(self, send, accumulated):
        assert send("dial", "") == send("dial", "")

    def test_writes_down_what_is_chosen_in_each_conversation(self, send, accumulated, service):
        for _call in range(2):
            send("dial", "")
            self.answered(send, *NOT_PAID.split("*"), accumulated=accumulated)
        assert count(service, events) == 2
