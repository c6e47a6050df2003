"""PINs: four digits that guard amount, visits and changes; hashed, counted, locked for a day.

The rules are those of docs/privacy.md: three wrong attempts lock the pair of caller and
registration number, so that a stranger's phone never locks the mother's own; a caller who fails on
many numbers of other people is refused further ones; and a number that strangers failed on nine
times, from however many phones, is closed to strangers for the rest of the 24 hours. No stranger is
her own phone, her helper's, or one that has entered the PIN right. Staff lift all locks of a number
(what was tried before counts no more).
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Literal
from uuid import UUID

from sqlalchemy import (
    Connection,
    Row,
    Select,
    func,
    insert,
    select,
    update,
)
from uuid_utils.compat import uuid7

from gateway.core.keys import Peppers
from gateway.registry.numbers import number_now
from gateway.registry.tables import beneficiaries, pin_attempts

AnyRow = Row[*tuple[Any, ...]]

WRONG_TRIES = 3
NUMBERS_A_DAY = 6
STRANGERS_TRIES = 9  # a day, about one registration number, over all phones
A_DAY = timedelta(hours=24)
GUESSES_SHOWN = timedelta(days=7)  # how long staff are told of them
_SALT_OCTETS = 11

# What an attempt's row says, beside "ok". To the caller these four are all the same "wrong".
_CLOSES = "closes"  # a wrong one as well: the last that strangers had
FAILURES = frozenset({"wrong", "no_pin", "unknown", _CLOSES})
_REFUSED = "refused"  # not looked at, because of a lock: does not count towards one
LIFTED = "lifted"  # no attempt: staff have lifted the locks of this number
_OFFICE = ""  # whose phone that was


@dataclass(frozen=True)
class PinResult:
    """`tries_left` counts down from 2 at the first wrong PIN; 0 where locked."""

    outcome: Literal["ok", "wrong", "locked"]
    tries_left: int


def set_pin(
    connection: Connection,
    beneficiary_id: UUID,
    pin: str | None,
    *,
    peppers: Peppers,
    now: datetime,
) -> None:
    """Sets the PIN of one beneficiary, or takes it away (None)."""
    salt, digest = new_hash(pin, peppers) if pin else (None, None)
    connection.execute(
        update(beneficiaries)
        .where(beneficiaries.c.id == beneficiary_id)
        .values(pin_salt=salt, pin_hash=digest, updated_at=now)
    )


def new_hash(pin: str, peppers: Peppers) -> tuple[str, str]:
    """The salt, with the version of the pepper before it, and the hash in hex."""
    return _hashed(pin, secrets.token_hex(_SALT_OCTETS), peppers)


def matches(pin: str, salt: str, digest: str, peppers: Peppers) -> bool:
    """Whether they belong together, by whichever pepper the hash was made with."""
    version, dot, _random = salt.rpartition(".")
    keys = [key for key in peppers.keys if _version(key) == version] if dot else peppers.before
    # Hashes in every case, so that the time taken tells little.
    hashes = [_hash(pin, salt, key) for key in keys or peppers.keys[:1]]
    found = [hmac.compare_digest(one, digest) for one in hashes]
    return bool(keys) and any(found)


def is_newest(salt: str, peppers: Peppers) -> bool:
    return salt.startswith(f"{_version(peppers.keys[0])}.")


def count_older(connection: Connection, peppers: Peppers) -> int:
    """How many PINs are hashed with something else than the newest pepper."""
    table = beneficiaries.c
    newest = table.pin_salt.startswith(f"{_version(peppers.keys[0])}.")
    counted = select(func.count()).where(table.pin_hash.is_not(None), ~newest)
    return connection.execute(counted).scalar_one()


def _hashed(pin: str, random: str, peppers: Peppers) -> tuple[str, str]:
    newest = peppers.keys[0]
    salt = f"{_version(newest)}.{random}"
    return salt, _hash(pin, salt, newest)


@cache
def _version(key: bytes) -> str:
    """Names a pepper, and tells nothing of it: peppers may come and go in any order."""
    return hmac.digest(key, b"version", "sha256").hex()[:8]


def _hash(pin: str, salt: str, key: bytes) -> str:
    """HMAC-SHA-256: with ten thousand PINs only the key protects, a slow hash would not."""
    return hmac.digest(key, f"pin:{salt}:{pin}".encode(), "sha256").hex()


def check_pin(
    connection: Connection,
    *,
    event_key: str,
    msisdn: str,
    registration_no: str,
    pin: str,
    now: datetime,
    peppers: Peppers,
) -> PinResult:
    """Checks and counts one attempt; wants a writing connection.

    The same `event_key` again, from the same phone and about the same PIN, gives the stored result
    and counts nothing. An unknown `registration_no` (8 digits), and one without a PIN, answer as a
    wrong PIN does. The third wrong attempt within 24 hours is "locked" already and stays so for 24
    hours; a right PIN sets the count back.
    """
    registration_no = number_now(connection, registration_no)
    _one_at_a_time(connection, msisdn, registration_no)
    whose = _whose(connection, registration_no)
    key = _attempt_key(event_key, msisdn, whose)
    known = connection.execute(
        select(pin_attempts.c.outcome, pin_attempts.c.tries_left).where(
            pin_attempts.c.event_key == key
        )
    ).first()
    if known is not None:
        return _result(known.outcome, known.tries_left)
    asked = _Asked(connection, msisdn, registration_no, whose, now)
    outcome, tries_left = asked.outcome_of(_compare(whose, pin, peppers))
    if outcome == "ok" and whose is not None and not is_newest(whose.pin_salt, peppers):
        _renew(connection, whose, pin, peppers)
    connection.execute(
        insert(pin_attempts).values(
            id=uuid7(),
            event_key=key,
            msisdn=msisdn,
            registration_no=registration_no,
            pin_mark=_mark(whose),
            outcome=outcome,
            tries_left=tries_left,
            at=now,
        )
    )
    return _result(outcome, tries_left)


def guessed_since(since: datetime) -> Select[Any]:
    """The registration numbers that were closed to strangers at `since` or later."""
    return select(pin_attempts.c.registration_no).where(
        pin_attempts.c.outcome == _CLOSES, pin_attempts.c.at >= since
    )


@dataclass(frozen=True)
class PinLock:
    """Until when phones are locked out of a number's PIN: each of `phones`, and strangers."""

    phones: Mapping[str, datetime]
    strangers_until: datetime | None

    @property
    def any(self) -> bool:
        return bool(self.phones) or self.strangers_until is not None


def locks_of(connection: Connection, registration_no: str, *, now: datetime) -> PinLock:
    """Who is locked out of it at `now`."""
    since = max(now - A_DAY, _lifted_at(connection, registration_no) or now - A_DAY)
    rows = connection.execute(
        select(pin_attempts)
        .where(
            pin_attempts.c.registration_no == registration_no,
            pin_attempts.c.at > since,
            pin_attempts.c.outcome.in_(sorted(FAILURES)),
        )
        .order_by(pin_attempts.c.at)
    ).all()
    phones = {row.msisdn: row.at + A_DAY for row in rows if row.tries_left == 0}
    whose = _whose(connection, registration_no)
    own = set() if whose is None else {whose.msisdn, whose.helper_msisdn}
    strangers = [row.at for row in rows if row.msisdn not in own]
    closed = len(strangers) >= STRANGERS_TRIES
    return PinLock(phones, strangers[-STRANGERS_TRIES] + A_DAY if closed else None)


def lift_lock(connection: Connection, registration_no: str, *, now: datetime) -> None:
    """From now on what was tried before counts no more, from whichever phone."""
    connection.execute(
        insert(pin_attempts).values(
            id=uuid7(),
            event_key=f"{LIFTED}:{uuid7()}",
            msisdn=_OFFICE,
            registration_no=registration_no,
            outcome=LIFTED,
            tries_left=WRONG_TRIES,
            at=now,
        )
    )


def _lifted_at(connection: Connection, registration_no: str) -> datetime | None:
    last = select(func.max(pin_attempts.c.at)).where(
        pin_attempts.c.registration_no == registration_no, pin_attempts.c.outcome == LIFTED
    )
    lifted_at: datetime | None = connection.execute(last).scalar_one()
    return lifted_at


class _Asked:
    """One attempt, and those of the last 24 hours that decide about it."""

    def __init__(
        self,
        connection: Connection,
        msisdn: str,
        registration_no: str,
        whose: AnyRow | None,
        now: datetime,
    ) -> None:
        self._connection = connection
        self._msisdn = msisdn
        self._registration_no = registration_no
        self._whose = whose
        lifted_at = _lifted_at(connection, registration_no)
        self._since = max(now - A_DAY, lifted_at or now - A_DAY)
        self._recent = _attempts_of_a_day(connection, msisdn, now)
        self._of_pair = [
            one
            for one in self._recent
            if one.registration_no == registration_no and one.at > self._since
        ]

    def outcome_of(self, compared: str) -> tuple[str, int]:
        """The outcome to write down, and the tries left."""
        friend = self._is_friend()
        if _is_locked(self._of_pair) or not (friend or self._may_try()):
            return _REFUSED, 0
        if compared == "ok":
            return compared, WRONG_TRIES
        tries_left = WRONG_TRIES - 1 - _wrong_in_a_row(self._of_pair)
        closes = not friend and self._strangers_failed() + 1 >= STRANGERS_TRIES
        return (_CLOSES if closes else compared), tries_left

    def _is_friend(self) -> bool:
        """Her own phone or her helper's, or one that has entered this very PIN right before."""
        whose = self._whose
        if whose is None:
            return False
        own = whose.msisdn if whose.msisdn_disowned_at is None else None
        if self._msisdn in {own, whose.helper_msisdn}:
            return True
        entered = select(pin_attempts.c.id).where(
            pin_attempts.c.msisdn == self._msisdn,
            pin_attempts.c.registration_no == self._registration_no,
            pin_attempts.c.outcome == "ok",
            pin_attempts.c.pin_mark == _mark(whose),
        )
        return self._connection.execute(entered.limit(1)).first() is not None

    def _may_try(self) -> bool:
        if not self._of_pair and _failed_on(self._recent) >= NUMBERS_A_DAY:
            return False
        return self._strangers_failed() < STRANGERS_TRIES

    def _strangers_failed(self) -> int:
        """What phones that are no friends got wrong, all together, about this number."""
        own = [] if self._whose is None else [self._whose.msisdn, self._whose.helper_msisdn]
        counted = select(func.count()).where(
            pin_attempts.c.registration_no == self._registration_no,
            pin_attempts.c.at > self._since,
            pin_attempts.c.outcome.in_(sorted(FAILURES)),
            pin_attempts.c.msisdn.not_in([one for one in own if one]),
        )
        return self._connection.execute(counted).scalar_one()


def _whose(connection: Connection, registration_no: str) -> AnyRow | None:
    return connection.execute(
        select(
            beneficiaries.c.id,
            beneficiaries.c.msisdn,
            beneficiaries.c.msisdn_disowned_at,
            beneficiaries.c.helper_msisdn,
            beneficiaries.c.pin_salt,
            beneficiaries.c.pin_hash,
        ).where(beneficiaries.c.registration_no == registration_no)
    ).first()


def _mark(whose: AnyRow | None) -> str | None:
    """Which PIN it is: the random part of its salt, which stays when only the pepper changes."""
    if whose is None or whose.pin_salt is None:
        return None
    return str(whose.pin_salt).rpartition(".")[2][: 2 * _SALT_OCTETS]


def _attempt_key(event_key: str, msisdn: str, whose: AnyRow | None) -> str:
    """A request that comes from another phone, or again after the PIN has changed, is another."""
    about = f"{msisdn}:{_mark(whose)}".encode()
    return f"{event_key}:{hashlib.blake2b(about, digest_size=8).hexdigest()}"


def _renew(connection: Connection, whose: AnyRow, pin: str, peppers: Peppers) -> None:
    """The same PIN under the newest pepper; what somebody else set meanwhile stays."""
    random = whose.pin_salt.rpartition(".")[2][: 2 * _SALT_OCTETS]
    salt, digest = _hashed(pin, random, peppers)
    connection.execute(
        update(beneficiaries)
        .where(beneficiaries.c.id == whose.id, beneficiaries.c.pin_hash == whose.pin_hash)
        .values(pin_salt=salt, pin_hash=digest)
    )


def _one_at_a_time(connection: Connection, msisdn: str, registration_no: str) -> None:
    """Attempts sent side by side must not all count as the first. SQLite has one writer anyway.

    Whoever waits for the second lock holds only one of the first kind: nobody waits in a ring.
    """
    if connection.dialect.name == "postgresql":
        for name in (f"pin:{msisdn}", f"pin of:{registration_no}"):
            key = func.hashtextextended(name, 0)
            connection.execute(select(func.pg_advisory_xact_lock(key)))


def _result(outcome: str, tries_left: int) -> PinResult:
    if outcome == "ok":
        return PinResult("ok", tries_left)
    return PinResult("wrong" if tries_left else "locked", tries_left)


def _attempts_of_a_day(connection: Connection, msisdn: str, now: datetime) -> Sequence[AnyRow]:
    return connection.execute(
        select(pin_attempts)
        .where(pin_attempts.c.msisdn == msisdn, pin_attempts.c.at > now - A_DAY)
        .order_by(pin_attempts.c.at, pin_attempts.c.id)
    ).all()


def _compare(whose: AnyRow | None, pin: str, peppers: Peppers) -> str:
    """Hashes in every case, so that the time taken tells nothing."""
    salt = (whose and whose.pin_salt) or "none"
    digest = (whose and whose.pin_hash) or "none"
    right = matches(pin, salt, digest, peppers)
    if whose is None:
        return "unknown"
    if whose.pin_hash is None:
        return "no_pin"
    return "ok" if right else "wrong"


def _is_locked(of_pair: Sequence[AnyRow]) -> bool:
    return any(one.outcome in FAILURES and one.tries_left == 0 for one in of_pair)


def _failed_on(recent: Sequence[AnyRow]) -> int:
    return len({one.registration_no for one in recent if one.outcome in FAILURES})


def _wrong_in_a_row(of_pair: Sequence[AnyRow]) -> int:
    count = 0
    for attempt in of_pair:
        count = 0 if attempt.outcome == "ok" else count + 1
    return count
