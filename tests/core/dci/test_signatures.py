"""Each profile is checked against what its users' own code makes: written here from the facts."""

import base64
import hashlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from joserfc import jws
from joserfc.jwk import OKPKey, RSAKey

from gateway.core.dci.keys import (
    KeyRefusedError,
    SigningKey,
    key_set,
    public_half,
    public_keys_of_set,
    signing_keys_of,
)
from gateway.core.dci.signatures import KINDS, digest, kid_of, sign, verify
from gateway.core.dci.words import ErrorCode, MessageError, Profile
from tests.core.dci.pems import pem_of

NOW = datetime(2026, 11, 27, 9, 0, tzinfo=UTC)
SIGNED: dict[str, Any] = {
    "header": {"message_id": "1", "message_ts": "2026-11-27T09:00:00Z", "sender_id": "spmis"},
    "message": {"transaction_id": "t", "name": "ນາງ ຄຳ"},
}


ED25519_PEM = pem_of(Ed25519PrivateKey.generate())
RSA_PEM = pem_of(rsa.generate_private_key(65537, 2048))
OURS = signing_keys_of(ED25519_PEM + RSA_PEM)
(EDWARDS,) = signing_keys_of(ED25519_PEM)
(RSA,) = signing_keys_of(RSA_PEM)
SIGNING: list[tuple[Profile, SigningKey]] = [
    ("openspp", EDWARDS), ("openspp", RSA), ("openg2p", RSA), ("openg2p", EDWARDS),
    ("opencrvs", RSA),
]  # fmt: skip


def made(profile: Profile, key: SigningKey, at: datetime = NOW) -> str:
    return sign(profile, SIGNED, [key], sender_id="spmis", now=at)


def refusal(profile: Profile, signature: str | None, signed: Any = SIGNED, **more: Any) -> str:
    keys = more.get("keys", [public_half(key) for key in OURS])
    with pytest.raises(MessageError) as refused:
        verify(profile, signature, signed, keys, more.get("now", NOW))
    return refused.value.code


@pytest.mark.parametrize(("profile", "key"), SIGNING)
class TestEveryProfile:
    def test_what_is_signed_is_taken(self, profile: Profile, key: SigningKey) -> None:
        verify(profile, made(profile, key), SIGNED, [public_half(key)], NOW)

    def test_a_changed_message_is_refused(self, profile: Profile, key: SigningKey) -> None:
        other = {**SIGNED, "message": {**SIGNED["message"], "transaction_id": "u"}}
        assert refusal(profile, made(profile, key), other) == ErrorCode.SIGNATURE_INVALID

    def test_another_s_key_is_refused(self, profile: Profile, key: SigningKey) -> None:
        (other,) = signing_keys_of(pem_of(Ed25519PrivateKey.generate()))
        keys = [public_half(other)]
        assert refusal(profile, made(profile, key), keys=keys) == ErrorCode.SIGNATURE_INVALID

    def test_later_than_five_minutes_it_is_refused(self, profile: Profile, key: SigningKey) -> None:
        late = NOW + timedelta(seconds=301)
        assert refusal(profile, made(profile, key), now=late) == ErrorCode.SIGNATURE_INVALID

    def test_a_clock_that_is_a_minute_behind_takes_it(
        self, profile: Profile, key: SigningKey
    ) -> None:
        behind = NOW - timedelta(seconds=60)
        verify(profile, made(profile, key), SIGNED, [public_half(key)], behind)
        earlier = NOW - timedelta(seconds=62)
        assert refusal(profile, made(profile, key), now=earlier) == ErrorCode.SIGNATURE_INVALID

    def test_it_names_its_key(self, profile: Profile, key: SigningKey) -> None:
        assert kid_of(made(profile, key)) == key.kid

    @pytest.mark.parametrize("signature", [None, "", "unsigned-stub"])
    def test_none_at_all_is_missing(
        self, profile: Profile, key: SigningKey, signature: str | None
    ) -> None:
        assert refusal(profile, signature) == ErrorCode.SIGNATURE_MISSING
        assert key.kind in KINDS[profile]

    @pytest.mark.parametrize(
        "signature",
        ["invalid-signature", "..", "a.b.c", "e30.e30.", "e30..", "eyJhbGciOiJub25lIn0..",
         "[]..x", 'algorithm="ed25519", created="x", expires="1", signature="!"',
         'algorithm="none", created="1795770000", expires="1795770300", signature=""',
         "\0", "ລາວ", "x" * 3_000_000],
    )  # fmt: skip
    def test_what_is_no_signature_is_invalid(
        self, profile: Profile, key: SigningKey, signature: str
    ) -> None:
        assert refusal(profile, signature) == ErrorCode.SIGNATURE_INVALID
        assert isinstance(kid_of(signature), str)
        assert key.kid


def test_openspp_counts_its_digest_over_sorted_ascii_json() -> None:
    text = json.dumps(SIGNED, sort_keys=True, separators=(",", ":"))
    expected = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    assert digest(SIGNED) == expected
    assert "\\u0e99" in text


def test_an_openspp_signature_says_created_expires_and_digest() -> None:
    signature = made("openspp", EDWARDS)
    created = int(NOW.timestamp())
    assert signature.startswith(f'namespace="dci", kidId="spmis|{EDWARDS.kid}|ed25519"')
    assert f'created="{created}", expires="{created + 300}"' in signature
    text = f"(created): {created}\n(expires): {created + 300}\ndigest: {digest(SIGNED)}"
    octets = base64.b64decode(signature.split('signature="')[1][:-1])
    EDWARDS.private.public_key().verify(octets, text.encode())  # type: ignore[call-arg]


def test_an_openspp_signature_that_never_expires_is_refused() -> None:
    created = int(NOW.timestamp())
    text = f"(created): {created}\n(expires): {created + 9999}\ndigest: {digest(SIGNED)}"
    octets = EDWARDS.private.sign(text.encode())  # type: ignore[call-arg]
    signature = (
        f'algorithm="ed25519", created="{created}", expires="{created + 9999}", '
        f'signature="{base64.b64encode(octets).decode()}"'
    )
    assert refusal("openspp", signature) == ErrorCode.SIGNATURE_INVALID


@pytest.mark.parametrize("ascii_only", [True, False])
def test_openg2p_s_detached_jws_is_taken_however_it_writes_lao(ascii_only: bool) -> None:
    text = json.dumps(SIGNED, sort_keys=True, separators=(",", ":"), ensure_ascii=ascii_only)
    whole = jws.serialize_compact(
        {"alg": "RS256", "kid": RSA.kid}, text.encode(), RSAKey.import_key(RSA_PEM)
    )
    head, _, last = whole.split(".")
    verify("openg2p", f"{head}..{last}", SIGNED, [public_half(RSA)], NOW)
    assert refusal("openg2p", whole) == ErrorCode.SIGNATURE_INVALID


def test_opencrvs_s_payload_is_the_message_in_any_order_of_keys() -> None:
    payload = json.dumps({"message": SIGNED["message"], "header": SIGNED["header"]}).encode()
    key = RSAKey.import_key(RSA_PEM)
    whole = jws.serialize_compact({"alg": "RS256", "kid": RSA.kid}, payload, key)
    verify("opencrvs", whole, SIGNED, [public_half(RSA)], NOW)


def test_a_public_library_reads_what_is_signed_for_opencrvs() -> None:
    told = jws.deserialize_compact(made("opencrvs", RSA), RSAKey.import_key(RSA_PEM))
    assert json.loads(told.payload or b"") == SIGNED


def test_a_key_of_another_kind_does_not_pass_for_the_named_algorithm() -> None:
    whole = jws.serialize_compact(
        {"alg": "Ed25519"}, json.dumps(SIGNED).encode(), OKPKey.import_key(ED25519_PEM),
        algorithms=["Ed25519"],
    )  # fmt: skip
    assert refusal("opencrvs", whole) == ErrorCode.SIGNATURE_INVALID
    assert refusal("opencrvs", whole, keys=[public_half(RSA)]) == ErrorCode.SIGNATURE_INVALID


def test_of_a_partner_that_signs_nothing_a_signature_is_refused() -> None:
    for stands_there in (None, "", "unsigned", "unsigned-stub"):
        verify("none", stands_there, SIGNED, [], NOW)
    assert refusal("none", "invalid-signature") == ErrorCode.SIGNATURE_INVALID
    assert sign("none", SIGNED, OURS, sender_id="spmis", now=NOW) == ""


def test_our_published_set_verifies_what_we_sign() -> None:
    published = json.loads(json.dumps(key_set(OURS)))
    keys = public_keys_of_set(published)
    for profile, key in SIGNING:
        verify(profile, made(profile, key), SIGNED, keys, NOW)
    assert {one["kid"] for one in published["keys"]} == {key.kid for key in OURS}
    assert not any("d" in one for one in published["keys"])


def test_a_key_in_one_line_is_the_same_key() -> None:
    one_line = ED25519_PEM.replace("\n", "\\n")
    assert signing_keys_of(one_line)[0].kid == EDWARDS.kid
    assert signing_keys_of(ED25519_PEM.replace("\n", ""))[0].kid == EDWARDS.kid


@pytest.mark.parametrize(
    "text",
    ["", "no key", "-----BEGIN PRIVATE KEY-----!-----END PRIVATE KEY-----",
     "-----BEGIN PRIVATE KEY-----AAAA-----END PRIVATE KEY-----"],
)  # fmt: skip
def test_what_is_no_key_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(KeyRefusedError) as refused:
        signing_keys_of(text)
    assert "AAAA" not in str(refused.value)


@pytest.mark.parametrize(
    "document", [None, [], {}, {"keys": None}, {"keys": [None, {"kty": "oct", "k": "x"}]},
                 {"keys": [{"kty": "RSA", "n": "AQAB", "e": "AQAB"}]}],
)  # fmt: skip
def test_a_set_without_a_usable_key_is_refused(document: object) -> None:
    with pytest.raises(KeyRefusedError):
        public_keys_of_set(document)


def test_a_profile_without_a_fitting_key_says_so() -> None:
    with pytest.raises(KeyError, match="rs256"):
        sign("opencrvs", SIGNED, [EDWARDS], sender_id="spmis", now=NOW)
