"""The page of a woman's PIN."""

from sqlalchemy import select

from gateway.messaging.tables import messages
from tests.console.conftest import Staff
from tests.console.people import actions, page_of, person
from tests.service import Service

WITH_PIN = "+8562055500004"


def test_a_health_worker_sets_a_forgotten_pin_anew(service: Service, staff: Staff):
    path = f"{page_of(service)}/pin"
    worker = staff("health_worker", "Sanamxay", health_centre="Souksala Pindong")

    page = worker.get(path)
    refused = worker.post(path, {"what": "set", "pin": "12", "reason": "forgot"}, status=200)
    done = worker.submit(path, {"what": "set", "pin": "4321", "reason": "forgot"})

    assert "She has no PIN: everything can be read on her phone." in page.words
    assert refused.errors() == ["New PIN: It must have 4 digits, with the zeros in front."]
    assert refused.fields(f"/console/{path}")["pin"] == ""
    assert done.flashes() == ["Done. She is told by SMS."]
    assert person(service).pin_hash
    with service.database.reading() as connection:
        assert connection.execute(select(messages.c.template)).scalar_one() == "pin_set"
    assert ("beneficiary.pin", {"pin": [None, "set"], "reason": [None, "forgot"],
                                "told": [None, True]}) in actions(service)  # fmt: skip


def test_it_says_why_it_cannot_be_done(service: Service, staff: Staff):
    path = f"{page_of(service)}/pin"
    operator = staff("operator")

    nothing = operator.post(path, {"reason": "forgot"}, status=200)
    no_reason = operator.post(path, {"what": "set", "pin": "4321", "reason": ""}, status=200)

    assert nothing.errors() == ["What is to be done: Choose what is to be done."]
    assert no_reason.errors() == ["Reason for the change: Fill this in."]
    assert [one.get("value") for one in nothing.all(".//input[@name='what']")] == ["set"]
    removable = operator.get(f"{page_of(service, WITH_PIN)}/pin")
    assert [one.get("value") for one in removable.all(".//input[@name='what']")] == [
        "set", "removed",
    ]  # fmt: skip
