"""Keys of the programme's systems: shown once, kept as keyed hashes, expiring, revoked."""

import hmac
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Literal, get_args
from uuid import UUID

from sqlalchemy import Connection, insert, select, update
from uuid_utils.compat import uuid7

from gateway.core.texts import _
from gateway.registry.api_tables import api_key_secrets, api_keys
from gateway.staff.audit import Actor, record

KeyKind = Literal["live", "team", "test"]
KINDS: tuple[KeyKind, ...] = get_args(KeyKind)
Resource = Literal[
    "beneficiaries", "payments", "visits", "messages", "messages:text", "broadcasts", "cases",
    "changes", "webhooks", "reports",
]  # fmt: skip
Access = Literal["read", "write"]
RESOURCES: tuple[Resource, ...] = get_args(Resource)
SCOPES = tuple(f"{resource}:{access}" for resource in RESOURCES for access in get_args(Access))

VALID_DAYS = 365
BOTH_VALID = timedelta(days=7)  # while one secret replaces the other
LONGEST_NAME = 64
_PREFIX = "mecg"

NO_NAME = _("Give the key a name of at most %(most)s characters.")
NO_SCOPE = _("There is no such scope: %(scope)s.")
SOME_SCOPE = _("Choose at least one scope.")
NO_DAYS = _("A key is valid for 1 to 3650 days.")
ONLY_TEAM = _("Only a team key has numbers.")
_MOST_DAYS = 3650


class KeyFaultError(ValueError):
    """What was asked for cannot be a key; `reason` is a msgid, `params` fill it."""

    def __init__(self, reason: str, **params: object) -> None:
        super().__init__(reason)
        self.reason, self.params = reason, params


@dataclass(frozen=True, slots=True)
class ApiKey:
    """A key that may be used now. `district_id` None: every district."""

    id: UUID
    name: str
    kind: KeyKind
    scopes: frozenset[str]
    district_id: int | None
    numbers: tuple[str, ...]

    def may(self, resource: Resource, access: Access) -> bool:
        """`write` includes `read`."""
        wanted = {f"{resource}:write"} | ({f"{resource}:read"} if access == "read" else set())
        return not self.scopes.isdisjoint(wanted)

    @property
    def actor(self) -> Actor:
        return Actor(f"api:{self.name}")


NOBODY = ApiKey(UUID(int=0), "", "test", frozenset(), None, ())  # of what needs no key


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """A key to be made; `numbers` (E.164) of a team key get SMS, nobody else does."""

    name: str
    kind: KeyKind
    scopes: Sequence[str]
    district_id: int | None = None
    numbers: Sequence[str] = ()
    days: int = VALID_DAYS

    def check(self) -> None:
        """Raises KeyFaultError."""
        if not 0 < len(self.name.strip()) <= LONGEST_NAME or not self.name.isprintable():
            raise KeyFaultError(NO_NAME, most=LONGEST_NAME)
        for scope in self.scopes:
            if scope not in SCOPES:
                raise KeyFaultError(NO_SCOPE, scope=scope)
        if not self.scopes:
            raise KeyFaultError(SOME_SCOPE)
        if not 0 < self.days <= _MOST_DAYS:
            raise KeyFaultError(NO_DAYS)
        if self.numbers and self.kind != "team":
            raise KeyFaultError(ONLY_TEAM)


def make_key(
    connection: Connection, wanted: Wanted, *, by: Actor, now: datetime, pepper: bytes
) -> tuple[UUID, str]:
    """(its id, the key as it is shown, once). Raises KeyFaultError."""
    wanted.check()
    key_id = uuid7()
    connection.execute(
        insert(api_keys).values(
            id=key_id, name=wanted.name.strip(), kind=wanted.kind,
            scopes=sorted(set(wanted.scopes)), district_id=wanted.district_id,
            numbers=sorted(set(wanted.numbers)), created_by=by.name,
            created_by_id=by.staff.id if by.staff else None, created_at=now,
            expires_at=now + timedelta(days=wanted.days),
        )
    )  # fmt: skip
    shown = _new_secret(connection, key_id, wanted.kind, now, pepper)
    scopes = " ".join(sorted(set(wanted.scopes)))
    where = (key_id, wanted.district_id)
    _note(
        connection, by, "api_key.add", where, now, kind=(None, wanted.kind), scopes=(None, scopes)
    )
    return key_id, shown


def rotate_key(
    connection: Connection, key_id: UUID, *, by: Actor, now: datetime, pepper: bytes
) -> str | None:
    """Another secret for the key; the one before is valid for BOTH_VALID more, older ones no more.

    None where there is no such key, or it is not valid any more.
    """
    valid = (api_keys.c.id == key_id, api_keys.c.revoked_at.is_(None), api_keys.c.expires_at > now)
    row = connection.execute(select(api_keys).where(*valid).with_for_update()).one_or_none()
    if row is None:
        return None
    mine = api_key_secrets.c.key_id == key_id
    replaced = mine & api_key_secrets.c.expires_at.is_not(None)
    connection.execute(api_key_secrets.delete().where(replaced))
    connection.execute(update(api_key_secrets).where(mine).values(expires_at=now + BOTH_VALID))
    shown = _new_secret(connection, key_id, row.kind, now, pepper)
    _note(connection, by, "api_key.rotate", (key_id, row.district_id), now)
    return shown


def revoke_key(connection: Connection, key_id: UUID, *, by: Actor, now: datetime) -> bool:
    """From now on it opens nothing; False where there is none that could be revoked."""
    standing = (api_keys.c.id == key_id, api_keys.c.revoked_at.is_(None))
    revoked = connection.execute(
        update(api_keys).where(*standing).values(revoked_at=now).returning(api_keys.c.district_id)
    ).one_or_none()
    if revoked is None:
        return False
    _note(connection, by, "api_key.revoke", (key_id, revoked.district_id), now)
    return True


def find_key(connection: Connection, shown: str, *, now: datetime, pepper: bytes) -> ApiKey | None:
    """The key that `shown` is, if it may be used at `now`."""
    lookup = _lookup(shown)
    if lookup is None:
        return None
    row = connection.execute(
        select(api_keys, api_key_secrets.c.digest)
        .join(api_key_secrets, api_key_secrets.c.key_id == api_keys.c.id)
        .where(
            api_key_secrets.c.lookup == lookup,
            api_keys.c.revoked_at.is_(None),
            api_keys.c.expires_at > now,
            (api_key_secrets.c.expires_at.is_(None)) | (api_key_secrets.c.expires_at > now),
        )
    ).one_or_none()
    if row is None or not hmac.compare_digest(row.digest, _digest(shown, pepper)):
        return None
    return ApiKey(
        row.id, row.name, row.kind, frozenset(row.scopes), row.district_id, tuple(row.numbers)
    )


def listed_keys(connection: Connection) -> Sequence[Any]:
    """Every key there was, the newest first: rows of `api_keys`."""
    return connection.execute(select(api_keys).order_by(api_keys.c.created_at.desc())).all()


def find_by_name(connection: Connection, name: str, *, now: datetime) -> list[UUID]:
    """The keys of that name that may be used at `now`."""
    found = select(api_keys.c.id).where(
        api_keys.c.name == name, api_keys.c.revoked_at.is_(None), api_keys.c.expires_at > now
    )
    return list(connection.execute(found).scalars())


def resources_of(scopes: Collection[str]) -> list[Resource]:
    """Those that any of `scopes` is about, in their order."""
    return [one for one in RESOURCES if {f"{one}:read", f"{one}:write"} & set(scopes)]


def _new_secret(
    connection: Connection, key_id: UUID, kind: str, now: datetime, pepper: bytes
) -> str:
    lookup, secret = secrets.token_hex(6), secrets.token_urlsafe(32)
    shown = f"{_PREFIX}_{kind}_{lookup}_{secret}"
    connection.execute(
        insert(api_key_secrets).values(
            lookup=lookup, key_id=key_id, digest=_digest(shown, pepper), created_at=now
        )
    )
    return shown


def _lookup(shown: str) -> str | None:
    parts = shown.split("_", 3)
    known = len(parts) == 4 and parts[0] == _PREFIX and parts[2].isalnum()
    return parts[2] if known and shown.isascii() and shown.isprintable() else None


def _digest(shown: str, pepper: bytes) -> str:
    return hmac.digest(pepper, shown.encode(), "sha256").hex()


def _note(
    connection: Connection,
    by: Actor,
    action: str,
    key: tuple[UUID, int | None],
    now: datetime,
    **changes: tuple[Any, Any],
) -> None:
    key_id, district_id = key
    record(
        connection, by, action, now=now, kind="api_key", object_id=key_id,
        district_id=district_id, changes=changes,
    )  # fmt: skip
