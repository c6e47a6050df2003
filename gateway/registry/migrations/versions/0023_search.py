"""People are found by any part of a name and by the last four digits of a phone."""

import sqlalchemy as sa
from alembic import op

from gateway.core.names import name_key
from gateway.registry import online
from gateway.registry.bulk import values_table

revision = "0023"
down_revision = "0022"

_AT_ONCE = 1000
# As in gateway.registry.tables; a query must say the same to be answered by them. What begins
# with two letters or one is found among parts of three by its beginning.
_PARTS = """
CREATE OR REPLACE FUNCTION name_parts(key text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT array_to_tsvector(array_agg(DISTINCT substr(spelling, start, 3)))
    FROM unnest(string_to_array(key, ' ')) AS spelling,
        generate_series(1, length(spelling)) AS start
$$
"""
_BY_WORDS = """
CREATE INDEX ix_beneficiaries_name_words ON beneficiaries USING gin (
array_to_tsvector(array_remove(string_to_array(
lower(beneficiaries.name || ' ' || beneficiaries.name_latin), ' '), '')))
"""

_people = sa.Table(
    "beneficiaries",
    sa.MetaData(),
    *(sa.Column(name, sa.Text) for name in ("registration_no", "name", "name_latin", "name_key")),
)


def upgrade() -> None:
    online.add_column("beneficiaries", sa.Column("name_key", sa.Text()))
    if op.get_context().dialect.name == "postgresql":
        op.execute(_PARTS)
    with online.in_steps() as connection:
        _fill(connection)
    if op.get_context().dialect.name == "postgresql":
        online.create_index(
            "ix_beneficiaries_phone_end",
            "beneficiaries",
            [sa.text("substr(msisdn, length(msisdn) - 3)"), "registration_no"],
        )
        online.create_index(
            "ix_beneficiaries_name_parts",
            "beneficiaries",
            [sa.text("name_parts(name_key)")],
            postgresql_using="gin",
        )
        online.drop_index("ix_beneficiaries_name_words", "beneficiaries")


def _fill(connection: sa.Connection) -> None:
    """Along the registration number: no table is held in memory, no row for long."""
    last = ""
    number = _people.c.registration_no
    step = sa.select(number, _people.c.name, _people.c.name_latin).order_by(number).limit(_AT_ONCE)
    while rows := connection.execute(step.where(number > last)).all():
        keys = [
            {"registration_no": row.registration_no, "name_key": name_key(row.name, row.name_latin)}
            for row in rows
        ]
        new = values_table(connection, keys, [number, _people.c.name_key])
        connection.execute(
            sa.update(_people)
            .where(number == new.c.registration_no)
            .values(name_key=new.c.name_key)
        )
        last = rows[-1].registration_no


def downgrade() -> None:
    """The release before finds names by their words."""
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP INDEX ix_beneficiaries_phone_end")
        op.execute("DROP INDEX ix_beneficiaries_name_parts")
        op.execute("DROP FUNCTION name_parts")
        op.execute(_BY_WORDS)
