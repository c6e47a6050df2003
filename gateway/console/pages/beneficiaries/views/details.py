"""Changing what is known about a person."""

from typing import Any
from uuid import UUID

from flask import render_template
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import reading, today, writing
from gateway.console.kit.filters import day
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.kit.words import LOCALES, STATUSES
from gateway.console.pages.beneficiaries import blueprint
from gateway.console.pages.beneficiaries.actions import details
from gateway.console.pages.beneficiaries.forms.details import details_form
from gateway.console.pages.beneficiaries.queries.people import locked, one_person, story_of
from gateway.console.pages.beneficiaries.views.page import back_to
from gateway.core.texts import _
from gateway.messaging.told import told_days

SAVED = _("Saved.")
SAVED_BUT_TOLD = _(
    "Saved. Her former number was told of %(days)s already, the new one is not told again: tell "
    "her yourself."
)
NOTHING_CHANGED = _("Nothing was changed.")


@blueprint.route("/<uuid:beneficiary_id>/edit", methods=["GET", "POST"])
@needs("beneficiary.edit")
def edit(beneficiary_id: UUID) -> ResponseReturnValue:
    with reading() as connection:
        row = one_person(connection, beneficiary_id)
        locale = story_of(connection, row).locale
    form = details_form(row, locale)
    if form.validate_on_submit():
        with writing() as connection:
            fresh = locked(connection, beneficiary_id)
            if not form.is_stale(fresh.updated_at):
                saved = details.save(connection, fresh, locale, form)
                told = told_days(connection, beneficiary_id, today())
                has_another = one_person(connection, beneficiary_id).msisdn != fresh.msisdn
                if told and has_another:
                    days = ", ".join(map(day, told))
                    return back_to(beneficiary_id, SAVED_BUT_TOLD, tone="warning", days=days)
                return back_to(beneficiary_id, SAVED if saved else NOTHING_CHANGED)
    stored = _stored(row, locale) if form.form_errors else ()
    return render_template("beneficiaries/edit.html", form=form, person=row, stored=stored)


def _stored(row: Any, locale: str | None) -> list[tuple[str, str]]:
    """What is stored now, for whoever typed something else meanwhile."""
    return [
        (gettext(_("Language")), gettext(LOCALES[locale]) if locale else ""),
        (gettext(_("Status")), gettext(STATUSES[row.status][0])),
        (gettext(_("Wants messages about payments")), _yes_no(row.consent_payment)),
        (gettext(_("Wants messages about health visits")), _yes_no(row.consent_health)),
    ]


def _yes_no(value: bool) -> str:
    return gettext(_("yes") if value else _("no"))
