"""The menu has changed while a session was open: the caller starts again with a word."""

import msgspec
import pytest

from gateway.ussd.screens import MENU_CHANGED
from tests.dialogue.screens import AGAIN, EN, is_main_menu, offers_to_go_on
from tests.keys import BACK, REMINDERS, key_of

HEALTH_OFF = key_of("reminders", "reminders_stop")


class TestADeploy:
    @pytest.fixture
    def amid(self, phone, redis_client):
        """A session at help, reminders, put back changed."""

        def go(change, **head):
            handset = phone()
            handset.dial()
            for key in REMINDERS.split("*"):
                handset.press(key)
            (key,) = redis_client.keys("ussd:africastalking:*")
            turn, stored = redis_client.get(key).split(b"|", 1)
            changed = msgspec.json.decode(stored)
            changed |= {"menu": "00000000", **head}
            changed["session"] |= change
            redis_client.set(key, turn + b"|" + msgspec.json.encode(changed))
            return handset

        return go

    def starts_again(self, body: str) -> bool:
        return is_main_menu(body) and body.startswith(f"CON {EN(MENU_CHANGED)}")

    def test_without_the_stored_state_starts_again_with_a_word(self, amid):
        handset = amid({"state": "no_such_state"})
        assert self.starts_again(handset.press("1"))
        handset.retry()
        assert handset.press("2").startswith("CON ")

    def test_without_the_state_before_it_starts_again_on_the_way_back(self, amid):
        handset = amid({"history": ["main", "no_such_state"]})
        assert self.starts_again(handset.press(BACK))

    def test_with_another_kind_of_state_of_that_name_starts_again(self, amid):
        handset = amid({"state": "reminders_guard"})
        assert self.starts_again(handset.press("1"))

    def test_whose_state_wants_an_answer_nobody_gave_starts_again(self, amid):
        handset = amid({"state": "found", "answers": {}, "history": ["main"]})
        assert self.starts_again(handset.press("x"))

    def test_that_still_has_the_state_goes_on(self, amid):
        handset = amid({})
        assert not self.starts_again(handset.press(BACK))

    def test_whose_page_reads_otherwise_does_not_take_its_keys_for_the_old_ones(self, amid):
        """The same keys led to another screen in the old menu; 4 stood for something else there."""
        handset = amid({}, reply="SMS reminders:\n4 More of them\n0 Back")
        shown = handset.press("4")
        assert shown.startswith(f"CON {EN(MENU_CHANGED)}\n1 {EN('Get payment SMS')}")
        assert handset.press(HEALTH_OFF).startswith(f"CON {EN('Stop the SMS about health?')}")

    def test_that_first_keeps_the_keys_of_a_page_goes_on_with_the_page_drawn_anew(self, amid):
        handset = amid({"keys": None})
        assert handset.press(HEALTH_OFF).startswith(f"CON {EN('Stop the SMS about health?')}")

    def test_to_another_schema_replays_what_was_typed(self, amid):
        handset = amid({}, schema=0)
        assert handset.press(BACK).startswith(f"CON {EN('Call free %(hotline)s.')[:9]}")

    def test_that_knows_callers_by_other_facts_asks_to_dial_again(self, amid):
        handset = amid({}, facts={"other": 1})
        assert handset.press(BACK) == AGAIN

    def test_repeats_what_was_shown_before_it(self, amid):
        handset = amid({"state": "no_such_state"})
        handset.retry()

    def test_cannot_go_on_where_an_offer_stood_and_starts_again(self, amid):
        handset = amid({"state": "no_such_state", "history": ["main"]})
        handset.timeout()
        assert offers_to_go_on(handset.dial())
        assert self.starts_again(handset.press("1"))
