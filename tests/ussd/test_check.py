"""The checker finds each fault that is planted, and none where there is none."""

from dataclasses import replace

import pytest

from gateway.core.texts import in_context
from gateway.ussd.check import check
from gateway.ussd.check.room import rooms, widest
from gateway.ussd.check.texts import msgids
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
    return [(fault.state, str(fault).removeprefix(fault.state)[1:].lstrip()) for fault in found]


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


def test_a_text_missing_in_its_context_is_named_readably():
    label = in_context("handset", "Red")
    tree = planted(Menu("colours", "Pick:", choices=(Choice(label, to="sold_out"),)))
    assert ("colours", "in lo: 'Red' (handset) is not translated") in faults(tree, lo={label: ""})


def test_a_missing_translation_is_found():
    assert faults(KIOSK, lo={"Sold out.": ""}) == [
        ("sold_out", "in lo: 'Sold out.' is not translated")
    ]


def test_a_placeholder_that_differs_is_found():
    assert faults(KIOSK, lo={"One %(fruit)s?": "One %(fruits)s?"}) == [
        ("order", "in lo: 'One %(fruit)s?' has other placeholders")
    ]


def test_a_slot_that_the_text_does_not_name_is_found():
    odd = Menu("painted", "Done.", slots={"x": Slot(3, lambda _context: "x")},
               choices=(Choice("Bye", to="sold_out"),))  # fmt: skip
    assert faults(planted(odd)) == [("painted", "its text names [], its slots ['x']")]


def test_of_a_state_and_a_language_one_sentence_says_how_many_texts_are_at_fault():
    missing = dict.fromkeys(("Which?", "Pick:", "Red", "Lao"), "")
    assert faults(KIOSK, lo=missing) == [
        ("colours", "in lo: 'Pick:' is not translated; so it is with 2 more of its texts"),
        ("fruit", "in lo: 'Which?' is not translated"),
    ]


@pytest.mark.parametrize(
    ("letter", "room", "one", "two"),
    [("m", 182, "1 septet", "2 septets"), ("ກ", 80, "1 unit", "2 units")],
    ids=["GSM-7", "UCS-2"],
)
def test_a_text_one_unit_too_long_is_found(letter, room, one, two):
    def found(length):
        return faults(planted(End("sold_out", letter * length)))

    assert found(room) == []
    for length, over in ((room + 1, one), (room + 2, two)):
        assert found(length) == [
            ("sold_out", f"in {locale}: {over} over on page 1 of 1") for locale in ("en", "lo")
        ]


@pytest.mark.parametrize("pages", [1, 2, 3])
def test_what_is_over_stands_on_the_last_page_that_the_screen_may_have(pages):
    room = 80 * pages - (pages - 1) * len("\n9 More")
    long = End("sold_out", "ກ" * (room + 7), pages=pages)
    assert faults(planted(long))[0] == (
        "sold_out",
        f"in en: 7 units over on page {pages} of {pages}",
    )
    assert faults(planted(replace(long, text="ກ" * room))) == []


def test_of_many_notices_the_worst_is_told():
    ask = Ask(
        "door", "ກ" * 50, malformed="ກ" * 33, error="ກ" * 40 + "%(x)s", to="inside",
        error_slots={"x": Slot(3, lambda _context: "x")},
    )  # fmt: skip
    (english, _lao) = faults(planted(ask))
    notice = "ກ" * 40 + "mmm"
    over = 50 + len(f"\n{notice}\n0 Back") - 80
    assert english == (
        "door",
        f"in en: {over} units over on page 1 of 1, with the notice {notice!r}",
    )


def test_the_widest_value_counts_and_not_the_usual_one():
    def tree(width):
        slot = Slot(width, lambda _context: "short")
        return planted(End("sold_out", "%(x)s", slots={"x": slot}))

    assert faults(tree(80)) == []
    assert "1 septet over on page 1 of 1" in faults(tree(183))[0][1]
    assert "1 unit over on page 1 of 1" in faults(tree(81))[-1][1]


def test_the_reason_after_a_wrong_key_counts_too():
    def tree(length):
        return planted(Menu("painted", "ກ" * length, choices=(Choice("Bye", to="sold_out"),)))

    budget = Budget(80, 182)
    longest = 80 - len("Press a number.\n") - len("\n1 Bye\n0 Back")
    assert faults(tree(longest), budget) == []
    assert "with the notice 'No such choice.'" in faults(tree(longest + 1), budget)[0][1]


def test_a_smaller_budget_is_harder():
    tree = planted(End("sold_out", "ກ" * 80))
    assert "sold_out" not in dict(faults(tree, Budget(80, 182)))
    assert "8 units over" in dict(faults(tree, Budget(72, 160)))["sold_out"]


def test_a_way_longer_than_a_session_is_found():
    pages = 1 + 1 + 1 + 2  # main, door, inside, and the story's three but for the last
    assert faults(KIOSK, seconds=20 * pages) == []
    (fault,) = faults(KIOSK, seconds=20 * pages - 1)
    assert fault[1].startswith(
        f"1 s over the {20 * pages - 1} of a session, {pages} pages of 20 s from the dial: main >"
    )


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
            ("order", f"in {locale}: *1*2# leads to 'fruit' at 72/160 and 80/182")
            for locale in ("en", "lo")
        ]

    def test_that_needs_another_key_on_another_page_is_found(self):
        """Eight fruits take one page in one language and two in the other."""
        lao = {"Which?": "ໝາກໄມ້ອັນໃດ?" + "ກ" * 20}
        tree = self.taught("1*8", "order", fruits=[f"fruit{n}" for n in range(8)])
        found = faults(tree, lo=lao)
        assert found == [("order", "in lo: *1*8# leads to 'fruit' at 72/160 and 80/182")]
        tree = self.taught("1*9*8", "order", fruits=[f"fruit{n}" for n in range(8)])
        assert faults(tree, lo=lao) == []

    def test_that_takes_a_secret_is_found(self):
        assert faults(self.taught("2*1234", "inside"))[0][0] == "inside"


def test_widest_shows_as_many_of_a_list_as_there_may_be():
    fruit = KIOSK.by_name["fruit"]
    assert isinstance(fruit, Screen)
    pages = widest(fruit, "en", catalogues(KIOSK)["en"], notice="", deep=1, budget=Budget())
    assert sum(page.count("mmmmmmm") for page in pages) == 20


class TestRoom:
    """What is left, as `flask menus check --room` prints it."""

    def left(self, tree, name, budget=None, **changes):
        found = rooms(tree, catalogues(tree, **changes), budget or Budget())
        return {room.locale: room for room in found if room.state == name}

    def test_counts_in_the_encoding_of_the_page(self):
        found = self.left(KIOSK, "sold_out", lo={"Sold out.": "ໝົດ"})
        sizes = {name: (room.left, room.of, room.septets) for name, room in found.items()}
        assert sizes == {
            "en": (182 - len("Sold out."), 182, True),
            "lo": (80 - len("ໝົດ"), 80, False),
        }

    def test_is_that_under_the_longest_notice_with_the_way_back(self):
        room = self.left(KIOSK, "painted")["en"]
        shown = f"{room.notice}\nDone.\n1 Bye\n0 Back"
        assert (room.notice, room.left) == ("No such choice.", 182 - len(shown))

    def test_of_several_pages_is_that_of_the_last_that_the_text_reaches(self):
        told, ended = " ".join(map(str, range(1000, 1100))), self.left(KIOSK, "story")["en"]
        assert (ended.page, ended.pages) == (3, 3)

        def story(more):
            return planted(End("story", told + "m" * more, pages=3))

        assert faults(story(ended.left)) == []
        assert self.left(story(ended.left), "story")["en"].left == 0
        assert faults(story(ended.left + 1))[0] == ("story", "in en: 1 septet over on page 3 of 3")

    def test_is_less_than_nothing_where_a_screen_is_over(self):
        tree = planted(End("sold_out", "ກ" * 91))
        assert [room.left for room in self.left(tree, "sold_out").values()] == [-11, -11]

    def test_comes_with_the_tightest_first(self):
        tree = planted(
            End("sold_out", "ກ" * 91),
            End("ordered", "m" * 181),
        )
        found = rooms(tree, catalogues(tree), Budget())
        assert [(room.state, room.locale, room.left) for room in found[:3]] == [
            ("sold_out", "en", -11),
            ("sold_out", "lo", -11),
            ("ordered", "en", 1),
        ]
        tightness = [room.tightness for room in found]
        assert tightness == sorted(tightness)
        assert len(found) == 2 * sum(isinstance(state, Screen) for state in tree.states)
