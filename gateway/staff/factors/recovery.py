"""Recovery codes: for whoever has lost the other factor. Shown once, kept as hashes, good once."""

import hashlib
import hmac
import re
import secrets
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, delete, func, insert, select, update
from uuid_utils.compat import uuid7

from gateway.staff.factor_tables import recovery_codes
from gateway.staff.passwords import LETTERS

HOW_MANY = 10
_GROUPS, _LETTERS_A_GROUP = 3, 4  # 59 bits
_NOT_OF_A_CODE = re.compile(r"[^a-z0-9]")


def make_codes(connection: Connection, staff_id: UUID, key: bytes, now: datetime) -> list[str]:
    """New ones in place of all there were. Only their keyed hashes are kept."""
    codes = [_random() for _number in range(HOW_MANY)]
    connection.execute(delete(recovery_codes).where(recovery_codes.c.staff_id == staff_id))
    rows = [
        {"id": uuid7(), "staff_id": staff_id, "code_hash": hash_of(code, key), "made_at": now}
        for code in codes
    ]
    connection.execute(insert(recovery_codes), rows)
    return codes


def use_code(
    connection: Connection, staff_id: UUID, typed: str, keys: Sequence[bytes], now: datetime
) -> bool:
    """Whether it is one of theirs that was not used; it is from now on."""
    codes = recovery_codes.c
    mine = (codes.staff_id == staff_id) & (
        codes.code_hash.in_([hash_of(typed, key) for key in keys])
    )
    used = update(recovery_codes).where(mine, codes.used_at.is_(None)).values(used_at=now)
    return connection.execute(used).rowcount == 1


def codes_left(connection: Connection, staff_id: UUID) -> int:
    codes = recovery_codes.c
    left = select(func.count()).where(codes.staff_id == staff_id, codes.used_at.is_(None))
    return connection.execute(left).scalar_one()


def hash_of(typed: str, key: bytes) -> str:
    """The keyed hash of a code as it is typed: case, blanks and dashes make no difference."""
    bare = _NOT_OF_A_CODE.sub("", typed.lower())
    return hmac.new(key, bare.encode(), hashlib.sha256).hexdigest()


def _random() -> str:
    groups = (
        "".join(secrets.choice(LETTERS) for _letter in range(_LETTERS_A_GROUP))
        for _group in range(_GROUPS)
    )
    return "-".join(groups)
