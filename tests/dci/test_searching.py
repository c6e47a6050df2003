"""What a partner finds: whom it asks for, on pages, with the fields it may see and she allows."""

from collections.abc import Callable

import pytest
from sqlalchemy import select

from gateway.staff.tables import audit_log
from tests.dci.conftest import Partnership, by_id, by_predicate, searching

Woman = Callable[..., None]


def test_a_person_is_found_by_her_number(registry: Partnership, woman: Woman) -> None:
    woman("26000001", "26000002")
    (record,) = registry.records(by_id("26000001"))
    assert record["identifier"] == [{"identifier_type": "UIN", "identifier_value": "26000001"}]
    assert record["name"] == {"given_name": "ນາງ ບຸນມີ ໄຊຍະວົງ", "surname": ""}
    assert record["phone_number"] == ["+8562055512345"]
    assert record["child"] == {"birth_date": "2026-07-20"}
    assert record["programme_identifier"]["enrolment_status"] == "Active"


def test_a_person_is_found_by_her_phone(registry: Partnership, woman: Woman) -> None:
    woman("26000001")
    (record,) = registry.records(by_id("+8562055512345", "MOBILE"))
    assert record["identifier"][0]["identifier_value"] == "26000001"


def test_nobody_is_an_empty_list(registry: Partnership) -> None:
    assert registry.records(by_id("TEST-001")) == []


def test_a_partner_sees_its_fields_and_no_others(
    partnership: Callable[..., Partnership], woman: Woman
) -> None:
    woman("26000001")
    (record,) = partnership(fields=()).records(by_id())
    assert set(record) == {"@type", "identifier", "last_updated"}


def test_what_she_does_not_consent_to_is_not_told(registry: Partnership, woman: Woman) -> None:
    woman("26000001", consent_payment="no", consent_health="no")
    (record,) = registry.records(by_id())
    assert not {"child", "programme_identifier"} & set(record)


def test_pages_follow_each_other(registry: Partnership, woman: Woman) -> None:
    woman(*(f"2600000{number}" for number in range(1, 6)))
    seen = []
    for number in (1, 2, 3):
        page = {"page_size": 2, "page_number": number}
        enrolled = by_predicate(("status", "eq", "Active"), pagination=page)
        answer = registry.search(enrolled).json["message"]["search_response"][0]
        assert answer["pagination"] == {**page, "total_count": 5}
        seen += [one["identifier"][0]["identifier_value"] for one in answer["data"]["reg_records"]]
    assert seen == [f"2600000{number}" for number in range(1, 6)]


def test_predicates_compare(registry: Partnership, woman: Woman) -> None:
    woman("26000001", "26000002")
    steps: list[tuple[tuple[str, str, object], int]] = [
        (("status", "eq", "enrolled"), 2),
        (("status", "in", ["Suspended", "Exited"]), 0),
        (("registration_no", "gt", "26000001"), 1),
        (("registration_no", "le", "26000001"), 1),
        (("locality", "eq", "ສະໜາມໄຊ"), 2),
        (("last_updated", "ge", "2026-11-24T02:59:00Z"), 2),
        (("last_updated", "lt", "01.01.2026"), 0),
        (("registration_date", "lt", "9999-12-31"), 2),
        (("last_updated", "gt", "9999-12-31T23:59:59Z"), 0),
    ]
    for step, found in steps:
        assert len(registry.records(by_predicate(step))) == found, step


def test_two_expressions_of_a_step_are_joined(registry: Partnership, woman: Woman) -> None:
    woman("26000001", "26000002")
    query = by_predicate(("registration_no", "eq", "26000001"))
    second = {"attribute_name": "registration_no", "operator": "eq", "attribute_value": "26000002"}
    for condition, found in (("and", 0), ("or", 2), ("not", 1)):
        query["query"][0] |= {"condition": condition, "expression2": second}
        assert len(registry.records(query)) == found, condition


REJECTED: list[tuple[dict[str, object], str]] = [
        (by_id("1", "EMAIL"), "rjct.search_criteria.invalid"),
        ({"query_type": "expression", "query": {"type": "x", "value": {}}},
         "rjct.search_criteria.invalid"),
        ({"query_type": "graphql", "query": "{}"}, "rjct.search_criteria.invalid"),
        ({"query_type": "idtype-value", "query": None}, "rjct.search_criteria.invalid"),
        ({"query_type": "predicate", "query": []}, "rjct.search_criteria.invalid"),
        (by_predicate(("poverty_score", "lt", "2.5")), "rjct.search_criteria.invalid"),
        (by_predicate(("pin_hash", "eq", "x")), "rjct.search_criteria.invalid"),
        (by_predicate(("status", "eq", "poor")), "rjct.search_criteria.invalid"),
        (by_predicate(("last_updated", "ge", "02/05/2026")), "rjct.search_criteria.invalid"),
        (by_predicate(("status", "like", "e")), "rjct.search_criteria.invalid"),
        (by_predicate(("status", "in", "enrolled")), "rjct.search_criteria.invalid"),
        (by_predicate(("status", "in", ["x"] * 101)), "rjct.search_criteria.invalid"),
        (by_id() | {"sort": [{"attribute_name": "name"}]}, "rjct.sort.invalid"),
        (by_id() | {"sort": [{"attribute_name": "status", "sort_order": "up"}]},
         "rjct.sort.invalid"),
]  # fmt: skip


def test_what_cannot_be_looked_for_is_rejected_by_itself(
    registry: Partnership, woman: Woman
) -> None:
    woman("26000001")
    for criteria, code in REJECTED:
        _is_rejected(registry, criteria, code)


def _is_rejected(registry: Partnership, criteria: dict[str, object], code: str) -> None:
    answer = registry.search(criteria, by_id()).json
    first, second = answer["message"]["search_response"]
    assert (first["status"], first["status_reason_code"]) == ("rjct", code)
    assert first["status_reason_message"]
    assert second["status"] == "succ"
    assert answer["header"]["status"] == "succ"


def test_a_field_that_is_not_shown_cannot_be_looked_for(
    partnership: Callable[..., Partnership], woman: Woman
) -> None:
    woman("26000001")
    answer = partnership(fields=("name",)).search(by_predicate(("status", "eq", "enrolled")))
    assert answer.json["message"]["search_response"][0]["status"] == "rjct"


def test_the_same_reference_twice_is_rejected(registry: Partnership) -> None:
    message = searching(by_id(), by_id())
    message["search_request"][1]["reference_id"] = "r1"
    answer = registry.post("sync/search", registry.message("search", message)).json
    assert answer["message"]["search_response"][1]["status_reason_code"] == (
        "rjct.reference_id.duplicate"
    )


def test_every_look_is_in_the_log(registry: Partnership, woman: Woman) -> None:
    woman("26000001")
    registry.records(by_id())
    registry.records(by_id("26999999"))
    with registry.database.reading() as connection:
        rows = connection.execute(
            select(audit_log.c.who, audit_log.c.action, audit_log.c.kind)
        ).all()
    assert [tuple(row) for row in rows] == [("DCI registry", "dci.shown", "beneficiary")]


def test_who_is_enrolled_is_answered_yes_or_no(registry: Partnership, woman: Woman) -> None:
    woman("26000001")
    woman("26000002", status="suspended")
    woman("26000003", consent_payment="no")
    programme = "programme_identifier.program.programme_identifier"
    for query, enrolled in (
        ({"person_identifier": {"eq": "26000001"}}, "yes"),
        ({"person_identifier": {"eq": "26000001"}, programme: {"eq": "MECG"}}, "yes"),
        ({"person_identifier": {"eq": "26000001"}, programme: {"eq": "DCI001"}}, "no"),
        ({"person_identifier": {"eq": "26000002"}}, "no"),
        ({"person_identifier": {"eq": "26000003"}}, "no"),
        ({"person_identifier": {"eq": "nobody"}}, "no"),
    ):
        message = {"transaction_id": "t", "enrolled_criteria": {"query": query}}
        answer = registry.post("sync/enrolled", registry.message("search", message)).json
        (told,) = answer["message"]["enrolled_response"]
        assert (told["status"], told["enrolled_status"]) == ("succ", enrolled), query


@pytest.mark.parametrize(
    "query",
    [{}, {"person_identifier": "x"}, {"person_identifier": {"eq": 1}}, {"name": {"eq": ""}}],
)
def test_a_question_that_is_not_understood_is_refused(
    registry: Partnership, query: dict[str, object]
) -> None:
    message = {"transaction_id": "t", "enrolled_criteria": {"query": query}}
    answer = registry.post("sync/enrolled", registry.message("search", message))
    assert answer.status_code == 400
    assert answer.json["message"]["error"]["code"] == "err.request.bad"
