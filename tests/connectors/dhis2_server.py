"""A DHIS2 as its tracker answers, with what goes wrong with it; written from its documentation."""

import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal
from urllib.parse import parse_qs, urlsplit

TOKEN = "d2pat_5xVA12xyUbWNedQxy4ohH77WlxRGVvZZ1151814092"
PROGRAM, STAGE, ATTRIBUTE = "IpHINAT79UW", "A03MvHHogjR", "zDhUuAYrxNC"
OTHER_STAGE, ELEMENT = "ZzYYXq4fJie", "GQY2lXrypjO"
Wrong = Literal["unreachable", "refused", "throttled", "malformed", "half", "unavailable"]


@dataclass
class Dhis2:
    """`events` as the API gives them; `numbers` is {tracked entity: registration number}. `wrong`
    begins after so many lists of events; `between` is called before each."""

    events: list[dict[str, Any]] = field(default_factory=list)
    numbers: dict[str, str] = field(default_factory=dict)
    wrong: Wrong | None = None
    right_for: int = 0
    between: Callable[[], object] = lambda: None
    lists: int = 0
    newest_names: bool = True  # `events`; servers before 41 say `instances`

    def event(self, uid: str, entity: str, updated_at: str, **changes: Any) -> dict[str, Any]:
        made = {
            "event": uid, "trackedEntity": entity, "program": PROGRAM, "programStage": STAGE,
            "status": "COMPLETED", "occurredAt": "2026-11-20T00:00:00.000", "deleted": False,
            "updatedAt": updated_at, "dataValues": [],
        } | changes  # fmt: skip
        self.events = [one for one in self.events if one["event"] != uid] + [made]
        return made

    def answer(self, path: str, asked: dict[str, str]) -> dict[str, Any]:
        if path == "/api/system/info":
            return {"version": "2.41.3", "serverDate": "2026-11-24T09:00:00.000"}
        if path.startswith("/api/programStages/"):
            return {"id": path.rsplit("/", 1)[-1], "program": {"id": PROGRAM}}
        if path == "/api/tracker/trackedEntities":
            wanted = asked["trackedEntities"].split(",")
            return self._named("trackedEntities", [self._entity(one) for one in wanted])
        return self._named("events", self._events(asked))

    def _events(self, asked: dict[str, str]) -> list[dict[str, Any]]:
        found = [
            one
            for one in sorted(self.events, key=lambda one: one["updatedAt"])
            if asked["program"] == one["program"]
            and (not one["deleted"] or asked.get("includeDeleted") == "true")
            and asked.get("programStage", one["programStage"]) == one["programStage"]
            and asked.get("trackedEntity", one["trackedEntity"]) == one["trackedEntity"]
            and _after(one["updatedAt"], asked.get("updatedAfter"))
        ]
        size, page = int(asked.get("pageSize", 50)), int(asked.get("page", 1))
        return found[(page - 1) * size : page * size]

    def _entity(self, uid: str) -> dict[str, Any]:
        number = self.numbers.get(uid)
        attributes = [{"attribute": ATTRIBUTE, "value": number}] if number else []
        return {"trackedEntity": uid, "attributes": attributes}

    def _named(self, name: str, found: list[dict[str, Any]]) -> dict[str, Any]:
        return {"pager": {}, name if self.newest_names else "instances": found}


def _after(moment: str, bound: str | None) -> bool:
    return bound is None or datetime.fromisoformat(moment) >= datetime.fromisoformat(bound)


class _Handler(BaseHTTPRequestHandler):
    dhis2: Dhis2

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
        wrong = None
        if parts.path == "/api/tracker/events":
            self.dhis2.between()
            self.dhis2.lists += 1
            wrong = self.dhis2.wrong if self.dhis2.lists > self.dhis2.right_for else None
        if self.headers.get("Authorization") != f"ApiToken {TOKEN}" or wrong == "refused":
            self._say(401, {"httpStatus": "Unauthorized", "httpStatusCode": 401})
        elif wrong == "throttled":
            self._say(429, {}, {"Retry-After": "60"})
        elif wrong == "unavailable":
            self._say(502, {})
        elif wrong == "malformed":
            self._send(200, b"<!DOCTYPE html><title>DHIS 2</title>", {}, "text/html")
        elif wrong == "unreachable":
            self.close_connection = True
        else:
            body = json.dumps(self.dhis2.answer(parts.path, asked)).encode()
            self._send(
                200, body[: len(body) // 2] if wrong == "half" else body, {}, length=len(body)
            )
            self.close_connection = wrong == "half"

    def _say(
        self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None
    ) -> None:
        self._send(status, json.dumps(body).encode(), headers or {})

    def _send(
        self, status: int, body: bytes, headers: dict[str, str],
        content_type: str = "application/json", length: int | None = None,
    ) -> None:  # fmt: skip
        self.send_response(status)
        all_headers = {
            "Content-Type": content_type, "Content-Length": str(length or len(body)), **headers
        }  # fmt: skip
        for name, value in all_headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_said: Any) -> None:
        pass


@contextmanager
def served(dhis2: Dhis2) -> Iterator[str]:
    """The server's address, while it runs."""
    handler = type("Handler", (_Handler,), {"dhis2": dhis2})
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
