"""How receivers of webhooks do, as staff see it, and what they do about what was given up."""

from typing import get_args

import pytest
from markupsafe import escape
from sqlalchemy import select

from gateway.console.pages.webhooks.words import FAULTS
from gateway.webhooks.calling import Fault
from gateway.webhooks.tables import webhook_deliveries
from tests.console.conftest import Staff, lines_of_the_log
from tests.console.examples import put_receiver
from tests.service import Service


def _states(service: Service) -> list[str]:
    with service.database.reading() as connection:
        return list(connection.execute(select(webhook_deliveries.c.state)).scalars())


def test_without_receivers_the_page_says_how_they_come(staff: Staff):
    assert "No other system is told." in staff("viewer").get("webhooks/").text


def test_what_was_given_up_is_sent_again(service: Service, staff: Staff):
    one = put_receiver(service, parked=3)
    operator = staff("operator")
    assert "Given up after a day" in operator.get("webhooks/").text

    operator.post(f"webhooks/{one}/again", {}, 302)

    assert _states(service) == ["waiting"] * 3
    assert "webhook.send_again" in [line.action for line in lines_of_the_log(service)]


def test_or_dropped(service: Service, staff: Staff):
    one = put_receiver(service, parked=2)

    staff("operator").post(f"webhooks/{one}/drop", {}, 302)

    assert "parked" not in _states(service)


def test_a_viewer_sees_and_does_nothing(service: Service, staff: Staff):
    put_receiver(service, parked=2)

    assert not staff("viewer").get("webhooks/").all(".//section//form")


def test_every_fault_has_its_words():
    assert FAULTS.keys() == {*get_args(Fault)}


@pytest.mark.parametrize("fault", get_args(Fault))
def test_each_fault_is_said_in_words_that_one_can_act_on(
    service: Service, staff: Staff, fault: str
):
    put_receiver(service, failures=2, fault=fault, status=500)

    assert escape(FAULTS[fault]) in staff("viewer").get("webhooks/").text
