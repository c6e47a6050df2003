"""Finding people, and the page of one of them."""

from datetime import timedelta

import pytest
from sqlalchemy import insert, select
from uuid_utils.compat import uuid7

from gateway.messaging.ledger import Draft, queue_messages
from gateway.messaging.tables import mo_messages
from gateway.registry.choices import disown_number
from gateway.registry.tables import events, ussd_sessions
from gateway.staff.tables import audit_log
from tests.console.conftest import Staff, district_id
from tests.console.happenings import MOTHER, beneficiary_of, open_a_case
from tests.console.people import actions, change, page_of, person
from tests.service import Service

NAME = "Nang Bounmi Xainyavong"


# Finding


@pytest.mark.parametrize(
    ("label", "typed"),
    [
        ("a registration number", "26000001"),
        ("in Lao digits", "໒໖໐໐໐໐໐໑"),
        ("an international phone number", "+856 20 5550 0001"),
        ("a national one", "020-5550-0001"),
        ("eight digits", "55500001"),
        ("a name in Lao", "ບຸນມີ ໄຊຍະວົງ"),
        ("from its beginning", "ບຸນ ໄຊຍະ"),
        ("the other way round", "ໄຊຍະວົງ ບຸນມີ"),
        ("with an invisible break", "ບຸນ\u200bມີ ໄຊຍະວົງ"),
        ("in Latin letters", "bounmi x"),
    ],
)
def test_a_person_is_found_by(service: Service, staff: Staff, label: str, typed: str):
    assert person(service).name == "ນາງ ບຸນມີ ໄຊຍະວົງ", label
    page = staff("operator").raw("GET", "beneficiaries/", query_string={"q": typed})

    assert f"/console/{page_of(service)}" in page.text


@pytest.mark.parametrize(
    ("label", "typed"),
    [
        ("nobody's number", "020 5559 9999"),
        ("no number at all", "1234567890123456789"),
        ("letters that are in no name", "unmiq"),
        ("a wildcard", "%"),
        ("another wildcard", "_"),
        ("a quotation mark", "' OR 1=1 --"),
        ("a backslash", "\\"),
    ],
)
def test_nobody_is_found_by(staff: Staff, label: str, typed: str):
    operator = staff("operator")

    page = operator.get(f"beneficiaries/?q={typed.replace('%', '%25')}")

    assert "Nobody fits." in page.words, label
    assert page.rows() == []


def test_the_beginning_of_a_registration_number_finds_all_that_begin_so(staff: Staff):
    page = staff("operator").get("beneficiaries/?q=2600000")

    assert [row[4] for row in page.rows()] == [f"•••••00{number}" for number in range(1, 8)]


def test_a_list_shows_enough_to_tell_people_apart_and_too_little_to_call(staff: Staff):
    page = staff("operator").get("beneficiaries/?q=26000001")

    assert page.rows() == [
        [
            "Nang Bounmi Xainyavong ນາງ ບຸນມີ ໄຊຍະວົງ",
            "Phonkeo, Sanamxay",
            "Enrolled",
            "+856 20 ••• 0001",
            "•••••001",
        ]
    ]
    assert "55500001" not in page.text.replace(" ", "")


def test_a_viewer_sees_no_name(staff: Staff):
    page = staff("viewer").get("beneficiaries/?q=26000001")

    assert page.rows()[0][0] == "Na••• Bo••• Xa•••"
    assert "Bounmi" not in page.text


def test_filters_go_together_and_stay_on_the_next_page(service: Service, staff: Staff):
    operator = staff("operator")
    with service.database.reading() as connection:
        number = district_id(connection, "Nong")

    page = operator.get(f"beneficiaries/?district={number}&status=enrolled")

    assert {row[2] for row in page.rows()} == {"Enrolled"}
    assert {row[1].split(", ")[1] for row in page.rows()} == {"Nong"}
    first = operator.get("beneficiaries/?status=")
    ahead = next(link for link in first.links() if "after=" in link)
    second = operator.get(ahead)
    assert len(first.rows()) == 50
    assert len(second.rows()) == 17
    assert not {str(row) for row in first.rows()} & {str(row) for row in second.rows()}


def test_staff_of_a_district_find_nobody_of_another(staff: Staff):
    here, elsewhere = staff("operator", "Sanamxay"), staff("operator", "Nong")

    assert len(here.get("beneficiaries/?q=26000001").rows()) == 1
    assert elsewhere.get("beneficiaries/?q=26000001").rows() == []
    assert {row[1].split(", ")[1] for row in elsewhere.get("beneficiaries/").rows()} == {"Nong"}


def test_a_health_worker_sees_the_mothers_of_her_health_centre(service: Service, staff: Staff):
    worker = staff("health_worker", "Sanamxay", health_centre="Souksala Pindong")

    page = worker.get("beneficiaries/")

    villages = {row[1].split(", ")[0] for row in page.rows()}
    assert villages == {"Phonkeo", "Pindong", "Donbok"}
    worker.get(page_of(service, "+8562055500002"), 404)


def test_a_name_with_html_in_it_is_only_a_name(service: Service, staff: Staff):
    known = person(service)
    change(service, known.id, name="<script>alert(1)</script>", name_latin="<b>\"' & %(x)s")

    operator = staff("operator")
    for path in ("beneficiaries/?q=26000001", page_of(service), f"{page_of(service)}/edit"):
        page = operator.raw("GET", path)
        assert "<script>alert" not in page.text
        assert "<b>" not in page.text
        assert "&lt;b&gt;" in page.text


# One person


def test_a_persons_page_says_what_is_known(service: Service, staff: Staff):
    page = staff("operator").get(page_of(service))

    assert page.heading == f"{NAME} ນາງ ບຸນມີ ໄຊຍະວົງ"
    for known in ("+856 20 ••• 0001", "•••••001", "Phonkeo, Sanamxay", "Payments: yes", "Penta 1"):
        assert known in page.words
    assert "300,000 kip" in page.words


def test_looking_at_a_person_is_in_the_audit_log(service: Service, staff: Staff):
    staff("viewer").get(page_of(service))

    assert actions(service) == [("beneficiary.see", {})]


def test_numbers_are_shown_for_a_reason_and_for_ten_minutes(service: Service, staff: Staff):
    operator = staff("operator")
    path = page_of(service)

    refused = operator.post(f"{path}/unmask", {"why": " "}, status=200)
    shown = operator.submit(f"{path}/unmask", {"why": "I call her back"})

    assert refused.errors() == ["Why you need the numbers: Fill this in."]
    assert "+856 20 ••• 0001" in refused.words
    assert "+856 20 5550 0001" in shown.words
    assert "26000001" in shown.words
    assert "until 09:10" in shown.words
    assert ("beneficiary.unmask", {"reason": [None, "I call her back"]}) in actions(service)
    service.clock.move(minutes=10)
    assert "+856 20 ••• 0001" in operator.get(path).words


def test_shown_numbers_can_be_hidden_and_are_hers_alone(service: Service, staff: Staff):
    operator, colleague = staff("operator"), staff("operator")
    path = page_of(service)
    operator.submit(f"{path}/unmask", {"why": "I call her back"})

    assert "+856 20 ••• 0001" in colleague.get(path).words
    assert "+856 20 ••• 0004" in operator.get(page_of(service, "+8562055500004")).words
    assert "+856 20 ••• 0001" in operator.submit(f"{path}/hide").words


def test_the_timeline_tells_dials_messages_cases_and_changes_newest_first(
    service: Service, staff: Staff
):
    known = person(service)
    at = service.clock()
    with service.database.writing() as connection:
        connection.execute(
            insert(ussd_sessions).values(
                provider="africastalking", session_id="1", msisdn=MOTHER, service_code="*123#",
                network_code="45703", status="incomplete", last_state="main", trail=["main"],
                hops=3, duration_ms=9000, ended_at=at,
            )
        )  # fmt: skip
        connection.execute(
            insert(events).values(
                id=uuid7(), event_key="k", provider="africastalking", session_id="1",
                msisdn=MOTHER, beneficiary_id=None, kind="language_chosen",
                data={"locale": "lo_Latn"}, result={}, at=at + timedelta(minutes=1),
            )
        )  # fmt: skip
        connection.execute(
            insert(mo_messages).values(
                id=uuid7(), provider_key="a:1", msisdn=MOTHER, shortcode="1234",
                text="ຂ້ອຍ <b>", handled_as="other", received_at=at + timedelta(minutes=2),
            )
        )  # fmt: skip
        draft = Draft(
            dedupe_key="test:1", category="payment", template="payment_due", msisdn=MOTHER,
            locale="lo", not_before_at=at, expires_at=at + timedelta(days=1),
            beneficiary_id=known.id,
        )  # fmt: skip
        queue_messages(connection, [draft], now=at + timedelta(minutes=3))
    service.clock.move(minutes=4)
    open_a_case(service, MOTHER)
    service.clock.move(minutes=1)
    operator = staff("operator")
    operator.submit(f"{page_of(service)}/visits", {"visit": "mr1", "done_on": "2026-11-20"})

    page = operator.get(page_of(service))

    told = [" ".join("".join(one.itertext()).split()) for one in page.all(".//main//ul/li")]
    marked = "visit: Measles and rubella 1 made on: 20 Nov 2026"
    assert [line.split(", ", 1)[1][6:] for line in told] == [
        f"Marked a visit as made {actions_by(service)} {marked}",
        "Case 1 Call me back Open Details Case 1",
        "SMS to her: Payment reminder Waiting Details 24 Nov 2026, 09:03",
        "SMS from her ຂ້ອຍ <b>",
        "Chose a language Lao in Latin letters",
        "Dialled *123# 3 screens, cut off",
    ]


def actions_by(service: Service) -> str:
    with service.database.reading() as connection:
        marked = select(audit_log.c.who).where(audit_log.c.action == "beneficiary.visit")
        return connection.execute(marked).scalar_one()


def test_a_long_timeline_goes_on_without_a_gap(service: Service, staff: Staff):
    at = service.clock()
    with service.database.writing() as connection:
        rows = [
            {
                "id": uuid7(), "provider_key": f"a:{number}", "msisdn": MOTHER,
                "shortcode": "1234", "text": f"text {number}", "handled_as": "other",
                "received_at": at - timedelta(minutes=number),
            }
            for number in range(60)
        ]  # fmt: skip
        connection.execute(insert(mo_messages), rows)
    operator = staff("operator")

    page = operator.get(page_of(service))
    seen = [one.text for one in page.all(".//main//ul/li/p")]
    while older := [link for link in page.links() if "before=" in link]:
        page = operator.get(older[0])
        seen += [one.text for one in page.all(".//main//ul/li/p")]

    assert seen == [f"text {number}" for number in range(60)]


def test_what_a_stranger_does_with_her_old_number_is_not_hers(service: Service, staff: Staff):
    at = service.clock()
    with service.database.writing() as connection:
        disown_number(connection, MOTHER, at)
        for number, moment in enumerate((at - timedelta(days=1), at + timedelta(days=1))):
            connection.execute(
                insert(mo_messages).values(
                    id=uuid7(), provider_key=f"a:{number}", msisdn=MOTHER, shortcode="1234",
                    text=f"SMS {number}", handled_as="other", received_at=moment,
                )
            )  # fmt: skip

    page = staff("operator").get(page_of(service))

    assert "SMS 0" in page.words
    assert "SMS 1" not in page.words
    assert "The number is not hers" in page.words


def test_nobody_knows_her_number_of_another_district(service: Service, staff: Staff):
    found = beneficiary_of(service, MOTHER)

    staff("operator", "Nong").get(f"beneficiaries/{found}", 404)
    staff("admin").get(f"beneficiaries/{uuid7()}", 404)
