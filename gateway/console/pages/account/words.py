"""Why nobody is signed in by the sign-in service."""

from gateway.core.texts import _
from gateway.staff.linking import LinkFault

LINK_FAULTS: dict[LinkFault, str] = {
    "no_account": _("You have no account here yet. An administrator of the programme adds it."),
    "not_verified": _(
        "The sign-in service has not verified your email address, by which your account is found."
    ),
    "other_subject": _(
        "Your email address belongs to an account that somebody else at the sign-in service uses. "
        "Ask an administrator."
    ),
    "taken_away": _("Your account here was taken away. Ask an administrator."),
}
