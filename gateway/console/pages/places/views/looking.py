"""The place that an address means."""

from flask import abort, flash, redirect, request, url_for
from sqlalchemy import Connection

from gateway.console.kit.language import gettext
from gateway.console.pages.places.queries import became, kind_or_404, one
from gateway.places.faults import GONE
from gateway.places.records import Place


def place_at(connection: Connection, kind: str, place_id: int) -> Place:
    """The place, or 404; of one that was merged the address leads to the one that stayed."""
    known = kind_or_404(kind)
    kept = became(connection, known, place_id)
    if kept is not None:
        if request.method == "POST":
            flash(gettext(GONE), "warning")
        abort(redirect(url_for("console.places.show", kind=kind, place_id=kept)))
    return one(connection, known, place_id)
