"""Help: the hotline, cases for staff, reminders on or off, and "not my number"."""

from gateway.core.texts import _
from gateway.ussd.screens import (
    Branch,
    Choice,
    Confirm,
    Context,
    Emits,
    End,
    Menu,
    Route,
    Slot,
    State,
)
from menus.pin import ask_pin, guarded
from menus.selection import by_number_of_beneficiaries, caller, choose_beneficiary, chosen

_reminders_entry = by_number_of_beneficiaries("reminders", "reminders_guard", "reminders_whose")
# What became of the SMS about a case: on its way, had before, held back by the number's limit.
_SMS = {"queued": "", "had": "_again", "held": "_no_sms"}
CASE = Slot(7, lambda context: context.answers["case_number"])


def _whose(context: Context) -> dict[str, str]:
    """The beneficiary's id where it is certain whom the caller speaks for."""
    known = caller(context).beneficiaries
    if len(known) == 1 or "beneficiary" in context.answers:
        return {"beneficiary_id": chosen(context).id}
    return {}


def _opens_case(kind: str) -> Emits:
    return Emits("case_opened", lambda context: {"kind": kind, **_whose(context)})


def _reminders(context: Context) -> dict[str, str]:
    return {"category": context.answers["category"], **_whose(context)}


def _about_sms(name: str) -> Branch:
    """No screen says that an SMS comes where none does."""
    return Branch(
        lambda context: name + _SMS[context.answers["sms"]],
        tuple(name + ending for ending in _SMS.values()),
    )


def _about(category: str) -> dict[str, str]:
    return {"category": category}


_stop, _keep = Choice(_("Yes"), to="reminders_off"), Choice(_("No"), to="main")


def states(hotline: str) -> tuple[State, ...]:
    """`hotline` is what the help screen says to call."""
    return (
        Menu(
            "help",
            _("Call free %(hotline)s."),
            slots={"hotline": Slot(8, lambda _context: hotline)},
            choices=(
                Choice(_("Call me back"), to="call_back"),
                Choice(_("I was not paid"), to="not_paid"),
                Choice(_("SMS on or off"), to=_reminders_entry),
                Choice(_("Not my number"), to="not_my_number"),
            ),
            pages=2,
            answers=True,
        ),
        End(
            "call_back",
            _("Case %(case)s: we will call you back. You get an SMS."),
            slots={"case": CASE},
            emits=_opens_case("call_back"),
            told=_about_sms("call_back"),
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
            emits=_opens_case("not_paid"),
            told=_about_sms("not_paid"),
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
        choose_beneficiary("reminders_whose", to="reminders_guard"),
        Route("reminders_guard", guarded("reminders_pin", "reminders")),
        ask_pin("reminders_pin", to="reminders"),
        Menu(
            "reminders",
            "",
            heading=_("SMS reminders:"),
            choices=(
                Choice(_("Payment: on"), to="reminders_on", sets=_about("payment")),
                Choice(_("Payment: off"), to="payment_stop", sets=_about("payment")),
                Choice(_("Health: on"), to="reminders_on", sets=_about("health")),
                Choice(_("Health: off"), to="reminders_stop", sets=_about("health")),
            ),
            pages=2,
        ),
        End(
            "reminders_on",
            _("You will get these reminders."),
            emits=Emits("reminders_started", _reminders),
        ),
        Confirm("payment_stop", _("Stop the SMS about your payday?"), choices=(_stop, _keep)),
        Confirm(
            "reminders_stop",
            _("Stop the SMS about health?"),
            choices=(_stop, _keep),
        ),
        End(
            "reminders_off",
            _("These reminders have stopped. Your right to the money is unchanged."),
            emits=Emits("reminders_stopped", _reminders),
        ),
        Confirm(
            "not_my_number",
            _("Stop every SMS to this number?"),
            choices=(
                Choice(_("Yes"), to="number_disowned"),
                Choice(_("No"), to="main"),
            ),
        ),
        End(
            "number_disowned",
            _("No more SMS will come. Thank you."),
            emits=Emits("number_disowned"),
        ),
    )
