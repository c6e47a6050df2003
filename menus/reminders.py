"""SMS reminders on or off, and the truth about what comes of it."""

from gateway.core.consent import brings, keeps_a_right
from gateway.core.kinds import EventKind
from gateway.core.texts import _
from gateway.ussd.screens import Branch, Choice, Confirm, Context, Emits, End, Menu, Route
from menus.pin import ask_pin, guarded
from menus.selection import (
    by_number_of_beneficiaries,
    caller,
    choose_beneficiary,
    chosen,
    whose,
)

entry = by_number_of_beneficiaries("reminders", "reminders_guard", "reminders_whose")


def _reminders(context: Context) -> dict[str, str]:
    return {"category": context.answers["category"], **whose(context)}


def _about(category: str) -> dict[str, str]:
    return {"category": category}


def _switched_on(context: Context) -> str:
    """What will come of it: not at once for everybody, and nothing where nobody is known."""
    if not caller(context).beneficiaries:
        return "reminders_unknown"
    payment = context.answers["category"] == "payment"
    later = payment and brings("payment", chosen(context)) == "later"
    return "reminders_later" if later else "reminders_on"


def _switched_off(context: Context) -> str:
    known = caller(context).beneficiaries
    return "reminders_off" if known and keeps_a_right(chosen(context)) else "reminders_off_only"


def _may_get_payment(context: Context) -> bool:
    return not caller(context).beneficiaries or brings("payment", chosen(context)) != "nothing"


def _may_get_health(context: Context) -> bool:
    return not caller(context).beneficiaries or brings("health", chosen(context)) != "nothing"


on = Branch(_switched_on, ("reminders_on", "reminders_later", "reminders_unknown"))
_start = Emits(EventKind.REMINDERS_STARTED, _reminders)
_stop, _keep = Choice(_("Stop them"), to="reminders_off"), Choice(_("Do not stop them"), to="main")

STATES = (
    choose_beneficiary("reminders_whose", to="reminders_guard"),
    Route("reminders_guard", guarded("reminders_pin", "reminders")),
    ask_pin("reminders_pin", to="reminders"),
    Menu(
        "reminders",
        "",
        heading=_("SMS reminders:"),
        choices=(
            Choice(_("Get payment SMS"), to=on, sets=_about("payment"), when=_may_get_payment),
            Choice(_("Stop payment SMS"), to="payment_stop", sets=_about("payment")),
            Choice(_("Get health SMS"), to=on, sets=_about("health"), when=_may_get_health),
            Choice(_("Stop health SMS"), to="reminders_stop", sets=_about("health")),
        ),
        pages=2,
    ),
    End("reminders_on", _("You will get these reminders."), emits=_start),
    End(
        "reminders_later",
        _("Noted. SMS about money come when you have a right to it."),
        emits=_start,
    ),
    End(
        "reminders_unknown",
        _("Noted. But this number is not registered: ask at the health centre."),
        emits=_start,
    ),
    Confirm("payment_stop", _("Stop the SMS about your payday?"), choices=(_stop, _keep)),
    Confirm("reminders_stop", _("Stop the SMS about health?"), choices=(_stop, _keep)),
    End(
        "reminders_off",
        _("These reminders have stopped. Your right to the money is unchanged."),
        emits=Emits(EventKind.REMINDERS_STOPPED, _reminders),
        told=Branch(_switched_off, ("reminders_off", "reminders_off_only")),
    ),
    # Of a number that nobody with a right has.
    End("reminders_off_only", _("These reminders have stopped.")),
)
