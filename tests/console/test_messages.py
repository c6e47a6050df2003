"""The ledger for staff: finding messages, reading one, settling those nobody knows about."""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from sqlalchemy import insert, select

from gateway.messaging.tables import receipts
from gateway.staff.tables import audit_log
from tests.console.conftest import Staff
from tests.console.happenings import MOTHER, STRANGER
from tests.console.ledger import id_at, message_row, put_broadcast, put_message
from tests.service import Service

A_DAY = timedelta(days=1)
OTHER = "+8562055500005"


def _states(page) -> list[str]:
    return [row[3] for row in page.rows()]


def test_messages_are_listed_newest_first_with_masked_numbers(service: Service, staff: Staff):
    put_message(service, ago=A_DAY, state="failed", reason="AbsentSubscriber")
    put_message(service, state="queued", body=None, sent_at=None, category="health")

    rows = staff("viewer").get("messages/").rows()

    assert rows == [
        ["24 Nov 2026, 09:00", "+856 20 ••• 0001", "Health reminder", "Waiting",
         "written when it is sent"],
        ["23 Nov 2026, 09:00", "+856 20 ••• 0001", "Payment reminder",
         "Not delivered AbsentSubscriber", "ເງິນອຸດໜູນ 300.000 ກີບ"],
    ]  # fmt: skip


def test_a_number_is_never_shown_in_full(service: Service, staff: Staff):
    message_id = put_message(service)
    admin = staff("admin")

    for path in ("messages/", f"messages/{message_id}"):
        assert MOTHER.removeprefix("+856") not in admin.get(path).text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        pytest.param("", 5, id="nothing asked"),
        pytest.param("state=failed", 1, id="state from the index of bad ends"),
        pytest.param("state=delivered", 3, id="state that is common"),
        pytest.param("state=sending", 0, id="no such message"),
        pytest.param("category=broadcast", 1, id="kind"),
        pytest.param("state=delivered&category=payment", 2, id="both"),
        pytest.param("number=020 5550 0001", 4, id="number as people write it"),
        pytest.param("number=55500005", 1, id="eight digits"),
        pytest.param("since=2026-11-24", 3, id="from today"),
        pytest.param("until=2026-11-23", 2, id="to yesterday"),
        pytest.param("since=2026-11-23&until=2026-11-23", 1, id="one day"),
        pytest.param("state=nonsense&since=never", 5, id="what is no filter is passed over"),
    ],
)
@pytest.mark.parametrize("district", [None, "Sanamxay"])
def test_filters(service: Service, staff: Staff, query: str, found: int, district: str | None):
    put_message(service)
    put_message(service, state="failed")
    put_message(service, category="broadcast")
    put_message(service, OTHER, ago=A_DAY)
    put_message(service, state="refused", ago=9 * A_DAY)

    assert len(staff("viewer", district).get(f"messages/?{query}").rows()) == found


def test_whoever_is_confined_finds_their_own_only(service: Service, staff: Staff):
    put_message(service)
    put_message(service, STRANGER)
    put_message(service, "+856207551003")

    assert len(staff("viewer", "Sanamxay").get("messages/").rows()) == 1
    assert staff("viewer", "Sanamxay").get("messages/?number=2099999999").rows() == []
    assert len(staff("viewer").get("messages/").rows()) == 3


def test_a_number_that_is_none_is_explained(staff: Staff):
    page = staff("viewer").get("messages/?number=12")

    assert len(page.errors()) == 1
    assert page.errors()[0].startswith("Phone number:")


def test_the_days_begin_at_midnight_in_vientiane(service: Service, staff: Staff):
    midnight = timedelta(hours=9)
    put_message(service, ago=midnight, state="failed")
    put_message(service, ago=midnight + timedelta(seconds=1), state="refused")

    page = staff("viewer").get("messages/?since=2026-11-24")

    assert _states(page) == ["Not delivered"]


@pytest.mark.parametrize("district", [None, "Sanamxay"])
def test_pages_keep_their_filters(service: Service, staff: Staff, district: str | None):
    for number in range(55):
        put_message(service, state="failed", ago=timedelta(minutes=number))
    put_message(service)
    viewer = staff("viewer", district)

    first = viewer.get("messages/?state=failed")
    following = next(link for link in first.links() if "after=" in link)
    second = viewer.get(following)

    assert (len(first.rows()), len(second.rows())) == (50, 5)
    assert "state=failed" in following
    back = next(link for link in second.links() if "before=" in link)
    assert viewer.get(back).rows() == first.rows()


def test_a_message_shows_its_text_and_its_story(service: Service, staff: Staff):
    message_id = put_message(service, provider_ref="ATXid_1", cost="0.8000")
    at = service.clock() + timedelta(seconds=7)
    with service.database.writing() as connection:
        connection.execute(
            insert(receipts).values(
                id=id_at(at),
                provider="africastalking",
                provider_ref="ATXid_1",
                status="Success",
                outcome="delivered",
                matched=True,
                received_at=at,
            )
        )

    page = staff("viewer").get(f"messages/{message_id}")

    assert page.heading == "Message of 24 Nov 2026, 09:00"
    assert page.one(".//div[@class='handset']").get("lang") == "lo"
    for words in ("ເງິນອຸດໜູນ 300.000 ກີບ", "•••••001", "ATXid_1", "0.8", "SMS parts 1"):
        assert words in page.words
    assert "The operator reported: Success" in page.words
    with service.database.reading() as connection:
        seen = select(audit_log.c.object_id).where(audit_log.c.action == "message.see")
        assert connection.execute(seen).scalar_one() == str(message_id)


def test_a_message_of_a_broadcast_leads_to_it(service: Service, staff: Staff):
    broadcast_id = put_broadcast(service)
    message_id = put_message(service, category="broadcast", broadcast_id=broadcast_id)

    page = staff("viewer").get(f"messages/{message_id}")

    assert f"/console/broadcasts/{broadcast_id}" in page.links()


def test_markup_in_a_text_is_text(service: Service, staff: Staff):
    message_id = put_message(service, body="<script>alert(1)</script>", reason="<b>")

    for path in ("messages/", f"messages/{message_id}"):
        assert "<script>alert(1)" not in staff("viewer").get(path).text


def test_a_message_to_nobody_known_is_for_those_who_see_everything(service: Service, staff: Staff):
    message_id = put_message(service, STRANGER)

    staff("viewer").get(f"messages/{message_id}")
    staff("viewer", "Sanamxay").get(f"messages/{message_id}", 404)
    staff("viewer").get(f"messages/{uuid4()}", 404)


@pytest.mark.parametrize(
    ("outcome", "state", "reason"),
    [
        pytest.param("arrived", "accepted", "resolved_arrived", id="it was sent"),
        pytest.param("resend", "queued", "resolved_resend", id="send it again"),
        pytest.param("give_up", "failed", "resolved_give_up", id="give it up"),
    ],
)
def test_one_unknown_message_is_settled(
    service: Service, staff: Staff, outcome: str, state: str, reason: str
):
    message_id = put_message(service, state="unknown", reason="no_answer")
    beside = put_message(service, state="unknown")

    page = staff("operator").submit(f"messages/{message_id}/resolve", {"outcome": outcome})

    assert page.flashes() == ["1 message is settled."]
    row = message_row(service, message_id)
    assert (row.state, row.reason) == (state, reason)
    assert message_row(service, beside).state == "unknown"
    assert _audited(service) == [{"outcome": ["unknown", outcome]}]


def test_all_of_a_call_are_settled_at_once(service: Service, staff: Staff):
    call, another = uuid4(), uuid4()
    ids = [put_message(service, state="unknown", claim_id=call) for _number in range(3)]
    known = put_message(service, state="delivered", claim_id=call)
    elsewhere = put_message(service, state="unknown", claim_id=another)
    operator = staff("operator")

    shown = operator.get(f"messages/{ids[0]}")
    assert "The same for all 3 messages of this call" in shown.words
    page = operator.submit(f"messages/{ids[0]}/resolve", {"outcome": "arrived", "batch": "y"})

    assert page.flashes() == ["3 messages are settled."]
    assert {message_row(service, one).state for one in ids} == {"accepted"}
    assert message_row(service, known).state == "delivered"
    assert message_row(service, elsewhere).state == "unknown"
    assert len(_audited(service)) == 3


def test_the_unknown_are_listed_by_the_call_in_which_they_went_out(service: Service, staff: Staff):
    old, new = uuid4(), uuid4()
    for _number in range(2):
        put_message(service, state="unknown", claim_id=old, ago=A_DAY, reason="no_answer")
    put_message(service, state="unknown", claim_id=new)
    operator = staff("operator")

    page = operator.get("messages/unknown")

    headings = ["".join(one.itertext()).strip() for one in page.all(".//section/h2")]
    assert headings == ["23 Nov 2026, 09:00", "24 Nov 2026, 09:00"]
    assert "Messages 2" in page.words
    assert "the operator did not answer" in page.words
    actions = [form.get("action", "") for form in page.all(".//main//form")]
    action = next(one for one in actions if one.endswith("/resolve"))
    page = operator.submit(action, {"outcome": "give_up", "batch": "y", "next": "unknown"})
    assert page.flashes() == ["2 messages are settled."]
    assert len(page.all(".//section/h2")) == 1


def test_who_is_confined_settles_only_their_own_of_a_call(service: Service, staff: Staff):
    call = uuid4()
    mine = put_message(service, state="unknown", claim_id=call)
    strangers = put_message(service, STRANGER, state="unknown", claim_id=call)
    operator = staff("operator", "Sanamxay")

    assert "Messages 1" in operator.get("messages/unknown").words
    operator.submit(f"messages/{mine}/resolve", {"outcome": "give_up", "batch": "y"})

    assert message_row(service, mine).state == "failed"
    assert message_row(service, strangers).state == "unknown"


def test_a_message_settled_meanwhile_is_left_alone(service: Service, staff: Staff):
    message_id = put_message(service, state="delivered")

    page = staff("operator").submit(f"messages/{message_id}/resolve", {"outcome": "give_up"})

    assert page.flashes() == ["A receipt came meanwhile: nothing was left to settle."]
    assert message_row(service, message_id).state == "delivered"


def test_somebody_was_faster_with_a_message_only_where_somebody_was(service: Service, staff: Staff):
    message_id = put_message(service, state="unknown")
    one, other = staff("operator"), staff("operator")
    path, outcome = f"messages/{message_id}/resolve", {"outcome": "give_up"}
    one.submit(path, outcome)

    assert one.submit(path, outcome).flashes() == [
        "You have changed this already: see below how it stands now."
    ]
    assert other.submit(path, outcome).flashes() == [
        "Somebody else was faster: see below how it stands now."
    ]


@pytest.mark.parametrize("outcome", ["", "delivered"])
def test_an_answer_has_to_be_chosen(service: Service, staff: Staff, outcome: str):
    message_id = put_message(service, state="unknown")
    operator = staff("operator")

    page = operator.post(f"messages/{message_id}/resolve", {"outcome": outcome}, status=200)

    assert page.errors()
    assert message_row(service, message_id).state == "unknown"


def test_a_viewer_is_not_offered_to_settle(service: Service, staff: Staff):
    message_id = put_message(service, state="unknown")
    viewer = staff("viewer")

    for path in (f"messages/{message_id}", "messages/unknown"):
        actions = [form.get("action") for form in viewer.get(path).all(".//main//form")]
        assert actions == []


def test_the_list_says_that_some_are_unknown(service: Service, staff: Staff):
    viewer = staff("viewer")
    assert "Settle them" not in viewer.get("messages/").words
    put_message(service, state="unknown")

    assert "/console/messages/unknown" in viewer.get("messages/").links()


def _audited(service: Service) -> list[dict]:
    with service.database.reading() as connection:
        found = select(audit_log.c.changes).where(audit_log.c.action == "message.resolve")
        return list(connection.execute(found).scalars())


@pytest.mark.chromium
@pytest.mark.parametrize(("locale", "width"), [("en", 1280), ("lo", 360)])
def test_messages_in_a_browser(service: Service, browser, locale: str, width: int):
    call = uuid4()
    ids: list[UUID] = []
    for state in ("delivered", "failed", "unknown", "unknown", "queued", "suppressed"):
        reason = {"failed": "AbsentSubscriber", "suppressed": "opted_out", "unknown": "no_answer"}
        ids.append(put_message(service, state=state, reason=reason.get(state), claim_id=call))
    operator = browser("operator", width=width, locale=locale)

    for path in ("messages/", "messages/unknown", f"messages/{ids[2]}"):
        operator.open(path)
        operator.check()
        name = path.replace(str(ids[2]), "one").strip("/").replace("/", "-")
        operator.shoot(f"{name}-{locale}-{width}")
