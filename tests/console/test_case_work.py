"""A case from SMS to answer: whose it is, until when, what stands beside it, and its files."""

import csv
from io import BytesIO, StringIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from gateway.registry.tables import beneficiaries, cases
from tests.console.conftest import Staff, lines_of_the_log
from tests.console.happenings import MOTHER, STRANGER, beneficiary_of, open_a_case, story_of
from tests.console.html import Page, text_of
from tests.service import Service

SHARED = "+8562055500003"  # two women


def case(service: Service, number: int):
    with service.database.reading() as connection:
        return connection.execute(select(cases).where(cases.c.number == number)).one()


def women(page: Page) -> list[str]:
    return [text_of(one) for one in page.all(".//*[@id='woman']//label")]


class TestWhoseItIs:
    def test_an_sms_finds_its_mother_by_the_number(self, service: Service, staff: Staff):
        number = open_a_case(service, MOTHER, "sms", text="ບໍ່ໄດ້ຮັບເງິນ", known=False)

        page = staff("operator").get(f"cases/{number}")

        assert "Nang Bounmi Xainyavong, •••••001, Phonkeo" in page.words
        assert "The only woman with this number" in page.words
        assert "Penta 1" in page.words
        assert [row[1] for row in page.rows()][:1] == ["Planned"]

    def test_of_two_one_is_chosen(self, service: Service, staff: Staff):
        number = open_a_case(service, SHARED, "sms", text="?", known=False)
        operator = staff("operator")
        page = operator.get(f"cases/{number}")
        assert len(women(page)) == 2
        second = page.all(".//*[@id='woman']//input")[1].get("value")

        page = operator.submit(f"cases/{number}/whose", {"woman": second})

        assert page.flashes() == ["It is kept whose case this is."]
        assert str(case(service, number).beneficiary_id) == second
        assert story_of(page)[-1].endswith("Said whose case it is")
        assert lines_of_the_log(service)[-2].action == "case.whose"

    @pytest.mark.parametrize("text", ["ເລກ 26000001 ບໍ່ໄດ້ຮັບເງິນ", "໒໖໐໐໐໐໐໑", "5 26000001,x"])
    def test_she_whose_number_is_written_is_offered_and_not_taken_for_granted(
        self, service: Service, staff: Staff, text: str
    ):
        number = open_a_case(service, STRANGER, "sms", text=text, known=False)

        page = staff("operator").get(f"cases/{number}")

        assert [one.split(",")[0] for one in women(page)] == ["Nang Bounmi Xainyavong"]
        assert page.one(".//details[@open]") is not None
        assert page.all(".//*[@id='woman']//input[@checked]") == []

    def test_she_who_wrote_from_another_phone_is_found_by_her_number(
        self, service: Service, staff: Staff
    ):
        number = open_a_case(service, STRANGER, "sms", text="?", known=False)
        operator = staff("operator")

        refused = operator.post(f"cases/{number}/whose", {"registration_no": "99999999"}, 200)
        operator.submit(f"cases/{number}/whose", {"registration_no": "26000001"})

        assert "No woman that you may see" in refused.errors()[0]
        assert case(service, number).beneficiary_id == beneficiary_of(service, MOTHER)

    def test_it_can_be_nobodys_again(self, service: Service, staff: Staff):
        number = open_a_case(service, MOTHER)

        staff("operator").submit(f"cases/{number}/whose", {"woman": ""})

        assert case(service, number).beneficiary_id is None

    def test_two_open_cases_of_a_kind_are_not_made_of_one_woman(
        self, service: Service, staff: Staff
    ):
        open_a_case(service, MOTHER, "sms")
        number = open_a_case(service, MOTHER, "sms", known=False)
        whose = {"woman": str(beneficiary_of(service, MOTHER))}

        page = staff("operator").submit(f"cases/{number}/whose", whose)

        assert "She has an open case of this kind already" in page.flashes()[0]
        assert case(service, number).beneficiary_id is None

    def test_a_woman_of_another_district_is_not_chosen(self, service: Service, staff: Staff):
        number = open_a_case(service, MOTHER, "sms", known=False)
        with service.database.reading() as connection:
            there = select(beneficiaries.c.registration_no).where(
                beneficiaries.c.msisdn == "+8562055500004"
            )
            elsewhere = connection.execute(there).scalars().first()
        confined = staff("operator", "Sanamxay")
        here = confined.get(f"cases/{number}")
        assert "Nang Bounmi" in here.words

        staff("operator", "Nong").post(
            f"cases/{number}/whose", {"registration_no": str(elsewhere)}, 404
        )

    def test_names_are_masked_for_a_viewer(self, service: Service, staff: Staff):
        number = open_a_case(service, MOTHER, "sms", known=False)

        assert "Bounmi" not in staff("viewer").get(f"cases/{number}").words


def test_other_cases_stand_beside_it(service: Service, staff: Staff):
    operator = staff("operator")
    first = open_a_case(service, MOTHER, "not_paid")
    operator.submit(f"cases/{first}/close", {"outcome": "paid"})
    number = open_a_case(service, MOTHER, "sms", text="?", known=False)

    page = operator.get(f"cases/{number}")

    assert f"Case {first}: I was not paid" in page.words


class TestUntilWhen:
    def test_a_day_is_set_and_taken_away(self, service: Service, staff: Staff):
        number = open_a_case(service, MOTHER)
        operator = staff("operator")

        page = operator.submit(f"cases/{number}/due", {"due_on": "2026-11-26"})
        assert "Done by 26 Nov 2026" in page.words
        page = operator.submit(f"cases/{number}/due", {"due_on": ""})

        assert "Done by 1 Dec 2026" in page.words
        assert [line.rsplit("la ", 1)[1] for line in story_of(page)] == [
            "To be done by 26 Nov 2026",
            "To be done within a week, as every case",
        ]
        assert [
            line.changes for line in lines_of_the_log(service) if line.action == "case.due"
        ] == [
            {"due_on": [None, "2026-11-26"]},
            {"due_on": ["2026-11-26", None]},
        ]

    def test_what_is_overdue_is_filtered_and_stands_on_today(self, service: Service, staff: Staff):
        old = open_a_case(service, MOTHER)
        urgent = open_a_case(service, MOTHER, "not_paid")
        operator = staff("operator")
        operator.submit(f"cases/{urgent}/due", {"due_on": "2026-11-25"})
        assert "overdue" not in operator.get("").words

        service.clock.move(days=2)
        operator = staff("operator")
        assert "1 case that is overdue" in operator.get("").words
        service.clock.move(days=6)
        operator = staff("operator")

        assert "2 cases that are overdue" in operator.get("").words
        rows = operator.get("cases/?due=overdue").rows()
        assert [row[0] for row in rows] == [f"Case {old}", f"Case {urgent}"]
        operator.submit(f"cases/{old}/close", {"outcome": "called"})
        rows = operator.get("cases/?due=overdue&state=all").rows()
        assert [row[0] for row in rows] == [f"Case {urgent}"]


class TestReadyAnswers:
    def test_one_is_taken_in_the_callers_language_and_changed(self, service: Service, staff: Staff):
        number = open_a_case(service, MOTHER)
        operator = staff("operator")

        page = operator.get(f"cases/{number}?ready=answer_will_call&in=en")
        (box,) = page.all(".//textarea[@id='answer']")
        assert (box.text or "").strip() == f"We will call you on this number. Case number {number}."
        operator.submit(f"cases/{number}/answer", {"answer": "We will call you tomorrow."})

        assert "We will call you tomorrow." in operator.get(f"cases/{number}").words

    def test_each_stands_with_its_segments_in_the_language_asked_for(
        self, service: Service, staff: Staff
    ):
        number = open_a_case(service, MOTHER, "not_paid")

        lao = staff("operator").get(f"cases/{number}")
        latin = staff("operator").get(f"cases/{number}?in=lo_Latn")

        (sms,) = {row[1] for row in lao.rows() if len(row) == 3}
        assert sms == "1"
        assert "ເລື່ອງ" in lao.words
        assert "Phouak hao" in latin.words

    @pytest.mark.parametrize(
        ("text", "error"),
        [
            ("You get 300.000 kip", "names no amount: “300.000 kip”"),
            ("ທ່ານຖືພາ", "says nothing about health: “ຖືພາ”"),
        ],
    )
    def test_what_others_must_not_read_is_not_sent(
        self, service: Service, staff: Staff, text: str, error: str
    ):
        number = open_a_case(service, MOTHER)

        page = staff("operator").post(f"cases/{number}/answer", {"answer": text}, 200)

        assert error in page.errors()[0]


class TestFiles:
    def test_a_list_is_taken_away_with_its_filters(self, service: Service, staff: Staff):
        open_a_case(service, MOTHER)
        open_a_case(service, STRANGER, "sms", text="=1+1", known=False)
        operator = staff("operator")

        answer = operator.raw("GET", "cases/cases.csv?kind=sms")
        (heading, line) = csv.reader(StringIO(answer.get_data(as_text=True).lstrip("\ufeff")))
        book = load_workbook(BytesIO(operator.raw("GET", "cases/cases.xlsx").data))

        told = dict(zip(heading, (value.strip("\t") for value in line), strict=True))
        assert told["Phone number"] == STRANGER
        assert told["What was written"] == "'=1+1"
        assert told["Done by"] == "2026-12-01"
        assert len(list(book.worksheets[0].values)) == 3
        assert lines_of_the_log(service)[-1].action == "case.export"

    def test_it_holds_the_readers_district(self, service: Service, staff: Staff):
        open_a_case(service, MOTHER)

        answer = staff("operator", "Nong").raw("GET", "cases/cases.csv")

        assert len(answer.get_data(as_text=True).splitlines()) == 1
