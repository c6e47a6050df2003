"""Whom a broadcast is for: when it is expanded, and again when it is sent."""

import pytest

from gateway.messaging.audience import UnknownAudienceError, audience_of
from gateway.registry.database import Database
from gateway.registry.tables import beneficiaries, payments
from tests.messaging.broadcasting import BroadcastDesk
from tests.messaging.conftest import Office
from tests.messaging.village import NOW, Village, ledger, number


@pytest.fixture
def desk(office: Office) -> BroadcastDesk:
    return BroadcastDesk(office)


def whom(database: Database, **wanted) -> list[str]:
    office = Office(database)
    with database.reading() as connection:
        audience = audience_of(connection, wanted)
    BroadcastDesk(office).running(audience=audience)
    return sorted(row.msisdn for row in ledger(database, "msisdn"))


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, [1, 2, 3]),
        ({"village": ["ໂພນແກ້ວ"]}, [1, 2]),
        ({"village": ["Saphan"]}, [3]),
        ({"village": ["Saphan", "Phonkeo"]}, [1, 2, 3]),
        ({"pay_point": ["Saphan"], "category": ["pregnant"]}, []),
        ({"health_centre": ["Phonkeo"], "category": ["pregnant"]}, [2]),
        ({"status": ["suspended"]}, [3]),
        ({"status": ["enrolled"], "village": []}, [1, 2]),
        ({"cycle": ["2026-11"]}, [1]),
        ({"cycle": ["2026-09"]}, []),
    ],
)
def test_filters_choose_whom_it_is_for(database: Database, village: Village, wanted, expected):
    other = Village(database, "ສະພານ", "Saphan")
    village.payment(village.woman(1))
    village.payment(village.woman(2, category="pregnant"), status="cancelled")
    other.woman(3, status="suspended")

    assert whom(database, **wanted) == [number(index) for index in expected]


@pytest.mark.parametrize("category", ["pregnant", "child"])
def test_whose_course_has_ended_is_in_no_category(database: Database, village: Village, category):
    village.woman(1, category=category)
    village.woman(2, category=category, course_ended_at=NOW, course_ended_reason="moved")

    assert whom(database, category=[category]) == [number(1)]


def test_whose_course_has_ended_still_hears_of_a_flood(database: Database, village: Village):
    village.woman(1, course_ended_at=NOW, course_ended_reason="loss")

    assert whom(database, status=["enrolled"]) == [number(1)]


# What happens to somebody between expansion and sending, and why she does not get it any more.
LEAVING = [
    ("the pregnancy has ended", {"course_ended_at": NOW}, "not_in_audience"),
    ("the child is born", {"category": "child"}, "not_in_audience"),
    ("exited", {"status": "exited"}, "not_in_audience"),
    ("suspended", {"status": "suspended"}, "not_in_audience"),
    ("not her number", {"msisdn_disowned_at": NOW}, "number_disowned"),
    ("agrees to nothing", {"consent_payment": False, "consent_health": False}, "no_consent"),
    ("no number", {"msisdn": None}, "no_number"),
    ("nothing", {"updated_at": NOW}, None),
]


@pytest.mark.parametrize(("label", "changes", "reason"), LEAVING, ids=[row[0] for row in LEAVING])
def test_whoever_left_the_audience_after_it_was_expanded_does_not_get_it(
    desk: BroadcastDesk, village: Village, label: str, changes, reason: str | None
):
    whose = village.woman(1, category="pregnant")
    one = desk.running(audience={"category": ["pregnant"], "status": ["enrolled"]})
    village.change(beneficiaries, whose, **changes)

    desk.office.send()

    expected = ("suppressed", reason) if reason else ("accepted", None)
    assert desk.results(one) == {expected: 1}, label


def test_who_has_moved_to_another_village_or_has_no_payment_left_is_out(desk, village: Village):
    other = Village(desk.office.database, "ສະພານ", "Saphan")
    first, second = village.women([1, 2])
    paid = village.payments([first, second])
    one = desk.running(audience={"village": [village.village_id], "cycle": ["2026-11"]})
    village.change(beneficiaries, first, village_id=other.village_id)
    village.change(payments, paid[1], status="cancelled")

    desk.office.send()

    assert desk.results(one) == {("suppressed", "not_in_audience"): 2}


def test_a_phone_gets_it_for_another_who_is_still_meant(desk: BroadcastDesk, village: Village):
    first = village.woman(1, category="pregnant")
    village.woman(2, category="pregnant", msisdn=number(1))
    desk.running(audience={"category": ["pregnant"]})
    village.change(beneficiaries, first, course_ended_at=NOW)

    desk.office.send()

    assert desk.office.provider.handsets == [number(1)]


@pytest.mark.parametrize(
    ("wanted", "sentence"),
    [
        ({"village": ["Nowhere"]}, "no village is called 'Nowhere'"),
        ({"category": ["old"]}, "'old' is no category"),
        ({"colour": ["red"]}, "no filter 'colour'"),
    ],
)
def test_a_place_or_word_nobody_knows_is_named(database: Database, wanted, sentence: str):
    with (
        database.reading() as connection,
        pytest.raises(UnknownAudienceError, match=sentence),
    ):
        audience_of(connection, wanted)
