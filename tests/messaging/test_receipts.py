"""Receipts: late, early, twice, out of order, of a call whose answer was lost, of nobody."""

import pytest
from sqlalchemy import select

from gateway.core.message_states import ReceiptOutcome
from gateway.core.msisdn import Msisdn
from gateway.messaging.receiving.receipts import match_parked, record_receipt, settle_unknown
from gateway.messaging.tables import messages, receipts
from gateway.providers.base import DeliveryReceipt, SendResult
from gateway.registry.database import Database
from tests.messaging.conftest import Office
from tests.messaging.scripted_provider import accepting, failing
from tests.messaging.village import NOW, draft, ledger, number, queue, states

OUTCOMES: dict[str, ReceiptOutcome | None] = {
    "Sent": "in_flight",
    "Success": "delivered",
    "Failed": "failed",
    "Expired": "expired",
    "Whatever": None,
}


def report(
    office: Office, status: str, *, ref: str | None = None, index: int = 1, message_id=None
) -> bool:
    """A receipt of message `index`; True where it found its message."""
    receipt = DeliveryReceipt(
        provider=office.provider.name,
        provider_ref=ref or f"ref-{number(index)}",
        message_id=message_id,
        msisdn=Msisdn(number(index)),
        status=status,
        outcome=OUTCOMES[status],
        reason=None,
    )
    with office.database.writing() as connection:
        return record_receipt(connection, receipt, now=office.now)


def sent(office: Office, count: int = 1) -> None:
    queue(office.database, *(draft(index) for index in range(1, count + 1)))
    office.send()


# Statuses in the order in which they come, and where the message ends.
ORDERS = [
    ([], "accepted"),
    (["Sent"], "accepted"),
    (["Success"], "delivered"),
    (["Success", "Success"], "delivered"),
    (["Success", "Sent"], "delivered"),
    (["Success", "Failed"], "delivered"),
    (["Failed"], "failed"),
    (["Failed", "Success"], "delivered"),
    (["Failed", "Sent"], "failed"),
    (["Expired"], "expired"),
    (["Expired", "Success"], "delivered"),
    (["Expired", "Failed"], "expired"),
    (["Whatever"], "accepted"),
    (["Whatever", "Success"], "delivered"),
]


@pytest.mark.parametrize(("statuses", "state"), ORDERS)
def test_a_message_moves_forward_never_back(office: Office, statuses: list[str], state: str):
    sent(office)

    for status in statuses:
        assert report(office, status)

    assert states(office.database) == [state]
    assert _kept(office.database) == [(status, True) for status in statuses]


def test_a_receipt_with_our_own_id_needs_no_ref(office: Office):
    """Operators whose receipt address carries it: even while the call is still open."""

    def early(body, recipients):
        report(office, "Success", ref="theirs", message_id=recipients[0].message_id)
        return accepting(body, recipients)

    office.provider.answers = [early]
    sent(office)

    assert ledger(office.database, "state", "provider_ref") == [("delivered", "theirs")]


def test_a_receipt_that_comes_before_the_answer_is_matched_with_it(office: Office):
    def early(body, recipients):
        assert not report(office, "Success")
        return accepting(body, recipients)

    office.provider.answers = [early]
    sent(office)

    assert states(office.database) == ["delivered"]
    assert _kept(office.database) == [("Success", True)]


def test_a_receipt_of_nobody_is_kept_and_changes_nothing(office: Office):
    sent(office)

    assert not report(office, "Failed", ref="of another application")

    office.sweep()
    assert states(office.database) == ["accepted"]
    assert _kept(office.database) == [("Failed", False)]


def test_another_providers_ref_is_not_ours(office: Office):
    sent(office)
    office.provider.name = "another"

    assert not report(office, "Failed")

    assert states(office.database) == ["accepted"]


# --- The answer of the call was lost ------------------------------------------------------


def lost(office: Office, count: int = 1, msisdn: str | None = None) -> None:
    """`count` messages whose answer never came."""
    office.provider.always = failing("unknown", "no_answer")
    changes = {"msisdn": msisdn} if msisdn else {}
    queue(
        office.database,
        *(
            draft(index, params={"due_on": f"{index}/11"}, **changes)
            for index in range(1, count + 1)
        ),
    )
    office.send()
    assert states(office.database) == ["unknown"] * count


@pytest.mark.parametrize(
    ("status", "state"),
    [("Sent", "accepted"), ("Success", "delivered"), ("Failed", "failed"), ("Expired", "expired")],
)
def test_a_lone_receipt_settles_a_lone_unknown_message(office: Office, status: str, state: str):
    lost(office)
    assert not report(office, status, ref="x")

    office.sweep()

    assert ledger(office.database, "state", "provider_ref") == [(state, "x")]
    assert _kept(office.database) == [(status, True)]


def test_two_unknown_messages_to_a_handset_are_settled_by_two_refs_and_not_by_one(office: Office):
    lost(office, 2, msisdn=number(1))
    report(office, "Sent", ref="x")
    report(office, "Success", ref="x")

    office.sweep()
    assert states(office.database) == ["unknown", "unknown"]

    report(office, "Success", ref="y")
    office.sweep()
    assert states(office.database) == ["delivered", "delivered"]
    assert ledger(office.database, "provider_ref") == [("x",), ("y",)]


def test_more_refs_than_unknown_messages_are_for_staff(office: Office):
    lost(office)
    report(office, "Success", ref="x")
    report(office, "Success", ref="y")

    office.sweep()

    assert states(office.database) == ["unknown"]


def test_a_receipt_from_before_the_call_cannot_be_of_it(office: Office):
    report(office, "Success", ref="x")
    office.later(minutes=1)
    lost(office)

    office.sweep()

    assert states(office.database) == ["unknown"]


def test_nothing_is_concluded_while_another_message_to_the_handset_is_being_sent(office: Office):
    lost(office)
    seen = []

    def meanwhile(_body, recipients):
        report(office, "Success", ref="of the second")
        with office.database.writing() as connection:
            seen.append(settle_unknown(connection, now=office.now))
        return [SendResult(recipients[0].message_id, "accepted", provider_ref="of the second")]

    office.provider.always = meanwhile
    queue(office.database, draft(9, msisdn=number(1), params={"due_on": "9/11"}))
    office.send()
    office.sweep()

    assert seen == [0]
    assert states(office.database) == ["unknown", "delivered"]


def test_each_handset_is_weighed_by_itself(office: Office):
    lost(office, 3)
    report(office, "Success", ref="x", index=2)

    office.sweep()

    assert states(office.database) == ["unknown", "delivered", "unknown"]


def test_parked_receipts_without_a_message_are_left(database: Database):
    office = Office(database)
    report(office, "Success", ref="x")

    with database.writing() as connection:
        assert match_parked(connection, now=NOW) == 0


# --- A reminder sent again by policy, and then the first call's receipt ---------------------


def test_a_receipt_of_the_first_call_keeps_the_second_from_being_made(office: Office):
    lost(office)
    office.later(minutes=16)
    assert office.sweep()["resent"] == 1
    with office.database.writing() as connection:
        connection.execute(messages.update().values(provider_ref="x"))
    assert report(office, "Success", ref="x")

    office.provider.always = accepting
    office.send()

    assert len(office.provider.calls) == 1
    assert states(office.database) == ["delivered"]


def _kept(database: Database) -> list[tuple[str, bool]]:
    with database.reading() as connection:
        rows = connection.execute(
            select(receipts.c.status, receipts.c.matched).order_by(receipts.c.id)
        )
        return [(status, matched) for status, matched in rows]
