"""A place that is used no more, or again; a spelling that is none of its."""

from collections.abc import Callable

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from gateway.console.kit.context import writing
from gateway.console.kit.filters import place as in_letters
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.pages.places import blueprint
from gateway.console.pages.places.queries import desk, may_change
from gateway.console.pages.places.views.looking import place_at
from gateway.core.texts import _
from gateway.places import aliases, retiring
from gateway.places.faults import PlaceError
from gateway.places.records import Place

RETIRED = _("%(place)s is retired: nobody new, and no new payment, comes there.")
REOPENED = _("%(place)s is in use again.")
FORGOTTEN = _("%(name)s is forgotten: a file that says it makes a new place.")


@blueprint.post("/<kind>/<int:place_id>/retire")
@needs("place.change")
def retire(kind: str, place_id: int) -> ResponseReturnValue:
    return _do(kind, place_id, _retire)


@blueprint.post("/<kind>/<int:place_id>/reopen")
@needs("place.change")
def reopen(kind: str, place_id: int) -> ResponseReturnValue:
    return _do(kind, place_id, _reopen)


@blueprint.post("/<kind>/<int:place_id>/forget/<int:alias_id>")
@needs("place.change")
def forget(kind: str, place_id: int, alias_id: int) -> ResponseReturnValue:
    def act(connection: Connection, place: Place) -> str:
        name = aliases.forget(connection, place, alias_id)
        if name is None:
            abort(404)
        desk().record(connection, "place.forget", place, {"spelling": (name, None)})
        return gettext(FORGOTTEN, name=name)

    return _do(kind, place_id, act)


def _retire(connection: Connection, place: Place) -> str:
    retiring.retire(connection, place, desk=desk())
    return gettext(RETIRED, place=in_letters(place))


def _reopen(connection: Connection, place: Place) -> str:
    retiring.reopen(connection, place, desk=desk())
    return gettext(REOPENED, place=in_letters(place))


def _do(kind: str, place_id: int, act: Callable[[Connection, Place], str]) -> ResponseReturnValue:
    """Does it and says so, or says why not; then the place again."""
    try:
        with writing() as connection:
            about = place_at(connection, kind, place_id)
            if not may_change(about):
                abort(403)
            flash(act(connection, about), "done")
    except PlaceError as error:
        flash(gettext(error.reason, **error.params), "warning")
    return redirect(url_for(".show", kind=kind, place_id=place_id))
