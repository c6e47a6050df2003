"""Broadcasts: submitted, approved by somebody else, paused, cancelled; what became of them."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from redis import Redis
from sqlalchemy import null, select, update

from gateway.messaging.broadcasts.approval import most_recipients, version_of
from gateway.messaging.broadcasts.lifecycle import finish_broadcasts
from gateway.messaging.tables import broadcasts
from gateway.messaging.wakeups import QUEUE
from gateway.staff.accounts import by_email
from gateway.staff.audit import Actor, record
from gateway.staff.tables import audit_log
from tests.console.broadcasting import actions, expand, running, settle
from tests.console.conftest import Staff
from tests.console.happenings import MOTHER
from tests.console.ledger import approve, broadcast_row, change_person, put_broadcast
from tests.service import Service

AUTHOR = "author@example.la"
FORM = {"name": "Flood", "text_lo": "ນ້ຳຖ້ວມ", "status": "enrolled", "action": "save"}


def _only(service: Service):
    with service.database.reading() as connection:
        return connection.execute(select(broadcasts)).one()


# Deciding


def test_a_second_person_approves_and_it_goes_out(
    service: Service, staff: Staff, redis_client: Redis
):
    author, approver = staff("operator", email=AUTHOR), staff("approver")
    author.submit("broadcasts/new", FORM)
    broadcast_id = _only(service).id

    page = author.submit(f"broadcasts/{broadcast_id}/submit")
    assert page.flashes() == ["It is waiting for the approval of a second person."]
    assert "approve" not in actions(page)
    page = approve(approver, broadcast_id)

    assert page.flashes() == ["Approved: it goes out now."]
    row = broadcast_row(service, broadcast_id)
    assert row.state == "running"
    assert row.approved_by.startswith("approver")
    assert redis_client.llen(f"rq:queue:{QUEUE}") == 1


@pytest.mark.parametrize("spelling", ["admin@example.la", "Admin@Example.la"])
def test_nobody_approves_their_own(service: Service, staff: Staff, spelling: str):
    broadcast_id = put_broadcast(service, author=spelling, submitted=True)
    admin = staff("admin", email="admin@example.la")

    page = admin.get(f"broadcasts/{broadcast_id}")
    assert "approve" not in actions(page)
    assert "Nobody approves a broadcast that they wrote in." in page.words
    admin.post(
        f"broadcasts/{broadcast_id}/approve",
        {"seen_at": broadcast_row(service, broadcast_id).updated_at.isoformat()},
    )

    assert broadcast_row(service, broadcast_id).state == "submitted"


def test_whoever_changed_it_last_does_not_approve_it(service: Service, staff: Staff):
    broadcast_id = put_broadcast(service)
    admin = staff("admin", email="admin@example.la")
    row = broadcast_row(service, broadcast_id)
    admin.submit(f"broadcasts/{broadcast_id}/edit", FORM | {"seen_at": row.updated_at.isoformat()})

    page = admin.submit(f"broadcasts/{broadcast_id}/submit")

    assert "approve" not in actions(page)


def test_what_the_approver_has_not_read_is_not_approved(service: Service, staff: Staff):
    broadcast_id = put_broadcast(service, submitted=True)
    approver, author = staff("approver"), staff("operator")
    seen = broadcast_row(service, broadcast_id).updated_at.isoformat()
    service.clock.move(minutes=1)
    author.submit(f"broadcasts/{broadcast_id}/withdraw")
    author.submit(f"broadcasts/{broadcast_id}/submit")

    page = approver.submit(f"broadcasts/{broadcast_id}/approve", {"seen_at": seen})

    assert page.flashes() == ["It has changed since you opened its page: read it as it is now."]
    assert broadcast_row(service, broadcast_id).state == "submitted"


def test_a_count_that_is_another_is_not_approved(service: Service, staff: Staff):
    broadcast_id = put_broadcast(service, submitted=True)
    approver = staff("approver")
    seen = approver.get(f"broadcasts/{broadcast_id}").fields(
        f"/console/broadcasts/{broadcast_id}/approve"
    )
    change_person(service, MOTHER, consent_payment=False, consent_health=False)
    staff("operator").post(f"broadcasts/{broadcast_id}/count")

    page = approver.submit(f"broadcasts/{broadcast_id}/approve", {"seen_at": seen["seen_at"]})

    assert page.flashes() == ["It has changed since you opened its page: read it as it is now."]
    assert broadcast_row(service, broadcast_id).state == "submitted"


def test_before_it_is_counted_nobody_can_approve_it(service: Service, staff: Staff):
    broadcast_id = put_broadcast(service, submitted=True)
    with service.database.writing() as connection:
        connection.execute(update(broadcasts).values(preview=null()))
    approver = staff("approver")

    page = approver.get(f"broadcasts/{broadcast_id}")
    assert "It can be approved once they are counted." in page.words
    assert actions(page) & {"approve", "send-back"} == {"send-back"}
    seen = version_of(broadcast_row(service, broadcast_id))
    page = approver.submit(f"broadcasts/{broadcast_id}/approve", {"seen_at": seen})

    assert page.flashes() == [
        "The recipients are still being counted: it can be approved after that."
    ]
    assert broadcast_row(service, broadcast_id).state == "submitted"


def test_the_approver_reads_for_how_many_and_how_far_it_may_grow(service: Service, staff: Staff):
    broadcast_id = put_broadcast(service, submitted=True)
    count = broadcast_row(service, broadcast_id).preview["recipients"]

    page = staff("approver").get(f"broadcasts/{broadcast_id}")

    assert f"You approve it for {count} phones." in page.words
    assert f"more than {most_recipients(count)} when it starts" in page.words


def test_one_that_has_outgrown_its_approval_says_so(service: Service, staff: Staff):
    broadcast_id = put_broadcast(service, submitted=True)
    with service.database.writing() as connection:
        connection.execute(update(broadcasts).values(approved_recipients=2))
    count = broadcast_row(service, broadcast_id).preview["recipients"]

    page = staff("approver").get(f"broadcasts/{broadcast_id}")

    assert f"It was approved for 2 phones. There are {count} now" in page.words


def test_who_saves_it_unchanged_leaves_its_author_an_author(service: Service, staff: Staff):
    broadcast_id = put_broadcast(service, author="admin@example.la", audience={"district": [1]})
    operator, admin = staff("operator"), staff("admin", email="admin@example.la")
    path = f"broadcasts/{broadcast_id}/edit"
    fields = operator.get(path).fields(f"/console/{path}")
    operator.submit(path, fields | {"action": "save"})
    operator.submit(f"broadcasts/{broadcast_id}/submit")

    assert "approve" not in actions(admin.get(f"broadcasts/{broadcast_id}"))
    admin.post(
        f"broadcasts/{broadcast_id}/approve",
        {"seen_at": version_of(broadcast_row(service, broadcast_id))},
    )

    assert broadcast_row(service, broadcast_id).state == "submitted"


def test_an_account_that_its_author_made_does_not_approve_it(service: Service, staff: Staff):
    admin, approver = staff("admin", email=AUTHOR), staff("approver", email="second@example.la")
    admin.submit("broadcasts/new", FORM)
    broadcast_id = _only(service).id
    admin.submit(f"broadcasts/{broadcast_id}/submit")
    with service.database.writing() as connection:
        author, second = (by_email(connection, one) for one in (AUTHOR, "second@example.la"))
        assert author
        assert second
        record(
            connection, Actor(author.email, author), "staff.add", now=service.clock(),
            kind="staff", object_id=second.id,
        )  # fmt: skip

    page = approve(approver, broadcast_id)
    assert "less than 24 hours ago. Somebody else has to approve it." in page.flashes()[0]
    assert broadcast_row(service, broadcast_id).state == "submitted"

    assert approve(staff("approver"), broadcast_id).flashes() == ["Approved: it goes out now."]


def test_it_may_be_sent_back_or_taken_back(service: Service, staff: Staff):
    broadcast_id = put_broadcast(service, submitted=True)

    page = staff("approver").submit(f"broadcasts/{broadcast_id}/send-back", {"reason": "No day"})
    assert page.flashes() == ["It was sent back to its author."]
    operator = staff("operator")
    operator.submit(f"broadcasts/{broadcast_id}/submit")
    page = operator.submit(f"broadcasts/{broadcast_id}/withdraw")

    assert page.flashes() == ["It is a draft again."]
    assert broadcast_row(service, broadcast_id).state == "draft"


def test_it_starts_when_its_author_asked_for(service: Service, staff: Staff):
    broadcast_id = put_broadcast(service)
    when = {"on": "2026-11-25", "at": "10:30"}
    staff("operator").submit(f"broadcasts/{broadcast_id}/submit", when)

    page = approve(staff("approver"), broadcast_id)

    assert page.flashes() == ["Approved: it is scheduled."]
    assert "25 Nov 2026, 10:30" in page.words
    assert broadcast_row(service, broadcast_id).state == "scheduled"


def test_a_time_without_a_day_is_one_of_today(service: Service, staff: Staff):
    broadcast_id = put_broadcast(service)

    staff("operator").submit(f"broadcasts/{broadcast_id}/submit", {"on": "", "at": "17:00"})

    start_at = broadcast_row(service, broadcast_id).start_at
    assert start_at.astimezone(ZoneInfo("Asia/Vientiane")).isoformat() == (
        "2026-11-24T17:00:00+07:00"
    )


@pytest.mark.parametrize(
    "when",
    [
        {"on": "", "at": "06:00"},
        {"on": "2026-11-24", "at": "06:00"},
        {"on": "2026-11-24", "at": ""},
    ],
)
def test_a_time_that_has_passed_today_is_refused(service: Service, staff: Staff, when):
    broadcast_id = put_broadcast(service)

    page = staff("operator").post(f"broadcasts/{broadcast_id}/submit", when, status=200)

    assert "has passed: choose a later one." in page.errors()[0]
    assert broadcast_row(service, broadcast_id).state == "draft"


def test_over_the_new_year_it_says_when_it_goes_out_and_leaves_time(service: Service, staff: Staff):
    service.clock.at = datetime(2027, 4, 12, 3, 0, tzinfo=UTC)
    broadcast_id = put_broadcast(service)
    when = {"on": "2027-04-14", "at": ""}
    staff("operator").submit(f"broadcasts/{broadcast_id}/submit", when)
    approver = staff("approver")

    page = approver.get(f"broadcasts/{broadcast_id}")
    assert "The first SMS goes out on 17 Apr 2027, 08:00 at the earliest." in page.words
    page = approve(approver, broadcast_id)

    assert "20 Apr 2027, 08:00" in page.words
    assert broadcast_row(service, broadcast_id).state == "scheduled"


@pytest.mark.parametrize("on", ["2026-11-23", "2027-02-23", "soon"])
def test_a_day_that_is_none(service: Service, staff: Staff, on: str):
    broadcast_id = put_broadcast(service)

    page = staff("operator").post(f"broadcasts/{broadcast_id}/submit", {"on": on}, status=200)

    assert page.errors()
    assert broadcast_row(service, broadcast_id).state == "draft"


def test_pause_resume_cancel(service: Service, staff: Staff):
    broadcast_id = running(service, staff)
    expand(service, broadcast_id)
    operator = staff("operator")

    assert actions(operator.get(f"broadcasts/{broadcast_id}")) >= {"pause", "cancel"}
    page = operator.submit(f"broadcasts/{broadcast_id}/pause")
    assert "It is paused" in page.flashes()[0]
    assert actions(page) >= {"resume", "cancel"}
    page = operator.submit(f"broadcasts/{broadcast_id}/resume")
    assert page.flashes() == ["It goes on."]
    page = operator.submit(f"broadcasts/{broadcast_id}/cancel")

    assert broadcast_row(service, broadcast_id).state == "cancelled"
    assert not actions(page) & {"pause", "resume", "cancel", "approve"}
    assert ["Cancelled", "the broadcast was cancelled"] in [row[:2] for row in page.rows()]


def test_a_pause_says_how_many_cannot_be_called_back(service: Service, staff: Staff):
    broadcast_id = running(service, staff)
    expand(service, broadcast_id)
    settle(service, ["sending", "sending", "claimed"])

    page = staff("operator").submit(f"broadcasts/{broadcast_id}/pause")

    assert page.flashes()[0].startswith("It is paused. 2 SMS were already on their way")
    assert ["Being prepared"] not in [row[:1] for row in page.rows()]


def test_one_whose_end_has_passed_is_resumed_with_a_new_end(service: Service, staff: Staff):
    broadcast_id = running(service, staff)
    expand(service, broadcast_id)
    staff("operator").submit(f"broadcasts/{broadcast_id}/pause")
    service.clock.move(days=4)
    operator = staff("operator")

    page = operator.submit(f"broadcasts/{broadcast_id}/resume")
    assert "give it a new end" in page.flashes()[0]
    assert broadcast_row(service, broadcast_id).state == "paused"
    assert "Its time is over." in page.words
    fields = page.fields(f"/console/broadcasts/{broadcast_id}/resume")
    page = operator.submit(f"broadcasts/{broadcast_id}/resume", {"until": fields["until"]})

    assert page.flashes() == ["It goes on."]
    row = broadcast_row(service, broadcast_id)
    assert row.state == "running"
    assert row.expires_at > service.clock() + timedelta(days=2)


@pytest.mark.parametrize("until", ["", "yesterday", "2026-11-01T00:00:00+00:00", "9999-12-31"])
def test_an_end_that_is_none_resumes_nothing(service: Service, staff: Staff, until: str):
    broadcast_id = running(service, staff)
    staff("operator").submit(f"broadcasts/{broadcast_id}/pause")
    service.clock.move(days=4)
    operator = staff("operator")

    operator.submit(f"broadcasts/{broadcast_id}/resume", {"until": until})

    assert broadcast_row(service, broadcast_id).state == "paused"


YOURSELF = "You have changed this already: see below how it stands now."
SOMEBODY_ELSE = "Somebody else was faster: see below how it stands now."
NOBODY = "This is not possible as it stands now: see below."


@pytest.mark.parametrize("verb", ["submit", "withdraw", "start", "pause", "resume", "cancel"])
def test_what_is_not_possible_any_more_is_said(service: Service, staff: Staff, verb: str):
    broadcast_id = put_broadcast(service)
    operator = staff("operator")
    operator.submit(f"broadcasts/{broadcast_id}/cancel")

    page = operator.submit(f"broadcasts/{broadcast_id}/{verb}")
    others = staff("operator").submit(f"broadcasts/{broadcast_id}/{verb}")

    assert page.flashes() == [YOURSELF]
    assert others.flashes() == [SOMEBODY_ELSE]


def test_nobody_was_faster_than_a_broadcast_that_came_to_its_end(service: Service, staff: Staff):
    broadcast_id = running(service, staff)
    operator = staff("operator")
    operator.submit(f"broadcasts/{broadcast_id}/pause")
    operator.submit(f"broadcasts/{broadcast_id}/resume")
    expand(service, broadcast_id)
    settle(service, ["delivered"] * broadcast_row(service, broadcast_id).recipients)
    with service.database.writing() as connection:
        assert finish_broadcasts(connection, now=service.clock()) == 1

    for late in (operator, staff("operator")):
        assert late.submit(f"broadcasts/{broadcast_id}/pause").flashes() == [NOBODY]


def test_a_draft_that_was_submitted_meanwhile_says_who_did_it(service: Service, staff: Staff):
    broadcast_id = put_broadcast(service)
    author = staff("operator")
    author.submit(f"broadcasts/{broadcast_id}/submit")

    pages = [one.follow(f"broadcasts/{broadcast_id}/edit") for one in (author, staff("operator"))]

    assert [page.flashes() for page in pages] == [[YOURSELF], [SOMEBODY_ELSE]]


def test_one_approved_elsewhere_is_started_here(service: Service, staff: Staff):
    broadcast_id = put_broadcast(service)
    with service.database.writing() as connection:
        connection.execute(update(broadcasts).values(state="approved", approved_by="x@example.la"))

    page = staff("operator").submit(f"broadcasts/{broadcast_id}/start")

    assert page.flashes() == ["It goes out now."]


def test_every_step_is_in_the_audit_log(service: Service, staff: Staff):
    author = staff("operator", email=AUTHOR)
    author.submit("broadcasts/new", FORM)
    broadcast_id = _only(service).id
    author.submit(f"broadcasts/{broadcast_id}/submit")
    approve(staff("approver"), broadcast_id)
    author.submit(f"broadcasts/{broadcast_id}/pause")

    with service.database.reading() as connection:
        rows = connection.execute(
            select(audit_log)
            .where(audit_log.c.object_id == str(broadcast_id))
            .order_by(audit_log.c.id)
        ).all()
    assert [row.action for row in rows] == [
        "broadcast.write", "broadcast.submit", "broadcast.approve", "broadcast.pause",
    ]  # fmt: skip
    assert rows[2].changes == {"state": ["submitted", "running"]}
