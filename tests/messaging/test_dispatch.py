"""What a batch does: who is sent what, once, and what the ledger says afterwards."""



from tests.messaging.conftest import Office
from tests.messaging.village import (
    PAYDAY,
    Village,
    draft,
    ledger,
    number,
    queue,
)


def reminder(village: Village, index: int = 1, **changes):
    """A reminder of a payment of a new woman; her id and the payment's."""
    woman = village.woman(index, **changes)
    payment = village.payment(woman)
    queue(
        village.database,
        draft(
            index,
            template="payment_due",
            beneficiary_id=woman,
            payment_id=payment,
            params={"due_on": PAYDAY.isoformat()},
        ),
    )
    return woman, payment


def test_a_reminder_names_date_place_and_amount(office: Office, village: Village):
    reminder(village)

    office.send()

    assert office.post.calls == [
        (
            "Grant money 300.000 kip on 27/11 at ໂພນແກ້ວ village. Bring your card.",
            [number(1)],
        )
    ]
    (row,) = ledger(office.database, "state", "provider", "provider_ref", "segments", "attempts")
    assert row == ("accepted", "post", f"ref-{number(1)}", 1, 1)
