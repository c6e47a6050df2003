"""Only who is enrolled is told a day, a place and an amount; the others, how they stand."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import insert, select, update
from uuid_utils.compat import uuid7

from gateway.catalogues import LOCALES
from gateway.messaging.tables import messages
from gateway.messaging.wordings import WORDINGS
from gateway.registry.choices import set_caller_locale
from gateway.registry.tables import beneficiaries, payments
from tests.dialogue.screens import EN, GETTEXT, MOTHER, TWO_ON_ONE_PHONE, UNKNOWN, WITH_PIN
from tests.handset import Handset
from tests.keys import LOOK_UP, PAYDAY, REGISTRATION, deep, key_of
from tests.lines import AfricasTalkingLine

STANDS = {
    "applied": "No payment date yet: your registration is being checked.",
    "verified": "Approved. Payments start soon: we will tell you the date.",
    "suspended": "On hold. Please ask at the health centre.",
    "rejected": "Not accepted. Ask why at the health centre.",
    "exited": "Your grant has ended. Ask at the health centre.",
}
SAYS_WHEN = re.compile(r"\d\d/\d\d")
HER_NUMBER = {MOTHER: "26000001", WITH_PIN: "26000005"}


@pytest.fixture
def stands(service):
    """Everybody with this phone has this status, and a payment that was scheduled before."""

    def change(status, msisdn=MOTHER):
        whose = beneficiaries.c.msisdn == msisdn
        with service.database.writing() as connection:
            connection.execute(update(beneficiaries).where(whose).values(status=status))

    return change


def sent(service) -> list:
    with service.database.reading() as connection:
        return list(connection.execute(select(messages.c.template, messages.c.payment_id)).all())


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("status", STANDS)
@pytest.mark.parametrize("msisdn", [MOTHER, WITH_PIN])
def test_who_is_not_enrolled_reads_how_she_stands(service, stands, status, locale, msisdn):
    stands(status, msisdn)
    with service.database.writing() as connection:
        set_caller_locale(connection, msisdn, locale, service.clock())
    shown = Handset(AfricasTalkingLine(service), msisdn).dial(deep(PAYDAY))
    assert GETTEXT[locale](STANDS[status]) in shown
    assert not SAYS_WHEN.search(shown)


@pytest.mark.parametrize("status", STANDS)
def test_no_way_through_the_menu_shows_her_a_day(phone, stands, status):
    """Every key of every screen from payday and registration on."""
    stands(status)
    waiting, been = [PAYDAY, REGISTRATION], set()
    while waiting:
        keys = waiting.pop()
        body = phone().dial(deep(keys))
        assert not SAYS_WHEN.search(body), keys
        if body in been or body.startswith("END ") or keys.count("*") > 3:
            continue
        been.add(body)
        waiting += [f"{keys}*{line[0]}" for line in body.splitlines() if re.match("[1-8] ", line)]


@pytest.mark.parametrize("status", STANDS)
def test_who_looks_her_number_up_reads_no_day_either(phone, stands, status):
    stands(status, WITH_PIN)
    found = phone(UNKNOWN).dial(deep(LOOK_UP, HER_NUMBER[WITH_PIN], "4321"))
    assert found.startswith(f"CON No. {HER_NUMBER[WITH_PIN]}:")
    assert EN("Payday") not in found


def test_of_two_on_one_phone_each_reads_how_she_stands(service, phone, stands):
    stands("exited", TWO_ON_ONE_PHONE)
    with service.database.writing() as connection:
        second = beneficiaries.c.registration_no == "26000004"
        connection.execute(update(beneficiaries).where(second).values(status="enrolled"))
    ended, enrolled = [phone(TWO_ON_ONE_PHONE).dial(deep(PAYDAY, key)) for key in ("2", "1")]
    assert EN(STANDS["exited"]) in ended
    assert SAYS_WHEN.search(enrolled)


def test_who_is_enrolled_is_told(phone, stands):
    stands("enrolled")
    assert SAYS_WHEN.search(phone().dial(deep(PAYDAY)))
    payday = key_of("found", "found_payment")
    found = phone(UNKNOWN).dial(deep(LOOK_UP, HER_NUMBER[WITH_PIN], "4321", payday))
    assert SAYS_WHEN.search(found)


NOT_YET = re.compile("not yet|no payment date|ຍັງບໍ່|nyang bo", re.IGNORECASE)


@pytest.mark.parametrize("locale", LOCALES)
@pytest.mark.parametrize("status", ["rejected", "exited", "suspended"])
def test_who_gets_nothing_more_reads_no_not_yet(service, stands, status, locale):
    stands(status)
    with service.database.writing() as connection:
        set_caller_locale(connection, MOTHER, locale, service.clock())
    for keys in (PAYDAY, REGISTRATION):
        shown = Handset(AfricasTalkingLine(service), MOTHER).dial(deep(keys))
        assert not NOT_YET.search(shown)
    service.post("incoming-messages", {"id": "one", "from": MOTHER, "to": "1234", "text": "?"})
    ((answered, _payment),) = sent(service)
    assert not NOT_YET.search(GETTEXT[locale](WORDINGS[answered].full))


# --- a payday that has passed without a result ----------------------------------------------------


@pytest.fixture
def payday_was(service):
    """Her payment was to be handed out so many days ago, and nobody has said what became of it."""

    def move(days, *, next_in=None):
        today = service.clock().date()
        hers = payments.c.beneficiary_id.in_(
            select(beneficiaries.c.id).where(beneficiaries.c.msisdn == MOTHER)
        )
        scheduled = payments.c.status == "scheduled"
        with service.database.writing() as connection:
            (row,) = connection.execute(select(payments).where(hers, scheduled)).all()
            passed = {"due_on": today - timedelta(days=days)}
            connection.execute(update(payments).where(payments.c.id == row.id).values(passed))
            if next_in is not None:
                coming = {"due_on": today + timedelta(days=next_in), "cycle": "2027-01"}
                connection.execute(
                    insert(payments).values(row._asdict() | coming | {"id": uuid7()})
                )

    return move


def play(service, transcript, locale="en"):
    with service.database.writing() as connection:
        set_caller_locale(connection, MOTHER, locale, service.clock())
    Handset(AfricasTalkingLine(service), MOTHER).play(transcript)


def test_a_payday_that_has_passed_reads_so_and_she_says_that_she_was_not_paid(service, payday_was):
    payday_was(12)
    play(service, """
        > *123*1#
        CON Payday 12/11/2026 has passed.
        Ban Phonkeo
        1 I was not paid
        0 Back
        > 1
        END Case 1: we will look into your payment. You get an SMS.
    """)  # fmt: skip


def test_in_lao_too(service, payday_was):
    payday_was(12)
    play(service, """
        > *123*1#
        CON ວັນຮັບເງິນ 12/11/2026 ຜ່ານໄປແລ້ວ
        ບ້ານໂພນແກ້ວ
        1 ບໍ່ໄດ້ຮັບເງິນ
        0 ກັບຄືນ
    """, "lo")  # fmt: skip


def test_beside_the_next_one_it_is_the_last_one(service, payday_was):
    payday_was(12, next_in=50)
    play(service, """
        > *123*1#
        CON You get money on 13/01/2027
        Ban Phonkeo
        300,000 kip
        1 By SMS
        2 Last one
        0 Back
        > 2
        CON Payday 12/11/2026 has passed.
        Ban Phonkeo
        1 I was not paid
        0 Back 00 Menu
    """)  # fmt: skip


@pytest.mark.parametrize("days", [1, 8, 31, 50])
def test_it_does_not_vanish(phone, payday_was, days):
    payday_was(days)
    assert "has passed." in phone().dial(deep(PAYDAY))


def test_on_the_day_itself_it_is_still_to_come(phone, payday_was):
    payday_was(0)
    assert phone().dial(deep(PAYDAY)).startswith("CON You get money on 24/11/2026")


def test_an_sms_that_asks_after_it_says_that_it_has_passed_and_what_to_do(service, payday_was):
    payday_was(12)
    service.post("incoming-messages", {"id": "one", "from": MOTHER, "to": "1234", "text": "?"})
    ((answered, payment_id),) = sent(service)
    assert answered == "payday_passed"
    assert payment_id is not None
    said = EN(WORDINGS[answered].full) % {"due_on": "12/11", "service_code": "*123#"}
    assert said == "Payday 12/11 has passed. If you were not paid: dial *123#, choose 1."


def test_who_looks_her_number_up_reads_no_payday_that_has_passed(service, phone):
    hers = select(beneficiaries.c.id).where(beneficiaries.c.msisdn == WITH_PIN)
    with service.database.writing() as connection:
        passed = update(payments).where(payments.c.beneficiary_id.in_(hers))
        connection.execute(passed.values(due_on=service.clock().date() - timedelta(days=3)))
    found = phone(UNKNOWN).dial(deep(LOOK_UP, HER_NUMBER[WITH_PIN], "4321"))
    assert EN("Payday") not in found


@pytest.mark.parametrize(
    ("status", "template"),
    [
        ("applied", "being_checked"),
        ("verified", "approved"),
        ("enrolled", "payment_due"),
        ("suspended", "on_hold"),
        ("rejected", "not_accepted"),
        ("exited", "grant_ended"),
    ],
)
def test_an_sms_that_asks_is_answered_alike(service, stands, status, template):
    stands(status)
    form = {"id": "one", "from": MOTHER, "to": "1234", "text": "?"}
    assert service.post("incoming-messages", form).status_code == 200
    ((answered, payment_id),) = sent(service)
    assert answered == template
    assert (payment_id is None) == (status != "enrolled")
