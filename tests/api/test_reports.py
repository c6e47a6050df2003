"""Figures as another system reads them."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from werkzeug.test import TestResponse

from gateway.figures.book import Figure, renew
from gateway.figures.months import topic_of
from tests.api.conftest import System
from tests.service import Service

Systems = Callable[..., System]
MONTH = date(2026, 11, 1)


def read(answer: TestResponse) -> Any:
    return answer.json


@pytest.fixture
def counted(service: Service) -> Service:
    figures = [Figure(MONTH, 1, "calls", 7), Figure(MONTH, 2, "calls", 4), Figure(MONTH, 0, "x", 1)]
    renew(service.database, topic_of(MONTH), lambda _connection: figures, now=service.clock())
    return service


def test_a_month_is_told_by_district_as_it_was_counted(counted: Service, system: Systems):
    told = read(system("reports:read").get("/reports/month/2026-11"))

    assert told["counted_at"] == counted.clock().isoformat().replace("+00:00", "Z")
    assert sorted((one["kind"], one["count"]) for one in told["figures"]) == [
        ("calls", 4), ("calls", 7), ("x", 1),
    ]  # fmt: skip
    assert {one["district"] for one in told["figures"] if one["kind"] == "x"} == {None}


def test_a_key_of_a_district_reads_its_own(counted: Service, system: Systems):
    told = read(system("reports:read", district_id=2).get("/reports/month/2026-11"))

    assert [one["count"] for one in told["figures"]] == [4]


@pytest.mark.parametrize(
    "path",
    ["month/2026-10", "calls/2026-11", "nothing/2026-11", "month/2026-13", "month/x",
     "month/0000-01", "month/9999-12", "month/2026-11-01", "month/20261"],
)  # fmt: skip
def test_what_was_not_counted_is_not_found(counted: Service, system: Systems, path: str):
    assert system("reports:read").get(f"/reports/{path}").status_code == 404
