"""Who is not paid any more after she was told need not come, and hears so once."""

import pytest
from sqlalchemy import update

from gateway.registry.tables import beneficiaries, payments
from tests.messaging.conftest import Office
from tests.messaging.reminding import correct, told
from tests.messaging.village import NOW, Village, number

NOT_PAID = "CHANGED: one grant payment is not paid out on 27/11. No need to come for it. Call 1234."


@pytest.mark.parametrize("status", ["suspended", "exited", "rejected"])
def test_whoever_is_not_paid_any_more_after_she_was_told_is_spared_the_way(
    office: Office, village: Village, status: str
):
    payment = told(office, village)
    _everybody(office, status=status)

    assert (correct(office), correct(office)) == (1, 0)
    office.send()
    office.later(hours=1)

    assert office.provider.calls[1:] == [(NOT_PAID, [number(1)])]
    assert correct(office) == 0
    village.change(payments, payment, status="cancelled")
    assert correct(office) == 0  # it has been taken back already


def test_whoever_is_paid_again_hears_of_that_and_each_change_once(office, village: Village):
    told(office, village)
    for status in ("suspended", "enrolled", "suspended"):
        _everybody(office, status=status)
        assert (correct(office), correct(office)) == (1, 0)
        office.send()
        office.later(hours=1)

    assert [body.partition(". ")[0] for body, _ in office.provider.calls[1:]] == [
        "CHANGED: one grant payment is not paid out on 27/11",
        "CHANGED: grant money now on 27/11 at Ban ໂພນແກ້ວ",
        "CHANGED: one grant payment is not paid out on 27/11",
    ]


def test_whoever_is_back_before_it_goes_out_hears_nothing(office: Office, village: Village):
    told(office, village)
    _everybody(office, status="suspended")
    assert correct(office) == 1
    _everybody(office, status="enrolled")

    office.send()

    assert len(office.provider.calls) == 1
    assert correct(office) == 0


def test_a_payment_cancelled_when_she_left_is_taken_back_too(office: Office, village: Village):
    payment = told(office, village)
    _everybody(office, status="exited")
    village.change(payments, payment, status="cancelled")

    assert correct(office) == 1
    office.send()

    assert "is cancelled" in office.provider.calls[-1][0]


@pytest.mark.parametrize(
    "changes", [{"consent_payment": False}, {"msisdn_disowned_at": NOW}, {"msisdn": None}]
)
def test_the_way_is_spared_by_no_sms_she_does_not_want(office, village: Village, changes):
    told(office, village)
    _everybody(office, status="suspended", **changes)

    assert correct(office) == 0


def _everybody(office: Office, **values) -> None:
    with office.database.writing() as connection:
        connection.execute(update(beneficiaries).values(**values))
