"""What a broadcast's states, filters and reasons are called."""

from gateway.console.kit.words import REASONS, STATUSES, TOO_OPEN
from gateway.core.texts import _
from gateway.messaging.broadcasts.faults import Fault

STATES: dict[str, tuple[str, str]] = {
    "draft": (_("Draft"), "quiet"),
    "submitted": (_("Waiting for approval"), "warn"),
    "approved": (_("Approved"), "busy"),
    "scheduled": (_("Scheduled"), "busy"),
    "running": (_("Going out"), "busy"),
    "paused": (_("Paused"), "warn"),
    "done": (_("Done"), "good"),
    "cancelled": (_("Cancelled"), "quiet"),
}
CATEGORIES: dict[str, str] = {
    "pregnant": _("Pregnant women"),
    "child": _("Mothers with a child"),
}
PERSON_STATES: dict[str, str] = {key: text for key, (text, _tone) in STATUSES.items()}
# The filters of gateway.messaging.audience, as they stand in a sentence.
FILTERS: dict[str, str] = {
    "district": _("District"),
    "village": _("Village"),
    "pay_point": _("Pay point"),
    "health_centre": _("Health centre"),
    "category": _("Who"),
    "status": _("Status"),
    "cycle": _("Paid in"),
    "missed": _("Got nothing of"),
}
EXCLUDED: dict[str, str] = REASONS

# What a press of a button did.
DONE: dict[str, str] = {
    "submit": _("It is waiting for the approval of a second person."),
    "withdraw": _("It is a draft again."),
    "send_back": _("It was sent back to its author."),
    "try": _("The test SMS is on its way to your phone."),
    "approve": _("Approved: it goes out now."),
    "approve_later": _("Approved: it is scheduled."),
    "start": _("It goes out now."),
    "pause": _("It is paused: nothing more goes out until it is resumed."),
    "pause_under_way": _(
        "It is paused. %(count)s SMS were already on their way to the operator and may still "
        "arrive; nothing more goes out until it is resumed."
    ),
    "pause_one_under_way": _(
        "It is paused. 1 SMS was already on its way to the operator and may still arrive; nothing "
        "more goes out until it is resumed."
    ),
    "resume": _("It goes on."),
    "cancel": _("It is cancelled. What had not gone out is not sent any more."),
}
# Why something cannot be done; of another state `too_late_for` says who brought it there.
FAULTS: dict[Fault, str] = {
    "own": _("You wrote in this broadcast. A second person has to approve it."),
    "too_close": _(
        "Somebody who wrote in this broadcast made your account, or changed it, less than "
        "%(hours)s hours ago. Somebody else has to approve it."
    ),
    "not_counted": _("The recipients are still being counted: it can be approved after that."),
    "changed": _("It has changed since you opened its page: read it as it is now."),
    "in_the_past": _("The time %(at)s has passed: choose a later one."),
    "too_far": _("The time %(at)s is too far ahead."),
    "ends_first": _("It would end before it starts."),
    "too_long": _("It may last until %(latest)s at the longest."),
    "no_time": _(
        "Nothing may go out between %(start)s and %(end)s: quiet hours or holidays. "
        "The first possible time is %(first)s."
    ),
    "too_many_segments": _("This is %(count)s SMS for each person; write at most %(most)s."),
    "no_reason": _("Say why you send it back."),
    "no_such_text": _("It has no text in this language."),
    "too_many_trials": _("%(most)s test SMS in an hour are the most: wait a while."),
    "restored": _(
        "The database was restored: broadcasts are held until an administrator releases them."
    ),
    "over": _("Its time was over on %(end)s, or nothing may go out until then: give it a new end."),
    "placeholder": _(
        "%(found)s would arrive as it stands here: nothing is filled in. Write a text that is the "
        "same for everybody."
    ),
    "not_own": _(
        "This number is in the registry: a test goes to your own phone, never to somebody we serve."
    ),
    "tells_amount": TOO_OPEN["tells_amount"],
    "tells_health": TOO_OPEN["tells_health"],
}


WHO: dict[str, str] = {"not": _("Who got none"), "all": _("Everybody")}
PEOPLE_COLUMNS = (
    _("Registration number"),
    _("Name in Lao"),
    _("Name in Latin letters"),
    _("District"),
    _("Village"),
    _("What became of it"),
)
RESULT_COLUMNS = (
    _("Registration number"),
    _("District"),
    _("Village"),
    _("Phone number"),
    _("Language"),
    _("State"),
    _("Reason"),
    _("SMS parts"),
    _("Cost"),
    _("Currency"),
    _("Sent"),
)
