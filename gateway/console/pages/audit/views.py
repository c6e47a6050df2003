"""The audit log: who did or looked at what, when, from where; filters and an export."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from flask import render_template
from flask.typing import ResponseReturnValue
from sqlalchemy import Select, select
from wtforms import SelectField, StringField
from wtforms.validators import Optional

from gateway.console.kit.audit_words import ACTIONS, FIELDS, KINDS
from gateway.console.kit.context import audit, reading, scope, settings, writing
from gateway.console.kit.csv_files import csv_response
from gateway.console.kit.dates import DayField
from gateway.console.kit.forms import FilterForm, stripped
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.kit.listing import read_page
from gateway.console.pages.audit import blueprint
from gateway.core.texts import _
from gateway.staff.accounts import tidy_email
from gateway.staff.tables import audit_log

COLUMNS = (_("When"), _("Who"), _("What"), _("About"), _("Changes"), _("From address"))


class AuditFilter(FilterForm):
    who = StringField(_("Who (email)"), filters=[stripped])
    action = SelectField(_("What"))
    kind = SelectField(_("About"))
    object_id = StringField(_("Its number or id"), filters=[stripped])
    since = DayField(_("From day"), [Optional()])
    until = DayField(_("To day"), [Optional()])


@blueprint.get("/")
@needs("audit.see")
def index() -> ResponseReturnValue:
    form = _filter()
    statement = _filtered(form.given())
    with reading() as connection:
        page = read_page(connection, statement, (audit_log.c.at, audit_log.c.id), descending=True)
    return render_template(
        "audit/index.html", form=form, page=page, actions=ACTIONS, kinds=KINDS, changes=in_words
    )


@blueprint.get("/audit.csv")
@needs("audit.see")
def export() -> ResponseReturnValue:
    given = _filter().given()
    statement = _filtered(given).order_by(audit_log.c.at, audit_log.c.id)
    with writing() as connection:
        audit(connection, "audit.export", kind="audit")
    return csv_response("audit", [gettext(name) for name in COLUMNS], _lines(statement))


def in_words(changes: dict[str, list[Any]]) -> list[tuple[str, Any, Any]]:
    """[(field in the reader's language, before, after), ...]"""
    return [(gettext(FIELDS.get(key, key)), *pair) for key, pair in changes.items()]


def _filter() -> AuditFilter:
    form = AuditFilter()
    form.action.choices = _choices(ACTIONS)
    form.kind.choices = _choices(KINDS)
    return form


def _choices(words: dict[str, str]) -> dict[str, str]:
    named = sorted(((key, gettext(text)) for key, text in words.items()), key=lambda one: one[1])
    return {"": gettext(_("All"))} | dict(named)


def _filtered(given: dict[str, Any]) -> Select[Any]:
    statement = scope(select(audit_log), audit_log)
    for name in ("action", "kind", "object_id"):
        if name in given:
            statement = statement.where(audit_log.c[name] == given[name])
    if "who" in given:
        statement = statement.where(audit_log.c.who == tidy_email(given["who"]))
    if "since" in given:
        statement = statement.where(audit_log.c.at >= _start_of(given["since"]))
    if "until" in given:
        statement = statement.where(audit_log.c.at < _start_of(given["until"] + timedelta(days=1)))
    return statement


def _start_of(day: date) -> datetime:
    return datetime.combine(day, time(), settings().zone)


def _lines(statement: Select[Any]) -> Iterator[list[Any]]:
    with reading() as connection:
        for row in connection.execution_options(yield_per=1000).execute(statement):
            kind = gettext(KINDS.get(row.kind, row.kind)) if row.kind else ""
            changes = in_words(row.changes)
            yield [
                row.at.astimezone(settings().zone).isoformat(" ", "seconds"),
                row.who,
                gettext(ACTIONS.get(row.action, row.action)),
                f"{kind} {row.object_id or ''}".strip(),
                "; ".join(f"{name}: {_bare(old)} > {_bare(new)}" for name, old, new in changes),
                row.address,
            ]


def _bare(value: Any) -> str:
    return "" if value is None else str(value)
