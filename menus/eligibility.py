"""Am I eligible? Three questions to a caller not registered; her own status first to one who is."""

import re
from datetime import date

from gateway.core.eligibility import Answers, Assessment, Child, assess
from gateway.core.formats import format_date
from gateway.core.kinds import EventKind
from gateway.core.programme import PROGRAMME, Rules
from gateway.core.texts import _
from gateway.ussd.screens import Ask, Branch, Choice, Context, Each, Emits, End, Menu, Slot
from menus.registration import entry as registration_entry
from menus.registration import status_word
from menus.selection import by_number_of_beneficiaries, chosen

MOST_DISTRICTS = 4
_MONTH = re.compile(r"[1-9]|10")
_NOT_SURE = "10"  # the tenth month is as good as over: both mean "go and ask"
_CHILD: dict[str, Child] = {"none": "none", "young": "young", "unknown": "unknown"}

entry = by_number_of_beneficiaries(
    "eligibility_pregnant", "eligibility_registered", "eligibility_several"
)


def _rules(context: Context) -> Rules:
    return PROGRAMME.rules_on(context.today)


def _months(typed: str) -> str | None:
    return typed if _MONTH.fullmatch(typed) else None


def _assess(context: Context) -> Assessment:
    answers = context.answers
    month = answers.get("months")
    return assess(
        Answers(
            pregnant=answers["pregnant"] == "yes",
            pregnancy_month=None if month in {None, _NOT_SURE} else int(month or 0),
            child=_CHILD[answers.get("child", "none")],
            district=answers["district"] or None,
        ),
        on=context.today,
        rules=_rules(context),
    )


def _after_months(context: Context) -> str:
    """Too early for this pregnancy: a child already born may still be young enough."""
    early = int(context.answers["months"]) < _rules(context).pregnancy_from_month
    return "eligibility_child" if early else "eligibility_district"


def _after_child(context: Context) -> str:
    nothing = context.answers["pregnant"] == "no" and context.answers["child"] == "none"
    return "eligibility_not_yet" if nothing else "eligibility_district"


def _outcome(context: Context) -> str:
    assessment = _assess(context)
    if assessment.next_step == "come_back":
        return "eligibility_come_back"
    return {
        "may_be_entitled": "eligibility_may_be",
        "not_in_area": "eligibility_elsewhere",
    }.get(assessment.outcome, "eligibility_not_yet")


def _come_back_on(context: Context) -> str:
    return format_date(_assess(context).from_on or date.max)


def _districts(context: Context) -> list[tuple[str, dict[str, str]]]:
    return [
        (district.key, {"district": district.name if context.locale == "lo" else district.latin})
        for district in _rules(context).districts
    ]


def _answers(context: Context) -> dict[str, str]:
    kept = ("pregnant", "months", "child", "district")
    return {name: context.answers[name] for name in kept if name in context.answers}


_screened = Emits(EventKind.SCREENED, _answers)
_answered = Branch(
    _outcome,
    (
        "eligibility_may_be",
        "eligibility_come_back",
        "eligibility_not_yet",
        "eligibility_elsewhere",
    ),
)
_someone_else = Choice(_("Someone else"), to="eligibility_pregnant")

STATES = (
    Menu(
        "eligibility_registered",
        _("Registration: %(status)s."),
        slots={"status": Slot(20, lambda context: status_word(chosen(context).status, context))},
        choices=(Choice(_("What does it mean?"), to=registration_entry), _someone_else),
        answers=True,
    ),
    Menu(
        "eligibility_several",
        _("This number is in the register of the grant."),
        choices=(Choice(_("Registration"), to=registration_entry), _someone_else),
    ),
    Menu(
        "eligibility_pregnant",
        _("Are you pregnant?"),
        choices=(
            Choice(_("I am pregnant"), to="eligibility_months", sets={"pregnant": "yes"}),
            Choice(_("I am not pregnant"), to="eligibility_child", sets={"pregnant": "no"}),
        ),
    ),
    Ask(
        "eligibility_months",
        _("How many months pregnant? 1-9\n10 = not sure"),
        accepts=_months,
        malformed=_("Type a number from 1 to 10."),
        sets="months",
        to=Branch(_after_months, ("eligibility_child", "eligibility_district")),
    ),
    Menu(
        "eligibility_child",
        _("Do you have a child under %(months)s months?"),
        slots={"months": Slot(2, lambda context: str(_rules(context).child_entry_months))},
        choices=(
            Choice(_("I have"), to="eligibility_district", sets={"child": "young"}),
            Choice(
                _("I have not"),
                to=Branch(_after_child, ("eligibility_not_yet", "eligibility_district")),
                sets={"child": "none"},
            ),
            Choice(_("Not sure"), to="eligibility_district", sets={"child": "unknown"}),
        ),
        pages=2,
    ),
    Menu(
        "eligibility_district",
        _("Which district?"),
        choices=(
            Each(
                _("%(district)s"),
                of=_districts,
                widths={"district": 9},
                sets="district",
                to=_answered,
                most=MOST_DISTRICTS,
            ),
            Choice(_("Another"), to=_answered, sets={"district": ""}),
        ),
        pages=2,
    ),
    End(
        "eligibility_may_be",
        _(
            "You may be entitled. Register at the health centre. "
            "Bring the Pink Book if you have it."
        ),
        emits=_screened,
    ),
    End(
        "eligibility_come_back",
        _("Not yet. Register at the health centre from %(from_on)s."),
        slots={"from_on": Slot(10, _come_back_on)},
        emits=_screened,
    ),
    End(
        "eligibility_not_yet",
        _("Sorry, not under the present rules. Ask at the health centre."),
        emits=_screened,
    ),
    End(
        "eligibility_elsewhere",
        _("The grant is not yet in your district. Ask at the health centre."),
        emits=_screened,
    ),
)
