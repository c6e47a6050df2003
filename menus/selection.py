"""Whose data is asked for: the caller's only beneficiary, or the one chosen from a list."""

from gateway.core.caller import Beneficiary, Caller
from gateway.core.errors import MenuError
from gateway.core.texts import _
from gateway.ussd.screens import Branch, Context, Each, Menu

MOST_ON_ONE_PHONE = 8


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


def by_number_of_beneficiaries(none: str, one: str, many: str) -> Branch:
    """The three ways into every answer."""

    def pick(context: Context) -> str:
        known = len(caller(context).beneficiaries)
        return none if not known else one if known == 1 else many

    return Branch(pick, (none, one, many))


def choose_beneficiary(name: str, to: str) -> Menu:
    """Shows the last three digits of each registration number: no names on a shared phone."""
    return Menu(
        name,
        "",
        heading=_("Whose? Registration no.:"),
        choices=(
            Each(
                _("...%(ending)s"),
                of=_endings,
                widths={"ending": 3},
                sets="beneficiary",
                to=to,
                most=MOST_ON_ONE_PHONE,
            ),
        ),
        pages=2,
    )


def _endings(context: Context) -> list[tuple[str, dict[str, str]]]:
    return [
        (beneficiary.id, {"ending": beneficiary.registration_no[-3:]})
        for beneficiary in caller(context).beneficiaries
    ]
