"""What states and faults of a receiver are called, and what one can do about them."""

from gateway.core.texts import _, in_context

STATES: dict[str, tuple[str, str]] = {
    "works": (in_context("webhook", "Works"), "good"),
    "fails": (in_context("webhook", "Does not work"), "bad"),
    "paused": (in_context("webhook", "Paused"), "warn"),
}

PAUSED: dict[str, str] = {
    "asked": _("Somebody paused it."),
    "gone": _("The receiver says that it wants no more."),
    "no_key": _("The key by which it was made is revoked or has expired."),
}

FAULTS: dict[str, str] = {
    "no_name": _("Nobody knows the receiver's name: is its address right?"),
    "private_address": _("Its name stands for a machine that may not be called."),
    "not_reached": _("There is no connection to the receiver."),
    "certificate": _("The receiver's certificate is not right: tell whoever runs it."),
    "no_answer": _("The receiver does not answer in time."),
    "cut_off": _("The receiver breaks off without an answer."),
    "redirect": _("The receiver sends us elsewhere: its address has changed."),
    "status": _("The receiver answers with a fault: tell whoever runs it."),
    "too_many": _("The receiver asks for fewer."),
    "gone": _("The receiver says that it wants no more."),
    "no_secret": _("Its secret cannot be read any more: the other system makes a new one."),
}
