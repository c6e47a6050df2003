"""What staff change about a person: details, the end of a course, visits that were made."""

from datetime import date, timedelta

import pytest
from sqlalchemy import select, update

from gateway.core.consent import MessageCategory
from gateway.messaging.ledger import Draft, queue_messages
from gateway.messaging.tables import messages
from gateway.registry.tables import beneficiaries, callers, payments, visits
from tests.console.conftest import Staff
from tests.console.happenings import MOTHER
from tests.console.html import Page
from tests.console.ledger import put_message
from tests.console.people import actions, change, edited, page_of, person, person_of
from tests.service import TODAY, Service

# Changing


def test_a_corrected_number_is_kept_against_imports(service: Service, staff: Staff):
    operator = staff("operator")
    known = person(service)
    path = f"beneficiaries/{known.id}"
    service.clock.move(minutes=5)

    page = operator.get(f"{path}/edit")
    page = operator.submit(f"{path}/edit", edited(page, number="new", msisdn="020 9912 3456"))

    assert page.flashes() == ["Saved."]
    row = person_of(service, known.id)
    assert (row.msisdn, row.set_here) == ("+8562099123456", ["msisdn", "phone_owner"])
    action, changes = actions(service)[-2]
    assert action == "beneficiary.edit"
    assert changes == {"msisdn": ["•••", "•••"], "reason": [None, "She came to the office"]}


def test_that_only_her_former_number_was_told_of_a_payday_is_said(service: Service, staff: Staff):
    operator = staff("operator")
    known = person(service)
    with service.database.reading() as connection:
        coming = connection.execute(
            select(payments).where(
                payments.c.beneficiary_id == known.id, payments.c.status == "scheduled",
                payments.c.due_on > TODAY,
            )
        ).first()  # fmt: skip
    assert coming is not None
    put_message(
        service, beneficiary_id=known.id, payment_id=coming.id, state="delivered",
        told=f"{coming.due_on}|{coming.pay_point_id}",
    )  # fmt: skip
    path = f"beneficiaries/{known.id}/edit"

    same = operator.submit(path, edited(operator.get(path), consent_health=None))
    other = operator.submit(path, edited(operator.get(path), number="new", msisdn="020 9912 3456"))

    assert "former number" not in same.flashes()[0]
    assert other.flashes()[0].startswith("Saved. Her former number was told of ")


def test_whose_phone_a_new_number_is_must_be_said_anew(service: Service, staff: Staff):
    operator = staff("operator")
    known = person(service)
    change(service, known.id, phone_owner="self")
    path = f"beneficiaries/{known.id}/edit"
    new = {"number": "new", "msisdn": "020 9912 3456"}

    unsaid = operator.post(path, edited(operator.get(path), **new, new_owner=""), status=200)
    assert unsaid.errors() == ["Whose phone the new number is: Fill this in."]
    operator.submit(path, edited(operator.get(path), **new, new_owner="neighbour"))
    assert person_of(service, known.id).phone_owner == "neighbour"
    operator.submit(path, edited(operator.get(path), number="none"))

    row = person_of(service, known.id)
    assert (row.msisdn, row.phone_owner) == (None, None)


def test_language_and_consents_are_hers_and_stay_as_staff_entered_them(
    service: Service, staff: Staff
):
    operator = staff("operator")
    known = person(service)
    path = f"beneficiaries/{known.id}"

    page = operator.get(f"{path}/edit")
    operator.submit(f"{path}/edit", edited(page, locale="lo_Latn", consent_health=None))

    row = person_of(service, known.id)
    assert (row.locale, row.consent_health, row.consent_payment) == ("lo_Latn", False, True)
    assert row.set_here == ["consent_health", "locale"]
    with service.database.reading() as connection:
        chosen = select(callers.c.locale).where(callers.c.msisdn == MOTHER)
        assert connection.execute(chosen).scalar_one() == "lo_Latn"


def test_who_has_no_phone_keeps_a_language_too(service: Service, staff: Staff):
    operator = staff("operator")
    known = person(service)
    change(service, known.id, msisdn=None, locale=None)

    page = operator.get(f"beneficiaries/{known.id}/edit")
    operator.submit(f"beneficiaries/{known.id}/edit", edited(page, locale="en"))

    row = person_of(service, known.id)
    assert (row.locale, row.set_here) == ("en", ["locale"])


@pytest.mark.parametrize(
    ("status", "offered"),
    [
        ("applied", ["applied", "verified", "rejected"]),
        ("verified", ["verified", "enrolled", "rejected"]),
        ("enrolled", ["enrolled", "suspended", "exited"]),
        ("suspended", ["suspended", "enrolled", "exited"]),
        ("rejected", ["rejected", "applied"]),
        ("exited", ["exited"]),
    ],
)
def test_a_status_goes_only_where_it_may(
    service: Service, staff: Staff, status: str, offered: list[str]
):
    known = person(service)
    change(service, known.id, status=status)
    operator = staff("operator")

    page = operator.get(f"beneficiaries/{known.id}/edit")

    assert [one.get("value") for one in page.all(".//select[@id='status']/option")] == offered
    for other in {"applied", "verified", "enrolled", "exited"} - set(offered):
        answer = operator.post(
            f"beneficiaries/{known.id}/edit", edited(page, status=other), status=200
        )
        assert answer.errors() == ["Status: Not a valid choice."]


def test_the_first_enrolment_is_dated(service: Service, staff: Staff):
    known = person(service)
    change(service, known.id, status="verified", enrolled_on=None)
    operator = staff("operator")

    page = operator.get(f"beneficiaries/{known.id}/edit")
    operator.submit(f"beneficiaries/{known.id}/edit", edited(page, status="enrolled"))

    row = person_of(service, known.id)
    assert (row.status, row.enrolled_on.isoformat()) == ("enrolled", "2026-11-24")


@pytest.mark.parametrize(
    ("label", "changes", "error"),
    [
        ("no reason", {"reason": ""}, "Reason for the change: Fill this in."),
        (
            "no new number",
            {"number": "new", "msisdn": ""},
            "New phone number: Fill this in.",
        ),
        (
            "a landline",
            {"number": "new", "msisdn": "021 212345"},
            "New phone number: This is no Lao mobile number.",
        ),
        (
            "letters",
            {"number": "new", "msisdn": "none"},
            "New phone number: This is not a phone number.",
        ),
    ],
)
def test_what_cannot_be_kept_is_said_and_nothing_is_lost(
    service: Service, staff: Staff, label: str, changes: dict[str, str], error: str
):
    operator = staff("operator")
    path = f"{page_of(service)}/edit"

    page = operator.get(path)
    page = operator.post(path, edited(page, locale="en", **changes), status=200)

    assert page.errors() == [error], label
    assert page.fields(f"/console/{path}")["locale"] == "en"
    assert person(service).locale == "lo"


def test_two_people_who_edit_the_same_person_lose_nothing(service: Service, staff: Staff):
    known = person(service)
    path = f"beneficiaries/{known.id}/edit"
    first, second = staff("operator"), staff("operator")
    mine, theirs = first.get(path), second.get(path)
    service.clock.move(minutes=1)
    second.submit(path, edited(theirs, consent_health=None))
    service.clock.move(minutes=1)

    told = first.post(path, edited(mine, number="new", msisdn="020 9912 3456"), status=200)

    assert "This was changed after you opened it." in told.errors()[0]
    assert "Wants messages about health visits no" in told.words
    assert person_of(service, known.id).msisdn == MOTHER
    typed = told.fields(f"/console/{path}")
    assert (typed["number"], typed["msisdn"]) == ("new", "020 9912 3456")
    typed.pop("consent_health", None)
    first.submit(path, typed)
    row = person_of(service, known.id)
    assert (row.msisdn, row.consent_health) == ("+8562099123456", False)


def test_saving_what_stood_there_changes_nothing(service: Service, staff: Staff):
    operator = staff("operator")
    path = page_of(service)

    page = operator.submit(f"{path}/edit", edited(operator.get(f"{path}/edit")))

    assert page.flashes() == ["Nothing was changed."]
    assert person(service).set_here == []


# The end of a course


def test_a_loss_stops_every_health_message_at_once(service: Service, staff: Staff):
    known = person(service)
    at = service.clock()
    with service.database.writing() as connection:
        categories: tuple[MessageCategory, ...] = ("health", "health", "payment")
        for number, category in enumerate(categories):
            draft = Draft(
                dedupe_key=f"test:{number}", category=category, template="vaccine",
                msisdn=MOTHER, locale="lo", not_before_at=at, expires_at=at + timedelta(days=1),
                beneficiary_id=known.id,
            )  # fmt: skip
            queue_messages(connection, [draft], now=at)

    page = staff("health_worker", "Sanamxay", health_centre="Souksala Pindong").submit(
        f"beneficiaries/{known.id}/end", {"course_end": "child_died", "note": ""}
    )

    assert page.flashes() == [
        "This is on record.",
        "2 SMS that were waiting will not go out.",
    ]
    row = person_of(service, known.id)
    assert (row.course_ended_at, row.course_ended_reason) == (at, "child_died")
    assert row.set_here == ["course"]
    with service.database.reading() as connection:
        rows = connection.execute(
            select(messages.c.category, messages.c.state).order_by(messages.c.id)
        )
        assert [tuple(one) for one in rows] == [
            ("health", "suppressed"), ("health", "suppressed"), ("payment", "queued"),
        ]  # fmt: skip
    assert ("beneficiary.end_course", {"course": [None, "child_died"]}) in actions(service)
    assert page.all(".//main//a[@rel='next']") == []


@pytest.mark.parametrize("course_end", ["pregnancy_ended", "moved", "mother_died"])
def test_after_an_end_the_page_says_neither_pregnant_nor_when_a_birth_was_expected(
    service: Service, staff: Staff, course_end: str
):
    with service.database.writing() as connection:
        connection.execute(
            update(beneficiaries).values(category="pregnant", child_dob=None, edd=date(2027, 3, 1))
        )
    path = page_of(service)
    operator = staff("operator")
    assert {"Pregnant", "Birth expected on"} <= set(_said(operator.get(path)))

    page = operator.submit(f"{path}/end", {"course_end": course_end})
    assert not {"Pregnant", "Birth expected on"} & set(_said(page))

    page = operator.submit(f"{path}/resume")
    assert {"Pregnant", "Birth expected on"} <= set(_said(page))


def _said(page: Page) -> list[str]:
    """Tags and names of facts."""
    found = (*page.all(".//main//*[@class]"), *page.all(".//main//dt"))
    return ["".join(one.itertext()).strip() for one in found]


def test_an_end_wants_to_know_what_happened(service: Service, staff: Staff):
    path = f"{page_of(service)}/end"

    page = staff("operator").post(path, {"note": "x"}, status=200)

    assert page.errors() == ["What happened: Choose what happened."]


def test_the_first_of_two_who_enter_the_same_end_counts(service: Service, staff: Staff):
    path = page_of(service)
    staff("operator").submit(f"{path}/end", {"course_end": "child_died"})

    page = staff("operator").post(f"{path}/end", {"course_end": "child_died"}, status=200)

    assert page.errors() == ["What happened: This has been entered already: see below."]
    assert person(service).course_ended_reason == "child_died"


def test_after_her_death_nothing_more_is_asked(service: Service, staff: Staff):
    path, operator = page_of(service), staff("operator")
    operator.submit(f"{path}/end", {"course_end": "mother_died"})

    for what in ("end", "birth"):
        answer = operator.raw("GET", f"{path}/{what}")
        assert (answer.status_code, answer.location) == (302, f"/console/{path}")
    assert operator.get(path).flashes() == [
        "Nothing more can be entered of her: see below what is on record.",
        "She is not on record as pregnant.",
    ]


def test_the_grant_ends_with_it_only_if_the_office_says_so(service: Service, staff: Staff):
    path = page_of(service)
    worker = staff("health_worker", "Sanamxay", health_centre="Souksala Pindong")
    assert worker.get(f"{path}/end").all(".//input[@id='grant_ends']") == []

    staff("operator").submit(f"{path}/end", {"course_end": "moved", "grant_ends": "y"})

    assert (person(service).status, person(service).status_before) == ("exited", "enrolled")


def test_an_end_entered_by_mistake_is_taken_back(service: Service, staff: Staff):
    path = page_of(service)
    operator = staff("operator")
    operator.submit(f"{path}/end", {"course_end": "moved"})

    page = operator.submit(f"{path}/take-back")

    assert page.flashes() == ["It is taken back: all is as it was before."]
    assert person(service).course_ended_at is None


def test_on_a_later_day_health_messages_are_sent_again_at_a_press(service: Service, staff: Staff):
    path = page_of(service)
    staff("operator").submit(f"{path}/end", {"course_end": "other"})
    service.clock.move(days=1)
    operator = staff("operator")

    assert "take-back" not in operator.get(path).text
    page = operator.submit(f"{path}/resume")

    assert page.flashes() == ["Health messages will be sent again."]
    assert person(service).course_ended_at is None


# A birth


def test_a_birth_of_twins_is_entered_and_each_has_visits(service: Service, staff: Staff):
    known = person(service)
    change(service, known.id, category="pregnant", child_dob=None, edd=date(2026, 11, 30))
    worker = staff("health_worker", "Sanamxay", health_centre="Souksala Pindong")
    path = page_of(service)
    early = {"born_on": "2026-05-01", "children": "2"}

    refused = worker.post(f"{path}/birth", early, status=200)
    page = worker.submit(f"{path}/birth", early | {"born_on": "2026-11-20"})
    worker.submit(f"{path}/visits", {"visit": "bcg", "child": "1", "done_on": "2026-11-21"})
    one = worker.get(path)
    both = worker.submit(f"{path}/visits", {"visit": "bcg", "done_on": "2026-11-22"})

    assert refused.errors() == [
        "Born on: That is too early for the birth expected on 30 Nov 2026: from 27 Jul 2026 on."
    ]
    assert page.flashes()[0] == (
        "The birth is on record: from now on messages are about the child."
    )
    assert "Twins" in page.words
    assert "BCG, the first-born 21 Nov 2026" in one.words
    assert "BCG, the second-born 22 Nov 2026" in both.words
    worker.submit(f"{path}/visits/remove", {"visit": "bcg", "child": "1"})
    with service.database.reading() as connection:
        mine = select(visits.c.child).where(visits.c.visit == "bcg")
        mine = mine.where(visits.c.beneficiary_id == known.id)
        assert connection.execute(mine).scalars().all() == [2]


def test_a_status_set_here_is_kept_with_what_the_registry_said(service: Service, staff: Staff):
    known = person(service)
    change(service, known.id, status="enrolled")
    operator = staff("operator")

    for status in ("suspended", "exited"):
        page = operator.get(f"beneficiaries/{known.id}/edit")
        operator.submit(f"beneficiaries/{known.id}/edit", edited(page, status=status))

    row = person_of(service, known.id)
    assert (row.status, row.status_before) == ("exited", "enrolled")
