"""An openIMIS as its backend answers, with what goes wrong with it; written from its sources."""

import json
import secrets
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit
from uuid import UUID

from graphql import GraphQLSchema

from tests.connectors import openimis_csv
from tests.connectors.openimis_schema import (
    INDIVIDUAL,
    answer,
    connection,
    json_string,
    right_of,
    schema_of,
)

USERNAME, PASSWORD = "gateway", "Sabaidee-2026"
PLAN = UUID("8d5a3f0e-52b5-4f5e-9a3c-0d6a5c1f2b11")
RIGHTS = {"159001", "170001", "171001", "202001", "206001", "206002"}
PROVINCE = {"name": "Vientiane", "type": "R"}
Wrong = Literal[
    "unreachable", "refused", "throttled", "malformed", "half", "unavailable", "half_data"
]


@dataclass
class Openimis:
    """Rows as GraphQL gives them, by the list that they stand in. `wrong` begins after so many
    pages; `between` is called before each page; a token is good for `token_pages` of them."""

    benefit: str = INDIVIDUAL
    rights: set[str] = field(default_factory=lambda: set(RIGHTS))
    people: dict[str, dict[str, Any]] = field(default_factory=dict)
    beneficiaries: dict[str, dict[str, Any]] = field(default_factory=dict)
    payrolls: dict[str, dict[str, Any]] = field(default_factory=dict)
    links: dict[str, dict[str, Any]] = field(default_factory=dict)
    uploads: list[dict[str, Any]] = field(default_factory=list)
    wrong: Wrong | None = None
    right_for: int = 0
    between: Callable[[], object] = lambda: None
    before_upload: Callable[[], object] = lambda: None
    token_pages: int = 10**6
    pages: int = 0
    signed_in: int = 0
    _tokens: dict[str, int] = field(default_factory=dict)
    _schema: GraphQLSchema | None = None

    def person(self, number: int, at: str, **changes: Any) -> dict[str, Any]:
        """A person and her enrolment, both touched `at`."""
        uuid = str(UUID(int=number))
        extra = {
            "registration_no": str(number), "phone": f"20{number}", "category": "child",
            "child_dob": "2026-03-01", "health_centre": "Ban Na", "pay_point": "Vang Vieng",
        }  # fmt: skip
        district = {"name": "Vang Vieng", "type": "D", "parent": PROVINCE}
        village = {"name": "Na Xom", "type": "V", "parent": district}
        person = {
            "uuid": uuid, "firstName": "Keo", "lastName": f"Sivilay{number}", "dob": "1999-04-05",
            "jsonExt": extra, "isDeleted": False, "dateUpdated": at, "location": village,
        } | changes  # fmt: skip
        self.people[uuid] = person
        self.beneficiaries[uuid] = {
            "uuid": str(UUID(int=number + 10**9)), "status": "ACTIVE", "jsonExt": {},
            "isDeleted": False, "dateUpdated": at, "individual": person, "plan": PLAN,
        }  # fmt: skip
        return person

    def payroll(self, name: str, at: str, **changes: Any) -> dict[str, Any]:
        made: dict[str, Any] = {
            "uuid": str(UUID(int=len(self.payrolls) + 10**10)), "name": name, "isDeleted": False,
            "status": "APPROVE_FOR_PAYMENT", "dateUpdated": at, "paymentPoint": {"name": "Ban Na"},
            "paymentCycle": {"code": name, "startDate": "2026-11-01", "endDate": "2026-12-31"},
        } | changes  # fmt: skip
        self.payrolls[made["uuid"]] = made
        return made

    def pay(self, person: dict[str, Any], payroll: dict[str, Any], at: str, **changes: Any) -> Any:
        """A benefit of hers in the payroll."""
        number = len(self.links) + 1
        benefit = {
            "uuid": str(UUID(int=number + 10**11)), "code": f"BEN-26-{number:010}",
            "status": "ACCEPTED", "amount": "300000.00", "dateDue": "2026-11-25", "receipt": None,
            "type": "Cash Transfer", "isDeleted": False, "dateUpdated": at, "individual": person,
            "recipientId": person["uuid"], "recipientType": {"model": "individual"},
        } | changes  # fmt: skip
        uuid = str(UUID(int=number + 10**12))
        self.links[uuid] = {
            "id": uuid, "uuid": uuid, "isDeleted": False, "dateUpdated": at, "plan": PLAN,
            "payroll": payroll, "benefit": benefit,
        }  # fmt: skip
        return benefit

    def benefits_of(self, payroll: str) -> list[dict[str, Any]]:
        return [one["benefit"] for one in self.links.values() if one["payroll"]["uuid"] == payroll]

    def sign_in(self, asked: Mapping[str, Any]) -> dict[str, Any]:
        if (asked["username"], asked["password"]) != (USERNAME, PASSWORD):
            raise PermissionError("Please enter valid credentials")
        self.signed_in += 1
        token = secrets.token_urlsafe(16)
        self._tokens[token] = self.token_pages
        return {"token": token, "refreshExpiresIn": 1}

    def graphql(self, asked: Mapping[str, Any], token: str) -> dict[str, Any]:
        self._schema = self._schema or schema_of(self.benefit)

        def root(name: str, arguments: Mapping[str, Any]) -> Any:
            if name == "tokenAuth":
                return self.sign_in(arguments)
            left = self._tokens.get(token, 0)
            if left < 1:
                raise PermissionError("Signature has expired")
            self._tokens[token] = left - 1
            if right_of(name) not in self.rights:
                raise PermissionError("Unauthorized")
            return connection(self._listed(name), arguments)

        return answer(self._schema, asked, root)

    def is_good(self, token: str) -> bool:
        return self._tokens.get(token, 0) > 0

    def _listed(self, name: str) -> list[dict[str, Any]]:
        if name == "individual":
            return [self._seen(one) for one in self.people.values()]
        if name == "beneficiary":
            return [
                {**one, "jsonExt": json_string(one["jsonExt"]),
                 "individual": self._seen(one["individual"])}
                for one in self.beneficiaries.values()
            ]  # fmt: skip
        if name == "payrollBenefitConsumption":
            return [
                {**one, "benefit": {**one["benefit"],
                                    "individual": self._seen(one["benefit"]["individual"])}}
                for one in self.links.values()
            ]  # fmt: skip
        return [{**one, "error": json_string(one["error"])} for one in self.uploads]

    def _seen(self, person: dict[str, Any]) -> dict[str, Any]:
        shown = person["jsonExt"] if "159001" in self.rights else None
        return {**person, "jsonExt": json_string(shown)}


class _Handler(BaseHTTPRequestHandler):
    openimis: Openimis

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        if urlsplit(self.path).path != "/api/graphql":
            self._csv(body)
            return
        asked, server = json.loads(body), self.openimis
        wrong = None
        if "list:" in asked["query"]:
            server.between()
            server.pages += 1
            wrong = server.wrong if server.pages > server.right_for else None
        self._go_wrong(wrong, asked) if wrong else self._say(server.graphql(asked, self._token()))

    def _go_wrong(self, wrong: Wrong, asked: dict[str, Any]) -> None:
        plain: dict[str, tuple[int, bytes, dict[str, str]]] = {
            "throttled": (429, b"{}", {"Retry-After": "60"}),
            "unavailable": (502, b"<html>", {}),
            "malformed": (200, b"<!DOCTYPE html><title>openIMIS</title>", {}),
        }
        if wrong in plain:
            self._send(*plain[wrong])
        elif wrong == "unreachable":
            self.close_connection = True
        elif wrong == "refused":
            self._say({"data": {"list": None}, "errors": [{"message": "Unauthorized"}]})
        else:
            told = self.openimis.graphql(asked, self._token())
            if wrong == "half_data":
                told["errors"] = [{"message": "Could not resolve one of the rows"}]
            self._say(told, half=wrong == "half")

    def do_GET(self) -> None:
        self._csv(b"")

    def _csv(self, body: bytes) -> None:
        asked = {name: one[0] for name, one in parse_qs(urlsplit(self.path).query).items()}
        if not self.openimis.is_good(self._token()):
            self._send(401, b'{"detail": "Access_token expired"}', {})
            return
        kind = self.headers.get("Content-Type", "")
        status, told = openimis_csv.reconciliation(self.openimis, self.command, asked, kind, body)
        self._send(status, told, {})

    def _token(self) -> str:
        return (self.headers.get("Authorization") or "").removeprefix("Bearer ")

    def _say(self, told: dict[str, Any], *, half: bool = False) -> None:
        body = json.dumps(told).encode()
        self._send(200, body[: len(body) // 2] if half else body, {}, length=len(body))
        self.close_connection = half

    def _send(
        self, status: int, body: bytes, headers: dict[str, str], length: int | None = None
    ) -> None:
        self.send_response(status)
        for name, value in ({"Content-Length": str(length or len(body))} | headers).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_said: Any) -> None:
        pass


@contextmanager
def served(openimis: Openimis) -> Iterator[str]:
    """The server's address, while it runs."""
    handler = type("Handler", (_Handler,), {"openimis": openimis})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
