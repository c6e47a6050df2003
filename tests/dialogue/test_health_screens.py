"""What the health screens say of visits and of SMS: no session is promised, no message that is not
sent."""

import re
from datetime import date, timedelta

import msgspec
import pytest
from sqlalchemy import update

from gateway.catalogues import LOCALES
from gateway.core.caller import Caller, Place, Visit
from gateway.menu_map import made_up
from gateway.registry.choices import set_caller_locale
from gateway.registry.tables import beneficiaries
from gateway.ussd.drawing import World, page, pages
from gateway.ussd.pager import Budget
from tests.dialogue.screens import EN, GETTEXT, MOTHER
from tests.handset import Handset
from tests.keys import HEALTH, MENU, MORE, REMINDERS, deep, key_of
from tests.lines import AfricasTalkingLine

TODAY = date(2026, 11, 24)
VILLAGE, CENTRE = Place("ໂພນແກ້ວ", "Phonkeo"), Place("ສຸກສາລາ ປິນດົງ", "Souksala Pindong")
GRACE = "If you went already, ignore this."
NONE = "There are no health SMS for you. Please ask at the health centre."
NO_SMS = "You get no SMS about health."
STOP, VISITS = key_of("health_choice", "health_stop"), key_of("health_choice", "visits")


def visit(key: str, place: Place, days: int = 0) -> Visit:
    due_on = TODAY + timedelta(days=days)
    return Visit(visit=key, due_on=due_on, closes_on=date.max, place=place)


WIDE, NARROW = Budget(), Budget(ucs2_units=72, septets=160)


def shown(*visits: Visit, locale: str = "en", budget: Budget = WIDE, all_pages: bool = False):
    """The screen of these visits, of a woman of VILLAGE; all its pages, or the first."""
    (mother,) = made_up.caller("enrolled", TODAY, locale).beneficiaries
    her = msgspec.structs.replace(mother, village=VILLAGE, visits=visits)
    world = World(MENU, Caller(locale=locale, beneficiaries=(her,)), TODAY, GETTEXT, budget)
    session = made_up.dial(world)
    for key in (HEALTH, VISITS):
        session = made_up.press(world, session, key)
    return pages(world, session) if all_pages else page(world, session).text


@pytest.mark.parametrize(
    ("locale", "lines"),
    [
        ("lo", ["ໄປແລ້ວບໍ່ຕ້ອງໄປ", "ບ້ານໂພນແກ້ວ:", "ຮອດເວລາ: ສັກວັກຊີນ", "ຕັ້ງແຕ່ 04/12 ສັກວັກຊີນ"]),
        (
            "lo_Latn",
            [
                "Pai leo bo tong pai",
                "Ban Phonkeo:",
                "Hot vela: Sak vakxin",
                "tangte 04/12 Sak vakxin",
            ],
        ),
        ("en", [EN(GRACE), "Ban Phonkeo:", "Due: Vaccination", "from 04/12 Vaccination"]),
    ],
)
def test_a_day_is_one_from_which_on_and_a_village_is_called_so(locale, lines):
    body = shown(visit("penta1", VILLAGE), visit("penta2", VILLAGE, days=10), locale=locale)
    assert body.splitlines() == lines


def test_a_visit_elsewhere_stands_under_its_own_place():
    body = shown(visit("pnc1", CENTRE), visit("penta1", VILLAGE, days=10))
    assert body.splitlines() == [
        EN(GRACE),
        "Souksala Pindong:",
        "Due: Check after birth",
        "Ban Phonkeo:",
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
    assert body.splitlines()[2:] == ["Due: Vaccination", "Due: Vitamin A"]


def sms(service, text: str) -> None:
    form = {"id": text, "from": MOTHER, "to": "1234", "text": text}
    assert service.post("incoming-messages", form).status_code == 200


@pytest.mark.parametrize("text", ["STOP", "STOP HEALTH"])
def test_after_a_stop_by_sms_no_health_screen_reads_as_if_messages_came(service, phone, text):
    sms(service, text)
    assert phone().dial(deep(HEALTH)).startswith(f"CON {EN(NO_SMS)}")
    visits = key_of("health_stopped", "visits")
    assert phone().dial(deep(HEALTH, visits)).startswith(f"END {EN(GRACE)}\nBan Phonkeo:")
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
        pytest.param({"status": "exited"}, NONE, id="a grant that has ended"),
        pytest.param({"status": "suspended"}, "Stop health SMS", id="on hold: they go on"),
    ],
)
def test_what_is_not_sent_is_not_offered_to_be_stopped(service, phone, changed, says):
    with service.database.writing() as connection:
        hers = beneficiaries.c.msisdn == MOTHER
        connection.execute(update(beneficiaries).where(hers).values(**changed))
    assert EN(says) in phone().dial(deep(HEALTH))


ENDED = "You get no more SMS about health. Your right to the money is unchanged."
# Whom asking for health SMS can bring none: what she reads, and whether she is offered her visits.
OUT = [
    ("rejected", None, NONE, True),
    ("exited", None, NONE, True),
    ("rejected", "asked", NONE, False),
    ("exited", "other", NONE, False),
    ("enrolled", "child_died", ENDED, False),
]


@pytest.mark.parametrize(("status", "course", "says", "visits"), OUT)
@pytest.mark.parametrize("locale", LOCALES)
def test_what_cannot_succeed_is_not_offered(service, status, course, says, visits, locale):
    ended = service.clock() if course else None
    changed = {"status": status, "course_ended_at": ended, "course_ended_reason": course}
    with service.database.writing() as connection:
        hers = beneficiaries.c.msisdn == MOTHER
        connection.execute(update(beneficiaries).where(hers).values(**changed))
        set_caller_locale(connection, MOTHER, locale, service.clock())
    handset, gettext = Handset(AfricasTalkingLine(service), MOTHER), GETTEXT[locale]

    health = handset.dial(deep(HEALTH))
    assert gettext(says) in health
    assert offered(health) == ([gettext("My visits")] if visits else [])

    reminders = handset.dial(deep(REMINDERS))
    if " 9 " in reminders:
        reminders += "\n" + handset.press(MORE)
    assert gettext("Get health SMS") not in offered(reminders)
    assert gettext("Stop health SMS") in offered(reminders)


def offered(body: str) -> list[str]:
    return re.findall(r"(?:^|\n|CON )[1-8] (.+)", body)


@pytest.mark.parametrize("status", ["applied", "verified", "enrolled", "suspended"])
def test_what_can_succeed_is_offered(service, phone, status):
    with service.database.writing() as connection:
        hers = beneficiaries.c.msisdn == MOTHER
        off = {"status": status, "consent_health": False}
        connection.execute(update(beneficiaries).where(hers).values(**off))
    assert EN("Get health SMS") in phone().dial(deep(HEALTH))
    assert EN("Get payment SMS") in phone().dial(deep(REMINDERS))


@pytest.mark.parametrize("status", ["rejected", "exited"])
def test_who_is_out_is_not_offered_sms_about_money_either(service, phone, status):
    with service.database.writing() as connection:
        hers = beneficiaries.c.msisdn == MOTHER
        connection.execute(update(beneficiaries).where(hers).values(status=status))
    shown = phone().dial(deep(REMINDERS))
    assert EN("Get payment SMS") not in shown
    assert EN("Stop payment SMS") in shown


VISITS_TEXT = "If you went already, ignore this.\n%(visits)s"
PLACES = [CENTRE, Place("ບ້ານ ຫີນລາດ", "Ban Hinlat"), Place("ກ" * 24, "m" * 40)]


@pytest.mark.parametrize("units", [WIDE, NARROW])
@pytest.mark.parametrize("elsewhere", PLACES)
@pytest.mark.parametrize("locale", LOCALES)
def test_no_page_says_only_that_who_went_may_ignore_it(locale, elsewhere, units):
    visits = (visit("penta1", VILLAGE), visit("pnc1", elsewhere, days=10))
    shown_pages = shown(*visits, locale=locale, budget=units, all_pages=True)
    grace = GETTEXT[locale](VISITS_TEXT).split("\n")[0]
    assert shown_pages[0].startswith(grace)
    for text in shown_pages:
        assert re.search(r"\d\d/\d\d|:", text.removeprefix(grace)), text


def test_two_keys_from_the_health_screen_stop_the_health_sms(phone):
    handset = phone()
    handset.dial(deep(HEALTH))
    assert "Vaccination" not in handset.body
    assert handset.press(STOP).startswith(f"CON {EN('Stop the SMS about health?')}")
    assert handset.press(key_of("health_stop", "course_stopped")).startswith("END ")
