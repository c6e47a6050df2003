"""Health checks: what is due next, where, and how to stop being told."""

from gateway.core.caller import Visit
from gateway.core.formats import format_short_date
from gateway.core.kinds import EventKind
from gateway.core.programme import PROGRAMME
from gateway.core.texts import _
from gateway.ussd.screens import Branch, Choice, Confirm, Context, Emits, End, Menu, Route, Slot
from menus.pin import ask_pin, guarded
from menus.reminders import on as reminders_on
from menus.selection import by_number_of_beneficiaries, choose_beneficiary, chosen

MOST_LINES = 2
KINDS = {
    "antenatal": _("Pregnancy check"),
    "postnatal": _("Check after birth"),
    "vaccine": _("Vaccination"),
    "supplement": _("Vitamin A"),
}

entry = by_number_of_beneficiaries("health_unknown", "health_guard", "health_whose")


def _which(context: Context) -> str:
    beneficiary = chosen(context)
    if beneficiary.course_ended:
        return "health_stopped" if beneficiary.stopped_by_key else "health_ended"
    return "visits" if beneficiary.visits else "no_visits"


def _visits(context: Context) -> str:
    """One line for all visits of a kind that fall on the same day at the same place."""
    lines = dict.fromkeys(_line(visit, context) for visit in chosen(context).visits)
    return "\n".join(list(lines)[:MOST_LINES])


def _line(visit: Visit, context: Context) -> str:
    rule = PROGRAMME.rules_on(context.today).visit(visit.visit)
    kind = context.gettext(KINDS[rule.kind] if rule else _("Health check"))
    late = visit.due_on <= context.today
    when = context.gettext(_("Due:")) if late else format_short_date(visit.due_on)
    return f"{when} {kind}, {visit.place.in_locale(context.locale)}"


def _whose(context: Context) -> dict[str, str]:
    return {"beneficiary_id": chosen(context).id}


_stop = Choice(_("Stop health SMS"), to="health_stop")

STATES = (
    choose_beneficiary("health_whose", to="health_guard"),
    Route("health_guard", guarded("health_pin", "health")),
    ask_pin("health_pin", to="health"),
    Route("health", Branch(_which, ("visits", "no_visits", "health_stopped", "health_ended"))),
    Menu(
        "visits",
        _("%(visits)s\nChecks are not a condition for the money."),
        slots={"visits": Slot(100, _visits, latin=150, name=True)},
        choices=(_stop,),
        pages=3,
        answers=True,
    ),
    Menu(
        "no_visits",
        _("No visit is due now. Checks are not a condition for the money."),
        choices=(_stop,),
        pages=2,
        answers=True,
    ),
    Confirm(
        "health_stop",
        _("Stop the SMS about health?"),
        choices=(
            Choice(_("Stop them"), to="course_stopped"),
            Choice(_("Do not stop them"), to="main"),
        ),
    ),
    End(
        "course_stopped",
        _("The SMS about health have stopped. Your right to the money is unchanged."),
        emits=Emits(EventKind.COURSE_STOPPED, _whose),
    ),
    Menu(
        "health_stopped",
        _("You have stopped the SMS about health."),
        choices=(Choice(_("Get health SMS"), to=reminders_on, sets={"category": "health"}),),
        answers=True,
    ),
    End(
        "health_ended", _("You get no more SMS about health. Your right to the money is unchanged.")
    ),
    End(
        "health_unknown",
        _("This number is not registered. Please ask at the health centre."),
    ),
)
