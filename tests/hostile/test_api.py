"""Requests made of the API's own description, by schemathesis: nothing is a 5xx, and nothing is
answered that the description does not say."""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis import Case, SerializationContext
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from gateway.api.keys import SCOPES
from gateway.cli.api_check import description
from gateway.registry.database import Database
from gateway.registry.demo import load_demo
from gateway.settings import Settings
from tests.api.conftest import key_of
from tests.service import TODAY, Clock, Service, composed
from tests.serving import serving

pytestmark = [pytest.mark.hostile, pytest.mark.timeout(1200)]

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
EXAMPLES = int(os.environ.get("HOSTILE_API_REQUESTS", "10"))  # an operation


@schemathesis.serializer(
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/x-ndjson"
)
def _as_it_is(_context: SerializationContext, value: Any) -> bytes:
    """A file of any octets: the service has to find out that it is none."""
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


@pytest.fixture
def registry(database_url: str, redis_url: str) -> Iterator[tuple[str, str]]:
    """(the service's URL, a key for everything), on a database with the demo's people."""
    fitting = Settings(database_url=database_url, redis_url=redis_url)
    database, clock = Database(database_url), Clock()
    load_demo(database, peppers=fitting.peppers, on=TODAY)
    with composed(fitting, clock) as app, serving(app) as url:
        yield url, key_of(Service(app, database, clock, None), *SCOPES)
    database.dispose()


schema = schemathesis.openapi.from_dict(description())


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.filter_too_much,
        HealthCheck.too_slow,
    ],
)
def test_every_answer_is_one_that_is_described(case: Case, registry: tuple[str, str]):
    url, key = registry

    case.call_and_validate(base_url=url, headers={"Authorization": f"Bearer {key}"}, checks=CHECKS)
