"""A kind that is misspelt, or that somebody forgot, is named by `flask menus check`."""

from dataclasses import replace
from enum import StrEnum

import pytest

from gateway.cli.menu_kinds import Tables, kind_faults
from gateway.core.errors import MenuError
from gateway.core.kinds import CaseKind, CaseMeaning, EventKind, NeedKind
from gateway.ussd.screens import Ask, Asks, Emits, End, Event, Menu, MenuTree, Need
from menus import build_menu

REAL = build_menu("1234")


class Planted(StrEnum):
    EVENT = "number_disownd"
    NEED = "chek_pin"
    CASE = "not_payed"
    NEW = "zebra"


def _tree(state) -> MenuTree:
    return MenuTree("planted", (Menu("main", "x"), state), start="main", home="main")


@pytest.mark.parametrize(
    ("state", "fault"),
    [
        (End("bye", "x", emits=Emits(Planted.EVENT)),
         "bye: emits 'number_disownd', which is no EventKind: take EventKind.NUMBER_DISOWNED, "
         "or add it to EventKind in gateway/core/kinds.py"),
        (End("bye", "x", emits=Emits(Planted.NEW)),
         "bye: emits 'zebra', which is no EventKind: add it to EventKind in gateway/core/kinds.py"),
        (End("bye", "x", emits=Emits(EventKind.CASE_OPENED, words={"kind": Planted.CASE})),
         "bye: opens a case 'not_payed', which is no CaseKind: take CaseKind.NOT_PAID, "
         "or add it to CaseKind in gateway/core/kinds.py"),
        (Ask("pin", "x", needs=Asks(Planted.NEED, lambda _context, _typed: {}), to="main"),
         "pin: asks for 'chek_pin', which is no NeedKind: take NeedKind.CHECK_PIN, "
         "or add it to NeedKind in gateway/core/kinds.py"),
    ],
)  # fmt: skip
def test_a_misspelt_kind_is_named_with_its_state_and_what_to_do(state, fault):
    assert kind_faults(_tree(state)) == [fault]


def test_a_plain_string_in_a_menu_is_no_kind_either():
    state = End("bye", "x", emits=Emits("number_disowned"))  # type: ignore[arg-type]
    assert len(kind_faults(_tree(state))) == 1


def test_a_case_of_no_kind_at_all_is_named():
    (fault,) = kind_faults(_tree(End("bye", "x", emits=Emits(EventKind.CASE_OPENED))))
    assert fault.startswith("bye: opens a case '', which is no CaseKind")


@pytest.mark.parametrize(
    ("table", "kind", "names"),
    [
        ("events", EventKind.SCREENED, ("no word for staff", "EVENTS of gateway/core/kinds.py")),
        ("effects", EventKind.SCREENED, ("no effect", "gateway/dialogue/effects.py")),
        ("needs", NeedKind.LOOK_UP, ("no meaning", "NEEDS of gateway/core/kinds.py")),
        ("replies", NeedKind.LOOK_UP, ("nobody to answer it", "gateway/dialogue/sql_backend.py")),
        ("made_up", NeedKind.LOOK_UP, ("no made-up answer", "menu_map/made_up.py")),
        ("cases", CaseKind.SMS, ("no word for staff", "CASES of gateway/core/kinds.py")),
    ],
)
def test_what_forgot_a_kind_is_named_with_the_place_to_write_it(table, kind, names):
    whole = getattr(Tables(), table)
    gap = {one: entry for one, entry in whole.items() if one != kind}

    (fault,) = kind_faults(REAL, replace(Tables(), **{table: gap}))

    assert fault.startswith(f"{type(kind).__name__}.{kind.name} has ")
    assert all(part in fault for part in names)


def test_a_made_up_answer_that_lacks_a_name_says_which():
    half = {**Tables().made_up, NeedKind.CHECK_PIN: lambda _need, _today: {"pin": "ok"}}

    (fault,) = kind_faults(REAL, replace(Tables(), made_up=half))

    assert fault.startswith("NeedKind.CHECK_PIN has no made-up answer tries_left for the menu map")


@pytest.mark.parametrize(
    ("word", "fault"),
    [
        ("", "CaseKind.SMS has no word for staff: write it into CASES of gateway/core/kinds.py"),
        ("Zebra", "CaseKind.SMS: the word for staff 'Zebra' is in no catalogue: mark it with _() "
         "in CASES of gateway/core/kinds.py, then make catalogue"),
    ],
)  # fmt: skip
def test_a_word_that_staff_cannot_read_is_named(word, fault):
    cases = {**Tables().cases, CaseKind.SMS: CaseMeaning(word=word, answered=True)}
    assert kind_faults(REAL, replace(Tables(), cases=cases)) == [fault]


def test_a_kind_of_another_vocabulary_is_not_proposed_for_this_one():
    (fault,) = kind_faults(_tree(End("bye", "x", emits=Emits(CaseKind.NOT_PAID))))
    assert fault == (
        "bye: emits CaseKind.NOT_PAID, which is of another vocabulary: take a member of EventKind"
    )


def test_the_menu_as_it_is_has_no_fault():
    assert kind_faults(REAL) == []


@pytest.mark.parametrize("record", [Event, Need])
def test_an_event_or_a_need_of_no_vocabulary_cannot_be_made(record):
    with pytest.raises(MenuError, match="number_disownd"):
        record("number_disownd", {})


@pytest.mark.parametrize("kinds", [EventKind, NeedKind, CaseKind])
def test_a_word_that_is_none_says_where_they_all_are(kinds):
    with pytest.raises(MenuError, match=f"'zebra' is no {kinds.__name__}: gateway/core/kinds.py"):
        kinds("zebra")
