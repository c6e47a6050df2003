"""Health checks: what is due, where, and how to stop being told."""

from itertools import groupby
from operator import itemgetter

from gateway.core.caller import Visit
from gateway.core.consent import health_may_come, may_receive
from gateway.core.formats import format_short_date
from gateway.core.kinds import EventKind
from gateway.core.programme import PROGRAMME
from gateway.core.texts import _
from gateway.core.villages import village_text
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
    "deworming": _("Deworming"),
}

entry = by_number_of_beneficiaries("health_unknown", "health_guard", "health_whose")


def _which(context: Context) -> str:
    beneficiary = chosen(context)
    if not may_receive("health", beneficiary.status):
        return "health_none" if beneficiary.course_ended else "health_none_visits"
    if not health_may_come(beneficiary):
        return "health_ended"
    told = beneficiary.health_sms and not beneficiary.course_ended
    return "health_choice" if told else "health_stopped"


def _which_visits(context: Context) -> str:
    return "visits" if chosen(context).visits else "no_visits"


def _has_a_course(context: Context) -> bool:
    return not chosen(context).course_ended


def _visits(context: Context) -> str:
    """Each place with its visits; one line for all of a kind that fall on the same day."""
    lines = dict.fromkeys(
        (_place(visit, context), _line(visit, context)) for visit in chosen(context).visits
    )
    places = groupby(list(lines)[:MOST_LINES], key=itemgetter(0))
    return "\n".join(
        "\n".join([f"{place}:", *(line for _place, line in there)]) for place, there in places
    )


def _place(visit: Visit, context: Context) -> str:
    name = visit.place.in_locale(context.locale)
    at_home = visit.place == chosen(context).village
    return village_text(name, context.gettext) if at_home else name


def _line(visit: Visit, context: Context) -> str:
    rule = PROGRAMME.rules_on(context.today).visit(visit.visit)
    kind = context.gettext(KINDS[rule.kind] if rule else _("Health check"))
    if visit.due_on <= context.today:
        due = context.gettext(_("Due:"))
        return f"{due} {kind}"
    day = format_short_date(visit.due_on)
    since = context.gettext(_("from %(day)s")) % {"day": day}
    return f"{since} {kind}"


def _whose(context: Context) -> dict[str, str]:
    return {"beneficiary_id": chosen(context).id}


_NONE = _("There are no health SMS for you. Please ask at the health centre.")
_to_visits = Branch(_which_visits, ("visits", "no_visits"))

STATES = (
    choose_beneficiary("health_whose", to="health_guard"),
    Route("health_guard", guarded("health_pin", "health")),
    ask_pin("health_pin", to="health"),
    Route(
        "health",
        Branch(
            _which,
            (
                "health_choice",
                "health_stopped",
                "health_ended",
                "health_none",
                "health_none_visits",
            ),
        ),
    ),
    # Names no visit: whoever has lost a child comes to the second choice without reading of one.
    Menu(
        "health_choice",
        "",
        heading=_("Checks are not a condition for the money."),
        choices=(
            Choice(_("My visits"), to=_to_visits),
            Choice(_("Stop health SMS"), to="health_stop"),
        ),
    ),
    End(
        "visits",
        _("If you went already, ignore this.\n%(visits)s"),
        slots={"visits": Slot(109, _visits, latin=160, name=True)},
        pages=3,
    ),
    End("no_visits", _("No visit is due now.")),
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
        _("You get no SMS about health."),
        choices=(
            Choice(_("Get health SMS"), to=reminders_on, sets={"category": "health"}),
            Choice(_("My visits"), to=_to_visits, when=_has_a_course),
        ),
        pages=2,
        answers=True,
    ),
    Menu(
        "health_none_visits",
        _NONE,
        choices=(Choice(_("My visits"), to=_to_visits),),
        pages=2,
        answers=True,
    ),
    End("health_none", _NONE),
    End(
        "health_ended",
        _("You get no more SMS about health. Your right to the money is unchanged."),
    ),
    End(
        "health_unknown",
        _("This number is not registered. Please ask at the health centre."),
    ),
)
