"""What no database and no calendar can hold: a sentence, and nothing changes."""

from datetime import UTC, datetime

import pytest

from gateway.console.middleware.request_checks import LONGEST_QUERY
from tests.console.conftest import Staff
from tests.console.happenings import story_of
from tests.console.ledger import put_call
from tests.console.people import page_of
from tests.console.plain_browser import PlainBrowser
from tests.service import Service
from tests.traces import rows

NUL = "a\0b"
FORMS = {
    "an account's": ("staff/add", "email"),
    "a broadcast's": ("broadcasts/new", "name"),
    "a broadcast's text": ("broadcasts/new", "text_lo"),
    "the language": ("language", "next"),
    "one's own password": ("password", "old"),
}
FILTERS = (
    "audit/?who=", "audit/?object_id=", "beneficiaries/?q=", "messages/?number=",
    "beneficiaries/villages/?q=", "payments/?month=", "cases/?after=", "staff/?x=",
)  # fmt: skip


@pytest.mark.parametrize(("path", "field"), FORMS.values(), ids=FORMS)
def test_a_nul_in_a_form_is_refused_by_the_name_of_its_field(
    service: Service, staff: Staff, path: str, field: str
):
    reader = staff("admin")
    before = rows(service.database)

    page = reader.post(path, {field: NUL}, 400)

    assert f"“{field}” holds a sign that cannot be stored" in page.words
    assert rows(service.database) == before


@pytest.mark.parametrize("field", ["email", "password"])
def test_a_nul_at_the_door_itself_is_refused(service: Service, nobody: PlainBrowser, field: str):
    sent = {"email": "a@example.la", "password": "no"} | {field: NUL}

    assert f"“{field}”" in nobody.post("sign-in", sent, 400).words
    assert nobody.raw("GET", "sign-in?next=%00").status_code == 400


@pytest.mark.parametrize("sign", ["\r\n", "\n", "\r", "\x0b", "\x85", "\u2028"])
def test_a_way_on_with_a_line_break_leads_to_the_start(staff: Staff, sign: str):
    """A line break in it would be a header of the answer."""
    sent = {"language": "lo", "next": f"/console/messages/{sign}Set-Cookie: a=b"}

    answer = staff("viewer").send("language", sent)

    assert (answer.status_code, answer.headers["Location"]) == (302, "/console/")
    assert "a=b" not in answer.headers.get("Set-Cookie", "")


@pytest.mark.parametrize("path", FILTERS)
def test_a_nul_in_an_address_is_refused(staff: Staff, path: str):
    page = staff("admin").get(f"{path}%00", 400)

    assert page.heading == "That did not work"


def test_a_nul_in_the_name_of_a_field_is_refused_and_not_shown(staff: Staff):
    assert "“ab”" in staff("viewer").get("messages/?a%00b=1", 400).words


@pytest.mark.parametrize("sign", ["%ED%A0%80", "%FF", "%C3"])
def test_octets_that_are_no_text_find_nothing(staff: Staff, sign: str):
    staff("admin").get(f"audit/?who={sign}")


@pytest.mark.parametrize(
    "path",
    [
        "today/providers/a%00b/release", "cases/9223372036854775808", f"cases/{'9' * 5000}",
        "beneficiaries/villages/18446744073709551616", "payments/9999-12-31", "payments/0001-01-01",
        "payments/2026-13-01", "payments/2026-11-24/2026-11/9223372036854775808/1/change",
    ],
)  # fmt: skip
def test_an_address_of_what_cannot_be_is_not_found(staff: Staff, path: str):
    reader = staff("operator")

    status = reader.raw("POST" if path.endswith("release") else "GET", path).status_code

    assert status in {400, 404}  # without a token a form is no form


@pytest.mark.parametrize("number", ["9223372036854775807", "0", "2147483648"])
def test_the_greatest_number_there_may_be_is_looked_for(staff: Staff, number: str):
    staff("operator").get(f"cases/{number}", 404)


def test_an_address_may_be_so_long(staff: Staff):
    reader = staff("viewer")

    reader.get(f"messages/?x={'a' * (LONGEST_QUERY - 2)}")
    page = reader.get(f"messages/?x={'a' * (LONGEST_QUERY - 1)}", 414)

    assert page.heading == "The address is too long"


@pytest.mark.parametrize("path", ["beneficiaries/?q=", "audit/?who=", "beneficiaries/villages/?q="])
def test_what_is_looked_for_may_be_so_long(staff: Staff, path: str):
    reader = staff("admin")

    assert reader.get(path + "a" * 200).errors() == []
    assert "there are 201" in reader.get(path + "a" * 201).text


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31", "1899-12-31", "2200-01-01"])
@pytest.mark.parametrize("path", ["audit/?since=", "audit/?until=", "messages/?until="])
def test_a_day_of_another_age_is_none(staff: Staff, path: str, day: str):
    assert "This is no day" in staff("admin").get(path + day).text


@pytest.mark.parametrize("month", ["0001-01", "9999-12", "2026-13", "", "2026-11-01"])
@pytest.mark.parametrize("path", ["payments/", "reports/"])
def test_a_month_of_another_age_is_this_one(staff: Staff, path: str, month: str):
    assert "November 2026" in staff("viewer").get(f"{path}?month={month}").text


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-12:00", "x"]
)
def test_what_happened_before_another_age_is_all_of_it(service: Service, staff: Staff, moment: str):
    put_call(service)

    page = staff("operator").get(f"{page_of(service)}?before={moment}")

    assert len(page.all(".//ul[@class='timeline']/li")) == 1


@pytest.mark.parametrize("day", ["soon", "9999-12-31", "0001-01-01", ""])
def test_a_visit_on_a_day_that_is_none_is_not_marked(service: Service, staff: Staff, day: str):
    reader = staff("operator")
    before = rows(service.database)["visits"]

    page = reader.post(f"{page_of(service)}/visits", {"visit": "mr1", "done_on": day}, 200)

    assert page.errors() or "This is no day" in page.text or "Fill this in." in page.text
    assert rows(service.database)["visits"] == before


@pytest.mark.parametrize("place", ["x", "²", "9" * 4301, "-1"])
@pytest.mark.parametrize("field", ["district", "village", "health_centre"])
def test_a_place_that_is_none_is_not_in_the_audience(
    service: Service, staff: Staff, field: str, place: str
):
    reader = staff("operator")

    with_it = reader.send("broadcasts/audience", {field: place, "status": "enrolled"})
    without = reader.send("broadcasts/audience", {"status": "enrolled"})

    assert (with_it.status_code, with_it.text) == (200, without.text)


class TestAnEndThatAnOperatorDatesInAnotherAge:
    @pytest.mark.parametrize(
        "date", ["9999-12-31 23:59:59", "0001-01-01 00:00:00", "2038-01-19 03:14:08"]
    )
    def test_is_dated_when_it_came(self, service: Service, staff: Staff, date: str):
        form = {
            "date": date, "sessionId": "of-another-age", "phoneNumber": "+8562055500001",
            "serviceCode": "*123#", "networkCode": "45703", "status": "Success",
            "durationInMillis": "9" * 4301, "hopsCount": "9" * 5000,
        }  # fmt: skip

        assert service.post("ussd-events", form).status_code == 200

        (entry,) = story_of(staff("operator").get(page_of(service)))
        assert "24 Nov 2026, 09:00" in entry

    def test_that_is_there_already_does_not_break_her_page(self, service: Service, staff: Staff):
        put_call(service, ended_at=datetime(9999, 12, 31, 23, 59, tzinfo=UTC))

        assert "31 Dec 9999" in staff("operator").get(page_of(service)).text
