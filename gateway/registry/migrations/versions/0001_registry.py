"""Places, beneficiaries, payments, visits, callers and what they did."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

# SQLite numbers rows by itself only for a column that is exactly INTEGER.
SERIAL = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _callers()
    _districts()
    _optouts()
    _pin_attempts()
    _ussd_sessions()
    _health_centres()
    _pay_points()
    _villages()
    _beneficiaries()
    _cases()
    _events()
    _payments()
    _visits()


def _callers() -> None:
    op.create_table(
        "callers",
        sa.Column("msisdn", sa.String(length=16), nullable=False),
        sa.Column("locale", sa.String(length=8), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("msisdn", name=op.f("pk_callers")),
    )


def _districts() -> None:
    op.create_table(
        "districts",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("province", sa.String(length=64), nullable=False),
        sa.Column("province_latin", sa.String(length=64), nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("name_latin", sa.String(length=64), nullable=False),
        sa.Column("paused_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("paused_reason", sa.String(length=200), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_districts")),
        sa.UniqueConstraint("province", "name", name=op.f("uq_districts_province_name")),
    )


def _optouts() -> None:
    op.create_table(
        "optouts",
        sa.Column("msisdn", sa.String(length=16), nullable=False),
        sa.Column("category", sa.String(length=12), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("msisdn", "category", name=op.f("pk_optouts")),
    )


def _pin_attempts() -> None:
    op.create_table(
        "pin_attempts",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_key", sa.String(length=160), nullable=False),
        sa.Column("msisdn", sa.String(length=16), nullable=False),
        sa.Column("registration_no", sa.String(length=8), nullable=False),
        sa.Column("outcome", sa.String(length=8), nullable=False),
        sa.Column("tries_left", sa.SmallInteger(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pin_attempts")),
        sa.UniqueConstraint("event_key", name=op.f("uq_pin_attempts_event_key")),
    )
    op.create_index(
        op.f("ix_pin_attempts_msisdn_registration_no_at"),
        "pin_attempts",
        ["msisdn", "registration_no", "at"],
        unique=False,
    )


def _ussd_sessions() -> None:
    op.create_table(
        "ussd_sessions",
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("session_id", sa.String(length=64), nullable=False),
        sa.Column("msisdn", sa.String(length=16), nullable=False),
        sa.Column("service_code", sa.String(length=32), nullable=False),
        sa.Column("network_code", sa.String(length=16), nullable=False),
        sa.Column("status", sa.String(length=16), nullable=False),
        sa.Column("last_state", sa.String(length=40), nullable=True),
        sa.Column("trail", sa.JSON(), nullable=False),
        sa.Column("hops", sa.SmallInteger(), nullable=False),
        sa.Column("duration_ms", sa.Integer(), nullable=False),
        sa.Column("cost", sa.String(length=24), nullable=True),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("provider", "session_id", name=op.f("pk_ussd_sessions")),
    )
    op.create_index(op.f("ix_ussd_sessions_ended_at"), "ussd_sessions", ["ended_at"], unique=False)


def _health_centres() -> None:
    op.create_table(
        "health_centres",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("district_id", SERIAL, nullable=False),
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("name_latin", sa.String(length=48), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_health_centres_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_health_centres")),
        sa.UniqueConstraint("district_id", "name", name=op.f("uq_health_centres_district_id_name")),
    )


def _pay_points() -> None:
    op.create_table(
        "pay_points",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("district_id", SERIAL, nullable=False),
        sa.Column("name", sa.String(length=24), nullable=False),
        sa.Column("name_latin", sa.String(length=48), nullable=False),
        sa.Column("short_name", sa.String(length=16), nullable=True),
        sa.Column("short_name_latin", sa.String(length=24), nullable=True),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_pay_points_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pay_points")),
        sa.UniqueConstraint("district_id", "name", name=op.f("uq_pay_points_district_id_name")),
    )


def _villages() -> None:
    op.create_table(
        "villages",
        sa.Column("id", SERIAL, nullable=False),
        sa.Column("district_id", SERIAL, nullable=False),
        sa.Column("name", sa.String(length=16), nullable=False),
        sa.Column("name_latin", sa.String(length=32), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_villages_district_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_villages")),
        sa.UniqueConstraint("district_id", "name", name=op.f("uq_villages_district_id_name")),
    )


def _beneficiaries() -> None:
    op.create_table(
        "beneficiaries",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("registration_no", sa.String(length=8), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("name_latin", sa.String(length=240), nullable=False),
        sa.Column("msisdn", sa.String(length=16), nullable=True),
        sa.Column("msisdn_disowned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("locale", sa.String(length=8), nullable=True),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("category", sa.String(length=12), nullable=False),
        sa.Column("edd", sa.Date(), nullable=True),
        sa.Column("child_dob", sa.Date(), nullable=True),
        sa.Column("enrolled_on", sa.Date(), nullable=True),
        sa.Column("district_id", SERIAL, nullable=False),
        sa.Column("village_id", SERIAL, nullable=False),
        sa.Column("health_centre_id", SERIAL, nullable=False),
        sa.Column("pay_point_id", SERIAL, nullable=False),
        sa.Column("consent_payment", sa.Boolean(), nullable=False),
        sa.Column("consent_health", sa.Boolean(), nullable=False),
        sa.Column("pin_salt", sa.String(length=32), nullable=True),
        sa.Column("pin_hash", sa.String(length=64), nullable=True),
        sa.Column("phone_owner", sa.String(length=12), nullable=True),
        sa.Column("helper_msisdn", sa.String(length=16), nullable=True),
        sa.Column("course_ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("course_ended_reason", sa.String(length=40), nullable=True),
        sa.Column("set_here", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["district_id"], ["districts.id"], name=op.f("fk_beneficiaries_district_id")
        ),
        sa.ForeignKeyConstraint(
            ["health_centre_id"],
            ["health_centres.id"],
            name=op.f("fk_beneficiaries_health_centre_id"),
        ),
        sa.ForeignKeyConstraint(
            ["pay_point_id"], ["pay_points.id"], name=op.f("fk_beneficiaries_pay_point_id")
        ),
        sa.ForeignKeyConstraint(
            ["village_id"], ["villages.id"], name=op.f("fk_beneficiaries_village_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_beneficiaries")),
        sa.UniqueConstraint("registration_no", name=op.f("uq_beneficiaries_registration_no")),
    )
    op.create_index(
        op.f("ix_beneficiaries_district_id_village_id"),
        "beneficiaries",
        ["district_id", "village_id"],
        unique=False,
    )
    op.create_index(op.f("ix_beneficiaries_msisdn"), "beneficiaries", ["msisdn"], unique=False)


def _cases() -> None:
    op.create_table(
        "cases",
        sa.Column("number", SERIAL, nullable=False),
        sa.Column("event_key", sa.String(length=160), nullable=False),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("msisdn", sa.String(length=16), nullable=False),
        sa.Column("beneficiary_id", sa.Uuid(), nullable=True),
        sa.Column("state", sa.String(length=12), nullable=False),
        sa.Column("text", sa.Text(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["beneficiary_id"], ["beneficiaries.id"], name=op.f("fk_cases_beneficiary_id")
        ),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_cases")),
        sa.UniqueConstraint("event_key", name=op.f("uq_cases_event_key")),
    )
    op.create_index(op.f("ix_cases_state_opened_at"), "cases", ["state", "opened_at"], unique=False)


def _events() -> None:
    op.create_table(
        "events",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("event_key", sa.String(length=160), nullable=False),
        sa.Column("provider", sa.String(length=20), nullable=False),
        sa.Column("session_id", sa.String(length=64), nullable=True),
        sa.Column("msisdn", sa.String(length=16), nullable=False),
        sa.Column("beneficiary_id", sa.Uuid(), nullable=True),
        sa.Column("kind", sa.String(length=32), nullable=False),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["beneficiary_id"], ["beneficiaries.id"], name=op.f("fk_events_beneficiary_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_events")),
        sa.UniqueConstraint("event_key", name=op.f("uq_events_event_key")),
    )
    op.create_index(op.f("ix_events_msisdn_at"), "events", ["msisdn", "at"], unique=False)
    op.create_index(op.f("ix_events_session_id"), "events", ["session_id"], unique=False)


def _payments() -> None:
    op.create_table(
        "payments",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("beneficiary_id", sa.Uuid(), nullable=False),
        sa.Column("cycle", sa.String(length=7), nullable=False),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("amount", sa.Integer(), nullable=False),
        sa.Column("pay_point_id", SERIAL, nullable=False),
        sa.Column("status", sa.String(length=12), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["beneficiary_id"], ["beneficiaries.id"], name=op.f("fk_payments_beneficiary_id")
        ),
        sa.ForeignKeyConstraint(
            ["pay_point_id"], ["pay_points.id"], name=op.f("fk_payments_pay_point_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_payments")),
        sa.UniqueConstraint(
            "beneficiary_id", "cycle", name=op.f("uq_payments_beneficiary_id_cycle")
        ),
    )
    op.create_index(
        op.f("ix_payments_due_on_status"), "payments", ["due_on", "status"], unique=False
    )


def _visits() -> None:
    op.create_table(
        "visits",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("beneficiary_id", sa.Uuid(), nullable=False),
        sa.Column("visit", sa.String(length=32), nullable=False),
        sa.Column("done_on", sa.Date(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["beneficiary_id"], ["beneficiaries.id"], name=op.f("fk_visits_beneficiary_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visits")),
        sa.UniqueConstraint("beneficiary_id", "visit", name=op.f("uq_visits_beneficiary_id_visit")),
    )
