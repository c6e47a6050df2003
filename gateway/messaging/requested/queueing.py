"""An SMS that a system asks for enters the ledger, once however often it is asked for.

The row is written in the caller's transaction, together with whatever says that the request was
answered; the workers are woken after it. Killed before the commit nothing was asked for; killed
after it, the sweeper finds the row.
"""

import hashlib
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import Connection, Table, select
from uuid_utils.compat import uuid7

from gateway.core.quiet_hours import lasting, next_allowed_from
from gateway.messaging.ledger import Draft, queue_messages
from gateway.messaging.requested.checking import Message, checker
from gateway.messaging.requested.faults import RequestError
from gateway.messaging.requested.magic import outcome_of
from gateway.messaging.requested.wanted import Office, Sender, Wanted
from gateway.messaging.tables import api_test_messages, messages
from gateway.registry.bulk import insert_new, one_of

MOST_ROWS = 1000
LIVES_DAYS = 1  # on which something may go out; after that it is not sent any more

Asked = UUID | RequestError


class RefusedRowsError(ValueError):
    """All or nothing, and `refused` has why not: {the row's place in the request: the reason}."""

    def __init__(self, refused: Mapping[int, RequestError]) -> None:
        super().__init__(f"{len(refused)} rows were refused")
        self.refused = refused


def request_messages(
    connection: Connection,
    rows: Sequence[Wanted],
    sender: Sender,
    office: Office,
    *,
    request: str,
    now: datetime,
    whole: bool = False,
) -> list[Asked]:
    """For each row the id of its message, or why there is none.

    `request` names the request among those of the key: a row that comes again under it, or twice in
    it, is the message that it was. `whole`: raises RefusedRowsError where one is refused, and
    queues none.
    """
    today = now.astimezone(office.hours.zone).date()
    known = checker(connection, rows, sender, today=today, default_locale=office.default_locale)
    found = [_checked(known.check, row) for row in rows]
    refused = {at: one for at, one in enumerate(found) if isinstance(one, RequestError)}
    if whole and refused:
        raise RefusedRowsError(refused)
    keys = [_dedupe_key(sender, request, row) for row in rows]
    good = {key: one for key, one in zip(keys, found, strict=True) if isinstance(one, Message)}
    if sender.kind == "test":
        table = api_test_messages
        _keep_tests(connection, good, sender, now)
    else:
        table = messages
        start = next_allowed_from(now, office.hours)
        ends = lasting(start, LIVES_DAYS, office.hours)
        drafts = [_draft(key, one, start, ends) for key, one in good.items()]
        queue_messages(connection, drafts, now=now)
    ids = _ids(connection, table, good)
    return [
        one if isinstance(one, RequestError) else ids[key]
        for key, one in zip(keys, found, strict=True)
    ]


def _checked(check: Callable[[Wanted], Message], row: Wanted) -> Message | RequestError:
    try:
        return check(row)
    except RequestError as error:
        return error


def _dedupe_key(sender: Sender, request: str, row: Wanted) -> str:
    """What is asked for is part of it: another text under a name that has been forgotten
    (`Idempotency-Key` is kept for a day, the ledger for months) is another message.
    """
    about = (request, row.registration_no, row.msisdn, row.template, row.text, row.category)
    digest = hashlib.blake2b(repr(about).encode(errors="backslashreplace"), digest_size=20)
    return f"api:{sender.key_id.hex}:{digest.hexdigest()}"


def _draft(key: str, one: Message, start: datetime, ends: datetime) -> Draft:
    return Draft(
        dedupe_key=key,
        category=one.category,
        template=one.template,
        msisdn=one.msisdn,
        locale=one.locale,
        params=one.params,
        beneficiary_id=one.person.id if one.person else None,
        payment_id=one.payment_id,
        not_before_at=start,
        expires_at=ends,
    )


def _keep_tests(
    connection: Connection, good: Mapping[str, Message], sender: Sender, now: datetime
) -> None:
    rows = [
        {
            "id": uuid7(),
            "key_id": sender.key_id,
            "dedupe_key": key,
            "beneficiary_id": one.person.id if one.person else None,
            "msisdn": one.msisdn,
            "category": one.category,
            "template": one.template,
            "body": one.params.get("text"),
            "state": outcome_of(one.msisdn).state,
            "reason": outcome_of(one.msisdn).reason,
            "created_at": now,
        }
        for key, one in good.items()
    ]
    insert_new(connection, api_test_messages, rows)


def _ids(connection: Connection, table: Table, keys: Mapping[str, Message]) -> dict[str, UUID]:
    found = select(table.c.dedupe_key, table.c.id).where(
        one_of(connection, table.c.dedupe_key, list(keys))
    )
    return {row.dedupe_key: row.id for row in connection.execute(found)}
