from datetime import date

import pytest
from msgspec import structs

from gateway.core.caller import Payment, PaymentStatus, Place
from gateway.core.payments import (
    CycleError,
    cancelled,
    cycle_after,
    first_of_cycle,
    next_and_last,
)
from tests.core.rules import rules

TODAY = date(2026, 11, 24)


def payment(due_on: date, status: PaymentStatus, cycle: str = "") -> Payment:
    return Payment(
        id=f"{due_on} {status}",
        cycle=cycle or f"{due_on:%Y-%m}",
        due_on=due_on,
        amount=300_000,
        status=status,
        pay_point=Place("ບ້ານ ໂພນແກ້ວ", "Ban Phonkeo"),
    )


def seen(*payments: Payment) -> tuple[str | None, str | None]:
    """The ids of next and last, whatever order the payments came in."""
    forward = next_and_last(payments, on=TODAY)
    assert next_and_last(reversed(payments), on=TODAY) == forward
    coming, last = forward
    return coming.id if coming else None, last.id if last else None


def test_without_payments_there_is_neither_next_nor_last():
    assert seen() == (None, None)


@pytest.mark.parametrize(
    ("label", "due_on", "is_next"),
    [
        ("in two months", date(2027, 1, 24), True),
        ("tomorrow", date(2026, 11, 25), True),
        ("today, until the day is over", date(2026, 11, 24), True),
        ("yesterday, without a result", date(2026, 11, 23), False),
        ("two months ago, without a result", date(2026, 9, 24), False),
    ],
)
def test_a_payday_without_a_result_is_next_until_it_has_passed_and_then_the_last(
    label, due_on, is_next
):
    coming, last = seen(payment(due_on, "scheduled"))
    assert (coming is not None, last is not None) == (is_next, not is_next), label


def test_the_earliest_of_several_to_come_is_next():
    coming, _ = seen(
        payment(date(2027, 3, 1), "scheduled"),
        payment(date(2026, 12, 1), "scheduled"),
        payment(date(2027, 1, 1), "scheduled"),
    )
    assert coming == "2026-12-01 scheduled"


@pytest.mark.parametrize(
    ("label", "other", "last"),
    [
        ("beside one to come", (date(2027, 1, 20), "scheduled"), "2026-11-12 scheduled"),
        ("after one that was paid", (date(2026, 9, 12), "paid"), "2026-11-12 scheduled"),
        ("after an older one without a result", (date(2026, 9, 12), "scheduled"),
         "2026-11-12 scheduled"),
        ("before one that was paid since", (date(2026, 11, 20), "paid"), "2026-11-20 paid"),
        ("before one that was missed since", (date(2026, 11, 20), "missed"), "2026-11-20 missed"),
    ],
)  # fmt: skip
def test_a_payday_without_a_result_is_the_last_until_a_later_one_is(label, other, last):
    assert seen(payment(date(2026, 11, 12), "scheduled"), payment(*other))[1] == last, label


def test_arrears_handed_out_on_the_same_day_at_the_same_place_are_in_the_sum():
    day, elsewhere = date(2026, 12, 1), Place("ບ້ານ ສະພານ", "Ban Saphan")
    arrears = payment(day, "scheduled", "2026-07")
    others = [
        payment(day, "cancelled", "2026-05"),
        payment(date(2027, 1, 20), "scheduled", "2027-01"),
        structs.replace(payment(day, "scheduled", "2026-03"), pay_point=elsewhere),
    ]
    coming, _ = next_and_last([*others, payment(day, "scheduled", "2026-11"), arrears], on=TODAY)
    assert coming == structs.replace(others[2], amount=300_000)

    coming, _ = next_and_last(
        [*others[:2], payment(day, "scheduled", "2026-11"), arrears], on=TODAY
    )
    assert coming == structs.replace(arrears, amount=600_000)


@pytest.mark.parametrize("status", ["paid", "missed", "cancelled"])
def test_a_payment_settled_or_cancelled_before_its_day_is_not_next(status):
    assert seen(payment(date(2026, 12, 1), status))[0] is None


def test_the_last_is_the_latest_that_was_paid_or_missed():
    _, last = seen(
        payment(date(2026, 7, 1), "missed"),
        payment(date(2026, 9, 1), "paid"),
        payment(date(2026, 11, 1), "cancelled"),
        payment(date(2027, 1, 1), "scheduled"),
    )
    assert last == "2026-09-01 paid"


def test_a_missed_payment_can_be_the_last():
    _, last = seen(payment(date(2026, 9, 1), "paid"), payment(date(2026, 11, 1), "missed"))
    assert last == "2026-11-01 missed"


def test_of_two_on_one_day_the_later_cycle_is_the_last():
    day = date(2026, 11, 1)
    _, last = seen(payment(day, "paid", "2026-11"), payment(day, "missed", "2026-09"))
    assert last == "2026-11-01 paid"


@pytest.mark.parametrize(
    ("cycle", "months", "following"),
    [
        ("2026-09", 2, "2026-11"),
        ("2026-11", 2, "2027-01"),
        ("2026-12", 2, "2027-02"),
        ("2026-12", 1, "2027-01"),
    ],
)
def test_a_cycle_is_followed_by_the_next_months(cycle, months, following):
    assert cycle_after(cycle, rules=rules(cycle_months=months)) == following


def test_a_cycle_starts_on_the_first_of_its_month():
    assert first_of_cycle("2026-11") == date(2026, 11, 1)


@pytest.mark.parametrize(
    "text",
    ["", "2026", "2026-13", "2026-00", "2026-1", "26-11", "2026/11", "2026-11-01", "0000-01",
     " 2026-11", "2026-11\n", "໒໐໒໖-໑໑"],
)  # fmt: skip
def test_what_is_no_cycle_is_refused_and_quoted(text):
    with pytest.raises(CycleError, match="write the first month as 2026-11"):
        first_of_cycle(text)


@pytest.mark.parametrize(
    ("label", "known", "is_news"),
    [
        ("nothing else", [], True),
        ("one before", [payment(date(2026, 10, 3), "paid")], True),
        ("one before without a result", [payment(date(2026, 11, 20), "scheduled")], True),
        ("another day ahead", [payment(date(2027, 2, 3), "scheduled")], True),
        ("a later one paid", [payment(date(2026, 11, 23), "paid")], False),
    ],
)
def test_what_was_cancelled_is_news_until_something_later_is_behind(label, known, is_news):
    taken_back = payment(date(2026, 11, 22), "cancelled")

    if label == "one before without a result":
        taken_back = payment(date(2026, 12, 3), "cancelled")

    assert cancelled([taken_back, *known], on=TODAY) == (taken_back if is_news else None), label
