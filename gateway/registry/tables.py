"""The registry's tables: places, beneficiaries, payments, visits, callers and what they did.

The ledger's tables stand in `gateway.messaging.tables`, on the same metadata.
"""

from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    ColumnElement,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    Uuid,
    false,
    literal_column,
    text,
)

from gateway.core.names import name_key
from gateway.registry.database import UtcDateTime

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

# SQLite numbers rows by itself only for a column that is exactly INTEGER.
SERIAL = BigInteger().with_variant(Integer, "sqlite")
MSISDN = String(16)  # E.164 with "+": at most 15 digits

# The parts of three letters that a name's key is made of: see `gateway.core.names`.
NAME_PARTS: ColumnElement[str] = literal_column("name_parts(beneficiaries.name_key)")
PHONE_END = 4  # digits of a phone that somebody is found by
PHONE_ENDS: ColumnElement[str] = literal_column(
    f"substr(beneficiaries.msisdn, length(beneficiaries.msisdn) - {PHONE_END - 1})", String
)


def _key_of_name(context: Any) -> str:
    row = context.get_current_parameters()
    return name_key(row["name"], row["name_latin"])


def _one_open(name: str, *columns: str, woman: str) -> Index:
    where = text(f"state = 'open' AND beneficiary_id {woman}")
    return Index(
        f"uq_cases_open_{name}", *columns, unique=True, postgresql_where=where, sqlite_where=where
    )


def _undecided(*columns: str) -> Index:
    where = text("decided_at IS NULL")
    return Index(None, *columns, postgresql_where=where, sqlite_where=where)


def _one_spelling(kind: str, *columns: str) -> Index:
    where = text(f"kind = '{kind}'")
    return Index(
        f"uq_place_aliases_{kind}", *columns, unique=True, postgresql_where=where,
        sqlite_where=where,
    )  # fmt: skip


districts = Table(
    "districts",
    metadata,
    Column("id", SERIAL, primary_key=True),
    Column("province", String(64), nullable=False),
    Column("province_latin", String(64), nullable=False),
    Column("name", String(64), nullable=False),
    Column("name_latin", String(64), nullable=False),
    Column("paused_at", UtcDateTime),
    Column("paused_reason", String(200)),
    Column("retired_at", UtcDateTime),  # nobody new, and no new payment, comes there
    UniqueConstraint("province", "name"),
)

villages = Table(
    "villages",
    metadata,
    Column("id", SERIAL, primary_key=True),
    Column("district_id", ForeignKey("districts.id"), nullable=False),
    Column("name", String(16), nullable=False),
    Column("name_latin", String(32), nullable=False),
    Column("retired_at", UtcDateTime),
    UniqueConstraint("district_id", "name"),
)

health_centres = Table(
    "health_centres",
    metadata,
    Column("id", SERIAL, primary_key=True),
    Column("district_id", ForeignKey("districts.id"), nullable=False),
    Column("name", String(24), nullable=False),
    Column("name_latin", String(48), nullable=False),
    Column("retired_at", UtcDateTime),
    UniqueConstraint("district_id", "name"),
)

pay_points = Table(
    "pay_points",
    metadata,
    Column("id", SERIAL, primary_key=True),
    Column("district_id", ForeignKey("districts.id"), nullable=False),
    Column("name", String(24), nullable=False),
    Column("name_latin", String(48), nullable=False),
    Column("short_name", String(16)),  # for SMS; without it the village stands there
    Column("short_name_latin", String(24)),
    Column("retired_at", UtcDateTime),
    UniqueConstraint("district_id", "name"),
)

# A spelling that people have said is of a known place: see `gateway.registry.places`.
place_aliases = Table(
    "place_aliases",
    metadata,
    Column("id", SERIAL, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("name", String(64), nullable=False),  # as files say it
    # Of a province its true name; of a district the province that files name with it.
    Column("province", String(64)),
    Column("district_id", ForeignKey("districts.id")),  # of what lies in a district: which
    Column("place_id", BigInteger),  # what it is, in the table of its kind; NULL: a province
    Column("was_id", BigInteger),  # the row that was merged into it
    Column("at", UtcDateTime, nullable=False),
    _one_spelling("province", "name"),
    _one_spelling("district", "province", "name"),
    Index("uq_place_aliases_in_district", "district_id", "kind", "name", unique=True),
    Index(None, "kind", "place_id"),
)

beneficiaries = Table(
    "beneficiaries",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("registration_no", String(8), nullable=False, unique=True),
    Column("name", String(120), nullable=False),
    Column("name_latin", String(240), nullable=False),
    # What the name is found by: whoever sets a name sets it by `name_key` of `gateway.core.names`.
    Column("name_key", Text, default=_key_of_name),
    Column("msisdn", MSISDN),
    # The person who answers said "not my number": nothing is sent to it until it is corrected.
    Column("msisdn_disowned_at", UtcDateTime),
    Column("locale", String(8)),
    Column("status", String(12), nullable=False),
    Column("category", String(12), nullable=False),
    Column("edd", Date),
    Column("child_dob", Date),
    # The numbers of the living children of one birth; NULL: one child, or none yet.
    Column("children", JSON(none_as_null=True)),
    Column("enrolled_on", Date),
    Column("district_id", ForeignKey("districts.id"), nullable=False),
    Column("village_id", ForeignKey("villages.id"), nullable=False),
    Column("health_centre_id", ForeignKey("health_centres.id"), nullable=False),
    Column("pay_point_id", ForeignKey("pay_points.id"), nullable=False),
    Column("consent_payment", Boolean, nullable=False),
    Column("consent_health", Boolean, nullable=False),
    Column("pin_salt", String(32)),
    Column("pin_hash", String(64)),
    Column("phone_owner", String(12)),
    Column("helper_msisdn", MSISDN),
    Column("course_ended_at", UtcDateTime),
    Column("course_ended_reason", String(40)),
    # Columns that the person or staff set in the gateway: an import keeps them as they are.
    Column("set_here", JSON, nullable=False, default=list),
    # What the registry's file said when staff set another status: until it says something new.
    Column("status_before", String(12)),
    # Nothing of her is left but what was paid: see `gateway.own_data`.
    Column("erased_at", UtcDateTime),
    Column("created_at", UtcDateTime, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    Index(None, "msisdn"),
    Index(None, "district_id", "village_id"),
    # The console lists people by registration number, of all or of a place. They are found by
    # indexes over NAME_PARTS and PHONE_ENDS that only PostgreSQL has, and only their migration
    # knows.
    Index(None, "district_id", "registration_no"),
    Index(None, "health_centre_id", "registration_no"),
    Index(None, "village_id", "registration_no"),
    Index(None, "status", "registration_no"),
    Index(None, "category", "registration_no"),
    Index(None, "pay_point_id"),
    # By these days a day's planning finds who may be due.
    Index(None, "edd"),
    Index(None, "child_dob"),
    # What has changed lately may have been told otherwise; other systems page through it.
    Index(None, "updated_at", "id"),
)

payments = Table(
    "payments",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("beneficiary_id", ForeignKey("beneficiaries.id"), nullable=False),
    Column("cycle", String(7), nullable=False),
    Column("due_on", Date, nullable=False),
    Column("amount", Integer, nullable=False),
    Column("pay_point_id", ForeignKey("pay_points.id"), nullable=False),
    Column("status", String(12), nullable=False),
    # Set by staff in the gateway: an import keeps them as they are.
    Column("due_on_set_here", Boolean, nullable=False, server_default=false()),
    Column("pay_point_set_here", Boolean, nullable=False, server_default=false()),
    # Only by a merge: nothing else here changes an amount.
    Column("amount_set_here", Boolean, nullable=False, server_default=false()),
    # What the paying side's file said when staff marked it: until it says something new.
    Column("status_before", String(12)),
    # The registration number under which files know it, where that is not hers any more.
    Column("came_as", String(8)),
    Column("updated_at", UtcDateTime, nullable=False),
    UniqueConstraint("beneficiary_id", "cycle"),
    Index(None, "due_on", "status"),
    Index(None, "due_on", "pay_point_id", "status"),
    Index(None, "pay_point_id"),
    Index(None, "updated_at", "id"),
)

visits = Table(
    "visits",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("beneficiary_id", ForeignKey("beneficiaries.id"), nullable=False),
    Column("visit", String(32), nullable=False),
    # Whose, of twins; the number of an only child is 1, and so is a pregnancy's.
    Column("child", SmallInteger, nullable=False, default=1, server_default="1"),
    Column("done_on", Date, nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
    UniqueConstraint("beneficiary_id", "visit", "child"),
    Index(None, "done_on", "visit"),
    Index(None, "updated_at", "id"),
)

# The other number of a woman who had two: whoever says it means her.
registration_aliases = Table(
    "registration_aliases",
    metadata,
    Column("registration_no", String(8), primary_key=True),
    Column("beneficiary_id", ForeignKey("beneficiaries.id"), nullable=False),
    Column("was_id", Uuid, nullable=False),  # the row that was merged into hers
    Column("at", UtcDateTime, nullable=False),
    Index(None, "beneficiary_id"),
    Index(None, "was_id"),
)

# Two people who may be one, as likeness says; once decided, that they are not.
people_pairs = Table(
    "people_pairs",
    metadata,
    Column("id", Uuid, primary_key=True),
    # The lesser id first: a pair is there once.
    Column("one_id", ForeignKey("beneficiaries.id"), nullable=False),
    Column("other_id", ForeignKey("beneficiaries.id"), nullable=False),
    Column("district_id", ForeignKey("districts.id")),  # of both; NULL: they live in two
    Column("shared", JSON, nullable=False),  # of name, phone, birth, village
    Column("score", SmallInteger, nullable=False),  # how many of them
    Column("found_at", UtcDateTime, nullable=False),
    Column("decided_at", UtcDateTime),
    Column("decided_by", String(120)),
    UniqueConstraint("one_id", "other_id"),
    Index(None, "other_id"),
    _undecided("score", "id"),
    _undecided("district_id", "score", "id"),
)

# What changed a woman's life as far as the gateway knows: a birth, a loss, a death, a move.
life_events = Table(
    "life_events",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("beneficiary_id", ForeignKey("beneficiaries.id"), nullable=False),
    Column("kind", String(20), nullable=False),
    Column("entered_on", Date, nullable=False),  # in the programme's zone
    # {column: value} of the beneficiary, as she was before and as it left her.
    Column("before", JSON, nullable=False),
    Column("after", JSON, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("taken_back_at", UtcDateTime),
    Index(None, "beneficiary_id", "at"),
)

callers = Table(
    "callers",
    metadata,
    Column("msisdn", MSISDN, primary_key=True),
    Column("locale", String(8), nullable=False),
    Column("updated_at", UtcDateTime, nullable=False),
)

# A number that wants no SMS of a category, whoever it belongs to (MO "STOP", the operator's list).
optouts = Table(
    "optouts",
    metadata,
    Column("msisdn", MSISDN, primary_key=True),
    Column("category", String(12), primary_key=True),
    Column("source", String(20), nullable=False),
    Column("at", UtcDateTime, nullable=False),
)

events = Table(
    "events",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("event_key", String(160), nullable=False, unique=True),
    Column("provider", String(20), nullable=False),
    Column("session_id", String(64)),
    Column("msisdn", MSISDN, nullable=False),
    Column("beneficiary_id", ForeignKey("beneficiaries.id")),
    Column("kind", String(32), nullable=False),
    Column("data", JSON, nullable=False),
    Column("result", JSON, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "session_id"),
    Index(None, "msisdn", "at"),
    Index(None, "beneficiary_id", "at"),
)

pin_attempts = Table(
    "pin_attempts",
    metadata,
    Column("id", Uuid, primary_key=True),
    Column("event_key", String(160), nullable=False, unique=True),
    Column("msisdn", MSISDN, nullable=False),
    # The number asked about, kept as typed: a look-up of an unknown one counts as well.
    Column("registration_no", String(8), nullable=False),
    Column("pin_mark", String(22)),  # which PIN it was about; NULL where there was none
    Column("outcome", String(8), nullable=False),
    Column("tries_left", SmallInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Index(None, "msisdn", "registration_no", "at"),
    Index(None, "registration_no", "at"),
    Index(
        None,
        "at",
        postgresql_where=text("outcome = 'closes'"),
        sqlite_where=text("outcome = 'closes'"),
    ),
)

cases = Table(
    "cases",
    metadata,
    Column("number", SERIAL, primary_key=True),
    Column("event_key", String(160), nullable=False, unique=True),
    Column("kind", String(32), nullable=False),
    Column("msisdn", MSISDN, nullable=False),
    Column("beneficiary_id", ForeignKey("beneficiaries.id")),
    Column("state", String(12), nullable=False),
    Column("text", Text),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    # What is said again while the case is open is added to it.
    Column("times", Integer, nullable=False, default=1, server_default="1"),
    Column("again_at", UtcDateTime),
    Column("due_on", Date),  # set by staff; without it a week after it was opened
    Column("joined_to", SERIAL),  # an older open case about the same, by migration 0008
    Index(None, "state", "opened_at"),
    Index(None, "beneficiary_id"),
    # One open case for each number, woman and kind; without a woman, for number and kind.
    _one_open("of_woman", "msisdn", "kind", "beneficiary_id", woman="IS NOT NULL"),
    _one_open("of_number", "msisdn", "kind", woman="IS NULL"),
)

ussd_sessions = Table(
    "ussd_sessions",
    metadata,
    Column("provider", String(20), primary_key=True),
    Column("session_id", String(64), primary_key=True),
    Column("msisdn", MSISDN, nullable=False),
    Column("service_code", String(32), nullable=False),
    Column("network_code", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Column("last_state", String(40)),
    Column("trail", JSON, nullable=False),
    Column("hops", SmallInteger, nullable=False),
    Column("duration_ms", Integer, nullable=False),
    Column("cost", String(24)),
    Column("ended_at", UtcDateTime, nullable=False),
    Index(None, "ended_at"),
    Index(None, "msisdn", "ended_at"),
)
