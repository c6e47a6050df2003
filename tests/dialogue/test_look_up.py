"""Looking up another registration: its own facts, never those of the one before."""

import pytest
from sqlalchemy import select

from gateway.registry.pins import set_pin
from gateway.registry.tables import beneficiaries, events, pin_attempts
from gateway.settings import Settings
from tests.callbacks.forms import hop
from tests.handset import Handset
from tests.keys import CALL_BACK, HOME, LOOK_UP, deep
from tests.lines import AfricasTalkingLine
from tests.service import Service

WITH_A_PAYMENT, WITHOUT = "26000005", "26000002"


def test_a_second_look_up_shows_nothing_of_the_first(service):
    _set_pin(service, WITHOUT, "7777")
    phone = Handset(AfricasTalkingLine(service), "+8562055512399")
    phone.dial(deep(LOOK_UP))
    for key in (WITH_A_PAYMENT, "4321"):
        phone.press(key)
    assert "\n1 " in phone.screen
    for key in (HOME, *LOOK_UP.split("*"), WITHOUT, "7777"):
        phone.press(key)
    assert WITHOUT in phone.screen
    assert "\n1 " not in phone.screen


@pytest.mark.parametrize("who", ["the same phone, after the PIN has changed", "another phone"])
def test_a_captured_look_up_is_an_attempt_of_its_own(service: Service, who: str):
    """Somebody who has seen a request sends it again, when Redis has forgotten its session."""
    owner, thief = "+8562055512399", "+8562055512388"
    captured = hop(phoneNumber=owner, text=f"{LOOK_UP}*{WITH_A_PAYMENT}*4321")
    shown = service.post("ussd", captured).text
    assert WITH_A_PAYMENT in shown
    service.flush_redis()
    if who == "another phone":
        guess = captured | {"phoneNumber": thief, "text": f"{LOOK_UP}*{WITH_A_PAYMENT}*1111"}
        assert WITH_A_PAYMENT not in service.post("ussd", guess).text
    else:
        _set_pin(service, WITH_A_PAYMENT, "7777")
        assert WITH_A_PAYMENT not in service.post("ussd", captured).text

    attempts = _attempts(service)

    assert [attempt.outcome for attempt in attempts] == ["ok", "wrong"]
    assert attempts[1].msisdn == (thief if who == "another phone" else owner)


def test_what_another_phone_sends_under_a_captured_session_is_its_own_case(service: Service):
    """An event is keyed by the phone as well: nobody is shown what another's case became."""
    service.post("ussd", hop(text=CALL_BACK))
    service.flush_redis()
    service.post("ussd", hop(text=CALL_BACK, phoneNumber="+8562055512388"))

    with service.database.reading() as connection:
        keys = connection.execute(select(events.c.event_key)).scalars().all()
    assert len(set(keys)) == len(keys) == 2


def _set_pin(service: Service, number: str, pin: str) -> None:
    with service.database.writing() as connection:
        whose = beneficiaries.c.registration_no == number
        one = connection.execute(select(beneficiaries.c.id).where(whose)).scalar_one()
        set_pin(connection, one, pin, peppers=Settings().peppers, now=service.clock())


def _attempts(service: Service):
    with service.database.reading() as connection:
        return connection.execute(select(pin_attempts).order_by(pin_attempts.c.id)).all()
