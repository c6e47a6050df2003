"""A partner that talks DCI with the service: it signs by its profile, and its callbacks listen."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from sqlalchemy import select

from gateway.connectors.dci.remote_keys import RemoteKeys
from gateway.core.dci.keys import key_set, signing_keys_of
from gateway.core.dci.moments import text_of
from gateway.core.dci.signatures import sign
from gateway.core.dci.words import Profile
from gateway.dci.doorway import DciDependencies, create_dci
from gateway.dci.operations import OPERATIONS
from gateway.dci.partners import partners_of
from gateway.dci.working import Desk
from gateway.registry.database import Database
from gateway.registry.dci_tables import dci_messages
from gateway.webhooks.calling import Calls
from tests.core.dci.pems import PEM_OF_OURS, PEM_OF_THEIRS
from tests.providers.upstream import Answer, Upstream, listening
from tests.registry.files import PEPPERS, beneficiary
from tests.registry.importer import Importer

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
TOKEN = "a-token-of-the-partner"
JWKS_URL = "https://registry.example.la/.well-known/jwks.json"
ALL_FIELDS = (
    "name", "phone_number", "address", "registration_date", "status", "child", "programme"
)  # fmt: skip
COLUMNS = {
    "registration_no": "identifier[identifier_type=UIN].identifier_value",
    "name": "name.given_name name.surname",
    "msisdn": "phone_number",
    "status": "programme_identifier.enrolment_status",
    "child_dob": "child.birth_date",
    "province": "address.region",
    "district": "address.locality",
    "village": "address.address_line1",
    "consent_payment": "consent.payment",
    "consent_health": "consent.health",
}


OURS, THEIRS = signing_keys_of(PEM_OF_OURS), signing_keys_of(PEM_OF_THEIRS)


class Callbacks(Upstream):
    """The partner's side: says 200 unless told otherwise."""

    def __init__(self) -> None:
        super().__init__(lambda _asked: self.says)
        self.says = Answer()

    @property
    def messages(self) -> list[dict[str, Any]]:
        return [json.loads(one.body) for one in self.asked]


@dataclass
class Partnership:
    """The service's app, its desk of workers, and the partner that asks."""

    database: Database
    callbacks: Callbacks
    profile: Profile = "none"
    fields: tuple[str, ...] = ALL_FIELDS
    columns: dict[str, str] = field(default_factory=lambda: dict(COLUMNS))
    now: datetime = NOW
    woken: int = 0
    key_sets: list[str] = field(default_factory=list)
    published: Any = field(default_factory=lambda: key_set(THEIRS))
    numbers: Any = field(default_factory=count)

    def __post_init__(self) -> None:
        about: dict[str, Any] = {
            "sender_id": "registry", "signature": self.profile, "token_env": "TOKEN",
            "callbacks": self.callbacks.url, "callback_token_env": "TOKEN", "fields": self.fields,
            "identifiers": {"UIN": "registration_no", "MOBILE": "msisdn"},
            "columns": self.columns, "values": {"status": {"Active": "enrolled"}},
            "constants": {
                "category": "child", "health_centre": "ສຸກສາລາ", "pay_point": "ບ້ານໃຫຍ່",
                "consent_payment": "yes", "consent_health": "yes", "locale": "lo", "edd": "",
                "pin": "",
            },
        }  # fmt: skip
        if self.profile != "none":
            about["jwks_url"] = JWKS_URL
        document = {"dci": {"sender_id": "mecg"}, "partners": {"registry": about}}
        self.partners = partners_of(document, {"TOKEN": TOKEN}, OURS)
        self.app = self._app()

    def _app(self) -> Flask:
        def wake() -> None:
            self.woken += 1

        return create_dci(
            DciDependencies(
                self.database, self.partners, lambda: self.now, wake, RemoteKeys(self._fetch)
            ),
            OPERATIONS,
        )

    def _fetch(self, url: str) -> bytes:
        self.key_sets.append(url)
        return json.dumps(self.published).encode()

    def desk(self) -> Desk:
        return Desk(
            self.database, self.partners, PEPPERS, ZoneInfo("Asia/Vientiane"), lambda: self.now,
            Calls(private=True, seconds=0.5),
        )  # fmt: skip

    def move(self, **by: float) -> None:
        self.now += timedelta(**by)

    def message(self, action: str, message: Any, /, **header: Any) -> dict[str, Any]:
        """Signed by the partner's profile."""
        number = next(self.numbers)
        whole = {
            "version": "1.0.0", "message_id": f"m-{number}", "message_ts": text_of(self.now),
            "action": action, "sender_id": "registry", "receiver_id": "mecg", "total_count": 1,
        } | header  # fmt: skip
        signed = {"header": whole, "message": message}
        signature = sign(self.profile, signed, THEIRS, sender_id="registry", now=self.now)
        return {"signature": signature, **signed}

    def post(self, path: str, body: Any, **more: Any) -> Any:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {TOKEN}", "Content-Type": "application/json"}
        headers |= more.pop("headers", {})
        return self.app.test_client().post(f"/dci/registry/{path}", data=data, headers=headers)

    def search(self, *criteria: Any, path: str = "sync/search", **item: Any) -> Any:
        """The answer to a search of one request a criterion."""
        return self.post(path, self.message("search", searching(*criteria, **item)))

    def records(self, *criteria: Any, **item: Any) -> list[Any]:
        """Of the first request of a search that is answered."""
        answer = self.search(*criteria, **item)
        assert answer.status_code == 200, answer.json
        first = answer.json["message"]["search_response"][0]
        assert first["status"] == "succ", first
        return first["data"]["reg_records"]

    def kept(self, *columns: str) -> list[Any]:
        asked = select(*(dci_messages.c[name] for name in columns)).order_by(dci_messages.c.id)
        with self.database.reading() as connection:
            return [tuple(row) for row in connection.execute(asked)]


def searching(*criteria: Any, **item: Any) -> dict[str, Any]:
    requests = [
        {
            "reference_id": f"r{number}",
            "timestamp": "2026-11-24T09:00:00+07:00",
            "search_criteria": one,
            **item,
        }
        for number, one in enumerate(criteria, start=1)
    ]
    return {"transaction_id": "t-1", "search_request": requests}


def by_id(value: str = "26000001", kind: str = "UIN") -> dict[str, Any]:
    return {"query_type": "idtype-value", "query": {"type": kind, "value": value}}


def by_predicate(*steps: tuple[str, str, Any], **more: Any) -> dict[str, Any]:
    query = [
        {
            "seq_num": number,
            "expression1": {"attribute_name": name, "operator": how, "attribute_value": value},
        }
        for number, (name, how, value) in enumerate(steps, start=1)
    ]
    return {"query_type": "predicate", "query": query, **more}


@pytest.fixture(scope="session")
def _listening() -> Iterator[Callbacks]:
    callbacks = Callbacks()
    with listening(callbacks):
        yield callbacks


@pytest.fixture
def callbacks(_listening: Callbacks) -> Callbacks:
    """One server for the run, that has been asked nothing and says 200."""
    _listening.asked.clear()
    _listening.says = Answer()
    return _listening


@pytest.fixture
def partnership(database: Database, callbacks: Callbacks) -> Callable[..., Partnership]:
    def make(profile: Profile = "none", **more: Any) -> Partnership:
        return Partnership(database, callbacks, profile, **more)

    return make


@pytest.fixture
def registry(partnership: Callable[..., Partnership]) -> Partnership:
    """A partner without signatures, that sees every field."""
    return partnership()


@pytest.fixture
def woman(database: Database, tmp_path: Path) -> Callable[..., None]:
    """Puts people into the registry."""
    importer = Importer(database, tmp_path)

    def add(*numbers: str, **columns: str) -> None:
        rows = [beneficiary(registration_no=number, **columns) for number in numbers]
        assert not importer.beneficiaries(*rows).errors

    return add
