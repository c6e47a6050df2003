"""The visits of twins, as one mother is told of them."""

from datetime import date

from gateway.core.children import living, made_for_all

FIRST, LATER = date(2026, 9, 1), date(2026, 9, 9)


def test_a_visit_is_made_once_all_children_have_had_it_on_the_day_of_the_last():
    visits = [(1, "bcg", FIRST), (2, "bcg", LATER), (1, "penta1", LATER)]

    assert made_for_all(visits, (1, 2)) == {"bcg": LATER}


def test_whoever_died_is_asked_for_nothing():
    visits = [(1, "bcg", FIRST), (2, "penta1", LATER)]

    assert made_for_all(visits, (2,)) == {"penta1": LATER}
    assert made_for_all(visits, (1,)) == {"bcg": FIRST}


def test_a_pregnancy_after_twins_is_hers_alone():
    assert living("child", [1, 2]) == (1, 2)
    assert living("child", None) == (1,)
    assert living("pregnant", [1, 2]) == (1,)
