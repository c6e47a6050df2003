"""Places by kind, and each on a page of its own."""

from flask import render_template
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import reading
from gateway.console.kit.guards import needs
from gateway.console.pages.places import blueprint
from gateway.console.pages.places.forms import PlaceFilter
from gateway.console.pages.places.queries import (
    desk,
    kind_or_404,
    may_change,
    page_of,
    served,
)
from gateway.console.pages.places.views.looking import place_at
from gateway.console.pages.places.words import KINDS, ONE
from gateway.places.aliases import aliases_of
from gateway.places.dependants import dependants


@blueprint.get("/")
@needs("place.see")
def index() -> ResponseReturnValue:
    form = PlaceFilter()
    with reading() as connection:
        form.offer(served(connection))
        given = form.given()
        kind = kind_or_404(given.get("kind", "village"))
        page, counts = page_of(
            connection, kind, search=given.get("q"), district=given.get("district")
        )
    return render_template(
        "places/index.html", form=form, kind=kind, kinds=KINDS, page=page, counts=counts, one=ONE
    )


@blueprint.get("/<kind>/<int:place_id>")
@needs("place.see")
def show(kind: str, place_id: int) -> ResponseReturnValue:
    with reading() as connection:
        about = place_at(connection, kind, place_id)
        follows = dependants(connection, about, desk())
        aliases = connection.execute(aliases_of(about)).all()
    return render_template(
        "places/show.html",
        about=about,
        follows=follows,
        aliases=aliases,
        kinds=KINDS,
        one=ONE,
        may_change=may_change(about),
    )
