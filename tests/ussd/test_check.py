"""The checker finds each fault that is planted, and none where there is none."""

from dataclasses import replace

import pytest

from gateway.ussd.check import check, msgids, widest
from gateway.ussd.pager import Budget
from gateway.ussd.screens import (
    Ask,
    Branch,
    Choice,
    Code,
    Confirm,
    End,
    Menu,
    Route,
    Screen,
    Slot,
)
from tests.ussd.kiosk import KIOSK, TODAY


def catalogues(tree, **changes):
    """Every text translated into itself, but for `changes`."""
    texts = {msgid: msgid for _state, msgid in msgids(tree)}
    return {"en": texts, "lo": texts | changes.get("lo", {})}


def faults(tree, budget=None, seconds=300, **changes):
    found = check(tree, catalogues(tree, **changes), budget or Budget(), seconds)
    return [(fault.state, fault.problem) for fault in found]


def planted(*states, **tree):
    """The kiosk with `states` added or, under the same name, in place of its own."""
    names = {state.name for state in states}
    kept = [state for state in KIOSK.states if state.name not in names]
    return replace(KIOSK, states=(*kept, *states), **tree)


def test_a_sound_menu_has_no_fault():
    assert faults(KIOSK) == []


def test_a_dangling_edge_is_found():
    tree = planted(Menu("colours", "Pick:", choices=(Choice("Red", to="nowhere"),)))
    assert ("colours", "leads to 'nowhere', which does not exist") in faults(tree)


def test_a_dangling_branch_is_found_though_it_is_never_picked():
    branch = Branch(lambda _context: "sold_out", ("sold_out", "nowhere"))
    tree = planted(Menu("colours", "Pick:", choices=(Choice("Red", to=branch),)))
    assert ("colours", "leads to 'nowhere', which does not exist") in faults(tree)


def test_a_dangling_start_is_found():
    assert ("kiosk", "begins at 'nowhere', which does not exist") in faults(
        planted(resume="nowhere")
    )


def test_an_orphan_is_found():
    assert faults(planted(End("cellar", "Dark."))) == [("cellar", "cannot be reached")]


def test_a_trap_without_an_end_is_found():
    trap = Menu("painted", "Done.", choices=(Choice("Again", to="painted"),))
    assert ("painted", "cannot reach an END") in faults(planted(trap))


def test_a_state_defined_twice_is_found():
    tree = replace(KIOSK, states=(*KIOSK.states, End("sold_out", "Sold out.")))
    assert ("sold_out", "is defined twice") in faults(tree)


def test_a_missing_translation_is_found():
    assert faults(KIOSK, lo={"Sold out.": ""}) == [
        ("sold_out", "'Sold out.' is not translated into lo")
    ]


def test_a_placeholder_that_differs_is_found():
    assert faults(KIOSK, lo={"One %(fruit)s?": "One %(fruits)s?"}) == [
        ("order", "'One %(fruit)s?' has other placeholders in lo")
    ]


def test_a_slot_that_the_text_does_not_name_is_found():
    odd = Menu("painted", "Done.", slots={"x": Slot(3, lambda _context: "x")},
               choices=(Choice("Bye", to="sold_out"),))  # fmt: skip
    assert faults(planted(odd)) == [("painted", "its text names [], its slots ['x']")]


@pytest.mark.parametrize(
    ("letter", "room"),
    [("m", 182), ("ກ", 80)],
    ids=["GSM-7", "UCS-2"],
)
def test_a_text_one_unit_too_long_is_found(letter, room):
    assert faults(planted(End("sold_out", letter * room))) == []
    found = faults(planted(End("sold_out", letter * (room + 1))))
    assert {state for state, _problem in found} == {"sold_out"}
    assert all("needs 2 pages instead of 1" in problem for _state, problem in found)


def test_the_widest_value_counts_and_not_the_usual_one():
    def tree(width):
        slot = Slot(width, lambda _context: "short")
        return planted(End("sold_out", "%(x)s", slots={"x": slot}))

    assert faults(tree(80)) == []
    assert "needs 2 pages" in faults(tree(81))[0][1]


def test_the_reason_after_a_wrong_key_counts_too():
    def tree(length):
        return planted(Menu("painted", "ກ" * length, choices=(Choice("Bye", to="sold_out"),)))

    budget = Budget(80, 182)
    longest = 80 - len("Press a number.\n") - len("\n1 Bye\n0 Back")
    assert faults(tree(longest), budget) == []
    assert "after 'No such choice.'" in faults(tree(longest + 1), budget)[0][1]


def test_a_smaller_budget_is_harder():
    tree = planted(End("sold_out", "ກ" * 80))
    assert "sold_out" not in dict(faults(tree, Budget(80, 182)))
    assert "needs 2 pages" in dict(faults(tree, Budget(72, 160)))["sold_out"]


def test_a_way_longer_than_a_session_is_found():
    pages = 1 + 1 + 1 + 2  # main, door, inside, and the story's three but for the last
    assert faults(KIOSK, seconds=20 * pages) == []
    (fault,) = faults(KIOSK, seconds=20 * pages - 1)
    assert "too far for a session: main >" in fault[1]


def test_a_choice_that_fits_no_page_is_found():
    tree = planted(Menu("painted", "Done.", choices=(Choice("ກ" * 90, to="sold_out"),)))
    assert faults(tree)[0][0] == "painted"


def test_an_error_text_is_checked_as_well():
    ask = Ask("door", "Code?", malformed="ກ" * 80, to=Branch(lambda _c: "inside", ("inside",)))
    assert any(state == "door" for state, _problem in faults(planted(ask)))


class TestWhatStopsSomething:
    """The kiosk's order is final: it must be asked about."""

    def asked(self, **changes):
        confirm = {
            "name": "order",
            "text": "Sure?",
            "choices": (Choice("Yes", to="ordered"), Choice("No", to="main")),
        }
        return planted(Confirm(**(confirm | changes)), stopping=frozenset({"ordered"}))

    def test_may_follow_its_question(self):
        assert faults(self.asked()) == []

    def test_is_found_behind_a_plain_menu(self):
        found = faults(planted(stopping=frozenset({"ordered"})))
        assert found == [("ordered", "ends something, and 'order' leads there unasked")]

    def test_is_found_behind_a_route_too(self):
        on = Route("straight_on", Branch(lambda _context: "ordered", ("ordered",)))
        colours = Menu("colours", "Pick:", choices=(Choice("Red", to="straight_on"),))
        kept = [state for state in self.asked().states if state.name not in {"hop", "painted"}]
        tree = replace(self.asked(), states=tuple(kept))
        tree = replace(
            tree, states=(*[one for one in tree.states if one.name != "colours"], colours, on)
        )
        assert faults(tree) == [
            ("straight_on", "ends something, and 'colours' leads there unasked")
        ]

    @pytest.mark.parametrize(
        "changes",
        [
            pytest.param({"choices": (Choice("Yes", to="ordered"),)}, id="no way out"),
            pytest.param({"pages": 2}, id="a question that is not beside its answers"),
            pytest.param(
                {"choices": (Choice("Yes", to="ordered"), Choice("Yes!", to="ordered"))},
                id="two ways to do it",
            ),
        ],
    )
    def test_is_found_where_the_question_is_none(self, changes):
        assert ("order", "must ask, on one page, whether to end one thing or not") in faults(
            self.asked(**changes)
        )

    def test_is_found_at_the_dial(self):
        tree = self.asked()
        assert ("ordered", "ends something, and nobody is asked") in faults(
            replace(tree, home="ordered")
        )


class TestATaughtCode:
    def taught(self, keys, to, fruits=("apple",)):
        code = Code(keys, to, {"fruits": list(fruits), "vip": False}, TODAY)
        return replace(KIOSK, codes=(code,))

    def test_that_leads_where_it_is_said_to_is_sound(self):
        assert faults(self.taught("1*1", "order")) == []

    def test_that_leads_elsewhere_is_found_in_every_language(self):
        found = faults(self.taught("1*2", "order"))
        assert found == [
            ("order", f"*1*2# leads to 'fruit' in {locale} at {page}")
            for locale in ("en", "lo")
            for page in ("72/160", "80/182")
        ]

    def test_that_needs_another_key_on_another_page_is_found(self):
        """Eight fruits take one page in one language and two in the other."""
        lao = {"Which?": "ໝາກໄມ້ອັນໃດ?" + "ກ" * 20}
        tree = self.taught("1*8", "order", fruits=[f"fruit{n}" for n in range(8)])
        found = faults(tree, lo=lao)
        assert {problem for _state, problem in found} == {
            "*1*8# leads to 'fruit' in lo at 72/160",
            "*1*8# leads to 'fruit' in lo at 80/182",
        }
        tree = self.taught("1*9*8", "order", fruits=[f"fruit{n}" for n in range(8)])
        assert faults(tree, lo=lao) == []

    def test_that_takes_a_secret_is_found(self):
        assert faults(self.taught("2*1234", "inside"))[0][0] == "inside"


def test_widest_shows_as_many_of_a_list_as_there_may_be():
    fruit = KIOSK.by_name["fruit"]
    assert isinstance(fruit, Screen)
    pages = widest(fruit, "en", catalogues(KIOSK)["en"], notice="", deep=1, budget=Budget())
    assert sum(page.count("mmmmmmm") for page in pages) == 20
