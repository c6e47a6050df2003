"""Of every table: what it holds of a person and what becomes of it, or that it holds nothing.

In the order of an erasure: what refers to other rows comes before them. A table that is in none of
the two fails a test.
"""

from typing import Any

from sqlalchemy import ColumnElement, String, case, cast, or_, select, tuple_, union_all

from gateway.connectors.tables import connection_faults
from gateway.core.texts import _
from gateway.messaging.tables import (
    api_test_messages,
    handset_days,
    messages,
    mo_messages,
    receipts,
    replies_given,
    replies_held,
)
from gateway.own_data.holding import Holding, any_of, by_id_or_phone, by_phone
from gateway.own_data.tables import erasures
from gateway.own_data.whose import Whose
from gateway.paydays.tables import moved_payments, payment_marks
from gateway.registry.api_tables import api_answers
from gateway.registry.dropped_payments import dropped_payments
from gateway.registry.learning import changes
from gateway.registry.tables import (
    beneficiaries,
    callers,
    cases,
    events,
    life_events,
    optouts,
    payments,
    people_pairs,
    pin_attempts,
    registration_aliases,
    ussd_sessions,
    visits,
)
from gateway.staff.tables import audit_log, case_assignments, case_notes
from gateway.uploads.recording import written_of
from gateway.uploads.tables import import_changes, import_lines

NOBODY = "•••"  # where a name stood
COUNTED = _("It counts in figures and costs; it names nobody any more.")
MONEY = _("What public money was paid, when and where, has to be accounted for.")
LOG = _(
    "Nobody can change the log. It has her id, reasons that staff gave, and what they changed (a "
    "status, a visit); no name and no number."
)
COUNTED_ANSWERS = _("So that a request that comes again is not done again.")
NO_SMS = _("So that a phone that wants no SMS gets none, whoever it belongs to.")
WHO_DECIDED = _("That it was done, when and by whom, has to be shown.")

_messages = by_id_or_phone(messages)


def _learnt(whose: Whose) -> ColumnElement[bool]:
    """Under the ids as well that she had before a merge."""
    were = select(registration_aliases.c.was_id)
    before = changes.c.beneficiary_id.in_(
        were.where(registration_aliases.c.beneficiary_id == whose.id)
    )
    return any_of(changes.c.beneficiary_id == whose.id, before, by_phone(changes)(whose))


def _hers(table: Any) -> Any:
    return lambda whose: table.c.beneficiary_id == whose.id


def _of_her_payments(table: Any) -> Any:
    def hers(whose: Whose) -> ColumnElement[bool]:
        mine = select(payments.c.id).where(payments.c.beneficiary_id == whose.id)
        return table.c.payment_id.in_(mine)  # type: ignore[no-any-return]

    return hers


def _objects(whose: Whose) -> ColumnElement[bool]:
    return written_of(whose.id)


def _lines(whose: Whose) -> ColumnElement[bool]:
    """What checks said of the rows by which imports wrote her."""
    written = select(import_changes.c.import_id, import_changes.c.line).where(_objects(whose))
    return tuple_(import_lines.c.import_id, import_lines.c.line).in_(written)


def _receipts(whose: Whose) -> ColumnElement[bool]:
    refs = select(messages.c.provider_ref).where(
        _messages(whose), messages.c.provider_ref.is_not(None)
    )
    found = [select(receipts.c.id).where(receipts.c.provider_ref.in_(refs))]
    parked = by_phone(receipts)(whose)
    if parked is not None:
        found.append(select(receipts.c.id).where(parked, ~receipts.c.matched))
    return receipts.c.id.in_(union_all(*found))


def _tries(whose: Whose) -> ColumnElement[bool]:
    """Of any number she has or had, and of her phone."""
    others = registration_aliases.c.registration_no
    numbers = union_all(
        select(beneficiaries.c.registration_no).where(beneficiaries.c.id == whose.id),
        select(others).where(registration_aliases.c.beneficiary_id == whose.id),
    )
    found = [select(pin_attempts.c.id).where(pin_attempts.c.registration_no.in_(numbers))]
    phone = by_phone(pin_attempts)(whose)
    if phone is not None:
        found.append(select(pin_attempts.c.id).where(phone))
    return pin_attempts.c.id.in_(union_all(*found))


def _of_her_cases(table: Any) -> Any:
    def hers(whose: Whose) -> ColumnElement[bool]:
        mine = select(cases.c.number).where(by_id_or_phone(cases)(whose))
        return table.c.case_number.in_(mine)  # type: ignore[no-any-return]

    return hers


def _by_number(table: Any) -> Any:
    """The rows that name her by a registration number that she has or had."""

    def hers(whose: Whose) -> ColumnElement[bool]:
        others = registration_aliases.c
        numbers = union_all(
            select(beneficiaries.c.registration_no).where(beneficiaries.c.id == whose.id),
            select(others.registration_no).where(others.beneficiary_id == whose.id),
        )
        return table.c.registration_no.in_(numbers)  # type: ignore[no-any-return]

    return hers


HOLDINGS: tuple[Holding, ...] = (
    Holding(table=connection_faults, word=_("What could not be taken of her from another system"),
            hers=_by_number(connection_faults), fate="delete",
            taken=("kind", "column", "reason", "params")),
    Holding(table=api_answers, word=_("What other systems were answered about her, for a day"),
            hers=_by_number(api_answers), fate="strip", taken=("at", "status"),
            stripped={"body": None}, why=COUNTED_ANSWERS),
    Holding(table=import_lines, word=_("What checks of files said of her"), hers=_lines,
            fate="delete", taken=("kind", "column", "reason", "params")),
    Holding(table=import_changes, word=_("What files changed of her, before and after"),
            hers=_objects, fate="delete", taken=("is_new", "fields")),
    Holding(table=changes, word=_("What other systems are told of her"), hers=_learnt,
            fate="delete", taken=("at", "kind", "data")),
    Holding(table=receipts, word=_("Receipts of her SMS"), hers=_receipts, fate="strip",
            taken=("status", "outcome", "received_at"), stripped={"msisdn": None}, why=COUNTED),
    Holding(table=messages, word=_("SMS to her"), hers=_messages, fate="strip",
            taken=("created_at", "category", "template", "locale", "body", "state", "sent_at",
                   "segments"),
            stripped={
                "msisdn": "", "body": None, "params": {}, "told": None, "request_id": None,
                # It may be made of her id and her day: a plan must not find it again either.
                "dedupe_key": cast(messages.c.id, String),
                "state": case((messages.c.state == "queued", "cancelled"),
                              (messages.c.state == "unknown", "failed"),
                              else_=messages.c.state),
            }, why=COUNTED),
    Holding(table=api_test_messages, word=_("SMS to her that a system only tried"),
            hers=by_id_or_phone(api_test_messages), fate="delete",
            taken=("created_at", "category", "template", "body", "state")),
    Holding(table=handset_days, word=_("That her phone had an SMS on a day"),
            hers=by_phone(handset_days), fate="delete", taken=("day",)),
    Holding(table=mo_messages, word=_("SMS from her phone"), hers=by_phone(mo_messages),
            fate="delete", taken=("received_at", "text", "handled_as")),
    Holding(table=replies_given, word=_("Answers to her phone"), hers=by_phone(replies_given),
            fate="delete", taken=("about", "at")),
    Holding(table=replies_held, word=_("Answers to her phone that were held back"),
            hers=by_phone(replies_held), fate="delete", taken=("day", "reason", "held")),
    Holding(table=ussd_sessions, word=_("Calls from her phone"), hers=by_phone(ussd_sessions),
            fate="strip", taken=("ended_at", "service_code", "status", "trail", "duration_ms"),
            stripped={"msisdn": ""}, why=COUNTED),
    Holding(table=events, word=_("What was done on her phone"), hers=by_id_or_phone(events),
            fate="strip", taken=("at", "kind", "data", "result"),
            stripped={"msisdn": "", "data": {}, "result": {}}, why=COUNTED),
    Holding(table=pin_attempts, word=_("PINs that were tried"), hers=_tries, fate="delete",
            taken=("at", "outcome")),
    Holding(table=case_notes, word=_("What staff noted on her cases"),
            hers=_of_her_cases(case_notes), fate="strip", taken=("at", "kind", "text"),
            stripped={"text": None}, why=COUNTED),
    Holding(table=case_assignments, word=_("Who took care of her cases"),
            hers=_of_her_cases(case_assignments), fate="delete", taken=("assigned_at",)),
    Holding(table=cases, word=_("Her cases"), hers=by_id_or_phone(cases), fate="strip",
            taken=("number", "kind", "text", "state", "opened_at", "closed_at"),
            stripped={"msisdn": "", "text": None, "state": "closed"}, why=COUNTED),
    Holding(table=life_events, word=_("Births, losses and moves that were entered"),
            hers=_hers(life_events), fate="delete",
            taken=("at", "kind", "entered_on", "before", "after", "taken_back_at")),
    Holding(table=registration_aliases, word=_("Her other registration numbers"),
            hers=_hers(registration_aliases), fate="delete", taken=("registration_no", "at")),
    Holding(table=people_pairs, word=_("Who was taken for her, or she for them"),
            hers=lambda whose: or_(people_pairs.c.one_id == whose.id,
                                   people_pairs.c.other_id == whose.id),
            fate="delete", taken=("shared", "found_at", "decided_at")),
    Holding(table=visits, word=_("Her health visits"), hers=_hers(visits), fate="delete",
            taken=("visit", "done_on")),
    Holding(table=payment_marks, word=_("What staff marked of her payments"),
            hers=_of_her_payments(payment_marks), fate="keep", taken=("was", "became"), why=MONEY),
    Holding(table=moved_payments, word=_("Which of her payments were moved"),
            hers=_of_her_payments(moved_payments), fate="keep", taken=("move_id",), why=MONEY),
    Holding(table=dropped_payments, word=_("Her payments under another number"),
            hers=_of_her_payments(dropped_payments), fate="strip",
            taken=("registration_no", "due_on", "amount", "status", "at"),
            stripped={"registration_no": ""}, why=MONEY),
    Holding(table=payments, word=_("Her payments"), hers=_hers(payments), fate="strip",
            taken=("cycle", "due_on", "amount", "status", "came_as"),
            stripped={"came_as": None}, why=MONEY),
    Holding(table=callers, word=_("The language her phone chose"), hers=by_phone(callers),
            fate="delete", taken=("locale",)),
    Holding(table=optouts, word=_("SMS that her phone wants none of"), hers=by_phone(optouts),
            fate="keep", taken=("category", "source", "at"), why=NO_SMS),
    Holding(table=audit_log, word=_("What staff did and looked at"),
            hers=lambda whose: (audit_log.c.kind == "beneficiary")
            & (audit_log.c.object_id == str(whose.id)),
            fate="keep", taken=("at", "action", "changes"), why=LOG),
    Holding(table=erasures, word=_("That her data was to be erased"), hers=_hers(erasures),
            fate="keep", taken=("state", "asked_at", "decided_at"), why=WHO_DECIDED),
    Holding(table=beneficiaries, word=_("Her details"),
            hers=lambda whose: beneficiaries.c.id == whose.id, fate="strip",
            taken=("registration_no", "name", "name_latin", "msisdn", "msisdn_disowned_at",
                   "locale", "status", "category", "edd", "child_dob", "children", "enrolled_on",
                   "consent_payment", "consent_health", "phone_owner", "helper_msisdn",
                   "course_ended_at", "course_ended_reason", "created_at", "updated_at"),
            stripped={
                "name": NOBODY, "name_latin": NOBODY, "name_key": None, "msisdn": None,
                "msisdn_disowned_at": None, "locale": None, "status": "exited", "edd": None,
                "child_dob": None, "children": None, "enrolled_on": None, "consent_payment": False,
                "consent_health": False, "pin_salt": None, "pin_hash": None, "phone_owner": None,
                "helper_msisdn": None, "course_ended_at": None, "course_ended_reason": None,
                "set_here": [], "status_before": None,
            }, why=MONEY),
)  # fmt: skip

# Tables that hold nothing of a person of the registry, and why that is so.
NOTHING: dict[str, str] = {
    "connections": "other systems that are read",
    "connection_runs": "other systems that are read: counts",
    "webhook_endpoints": "receivers of webhooks",
    "webhook_events": "receivers of webhooks",
    "webhook_deliveries": "that a change is told to a receiver; the text is drawn when it is sent",
    "dci_messages": "what partners sent, its text only until it is worked through: minutes, a day "
    "where the partner does not answer",
    "dci_subscriptions": "what partners want to be told of: a registration number at most",
    "api_keys": "keys of other systems",
    "api_key_secrets": "keys of other systems",
    "change_positions": "the last place in the feed",
    "backups": "files of the whole database: their names and sizes",
    "heartbeats": "how a restored database is known",
    "restores": "that the database was restored, and what was released",
    "reminder_marks": "a sum over the rows of a district",
    "districts": "places",
    "villages": "places",
    "health_centres": "places",
    "pay_points": "places",
    "place_aliases": "spellings of places",
    "payment_lists": "a payday, a place and who of the staff marked it",
    "payment_moves": "a day or place that payments were moved to, why, and by whom of the staff",
    "payday_moves": "a payday that was moved for many, and how many",
    "broadcasts": "a text for an audience; whom it reached is in messages",
    "provider_stops": "providers",
    "provider_rates": "providers",
    "scheduler_turns": "processes of the service",
    "processes": "processes of the service",
    "alerts": "what staff should know of; it names no number",
    "figures": "counts",
    "figure_topics": "when what was counted",
    "imports": "a file's name and its counts",
    "import_pieces": "a file that waits: no erasure before it is imported or dropped",
    "text_trials": "what mothers pressed in a trial, without names and numbers",
    "staff_users": "staff",
    "staff_sessions": "staff",
    "sign_in_tries": "staff",
    "sign_in_alerts": "staff",
    "staff_factors": "staff",
    "recovery_codes": "staff",
    "account_resets": "staff",
    "second_factor_roles": "roles of staff",
    "staff_subjects": "staff",
    "ready_answers": "texts",
    "wording_publications": "texts",
    "wordings": "texts",
    "wording_proposals": "texts",
    "wording_confirmations": "texts",
    "wording_comments": "texts",
}
