"""Am I registered? The status with its meaning and next step; by number and PIN for another."""

import re
from datetime import date

from gateway.core.formats import format_amount, format_date
from gateway.core.kinds import NeedKind
from gateway.core.texts import _, in_context
from gateway.ussd.screens import Ask, Asks, Branch, Choice, Context, End, Menu, Route, Slot
from menus.pin import four_digits, locked, tries_left
from menus.selection import by_number_of_beneficiaries, choose_beneficiary, chosen
from menus.typed import without_gaps

_EIGHT_DIGITS = re.compile(r"[0-9]{8}")

STATUS_WORDS = {
    "applied": _("being checked"),
    "verified": _("approved"),
    "enrolled": _("enrolled"),
    "suspended": _("on hold"),
    "rejected": _("not accepted"),
    "exited": _("ended"),
}

entry = by_number_of_beneficiaries("registration_unknown", "registration", "registration_whose")


def status_word(status: str, context: Context) -> str:
    return context.gettext(STATUS_WORDS[status])


def _since(context: Context) -> str:
    since = chosen(context).since_on
    return format_date(since) if since else "-"


def _eight_digits(typed: str) -> str | None:
    digits = without_gaps(typed)
    return digits if _EIGHT_DIGITS.fullmatch(digits) else None


def _look_up(context: Context, pin: str) -> dict[str, str]:
    return {"registration_no": context.answers["registration_no"], "pin": pin}


def _looked_up(context: Context) -> str:
    return {"ok": "found", "wrong": "look_up_pin"}.get(context.answers["look_up"], locked.name)


def _found(name: str) -> "Slot":
    return Slot(8, lambda context: context.answers[name])


def _found_amount(context: Context) -> str:
    return format_amount(int(context.answers["found_amount"]), context.locale, context.gettext)


def _found_place(context: Context) -> str:
    key = "found_place" if context.locale == "lo" else "found_place_latin"
    return context.answers[key]


def _found_date(context: Context) -> str:
    return format_date(date.fromisoformat(context.answers["found_due_on"]))


def _has_found_payment(context: Context) -> bool:
    return context.answers["found_due_on"] != ""


_another = (Choice(_("Other number"), to="look_up"),)

STATES = (
    choose_beneficiary("registration_whose", to="registration"),
    Route(
        "registration",
        Branch(
            lambda context: f"status_{chosen(context).status}",
            tuple(f"status_{status}" for status in STATUS_WORDS),
        ),
    ),
    Menu(
        "status_applied", _("Your registration is being checked."), choices=_another, answers=True
    ),
    Menu(
        "status_verified",
        _("Approved. Payments start soon: we will tell you the date."),
        choices=_another,
        answers=True,
    ),
    Menu(
        "status_enrolled",
        _("You are registered since %(since)s."),
        slots={"since": Slot(10, _since)},
        choices=(Choice(in_context("handset", "Payday"), to="payment"), *_another),
        answers=True,
    ),
    Menu(
        "status_suspended",
        _("On hold. Please ask at the health centre."),
        choices=_another,
        answers=True,
    ),
    Menu(
        "status_rejected",
        _("Not accepted. Ask why at the health centre."),
        choices=_another,
        answers=True,
    ),
    Menu(
        "status_exited",
        _("Your grant has ended. Ask at the health centre."),
        choices=_another,
        answers=True,
    ),
    Menu(
        "registration_unknown",
        _("This number is not registered. Register at the health centre."),
        choices=(Choice(_("Enter registration number"), to="look_up"),),
        answers=True,
    ),
    Ask(
        "look_up",
        # Before she has guessed at a PIN: a registration without one cannot be looked up.
        _("No PIN? Ask at the health centre.\nType the 8-digit registration number:"),
        accepts=_eight_digits,
        malformed=_("It has 8 digits."),
        sets="registration_no",
        to="look_up_pin",
    ),
    Ask(
        "look_up_pin",
        _("Type the 4-digit PIN of that registration:"),
        accepts=four_digits,
        malformed=_("A PIN has 4 digits."),
        error=_("Wrong PIN. %(tries)s left."),
        error_slots={"tries": tries_left},
        secret=True,
        needs=Asks(NeedKind.LOOK_UP, _look_up),
        to=Branch(_looked_up, ("found", "look_up_pin", locked.name)),
    ),
    Menu(
        "found",
        _("No. %(number)s: %(status)s."),
        slots={
            "number": _found("registration_no"),
            "status": Slot(
                20, lambda context: status_word(context.answers["found_status"], context)
            ),
        },
        choices=(
            Choice(in_context("handset", "Payday"), to="found_payment", when=_has_found_payment),
        ),
        answers=True,
    ),
    End(
        "found_payment",
        _("You get money on %(due_on)s\n%(pay_point)s\n%(amount)s"),
        slots={
            "due_on": Slot(10, _found_date),
            "pay_point": Slot(24, _found_place, latin=40, name=True),
            "amount": Slot(15, _found_amount),
        },
    ),
)
