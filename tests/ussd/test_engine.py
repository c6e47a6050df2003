"""The engine: what each key does, and what it never does."""

import msgspec
import pytest

from gateway.core.errors import MenuError
from gateway.ussd import engine
from gateway.ussd.drawing import page
from gateway.ussd.pager import Budget
from gateway.ussd.screens import Branch, End, Menu, MenuTree, Need, Route
from gateway.ussd.session import Interrupted, Session, with_answers
from tests.ussd.kiosk import KIOSK, world


class Caller:
    """Presses keys; every session is stored and read again between two of them."""

    def __init__(self, the_world=None, interrupted=None, opened=("yes",)):
        self.world = the_world or world()
        self.events = []
        self._opened = iter(opened)
        self._take(engine.begin(self.world, "en", interrupted))

    def _take(self, step):
        self.session = step.session
        if step.event:
            self.events.append(step.event)
            self.session = with_answers(self.session, {"number": str(len(self.events))})

    def press(self, *keys):
        for key in keys:
            stored = msgspec.json.encode(self.session)
            self.session = msgspec.json.decode(stored, type=Session)
            outcome = engine.step(self.world, self.session, key)
            if isinstance(outcome, Need):
                results = {"opened": next(self._opened), "left": "2"}
                outcome = engine.step(self.world, self.session, key, results)
            self._take(outcome)
        return self

    @property
    def screen(self):
        return page(self.world, self.session).text

    @property
    def closes(self):
        return page(self.world, self.session).closes


def test_a_dial_shows_the_start():
    assert Caller().screen == "Kiosk\n1 Fruit\n2 Door\n3 Colour"


def test_a_choice_that_is_not_for_this_caller_is_neither_shown_nor_numbered():
    assert Caller(world(vip=True)).screen == "Kiosk\n1 Fruit\n2 Door\n3 Secret\n4 Colour"


def test_a_key_leads_on_and_back_leads_back():
    caller = Caller().press("1", "2")
    assert caller.screen == "One banana?\n1 Yes\n2 No\n0 Back 00 Menu"
    assert caller.press("0").screen == "Which?\n1 apple\n2 banana\n0 Back"
    assert caller.press("0").screen.startswith("Kiosk")


def test_home_leads_to_the_start_from_anywhere():
    assert Caller().press("1", "2", "00").screen.startswith("Kiosk")


@pytest.mark.parametrize(
    ("key", "reason"),
    [
        ("7", "No choice 7."),
        ("0", "No choice 0."),
        ("00", "No choice 00."),
        ("9", "No choice 9."),
        ("12", "No choice 12."),
        ("123", "No such choice."),
        ("4321", "No such choice."),
        ("", "Press a number."),
        ("x", "Press a number."),
        ("\u0ed1", "Press a number."),
        ("1 ", "Press a number."),
    ],
)
def test_a_wrong_key_shows_the_reason_and_the_same_screen(key, reason):
    assert Caller().press(key).screen == f"{reason}\n1 Fruit\n2 Door\n3 Colour"


def test_a_right_key_after_a_wrong_one_forgets_the_reason():
    assert Caller().press("7", "2").screen == "Code?\n0 Back"


def test_a_branch_looks_at_the_facts():
    caller = Caller(world(fruits=())).press("1")
    assert (caller.screen, caller.closes) == ("Sold out.", True)


def test_an_event_is_emitted_once_with_what_was_chosen():
    caller = Caller().press("1", "2", "1")
    assert [(event.kind, event.data) for event in caller.events] == [
        ("ordered", {"fruit": "banana"})
    ]
    assert caller.screen == "Order 1 is coming."


def test_keys_after_the_end_do_nothing():
    caller = Caller().press("1", "1", "1")
    assert caller.press("1", "2").events == caller.events[:1]
    assert caller.closes


def test_an_ill_formed_input_is_not_asked_of_the_host():
    caller = Caller(opened=())
    assert caller.press("2", "abc").screen == "Four digits.\nCode?\n0 Back"


def test_a_secret_is_asked_of_the_host_and_never_kept():
    caller = Caller().press("2", "1234")
    assert caller.screen.startswith("You are in.")
    assert b"1234" not in msgspec.json.encode(caller.session)


def test_a_wrong_secret_asks_again_with_what_is_left():
    caller = Caller(opened=["no", "yes"]).press("2", "9999")
    assert caller.screen == "Wrong: 2 left.\nCode?\n0 Back"
    assert caller.press("1234").screen.startswith("You are in.")


def test_back_skips_the_secret():
    assert Caller().press("2", "1234", "0").screen.startswith("Kiosk")


def test_a_long_text_is_paged_and_only_its_last_page_closes():
    caller = Caller().press("2", "1234", "1")
    assert caller.screen.endswith("9 More")
    assert not caller.closes
    second = caller.press("9")
    assert not second.closes
    assert second.press("9").closes


def test_back_on_a_later_page_turns_a_page():
    caller = Caller().press("2", "1234", "1")
    first = caller.screen
    assert caller.press("9").screen != first
    assert caller.press("0").screen == first


def test_a_choice_of_language_shows_at_once():
    assert Caller().press("3", "2").screen == "DONE.\n1 BYE\n0 BACK 00 MENU"


class TestAKeyOfAnotherPage:
    @pytest.fixture
    def reading(self):
        """Eleven fruits on pages that hold a few each."""
        many = world([f"fruit {n:02}" for n in range(11)], budget=Budget(80, 60))
        return Caller(many).press("1")

    def test_is_no_choice(self, reading):
        assert reading.screen == "Which?\n1 fruit 00\n2 fruit 01\n3 fruit 02\n0 Back 9 More"
        assert reading.press("5").screen.startswith("No choice 5.\n1 fruit 00\n")
        assert reading.events == []

    def test_is_one_where_it_stands(self, reading):
        assert reading.press("9").screen.startswith("4 fruit 03\n5 fruit 04")
        assert reading.press("4").screen.startswith("One fruit 03?")

    def test_is_none_after_it_was_left(self, reading):
        assert reading.press("9", "2").screen.startswith("No choice 2.\n4 fruit 03\n")

    def test_that_the_word_about_a_wrong_one_pushed_away_comes_with_the_next_page(self, reading):
        shown = [key for _page in range(4) for key in self.turn(reading, "7")]
        assert shown == ["1", "2", "3", "4", "5", "6", "7", "8", "11", "12", "13"]

    def turn(self, caller, wrong):
        """The choices of the page as it stands after a wrong key, and then the next page."""
        if wrong not in page(caller.world, caller.session).keys:
            caller.press(wrong)
        drawn = page(caller.world, caller.session)
        if "9" in drawn.keys:
            caller.press("9")
        return [key for key in drawn.keys if key != "9"]

    def test_of_the_session_that_knows_what_its_page_showed_draws_nothing(self, reading):
        """What is stored with the page decides, so a key press draws only the page that follows."""
        known = msgspec.structs.replace(reading.session, keys=("1",))
        refused, taken = (engine.step(reading.world, known, key) for key in ("2", "1"))
        assert isinstance(refused, engine.Step)
        assert isinstance(taken, engine.Step)
        assert refused.session.notice is not None
        assert taken.session.state == "order"


def test_numbers_skip_nine_and_nought_which_turn_pages():
    caller = Caller(world(fruits=[f"fruit {n}" for n in range(12)]))
    assert caller.press("1", "11").screen.startswith("One fruit 8?")


class TestGoingOn:
    cut_off = Interrupted("order", ("main", "fruit"), {"fruit": "banana"})

    def test_an_interrupted_session_is_offered(self):
        assert Caller(interrupted=self.cut_off).screen == "Cut off.\n1 Go on\n2 Anew"

    def test_going_on_shows_where_it_broke_off_and_back_still_works(self):
        caller = Caller(interrupted=self.cut_off).press("1")
        assert caller.screen.startswith("One banana?")
        assert caller.press("0").screen.startswith("Which?")

    def test_starting_anew_forgets_it(self):
        caller = Caller(interrupted=self.cut_off).press("2")
        assert caller.screen.startswith("Kiosk")
        assert "fruit" not in caller.session.answers

    def test_behind_a_secret_the_secret_is_asked_again(self):
        behind = Interrupted("inside", ("main", "door"), {"opened": "yes"})
        assert Caller(interrupted=behind).press("1").screen == "Code?\n0 Back"

    def test_a_state_that_is_gone_leads_to_the_start_with_a_word(self):
        gone = Interrupted("cellar", ("main",), {})
        seen = Caller(interrupted=gone).press("1").screen
        assert seen.startswith("The menu has changed.\n1 Fruit")

    def test_in_the_middle_of_an_end_it_goes_on_to_that_end(self):
        reading = Interrupted("story", ("main", "inside"), {})
        caller = Caller(interrupted=reading).press("1")
        assert not caller.closes
        assert caller.press("9", "9").closes


def test_back_from_an_end_of_several_pages_is_no_end():
    caller = Caller().press("2", "1234", "1")
    assert not caller.closes
    assert caller.press("0").screen == "You are in.\n1 Look around\n0 Back 00 Menu"
    assert not caller.closes


def test_back_to_a_state_that_a_deploy_removed_leads_to_the_start_with_a_word():
    caller = Caller().press("1")
    caller.session = msgspec.structs.replace(caller.session, history=("main", "cellar"))
    assert caller.press("0").screen.startswith("The menu has changed.\n1 Fruit")


def test_a_stored_state_that_a_deploy_removed_leads_to_the_start_with_a_word():
    caller = Caller()
    caller.session = msgspec.structs.replace(caller.session, state="cellar")
    assert caller.press("1").screen.startswith("The menu has changed.\n1 Fruit")


def test_the_trail_remembers_every_state_in_order():
    assert Caller().press("1", "0", "2").session.trail == ("main", "fruit", "main", "door")


def test_a_branch_may_not_pick_a_state_it_did_not_name():
    liar = MenuTree(
        "liar",
        (Menu("main", "Hi", choices=()), Route("r", Branch(lambda _c: "end", ("main",)))),
        start="r",
        home="main",
    )
    with pytest.raises(MenuError, match="picked 'end'"):
        engine.begin(world(tree=liar), "en")


def test_routes_in_a_circle_are_refused():
    circle = MenuTree(
        "circle",
        (Route("a", Branch(lambda _c: "b", ("b",))), Route("b", Branch(lambda _c: "a", ("a",)))),
        start="a",
        home="a",
    )
    with pytest.raises(MenuError, match="without end"):
        engine.begin(world(tree=circle), "en")


def test_the_version_changes_with_an_edge_and_not_with_a_wording():
    def version(*states):
        return MenuTree("t", states, start="a", home="a").version

    one = version(Menu("a", "Hello", choices=()), End("b", "x"))
    assert one == version(Menu("a", "Good day", choices=()), End("b", "x"))
    assert one != version(Menu("a", "Hello", choices=()), End("c", "x"))
    assert KIOSK.version == KIOSK.version
