"""What a batch does: who is sent what, once, and what the ledger says afterwards."""

from collections.abc import Sequence
from datetime import time, timedelta
from decimal import Decimal
from threading import Barrier

import pytest
from sqlalchemy import select

from gateway.core.quiet_hours import SendingHours, no_holidays
from gateway.messaging.sending.rate import Unlimited
from gateway.messaging.tables import messages, provider_stops
from gateway.providers.base import Recipient, SendOutcome, SendResult
from tests.messaging.conftest import ZONE, Office
from tests.messaging.scripted_provider import accepting, failing
from tests.messaging.village import NOW, draft, ledger, number, queue, states


def test_a_call_has_at_most_a_batch_of_recipients(office: Office):
    office.batch_size = 4
    queue(office.database, *(draft(index) for index in range(10)))

    office.send()

    assert [len(numbers) for _body, numbers in office.provider.calls] == [4, 4, 2]
    assert set(states(office.database)) == {"accepted"}


def test_replies_go_before_reminders_and_reminders_before_broadcasts(office: Office):
    office.batch_size = 1
    categories = ["broadcast", "health", "reply", "payment", "reply"]
    queue(
        office.database,
        *(
            draft(index, category=category, template="not_known")
            for index, category in enumerate(categories)
        ),
    )

    office.send()

    order = [categories[int(msisdn[-1])] for msisdn in office.provider.handsets]
    assert order == ["reply", "reply", "health", "payment", "broadcast"]


def test_whoever_asks_twice_is_answered_twice(office: Office):
    reply = {"category": "reply", "template": "not_known", "msisdn": number(1)}
    queue(office.database, draft(1, **reply), draft(2, **reply))

    office.send()

    assert office.provider.calls == [(office.provider.calls[0][0], [number(1)])] * 2


def test_a_message_whose_time_has_passed_is_not_sent_late(office: Office):
    queue(office.database, draft(1, expires_at=NOW))

    office.send()

    assert not office.provider.calls
    assert ledger(office.database, "state", "reason") == [("expired", "too_late")]


def test_in_quiet_hours_only_replies_go_out(office: Office):
    office.hours = SendingHours(
        zone=ZONE, quiet=(time(19), time(8)), is_holiday=no_holidays, wave=timedelta(hours=1)
    )
    queue(office.database, draft(1), draft(2, category="reply", template="not_known"))
    office.later(hours=10)  # 20:00 in Vientiane

    office.send()
    assert office.provider.handsets == [number(2)]

    office.later(hours=13)  # 09:00
    office.send()
    assert office.provider.handsets == [number(2), number(1)]


# (what the provider says, state, reason, minutes until it is tried again)
ANSWERS = [
    ("refused", "refused", None),
    ("unknown", "unknown", None),
    ("retry", "queued", timedelta(seconds=15)),
]


@pytest.mark.parametrize(("outcome", "state", "wait"), ANSWERS)
def test_an_answer_settles_each_message(office: Office, outcome, state, wait):
    office.provider.always = failing(outcome, "because")
    queue(office.database, draft(1))

    office.send()

    (row,) = ledger(office.database, "state", "reason", "not_before_at", "attempts")
    assert (row.state, row.reason, row.attempts) == (state, "because", 1)
    assert row.not_before_at == (NOW + wait if wait else NOW)


def test_a_retry_waits_twice_as_long_each_time_and_half_an_hour_at_most(office: Office):
    office.provider.always = failing("retry", "GatewayError")
    queue(office.database, draft(1, expires_at=NOW + timedelta(days=30)))
    waits = []
    for _attempt in range(10):
        with office.database.writing() as connection:
            connection.execute(provider_stops.delete())
        office.send()
        (row,) = ledger(office.database, "not_before_at")
        waits.append((row.not_before_at - office.now).total_seconds())
        office.now = row.not_before_at

    assert waits == [15, 30, 60, 120, 240, 480, 960, 1800, 1800, 1800]


def test_recipients_of_one_call_fare_differently(office: Office):
    def answer(_body, recipients):
        outcomes: list[SendOutcome] = ["accepted", "refused", "retry", "unknown"]
        return [
            SendResult(one.message_id, outcome, provider_ref="r" if outcome == "accepted" else None)
            for one, outcome in zip(recipients, outcomes, strict=True)
        ]

    office.provider.answers = [answer]
    queue(office.database, *(draft(index) for index in range(4)))

    office.send()

    assert sorted(states(office.database)) == ["accepted", "queued", "refused", "unknown"]


def test_whoever_is_missing_in_the_answer_may_have_been_sent_to(office: Office):
    office.provider.answers = [lambda body, recipients: accepting(body, recipients[:1])]
    queue(office.database, draft(1), draft(2))

    office.send()

    assert sorted(ledger(office.database, "state", "reason"), key=str) == [
        ("accepted", None),
        ("unknown", "not_in_answer"),
    ]


def test_a_provider_that_raises_may_have_sent(office: Office, caplog: pytest.LogCaptureFixture):
    def explode(_body: str, recipients: Sequence[Recipient]):
        raise RuntimeError(f"no luck with {recipients[0].msisdn}")

    office.provider.always = explode
    queue(office.database, draft(1))

    office.send()

    assert states(office.database) == ["unknown"]
    assert number(1) not in caplog.text


def test_calls_do_not_begin_after_half_the_lease(office: Office):
    """Two texts in one claim, and the first call takes half a minute."""

    def slow(body, recipients):
        office.later(seconds=31)
        return accepting(body, recipients)

    office.provider.always = slow
    queue(office.database, draft(1), draft(2, params={"due_on": "28/11"}))

    office.dispatcher().send_batch()

    assert sorted(states(office.database)) == ["accepted", "queued"]


def test_while_one_lane_waits_for_the_provider_the_other_works(office: Office):
    office.lanes, office.batch_size = 2, 1
    both_are_out = Barrier(2, timeout=30)

    def together(body, recipients):
        both_are_out.wait()
        return accepting(body, recipients)

    office.provider.answers = [together, together]
    queue(office.database, *(draft(index) for index in range(5)))

    office.send()

    assert not both_are_out.broken
    assert sorted(office.provider.handsets) == [number(index) for index in range(5)]
    assert states(office.database) == ["accepted"] * 5


class CountingRate(Unlimited):
    """A rate that writes down what is taken from it, and when."""

    per_second = 10

    def __init__(self, diary: list[str]) -> None:
        self._diary = diary

    def take(self, segments: int, **_patience: float) -> bool:
        self._diary.append(f"{segments} taken")
        return True


def test_rates_count_segments(office: Office):
    taken: list[str] = []
    queue(office.database, *(draft(index, locale="lo") for index in range(4)))

    office.dispatcher(rate=CountingRate(taken)).drain(seconds=10)

    assert taken == ["4 taken"]


def test_what_a_call_needs_of_the_rate_is_taken_right_before_it(office: Office):
    """Taken for a whole batch it would be used over seconds, beside what the next one takes."""
    diary: list[str] = []

    def noting(body, recipients):
        diary.append("call")
        return accepting(body, recipients)

    office.provider.always = noting
    queue(office.database, draft(1), draft(2, params={"due_on": "28/11"}))

    office.dispatcher(rate=CountingRate(diary)).send_batch()

    assert diary == ["1 taken", "call", "1 taken", "call"]


def test_without_room_in_the_rate_nothing_is_claimed(office: Office):
    class Exhausted(Unlimited):
        per_second = 10

        def wait_for_room(self, **_patience: float) -> bool:
            return False

    queue(office.database, draft(1))

    assert not office.dispatcher(rate=Exhausted()).send_batch()
    assert states(office.database) == ["queued"]


def test_nothing_of_it_stands_in_the_ledger_twice(office: Office):
    queue(office.database, draft(1))
    queue(office.database, draft(1))

    assert len(ledger(office.database, "id")) == 1
    with office.database.reading() as connection:
        assert connection.execute(select(messages.c.resends)).scalar_one() == 0


def test_what_it_cost_is_kept_with_its_currency(office: Office):
    def billing(_body, recipients):
        return [
            SendResult(
                one.message_id, "accepted", provider_ref="r", cost=Decimal("0.0079"), currency="USD"
            )
            for one in recipients
        ]

    office.provider.always = billing
    queue(office.database, draft(1))

    office.send()

    assert ledger(office.database, "cost", "currency") == [(Decimal("0.0079"), "USD")]
