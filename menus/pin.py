"""The PIN that guards the amount, health visits and changes, where one is set."""

import re

from gateway.core.kinds import NeedKind
from gateway.core.texts import _
from gateway.ussd.screens import Ask, Asks, Branch, Context, End, Slot
from menus.selection import chosen
from menus.typed import without_gaps

_FOUR_DIGITS = re.compile(r"[0-9]{4}")

locked = End(
    "pin_locked",
    _("Too many wrong PINs. Try again tomorrow, or ask at the health centre."),
)


def four_digits(typed: str) -> str | None:
    """Them, where they are all that was typed but for gaps."""
    digits = without_gaps(typed)
    return digits if _FOUR_DIGITS.fullmatch(digits) else None


# Said on this phone: its SMS go to the wrong person. Visits and changes are not for who is there.
number_wrong = End(
    "number_wrong",
    _(
        "Somebody said: SMS here go to the wrong person. "
        "If it is your number, ask at the health centre."
    ),
)


def guarded(pin: str, to: str) -> Branch:
    """To the PIN where the chosen beneficiary has one, else straight on; nowhere from a phone that
    somebody said is not hers.
    """

    def pick(context: Context) -> str:
        if chosen(context).disowned:
            return number_wrong.name
        return _ask_or_say(pin, context) if chosen(context).has_pin else to

    return Branch(pick, (pin, to, number_wrong.name, locked.name))


def unless_locked(pin: str) -> Branch:
    """To the question for the PIN, or at once to that it is locked."""
    return Branch(lambda context: _ask_or_say(pin, context), (pin, locked.name))


def _ask_or_say(pin: str, context: Context) -> str:
    return locked.name if chosen(context).pin_locked else pin


def ask_pin(name: str, to: str) -> Ask:
    """The host counts the attempts and says `pin`: "ok", "wrong" or "locked"."""

    def pick(context: Context) -> str:
        return {"ok": to, "wrong": name}.get(context.answers["pin"], locked.name)

    return Ask(
        name,
        _("Enter your 4-digit PIN:"),
        accepts=four_digits,
        malformed=_("A PIN has 4 digits."),
        error=_("Wrong PIN. %(tries)s left."),
        error_slots={"tries": tries_left},
        secret=True,
        needs=Asks(NeedKind.CHECK_PIN, _check),
        to=Branch(pick, (to, name, locked.name)),
    )


tries_left = Slot(1, lambda context: context.answers["tries_left"])


def _check(context: Context, pin: str) -> dict[str, str]:
    return {"registration_no": chosen(context).registration_no, "pin": pin}


STATES = (locked, number_wrong)
