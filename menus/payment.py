"""When am I paid? The next payment's date, place and amount; what became of the last one.

Only who is enrolled is told of a payday; everybody else is told how the registration stands.
"""

from datetime import date

from gateway.core.caller import Payment
from gateway.core.errors import MenuError
from gateway.core.formats import format_amount, format_date
from gateway.core.kinds import EventKind
from gateway.core.texts import _
from gateway.ussd.screens import Branch, Choice, Context, Emits, End, Menu, Route, Slot
from menus.pin import ask_pin, unless_locked
from menus.selection import by_number_of_beneficiaries, choose_beneficiary, chosen

entry = by_number_of_beneficiaries("registration_unknown", "payment", "payment_whose")


def _next(context: Context) -> Payment:
    payment = chosen(context).next_payment
    if payment is None:
        raise MenuError("no next payment to show")
    return payment


def _last(context: Context) -> Payment:
    payment = chosen(context).last_payment
    if payment is None:
        raise MenuError("no last payment to show")
    return payment


def _cancelled(context: Context) -> Payment:
    payment = chosen(context).cancelled_payment
    if payment is None:
        raise MenuError("no cancelled payment to show")
    return payment


def _date(on: date) -> str:
    return format_date(on)


def _amount(payment: Payment, context: Context) -> str:
    return format_amount(payment.amount, context.locale, context.gettext)


DATE = Slot(10, lambda context: _date(_next(context).due_on))
PLACE = Slot(
    24, lambda context: _next(context).pay_point.in_locale(context.locale), latin=40, name=True
)
AMOUNT = Slot(13, lambda context: _amount(_next(context), context))
LAST_DATE = Slot(10, lambda context: _date(_last(context).due_on))
LAST_PLACE = Slot(
    24, lambda context: _last(context).pay_point.in_locale(context.locale), latin=40, name=True
)
CANCELLED_DATE = Slot(10, lambda context: _date(_cancelled(context).due_on))


_UNPAID: dict[str, str] = {
    "applied": "payment_after_registration",
    "verified": "status_verified",
    "suspended": "status_suspended",
    "rejected": "status_rejected",
    "exited": "status_exited",
}
# A last one that is still scheduled: its day has passed, nobody has said yet what became of it.
_LAST: dict[str, str] = {
    "paid": "payment_paid",
    "missed": "payment_missed",
    "scheduled": "payment_passed",
}


def _which(context: Context) -> str:
    beneficiary = chosen(context)
    if not beneficiary.told_of_paydays:
        return _UNPAID[beneficiary.status]
    if beneficiary.next_payment is not None:
        guarded = beneficiary.has_pin or beneficiary.disowned
        return "next_payment_guarded" if guarded else "next_payment"
    if beneficiary.cancelled_payment is not None:
        return "payment_cancelled"
    last = beneficiary.last_payment
    if last is None:
        return "payment_none"
    return "payment_none_since" if last.status == "paid" else _LAST[last.status]


def _which_last(context: Context) -> str:
    return _LAST[_last(context).status]


def _has_last(context: Context) -> bool:
    return chosen(context).last_payment is not None


def _has_pin(context: Context) -> bool:
    return chosen(context).has_pin


def _summary(context: Context) -> dict[str, str]:
    return {"beneficiary_id": chosen(context).id}


# What became of the SMS: on its way, had before, held back by the number's limit, refused by its
# operator so far.
_SUMMARY = {
    "queued": "summary_sent",
    "had": "summary_had",
    "held": "summary_held",
    "refused": "summary_refused",
}
_last_payment = Choice(_("Last one"), to=Branch(_which_last, tuple(_LAST.values())), when=_has_last)
_NO_DATE_YET = _("No payment date yet. Please check again later.")
_by_sms = Choice(_("By SMS"), to="summary_sent")

STATES = (
    choose_beneficiary("payment_whose", to="payment"),
    Route(
        "payment",
        Branch(
            _which,
            (
                "next_payment",
                "next_payment_guarded",
                *_UNPAID.values(),
                "payment_cancelled",
                "payment_missed",
                "payment_passed",
                "payment_none",
                "payment_none_since",
            ),
        ),
    ),
    Menu(
        "next_payment",
        _("You get money on %(due_on)s\n%(pay_point)s\n%(amount)s"),
        slots={"due_on": DATE, "pay_point": PLACE, "amount": AMOUNT},
        choices=(_by_sms, _last_payment),
        pages=2,
        answers=True,
    ),
    Menu(
        "next_payment_guarded",
        _("You get money on %(due_on)s\n%(pay_point)s"),
        slots={"due_on": DATE, "pay_point": PLACE},
        choices=(
            Choice(_("Amount"), to=unless_locked("payment_pin"), when=_has_pin),
            _by_sms,
            _last_payment,
        ),
        pages=2,
        answers=True,
    ),
    ask_pin("payment_pin", to="payment_amount"),
    End(
        "payment_amount",
        _("You get money on %(due_on)s: %(amount)s"),
        slots={"due_on": DATE, "amount": AMOUNT},
    ),
    End(
        "summary_sent",
        _("We are sending you an SMS."),
        emits=Emits(EventKind.SUMMARY_REQUESTED, _summary),
        told=Branch(
            lambda context: _SUMMARY[context.answers["sms"]],
            tuple(_SUMMARY.values()),
        ),
    ),
    End("summary_had", _("You have had this SMS today. It is not sent again.")),
    End("summary_held", _("You have had many SMS. Dial again to look.")),
    End("summary_refused", _("No SMS reaches this number. Dial again to look.")),
    Menu(
        "payment_paid",
        _("The payment of %(due_on)s was paid to you."),
        slots={"due_on": LAST_DATE},
        choices=(Choice(_("I was not paid"), to="not_paid"),),
        pages=2,
        answers=True,
    ),
    Menu(
        "payment_missed",
        _("You were not paid on %(due_on)s. The money is still yours."),
        slots={"due_on": LAST_DATE},
        choices=(Choice(_("Tell us"), to="not_paid"),),
        pages=2,
        answers=True,
    ),
    Menu(
        "payment_passed",
        _("Payday %(due_on)s has passed.\n%(pay_point)s"),
        slots={"due_on": LAST_DATE, "pay_point": LAST_PLACE},
        choices=(Choice(_("I was not paid"), to="not_paid"),),
        pages=2,
        answers=True,
    ),
    # Where the SMS sends her that takes a payday back; not to be read as the end of the grant.
    Menu(
        "payment_cancelled",
        _("The payday %(due_on)s is cancelled. Your right to the money is unchanged."),
        slots={"due_on": CANCELLED_DATE},
        choices=(Choice(_("Call me back"), to="call_back"), _last_payment),
        pages=2,
        answers=True,
    ),
    End("payment_none", _NO_DATE_YET),
    Menu("payment_none_since", _NO_DATE_YET, choices=(_last_payment,), pages=2, answers=True),
    End(
        "payment_after_registration",
        _("No payment date yet: your registration is being checked."),
    ),
)
