"""Keys of the programme's other systems: made, replaced, revoked; each is shown once."""

from uuid import UUID

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from gateway.api.keys import make_key, revoke_key, rotate_key
from gateway.console.kit.context import actor, now, reading, settings, writing
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.pages.api_keys import blueprint, queries, words
from gateway.console.pages.api_keys.forms import KeyForm, said
from gateway.core.texts import _

REVOKED = _("The key is revoked: it opens nothing any more.")
TOO_LATE = _("The key is not valid any more.")


@blueprint.get("/")
@needs("api_key.manage")
def index() -> ResponseReturnValue:
    with reading() as connection:
        rows = connection.execute(queries.listed()).all()
    return render_template(
        "api_keys/index.html", rows=rows, states=words.STATES, kinds=words.KINDS,
        state_of=queries.state_of,
    )  # fmt: skip


@blueprint.route("/new", methods=["GET", "POST"])
@needs("api_key.manage")
def add() -> ResponseReturnValue:
    form = KeyForm()
    with reading() as connection:
        form.offer(connection)
    if form.validate_on_submit():
        wanted = form.wanted()
        with writing() as connection:
            _id, shown = make_key(connection, wanted, by=actor(), now=now(), pepper=_pepper())
        return _show_once(wanted.name, shown)
    return render_template("api_keys/add.html", form=form)


@blueprint.get("/<uuid:key_id>")
@needs("api_key.manage")
def show(key_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        row = queries.one(connection, key_id)
        until = queries.replaced_until(connection, key_id)
    return render_template(
        "api_keys/show.html", row=row, replaced_until=until, state=queries.state_of(row),
        states=words.STATES, kind=words.EXPLAINED[row.kind],
        scopes=[said(one) for one in row.scopes],
    )  # fmt: skip


@blueprint.post("/<uuid:key_id>/rotate")
@needs("api_key.manage")
def rotate(key_id: UUID) -> ResponseReturnValue:
    with writing() as connection:
        row = queries.one(connection, key_id)
        shown = rotate_key(connection, key_id, by=actor(), now=now(), pepper=_pepper())
    if shown is None:
        flash(gettext(TOO_LATE), "error")
        return redirect(url_for(".show", key_id=key_id))
    return _show_once(row.name, shown)


@blueprint.post("/<uuid:key_id>/revoke")
@needs("api_key.manage")
def revoke(key_id: UUID) -> ResponseReturnValue:
    with writing() as connection:
        queries.one(connection, key_id)
        revoked = revoke_key(connection, key_id, by=actor(), now=now())
    flash(gettext(REVOKED if revoked else TOO_LATE), "done" if revoked else "error")
    return redirect(url_for(".show", key_id=key_id))


def _pepper() -> bytes:
    return settings().key("api_keys")


def _show_once(name: str, shown: str) -> ResponseReturnValue:
    """Not behind a redirect: the key would have to be kept somewhere until then."""
    return render_template("api_keys/once.html", name=name, shown=shown)
