"""Whose data is asked for: the caller's only beneficiary, or the one chosen from a list."""

from gateway.core.caller import (
    LONGEST_ENDING,
    MOST_ON_ONE_PHONE,
    Beneficiary,
    Caller,
    endings,
)
from gateway.core.errors import MenuError
from gateway.core.texts import _
from gateway.ussd.screens import Branch, Choice, Context, Each, End, Menu

PAGES = 20  # of the longest list, in Lao, where no ending is short enough


def caller(context: Context) -> Caller:
    facts = context.facts
    if not isinstance(facts, Caller):
        raise MenuError("this menu wants a Caller as its facts")
    return facts


def chosen(context: Context) -> Beneficiary:
    """The beneficiary chosen, or the only one; raises MenuError where there is none."""
    known = caller(context).beneficiaries
    wanted = context.answers.get("beneficiary")
    for beneficiary in known:
        if len(known) == 1 or beneficiary.id == wanted:
            return beneficiary
    raise MenuError("the chosen beneficiary is not among the caller's")


def whose(context: Context) -> dict[str, str]:
    """An event's `beneficiary_id`, where it is certain whom the caller speaks for."""
    known = caller(context).beneficiaries
    if len(known) == 1 or "beneficiary" in context.answers:
        return {"beneficiary_id": chosen(context).id}
    return {}


def by_number_of_beneficiaries(none: str, one: str, many: str) -> Branch:
    """The three ways into every answer."""

    def pick(context: Context) -> str:
        known = len(caller(context).beneficiaries)
        return none if not known else one if known == 1 else many

    return Branch(pick, (none, one, many))


def choose_beneficiary(name: str, to: str) -> Menu:
    """Tells people apart by how their registration numbers end: no names on a shared phone."""
    return Menu(
        name,
        "",
        heading=_("Registration number ends in:"),
        choices=(
            Each(
                _("...%(ending)s"),
                of=_endings,
                widths={"ending": LONGEST_ENDING},
                sets="beneficiary",
                to=to,
                most=MOST_ON_ONE_PHONE,
            ),
            Choice(
                _("Not in the list"), to="not_listed", when=lambda context: caller(context).more
            ),
        ),
        pages=PAGES,
    )


def _has_more(context: Context) -> bool:
    return caller(context).more


def _endings(context: Context) -> list[tuple[str, dict[str, str]]]:
    known = caller(context).beneficiaries
    shown = endings([one.registration_no for one in known])
    return [(one.id, {"ending": ending}) for one, ending in zip(known, shown, strict=True)]


STATES = (
    End(
        "not_listed",
        _("Too many people share this phone. Please ask at the health centre."),
    ),
)
