"""Who may talk DCI with this service, as the file of connections describes them.

    [dci]
    sender_id = "mecg.example.la"

    [partners.registry]
    sender_id = "openspp.example.la"
    signature = "openspp"
    token_env = "DCI_REGISTRY_TOKEN"          # the variable that holds it
    jwks_url = "https://openspp.example.la/.well-known/jwks.json"

Secrets stand in the environment: the file names their variables.
"""

import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal
from urllib.parse import urlsplit

import msgspec

from gateway.core.dci.keys import KeyRefusedError, PublicKey, SigningKey, public_keys_of_pem
from gateway.core.dci.signatures import KINDS
from gateway.core.dci.words import Profile

Field = Literal[
    "name", "phone_number", "address", "registration_date", "status", "child", "programme"
]
Identifier = Literal["registration_no", "msisdn"]
LEAST_TOKEN = 16  # characters


class PartnersError(ValueError):
    """The file describes a partner wrongly; the sentence names it, and never a secret."""


class Ourselves(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`[dci]`: how this service calls itself and its programme."""

    sender_id: str = "mecg-gateway"
    programme: str = "MECG"
    programme_name: str = "Mother and Early Childhood Grant"


class Partner(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`[partners.NAME]`; `fields` is what the partner may see of a person beside her registration
    number. What ends in `_env` is the name of a variable.

    `columns` says where a column of the import stands in a record that the partner sends, `values`
    what its codes mean; without columns its records are refused.
    """

    sender_id: str
    signature: Profile
    token_env: str
    jwks_url: str = ""
    public_key: str = ""
    callbacks: str = ""
    callback_token_env: str = ""
    fields: tuple[Field, ...] = ()
    identifiers: dict[str, Identifier] = msgspec.field(
        default_factory=lambda: {"UIN": "registration_no"}
    )
    kind: Literal["beneficiaries", "payments"] = "beneficiaries"
    columns: dict[str, str] = msgspec.field(default_factory=dict)
    values: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)
    constants: dict[str, str] = msgspec.field(default_factory=dict)


@dataclass(frozen=True)
class KnownPartner:
    """A partner with its secrets: what tells it, what is said to it, and its keys from the file."""

    name: str
    about: Partner
    token_digest: bytes = field(repr=False)
    callback_token: str = field(default="", repr=False)
    keys: tuple[PublicKey, ...] = ()


@dataclass(frozen=True)
class Partners:
    """All of them, this service's own name, and its keys, newest first."""

    ourselves: Ourselves = field(default_factory=Ourselves)
    known: tuple[KnownPartner, ...] = ()
    signing: tuple[SigningKey, ...] = ()

    def by_token(self, token: str) -> KnownPartner | None:
        """Whose bearer token it is, compared in constant time."""
        digest = digest_of(token)
        found = [one for one in self.known if hmac.compare_digest(one.token_digest, digest)]
        return found[0] if found else None

    def named(self, name: str) -> KnownPartner | None:
        return next((one for one in self.known if one.name == name), None)


def digest_of(token: str) -> bytes:
    """What a token is compared by."""
    return hashlib.sha256(token.encode(errors="surrogateescape")).digest()


def partners_of(
    document: Mapping[str, Any], environ: Mapping[str, str], signing: Iterable[SigningKey] = ()
) -> Partners:
    """Those of the file of connections. Raises PartnersError, which names the place."""
    keys = tuple(signing)
    try:
        ourselves = msgspec.convert(document.get("dci", {}), Ourselves)
        described = msgspec.convert(document.get("partners", {}), dict[str, Partner])
    except msgspec.ValidationError as error:
        raise PartnersError(f"[partners]: {error}") from None
    known = tuple(_known(name, about, environ, keys) for name, about in described.items())
    if len({one.token_digest for one in known}) < len(known):
        raise PartnersError("[partners]: two of them have the same token")
    return Partners(ourselves, known, keys)


def _known(
    name: str, about: Partner, environ: Mapping[str, str], signing: tuple[SigningKey, ...]
) -> KnownPartner:
    where = f"[partners.{name}]"
    if about.signature != "none":
        if bool(about.jwks_url) is bool(about.public_key):
            raise PartnersError(f"{where}: set jwks_url or public_key, one of them")
        if not any(key.kind in KINDS[about.signature] for key in signing):
            kinds = " or ".join(KINDS[about.signature])
            raise PartnersError(f"{where}: DCI_SIGNING_KEY holds no {kinds} key to sign with")
    for field_name in ("jwks_url", "callbacks"):
        url = getattr(about, field_name)
        if url and urlsplit(url).scheme not in {"http", "https"}:
            raise PartnersError(f"{where}: {field_name} is no address")
    try:
        keys = public_keys_of_pem(about.public_key) if about.public_key else ()
    except KeyRefusedError as error:
        raise PartnersError(f"{where}: public_key: {error}") from None
    token = _secret(environ, about.token_env, f"{where}: token_env")
    more = about.callback_token_env
    return KnownPartner(
        name=name,
        about=about,
        token_digest=digest_of(token),
        callback_token=_secret(environ, more, f"{where}: callback_token_env") if more else "",
        keys=keys,
    )


def _secret(environ: Mapping[str, str], variable: str, where: str) -> str:
    value = environ.get(variable, "").strip()
    if not value:
        raise PartnersError(f"{where}: the variable {variable} is not set")
    if len(value) < LEAST_TOKEN:
        raise PartnersError(f"{where}: {variable} has fewer than {LEAST_TOKEN} characters")
    return value
