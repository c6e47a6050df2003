"""What was kept is worked through: answers go to the partner's callback, its records are imported.

Everything may be done twice. A worker that is killed leaves the row waiting, and another takes it
when its lease is over: an answer then goes out again under the same message id, an import changes
nothing the second time.
"""

import json
import logging
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, exists, select, update
from uuid_utils.compat import uuid7

from gateway.core.dci.answers import answer_header, enveloped
from gateway.core.dci.envelope import (
    Notify,
    OnSearch,
    Search,
    Subscribe,
    TxnStatus,
    Unsubscribe,
    converted,
)
from gateway.core.dci.mapping import MappingError, record_map
from gateway.core.dci.moments import text_of
from gateway.core.dci.signatures import sign
from gateway.core.dci.words import VERSION, Action, MessageError
from gateway.core.keys import Peppers
from gateway.dci import subscriptions
from gateway.dci.answering import REGISTRY_TYPE, searched, status_of
from gateway.dci.operations import CALLBACK_PATHS
from gateway.dci.partners import KnownPartner, Partners
from gateway.dci.records import record_of
from gateway.logs import where
from gateway.registry.database import Database
from gateway.registry.dci_tables import dci_messages
from gateway.registry.imports.beneficiaries import BeneficiaryPlan
from gateway.registry.imports.payments import PaymentPlan
from gateway.registry.imports.rows import import_rows
from gateway.webhooks.addresses import UrlError, target_of
from gateway.webhooks.calling import Calls

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 12  # the last about a day after the first
LONGEST_PAUSE = timedelta(hours=4)
_M = dci_messages.c

logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Desk:
    """Works through what partners sent, and tells them what they subscribed to."""

    database: Database
    partners: Partners
    peppers: Peppers
    zone: ZoneInfo
    now: Callable[[], datetime]
    calls: Calls

    def work(self, *, most: int = 100) -> int:
        """How many messages were worked on, `most` at most; then the subscribers are told."""
        done = 0
        while done < most and (row := self._taken()) is not None:
            try:
                self._do(row)
            except Exception as error:
                logger.error("a message of a partner waits: %s", where(error))  # noqa: TRY400
                self._wait(row)
            done += 1
        self._notify()
        return done

    def _taken(self) -> Row[Any] | None:
        now = self.now()
        with self.database.writing() as connection:
            row = connection.execute(
                select(dci_messages)
                .where(_M.due_at <= now)
                .order_by(_M.due_at)
                .limit(1)
                .with_for_update(skip_locked=True)
            ).one_or_none()
            if row is not None:
                connection.execute(
                    update(dci_messages)
                    .where(_M.id == row.id)
                    .values(due_at=now + LEASE, attempts=row.attempts + 1)
                )
            return row

    def _do(self, row: Row[Any]) -> None:
        partner = self.partners.named(row.partner)
        if partner is None:
            self._end(row.id, "failed")
            return
        if row.reply_to is not None:
            self._reply(row, partner)
        else:
            self._end(row.id, "done", self._imported(row, partner))

    def _reply(self, row: Row[Any], partner: KnownPartner) -> None:
        now, action = self.now(), Action(row.action)
        try:
            with self.database.writing() as connection:
                told = self._answer(connection, row, partner, now)
        except MessageError:
            self._end(row.id, "failed")
            return
        reply = Action.TXN_ON_STATUS if action is Action.TXN_STATUS else Action(f"on-{action}")
        if self._sent(partner, row.reply_to, reply, told, message_id=str(row.id), now=now):
            self._end(row.id, "done")
        else:
            self._wait(row)

    def _answer(
        self, connection: Connection, row: Row[Any], partner: KnownPartner, now: datetime
    ) -> dict[str, Any]:
        message, action = json.loads(row.body), Action(row.action)
        if action is Action.SEARCH:
            return searched(
                connection, converted(message, Search), partner, self.partners,
                correlation_id=row.id, now=now,
            )  # fmt: skip
        if action is Action.SUBSCRIBE:
            return subscriptions.subscribe(
                connection, converted(message, Subscribe), partner, correlation_id=row.id,
                reply_to=_notify_at(partner), now=now,
            )  # fmt: skip
        if action is Action.UNSUBSCRIBE:
            return subscriptions.unsubscribe(
                connection, converted(message, Unsubscribe), partner, correlation_id=row.id, now=now
            )
        return status_of(connection, converted(message, TxnStatus), partner, correlation_id=row.id)

    def _sent(
        self,
        partner: KnownPartner,
        url: str,
        action: Action,
        message: Mapping[str, Any],
        *,
        message_id: str,
        now: datetime,
        count: int = 1,
    ) -> bool:
        """Whether the partner took it; what it says is not looked at."""
        ourselves = self.partners.ourselves
        header = answer_header(
            action, message_id=message_id, sender_id=ourselves.sender_id,
            receiver_id=partner.about.sender_id, status="succ", count=count, now=now,
        )  # fmt: skip
        signature = sign(
            partner.about.signature, {"header": header, "message": message}, self.partners.signing,
            sender_id=ourselves.sender_id, now=now,
        )  # fmt: skip
        headers = {"Content-Type": "application/json"}
        if partner.callback_token:
            headers["Authorization"] = f"Bearer {partner.callback_token}"
        try:
            # The file of connections names the receiver: it may well stand in one's own network.
            target = target_of(url, private=True)
        except UrlError:
            return False
        body = json.dumps(enveloped(signature, header, message)).encode()
        return self.calls.post(target, headers, body).fault is None

    def _imported(self, row: Row[Any], partner: KnownPartner) -> dict[str, int] | None:
        records = _records_of(Action(row.action), json.loads(row.body))
        if not records:
            return None
        about = partner.about
        mapped = record_map(about.columns, about.values, about.constants)
        rows, refused = [], 0
        for record in records:
            try:
                rows.append(mapped.row_of(record))
            except MappingError:
                refused += 1
        now = self.now()
        today = now.astimezone(self.zone).date()
        plan = (
            PaymentPlan(now, today)
            if about.kind == "payments"
            else BeneficiaryPlan(now, today, self.peppers)
        )
        report = import_rows(self.database, plan, rows, mapped.names, each=True)
        refused += len({error.line for error in report.errors})
        if refused:
            logger.warning("%s of %s records of a partner were refused", refused, len(records))
        return {"records": len(records), "refused": refused, "changed": len(report.became)}

    def _wait(self, row: Row[Any]) -> None:
        if row.attempts + 1 >= MOST_ATTEMPTS:
            self._end(row.id, "failed")
            return
        pause = min(timedelta(seconds=15 * 4**row.attempts), LONGEST_PAUSE)
        with self.database.writing() as connection:
            connection.execute(
                update(dci_messages).where(_M.id == row.id).values(due_at=self.now() + pause)
            )

    def _end(self, message_id: UUID, state: str, counts: dict[str, int] | None = None) -> None:
        with self.database.writing() as connection:
            connection.execute(
                update(dci_messages)
                .where(_M.id == message_id)
                .values(state=state, due_at=None, body=None, counts=counts)
            )

    def _notify(self) -> None:
        with self.database.reading() as connection:
            rows = subscriptions.active(connection)
        for row in rows:
            partner = self.partners.named(row.partner)
            if partner is not None:
                self._notify_of(row, partner)

    def _notify_of(self, row: Row[Any], partner: KnownPartner) -> None:
        with self.database.reading() as connection:
            people = subscriptions.news(connection, row, partner)
        if not people:
            return
        now = self.now()
        message = {
            "transaction_id": str(row.code),
            "notify_event": [self._event(row, one, partner, now) for one in people],
        }
        if self._sent(
            partner, row.reply_to, Action.NOTIFY, message, message_id=str(uuid7()), now=now,
            count=len(people),
        ):  # fmt: skip
            with self.database.writing() as connection:
                subscriptions.told(connection, row, people[-1])

    def _event(
        self, row: Row[Any], one: Row[Any], partner: KnownPartner, now: datetime
    ) -> dict[str, Any]:
        return {
            "reference_id": str(row.code),
            "timestamp": text_of(now),
            "data": {
                "version": VERSION,
                "reg_type": REGISTRY_TYPE,
                "reg_event_type": row.event,
                "reg_record_type": row.record_type,
                "reg_records": record_of(one, partner.about, self.partners.ourselves),
            },
            "locale": "lao",
        }


def is_due(connection: Connection, now: datetime) -> bool:
    """Whether a worker should look: a message waits, or somebody has subscribed."""
    waiting = exists().where(_M.due_at <= now)
    subscribed = exists().where(subscriptions.ACTIVE)
    return bool(connection.execute(select(waiting | subscribed)).scalar_one())


def _notify_at(partner: KnownPartner) -> str:
    return f"{partner.about.callbacks.rstrip('/')}/{CALLBACK_PATHS[Action.NOTIFY]}"


def _records_of(action: Action, message: dict[str, Any]) -> list[Mapping[str, Any]]:
    told: Iterable[Any] = ()
    if action is Action.ON_SEARCH:
        told = converted(message, OnSearch).search_response
    elif action is Action.NOTIFY:
        told = converted(message, Notify).notify_event
    records: list[Mapping[str, Any]] = []
    for item in told:
        if item.data is not None and item.data.reg_records:
            given = item.data.reg_records
            records += given if isinstance(given, list) else [given]
    return records
