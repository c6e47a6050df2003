"""No screen promises an SMS that the operator has refused so far, or says that she has had it."""

import pytest

from gateway.messaging.receiving.replies import Answered
from gateway.messaging.tables import messages
from gateway.messaging.unreachable import operator_refuses
from tests.messaging.conftest import Office
from tests.messaging.test_allowance import PHONE, happens
from tests.messaging.village import Village, draft, queue


def ended(office: Office, state: str, reason: str | None = None) -> None:
    """The last SMS went out and this became of it."""
    queue(office.database, draft(1, dedupe_key=f"before {office.now}"))
    settle(office, state, reason)


def settle(office: Office, state: str, reason: str | None = None) -> None:
    waiting = messages.c.state == "queued"
    office.later(seconds=30)
    with office.database.writing() as connection:
        values = {"state": state, "reason": reason, "sent_at": office.now}
        connection.execute(messages.update().where(waiting).values(values))


# What became of the SMS to a number, one after the other, and whether its operator refuses it.
HISTORIES = [
    ([], False),
    ([("refused", "UserInBlacklist")], True),
    ([("failed", "UserInBlackList")], True),
    ([("failed", "DeliveryFailure")], False),
    ([("refused", "too_long")], False),
    ([("refused", "UserInBlacklist"), ("refused", "too_long")], True),
    ([("refused", "UserInBlacklist"), ("delivered", None)], False),
    ([("refused", "UserInBlacklist"), ("accepted", None)], False),
    ([("delivered", None), ("refused", "UserInBlacklist")], True),
]


@pytest.mark.parametrize(("history", "refuses"), HISTORIES)
def test_the_last_that_was_sent_tells_whether_a_number_is_refused(office, history, refuses):
    for state, reason in history:
        ended(office, state, reason)

    with office.database.reading() as connection:
        assert operator_refuses(connection, PHONE) == refuses


@pytest.mark.parametrize(
    ("event", "data"), [("case_opened", {"kind": "call_back"}), ("summary_requested", {})]
)
@pytest.mark.parametrize(
    ("became", "again"),
    [
        (("delivered", None), "had"),
        (("accepted", None), "had"),
        (("failed", "DeliveryFailure"), "queued"),
        (("refused", "UserInBlacklist"), "refused"),
    ],
)
def test_who_asks_again_has_had_only_what_arrived(
    office: Office, village: Village, event: str, data: dict[str, str], became, again: Answered
):
    hers = data | {"beneficiary_id": str(village.woman())}
    assert happens(office, event, **hers)["sms"] == "queued"
    settle(office, *became)

    told = [happens(office, event, **hers)["sms"]]

    if event == "summary_requested" and again == "had":
        told = [happens(office, event, **hers)["sms"] for _dial in range(10)][-1:]
    assert told == [again]


def test_it_is_tried_all_the_same_so_that_we_learn_when_they_are_back(office: Office):
    ended(office, "refused", "UserInBlacklist")

    assert happens(office, "case_opened", kind="call_back")["sms"] == "refused"
    office.send()
    assert happens(office, "case_opened", kind="call_back")["sms"] == "had"
