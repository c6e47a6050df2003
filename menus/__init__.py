"""The programme's menu: one module a branch of the tree."""

from gateway.core.kinds import STOPPING
from gateway.core.texts import _, in_context
from gateway.ussd.screens import RESUME, Choice, Menu, MenuTree
from menus import (
    assistance,
    eligibility,
    health,
    language,
    payment,
    pin,
    registration,
    reminders,
    selection,
)
from menus.taught import TAUGHT

_main = Menu(
    "main",
    "",
    heading=_("Mother-child money"),
    choices=(
        Choice(in_context("handset", "Payday"), to=payment.entry),
        Choice(_("Registration"), to=registration.entry),
        Choice(in_context("handset", "Health"), to=health.entry),
        Choice(_("Who can get it?"), to=eligibility.entry),
        Choice(in_context("handset", "Language"), to="language"),
        Choice(_("Help"), to="help"),
    ),
)

_resume = Menu(
    "resume",
    _("You were cut off."),
    choices=(Choice(_("Continue"), to=RESUME), Choice(_("Start again"), to="main")),
)


def build_menu(hotline: str) -> MenuTree:
    """The whole tree; `hotline` is the number that the help screen names."""
    return MenuTree(
        "mecg",
        (
            _main,
            _resume,
            *selection.STATES,
            *pin.STATES,
            *eligibility.STATES,
            *payment.STATES,
            *registration.STATES,
            *health.STATES,
            *reminders.STATES,
            *language.STATES,
            *assistance.states(hotline),
        ),
        start="main",
        home="main",
        resume="resume",
        stopping=STOPPING,
        codes=TAUGHT,
    )
