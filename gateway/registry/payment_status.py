"""A payment's status as staff set it, beside what the paying side's file says."""

from typing import Any

from sqlalchemy import Case, ColumnElement, case, func

from gateway.registry.tables import payments


def file_said(becomes: ColumnElement[str]) -> Case[Any]:
    """`status_before` of a payment that staff make `becomes`: what the file said of it last, as
    long as that is something else. A file that still says so does not undo it.
    """
    said = func.coalesce(payments.c.status_before, payments.c.status)
    return case((said != becomes, said))
