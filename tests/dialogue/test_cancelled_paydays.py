"""A payday that was cancelled is said where the SMS about it sends her."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select, update

from gateway.messaging.tables import messages
from gateway.registry.choices import set_caller_locale
from gateway.registry.tables import beneficiaries, payments
from tests.dialogue.screens import EN, MOTHER
from tests.handset import Handset
from tests.keys import PAYDAY, deep
from tests.lines import AfricasTalkingLine


@pytest.fixture
def cancelled(service):
    """Her payment of 03/12 is cancelled; the one before was this, or there was none."""

    def change(before, *, days=0):
        hers = payments.c.beneficiary_id.in_(
            select(beneficiaries.c.id).where(beneficiaries.c.msisdn == MOTHER)
        )
        scheduled = payments.c.status == "scheduled"
        with service.database.writing() as connection:
            if before is None:
                connection.execute(delete(payments).where(hers, ~scheduled))
            else:
                connection.execute(update(payments).where(hers, ~scheduled).values(status=before))
            day = service.clock().date() + timedelta(days=9 - days)
            values = {"status": "cancelled", "due_on": day}
            connection.execute(update(payments).where(hers, scheduled).values(values))

    return change


def play(service, transcript, locale="en"):
    with service.database.writing() as connection:
        set_caller_locale(connection, MOTHER, locale, service.clock())
    Handset(AfricasTalkingLine(service), MOTHER).play(transcript)


def test_it_is_named_and_somebody_can_be_had_to_call(service, cancelled):
    cancelled(None)
    play(service, """
        > *123*1#
        CON The payday 03/12/2026 is cancelled. Your right to the money is unchanged.
        1 Call me back
        0 Back
        > 1
        END Case 1: we will call you back. You get an SMS.
    """)  # fmt: skip


def test_in_lao_too(service, cancelled):
    cancelled(None)
    play(service, """
        > *123*1#
        CON ຍົກເລີກ: ວັນຮັບເງິນ 03/12/2026. ສິດຮັບເງິນຍັງຄືເກົ່າ.
        1 ໂທກັບຫາຂ້ອຍ
        0 ກັບຄືນ
    """, "lo")  # fmt: skip


def test_the_one_before_is_the_last_one_and_can_be_said_to_be_missing(service, cancelled):
    cancelled("paid")
    play(service, """
        > *123*1#
        CON The payday 03/12/2026 is cancelled. Your right to the money is unchanged.
        1 Call me back
        2 Last one
        0 Back
        > 2
        CON The payment of 03/10/2026 was paid to you.
        1 I was not paid
        0 Back 00 Menu
        > 1
        END Case 1: we will look into your payment. You get an SMS.
    """)  # fmt: skip


@pytest.mark.parametrize(("days", "is_news"), [(0, True), (30, True), (69, True), (70, False)])
def test_two_months_after_its_day_it_is_no_news(phone, cancelled, days, is_news):
    cancelled(None, days=days)
    shown = phone().dial(deep(PAYDAY))
    assert ("is cancelled" in shown) == is_news
    assert (EN("No payment date yet. Please check again later.") in shown) != is_news


@pytest.mark.parametrize("before", [None, "paid", "missed"])
def test_an_sms_that_asks_is_told_of_it(service, cancelled, before):
    cancelled(before)
    service.post("incoming-messages", {"id": "one", "from": MOTHER, "to": "1234", "text": "?"})
    with service.database.reading() as connection:
        (row,) = connection.execute(select(messages.c.template, messages.c.params)).all()
    assert tuple(row) == ("payday_cancelled", {"due_on": "03/12"})
