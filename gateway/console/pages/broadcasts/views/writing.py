"""Writing and changing a draft."""

from typing import Any
from uuid import UUID

from flask import flash, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Row

from gateway.console.kit.context import now, reading, settings, writing
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.kit.text_costs import all_counted, tables
from gateway.console.pages.broadcasts import blueprint
from gateway.console.pages.broadcasts.actions import begin_preview, record, too_late_for
from gateway.console.pages.broadcasts.forms.writing import TEXT_FIELDS, BroadcastForm, confined_to
from gateway.console.pages.broadcasts.queries.broadcasts import author, one
from gateway.core.texts import _
from gateway.messaging.broadcasts.faults import BroadcastError
from gateway.messaging.broadcasts.kept_preview import audience_size
from gateway.messaging.broadcasts.lifecycle import (
    LONGEST_NAME,
    create_broadcast,
    edit_broadcast,
)

SAVED = _("The draft is saved.")
COPY_OF = _("Copy of %(name)s")
FOLLOW_UP = _("Once more: %(name)s")


@blueprint.route("/new", methods=["GET", "POST"])
@needs("broadcast.write")
def new() -> ResponseReturnValue:
    form = BroadcastForm()
    _offer(form, confined_to())
    if request.method == "GET":
        form.status.data = ["enrolled"]
        _copy(form)
    if not _is_saved(form):
        return _page(form, None)
    with writing() as connection:
        broadcast_id = create_broadcast(
            connection,
            author=author(),
            district_id=confined_to(),
            **_content(form),
        )
        record(connection, "broadcast.write", broadcast_id)
    return _saved(broadcast_id)


@blueprint.route("/<uuid:broadcast_id>/edit", methods=["GET", "POST"])
@needs("broadcast.write")
def edit(broadcast_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        row = one(connection, broadcast_id)
    if row.state != "draft":
        return _no_draft(broadcast_id)
    form = BroadcastForm()
    if request.method == "GET":
        form.open(row.updated_at)
        form.fill(row)
    _offer(form, confined_to(row.district_id))
    if not _is_saved(form) or form.is_stale(row.updated_at):
        return _page(form, row)
    try:
        with writing() as connection:
            edit_broadcast(connection, broadcast_id, by=author(), **_content(form))
            record(connection, "broadcast.edit", broadcast_id, row.district_id)
    except BroadcastError:
        return _no_draft(broadcast_id)
    return _saved(broadcast_id)


@blueprint.post("/audience")
@needs("broadcast.write")
def audience() -> ResponseReturnValue:
    """How many people, and the places that can be chosen now: a part of the form's page."""
    form = BroadcastForm()
    _offer(form, confined_to())
    return render_template("broadcasts/_audience.html", form=form, people=_people(form))


@blueprint.get("/alphabet.json")
@needs("broadcast.write")
def alphabet() -> ResponseReturnValue:
    """What the browser counts SMS with."""
    return jsonify(tables())


def _offer(form: BroadcastForm, district_id: int | None) -> None:
    with reading() as connection:
        form.offer(connection, district_id)


def _is_saved(form: BroadcastForm) -> bool:
    """The other button only counts."""
    asked = request.form.get("action") == "save"
    return request.method == "POST" and asked and bool(form.validate())


def _content(form: BroadcastForm) -> dict[str, Any]:
    return {
        "name": form.name.data,
        "texts": form.texts(),
        "audience": form.audience(),
        "default_locale": settings().default_locale,
        "now": now(),
    }


def _page(form: BroadcastForm, row: Row[Any] | None) -> ResponseReturnValue:
    with reading() as connection:
        follows = form.follows()
        followed = one(connection, follows) if follows else None
    return render_template(
        "broadcasts/write.html",
        followed=followed,
        form=form,
        row=row,
        fields=TEXT_FIELDS,
        counts=all_counted(form.texts()),
        people=_people(form),
        default_locale=settings().default_locale,
    )


def _people(form: BroadcastForm) -> int:
    with reading() as connection:
        return audience_size(connection, form.audience())


def _no_draft(broadcast_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        flash(gettext(too_late_for(connection, broadcast_id)), "warning")
    return redirect(url_for(".show", broadcast_id=broadcast_id))


def _saved(broadcast_id: UUID) -> ResponseReturnValue:
    begin_preview(broadcast_id)
    flash(gettext(SAVED), "done")
    return redirect(url_for(".show", broadcast_id=broadcast_id))


def _copy(form: BroadcastForm) -> None:
    """Begins with the texts and the audience of another one, where the address names it; to follow
    it up, only with those of them who got nothing.
    """
    follows = request.args.get("follow", type=UUID)
    source = follows or request.args.get("copy", type=UUID)
    if source is None:
        return
    with reading() as connection:
        row = one(connection, source)
    form.fill(row)
    named = FOLLOW_UP if follows else COPY_OF
    form.name.data = gettext(named, name=row.name)[:LONGEST_NAME]
    if follows is not None:
        form.missed.data = str(follows)
    _offer(form, confined_to())
