"""The sheet of a pay point, as far as the reader may see it."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import abort
from sqlalchemy import Connection

from gateway.console.kit.context import one_or_404, scope
from gateway.console.kit.filters import place
from gateway.console.pages.payments.queries.desk import desk
from gateway.paydays.sheets import Sheet, Woman, about, women_on
from gateway.registry.tables import pay_points


def sheet_or_404(connection: Connection, sheet: Sheet) -> tuple[Any, list[Woman]]:
    """The pay point with its names, and everybody on the sheet; 404 where that is nobody."""
    where = one_or_404(connection, scope(about(sheet), pay_points))
    women = women_on(connection, sheet, desk().hers())
    if not women:
        abort(404)
    return where, women


def villages_of(women: Sequence[Woman]) -> dict[str, str]:
    """{id: name in the reader's letters} of those on the sheet, in its order."""
    return {str(one.village_id): place(one, "village") for one in women}


def of_village(women: Sequence[Woman], village_id: int | None) -> list[Woman]:
    return [one for one in women if village_id in {None, one.village_id}]


def sheet_of(on: date, pay_point_id: int) -> Sheet:
    return Sheet(on, pay_point_id)
