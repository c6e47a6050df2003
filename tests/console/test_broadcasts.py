"""Broadcasts: one person writes, another approves, both see what becomes of it."""

import pytest
from redis import Redis
from sqlalchemy import select, update

from gateway.messaging.tables import broadcasts
from gateway.messaging.wakeups import QUEUE
from tests.console.conftest import Staff, district_id
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
        pytest.param({"text_lo": "  "}, "Lao: Write the Lao text", id="no Lao text"),
        pytest.param({"text_lo": "\u200b\ufeff"}, "Lao: Write the Lao text", id="unseen Lao text"),
        pytest.param({"name": "\u200b\u2060"}, "Name: Fill this in.", id="unseen name"),
        pytest.param(
            {"text_en": "Dear ((name))"},
            "English: ((name)) would arrive as it stands here",
            id="a placeholder",
        ),
        pytest.param(
            {"text_lo": "ເງິນ 300.000 ກີບ"}, "Lao: An SMS of staff names no amount", id="an amount"
        ),
        pytest.param({"text_en": "HIV"}, "English: An SMS of staff says nothing", id="health"),
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

    offered = [one.get("value", "") for one in page.all(".//input[@name='village']")]
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

    assert "This was changed after you opened it." in page.errors()[0]
    assert broadcast_row(service, broadcast_id).texts["en"] == "First"
    again = page.fields(f"/console/{path}")
    assert again["text_en"] == "Second"
    second.submit(path, again | {"action": "save", "status": "enrolled"})
    assert broadcast_row(service, broadcast_id).texts["en"] == "Second"


def test_what_waits_for_approval_cannot_be_changed(service: Service, staff: Staff):
    broadcast_id = put_broadcast(service, submitted=True)
    operator = staff("operator")

    page = operator.follow(f"broadcasts/{broadcast_id}/edit")

    assert page.flashes() == ["This is not possible as it stands now: see below."]


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
