"""Webhooks as another system sets them up, and what arrives there."""

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from standardwebhooks import Webhook

from gateway.api.keys import revoke_key
from gateway.api.webhook_bodies import draw
from gateway.changes.numbering import number_all
from gateway.core.kinds import CaseKind
from gateway.registry.api_tables import api_keys
from gateway.registry.cases import open_case
from gateway.registry.tables import beneficiaries, districts
from gateway.settings import Settings
from gateway.staff.audit import Actor
from gateway.webhooks.calling import Calls
from gateway.webhooks.deliveries import tell_of
from gateway.webhooks.sealing import Seal
from gateway.webhooks.sending import Courier
from tests.api.conftest import System
from tests.providers.upstream import Answer, Upstream, listening
from tests.service import Service

Systems = Callable[..., System]
ONE = ["case.closed"]  # nothing of the sort is learnt here
URL = "https://registry.example.la/hook"
TEXT = "ຂ້ອຍບໍ່ໄດ້ຮັບເງິນ"


@pytest.fixture
def receiver() -> Iterator[Upstream]:
    with listening(Upstream(lambda _asked: Answer(204))) as one:
        yield one


def deliver(service: Service) -> None:
    """What scheduler and worker do, by the clocks of their machines."""
    number_all(service.database, [tell_of])
    Courier(
        database=service.database,
        calls=Calls(private=True),
        seal=Seal(Settings().keeping_keys("webhooks")),
        draw=draw,
        chance=lambda: 0.5,
        clock=lambda _connection: lambda: datetime.now(UTC),
    ).deliver(seconds=20, lanes=1)


def someone(service: Service) -> Any:
    wanted = select(beneficiaries).where(beneficiaries.c.msisdn.is_not(None))
    with service.database.reading() as connection:
        return connection.execute(wanted.order_by(beneficiaries.c.id).limit(1)).one()


def complain(service: Service) -> Any:
    her = someone(service)
    with service.database.writing() as connection:
        open_case(
            connection, event_key="sms:x", kind=CaseKind.NOT_PAID, msisdn=her.msisdn,
            beneficiary_id=her.id, text=TEXT, now=service.clock(),
        )  # fmt: skip
    return her


def made(system: System, url: str = URL, **more: Any) -> dict[str, Any]:
    answer = system("POST", "/webhooks", {"url": url, "events": ["*"]} | more)
    assert answer.status_code == 201, answer.text
    found: dict[str, Any] = answer.get_json()
    return found


def test_the_secret_is_shown_once_and_verifies_what_arrives(
    service: Service, system: Systems, receiver: Upstream
):
    desk = system("webhooks:write", "cases:read", "beneficiaries:read")
    endpoint = made(desk, receiver.url)
    her = complain(service)
    deliver(service)

    assert "secret" not in desk.get(f"/webhooks/{endpoint['id']}").get_json()
    events = [Webhook(endpoint["secret"]).verify(one.body, one.headers) for one in receiver.asked]
    (opened,) = [one for one in events if one["type"] == "case.opened"]
    assert opened["data"]["registration_no"] == her.registration_no
    assert (opened["data"]["msisdn"], opened["data"]["text"]) == (her.msisdn, TEXT)


def test_number_and_text_are_told_to_no_key_without_the_scopes(
    service: Service, system: Systems, receiver: Upstream
):
    made(system("webhooks:write"), receiver.url)
    her = complain(service)
    deliver(service)

    bodies = [json.loads(one.body)["data"] for one in receiver.asked]
    assert {(one["msisdn"], one["text"]) for one in bodies} == {(None, None)}
    assert all(her.msisdn not in one.body for one in receiver.asked)


@pytest.mark.parametrize("hers", [True, False])
def test_a_key_of_a_district_is_told_of_no_other(
    service: Service, system: Systems, receiver: Upstream, hers: bool
):
    her = someone(service)
    with service.database.reading() as connection:
        other = select(districts.c.id).where(districts.c.id != her.district_id).limit(1)
        district = her.district_id if hers else connection.execute(other).scalar_one()
    made(system("webhooks:write", district_id=district), receiver.url)
    complain(service)
    deliver(service)

    told = {json.loads(one.body)["type"] for one in receiver.asked}
    assert ("case.opened" in told, bool(told)) == (hers, hers)


def test_whose_key_was_revoked_is_told_nothing_more(
    service: Service, system: Systems, receiver: Upstream
):
    desk = system("webhooks:write")
    made(desk, receiver.url)
    complain(service)
    with service.database.writing() as connection:
        (key_id,) = connection.execute(select(api_keys.c.id)).scalars()
        revoke_key(connection, key_id, by=Actor("test"), now=service.clock())

    deliver(service)

    assert receiver.asked == []


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"url": "https://u:p@a.la/"}, "url"),
        ({"url": "https://169.254.169.254/"}, "url"),
        ({"url": "ftp://a.la/"}, "url"),
        ({"url": "https://a b.la/"}, "url"),
        ({"url": "https://a.la/" + "a" * 500}, "url"),
        ({"url": 2**63}, "url"),
        ({"events": ["*"]}, ""),
        ({"url": URL, "events": []}, "events"),
        ({"url": URL, "events": ["case.opened", "of.ours"]}, "events[1]"),
        ({"url": URL, "extra": 1}, ""),
    ],
)
def test_what_cannot_be_a_receiver_names_the_field(
    system: Systems, body: dict[str, Any], field: str
):
    desk = system("webhooks:write")
    answer = desk("POST", "/webhooks", body)

    assert answer.status_code == 422
    assert [one["field"] for one in answer.get_json()["errors"]] == [field]
    assert desk.get("/webhooks").get_json() == {"items": []}


def test_a_receiver_is_changed_paused_and_removed(system: Systems):
    desk = system("webhooks:write")
    path = f"/webhooks/{made(desk)['id']}"

    changed = desk("PATCH", path, {"url": f"{URL}/2", "events": ["case.opened"], "paused": True})
    assert changed.get_json()["url"] == f"{URL}/2"
    assert changed.get_json()["events"] == ["case.opened"]
    assert (changed.get_json()["state"], changed.get_json()["paused_why"]) == ("paused", "asked")
    assert desk("PATCH", path, {"paused": False}).get_json()["state"] == "active"
    assert desk("DELETE", path).status_code == 204
    assert desk.get(path).status_code == 404


def test_another_keys_receivers_are_not_there(system: Systems):
    path = f"/webhooks/{made(system('webhooks:write'))['id']}"
    other = system("webhooks:write")

    assert other.get("/webhooks").get_json() == {"items": []}
    assert other.get(path).status_code == 404
    assert other("PATCH", path, {"url": URL}).status_code == 404


def test_a_test_is_seen_among_the_deliveries_and_sent_again(
    service: Service, system: Systems, receiver: Upstream
):
    desk = system("webhooks:write")
    path = f"/webhooks/{made(desk, receiver.url, events=ONE)['id']}"
    number = desk("POST", f"{path}/test").get_json()["id"]
    deliver(service)

    (seen,) = desk.get(f"{path}/deliveries").get_json()["items"]
    assert (seen["id"], seen["state"], seen["status"]) == (number, "delivered", 204)
    again = desk("POST", f"{path}/deliveries/{number}/send-again")
    assert (again.status_code, again.get_json()["state"]) == (200, "waiting")
    assert desk("POST", f"{path}/send-again").get_json() == {"deliveries": 0}
    for none in (2**63, "9" * 5000, "-1", "໑"):
        assert desk("POST", f"{path}/deliveries/{none}/send-again").status_code == 404


def test_a_new_secret_verifies_what_is_sent_from_then_on(
    service: Service, system: Systems, receiver: Upstream
):
    desk = system("webhooks:write")
    first = made(desk, receiver.url, events=ONE)
    path = f"/webhooks/{first['id']}"
    second = desk("POST", f"{path}/secret").get_json()
    desk("POST", f"{path}/test")
    deliver(service)

    (asked,) = receiver.asked
    assert first["secret"] != second["secret"]
    Webhook(second["secret"]).verify(asked.body, asked.headers)


def test_a_repetition_gets_the_same_secret_and_makes_no_second_receiver(system: Systems):
    desk = system("webhooks:write")
    same = {"Idempotency-Key": "the-same"}
    first, second = (
        desk("POST", "/webhooks", {"url": URL}, headers=same).get_json() for _ in range(2)
    )

    assert first == second
    assert len(desk.get("/webhooks").get_json()["items"]) == 1


def test_a_key_for_tests_is_answered_alike_and_leaves_nothing(system: Systems):
    desk = system("webhooks:write", kind="test")

    assert UUID(made(desk)["id"])
    assert desk.get("/webhooks").get_json() == {"items": []}
