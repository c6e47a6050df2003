"""What is not a request of the API, as problems that name what is wrong; nothing is a 5xx."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import pytest
from werkzeug.test import TestResponse

from gateway.api.cursors import cursor_of
from gateway.api.serving import LARGEST_BODY
from gateway.settings import Settings
from tests.api.conftest import System, number_of_one
from tests.service import DEAD_REDIS, Clock, Service, composed

PERSON = "/beneficiaries/02750001"
WITHOUT_ZONE = cursor_of(("2026-11-27T00:00:00", str(UUID(int=0))))
JSON = "application/json"


@pytest.fixture
def registry(system: Any) -> System:
    made: System = system("beneficiaries:write", "payments:write")
    return made


def _raw(
    system: System, method: str, path: str, body: bytes, headers: Mapping[str, str] | None = None
) -> TestResponse:
    sent = {"Authorization": f"Bearer {system.key}", "Content-Type": JSON} | dict(headers or {})
    return system.service.app.test_client().open(
        f"/api/v1{path}", method=method, data=body, headers=sent
    )


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{", 400),
        (b"[" * 100_000, 422),
        (b"[]", 422),
        (b"null", 422),
        (b'{"status": 1}', 422),
        (b'{"stauts": "enrolled"}', 422),
        (b'{"status": "\\u0000"}', 400),
        (b'{"status": "\x00"}', 400),
        (b'{"status": "\\ud800"}', 400),
        (b'{"status": "\xff"}', 400),
        (b'{"edd": "0001-01-01"}', 422),
        (b'{"edd": "9999-12-31"}', 422),
        (b'{"status": "' + b"x" * LARGEST_BODY + b'"}', 413),
    ],
    ids=lambda one: repr(one)[:24],
)
def test_a_body_that_cannot_be_taken_is_a_problem(registry: System, body: bytes, status: int):
    answer = _raw(registry, "PATCH", f"/beneficiaries/{number_of_one(registry)}", body)

    assert (answer.status_code, answer.mimetype) == (status, "application/problem+json")
    assert answer.get_json()["status"] == status


@pytest.mark.parametrize("amount", [2**63, -(2**63) - 1, 2**64, 10**30])
def test_a_number_that_no_column_holds_is_a_problem(registry: System, amount: int):
    body = b'{"amount": %d, "due_on": "2026-12-04", "status": "scheduled"}' % amount

    assert _raw(registry, "PUT", "/payments/02750001/2026-12", body).status_code == 422


def test_another_type_than_json_is_refused_as_such(registry: System):
    answer = _raw(registry, "PATCH", PERSON, b"status=1", {"Content-Type": "text/plain"})

    assert (answer.status_code, answer.mimetype) == (415, "application/problem+json")


@pytest.mark.parametrize("method", ["POST", "DELETE", "OPTIONS", "TRACE"])
def test_what_an_address_does_not_do_is_405_that_names_what_it_does(registry: System, method: str):
    answer = _raw(registry, method, PERSON, b"")

    assert (answer.status_code, answer.mimetype) == (405, "application/problem+json")
    assert {"GET", "PUT", "PATCH"} <= set(answer.headers["Allow"].split(", "))


@pytest.mark.parametrize("path", ["/", "//v1/beneficiaries", "/v2/beneficiaries"])
def test_an_address_that_is_not_there_is_a_problem(service: Service, path: str):
    answer = service.app.test_client().get(f"/api{path}")

    assert (answer.status_code, answer.mimetype) == (404, "application/problem+json")


@pytest.mark.parametrize(
    "cursor",
    ["", "!", "AAAA", "WzFd", WITHOUT_ZONE],
    ids=["empty", "sign", "octets", "other", "no zone"],
)
def test_a_cursor_that_was_made_up_is_a_problem(registry: System, cursor: str):
    assert registry.get(f"/beneficiaries?after={cursor}").status_code == 400


@pytest.mark.parametrize(
    "moment", ["0001-01-01T00:00:00%2B14:00", "9999-12-31T23:59:59-12:00", "2026-11-27T08:00:00"]
)
def test_a_moment_beyond_time_is_a_problem(registry: System, moment: str):
    assert registry.get(f"/beneficiaries?changed_since={moment}").status_code == 422


def test_an_answer_names_its_request_and_is_not_kept_by_anybody(registry: System):
    answer = registry.get("/beneficiaries?limit=1")

    assert answer.headers["X-Request-Id"]
    assert answer.headers["Cache-Control"] == "no-store"
    assert "Set-Cookie" not in answer.headers


def test_a_page_for_people_needs_no_key_and_asks_nobody_else(service: Service):
    client = service.app.test_client()

    page = client.get("/api/v1/")

    assert page.status_code == 200
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "<code>PUT /api/v1/payments/{registration_no}/{cycle}</code>" in page.text
    assert "http" not in page.text.replace("https://", "http").split("<body>")[0]
    assert client.get("/api/v1/reference.css").mimetype == "text/css"


def test_without_the_database_every_call_is_told_to_come_back():
    away = Settings(database_url="postgresql://nobody@127.0.0.1:1/none", redis_url=DEAD_REDIS)
    with composed(away, Clock()) as app:
        answer = app.test_client().get(
            "/api/v1/beneficiaries", headers={"Authorization": "Bearer mecg_live_0_x"}
        )

    assert (answer.status_code, answer.mimetype) == (503, "application/problem+json")
    assert int(answer.headers["Retry-After"]) > 0
