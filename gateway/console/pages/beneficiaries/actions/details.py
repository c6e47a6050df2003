"""Changing what is known about a person: with a reason, kept against imports, in the audit log."""

from typing import Any

from sqlalchemy import Connection, func, update

from gateway.console.kit.context import now, today
from gateway.console.kit.forms import msisdn_of
from gateway.console.pages.beneficiaries.actions.records import record
from gateway.console.pages.beneficiaries.forms.details import KEEP, NEW, PersonForm
from gateway.registry.choices import (
    correct_number,
    set_caller_locale,
    set_consent,
    set_locale,
    set_phone_owner,
)
from gateway.registry.tables import beneficiaries
from gateway.staff.audit import changed

HIDDEN = "•••"  # numbers are not written into the log


def save(connection: Connection, person: Any, locale: str | None, form: PersonForm) -> bool:
    """Writes what was changed, and a line in the audit log; False where nothing was."""
    before = {
        "phone_owner": person.phone_owner or "",
        "locale": locale or "",
        "consent_payment": person.consent_payment,
        "consent_health": person.consent_health,
        "status": person.status,
    }
    after = {name: form[name].data for name in before} | {"phone_owner": form.owner()}
    changes: dict[str, Any] = changed(before, after)
    msisdn = _new_number(person, form)
    numbered = form.number.data != KEEP and (
        msisdn != person.msisdn or person.msisdn_disowned_at is not None
    )
    if numbered:
        correct_number(connection, person.id, msisdn, form.owner() or None, now())
    _apply(connection, person, msisdn, {name: new for name, (_old, new) in changes.items()})
    if numbered:
        changes["msisdn"] = (HIDDEN if person.msisdn else None, HIDDEN if msisdn else None)
    if changes:
        reason = {"reason": (None, form.reason.data)}
        record(connection, "beneficiary.edit", person, changes | reason)
    return bool(changes)


def _new_number(person: Any, form: PersonForm) -> str | None:
    if form.number.data == KEEP:
        return str(person.msisdn) if person.msisdn else None
    found = msisdn_of(form.msisdn) if form.number.data == NEW else None
    return found.e164 if found else None


def _apply(connection: Connection, person: Any, msisdn: str | None, values: dict[str, Any]) -> None:
    locale = values.pop("locale", None)
    if locale and msisdn:
        set_caller_locale(connection, msisdn, locale, now())
    elif locale:
        set_locale(connection, person.id, locale, now())
    for category in ("payment", "health"):
        agreed = values.pop(f"consent_{category}", None)
        if agreed is not None:
            set_consent(connection, [person.id], category, agreed, now())
    if "phone_owner" in values:
        set_phone_owner(connection, person.id, values.pop("phone_owner") or None, now())
    if "status" in values:
        values |= _status_set_here(person, values["status"])
    if values:
        connection.execute(
            update(beneficiaries)
            .where(beneficiaries.c.id == person.id)
            .values(updated_at=now(), **values)
        )


def _status_set_here(person: Any, status: str) -> dict[str, Any]:
    """What goes with another status; the one before stays known, so that no old file undoes it."""
    first = status == "enrolled" and person.enrolled_on is None
    before = func.coalesce(beneficiaries.c.status_before, person.status)
    return {"status_before": before, **({"enrolled_on": today()} if first else {})}
