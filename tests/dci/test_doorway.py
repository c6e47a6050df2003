"""Every message passes the same checks, and is refused in the protocol's own words."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from gateway.core.dci.keys import key_set, public_keys_of_set
from gateway.core.dci.signatures import verify
from gateway.core.dci.words import Profile
from gateway.dci.operations import OPERATIONS
from tests.dci.conftest import JWKS_URL, OURS, Partnership, by_id, searching

Make = Callable[..., Partnership]
PROFILES: tuple[Profile, ...] = ("openspp", "openg2p", "opencrvs")


def refusal(answer: Any) -> tuple[int, str]:
    """Status and code of an answer that is the specification's Response and HttpErrorResponse."""
    body = answer.json
    assert body["message"]["ack_status"] == "ERR"
    assert set(body["message"]) == {"ack_status", "timestamp", "correlation_id", "error"}
    assert body["errors"] == [body["message"]["error"]]
    return answer.status_code, body["message"]["error"]["code"]


@pytest.mark.parametrize("profile", PROFILES)
class TestSigned:
    def test_a_signed_search_is_answered_signed(self, partnership: Make, profile: Profile) -> None:
        it = partnership(profile)
        answer = it.search(by_id()).json
        published = it.app.test_client().get("/.well-known/jwks.json").json
        signed = {"header": answer["header"], "message": answer["message"]}
        verify(profile, answer["signature"], signed, public_keys_of_set(published), it.now)

    def test_another_s_signature_is_refused(self, partnership: Make, profile: Profile) -> None:
        it = partnership(profile)
        body = it.message("search", searching(by_id()))
        body["message"]["transaction_id"] = "other"
        assert refusal(it.post("sync/search", body)) == (401, "err.signature.invalid")

    def test_a_missing_signature_is_told_so(self, partnership: Make, profile: Profile) -> None:
        it = partnership(profile)
        for signature in (None, "", "unsigned-stub"):
            body = it.message("search", searching(by_id())) | {"signature": signature}
            assert refusal(it.post("sync/search", body)) == (401, "err.signature.missing")

    def test_sent_again_ten_minutes_later_it_is_refused(
        self, partnership: Make, profile: Profile
    ) -> None:
        it = partnership(profile)
        body = it.message("search", searching(by_id()))
        it.move(minutes=10)
        assert refusal(it.post("sync/search", body)) == (401, "err.signature.invalid")

    def test_the_partner_s_keys_are_fetched_once(self, partnership: Make, profile: Profile) -> None:
        it = partnership(profile)
        assert it.search(by_id()).status_code == it.search(by_id()).status_code == 200
        assert it.key_sets == [JWKS_URL]

    def test_a_new_key_of_the_partner_s_is_asked_for(
        self, partnership: Make, profile: Profile
    ) -> None:
        it = partnership(profile)
        theirs, it.published = it.published, key_set(OURS)
        assert refusal(it.search(by_id()))[1] == "err.signature.invalid"
        it.published = theirs
        assert refusal(it.search(by_id()))[1] == "err.signature.invalid"  # not asked twice a minute
        it.move(minutes=2)
        assert it.search(by_id()).status_code == 200


def test_a_set_of_keys_that_is_none_makes_no_signature_right(partnership: Make) -> None:
    it = partnership("openspp")
    it.published = {"keys": "none"}
    assert refusal(it.search(by_id())) == (401, "err.signature.invalid")


def test_without_the_partner_s_token_nothing_is_read(registry: Partnership) -> None:
    for authorization in ("", "Bearer", "Bearer x", "Basic eDp5", "Bearer ລາວ"):
        headers = {"Authorization": authorization.encode().decode("latin-1")}
        for path in OPERATIONS:
            answer = registry.post(path, b"\xff", headers=headers)
            assert refusal(answer) == (401, "err.request.unauthorized")
            assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize(
    ("header", "expected"),
    [
        ({"sender_id": "another"}, (403, "err.sender_id.invalid")),
        ({"sender_id": ""}, (403, "err.sender_id.invalid")),
        ({"receiver_id": "another"}, (400, "err.receiver_id.invalid")),
        ({"action": "notify"}, (400, "err.request.bad")),
        ({"version": "2.0.0"}, (400, "err.version.not_supported")),
        ({"is_msg_encrypted": True}, (400, "err.encryption.invalid")),
        ({"message_ts": "2026-11-24 02:00"}, (400, "err.request.bad")),
    ],
)
def test_a_wrong_header_is_refused(
    registry: Partnership, header: dict[str, Any], expected: tuple[int, str]
) -> None:
    body = registry.message("search", searching(by_id()), **header)
    assert refusal(registry.post("sync/search", body)) == expected


def test_a_message_without_message_is_refused(registry: Partnership) -> None:
    for path, (action, _handle) in OPERATIONS.items():
        body = registry.message(action, {})
        del body["message"]
        assert refusal(registry.post(path, body)) == (400, "err.request.bad")


@pytest.mark.parametrize(
    "body",
    [b"", b"[]", b"{", b"\xff\xfe", b'{"header": {"message_id": "\\u0000"}}', b"[" * 10**6,
     b'{"header":"\\ud800","message":{}}', b"x" * (1024 * 1024 + 1)],
    ids=["empty", "list", "half", "octets", "nul", "deep", "surrogate", "large"],
)  # fmt: skip
def test_hostile_bodies_are_refused(registry: Partnership, body: bytes) -> None:
    for path in OPERATIONS:
        status, code = refusal(registry.post(path, body))
        assert (status in {400, 413}, code) == (True, "err.request.bad")


def test_another_content_type_is_refused(registry: Partnership) -> None:
    body = registry.message("search", searching(by_id()))
    answer = registry.post("sync/search", body, headers={"Content-Type": "text/plain"})
    assert refusal(answer) == (400, "err.request.bad")


def test_another_path_and_method_are_refused_alike(registry: Partnership) -> None:
    assert refusal(registry.post("disburse", {})) == (404, "err.request.not_found")
    client = registry.app.test_client()
    assert refusal(client.get("/dci/registry/search")) == (405, "err.request.bad")


def test_the_key_set_holds_no_private_key(registry: Partnership) -> None:
    text = registry.app.test_client().get("/.well-known/jwks.json").get_data(as_text=True)
    assert {one["kty"] for one in json.loads(text)["keys"]} == {"OKP", "RSA"}
    assert not any({"d", "p", "q"} & set(one) for one in json.loads(text)["keys"])
