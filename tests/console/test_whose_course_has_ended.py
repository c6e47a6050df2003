"""Lists say who has died, who has moved away, and whose health messages have ended."""

from datetime import date
from pathlib import Path

import pytest

from tests.console.conftest import Staff
from tests.console.people import change, person
from tests.console.test_import_decisions import bring, woman
from tests.console.test_payments import payment_of
from tests.console.test_people_lists import LIST, lines
from tests.service import Service

DIED, MOVED = "The mother has died", "The family has moved away"
ENDED = "Health messages have ended"


def ends(service: Service, reason: str, **values: object) -> None:
    ended = {"course_ended_at": service.clock(), "course_ended_reason": reason}
    change(service, person(service).id, **ended, **values)


@pytest.mark.parametrize(
    ("reason", "said"), [("mother_died", DIED), ("moved", MOVED), ("child_died", ENDED)]
)
def test_a_list_and_the_sheet_that_is_taken_to_the_village_say_so(
    service: Service, staff: Staff, reason: str, said: str
):
    ends(service, reason)
    village = person(service).village_id

    assert said in staff("operator").get(f"{LIST}?q=26000001").words
    words = staff("operator").get(f"{LIST}villages/{village}").words
    assert said in words
    assert "child has died" not in words


@pytest.mark.parametrize(("reason", "said"), [("mother_died", True), ("child_died", False)])
def test_the_paying_clerk_is_sent_to_the_office_only_where_she_is_not_there_to_sign(
    service: Service, staff: Staff, reason: str, said: bool
):
    ends(service, reason)
    row = payment_of(service)

    words = staff("operator").get(f"payments/{row.due_on}/{row.pay_point_id}/sheet").words

    assert ("Ask the office before you pay" in words) is said
    assert (DIED in words) is said
    assert ENDED not in words


@pytest.mark.parametrize(
    ("reason", "category", "listed"),
    [
        ("mother_died", "pregnant", ("", DIED)),
        ("mother_died", "child", ("With a child", DIED)),
        ("moved", "pregnant", ("Pregnant", MOVED)),
        ("pregnancy_ended", "pregnant", ("", ENDED)),
        ("asked", "pregnant", ("Pregnant", ENDED)),
    ],
)
def test_a_file_has_it_in_its_last_column_and_no_pregnancy_that_is_over(
    service: Service, staff: Staff, reason: str, category: str, listed: tuple[str, str]
):
    ends(service, reason, category=category)

    heading, line = lines(staff("operator").raw("GET", f"{LIST}people.csv?q=26000001"))

    told = dict(zip(heading, line, strict=True))
    assert (told["Pregnant or with a child"], told[heading[-1]]) == listed


def test_a_file_that_brings_her_anew_is_told_that_she_has_died(
    service: Service, staff: Staff, tmp_path: Path
):
    ends(service, "mother_died")
    again = woman(service, name=person(service).name) | {"msisdn": person(service).msisdn}

    page = bring(service, staff("operator"), tmp_path, again)

    assert f"•••••001 {DIED}" in page.words


@pytest.mark.parametrize(
    ("category", "reason", "is_found"),
    [
        ("pregnant", None, True),
        ("pregnant", "asked", True),
        ("pregnant", "moved", True),
        ("pregnant", "pregnancy_ended", False),
        ("pregnant", "mother_died", False),
        ("child", "child_died", False),
        ("child", "mother_died", True),
    ],
)
def test_a_category_finds_whom_it_is_true_of_now(
    service: Service, staff: Staff, category: str, reason: str | None, *, is_found: bool
):
    """After a loss her row keeps the pregnancy's dates; she is not pregnant."""
    ended = service.clock() if reason else None
    hers = {"category": category, "course_ended_at": ended, "course_ended_reason": reason}
    change(service, person(service).id, edd=date(2026, 12, 24), **hers)

    page = staff("viewer").get(f"beneficiaries/?category={category}&q=26000001")

    assert bool(page.rows()) == is_found
