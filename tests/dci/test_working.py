"""What is kept is answered and imported once, whatever fails on the way."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from gateway.core.dci.keys import key_set, public_keys_of_set
from gateway.core.dci.signatures import verify
from gateway.core.dci.words import Profile
from gateway.registry.dci_tables import dci_subscriptions
from gateway.registry.tables import beneficiaries
from tests.dci.conftest import OURS, TOKEN, Partnership, by_id, by_predicate, searching
from tests.providers.upstream import Answer

Make = Callable[..., Partnership]
Woman = Callable[..., None]
TS = "2026-11-24T02:00:00Z"


def subscribing(**criteria: Any) -> dict[str, Any]:
    about = {
        "reg_event_type": "UPDATE", "notify_record_type": "Member",
        "filter": {"type": "UIN", "value": "26000001"},
    } | criteria  # fmt: skip
    item = {"reference_id": "s1", "timestamp": TS, "subscribe_criteria": about}
    return {"transaction_id": "t-2", "subscribe_request": [item]}


def person(number: str = "26000009", **changes: Any) -> dict[str, Any]:
    """As a registry tells of her."""
    return {
        "identifier": [
            {"identifier_type": "NIN", "identifier_value": "123"},
            {"identifier_type": "UIN", "identifier_value": number},
        ],
        "name": {"given_name": "ບຸນມີ", "surname": "ໄຊຍະວົງ"},
        "phone_number": ["020 5551 2345"],
        "programme_identifier": {"enrolment_status": "Active"},
        "child": {"birth_date": "20.07.2026"},
        "address": [
            {"address_line1": "ໂພນແກ້ວ", "locality": "ສະໜາມໄຊ", "region": "ອັດຕະປື"}
        ],
    } | changes  # fmt: skip


def notifying(*records: Any) -> dict[str, Any]:
    events = [
        {
            "reference_id": f"n{number}",
            "timestamp": TS,
            "data": {"reg_record_type": "Member", "reg_records": record},
        }
        for number, record in enumerate(records, start=1)
    ]
    return {"transaction_id": "t-3", "notify_event": events}


def acknowledged(answer: Any) -> str:
    body = answer.json
    assert (answer.status_code, body["message"]["ack_status"]) == (200, "ACK")
    correlation_id: str = body["message"]["correlation_id"]
    return correlation_id


@pytest.mark.parametrize("profile", ["none", "openspp", "openg2p", "opencrvs"])
def test_a_search_is_acknowledged_and_answered_by_callback(
    partnership: Make, woman: Woman, profile: Profile
) -> None:
    woman("26000001")
    it = partnership(profile)
    correlation_id = acknowledged(it.search(by_id(), path="search"))
    assert (it.woken, it.callbacks.asked) == (1, [])
    assert it.desk().work() == 1
    (told,) = it.callbacks.messages
    assert told["header"]["action"] == "on-search"
    assert told["message"]["transaction_id"] == "t-1"
    assert told["message"]["correlation_id"] == correlation_id
    assert told["message"]["search_response"][0]["data"]["reg_records"][0]["name"]
    assert it.callbacks.asked[0].headers["Authorization"] == f"Bearer {TOKEN}"
    signed = {"header": told["header"], "message": told["message"]}
    verify(profile, told["signature"], signed, public_keys_of_set(key_set(OURS)), it.now)


def test_what_is_answered_leaves_no_body(registry: Partnership) -> None:
    registry.search(by_id(), path="search")
    assert registry.kept("state", "body")[0][1] is not None
    registry.desk().work()
    assert registry.kept("state", "body", "due_at") == [("done", None, None)]
    assert registry.desk().work() == 0


def test_a_message_that_comes_twice_is_answered_alike_and_kept_once(registry: Partnership) -> None:
    body = registry.message("search", searching(by_id()))
    first = acknowledged(registry.post("search", body))
    registry.desk().work()
    registry.move(minutes=3)
    assert acknowledged(registry.post("search", body)) == first
    assert len(registry.kept("id")) == 1
    assert registry.desk().work() == 0


def test_another_message_under_a_known_id_is_refused(registry: Partnership) -> None:
    registry.post("search", registry.message("search", searching(by_id()), message_id="m"))
    other = registry.message("search", searching(by_id("26000002")), message_id="m")
    answer = registry.post("search", other)
    assert answer.status_code == 400
    assert "rjct.message_id.duplicate" in answer.json["message"]["error"]["message"]


def test_a_callback_that_fails_is_tried_again_until_it_is_taken(registry: Partnership) -> None:
    registry.search(by_id(), path="search")
    for says in (Answer(status=500), Answer(status=429), Answer(drops=True), Answer(status=302)):
        registry.callbacks.says = says
        assert registry.desk().work() == 1
        assert registry.desk().work() == 0
        registry.move(hours=4)
    registry.callbacks.says = Answer()
    registry.desk().work()
    told = registry.callbacks.messages
    assert len({one["header"]["message_id"] for one in told}) == 1
    assert registry.kept("state") == [("done",)]


def test_a_callback_that_is_never_taken_is_given_up(registry: Partnership) -> None:
    registry.search(by_id(), path="search")
    registry.callbacks.says = Answer(status=500)
    for _ in range(20):
        registry.desk().work()
        registry.move(hours=4)
    assert registry.kept("state", "body") == [("failed", None)]


def test_a_killed_worker_s_message_is_taken_after_its_lease(registry: Partnership) -> None:
    registry.search(by_id(), path="search")
    assert registry.desk()._taken() is not None
    assert registry.desk().work() == 0
    registry.move(minutes=6)
    assert registry.desk().work() == 1


@pytest.mark.parametrize(
    "uri",
    ["http://127.0.0.1:1/registry/on-search", "https://169.254.169.254/", "ftp://x", "http://[",
     "{base}@evil.example/", "{base}/../admin", "file:///etc/passwd"],
)  # fmt: skip
def test_an_answer_goes_nowhere_but_to_the_partner(registry: Partnership, uri: str) -> None:
    uri = uri.replace("{base}", registry.callbacks.url)
    body = registry.message("search", searching(by_id()), sender_uri=uri)
    answer = registry.post("search", body)
    assert answer.json["message"]["error"]["code"] == "err.sender_uri.invalid"
    assert registry.kept("id") == []


def test_status_of_a_search_is_told_at_once_and_by_callback(registry: Partnership) -> None:
    correlation_id = acknowledged(registry.search(by_id(), path="search"))
    for kind, value in (
        ("transaction_id", "t-1"), ("correlation_id", correlation_id),
        ("reference_id_list", ["r1"]),
    ):  # fmt: skip
        asked = {
            "transaction_id": "t-9",
            "txnstatus_request": {
                "reference_id": "x", "txn_type": "search", "attribute_type": kind,
                "attribute_value": value,
            },
        }  # fmt: skip
        answer = registry.post("sync/txn/status", registry.message("txn-status", asked)).json
        states = answer["message"]["txnstatus_response"]["txn_status"]["search_response"]
        assert [(one["reference_id"], one["status"]) for one in states] == [("r1", "pdng")]
    acknowledged(registry.post("txn/status", registry.message("txn-status", asked)))
    registry.desk().work()
    told = registry.callbacks.messages[-1]
    assert told["header"]["action"] == "txn-on-status"
    states = told["message"]["txnstatus_response"]["txn_status"]["search_response"]
    assert states[0]["status"] == "succ"


def test_who_subscribes_is_told_of_what_changes(registry: Partnership, woman: Woman) -> None:
    woman("26000001", "26000002")
    acknowledged(registry.post("subscribe", registry.message("subscribe", subscribing())))
    registry.move(hours=3)
    registry.desk().work()
    (made,) = registry.callbacks.messages[-1]["message"]["subscribe_response"]
    assert made["status"] == "succ"
    told = len(registry.callbacks.asked)
    with registry.database.writing() as connection:
        connection.execute(beneficiaries.update().values(name="ນາງ ຄຳ", updated_at=registry.now))
    registry.desk().work()
    registry.desk().work()
    (told_of,) = registry.callbacks.messages[told:]
    (event,) = told_of["message"]["notify_event"]
    assert told_of["header"]["action"] == "notify"
    assert event["data"]["reg_records"]["name"]["given_name"] == "ນາງ ຄຳ"
    assert event["data"]["reg_records"]["identifier"][0]["identifier_value"] == "26000001"

    codes = [made["subscriptions"][0]["code"]]
    ending = {"transaction_id": "t", "timestamp": TS, "subscription_codes": codes}
    acknowledged(registry.post("unsubscribe", registry.message("unsubscribe", ending)))
    registry.desk().work()
    ended = registry.callbacks.messages[-1]
    assert (ended["header"]["action"], ended["message"]["status"]) == ("on-unsubscribe", "succ")
    assert ended["message"]["subscription_status"] == [{"code": codes[0], "status": "unsubscribe"}]


def test_a_subscription_that_is_not_understood_is_rejected(registry: Partnership) -> None:
    asked = subscribing(filter={"type": "EMAIL", "value": "x"})
    acknowledged(registry.post("subscribe", registry.message("subscribe", asked)))
    registry.desk().work()
    (made,) = registry.callbacks.messages[-1]["message"]["subscribe_response"]
    assert (made["status"], made["status_reason_code"]) == ("rjct", "rjct.notify_details.invalid")
    with registry.database.reading() as connection:
        assert connection.execute(select(dci_subscriptions)).all() == []


def test_a_notification_is_imported(registry: Partnership, woman: Woman) -> None:
    woman("26000001")
    body = registry.message("notify", notifying(person()), status="succ")
    acknowledged(registry.post("notify", body))
    registry.desk().work()
    assert registry.kept("state", "counts") == [
        ("done", {"records": 1, "refused": 0, "changed": 1})
    ]
    with registry.database.reading() as connection:
        added = connection.execute(
            select(beneficiaries).where(beneficiaries.c.registration_no == "26000009")
        ).one()
    assert (added.name, added.msisdn) == ("ບຸນມີ ໄຊຍະວົງ", "+8562055512345")
    assert added.child_dob.isoformat() == "2026-07-20"


def test_records_that_are_wrong_are_counted_and_the_others_taken(registry: Partnership) -> None:
    ambiguous = person("26000008", child={"birth_date": "07/06/2026"})
    nameless = person("26000007", name={})
    body = notifying(person(), ambiguous, nameless, {"identifier": "?"}, person("x" * 600))
    acknowledged(registry.post("notify", registry.message("notify", body, status="succ")))
    registry.desk().work()
    assert registry.kept("counts") == [({"records": 5, "refused": 4, "changed": 1},)]


def test_the_answer_to_a_search_of_ours_is_imported(registry: Partnership) -> None:
    told = {
        "transaction_id": "t", "correlation_id": "c",
        "search_response": [
            {"reference_id": "r", "timestamp": TS, "status": "succ",
             "data": {"reg_records": [person(), person("26000010")]}},
        ],
    }  # fmt: skip
    body = registry.message("on-search", told, status="succ", sender_id="")
    acknowledged(registry.post("on-search", body))
    registry.desk().work()
    assert registry.kept("counts")[0][0]["changed"] == 2
    acknowledged(registry.post("on-search", body | {"header": body["header"]}))
    assert registry.desk().work() == 0


def test_records_of_a_partner_without_columns_are_refused(partnership: Make) -> None:
    it = partnership(columns={})
    answer = it.post("notify", it.message("notify", notifying(person()), status="succ"))
    assert answer.json["message"]["error"]["code"] == "err.request.forbidden"


@pytest.mark.parametrize(
    ("path", "action", "message"),
    [
        ("on-subscribe", "on-subscribe",
         {"transaction_id": "t", "correlation_id": "c", "subscribe_response": []}),
        ("on-unsubscribe", "on-unsubscribe",
         {"transaction_id": "t", "correlation_id": "c", "timestamp": TS, "status": "succ"}),
        ("txn/on-status", "txn-on-status",
         {"transaction_id": "t", "correlation_id": "c", "txnstatus_response": {}}),
    ],
)  # fmt: skip
def test_the_other_callbacks_are_taken(
    registry: Partnership, path: str, action: str, message: dict[str, Any]
) -> None:
    acknowledged(registry.post(path, registry.message(action, message, status="succ")))
    registry.desk().work()
    assert registry.kept("state") == [("done",)]


def test_a_partner_that_is_gone_is_not_answered(registry: Partnership) -> None:
    registry.search(by_predicate(("status", "eq", "enrolled")), path="search")
    desk = registry.desk()
    gone = type(desk)(
        desk.database, type(desk.partners)(), desk.peppers, desk.zone, desk.now, desk.calls
    )
    gone.work()
    assert registry.kept("state") == [("failed",)]
