"""What the health screens say of visits and of SMS: no session is promised, no message that is not
sent."""

from datetime import date, timedelta

import msgspec
import pytest
from sqlalchemy import update

from gateway.core.caller import Caller, Place, Visit
from gateway.menu_map import made_up
from gateway.registry.tables import beneficiaries
from gateway.ussd.drawing import World, page
from gateway.ussd.pager import Budget
from tests.dialogue.screens import EN, GETTEXT, MOTHER
from tests.keys import HEALTH, MENU, deep, key_of

TODAY = date(2026, 11, 24)
VILLAGE, CENTRE = Place("ໂພນແກ້ວ", "Phonkeo"), Place("ສຸກສາລາ ປິນດົງ", "Souksala Pindong")
NO_SMS = "You get no SMS about health."
STOP, VISITS = key_of("health_choice", "health_stop"), key_of("health_choice", "visits")


def visit(key: str, place: Place, days: int = 0) -> Visit:
    due_on = TODAY + timedelta(days=days)
    return Visit(visit=key, due_on=due_on, closes_on=date.max, place=place)


def shown(*visits: Visit, locale: str = "en") -> str:
    """The screen of these visits, of a woman of VILLAGE."""
    (mother,) = made_up.caller("enrolled", TODAY, locale).beneficiaries
    her = msgspec.structs.replace(mother, village=VILLAGE, visits=visits)
    world = World(MENU, Caller(locale=locale, beneficiaries=(her,)), TODAY, GETTEXT, Budget())
    session = made_up.dial(world)
    for key in (HEALTH, VISITS):
        session = made_up.press(world, session, key)
    return page(world, session).text


@pytest.mark.parametrize(
    ("locale", "lines"),
    [
        ("lo", ["ບ້ານໂພນແກ້ວ:", "ຮອດເວລາ: ສັກວັກຊີນ", "ຕັ້ງແຕ່ 04/12 ສັກວັກຊີນ"]),
        ("lo_Latn", ["Ban Phonkeo:", "Hot vela: Sak vakxin", "tangte 04/12 Sak vakxin"]),
        ("en", ["Phonkeo village:", "Due: Vaccination", "from 04/12 Vaccination"]),
    ],
)
def test_a_day_is_one_from_which_on_and_a_village_is_called_so(locale, lines):
    body = shown(visit("penta1", VILLAGE), visit("penta2", VILLAGE, days=10), locale=locale)
    assert body.splitlines()[:3] == lines


def test_a_visit_elsewhere_stands_under_its_own_place():
    body = shown(visit("pnc1", CENTRE), visit("penta1", VILLAGE, days=10))
    assert body.splitlines()[:4] == [
        "Souksala Pindong:",
        "Due: Check after birth",
        "Phonkeo village:",
        "from 04/12 Vaccination",
    ]


@pytest.mark.parametrize(
    ("locale", "word"),
    [("lo", "ຢາຂ້າແມ່ທ້ອງ"), ("lo_Latn", "Ya kha methong"), ("en", "Deworming")],
)
def test_deworming_is_not_announced_as_a_vitamin(locale, word):
    body = shown(visit("deworming_12m", VILLAGE), locale=locale)
    assert word in body
    assert EN("Vitamin A") not in body


def test_visits_of_one_kind_on_one_day_are_one_line():
    body = shown(visit("penta1", VILLAGE), visit("pcv1", VILLAGE), visit("vitamin_a_6m", VILLAGE))
    assert body.splitlines()[1:3] == ["Due: Vaccination", "Due: Vitamin A"]


def sms(service, text: str) -> None:
    form = {"id": text, "from": MOTHER, "to": "1234", "text": text}
    assert service.post("incoming-messages", form).status_code == 200


@pytest.mark.parametrize("text", ["STOP", "STOP HEALTH"])
def test_after_a_stop_by_sms_no_health_screen_reads_as_if_messages_came(service, phone, text):
    sms(service, text)
    assert phone().dial(deep(HEALTH)).startswith(f"CON {EN(NO_SMS)}")
    visits = key_of("health_stopped", "visits")
    assert phone().dial(deep(HEALTH, visits)).startswith("END Phonkeo village:")
    sms(service, "START")
    assert EN("Stop health SMS") in phone().dial(deep(HEALTH))


def test_a_stop_of_the_payment_sms_leaves_the_health_screens_as_they_were(service, phone):
    before = phone().dial(deep(HEALTH))
    sms(service, "STOP MONEY")
    assert phone().dial(deep(HEALTH)) == before


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        pytest.param({"consent_health": False}, NO_SMS, id="no consent"),
        pytest.param({"status": "exited"}, NO_SMS, id="a grant that has ended"),
        pytest.param({"status": "suspended"}, "Stop health SMS", id="on hold: they go on"),
    ],
)
def test_what_is_not_sent_is_not_offered_to_be_stopped(service, phone, changed, says):
    with service.database.writing() as connection:
        hers = beneficiaries.c.msisdn == MOTHER
        connection.execute(update(beneficiaries).where(hers).values(**changed))
    assert EN(says) in phone().dial(deep(HEALTH))


def test_two_keys_from_the_health_screen_stop_the_health_sms(phone):
    handset = phone()
    handset.dial(deep(HEALTH))
    assert "Vaccination" not in handset.body
    assert handset.press(STOP).startswith(f"CON {EN('Stop the SMS about health?')}")
    assert handset.press(key_of("health_stop", "course_stopped")).startswith("END ")
