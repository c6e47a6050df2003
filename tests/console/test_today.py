"""The first page: what waits for a person, what is going out, how the last week went."""

from datetime import timedelta

import pytest
from sqlalchemy import insert

from gateway.core.restores import HELD_KINDS, Choice, Sign
from gateway.messaging.restored.holding import hold
from gateway.messaging.restored.releasing import release
from gateway.messaging.sending.breaker import stop_provider
from gateway.messaging.tables import alerts
from gateway.registry.pins import STRANGERS_TRIES, check_pin
from gateway.settings import Settings
from tests.console.conftest import Staff, district_id
from tests.console.happenings import MOTHER, STRANGER, hold_back, open_a_case
from tests.console.html import text_of
from tests.console.ledger import id_at, put_broadcast, put_call, put_message
from tests.service import Service

A_DAY = timedelta(days=1)


def _figures(page) -> dict[str, str]:
    """{label: value} of the numbers that stand large."""
    found = {}
    for one in page.all(".//*[@class]"):
        if one.get("class", "").split(" ")[0] == "figure":
            value, label = (text_of(part) for part in one.iter("span"))
            found[label] = value
    return found


def test_nothing_waits_at_first(staff: Staff):
    page = staff("admin").get("")

    assert page.heading == "Today"
    assert _figures(page) == {
        "broadcasts to approve": "0",
        "messages with unknown outcome": "0",
        "open cases": "0",
        "numbers that no message reaches": "0",
        "reminders waiting to go out": "0",
        "reminders sent today": "0",
        "of them delivered": "0",
    }


def test_a_pin_that_strangers_tried_to_guess_is_told_once_and_where_it_belongs(
    service: Service, staff: Staff
):
    for tries in range(STRANGERS_TRIES + 3):
        with service.database.writing() as connection:
            check_pin(
                connection,
                event_key=f"guess {tries}",
                msisdn=f"+85620991{tries:05d}",
                registration_no="26000005",
                pin="0000",
                now=service.clock(),
                peppers=Settings().peppers,
            )
    label = "PIN that strangers tried to guess"

    page = staff("admin").get("")
    link = next(link for link in page.links() if "pin=guessed" in link)
    found = staff("viewer").get(link)
    elsewhere = staff("operator", "Nong").get("")
    service.clock.move(days=8)

    assert _figures(page)[label] == "1"
    assert [row[-1] for row in found.rows()] == ["•••••005"]
    assert label not in _figures(elsewhere)
    assert label not in _figures(staff("admin").get(""))


def test_what_waits_for_a_person_is_counted_and_linked(service: Service, staff: Staff):
    put_broadcast(service, submitted=True)
    put_message(service, state="unknown")
    put_message(service, state="unknown")
    put_message(service, state="queued", sent_at=None)
    open_a_case(service, MOTHER)
    for days in range(3):
        put_message(service, state="failed", ago=days * A_DAY)

    page = staff("admin").get("")

    figures = _figures(page)
    assert figures["broadcast to approve"] == "1"
    assert figures["messages with unknown outcome"] == "2"
    assert figures["open case"] == "1"
    assert figures["number that no message reaches"] == "1"
    assert figures["reminder waiting to go out"] == "1"
    assert "/console/messages/unknown" in page.links()
    assert "/console/broadcasts/?state=submitted" in page.links()


def test_the_reminders_of_today_are_no_broadcasts_and_no_answers(service: Service, staff: Staff):
    put_message(service)
    put_message(service, category="health", state="accepted")
    for category in ("broadcast", "reply"):
        put_message(service, category=category)

    figures = _figures(staff("admin").get(""))

    assert figures["reminders sent today"] == "2"
    assert figures["of them delivered"] == "1"


@pytest.mark.parametrize(
    ("ends", "count"),
    [
        pytest.param(["failed", "failed", "failed"], "1", id="three days"),
        pytest.param(["refused", "refused", "refused"], "1", id="refused for good"),
        pytest.param(["failed", "failed"], "0", id="two days"),
        pytest.param(["failed", "expired", "failed"], "1", id="switched off is not reached"),
        pytest.param(["failed", "failed", "failed", "delivered"], "0", id="arrived since"),
        pytest.param(["delivered", "failed", "failed", "failed"], "1", id="arrived before"),
    ],
)
def test_a_number_fails_when_three_days_failed_and_nothing_arrived_since(
    service: Service, staff: Staff, ends: list[str], count: str
):
    for back, state in enumerate(reversed(ends)):
        put_message(service, state=state, ago=back * A_DAY)

    figures = _figures(staff("admin").get(""))

    assert [number for label, number in figures.items() if "no message reaches" in label] == [count]


def test_a_health_worker_is_not_shown_what_she_may_not_open(staff: Staff):
    page = staff("health_worker", "Sanamxay").get("")

    assert "broadcasts to approve" not in _figures(page)
    assert "open cases" not in _figures(page)


def test_whoever_is_confined_counts_their_own_district(service: Service, staff: Staff):
    put_message(service, state="unknown")
    put_message(service, STRANGER, state="unknown", beneficiary_id=None)
    put_call(service)
    put_call(service, STRANGER)

    here = staff("operator", "Sanamxay").get("")
    elsewhere = staff("operator", "Phouvong").get("")
    everywhere = staff("operator").get("")

    assert _figures(here)["message with unknown outcome"] == "1"
    assert _figures(elsewhere)["messages with unknown outcome"] == "0"
    assert _figures(everywhere)["messages with unknown outcome"] == "2"
    assert "Nobody has called" in elsewhere.words
    assert [row[0] for row in here.rows() if "LAK" in row[-1] or "kip" in row[-1]] == ["Sanamxay"]


def test_the_next_payday_of_each_district_with_people_and_amount(staff: Staff):
    rows = [row for row in staff("viewer").get("").rows() if row[-1].endswith("kip")]

    assert {row[0] for row in rows} == {"Sanamxay", "Phouvong", "Nong"}
    first = rows[0]
    assert first[1] == "Wednesday 25 November 2026"
    people = int(first[2])
    assert first[3] == f"{people * 300_000:,} kip"


def test_delivery_day_by_day(service: Service, staff: Staff):
    for state, count in (("delivered", 3), ("failed", 1), ("accepted", 1)):
        for _number in range(count):
            put_message(service, state=state)
    put_message(service, state="delivered", ago=A_DAY)
    put_message(service, state="delivered", ago=7 * A_DAY)
    put_message(service, state="suppressed", sent_at=None)

    rows = staff("viewer").get("").rows()

    days = [row for row in rows if len(row) == 5][-7:]
    assert days[-1] == ["Tue 24 Nov", "5", "3", "1", "75%"]
    assert days[-2] == ["Mon 23 Nov", "1", "1", "0", "100%"]
    assert days[0] == ["Wed 18 Nov", "0", "0", "0", "–"]


def test_calls_by_hour_and_where_they_broke_off(service: Service, staff: Staff):
    put_call(service)
    put_call(service, ago=timedelta(hours=3))
    put_call(service, status="incomplete", last_state="payment_pin")
    put_call(service, status="incomplete", last_state="payment_pin")
    put_call(service, status="failed", last_state="help")
    put_call(service, status="failed", last_state="gone_from_the_menu")

    page = staff("viewer").get("")

    rows = page.rows()
    assert ["09:00", "5"] in rows
    assert ["06:00", "1"] in rows
    broken = [row for row in rows if row[0].startswith(("Enter", "Call free", "gone"))]
    assert broken == [
        ["Enter your 4-digit PIN:", "2"],
        ["gone_from_the_menu", "1"],
        ["Call free ….", "1"],
    ]
    assert "/console/menu/#screen-payment_pin" in page.links()


def test_figures_are_counted_again_when_they_are_old(service: Service, staff: Staff):
    viewer = staff("viewer")
    assert _figures(viewer.get(""))["reminders sent today"] == "0"
    put_message(service)

    assert _figures(viewer.get(""))["reminders sent today"] == "0"
    service.clock.move(minutes=30)
    assert _figures(viewer.get(""))["reminder sent today"] == "1"


def test_a_stopped_provider_is_said_aloud_and_can_be_tried_again(service: Service, staff: Staff):
    now = service.clock()
    with service.database.writing() as connection:
        stop_provider(
            connection,
            "africastalking",
            reason="no balance",
            until=now + timedelta(minutes=30),
            now=now,
        )
    operator = staff("operator")

    page = operator.get("")
    assert "No message goes out through africastalking." in page.words
    assert "It said: no balance. It is tried again at 09:30." in page.words
    assert ["24 Nov 2026, 09:00", "africastalking stopped: no balance", "1"] in page.rows()

    page = operator.submit("today/providers/africastalking/release")
    assert page.flashes() == ["Messages go out through africastalking again."]
    assert "No message goes out" not in page.words


def _put_alert(service: Service, kind: str, **detail: str | int) -> None:
    values = {"kind": kind, "detail": detail, "opened_at": service.clock()}
    with service.database.writing() as connection:
        connection.execute(insert(alerts).values(id=id_at(service.clock()), **values))


def test_an_alert_of_another_kind_is_shown_by_its_name(service: Service, staff: Staff):
    _put_alert(service, "no_receipts")

    assert ["24 Nov 2026, 09:00", "no_receipts", "1"] in staff("viewer").get("").rows()


def test_alerts_are_told_by_kind_with_their_number_and_since_when(service: Service, staff: Staff):
    for number in range(7):
        hold_back(service, f"+85620555001{number:02d}")
        service.clock.move(minutes=1)
    _put_alert(service, "clock_wrong", host="worker-1", seconds=90)
    _put_alert(service, "clock_wrong", host="worker-2", seconds=25_300)

    rows = [row for row in staff("viewer").get("").rows() if row[0].startswith("24 Nov 2026")]

    assert [(row[0], row[2]) for row in rows] == [
        ("24 Nov 2026, 09:07", "2"),
        ("24 Nov 2026, 09:00", "7"),
    ]
    assert "The clock of worker-1 is wrong by 2 minutes: nothing is planned" in rows[0][1]
    assert "The clock of worker-2 is wrong by 7 hours: nothing is planned" in rows[0][1]
    assert rows[1][1].startswith("7 phones ask again and again: their answers are held back.")


def test_a_paused_district_is_recalled(service: Service, staff: Staff):
    with service.database.reading() as connection:
        number = district_id(connection, "Nong")
    operator = staff("operator")
    operator.submit(f"districts/{number}/pause", {"reason": "ນ້ຳຖ້ວມ"})

    assert "Reminders in Nong are paused since 24 Nov 2026, 09:00." in operator.get("").words
    assert "paused since" not in staff("operator", "Phouvong").get("").words


@pytest.mark.parametrize("picture", ["delivery", "calls"])
def test_each_chart_is_a_picture_with_a_title(service: Service, staff: Staff, picture: str):
    put_message(service)
    put_call(service)

    answer = staff("viewer").raw("GET", f"today/{picture}.svg")

    assert answer.content_type == "image/svg+xml"
    assert "last 7 days</title>" in answer.text
    assert "style" not in answer.text


@pytest.mark.chromium
@pytest.mark.parametrize(("locale", "width"), [("en", 1280), ("lo", 360)])
def test_today_in_a_browser(service: Service, browser, locale: str, width: int):
    put_broadcast(service, submitted=True)
    put_message(service, state="unknown")
    open_a_case(service, MOTHER)
    for back in range(7):
        for number in range(9 + 3 * back):
            put_message(
                service, state="failed" if number % 7 == 0 else "delivered", ago=back * A_DAY
            )
    for hours in range(60):
        status = "incomplete" if hours % 3 else "success"
        state = ("payment_pin", "look_up", "help")[hours % 3]
        put_call(service, ago=timedelta(hours=hours * 1.7), status=status, last_state=state)
    admin = browser("admin", width=width, locale=locale)

    admin.open("")
    for picture in admin.page.locator(".chart").all():
        picture.scroll_into_view_if_needed()
        picture.evaluate("picture => picture.decode()")
    admin.check()
    admin.shoot(f"today-{locale}-{width}")


def test_after_a_restore_the_page_says_what_is_held_and_what_is_missing(
    service: Service, staff: Staff
):
    with service.database.writing() as connection:
        since = service.clock() - A_DAY
        hold(connection, Sign.COMMAND, dump_at=since, last_at=None, now=service.clock())
    page = staff("viewer").get("")
    (notice,) = page.all(".//div[@class='notice stopped']")
    assert "Nothing but answers goes out" in text_of(notice)
    assert "who said STOP" in text_of(notice)
    assert "The database was restored: what happened from" in page.text
    assert service.app.test_client().get("/readyz").get_json()["sending"] == "held"

    with service.database.writing() as connection:
        for kind in HELD_KINDS:
            release(connection, kind, Choice.AS_SENT, now=service.clock())
    assert not staff("viewer").get("").all(".//div[@class='notice stopped']")
    assert service.app.test_client().get("/readyz").get_json()["sending"] == "ok"
