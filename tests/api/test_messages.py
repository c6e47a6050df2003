"""SMS by the API: scopes, fields, words, and that a repetition sends nothing twice."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from gateway.core.message_words import REASONS
from gateway.messaging.requested.magic import MAGIC
from gateway.messaging.tables import messages
from gateway.registry.tables import beneficiaries
from tests.api.conftest import System
from tests.service import Service

Systems = Callable[..., System]
WRITES = ("messages:write", "messages:text:write")
TEXT = {"text": "ພົບກັນທີ່ບ້ານ 9 ໂມງ", "category": "payment"}


@pytest.fixture
def mother(service: Service) -> str:
    """The registration number of somebody whose phone is hers alone and who agreed to all."""
    with service.database.writing() as connection:
        number = connection.execute(
            select(beneficiaries.c.registration_no).where(
                beneficiaries.c.msisdn == "+8562055500001"
            )
        ).scalar_one()
        connection.execute(
            update(beneficiaries)
            .where(beneficiaries.c.registration_no == number)
            .values(consent_payment=True, consent_health=True)
        )
    return str(number)


def queued(service: Service) -> int:
    with service.database.reading() as connection:
        mine = messages.c.dedupe_key.startswith("api:")
        return connection.execute(
            select(func.count()).select_from(messages).where(mine)
        ).scalar_one()


def test_a_text_is_taken_and_read_again(system: Systems, service: Service, mother: str):
    registry = system(*WRITES)

    taken = registry("POST", "/messages", {"registration_no": mother, **TEXT})

    assert taken.status_code == 202
    said = taken.get_json()
    assert (said["registration_no"], said["state"], said["category"]) == (
        mother, "queued", "payment",
    )  # fmt: skip
    assert registry.get(f"/messages/{said['id']}").get_json() == said
    assert [one["id"] for one in registry.get("/messages").get_json()["items"]][:1] == [said["id"]]
    assert queued(service) == 1


def test_a_repetition_gets_the_same_answer_and_sends_nothing_twice(
    system: Systems, service: Service, mother: str
):
    registry = system(*WRITES)
    under = {"Idempotency-Key": "the-same"}
    body = {"registration_no": mother, **TEXT}

    first = registry("POST", "/messages", body, headers=under)
    again = registry("POST", "/messages", body, headers=under)
    other = registry("POST", "/messages", body | {"text": "ok"}, headers=under)

    assert (first.status_code, first.data) == (again.status_code, again.data)
    assert other.status_code == 422
    assert queued(service) == 1


@pytest.mark.parametrize(
    ("scopes", "body", "status"),
    [
        (("messages:read",), {"template": "registered"}, 403),
        (("messages:write",), {"template": "registered"}, 202),
        (("messages:write",), TEXT, 403),
        (("messages:write", "messages:text:read"), TEXT, 403),
        (WRITES, TEXT, 202),
        (("beneficiaries:write",), {"template": "registered"}, 403),
    ],
)
def test_free_text_needs_a_right_of_its_own(
    system: Systems, mother: str, scopes: tuple[str, ...], body: dict[str, Any], status: int
):
    answer = system(*scopes)("POST", "/messages", {"registration_no": mother, **body})

    assert answer.status_code == status


def test_the_text_is_told_to_whoever_has_the_scope_for_it(system: Systems, mother: str):
    writes, reads = system(*WRITES), system("messages:read")
    made = writes("POST", "/messages", {"registration_no": mother, **TEXT}).get_json()["id"]

    assert reads.get(f"/messages/{made}").get_json()["text"] is None


REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"registration_no": "99999999", **TEXT}, "registration_no",
     "Nobody whom this key may see has this registration number."),
    ({"msisdn": "12", **TEXT}, "msisdn", "This is not a phone number."),
    (TEXT, "registration_no", "Name a registration number or a phone number, one of the two."),
    ({"registration_no": "MOTHER"}, "template", "Name a template or write a text, one of the two."),
    ({"registration_no": "MOTHER", "text": "300.000 kip", "category": "payment"}, "text",
     "An SMS of staff names no amount: “300.000 kip”. Others may read this phone."),
    ({"registration_no": "MOTHER", "text": "Hi {name}", "category": "payment"}, "text",
     "{name} would stay as it is: nothing is filled in."),
    ({"registration_no": "MOTHER", "text": "ກ" * 300, "category": "payment"}, "text",
     "This is 5 SMS; write at most 3."),
]  # fmt: skip


@pytest.mark.parametrize(("body", "field", "reason"), REFUSED)
def test_a_refusal_names_field_and_reason(
    system: Systems, service: Service, mother: str, body: dict[str, Any], field: str, reason: str
):
    said = {key: mother if value == "MOTHER" else value for key, value in body.items()}

    answer = system(*WRITES)("POST", "/messages", said)

    assert answer.status_code == 422
    assert answer.get_json()["errors"] == [{"field": field, "reason": reason}]
    assert queued(service) == 0


def test_who_took_back_her_consent_is_refused_in_the_words_of_the_console(
    system: Systems, service: Service, mother: str
):
    hers = beneficiaries.c.registration_no == mother
    with service.database.writing() as connection:
        connection.execute(update(beneficiaries).where(hers).values(consent_payment=False))

    answer = system(*WRITES)("POST", "/messages", {"registration_no": mother, **TEXT})

    assert answer.get_json()["errors"] == [
        {"field": "registration_no", "reason": REASONS["no_consent"]}
    ]


@pytest.mark.parametrize(
    "path",
    ["/messages/x", f"/messages/{UUID(int=7)}", "/messages/%00", "/messages/" + "9" * 300],
)
def test_a_message_that_is_not_there(system: Systems, path: str):
    assert system("messages:read").get(path).status_code == 404


@pytest.mark.parametrize(
    "query",
    ["after=x", "limit=0", "limit=9223372036854775808", "state=lost", "registration_no=%00",
     "before=1", "registration_no=1"],
)  # fmt: skip
def test_a_list_refuses_what_it_does_not_know(system: Systems, query: str):
    assert system("messages:read").get(f"/messages?{query}").status_code in {400, 422}


def test_a_list_goes_on_where_the_page_before_ended(system: Systems, mother: str):
    registry = system(*WRITES)
    made = [
        registry("POST", "/messages", {"registration_no": mother, **TEXT, "text": text}).get_json()
        for text in ("one", "two", "three")
    ]
    listed = f"/messages?limit=2&registration_no={mother}"

    first = registry.get(listed).get_json()
    second = registry.get(f"{listed}&after={first['next']}").get_json()

    assert [one["id"] for one in first["items"]] == [one["id"] for one in made[:0:-1]]
    assert made[0]["id"] in [one["id"] for one in second["items"]]


def bulk(*rows: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"rows": list(rows), **more}


def test_in_bulk_each_row_has_its_result(system: Systems, service: Service, mother: str):
    rows = [{"registration_no": one, "template": "registered"} for one in (mother, "99999999")]

    answer = system("messages:write")("POST", "/messages/bulk", bulk(*rows))

    said = answer.get_json()
    assert (answer.status_code, said["queued"], said["refused"]) == (200, 1, 1)
    assert said["rows"][1]["errors"][0]["field"] == "registration_no"
    assert queued(service) == 1


def test_all_or_nothing_names_the_rows_that_are_refused(
    system: Systems, service: Service, mother: str
):
    rows = [{"registration_no": one, "template": "registered"} for one in (mother, "99999999")]

    answer = system("messages:write")("POST", "/messages/bulk", bulk(*rows, mode="all"))

    assert answer.status_code == 422
    assert [(one["row"], one["field"]) for one in answer.get_json()["errors"]] == [
        (2, "registration_no")
    ]
    assert queued(service) == 0


@pytest.mark.parametrize(
    "body",
    [
        bulk({"registration_no": "26000001", "text": "hello", "category": "payment"}),
        bulk({"registration_no": "26000001", "template": "registered", "text": "hello"}),
        bulk({"registration_no": "26000001", "template": "answer_paid"}),
        bulk(),
        bulk(*[{"registration_no": "26000001", "template": "registered"}] * 1001),
        {"rows": "all"},
        [],
    ],
    ids=["text", "both", "other template", "none", "too many", "no list", "no object"],
)
def test_in_bulk_there_are_templates_alone(system: Systems, service: Service, body: Any):
    answer = system(*WRITES)("POST", "/messages/bulk", body)

    assert answer.status_code == 422
    assert queued(service) == 0


# What a team's and a test's key mean is in tests/messaging/test_requested_by_kind.py.


@pytest.mark.parametrize("magic", sorted(MAGIC))
def test_a_test_is_answered_like_a_live_one_and_its_outcome_is_read(
    system: Systems, service: Service, magic: str
):
    trial = system(*WRITES, kind="test")

    taken = trial("POST", "/messages", {"msisdn": magic, **TEXT})
    read = trial.get(f"/messages/{taken.get_json()['id']}").get_json()

    assert (taken.status_code, taken.get_json()["state"]) == (202, "queued")
    assert (read["state"], read["reason"]) == MAGIC[magic]
    assert queued(service) == 0


def test_a_team_writes_to_its_list(system: Systems, service: Service, mother: str):
    team = system(*WRITES, kind="team", numbers=("+8562055512345",))

    listed = team("POST", "/messages", {"msisdn": "020 5551 2345", **TEXT})
    other = team("POST", "/messages", {"registration_no": mother, **TEXT})

    assert listed.status_code == 202
    assert other.get_json()["errors"] == [
        {"field": "registration_no", "reason": "the number is not among those of the key"}
    ]
