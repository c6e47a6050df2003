"""Help: the hotline, cases for staff, and "SMS sent to the wrong person"."""

from gateway.core.kinds import CaseKind, EventKind
from gateway.core.texts import _
from gateway.ussd.screens import (
    Branch,
    Choice,
    Confirm,
    Emits,
    End,
    Menu,
    Slot,
    State,
)
from menus.reminders import entry as reminders_entry
from menus.selection import whose

# What became of the SMS about a case: on its way, had before, held back by the number's limit,
# refused by its operator so far.
_SMS = {"queued": "", "had": "_again", "held": "_no_sms", "refused": "_no_sms"}
CASE = Slot(7, lambda context: context.answers["case_number"])


def opens_case(kind: CaseKind) -> Emits:
    """A screen's event that staff get a case of; its answers: `case_number`, `sms`."""
    return Emits(EventKind.CASE_OPENED, whose, words={"kind": kind})


def about_sms(name: str) -> Branch:
    """No screen says that an SMS comes where none does."""
    return Branch(
        lambda context: name + _SMS[context.answers["sms"]],
        tuple(dict.fromkeys(name + ending for ending in _SMS.values())),
    )


_CASES = (
    End(
        "call_back",
        _("Case %(case)s: we will call you back. You get an SMS."),
        slots={"case": CASE},
        emits=opens_case(CaseKind.CALL_BACK),
        told=about_sms("call_back"),
    ),
    End(
        "call_back_again",
        _("Case %(case)s is open: we will call you back. You have had the SMS."),
        slots={"case": CASE},
    ),
    End(
        "call_back_no_sms",
        _("Case %(case)s: we will call you back. Note the number: no SMS comes."),
        slots={"case": CASE},
    ),
    End(
        "not_paid",
        _("Case %(case)s: we will look into your payment. You get an SMS."),
        slots={"case": CASE},
        emits=opens_case(CaseKind.NOT_PAID),
        told=about_sms("not_paid"),
    ),
    End(
        "not_paid_again",
        _("Case %(case)s is open: we look into your payment. You have had the SMS."),
        slots={"case": CASE},
    ),
    End(
        "not_paid_no_sms",
        _("Case %(case)s: we will look into your payment. Note the number: no SMS comes."),
        slots={"case": CASE},
    ),
)

_NOT_MY_NUMBER = (
    Confirm(
        "not_my_number",
        _("Stop every SMS to this number, about money too?"),
        choices=(
            Choice(_("Stop them"), to="number_disowned"),
            Choice(_("Do not stop them"), to="main"),
        ),
    ),
    End(
        "number_disowned",
        _("No more SMS will come. Thank you."),
        emits=Emits(EventKind.NUMBER_DISOWNED),
    ),
)


def states(hotline: str) -> tuple[State, ...]:
    """`hotline` is what the help screen says to call."""
    return (_help(hotline), *_CASES, *_NOT_MY_NUMBER)


def _help(hotline: str) -> Menu:
    return Menu(
        "help",
        _("Call free %(hotline)s."),
        slots={"hotline": Slot(8, lambda _context: hotline)},
        choices=(
            Choice(_("Call me back"), to="call_back"),
            Choice(_("I was not paid"), to="not_paid"),
            Choice(_("Get or stop SMS"), to=reminders_entry),
            Choice(_("SMS sent to the wrong person"), to="not_my_number"),
        ),
        pages=2,
        answers=True,
    )
