"""DHIS2's generic HTTP gateway: what it sends by each content type, and what it takes for done."""

import base64
from collections.abc import Callable
from urllib.parse import quote_plus

import pytest
from sqlalchemy import insert, select
from werkzeug.test import TestResponse

from gateway.messaging.tables import messages
from gateway.registry.tables import beneficiaries, optouts
from tests.api.conftest import System
from tests.service import Service

Systems = Callable[..., System]
TEXT = "ພົບກັນທີ່ບ້ານ 9 ໂມງ & 1+1=2"
OK = {200, 201, 202}  # of SmsGateway.OK_CODES; a 207 is a failure there


@pytest.fixture
def dhis2(system: Systems) -> System:
    return system("messages:text:write")


@pytest.fixture
def phones(service: Service) -> list[str]:
    """Two phones whose people get health SMS."""
    with service.database.reading() as connection:
        found = connection.execute(
            select(beneficiaries.c.msisdn)
            .where(
                beneficiaries.c.msisdn.is_not(None),
                beneficiaries.c.consent_health,
                beneficiaries.c.status == "enrolled",
                beneficiaries.c.course_ended_at.is_(None),
                beneficiaries.c.msisdn_disowned_at.is_(None),
                beneficiaries.c.msisdn.not_in(select(optouts.c.msisdn)),
            )
            .distinct()
            .order_by(beneficiaries.c.msisdn)
            .limit(2)
        )
        return [str(one).removeprefix("+") for one in found.scalars()]


def post(
    system: System, body: str | bytes, content_type: str, *, authorization: str | None = None,
    query: str = "",
) -> TestResponse:  # fmt: skip
    headers = {"Authorization": authorization or f"Bearer {system.key}"}
    return system.service.app.test_client().post(
        f"/api/v1/dhis2/messages{query}", data=body, content_type=content_type, headers=headers
    )


def texts(service: Service) -> list[tuple[str, str]]:
    with service.database.reading() as connection:
        rows = connection.execute(
            select(messages.c.msisdn, messages.c.params)
            .where(messages.c.template == "system_text")
            .order_by(messages.c.msisdn)
        )
        return [(row.msisdn, row.params["text"]) for row in rows]


JSON, FORM, PLAIN = "application/json", "application/x-www-form-urlencoded", "text/plain"
TEMPLATES = [
    ("JSON", JSON, '{{"to":"{to}","text":"{text}"}}', True),
    ("JSON of somebody who does not encode", JSON, '{{"to":"{to}","text":"{text}"}}', False),
    ("form", FORM, "to={to}&text={text}", True),
    ("form with more", FORM, "user=x&to={to}&text={text}&dlr=1", True),
    ("plain text", PLAIN, "to={to}&text={text}", True),
    ("plain text as it is", PLAIN, "to={to}&text={text}", False),
]


@pytest.mark.parametrize(
    ("content_type", "template", "encoded"),
    [row[1:] for row in TEMPLATES],
    ids=[row[0] for row in TEMPLATES],
)
def test_every_template_brings_the_text_to_each_phone(
    dhis2: System, service: Service, phones: list[str],
    content_type: str, template: str, encoded: bool,
):  # fmt: skip
    text = quote_plus(TEXT) if encoded else TEXT

    answer = post(dhis2, template.format(to=",".join(phones), text=text).encode(), content_type)

    assert answer.status_code in OK
    assert answer.get_json()["queued"] == 2
    assert texts(service) == [(f"+{one}", TEXT) for one in phones]


@pytest.mark.parametrize(
    "scheme",
    ["Bearer {key}", "ApiToken {key}", " Basic {key}", "Basic {base64}", " Basic {named}"],
)
def test_the_key_comes_in_the_header_that_dhis2_writes(
    dhis2: System, phones: list[str], scheme: str
):
    """It writes Basic before whatever it is given, encoded or not."""
    header = scheme.format(
        key=dhis2.key,
        base64=base64.b64encode(dhis2.key.encode()).decode(),
        named=base64.b64encode(f"dhis2:{dhis2.key}".encode()).decode(),
    )

    assert post(dhis2, f"to={phones[0]}&text=ok", FORM, authorization=header).status_code in OK


@pytest.mark.parametrize("header", ["Basic x", "Basic /w==", "Bearer", "Digest a", "Basic "])
def test_no_key_is_no_entry(dhis2: System, header: str):
    assert post(dhis2, "to=1&text=ok", FORM, authorization=header).status_code == 401


def test_a_repetition_sends_nothing_twice_that_day(
    dhis2: System, service: Service, phones: list[str]
):
    one, two = phones
    first = post(dhis2, f"to={one},{two}&text=ok", FORM)
    again = post(dhis2, f"to={two},{one}&text=ok", FORM)
    other = post(dhis2, f"to={one}&text=other", FORM)

    def ids(answer: TestResponse) -> set[str]:
        return {row["id"] for row in answer.get_json()["rows"]}

    assert ids(first) == ids(again)
    assert not ids(other) & ids(first)
    assert len(texts(service)) == 3


def test_who_wants_none_is_refused_alone(dhis2: System, service: Service, phones: list[str]):
    with service.database.writing() as connection:
        connection.execute(
            insert(optouts).values(
                msisdn=f"+{phones[0]}", category="all", source="sms", at=service.clock()
            )
        )

    answer = post(dhis2, f"to={','.join(phones)}&text=ok", FORM)

    said = answer.get_json()
    assert (answer.status_code, said["queued"], said["refused"]) == (202, 1, 1)
    assert said["rows"][0]["errors"] == [
        {"field": "msisdn", "reason": "the number wants no such messages", "row": 1}
    ]


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ("to=&text=ok", FORM, 422),
        ("to=2055599999&text=ok", FORM, 422),
        ("to={phone}&text=ANC%20visit", FORM, 422),
        ("to={phone}&text=300.000+kip", FORM, 422),
        ("to={phone}&text=%00", FORM, 422),
        ("to={phone}&text=%FF", FORM, 400),
        ("text=ok", FORM, 400),
        ("", PLAIN, 400),
        (b"to=1&text=\xff", PLAIN, 400),
        ('{"to":"1"}', JSON, 422),
        ('{"to":["1"],"text":7}', JSON, 422),
        ("{", JSON, 400),
        ("<to/>", "application/xml", 415),
    ],
)
def test_what_cannot_go_is_a_failure_for_dhis2(
    dhis2: System, service: Service, phones: list[str], body: str | bytes, content_type: str,
    status: int,
):  # fmt: skip
    said = body.replace("{phone}", phones[0]) if isinstance(body, str) else body

    assert post(dhis2, said, content_type).status_code == status
    assert texts(service) == []


def test_a_request_has_at_most_two_hundred_numbers(dhis2: System):
    many = ",".join(str(2_055_500_000 + one) for one in range(201))

    assert post(dhis2, f"to={many}&text=ok", FORM).status_code == 422


def test_a_text_about_money_says_so_in_the_address(
    dhis2: System, service: Service, phones: list[str]
):
    answer = post(dhis2, f"to={phones[0]}&text=ok", FORM, query="?category=payment")
    wrong = post(dhis2, f"to={phones[0]}&text=ok", FORM, query="?category=all")

    assert (answer.status_code, wrong.status_code) == (202, 422)
    with service.database.reading() as connection:
        mine = select(messages.c.category).where(messages.c.template == "system_text")
        assert connection.execute(mine).scalars().all() == ["payment"]


def test_free_text_is_a_right_of_its_own(system: Systems):
    assert post(system("messages:write"), "to=1&text=ok", FORM).status_code == 403
