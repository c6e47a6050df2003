"""The ledger: one row of `messages` is one MT message, from intent to receipt."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    Float,
    ForeignKey,
    Index,
    Integer,
    Numeric,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    text,
)

from gateway.registry.database import UtcDateTime
from gateway.registry.tables import MSISDN, metadata


def _index(*columns: str, where: str) -> Index:
    return Index(None, *columns, postgresql_where=text(where), sqlite_where=text(where))


NO_REMINDERS = "'reply', 'broadcast'"
ENDED_BADLY = "'unknown', 'failed', 'expired', 'refused', 'suppressed', 'cancelled'"

messages = Table(
    "messages",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("dedupe_key", String(160), nullable=False, unique=True),
    Column("category", String(12), nullable=False),
    Column("priority", SmallInteger, nullable=False),  # 0 replies, 1 reminders, 2 broadcasts
    Column("beneficiary_id", ForeignKey("beneficiaries.id")),
    Column("payment_id", ForeignKey("payments.id")),
    Column("broadcast_id", ForeignKey("broadcasts.id")),
    Column("msisdn", MSISDN, nullable=False),
    Column("locale", String(8), nullable=False),
    Column("template", String(40), nullable=False),
    Column("params", JSON, nullable=False),
    Column("body", Text),  # rendered at claim: the truth at send time
    Column("told", String(40)),  # of its payment: see gateway.core.told
    Column("segments", SmallInteger),
    Column("provider", String(20)),
    Column("provider_ref", String(80)),
    Column("state", String(12), nullable=False),
    Column("reason", String(64)),
    Column("attempts", SmallInteger, nullable=False, default=0),
    Column("resends", SmallInteger, nullable=False, default=0),  # after silence, by policy
    Column("not_before_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("claim_id", Uuid),
    Column("lease_until_at", UtcDateTime),
    Column("request_id", String(36)),  # of whoever asked for it; NULL: it was planned
    Column("cost", Numeric(12, 4)),
    Column("currency", String(3)),  # as the provider names it; NULL where it names none
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Column("sent_at", UtcDateTime),
    # Each index is partial where it can be: a state changes four times in a message's life, and
    # every index that holds the row is written again each time.
    _index("priority", "not_before_at", where="state = 'queued'"),
    _index("lease_until_at", where="state IN ('claimed', 'sending')"),
    _index("sent_at", where="state IN ('accepted', 'unknown')"),
    _index("provider_ref", where="provider_ref IS NOT NULL"),
    # What became of a broadcast is counted from the index alone.
    _index("broadcast_id", "state", "reason", where="broadcast_id IS NOT NULL"),
    # What is rarer, as staff look for it; the rest is found soon enough walking back by id.
    _index("state", "id", "category", where=f"state IN ({ENDED_BADLY})"),
    _index("category", "id", "state", where=f"category IN ({NO_REMINDERS})"),
    _index("payment_id", where="payment_id IS NOT NULL"),
    # The newest of the people of a district are found in the index alone.
    _index("beneficiary_id", "id", "state", "category", where="beneficiary_id IS NOT NULL"),
    Index(None, "msisdn"),
)

# What keys of kind test asked for, with the outcome that the number brings. A table of its own: no
# worker claims from it, no figure, plan or receipt knows of it.
api_test_messages = Table(
    "api_test_messages",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("key_id", Uuid, nullable=False),
    Column("dedupe_key", String(160), nullable=False, unique=True),
    Column("beneficiary_id", ForeignKey("beneficiaries.id")),
    Column("msisdn", MSISDN, nullable=False),
    Column("category", String(12), nullable=False),
    Column("template", String(40), nullable=False),
    Column("body", Text),  # of a free text
    Column("state", String(12), nullable=False),
    Column("reason", String(64)),
    Column("created_at", UtcDateTime, nullable=False),
    Index(None, "key_id", "id"),
    Index(None, "beneficiary_id"),
    Index(None, "msisdn"),
)

# What a district's rows were when its reminders of a day were planned: see
# `gateway.messaging.planning.due`.
reminder_marks = Table(
    "reminder_marks",
    metadata,
    # No key of `districts`: one that is merged into another would bring it a second mark.
    Column("district_id", BigInteger, primary_key=True, autoincrement=False),
    Column("mark", String(128), nullable=False),
)

# Append-only: every delivery receipt as it came, before it moves a message.
receipts = Table(
    "receipts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("provider", String(20), nullable=False),
    Column("provider_ref", String(80), nullable=False),
    Column("message_id", Uuid),  # where the receipt's own address named the message
    Column("msisdn", MSISDN),
    Column("status", String(40), nullable=False),  # the provider's own word
    Column("outcome", String(12)),  # in ours; NULL: a status we do not know
    Column("reason", String(64)),
    Column("matched", Boolean, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Index(None, "provider_ref"),
    # Those parked are few; everything else is found by its ref.
    Index(None, "msisdn", postgresql_where=text("NOT matched"), sqlite_where=text("matched IS 0")),
)

# Who was sent which text on which day: the same handset gets the same text once a day.
handset_days = Table(
    "handset_days",
    metadata,
    Column("msisdn", MSISDN, primary_key=True),
    Column("day", Date, primary_key=True),
    Column("body_hash", String(32), primary_key=True),
    Column("message_id", Uuid, nullable=False),
    Index(None, "day"),
)

mo_messages = Table(
    "mo_messages",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("provider_key", String(120), nullable=False, unique=True),  # provider:its id
    Column("msisdn", MSISDN, nullable=False),
    Column("shortcode", String(32), nullable=False),
    Column("text", Text, nullable=False),
    Column("handled_as", String(20), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Index(None, "msisdn", "received_at"),
)

# One row is one answer given to somebody who asked, however many SMS it took.
replies_given = Table(
    "replies_given",
    metadata,
    Column("event_id", Uuid, primary_key=True),  # of `events` or `mo_messages`
    Column("msisdn", MSISDN, nullable=False),
    Column("about", String(64), nullable=False),  # "case:17", "payday:<beneficiary>", a wish
    Column("at", UtcDateTime, nullable=False),
    Index(None, "msisdn", "at"),
    Index(None, "at"),
)

# A number whose answers were held back on a day, and why the last one was. Acts never are.
replies_held = Table(
    "replies_held",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("msisdn", MSISDN, nullable=False),
    Column("day", Date, nullable=False),  # in the programme's zone
    Column("reason", String(12), nullable=False),
    Column("held", Integer, nullable=False),
    Column("first_at", UtcDateTime, nullable=False),
    Column("last_at", UtcDateTime, nullable=False),
    Column("alert_id", Uuid),  # NULL: nobody was alerted, or staff have lifted it
    Column("lifted_at", UtcDateTime),  # what was given before counts no more
    UniqueConstraint("msisdn", "day"),
    Index(None, "last_at", "id"),
)

broadcasts = Table(
    "broadcasts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("name", String(120), nullable=False),
    Column("texts", JSON, nullable=False),  # {locale: text}
    Column("audience", JSON, nullable=False),  # {filter: [values]}
    Column("state", String(12), nullable=False),
    Column("district_id", ForeignKey("districts.id")),  # of whoever wrote it; NULL: of all
    Column("created_by", String(120), nullable=False),
    Column("submitted_at", UtcDateTime),
    Column("sent_back_reason", String(500)),  # until it is submitted again
    Column("sent_back_by", String(120)),
    Column("authors", JSON, nullable=False),  # [{"name", "id"}]: everybody who wrote in it
    Column("revision", Integer, nullable=False),  # of texts and audience
    Column("approved_by", String(120)),
    Column("approved_recipients", Integer),  # the phones it was approved for, and a tenth more
    Column("start_at", UtcDateTime),
    Column("expires_at", UtcDateTime),
    Column("expanded_to", Uuid),  # the last beneficiary expanded: where an interrupted job goes on
    Column("recipients", Integer),
    Column("preview", JSON),  # what it would do, as counted before it was submitted
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index(None, "state", "start_at"),
)

provider_stops = Table(
    "provider_stops",
    metadata,
    Column("provider", String(20), primary_key=True),
    Column("state", String(8), nullable=False, server_default="refusing"),
    Column("share", Float, nullable=False, server_default="0"),  # of the last calls that failed
    Column("stopped_until_at", UtcDateTime, nullable=False),
    Column("failures", SmallInteger, nullable=False),  # probes, since it stopped
    Column("reason", String(64), nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

# How many segments each provider was given in the last second: [[microseconds since 1970, count]].
provider_rates = Table(
    "provider_rates",
    metadata,
    Column("provider", String(20), primary_key=True),
    Column("taken", JSON, nullable=False),
)

scheduler_turns = Table(
    "scheduler_turns",
    metadata,
    Column("name", String(20), primary_key=True),
    Column("holder", Uuid, nullable=False),
    Column("until_at", UtcDateTime, nullable=False),
)

# A worker or scheduler that is alive, as it says every ten seconds: see gateway.health.pulse.
processes = Table(
    "processes",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", String(12), nullable=False),  # worker, scheduler
    Column("host", String(64), nullable=False),
    Column("beat_at", UtcDateTime, nullable=False),
    Column("due_back_at", UtcDateTime),  # until when the job it has may take at most
    Column("clock_ahead_seconds", Float, nullable=False),  # of the database's
)

alerts = Table(
    "alerts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("detail", JSON, nullable=False),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("resolved_at", UtcDateTime),
    Index(None, "resolved_at", "opened_at"),
)

# One row: see gateway.messaging.restored.signs.
heartbeats = Table(
    "heartbeats",
    metadata,
    Column("id", SmallInteger, primary_key=True, autoincrement=False),
    Column("installation", Uuid, nullable=False),  # the same in every copy
    Column("number", BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("written_by", BigInteger),  # PostgreSQL's number of the transaction; NULL: SQLite
    Column("timeline", BigInteger),  # of PostgreSQL's log
)

restores = Table(
    "restores",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("sign", String(12), nullable=False),
    Column("dump_at", UtcDateTime, nullable=False),  # what was done later is not in the database
    Column("last_at", UtcDateTime),  # until when the service was at work, as far as is known
    Column("noticed_at", UtcDateTime, nullable=False),
    Column("choices", JSON, nullable=False),  # {kind: choice} of what was released
)

backups = Table(
    "backups",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("at", UtcDateTime, nullable=False),  # when it began: what it holds
    Column("file", String(200), nullable=False),  # its name, without the folder
    Column("octets", BigInteger, nullable=False),
    Column("sha256", String(64), nullable=False),
    Index(None, "at"),
)
