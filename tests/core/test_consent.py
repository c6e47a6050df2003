from typing import get_args

import pytest

from gateway.core.caller import Status
from gateway.core.consent import MessageCategory, Standing, reason_to_hold_back

ALL = get_args(MessageCategory)
REMINDERS = ("payment", "health")


def reason(category, **changes):
    """The decision about a person to whom everything may go, but for `changes`."""
    person = {
        "status": "enrolled",
        "consent_payment": True,
        "consent_health": True,
        "optouts": frozenset(),
        "course_ended": False,
        "disowned": False,
        "paused": False,
        **changes,
    }
    return reason_to_hold_back(category, Standing(**person))


@pytest.mark.parametrize("category", ALL)
def test_nothing_is_held_back_from_who_agreed_to_everything(category):
    assert reason(category) is None


def test_a_reply_goes_whatever_was_switched_off():
    assert (
        reason(
            "reply",
            status="rejected",
            consent_payment=False,
            consent_health=False,
            optouts={"all", "reply"},
            course_ended=True,
            disowned=True,
            paused=True,
        )
        is None
    )


def test_every_status_is_decided_on():
    assert set(get_args(Status)) == {
        "applied", "verified", "enrolled", "suspended", "rejected", "exited"
    }  # fmt: skip


@pytest.mark.parametrize(
    ("status", "payment", "health"),
    [
        ("applied", "not_eligible", None),
        ("verified", "not_eligible", None),
        ("enrolled", None, None),
        ("suspended", "not_eligible", None),
        ("rejected", "not_eligible", "not_eligible"),
        ("exited", "not_eligible", "not_eligible"),
    ],
)
def test_paydays_are_for_the_enrolled_health_visits_for_all_not_turned_away(
    status, payment, health
):
    assert (reason("payment", status=status), reason("health", status=status)) == (payment, health)


@pytest.mark.parametrize("status", get_args(Status))
def test_a_broadcast_asks_for_no_status(status):
    assert reason("broadcast", status=status) is None


@pytest.mark.parametrize(
    ("consent_payment", "consent_health", "held_back"),
    [
        (True, True, set()),
        (False, True, {"payment"}),
        (True, False, {"health"}),
        (False, False, {"payment", "health", "broadcast"}),
    ],
)
def test_payment_and_health_have_a_switch_each(consent_payment, consent_health, held_back):
    switches = {"consent_payment": consent_payment, "consent_health": consent_health}
    found = {category for category in ALL if reason(category, **switches) == "no_consent"}
    assert found == held_back


@pytest.mark.parametrize(
    ("optouts", "held_back"),
    [
        (set(), set()),
        ({"payment"}, {"payment"}),
        ({"health"}, {"health"}),
        ({"broadcast"}, {"broadcast"}),
        ({"health", "broadcast"}, {"health", "broadcast"}),
        ({"all"}, {"payment", "health", "broadcast"}),
    ],
)
def test_a_number_leaves_the_categories_it_names(optouts, held_back):
    found = {category for category in ALL if reason(category, optouts=optouts) == "opted_out"}
    assert found == held_back


def test_an_ended_course_ends_health_messages_and_leaves_the_money_alone():
    found = {category: reason(category, course_ended=True) for category in ALL}
    assert found == {"reply": None, "payment": None, "health": "course_ended", "broadcast": None}


def test_a_paused_district_gets_no_reminders_but_is_told_why():
    found = {category: reason(category, paused=True) for category in ALL}
    assert found == {
        "reply": None,
        "payment": "district_paused",
        "health": "district_paused",
        "broadcast": None,
    }


def test_a_disowned_number_gets_nothing_but_replies():
    found = {category: reason(category, disowned=True) for category in ALL}
    assert found.pop("reply") is None
    assert set(found.values()) == {"number_disowned"}


@pytest.mark.parametrize("category", REMINDERS)
def test_the_weightiest_reason_is_given_first(category):
    everything = {
        "disowned": True,
        "optouts": {"all"},
        "consent_payment": False,
        "consent_health": False,
        "status": "rejected",
        "paused": True,
    }
    in_order = []
    while (found := reason(category, **everything)) is not None:
        in_order.append(found)
        del everything[next(iter(everything))]
    assert list(dict.fromkeys(in_order)) == [
        "number_disowned", "opted_out", "no_consent", "not_eligible", "district_paused"
    ]  # fmt: skip
