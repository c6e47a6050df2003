"""Looking up another registration: its own facts, never those of the one before."""

from datetime import UTC, datetime

from sqlalchemy import select

from gateway.registry.pins import set_pin
from gateway.registry.tables import beneficiaries
from gateway.settings import Settings
from tests.handset import Handset
from tests.lines import AfricasTalkingLine

WITH_A_PAYMENT, WITHOUT = "26000005", "26000002"


def test_a_second_look_up_shows_nothing_of_the_first(service):
    with service.database.writing() as connection:
        whose = beneficiaries.c.registration_no == WITHOUT
        one = connection.execute(select(beneficiaries.c.id).where(whose)).scalar_one()
        peppers = Settings().peppers
        set_pin(connection, one, "7777", peppers=peppers, now=datetime.now(UTC))
    phone = Handset(AfricasTalkingLine(service), "+8562055512399")
    phone.dial("*123*3*1#")
    for key in (WITH_A_PAYMENT, "4321"):
        phone.press(key)
    assert "\n1 " in phone.screen
    for key in ("00", "3", "1", WITHOUT, "7777"):
        phone.press(key)
    assert WITHOUT in phone.screen
    assert "\n1 " not in phone.screen
