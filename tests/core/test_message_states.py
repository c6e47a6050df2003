from itertools import permutations, product
from typing import get_args

import pytest

from gateway.core.message_states import (
    FINAL,
    MOVES,
    RECEIPT_MOVES,
    MessageState,
    ReceiptOutcome,
    after_receipt,
    can_move,
)

STATES = get_args(MessageState)
OUTCOMES = get_args(ReceiptOutcome)

OURS = {
    "queued": {"claimed", "unknown", "suppressed", "cancelled", "expired"},
    "claimed": {"sending", "queued", "unknown", "suppressed", "cancelled", "expired"},
    "sending": {"accepted", "refused", "queued", "unknown"},
    "accepted": {"delivered", "failed", "expired"},
    "unknown": {"accepted", "queued", "failed"},
}


def after(state: MessageState, *outcomes: ReceiptOutcome) -> MessageState:
    for outcome in outcomes:
        state = after_receipt(state, outcome) or state
    return state


@pytest.mark.parametrize(("old", "new"), list(product(STATES, STATES)))
def test_a_row_moves_along_the_diagram_and_nowhere_else(old, new):
    assert (new in MOVES[old]) is (new in OURS.get(old, set()))


def test_every_state_is_in_the_table_and_reachable_from_queued():
    assert set(MOVES) == set(STATES)
    reached: set[MessageState] = {"queued"}
    frontier: list[MessageState] = ["queued"]
    while frontier:
        new = MOVES[frontier.pop()] - reached
        reached |= new
        frontier += new
    assert reached == set(STATES)


def test_final_states_are_left_by_nothing_of_our_own():
    assert {"delivered", "failed", "expired", "refused", "suppressed", "cancelled"} == FINAL


def test_no_row_moves_to_where_it_is():
    assert not any(can_move(state, state) for state in STATES)


def test_delivered_is_never_left():
    assert not any(can_move("delivered", new) for new in STATES)


@pytest.mark.parametrize("state", ["queued", "claimed"])
def test_what_was_not_sent_cannot_be_refused(state):
    assert not can_move(state, "refused")


@pytest.mark.parametrize("old", ["accepted", "delivered", "failed", "expired", "refused"])
def test_what_the_provider_took_or_refused_is_never_queued_again(old):
    assert not can_move(old, "queued")


def test_the_answer_to_a_call_does_not_undo_a_receipt_that_was_faster():
    assert after("sending", "delivered") == "delivered"
    assert not can_move("delivered", "accepted")


@pytest.mark.parametrize(
    ("state", "outcome", "expected"),
    [
        ("accepted", "in_flight", None),
        ("accepted", "delivered", "delivered"),
        ("accepted", "failed", "failed"),
        ("accepted", "expired", "expired"),
        ("sending", "in_flight", "accepted"),
        ("sending", "delivered", "delivered"),
        ("unknown", "in_flight", "accepted"),
        ("unknown", "delivered", "delivered"),
        ("unknown", "failed", "failed"),
        ("unknown", "expired", "expired"),
        ("failed", "delivered", "delivered"),
        ("expired", "delivered", "delivered"),
        ("failed", "in_flight", None),
        ("failed", "expired", None),
        ("expired", "failed", None),
        ("expired", "in_flight", None),
    ],
)
def test_a_receipt_moves_a_row_forward_or_not_at_all(state, outcome, expected):
    assert after_receipt(state, outcome) == expected


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("state", ["delivered", "refused", "suppressed", "cancelled"])
def test_no_receipt_moves_what_is_settled_without_it(state, outcome):
    assert after_receipt(state, outcome) is None


@pytest.mark.parametrize("state", ["queued", "claimed"])
def test_a_late_receipt_keeps_a_row_queued_again_from_going_out_twice(state):
    assert after_receipt(state, "in_flight") == "accepted"
    assert after_receipt(state, "delivered") == "delivered"
    assert after_receipt(state, "failed") is None


@pytest.mark.parametrize("order", list(permutations(("in_flight", "expired", "delivered"))))
def test_receipts_in_any_order_end_in_delivered(order):
    assert after("accepted", *order) == "delivered"


@pytest.mark.parametrize("outcome", OUTCOMES)
@pytest.mark.parametrize("state", STATES)
def test_the_same_receipt_twice_moves_once(state, outcome):
    assert after(state, outcome) == after(state, outcome, outcome)


def test_receipts_of_every_state_move_only_along_can_move():
    for old, outcomes in RECEIPT_MOVES.items():
        assert all(can_move(old, new) for new in outcomes.values())
