"""A PIN at the office: set anew, removed, its lock lifted; she is told, and never told the PIN."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from gateway.messaging.tables import messages
from gateway.people.faults import PersonError
from gateway.people.pins import change_pin, possible_changes
from gateway.registry.choices import disown_number
from gateway.registry.pins import PinResult, check_pin, locks_of, matches
from gateway.registry.tables import pin_attempts
from tests.people.conftest import Office
from tests.registry.files import NOW, PEPPERS, beneficiary

TRIED = NOW + timedelta(minutes=1)
HER_PHONE, STRANGER = "+8562055512345", "+8562099912345"


def changed(office: Office, what: Any, pin: str = "") -> bool:
    with office.database.writing() as connection:
        return change_pin(
            connection, office.person(), what, pin=pin, reason="she forgot it", desk=office.desk
        )


def tried(office: Office, pin: str, msisdn: str = HER_PHONE) -> PinResult:
    with office.database.writing() as connection:
        return check_pin(
            connection, event_key=f"key {office.importer.count(pin_attempts)}",
            msisdn=msisdn, registration_no="26000001", pin=pin, now=TRIED, peppers=PEPPERS,
        )  # fmt: skip


def sms(office: Office) -> list[tuple[str, str, Any]]:
    with office.database.reading() as connection:
        rows = connection.execute(select(messages).order_by(messages.c.id))
        return [(row.template, row.msisdn, row.params) for row in rows]


def test_a_new_pin_holds_against_files_and_she_is_told_without_it(office: Office):
    assert changed(office, "set", "໔໓໒໑")
    report = office.importer.beneficiaries(beneficiary(pin="1111"))

    hers = office.person()
    assert matches("4321", hers.pin_salt, hers.pin_hash, PEPPERS)
    assert "pin" in report.kept[0].columns
    assert sms(office) == [("pin_set", HER_PHONE, {"digits": "001"})]
    told = {"pin": [None, "set"], "reason": [None, "she forgot it"], "told": [None, True]}
    assert office.log() == [("beneficiary.pin", told)]


def test_a_removed_pin_stays_removed(office: Office):
    changed(office, "set", "4321")
    changed(office, "removed")
    office.importer.beneficiaries(beneficiary(pin="4321"))

    assert office.person().pin_hash is None


def test_a_lifted_lock_lets_her_and_strangers_try_anew(office: Office):
    changed(office, "set", "4321")
    for phone in (HER_PHONE, *(f"{STRANGER[:-1]}{number}" for number in range(3))):
        for _try in range(3):
            tried(office, "0000", phone)
    assert tried(office, "4321").outcome == "locked"
    with office.database.reading() as connection:
        locks = locks_of(connection, "26000001", now=TRIED)
    assert locks.phones[HER_PHONE] == TRIED + timedelta(hours=24)
    assert locks.strangers_until == TRIED + timedelta(hours=24)

    later = office.desk_at(TRIED + timedelta(minutes=1))
    with office.database.writing() as connection:
        change_pin(connection, office.person(), "unlocked", reason="she is here", desk=later)
        assert not locks_of(connection, "26000001", now=later.now).any
        result = check_pin(
            connection, event_key="again", msisdn=HER_PHONE, registration_no="26000001",
            pin="4321", now=TRIED + timedelta(minutes=2), peppers=PEPPERS,
        )  # fmt: skip
    assert result.outcome == "ok"
    assert sms(office)[-1] == ("pin_unlocked", HER_PHONE, {"digits": "001"})


@pytest.mark.parametrize(
    ("what", "pin", "field"),
    [("set", "123", "pin"), ("set", "", "pin"), ("removed", "", "what"), ("unlocked", "", "what"),
     (None, "", "what")],
)  # fmt: skip
def test_what_cannot_be_is_refused(office: Office, what: Any, pin: str, field: str):
    with pytest.raises(PersonError) as refusal:
        changed(office, what, pin)

    assert refusal.value.faults[0].field == field
    assert sms(office) == []


def test_nobody_is_told_on_a_phone_that_is_not_hers(office: Office):
    with office.database.writing() as connection:
        disown_number(connection, HER_PHONE, NOW)

    assert not changed(office, "set", "4321")
    assert sms(office) == []


def test_what_can_be_done_is_offered(office: Office):
    with office.database.reading() as connection:
        locks = locks_of(connection, "26000001", now=NOW)
    assert possible_changes(office.person(), locks) == ("set",)
    changed(office, "set", "4321")
    assert possible_changes(office.person(), locks) == ("set", "removed")
