"""Cases: list, assign, note, answer by SMS, close."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from gateway.messaging.recovery.retention import purge
from gateway.messaging.tables import messages
from gateway.registry.choices import set_caller_locale
from gateway.registry.clock import utc_now
from gateway.registry.tables import beneficiaries, cases
from gateway.staff.accounts import by_email
from gateway.staff.tables import case_assignments, case_notes
from tests.console.conftest import Staff, lines_of_the_log
from tests.console.happenings import MOTHER, STRANGER, open_a_case, story_of
from tests.console.html import Page, text_of
from tests.service import Service

ANSWER = "ພວກເຮົາຈະໂທຫາທ່ານມື້ນີ້"


@pytest.fixture
def number(service: Service) -> int:
    """A case of a mother in Sanamxay who wants to be called back."""
    return open_a_case(service, MOTHER)


def _rows(service: Service, statement: Any):
    with service.database.reading() as connection:
        return connection.execute(statement).all()


def _facts(page: Page) -> dict[str, str]:
    names, values = page.all(".//main//dt"), page.all(".//main//dd")
    return {text_of(name): text_of(value) for name, value in zip(names, values, strict=True)}


def _id_of(service: Service, email: str) -> str:
    with service.database.reading() as connection:
        account = by_email(connection, email)
    assert account is not None
    return str(account.id)


class TestTheList:
    def test_who_has_waited_longest_comes_first(self, service: Service, staff: Staff):
        open_a_case(service, MOTHER)
        service.clock.move(hours=1)
        open_a_case(service, STRANGER, "sms", text="help", known=False)

        assert staff("operator").get("cases/").rows() == [
            ["Case 1", "Call me back", "+856 20 ••• 0001 Nang Bounmi Xainyavong",
             "24 Nov 2026, 09:00", "1 Dec 2026", "Nobody yet"],
            ["Case 2", "SMS to read", "+856 20 ••• 9999", "24 Nov 2026, 10:00", "1 Dec 2026",
             "Nobody yet"],
        ]  # fmt: skip

    @pytest.mark.parametrize(
        ("label", "query", "found"),
        [
            ("as it opens: what is open", "", ["Case 2", "Case 3", "Case 4"]),
            ("closed", "state=closed", ["Case 1"]),
            ("all, the newest first", "state=all", ["Case 4", "Case 3", "Case 2", "Case 1"]),
            ("one kind", "kind=not_paid", ["Case 3"]),
            ("mine", "whose=mine", ["Case 2"]),
            ("nobody's", "whose=nobody", ["Case 3", "Case 4"]),
            ("nobody's of a kind", "whose=nobody&kind=sms", ["Case 4"]),
            ("a state there is not", "state=x", ["Case 2", "Case 3", "Case 4"]),
        ],
    )
    def test_the_filters(
        self, service: Service, staff: Staff, label: str, query: str, found: list[str]
    ):
        operator = staff("operator", email="o@example.la")
        open_a_case(service, MOTHER, "call_back")
        operator.submit("cases/1/close", {"outcome": "called"})
        for kind in ("call_back", "not_paid", "sms"):
            open_a_case(service, MOTHER, kind)
        operator.submit("cases/2/assign", {"staff": _id_of(service, "o@example.la")})

        assert [row[0] for row in operator.get(f"cases/?{query}").rows()] == found, label

    def test_where_there_is_none_it_says_where_they_come_from(self, staff: Staff):
        assert "Callers open one when" in staff("viewer").get("cases/").words

    def test_whoever_is_confined_sees_the_cases_of_their_people(
        self, service: Service, staff: Staff
    ):
        open_a_case(service, MOTHER)
        open_a_case(service, MOTHER, "sms", known=False)
        open_a_case(service, STRANGER, "sms", known=False)

        seen = {
            place: [row[0] for row in staff("viewer", place).get("cases/").rows()]
            for place in ("Sanamxay", "Nong", None)
        }

        assert seen == {
            "Sanamxay": ["Case 1", "Case 2"],
            "Nong": [],
            None: ["Case 1", "Case 2", "Case 3"],
        }


class TestLooking:
    def test_a_case_says_what_is_known(self, service: Service, staff: Staff, number: int):
        with service.database.writing() as connection:
            set_caller_locale(connection, MOTHER, "lo_Latn", service.clock())

        facts = _facts(staff("viewer").get(f"cases/{number}"))

        assert facts == {
            "State": "Open",
            "Phone number": "+856 20 ••• 0001",
            "Beneficiary": "Na••• Bo••• Xa•••",
            "Language": "Lao in Latin letters",
            "Opened": "24 Nov 2026, 09:00",
            "Done by": "1 Dec 2026",
            "Who takes care": "Nobody yet",
        }

    def test_an_sms_is_shown_as_it_was_written(self, service: Service, staff: Staff):
        number = open_a_case(service, STRANGER, "sms", text="<b>ສະບາຍດີ</b>", known=False)

        page = staff("viewer").get(f"cases/{number}")

        assert text_of(page.one(".//p[@class='handset']")) == "<b>ສະບາຍດີ</b>"
        assert _facts(page)["Beneficiary"] == "Not known"

    def test_the_number_is_shown_to_whoever_asks_and_may(
        self, service: Service, staff: Staff, number: int
    ):
        operator, viewer = staff("operator", email="o@example.la"), staff("viewer")

        assert "Show the number" not in viewer.get(f"cases/{number}").words
        assert MOTHER not in operator.get(f"cases/{number}").text
        page = operator.post(f"cases/{number}/number", status=200)

        assert _facts(page)["Phone number"] == "+856 20 5550 0001"
        line = lines_of_the_log(service)[-1]
        assert (line.who, line.action, line.object_id) == (
            "o@example.la",
            "case.unmask",
            str(number),
        )

    def test_each_look_is_in_the_audit_log(self, service: Service, staff: Staff, number: int):
        staff("viewer", email="v@example.la").get(f"cases/{number}")

        line = lines_of_the_log(service)[-1]
        assert (line.who, line.action, line.kind, line.object_id, line.changes) == (
            "v@example.la", "case.see", "case", str(number), {},
        )  # fmt: skip
        assert line.district_id is not None

    def test_a_viewer_is_offered_nothing_to_do(self, staff: Staff, number: int):
        page = staff("viewer").get(f"cases/{number}")

        assert page.all(".//main//form") == []

    @pytest.mark.parametrize("path", ["cases/999", "cases/0", f"cases/{10**18}"])
    def test_a_case_that_is_not_there(self, staff: Staff, path: str):
        staff("viewer").get(path, 404)


class TestAssigning:
    def test_one_takes_care_of_a_case(self, staff: Staff, number: int):
        operator = staff("operator", email="o@example.la")
        fields = operator.get(f"cases/{number}").fields(f"/console/cases/{number}/assign")

        page = operator.submit(f"cases/{number}/assign", fields)

        assert page.flashes() == ["The case is assigned."]
        assert _facts(page)["Who takes care"] == "o@example.la"
        assert story_of(page) == ["24 Nov 2026, 09:00, o@example.la Assigned to o@example.la"]

    def test_it_is_handed_on_and_given_back(self, service: Service, staff: Staff, number: int):
        operator = staff("operator", email="o@example.la")
        staff("approver", email="p@example.la")
        for person in ("o@example.la", "p@example.la"):
            operator.submit(f"cases/{number}/assign", {"staff": _id_of(service, person)})

        page = operator.submit(f"cases/{number}/assign", {"staff": ""})

        assert _facts(page)["Who takes care"].startswith("Nobody yet")
        assert [line.split(" Assigned")[1] for line in story_of(page)] == [
            " to o@example.la",
            " to p@example.la",
            " to nobody",
        ]
        assert _rows(service, select(case_assignments)) == []

    def test_it_goes_to_those_only_who_may_handle_and_see_it(
        self, service: Service, staff: Staff, number: int
    ):
        operator = staff("operator", email="o@example.la")
        staff("operator", "Sanamxay", email="here@example.la")
        staff("operator", "Nong", email="elsewhere@example.la")
        staff("viewer", email="v@example.la")

        page = operator.get(f"cases/{number}")

        options = [text_of(one) for one in page.all(".//select[@id='staff']/option")]
        assert options == ["Nobody", "here@example.la", "o@example.la"]
        refused = operator.post(
            f"cases/{number}/assign", {"staff": _id_of(service, "elsewhere@example.la")}, 200
        )
        assert refused.errors() == ["Who takes care of it: Not a valid choice."]


class TestNotesAndClosing:
    def test_a_note_is_for_the_other_staff(self, service: Service, staff: Staff, number: int):
        operator = staff("operator", email="o@example.la")

        page = operator.submit(f"cases/{number}/note", {"text": " ໂທແລ້ວ\nບໍ່ຮັບ "})

        assert page.flashes() == ["Your note is kept."]
        assert story_of(page) == ["24 Nov 2026, 09:00, o@example.la ໂທແລ້ວ ບໍ່ຮັບ"]
        assert _rows(service, select(messages)) == []

    def test_a_closed_case_says_how_it_ended(self, staff: Staff, number: int):
        operator = staff("operator", email="o@example.la")

        page = operator.submit(f"cases/{number}/close", {"outcome": "paid"})

        assert page.flashes() == ["The case is closed."]
        assert _facts(page)["State"] == "Closed 24 Nov 2026, 09:00"
        assert story_of(page) == ["24 Nov 2026, 09:00, o@example.la Closed: paid"]
        assert not any("answer" in (one.get("action") or "") for one in page.all(".//form"))

    @pytest.mark.parametrize(
        ("path", "field", "name"),
        [("note", "text", "Note"), ("close", "outcome", "How it ended")],
    )
    def test_each_needs_words_that_fit(
        self, staff: Staff, number: int, path: str, field: str, name: str
    ):
        operator = staff("operator")

        for given, error in (
            ("", "Fill this in."),
            ("x" * 2001, "Use at most 2000 characters; there are 2001."),
        ):
            page = operator.post(f"cases/{number}/{path}", {field: given}, 200)
            assert page.errors() == [f"{name}: {error}"]

    def test_two_people_close_it_once(self, staff: Staff, number: int):
        one, other = staff("operator"), staff("operator")
        one.submit(f"cases/{number}/close", {"outcome": "paid"})

        page = other.submit(f"cases/{number}/close", {"outcome": "called"})

        assert page.flashes() == ["Somebody else was faster: see below how it stands now."]
        assert len(story_of(page)) == 1

    def test_whoever_presses_twice_was_not_slower_than_anybody(self, staff: Staff, number: int):
        operator = staff("operator")
        operator.submit(f"cases/{number}/close", {"outcome": "paid"})

        page = operator.submit(f"cases/{number}/close", {"outcome": "paid"})

        assert page.flashes() == ["You have changed this already: see below how it stands now."]
        assert len(story_of(page)) == 1

    def test_a_closed_case_can_be_opened_again(self, service: Service, staff: Staff, number: int):
        operator = staff("operator")
        operator.submit(f"cases/{number}/close", {"outcome": "paid"})

        page = operator.submit(f"cases/{number}/reopen")

        assert _facts(page)["State"] == "Open"
        assert [line.split("la ")[1] for line in story_of(page)] == ["Closed: paid", "Opened again"]
        (row,) = _rows(service, select(cases))
        assert (row.state, row.closed_at) == ("open", None)
        assert staff("operator").submit(f"cases/{number}/reopen").flashes() == [
            "Somebody else was faster: see below how it stands now."
        ]

    def test_every_step_is_in_the_audit_log_without_what_was_written(
        self, service: Service, staff: Staff, number: int
    ):
        operator = staff("operator", email="o@example.la")
        mine = _id_of(service, "o@example.la")
        for path, form in (
            ("assign", {"staff": mine}),
            ("note", {"text": "secret"}),
            ("answer", {"answer": "secret"}),
            ("close", {"outcome": "secret"}),
            ("reopen", {}),
        ):
            operator.post(f"cases/{number}/{path}", form)

        lines = [line for line in lines_of_the_log(service) if line.kind == "case"]
        assert [(line.action, line.changes) for line in lines] == [
            ("case.assign", {"assigned_to": [None, mine]}),
            ("case.note", {}),
            ("case.answer", {}),
            ("case.close", {"state": ["open", "closed"]}),
            ("case.reopen", {"state": ["closed", "open"]}),
        ]
        assert {line.object_id for line in lines} == {str(number)}


def test_what_staff_did_about_a_case_goes_when_the_case_does(
    service: Service, staff: Staff, number: int
):
    operator = staff("operator", email="o@example.la")
    operator.submit(f"cases/{number}/assign", {"staff": _id_of(service, "o@example.la")})
    operator.submit(f"cases/{number}/answer", {"answer": ANSWER})
    operator.submit(f"cases/{number}/close", {"outcome": "called"})
    with service.database.writing() as connection:
        connection.execute(messages.update().values(state="delivered"))

    later = max(service.clock(), utc_now()) + timedelta(days=3)  # ids are of the machine's clock
    gone = purge(service.database, now=later, days=2)

    assert (gone["messages"], gone["cases"]) == (1, 1)
    assert _rows(service, select(case_notes)) == []
    assert _rows(service, select(case_assignments)) == []


def test_a_name_is_masked_for_whoever_may_not_see_it(service: Service, staff: Staff):
    number = open_a_case(service, MOTHER)
    with service.database.reading() as connection:
        whose = select(beneficiaries.c.name_latin).where(beneficiaries.c.msisdn == MOTHER)
        name = str(connection.execute(whose).scalars().first())
    last_word = name.rsplit(maxsplit=1)[-1]
    for role, shown in (("viewer", False), ("operator", True), ("approver", True)):
        reader = staff(role)
        for path in ("cases/", f"cases/{number}"):
            words = reader.get(path).words

            assert (last_word in words) is shown, f"{path} as {role}"
            assert (f"{last_word[:2]}•••" in words) is not shown, f"{path} as {role}"
