"""People are found by any part of a name and by the last four digits of a phone."""

import sqlalchemy as sa
from alembic import op

from gateway.core.names import name_key

revision = "0023"
down_revision = "0022"

_AT_ONCE = 5000
# As in gateway.registry.tables; a query must say the same to be answered by them. What begins
# with two letters or one is found among parts of three by its beginning.
_PARTS = """
CREATE FUNCTION name_parts(key text) RETURNS tsvector
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
    SELECT array_to_tsvector(array_agg(DISTINCT substr(spelling, start, 3)))
    FROM unnest(string_to_array(key, ' ')) AS spelling,
        generate_series(1, length(spelling)) AS start
$$
"""
_BY_PARTS = """
CREATE INDEX ix_beneficiaries_name_parts ON beneficiaries USING gin (name_parts(name_key))
"""
_BY_PHONE_END = """
CREATE INDEX ix_beneficiaries_phone_end
ON beneficiaries (substr(msisdn, length(msisdn) - 3), registration_no)
"""
_BY_WORDS = """
CREATE INDEX ix_beneficiaries_name_words ON beneficiaries USING gin (
array_to_tsvector(array_remove(string_to_array(
lower(beneficiaries.name || ' ' || beneficiaries.name_latin), ' '), '')))
"""

_people = sa.table(
    "beneficiaries", *map(sa.column, ("registration_no", "name", "name_latin", "name_key"))
)


def upgrade() -> None:
    op.add_column("beneficiaries", sa.Column("name_key", sa.Text()))
    _fill()
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP INDEX ix_beneficiaries_name_words")
        op.execute(_BY_PHONE_END)
        op.execute(_PARTS)
        op.execute(_BY_PARTS)


def _fill() -> None:
    """In steps along the registration number: no table is held in memory."""
    connection, last = op.get_bind(), ""
    number = _people.c.registration_no
    key = sa.update(_people).where(number == sa.bindparam("whose"))
    step = sa.select(number, _people.c.name, _people.c.name_latin).order_by(number).limit(_AT_ONCE)
    while rows := connection.execute(step.where(number > last)).all():
        keys = [
            {"whose": row.registration_no, "name_key": name_key(row.name, row.name_latin)}
            for row in rows
        ]
        connection.execute(key, keys)
        last = rows[-1].registration_no


def downgrade() -> None:
    """The release before finds names by their words."""
    if op.get_context().dialect.name == "postgresql":
        op.execute("DROP INDEX ix_beneficiaries_phone_end")
        op.execute("DROP INDEX ix_beneficiaries_name_parts")
        op.execute("DROP FUNCTION name_parts")
        op.execute(_BY_WORDS)
