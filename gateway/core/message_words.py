"""Why an SMS does not go: one sentence for staff and for the programme's systems."""

from gateway.core.texts import _

# Why a message ended as it did. Operators have words of their own: those are shown as they came.
REASONS: dict[str, str] = {
    "number_disowned": _("the number belongs to somebody else"),
    "opted_out": _("the number wants no such messages"),
    "no_consent": _("no consent"),
    "not_eligible": _("the status gives no right to it"),
    "died": _("she has died"),
    "course_ended": _("the course has ended"),
    "district_paused": _("the district is paused"),
    "not_in_audience": _("the broadcast is not for her any more"),
    "no_number": _("no phone number"),
    "not_listed": _("the number is not among those of the key"),
    "same_handset": _("shares a phone with another recipient"),
    "duplicate": _("the phone had the same text that day"),
    "no_longer_due": _("no longer due"),
    "too_late": _("its time has passed"),
    "broadcast_cancelled": _("the broadcast was cancelled"),
    "no_answer": _("the operator did not answer"),
    "not_in_answer": _("missing from the operator's answer"),
    "no_receipt": _("the operator never reported it"),
    "restored": _("it may have gone out before the database was restored"),
    "restored_as_sent": _("counted as sent after a restore"),
    "restored_send": _("sent after a restore"),
    "restored_to_staff": _("left to staff after a restore"),
    "resolved_arrived": _("staff found that it was sent"),
    "resolved_resend": _("staff had it sent again"),
    "resolved_give_up": _("staff gave it up"),
}
