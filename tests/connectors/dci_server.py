"""A registry that answers DCI's searches as OpenSPP, OpenG2P and OpenCRVS do, with their faults."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

from gateway.core.dci.keys import key_set, public_half, signing_keys_of
from gateway.core.dci.moments import moment_of, text_of
from gateway.core.dci.signatures import sign, verify
from gateway.core.dci.words import MessageError, Profile
from tests.core.dci.pems import PEM_OF_OURS, PEM_OF_THEIRS
from tests.providers.upstream import Answer, Asked, Upstream, listening

NOW = datetime(2026, 11, 24, 2, tzinfo=UTC)
TOKEN = "token-1"
OURS, THEIRS = signing_keys_of(PEM_OF_OURS), signing_keys_of(PEM_OF_THEIRS)


def person(number: int, changed: datetime) -> dict[str, Any]:
    return {
        "identifier": [{"identifier_type": "UIN", "identifier_value": f"26{number:06}"}],
        "name": {"given_name": "ບຸນມີ", "surname": "ໄຊຍະວົງ"},
        "phone_number": [f"020 5{number:07}"],
        "status": "Active",
        "child": {"birth_date": "20.07.2026"},
        "last_updated": text_of(changed),
    }


def people(count: int = 25) -> list[dict[str, Any]]:
    """An hour between each, but for the last three, who changed together."""
    first = NOW - timedelta(hours=count)
    hours = [*range(count - 3), *[count - 3] * 3]
    return [person(number, first + timedelta(hours=hour)) for number, hour in enumerate(hours)]


@dataclass
class Registry(Upstream):
    """`fault` begins with the second search; `now` is its clock."""

    profile: Profile = "none"
    people: list[dict[str, Any]] = field(default_factory=people)
    fault: str = ""
    now: datetime = NOW
    tokens: list[str] = field(default_factory=lambda: [TOKEN])
    searches: list[dict[str, Any]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(self._respond)

    def _respond(self, asked: Asked) -> Answer:
        if not asked.body:
            return _json(key_set(THEIRS))
        if "grant_type" in asked.fields:
            return self._granted(dict(parse_qsl(asked.body)))
        if asked.headers.get("Authorization") not in {f"Bearer {one}" for one in self.tokens}:
            return _refused(401, "err.request.unauthorized")
        return self._searched(json.loads(asked.body))

    def _granted(self, form: dict[str, str]) -> Answer:
        if form.get("client_secret") != "the-secret":
            return _refused(401, "err.request.unauthorized")
        self.tokens = [f"token-{len(self.tokens[0])}-{len(self.searches)}"]
        return _json({"access_token": self.tokens[0], "token_type": "Bearer", "expires_in": 300})

    def _searched(self, body: dict[str, Any]) -> Answer:
        signed = {"header": body["header"], "message": body["message"]}
        try:
            verify(
                self.profile,
                body["signature"],
                signed,
                [public_half(key) for key in OURS],
                self.now,
            )
        except MessageError as error:
            return _refused(200, error.code)
        self.searches.append(body)
        if self.fault and len(self.searches) > 1:
            return self._faulty(body)
        return self._told(self._answer(body))

    def _faulty(self, body: dict[str, Any]) -> Answer:
        told = self._told(self._answer(body))
        if self.fault == "signature":
            whole = json.loads(told.body)
            whole["message"]["search_response"][0]["data"]["reg_records"] = []
            return _json(whole)
        if self.fault == "skew":
            self.now += timedelta(minutes=9)
            return self._told(self._answer(body))
        if self.fault == "half":
            length = ("Content-Length", str(len(told.body.encode()) * 2))
            return Answer(body=told.body, content_type="application/json", headers=(length,))
        answers = {
            "expired": _refused(401, "err.request.unauthorized"),
            "throttled": Answer(status=429, headers=(("Retry-After", "30"),)),
            "down": Answer(status=500),
            "drops": Answer(drops=True),
            "login": Answer(body="<html>", content_type="text/html"),
            "replay": Answer(body=self.said[0], content_type="application/json"),
            "rejected": self._rejected(body),
            "unsorted": self._unsorted(body),
        }
        return answers[self.fault]

    def _answer(self, body: dict[str, Any]) -> dict[str, Any]:
        request = body["message"]["search_request"][0]
        criteria = request["search_criteria"]
        since = moment_of(criteria["query"][0]["expression1"]["attribute_value"])
        assert criteria["sort"] == [{"attribute_name": "last_updated", "sort_order": "asc"}]
        found = sorted(self.people, key=lambda one: one["last_updated"])
        found = [one for one in found if moment_of(one["last_updated"]) >= since]
        size, number = criteria["pagination"]["page_size"], criteria["pagination"]["page_number"]
        return {
            "transaction_id": body["message"]["transaction_id"],
            "correlation_id": "c",
            "search_response": [
                {
                    "reference_id": request["reference_id"],
                    "timestamp": text_of(self.now),
                    "status": "succ",
                    "data": {
                        "reg_record_type": "Member",
                        "reg_records": found[(number - 1) * size : number * size],
                    },
                    "pagination": {
                        "page_size": size, "page_number": number, "total_count": len(found),
                    },
                }
            ],
        }  # fmt: skip

    def _rejected(self, body: dict[str, Any]) -> Answer:
        message = self._answer(body)
        (first,) = message["search_response"]
        first |= {"status": "rjct", "status_reason_code": "rjct.search_criteria.invalid"}
        return self._told(message)

    def _unsorted(self, body: dict[str, Any]) -> Answer:
        message = self._answer(body)
        data = message["search_response"][0]["data"]
        data["reg_records"] = [person(1, NOW - timedelta(days=900))]
        return self._told(message)

    def _told(self, message: dict[str, Any]) -> Answer:
        header = {
            "version": "1.0.0", "message_id": f"a-{len(self.said)}", "action": "on-search",
            "message_ts": text_of(self.now), "status": "succ", "sender_id": "registry",
            "receiver_id": "mecg", "total_count": 1, "completed_count": 1,
        }  # fmt: skip
        signed = {"header": header, "message": message}
        signature = sign(self.profile, signed, THEIRS, sender_id="registry", now=self.now)
        answer = _json({"signature": signature, **signed})
        self.said.append(answer.body)
        return answer


def _json(body: Any) -> Answer:
    return Answer(body=json.dumps(body), content_type="application/json")


def _refused(status: int, code: str) -> Answer:
    message = {
        "ack_status": "ERR", "timestamp": text_of(NOW), "correlation_id": "c",
        "error": {"code": code, "message": "no"},
    }  # fmt: skip
    answer = _json({"message": message})
    return Answer(status=status, body=answer.body, content_type=answer.content_type)


@contextmanager
def answering(registry: Registry) -> Iterator[Registry]:
    with listening(registry):
        yield registry
