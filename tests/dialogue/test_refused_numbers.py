"""What a screen says of an SMS to a number that its operator refuses."""

import pytest
from sqlalchemy import insert
from uuid_utils.compat import uuid7

from gateway.messaging.tables import messages
from tests.dialogue.screens import MOTHER
from tests.keys import CALL_BACK, PAYDAY, deep, key_of


@pytest.fixture
def opted_out_at_the_operator(service):
    """The last SMS to her was refused."""
    now = service.clock()
    row = {
        "id": uuid7(), "dedupe_key": "before", "category": "payment", "priority": 1,
        "msisdn": MOTHER, "locale": "en", "template": "payment_due", "params": {},
        "state": "refused", "reason": "UserInBlacklist", "not_before_at": now, "expires_at": now,
        "created_at": now, "updated_at": now, "sent_at": now,
    }  # fmt: skip
    with service.database.writing() as connection:
        connection.execute(insert(messages).values(row))


@pytest.mark.usefixtures("opted_out_at_the_operator")
def test_a_case_has_a_number_to_note(phone):
    said = "END Case 1: we will call you back. Note the number: no SMS comes."
    assert phone().dial(deep(CALL_BACK)) == said


@pytest.mark.usefixtures("opted_out_at_the_operator")
def test_a_payday_is_to_be_read_on_the_screen(phone):
    said = "END No SMS reaches this number. Dial again to look."
    assert phone().dial(deep(PAYDAY, key_of("next_payment", "summary_sent"))) == said
