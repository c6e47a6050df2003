"""Help: the hotline, cases for staff, reminders on or off, and "not my number"."""

from collections.abc import Callable

from gateway.core.texts import _
from gateway.ussd.screens import Branch, Choice, Context, End, Event, Menu, Route, Slot, State
from menus.pin import ask_pin, guarded
from menus.selection import by_number_of_beneficiaries, caller, choose_beneficiary, chosen

_reminders_entry = by_number_of_beneficiaries("reminders", "reminders_guard", "reminders_whose")
CASE = Slot(7, lambda context: context.answers["case_number"])


def _whose(context: Context) -> dict[str, str]:
    """The beneficiary's id where it is certain whom the caller speaks for."""
    known = caller(context).beneficiaries
    if len(known) == 1 or "beneficiary" in context.answers:
        return {"beneficiary_id": chosen(context).id}
    return {}


def _opens_case(kind: str) -> Callable[[Context], Event]:
    return lambda context: Event("case_opened", {"kind": kind, **_whose(context)})


def _sets_reminders(context: Context) -> Event:
    wanted = {name: context.answers[name] for name in ("category", "value")}
    return Event("reminders_set", {**wanted, **_whose(context)})


def _disowns(_context: Context) -> Event:
    return Event("number_disowned", {})


def _reminders(category: str, value: str) -> dict[str, str]:
    return {"category": category, "value": value}


def _switched(context: Context) -> str:
    return f"reminders_{context.answers['value']}"


_on_or_off = Branch(_switched, ("reminders_on", "reminders_off"))


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
        ),
        End(
            "call_back",
            _("Case %(case)s: we will call you back. You get an SMS."),
            slots={"case": CASE},
            emits=_opens_case("call_back"),
        ),
        End(
            "not_paid",
            _("Case %(case)s: we will look into your payment. You get an SMS."),
            slots={"case": CASE},
            emits=_opens_case("not_paid"),
        ),
        choose_beneficiary("reminders_whose", to="reminders_guard"),
        Route("reminders_guard", guarded("reminders_pin", "reminders")),
        ask_pin("reminders_pin", to="reminders"),
        Menu(
            "reminders",
            "",
            heading=_("SMS reminders:"),
            choices=(
                Choice(_("Payment: on"), to=_on_or_off, sets=_reminders("payment", "on")),
                Choice(_("Payment: off"), to=_on_or_off, sets=_reminders("payment", "off")),
                Choice(_("Health: on"), to=_on_or_off, sets=_reminders("health", "on")),
                Choice(_("Health: off"), to=_on_or_off, sets=_reminders("health", "off")),
            ),
            pages=2,
        ),
        End("reminders_on", _("You will get these reminders."), emits=_sets_reminders),
        End(
            "reminders_off",
            _("These reminders have stopped. Your right to the money is unchanged."),
            emits=_sets_reminders,
        ),
        Menu(
            "not_my_number",
            _("Stop every SMS to this number?"),
            choices=(
                Choice(_("Yes"), to="number_disowned"),
                Choice(_("No"), to="main"),
            ),
        ),
        End("number_disowned", _("No more SMS will come. Thank you."), emits=_disowns),
    )
