"""What connections.toml says of a registry that is read by DCI."""

from typing import Annotated, Literal

import msgspec
from msgspec import Meta

from gateway.connectors.driver import ConnectionSettings
from gateway.connectors.source import RowKind
from gateway.core.dci.words import Profile


class Where(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One condition that every search has beside that of time."""

    attribute_name: str
    operator: Literal["gt", "lt", "eq", "ge", "le"]
    attribute_value: str


class DciSettings(ConnectionSettings, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """`url` stands before `search`. Either `token_env` names a token that lasts, or `token_url`,
    `client_id` and `client_secret_env` fetch one (OAuth 2, client credentials).

    `changed` is the attribute that a record's last change is searched by, `changed_path` where it
    stands in a record. `columns`, `values` and `constants` make a record a row.
    """

    url: str
    search: str = "registry/sync/search"
    sender_id: str
    receiver_id: str
    signature: Profile
    token_env: str = ""
    token_url: str = ""
    client_id: str = ""
    client_secret_env: str = ""
    jwks_url: str = ""
    public_key: str = ""
    kind: RowKind = "beneficiaries"
    record_type: str = ""
    changed: str = "last_updated"
    changed_path: str = "last_updated"
    where: tuple[Where, ...] = ()
    page_size: Annotated[int, Meta(ge=2, le=1000)] = 200
    overlap_minutes: Annotated[int, Meta(ge=0, le=10_000)] = 15
    columns: dict[str, str]
    values: dict[str, dict[str, str]] = msgspec.field(default_factory=dict)
    constants: dict[str, str] = msgspec.field(default_factory=dict)
