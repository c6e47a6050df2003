"""A broadcast tried on one's own phone, sent back with a reason, its people, and its follow-up."""

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from gateway.messaging.tables import broadcasts, messages
from gateway.registry.tables import beneficiaries
from tests.console.broadcasting import actions, expand, running, settle
from tests.console.conftest import Staff, lines_of_the_log
from tests.console.ledger import broadcast_row, put_broadcast
from tests.console.people import change
from tests.console.test_marking import past
from tests.service import Service

MINE = "+8562055512399"


def trials(service: Service) -> list:
    with service.database.reading() as connection:
        return list(
            connection.execute(
                select(messages).where(messages.c.template == "broadcast_trial")
            ).all()
        )


def test_a_text_is_tried_on_ones_own_phone_and_counts_nowhere(service: Service, staff: Staff):
    broadcast_id = put_broadcast(service)
    operator = staff("operator")
    wanted = {"locale": "lo", "number": "020 5551 2399"}

    page = operator.submit(f"broadcasts/{broadcast_id}/try", wanted)

    assert page.flashes() == ["The test SMS is on its way to your phone."]
    [sms] = trials(service)
    assert (sms.msisdn, sms.broadcast_id, sms.category) == (MINE, None, "reply")
    assert sms.params["text"] == broadcast_row(service, broadcast_id).texts["lo"]
    assert page.fields(f"/console/broadcasts/{broadcast_id}/try")["number"] == MINE
    line = lines_of_the_log(service)[-1]
    assert (line.action, line.changes) == ("broadcast.try", {"locale": [None, "lo"]})


@pytest.mark.parametrize("column", ["msisdn", "helper_msisdn"])
def test_no_text_is_tried_on_a_phone_of_the_registry(service: Service, staff: Staff, column: str):
    broadcast_id = put_broadcast(service)
    change(service, past(service).beneficiary_id, **{column: MINE})

    page = staff("operator").submit(
        f"broadcasts/{broadcast_id}/try", {"locale": "lo", "number": MINE}
    )

    assert page.flashes() == [
        "This number is in the registry: a test goes to your own phone, never to somebody we serve."
    ]
    assert trials(service) == []


def test_ten_in_an_hour_are_the_most(service: Service, staff: Staff):
    broadcast_id = put_broadcast(service)
    operator = staff("operator")
    wanted = {"locale": "lo", "number": MINE}
    for _time in range(10):
        operator.post(f"broadcasts/{broadcast_id}/try", wanted)

    page = operator.submit(f"broadcasts/{broadcast_id}/try", wanted)
    assert page.flashes() == ["10 test SMS in an hour are the most: wait a while."]
    assert len(trials(service)) == 10

    service.clock.move(minutes=61)
    assert len(trials(service)) == 10
    operator.post(f"broadcasts/{broadcast_id}/try", wanted)
    assert len(trials(service)) == 11


def test_no_number_is_refused(service: Service, staff: Staff):
    broadcast_id = put_broadcast(service)

    page = staff("operator").post(
        f"broadcasts/{broadcast_id}/try", {"locale": "lo", "number": "12"}, status=200
    )

    assert page.errors()[0].startswith("Your phone number: ")
    assert trials(service) == []


def test_its_authors_read_why_it_was_sent_back(service: Service, staff: Staff):
    broadcast_id = put_broadcast(service, submitted=True)
    approver = staff("approver")

    refused = approver.post(f"broadcasts/{broadcast_id}/send-back", {"reason": " "}, status=200)
    assert refused.errors() == ["Why: Fill this in."]
    approver.submit(f"broadcasts/{broadcast_id}/send-back", {"reason": "Which day?"})

    page = staff("operator").get(f"broadcasts/{broadcast_id}")
    assert "Sent back by approver" in page.words
    assert "Which day?" in page.words


def sent(service: Service, staff: Staff):
    """A broadcast that is over: the first three got it, the fourth did not."""
    broadcast_id = running(service, staff)
    with service.database.writing() as connection:
        start = service.clock() - timedelta(hours=1)
        connection.execute(update(beneficiaries).values(created_at=start))
    expand(service, broadcast_id)
    settle(service, ["delivered"] * 3 + ["failed"])
    with service.database.writing() as connection:
        connection.execute(
            update(messages)
            .where(messages.c.broadcast_id == broadcast_id, messages.c.state == "queued")
            .values(state="delivered")
        )
        connection.execute(update(broadcasts).values(state="done"))
    return broadcast_id


def test_who_got_none_and_why_is_listed_with_registration_numbers(service: Service, staff: Staff):
    broadcast_id = sent(service, staff)
    with service.database.reading() as connection:
        lost = (
            connection.execute(
                select(beneficiaries.c.registration_no)
                .join(messages, messages.c.msisdn == beneficiaries.c.msisdn)
                .where(messages.c.state == "failed")
            )
            .scalars()
            .first()
        )
    operator = staff("operator")

    page = operator.get(f"broadcasts/{broadcast_id}/people")
    file = operator.raw("GET", f"broadcasts/{broadcast_id}/people.csv")
    every = operator.get(f"broadcasts/{broadcast_id}/people?who=all")

    assert [row for row in page.rows() if row[1] == lost and "did not arrive" in row[3]]
    assert str(lost) in file.text
    assert len(every.rows()) > len(page.rows())
    masked = staff("viewer").get(f"broadcasts/{broadcast_id}/people")
    assert str(lost) not in masked.words
    assert ".csv" not in " ".join(masked.links())


def test_the_results_name_registration_numbers_to_those_who_may_see_them(
    service: Service, staff: Staff
):
    broadcast_id = sent(service, staff)
    with service.database.reading() as connection:
        number = connection.execute(select(beneficiaries.c.registration_no)).scalars().first()
    path = f"broadcasts/{broadcast_id}/results.csv"

    assert str(number) in staff("operator").raw("GET", path).text
    assert str(number) not in staff("viewer").raw("GET", path).text


def test_a_follow_up_is_for_exactly_those_who_got_none(service: Service, staff: Staff):
    broadcast_id = sent(service, staff)
    operator = staff("operator")
    assert {"new?follow=" + str(broadcast_id)} <= actions(
        operator.get(f"broadcasts/{broadcast_id}")
    )

    page = operator.get(f"broadcasts/new?follow={broadcast_id}")
    form = page.fields("/console/broadcasts/new") | {"action": "save"}
    saved = operator.submit("broadcasts/new", form)

    assert "Only people who got nothing of" in page.words
    assert "Got nothing of" in saved.words
    with service.database.reading() as connection:
        newest = connection.execute(
            select(broadcasts).order_by(broadcasts.c.id.desc()).limit(1)
        ).one()
    assert newest.audience["missed"] == [str(broadcast_id)]
    assert newest.name.startswith("Once more: ")
    assert newest.preview["recipients"] == 1


def test_an_audience_that_has_grown_is_said_before_it_starts(service: Service, staff: Staff):
    broadcast_id = put_broadcast(service)
    when = {"on": "2026-11-25", "at": "10:30"}
    staff("operator").submit(f"broadcasts/{broadcast_id}/submit", when)
    approver = staff("approver")
    page = approver.get(f"broadcasts/{broadcast_id}")
    seen = page.fields(f"/console/broadcasts/{broadcast_id}/approve")
    approver.submit(f"broadcasts/{broadcast_id}/approve", seen)
    with service.database.writing() as connection:
        row = connection.execute(select(broadcasts)).one()
        fewer = {**row.preview, "audience": row.preview["audience"] - 2}
        connection.execute(update(broadcasts).values(preview=fewer))

    page = staff("viewer").get(f"broadcasts/{broadcast_id}")

    assert "Since its approval 2 more people are in its audience." in page.words
