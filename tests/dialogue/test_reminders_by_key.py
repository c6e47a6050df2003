"""Reminders on and off by key: the same is said as by SMS."""

import pytest
from sqlalchemy import update

from gateway.messaging.wordings import WORDINGS
from gateway.registry.tables import beneficiaries
from tests.dialogue.screens import EN, MOTHER, UNKNOWN
from tests.keys import deep, key_of, keys_to

STOPPED = EN("These reminders have stopped. Your right to the money is unchanged.")
STOPPED_ONLY = EN("These reminders have stopped.")
OFF = deep(keys_to("reminders", "payment_stop"), key_of("payment_stop", "reminders_off"))


@pytest.fixture
def stands(service):
    def change(status):
        whose = beneficiaries.c.msisdn == MOTHER
        with service.database.writing() as connection:
            connection.execute(update(beneficiaries).where(whose).values(status=status))

    return change


@pytest.mark.parametrize("status", ["applied", "verified", "suspended"])
def test_before_there_is_a_right_the_screen_says_what_the_sms_says(phone, stands, status):
    stands(status)
    on = deep(keys_to("reminders"), key_of("reminders", "reminders_later", category="payment"))
    assert phone().dial(on) == f"END {EN(WORDINGS['opted_in_later'].full)}"


@pytest.mark.parametrize(
    ("msisdn", "status", "said"),
    [
        (MOTHER, "enrolled", STOPPED),
        (MOTHER, "suspended", STOPPED),
        (UNKNOWN, "enrolled", STOPPED_ONLY),
    ],
)
def test_that_a_right_stays_as_it_is_is_said_where_there_is_one(
    phone, stands, msisdn, status, said
):
    stands(status)
    assert phone(msisdn).dial(OFF) == f"END {said}"


@pytest.mark.parametrize("status", ["exited", "rejected"])
def test_whose_grant_is_over_reads_of_no_right(phone, stands, status):
    stands(status)
    handset = phone()
    screen = handset.dial(deep(keys_to("reminders")))
    label = EN("Stop payment SMS")
    (line,) = (line for line in screen.splitlines() if line.endswith(label))
    handset.press(line[0])
    assert handset.press(key_of("payment_stop", "reminders_off")) == f"END {STOPPED_ONLY}"
