"""The API as another system meets it: keys of every kind, over the demo's registry."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import count
from typing import Any

import pytest
from werkzeug.test import TestResponse

from gateway.api.keys import KeyKind, Wanted, make_key
from gateway.settings import Settings
from gateway.staff.audit import Actor
from tests.service import Service

PEPPER = Settings().key("api_keys")
_numbers = count()


@dataclass
class System:
    """Another system with its key."""

    service: Service
    key: str

    def __call__(
        self, method: str, path: str, body: Any = None, *, headers: Mapping[str, str] | None = None
    ) -> TestResponse:
        sent = {"Authorization": f"Bearer {self.key}"}
        if method == "POST":
            sent["Idempotency-Key"] = f"request-{next(_numbers)}"
        return self.service.app.test_client().open(
            f"/api/v1{path}", method=method, json=body, headers=sent | dict(headers or {})
        )

    def get(self, path: str, **headers: str) -> TestResponse:
        return self("GET", path, headers=headers)


def key_of(
    service: Service, *scopes: str, kind: KeyKind = "live", district_id: int | None = None,
    **wanted: Any,
) -> str:  # fmt: skip
    """A new key, as it is shown once."""
    with service.database.writing() as connection:
        _id, shown = make_key(
            connection,
            Wanted(name="registry", kind=kind, scopes=scopes, district_id=district_id, **wanted),
            by=Actor("test"), now=service.clock(), pepper=PEPPER,
        )  # fmt: skip
    return shown


def number_of_one(system: System) -> str:
    """The registration number of somebody enrolled."""
    (one,) = system.get("/beneficiaries?limit=1&status=enrolled").get_json()["items"]
    return str(one["registration_no"])


@pytest.fixture
def system(service: Service) -> Callable[..., System]:
    """Makes a system whose key has these scopes."""
    return lambda *scopes, **wanted: System(service, key_of(service, *scopes, **wanted))
