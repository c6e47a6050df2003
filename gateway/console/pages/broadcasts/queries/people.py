"""Who got a broadcast, who did not and why, as far as the reader may see them."""

from collections.abc import Iterator
from typing import Any
from uuid import UUID

from flask import abort
from sqlalchemy import Connection, Select

from gateway.console.kit.context import reading, scope
from gateway.console.kit.filters import place
from gateway.console.kit.language import gettext
from gateway.console.kit.places import name_columns
from gateway.console.kit.words import OUTCOMES
from gateway.figures.told import WHY, recipients_of
from gateway.registry.tables import beneficiaries, districts, villages


def recipients(
    connection: Connection, broadcast_id: UUID, district_id: int | None, *, all_of_them: bool
) -> Select[Any]:
    """Each with an `outcome`; only who got none, or everybody."""
    found = recipients_of(connection, broadcast_id, district_id=district_id)
    if found is None:
        abort(404)
    outcome = next(one for one in found.selected_columns if one.key == "outcome")
    named = (
        found.add_columns(*name_columns(village=villages, district=districts))
        .join(villages, villages.c.id == beneficiaries.c.village_id)
        .join(districts, districts.c.id == beneficiaries.c.district_id)
    )
    statement = scope(named, beneficiaries)
    return statement if all_of_them else statement.where(outcome.in_(WHY))


def recipient_lines(
    broadcast_id: UUID, district_id: int | None, *, all_of_them: bool
) -> Iterator[tuple[Any, ...]]:
    """For a download, by registration number."""
    with reading() as connection:
        found = recipients(connection, broadcast_id, district_id, all_of_them=all_of_them)
        ordered = found.order_by(beneficiaries.c.registration_no)
        for row in connection.execution_options(yield_per=1000).execute(ordered):
            yield (
                row.registration_no, row.name, row.name_latin, place(row, "district"),
                place(row, "village"), gettext(OUTCOMES[row.outcome]),
            )  # fmt: skip
