"""Broadcasts: one person writes, another approves, both see what becomes of it."""

import csv
from io import StringIO
from uuid import UUID

import pytest
from redis import Redis
from sqlalchemy import select, update

from gateway.messaging.expansion import expand_broadcast
from gateway.messaging.tables import broadcasts, messages
from gateway.messaging.wakeups import QUEUE
from gateway.staff.tables import audit_log
from tests.console.conftest import Staff, district_id
from tests.console.html import Page
from tests.console.ledger import broadcast_row, put_broadcast
from tests.service import Service

AUTHOR = "author@example.la"
LAO = "ນ້ຳຖ້ວມ. ຢ່າໄປຮັບເງິນມື້ນີ້."
FORM = {
    "name": "Flood in Sanamxay",
    "text_lo": LAO,
    "text_en": "There is a flood.",
    "status": "enrolled",
    "action": "save",
}


def _only(service: Service):
    with service.database.reading() as connection:
        return connection.execute(select(broadcasts)).one()


def _district(service: Service, name: str) -> int:
    with service.database.reading() as connection:
        return district_id(connection, name)


def _approve(reader, service: Service, broadcast_id: UUID) -> Page:
    """Presses Approve on the page as it is now."""
    action = f"/console/broadcasts/{broadcast_id}/approve"
    fields = reader.get(f"broadcasts/{broadcast_id}").fields(action)
    return reader.submit(action, {"seen_at": fields["seen_at"]})


def _expand(service: Service, broadcast_id: UUID) -> None:
    expand_broadcast(service.database, broadcast_id, default_locale="lo", now=service.clock())


def _actions(page: Page) -> set[str]:
    """The last word of where the forms and links of the page lead."""
    forms = {form.get("action", "") for form in page.all(".//main//form")}
    return {one.rpartition("/")[2] for one in (*forms, *page.links())}


# Writing


def test_a_draft_is_saved_and_counted(service: Service, staff: Staff):
    operator = staff("operator", email=AUTHOR)

    page = operator.submit("broadcasts/new", FORM)

    row = _only(service)
    assert page.flashes() == ["The draft is saved."]
    assert page.heading == "Flood in Sanamxay"
    assert (row.state, row.created_by) == ("draft", AUTHOR)
    assert row.texts == {"lo": LAO, "en": "There is a flood."}
    assert row.audience == {"status": ["enrolled"]}
    assert "44 people were chosen." in page.words
    assert LAO in page.words


def test_the_form_begins_with_the_enrolled(staff: Staff):
    page = staff("operator").get("broadcasts/new")

    assert page.fields("/console/broadcasts/new")["status"] == "enrolled"
    assert "44 people" in page.words


def test_without_javascript_a_button_counts(staff: Staff):
    asked = FORM | {"action": "check", "text_en": "x" * 161, "status": "applied"}

    page = staff("operator").post("broadcasts/new", asked, status=200)

    assert f"{len(LAO)} of 70 characters, 1 SMS" in page.words
    assert "161 of 306 characters, 2 SMS" in page.words
    assert "0 of 160 characters, 1 SMS" in page.words
    assert page.fields("/console/broadcasts/new")["text_lo"] == LAO
    assert "44 people" not in page.words
    assert page.errors() == []


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        pytest.param({"name": ""}, "Name: Fill this in.", id="no name"),
        pytest.param({"name": "x" * 121}, "Name: Use at most 120", id="long name"),
        pytest.param({"text_lo": "  "}, "Write the Lao text", id="no Lao text"),
        pytest.param({"text_lo": "ກ" * 269}, "Lao: This is 5 SMS", id="too much Lao"),
        pytest.param({"text_en": "x" * 613}, "English: This is 5 SMS", id="too much English"),
        pytest.param({"status": "asleep"}, "Status:", id="no such status"),
    ],
)
def test_what_is_wrong_is_said_and_nothing_is_lost(
    service: Service, staff: Staff, changes: dict[str, str], error: str
):
    page = staff("operator").post("broadcasts/new", FORM | changes, status=200)

    assert any(error in line for line in page.errors()), page.errors()
    kept = page.fields("/console/broadcasts/new")
    assert kept["text_en"] == (FORM | changes)["text_en"]
    with service.database.reading() as connection:
        assert connection.execute(select(broadcasts)).all() == []


def test_four_sms_are_allowed(service: Service, staff: Staff):
    staff("operator").submit("broadcasts/new", FORM | {"text_lo": "ກ" * 268})

    assert len(_only(service).texts["lo"]) == 268


@pytest.mark.parametrize(
    ("text", "marked"),
    [
        pytest.param("Price: 5 \u20ad", [], id="kip sign becomes kip"),
        pytest.param("\u201cDon\u2019t\u201d", [], id="quotes are replaced"),
        pytest.param("Xin chào", [], id="à is cheap"),
        pytest.param("Ban ໂພນແກ້ວ", ["ໂ", "ພ", "ນ", "ແ", "ກ", "້", "ວ"], id="Lao letters"),
        pytest.param("Fire 🔥", ["🔥"], id="a picture"),
    ],
)
def test_characters_that_cost_more_are_marked(
    service: Service, staff: Staff, text: str, marked: list[str]
):
    page = staff("operator").post(
        "broadcasts/new", FORM | {"action": "check", "text_en": text}, status=200
    )

    assert [one.text for one in page.all(".//mark")] == marked or [
        "".join(one.itertext()) for one in page.all(".//mark")
    ] == marked


def test_markup_in_texts_and_names_is_text(service: Service, staff: Staff):
    attack = "<script>alert(1)</script>"
    operator = staff("operator")

    operator.submit("broadcasts/new", FORM | {"name": attack, "text_en": attack})

    for path in ("broadcasts/", f"broadcasts/{_only(service).id}"):
        assert attack not in operator.get(path).text


def test_villages_are_offered_once_the_district_is_chosen(service: Service, staff: Staff):
    operator = staff("operator")
    assert operator.get("broadcasts/new").all(".//input[@name='village']") == []
    chosen = {"district": str(_district(service, "Nong")), "action": "check"}

    page = operator.post("broadcasts/new", FORM | chosen, status=200)

    offered = [one.get("value") for one in page.all(".//input[@name='village']")]
    assert len(offered) == 5
    page = operator.submit(
        "broadcasts/new", FORM | chosen | {"village": offered[0], "action": "save"}
    )
    assert _only(service).audience["village"] == [int(offered[0])]


def test_the_audience_is_counted_for_the_browser(service: Service, staff: Staff):
    operator = staff("operator")

    answer = operator.send("broadcasts/audience", {"district": str(_district(service, "Nong"))})

    assert answer.status_code == 200
    assert 'name="village"' in answer.text
    assert "<html" not in answer.text


def test_the_audience_may_be_those_of_a_payment_cycle(service: Service, staff: Staff):
    page = staff("operator").get("broadcasts/new")

    options = [one.get("value") for one in page.all(".//select[@id='cycle']/option")]
    assert options == ["", "2026-07", "2026-09", "2026-11", "2027-01", "2027-03"]
    staff("operator").submit("broadcasts/new", FORM | {"cycle": "2026-11"})
    assert _only(service).audience["cycle"] == ["2026-11"]


# Confinement


def test_whoever_is_confined_writes_to_their_own_district_only(service: Service, staff: Staff):
    here, elsewhere = _district(service, "Sanamxay"), _district(service, "Nong")

    staff("operator", "Sanamxay").submit("broadcasts/new", FORM | {"district": str(elsewhere)})

    row = _only(service)
    assert row.district_id == here
    assert row.audience["district"] == [here]


def test_a_broadcast_of_a_district_stays_in_it_whoever_edits_it(service: Service, staff: Staff):
    here, elsewhere = _district(service, "Sanamxay"), _district(service, "Nong")
    staff("operator", "Sanamxay").submit("broadcasts/new", FORM)
    row = _only(service)

    staff("admin").submit(
        f"broadcasts/{row.id}/edit",
        FORM | {"district": str(elsewhere), "seen_at": row.updated_at.isoformat()},
    )

    assert _only(service).audience["district"] == [here]


def test_a_broadcast_to_all_districts_is_for_those_who_see_all(service: Service, staff: Staff):
    broadcast_id = put_broadcast(service)

    staff("viewer").get(f"broadcasts/{broadcast_id}")
    confined = staff("viewer", "Sanamxay")
    confined.get(f"broadcasts/{broadcast_id}", 404)
    assert confined.get("broadcasts/").rows() == []


# Changing


def test_two_who_change_the_same_draft_lose_nothing(service: Service, staff: Staff):
    broadcast_id = put_broadcast(service)
    path = f"broadcasts/{broadcast_id}/edit"
    first, second = staff("operator"), staff("operator")
    seen = [one.get(path).fields(f"/console/{path}")["seen_at"] for one in (first, second)]
    service.clock.move(minutes=1)
    first.submit(path, FORM | {"text_en": "First", "seen_at": seen[0]})

    page = second.post(path, FORM | {"text_en": "Second", "seen_at": seen[1]}, status=200)

    assert "Somebody else changed this" in page.errors()[0]
    assert broadcast_row(service, broadcast_id).texts["en"] == "First"
    again = page.fields(f"/console/{path}")
    assert again["text_en"] == "Second"
    second.submit(path, again | {"action": "save", "status": "enrolled"})
    assert broadcast_row(service, broadcast_id).texts["en"] == "Second"


def test_what_waits_for_approval_cannot_be_changed(service: Service, staff: Staff):
    broadcast_id = put_broadcast(service, submitted=True)
    operator = staff("operator")

    page = operator.follow(f"broadcasts/{broadcast_id}/edit")

    assert page.flashes() == ["Somebody else was faster: see below how it stands now."]


def test_a_copy_begins_with_the_texts_of_the_other(service: Service, staff: Staff):
    broadcast_id = put_broadcast(service, audience={"status": ["applied"]})

    fields = (
        staff("operator")
        .get(f"broadcasts/new?copy={broadcast_id}")
        .fields("/console/broadcasts/new")
    )

    assert fields["name"] == "Copy of Flood"
    assert fields["text_en"] == "There is a flood"
    assert fields["status"] == "applied"


# Preview


def test_the_preview_shows_each_language_as_a_phone_does(service: Service, staff: Staff):
    broadcast_id = put_broadcast(service)

    page = staff("viewer").get(f"broadcasts/{broadcast_id}")

    phones = {one.get("lang"): "".join(one.itertext()) for one in page.all(".//figure/div")}
    assert phones == {"lo": "ນ້ຳຖ້ວມ", "en": "There is a flood"}
    kept = broadcast_row(service, broadcast_id).preview
    assert f"{kept['recipients']} phones get it" in page.words
    excluded = {row[0]: int(row[1]) for row in page.rows()}
    assert excluded["no phone number"] == kept["excluded"]["no_number"]
    assert kept["recipients"] + sum(excluded.values()) == kept["audience"]


def test_a_large_broadcast_is_counted_by_a_worker(
    service: Service, staff: Staff, redis_client: Redis
):
    broadcast_id = put_broadcast(service)
    with service.database.writing() as connection:
        connection.execute(update(broadcasts).values(preview=None))
    operator = staff("operator")

    page = operator.get(f"broadcasts/{broadcast_id}")
    assert "The recipients are being counted." in page.words
    part = operator.raw("GET", f"broadcasts/{broadcast_id}/preview")
    assert "data-final" not in part.text

    page = operator.submit(f"broadcasts/{broadcast_id}/count")
    assert "phones get it" in page.words
    part = operator.raw("GET", f"broadcasts/{broadcast_id}/preview")
    assert "data-final" in part.text
    assert redis_client.llen(f"rq:queue:{QUEUE}") == 0


# Deciding


def test_a_second_person_approves_and_it_goes_out(
    service: Service, staff: Staff, redis_client: Redis
):
    author, approver = staff("operator", email=AUTHOR), staff("approver")
    author.submit("broadcasts/new", FORM)
    broadcast_id = _only(service).id

    page = author.submit(f"broadcasts/{broadcast_id}/submit")
    assert page.flashes() == ["It is waiting for the approval of a second person."]
    assert "approve" not in _actions(page)
    page = _approve(approver, service, broadcast_id)

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
    assert "approve" not in _actions(page)
    assert "Nobody approves a broadcast of their own." in page.words
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

    assert "approve" not in _actions(page)


def test_what_the_approver_has_not_read_is_not_approved(service: Service, staff: Staff):
    broadcast_id = put_broadcast(service, submitted=True)
    approver, author = staff("approver"), staff("operator")
    seen = broadcast_row(service, broadcast_id).updated_at.isoformat()
    service.clock.move(minutes=1)
    author.submit(f"broadcasts/{broadcast_id}/withdraw")
    author.submit(f"broadcasts/{broadcast_id}/submit")

    page = approver.submit(f"broadcasts/{broadcast_id}/approve", {"seen_at": seen})

    assert page.flashes() == ["Somebody else was faster: see below how it stands now."]
    assert broadcast_row(service, broadcast_id).state == "submitted"


def test_it_may_be_sent_back_or_taken_back(service: Service, staff: Staff):
    broadcast_id = put_broadcast(service, submitted=True)

    page = staff("approver").submit(f"broadcasts/{broadcast_id}/send-back")
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

    page = _approve(staff("approver"), service, broadcast_id)

    assert page.flashes() == ["Approved: it is scheduled."]
    assert "25 Nov 2026, 10:30" in page.words
    assert broadcast_row(service, broadcast_id).state == "scheduled"


@pytest.mark.parametrize("on", ["2026-11-23", "2027-02-23", "soon"])
def test_a_day_that_is_none(service: Service, staff: Staff, on: str):
    broadcast_id = put_broadcast(service)

    page = staff("operator").post(f"broadcasts/{broadcast_id}/submit", {"on": on}, status=200)

    assert page.errors()
    assert broadcast_row(service, broadcast_id).state == "draft"


def _running(service: Service, staff: Staff) -> UUID:
    broadcast_id = put_broadcast(service, submitted=True)
    _approve(staff("approver"), service, broadcast_id)
    return broadcast_id


def test_pause_resume_cancel(service: Service, staff: Staff):
    broadcast_id = _running(service, staff)
    _expand(service, broadcast_id)
    operator = staff("operator")

    assert _actions(operator.get(f"broadcasts/{broadcast_id}")) >= {"pause", "cancel"}
    page = operator.submit(f"broadcasts/{broadcast_id}/pause")
    assert "It is paused" in page.flashes()[0]
    assert _actions(page) >= {"resume", "cancel"}
    page = operator.submit(f"broadcasts/{broadcast_id}/resume")
    assert page.flashes() == ["It goes on."]
    page = operator.submit(f"broadcasts/{broadcast_id}/cancel")

    assert broadcast_row(service, broadcast_id).state == "cancelled"
    assert not _actions(page) & {"pause", "resume", "cancel", "approve"}
    assert ["Cancelled", "the broadcast was cancelled"] in [row[:2] for row in page.rows()]


@pytest.mark.parametrize("verb", ["submit", "withdraw", "start", "pause", "resume"])
def test_what_is_not_possible_any_more_is_said(service: Service, staff: Staff, verb: str):
    broadcast_id = put_broadcast(service)
    operator = staff("operator")
    operator.submit(f"broadcasts/{broadcast_id}/cancel")

    page = operator.submit(f"broadcasts/{broadcast_id}/{verb}")

    assert page.flashes() == ["Somebody else was faster: see below how it stands now."]


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
    _approve(staff("approver"), service, broadcast_id)
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


# Results


def _settle(service: Service, states: list[str]) -> None:
    with service.database.writing() as connection:
        ids = list(connection.execute(select(messages.c.id).order_by(messages.c.id)).scalars())
        for message_id, state in zip(ids, states, strict=False):
            connection.execute(
                update(messages)
                .where(messages.c.id == message_id)
                .values(state=state, sent_at=service.clock())
            )


def test_progress_counts_what_has_gone_out(service: Service, staff: Staff):
    broadcast_id = _running(service, staff)
    expected = broadcast_row(service, broadcast_id).preview["recipients"]
    viewer = staff("viewer")
    page = viewer.get(f"broadcasts/{broadcast_id}")
    assert f"0 of {expected} have gone out" in page.words

    _expand(service, broadcast_id)
    _settle(service, ["delivered"] * 3 + ["accepted"] * 2 + ["failed"])
    service.clock.move(minutes=1)
    total = broadcast_row(service, broadcast_id).recipients

    part = viewer.raw("GET", f"broadcasts/{broadcast_id}/progress").text
    assert f"6 of {total} have gone out" in part
    assert f'max="{total}" value="6"' in part
    assert "data-final" not in part


def test_the_end_is_said_to_the_browser(service: Service, staff: Staff):
    broadcast_id = _running(service, staff)
    staff("operator").submit(f"broadcasts/{broadcast_id}/cancel")

    part = staff("viewer").raw("GET", f"broadcasts/{broadcast_id}/progress")

    assert "data-final" in part.text


def test_a_draft_has_no_progress(service: Service, staff: Staff):
    answer = staff("viewer").raw("GET", f"broadcasts/{put_broadcast(service)}/progress")

    assert answer.status_code == 204


def test_results_as_a_chart_and_as_a_file(service: Service, staff: Staff):
    broadcast_id = _running(service, staff)
    _expand(service, broadcast_id)
    _settle(service, ["delivered", "failed"])
    viewer = staff("viewer")

    chart = viewer.raw("GET", f"broadcasts/{broadcast_id}/results.svg")
    answer = viewer.raw("GET", f"broadcasts/{broadcast_id}/results.csv")

    assert "<title>What became of it</title>" in chart.text
    rows = list(csv.DictReader(StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(rows) == broadcast_row(service, broadcast_id).recipients
    assert sorted(row["State"] for row in rows if row["Sent"]) == ["Delivered", "Not delivered"]
    assert all("•••" in row["Phone number"] for row in rows)


def test_the_list_by_state(service: Service, staff: Staff):
    put_broadcast(service)
    put_broadcast(service, submitted=True)
    viewer = staff("viewer")

    assert [row[1] for row in viewer.get("broadcasts/").rows()] == ["Waiting for approval", "Draft"]
    assert [row[1] for row in viewer.get("broadcasts/?state=draft").rows()] == ["Draft"]
    assert len(viewer.get("broadcasts/?state=nonsense").rows()) == 2
    assert viewer.get("broadcasts/?state=done").rows() == []


def test_a_viewer_is_offered_nothing_to_press(service: Service, staff: Staff):
    viewer = staff("viewer")

    for broadcast_id in (put_broadcast(service), put_broadcast(service, submitted=True)):
        page = viewer.get(f"broadcasts/{broadcast_id}")
        assert page.all(".//main//form") == []
    assert "new" not in _actions(viewer.get("broadcasts/"))
