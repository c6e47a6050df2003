"""The words of every SMS the gateway writes by itself.

A reminder costs one segment: where the full text would cost two, the short one goes. No text
names a pregnancy or a person: phones are shared. Identical for a whole village, so that one bulk
call carries them; that is why there is no name in them either.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from gateway.core.encoding import to_gsm7
from gateway.core.formats import format_amount
from gateway.core.lao_text import compose
from gateway.core.segments import Segments, segment
from gateway.core.texts import _
from gateway.core.villages import village_text

Gettext = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Wording:
    """A text, and what stands in its place where it would cost a second segment."""

    full: str
    short: str | None = None
    shortest: str | None = None

    @property
    def texts(self) -> tuple[str, ...]:
        """The longest first."""
        return tuple(text for text in (self.full, self.short, self.shortest) if text is not None)


PAYMENT = Wording(
    _("Grant money %(amount)s on %(due_on)s at %(place)s. Bring your card."),
    # NOTE: as above without the last sentence; with a place of 20 letters it must fit 70.
    _("Grant money %(amount)s on %(due_on)s at %(place)s."),
    # NOTE: on a shared phone "...006: " stands before it, the end of her registration number.
    _("Money %(amount)s on %(due_on)s at %(place)s."),
)
# NOTE: where a PIN is set: no amount, because others may read this phone.
PAYMENT_GUARDED = Wording(
    _("Grant money on %(due_on)s at %(place)s. Bring your card."),
    _("Grant money on %(due_on)s at %(place)s."),
)
# NOTE: for all who share the phone, twins mostly: one SMS, the sum, no names.
PAYMENT_TOGETHER = Wording(
    _(
        "Grant money of %(people)s people, %(amount)s in all, on %(due_on)s at %(place)s. "
        "Bring all cards."
    ),
    # NOTE: as above without the last sentence; with a place of 20 letters it must fit 70.
    _("Grant money of %(people)s people, %(amount)s in all, on %(due_on)s at %(place)s."),
)
# NOTE: where one of them has set a PIN: no amount.
PAYMENT_TOGETHER_GUARDED = Wording(
    _("Grant money of %(people)s people on %(due_on)s at %(place)s. Bring all cards."),
    _("Grant money of %(people)s people on %(due_on)s at %(place)s."),
)
PAYMENT_CHANGED = Wording(
    _("CHANGED: grant money now on %(due_on)s at %(place)s. Bring your card."),
    _("CHANGED: grant money now on %(due_on)s at %(place)s."),
)
# NOTE: one of several that were told together has moved; the others are paid as they were told.
PAYMENT_CHANGED_ONE = Wording(
    _("CHANGED: one grant payment is now on %(due_on)s at %(place)s. The rest is as before."),
    _("CHANGED: one grant payment is now on %(due_on)s at %(place)s."),
)
# NOTE: spares her the way. "A payment": another one of that day may stand, hers or of somebody
# with whom she shares the phone; the menu tells whose.
PAYMENT_CANCELLED = Wording(
    _(
        "CHANGED: a grant payment of %(due_on)s is cancelled. "
        "To ask: dial %(service_code)s or call %(hotline)s."
    ),
    _("CHANGED: a grant payment of %(due_on)s is cancelled. To ask: dial %(service_code)s."),
)
# NOTE: spares her the way, and says nothing about why: her registration is on hold or has ended.
# "One payment": somebody with whom she shares the phone may still be paid that day.
PAYMENT_WITHDRAWN = Wording(
    _(
        "CHANGED: one grant payment is not paid out on %(due_on)s. No need to come for it. "
        "Call %(hotline)s."
    ),
    _("CHANGED: one grant payment is not paid out on %(due_on)s. No need to come for it."),
)
# NOTE: she was not there, or nobody came to pay; nobody is to blame, nothing is lost.
PAYMENT_MISSED = Wording(
    _("The grant money of %(due_on)s was not paid out. It is still yours. Call %(hotline)s."),
    _("Grant money of %(due_on)s not paid out. It is still yours."),
)
# NOTE: one of several of that day on the phone; the others were paid out.
PAYMENT_MISSED_ONE = Wording(
    _("One grant payment of %(due_on)s was not paid out. It is still yours. Call %(hotline)s."),
    _("One grant payment of %(due_on)s not paid out. It is still yours."),
)
# NOTE: an answer: the day has passed, nobody has said what became of it; 1 is the line for payday.
PAYDAY_PASSED = Wording(
    _("Payday %(due_on)s has passed. If you were not paid: dial %(service_code)s, choose 1."),
    # NOTE: on a shared phone "...006: " stands before it, the end of her registration number.
    _("Payday %(due_on)s has passed. Not paid? Dial %(service_code)s."),
)
# NOTE: an answer: nothing else is scheduled yet, and the grant has not ended.
PAYDAY_CANCELLED = Wording(
    _(
        "The payday %(due_on)s is cancelled. Your right to the money is unchanged. "
        "Call %(hotline)s."
    ),
    _("The payday %(due_on)s is cancelled. Your right to the money is unchanged."),
)
# The days of visits are counted from a birth: "from", since no session is promised. Visits are
# written down weeks late, so every text has a word for whoever went already.
# NOTE: antenatal visits and weeks with visits of several kinds; must not hint at a pregnancy.
HEALTH_CHECK = Wording(
    _(
        "Health check from %(due_on)s at %(place)s.\n"
        "Bring the Pink Book.\n"
        "If you went already, ignore this."
    ),
    _("Health check from %(due_on)s at %(place)s.\nIf you went already, ignore this."),
)
# NOTE: the check after birth, in words that do not say so.
POSTNATAL = Wording(
    _(
        "Check for mother and child from %(due_on)s at %(place)s.\n"
        "Bring the Pink Book.\n"
        "If you went already, ignore this."
    ),
    _(
        "Check for mother and child from %(due_on)s at %(place)s.\n"
        "If you went already, ignore this."
    ),
)
VACCINE = Wording(
    _(
        "Vaccination of the child from %(due_on)s at %(place)s.\n"
        "Bring the Pink Book.\n"
        "If you went already, ignore this."
    ),
    _("Vaccination of the child from %(due_on)s at %(place)s.\nIf you went already, ignore this."),
)

CASE_OPENED = Wording(_("We have noted your request. Case number %(case)s."))
# NOTE: somebody wrote "wrong number". Staff look into it; until then STOP spares a stranger.
WRONG_NUMBER = Wording(_("Noted: case %(case)s. To stop every SMS to this phone, send STOP."))
OPTED_OUT = Wording(_("You get no more SMS. Your right to the money is unchanged."))
OPTED_OUT_PAYMENT = Wording(_("Payment SMS are off. Your right to the money is unchanged."))
OPTED_OUT_HEALTH = Wording(_("Health SMS are off. Your right to the money is unchanged."))
# NOTE: to a number that nobody with a right to the money has.
OPTED_OUT_ONLY = Wording(_("You get no more SMS."))
# NOTE: as above.
OPTED_OUT_PAYMENT_ONLY = Wording(_("Payment SMS are off."))
# NOTE: as above.
OPTED_OUT_HEALTH_ONLY = Wording(_("Health SMS are off."))
# NOTE: her registration is being checked, is approved or on hold; SMS about health come at once.
OPTED_IN_LATER = Wording(_("Noted. SMS about money come when you have a right to it."))
OPTED_IN = Wording(_("You will get reminder SMS. To stop them dial %(service_code)s and choose 6."))
NO_PAYMENT = Wording(_("No payment date yet. Please check again later."))
BEING_CHECKED = Wording(_("Your registration is being checked."))
HELP = Wording(
    _("Dial %(service_code)s or call %(hotline)s. Send ? for the payday, STOP to end SMS.")
)
LANGUAGE_SET = Wording(_("Language kept, for SMS too."))
APPROVED = Wording(_("Approved. Payments start soon: we will tell you the date."))
ON_HOLD = Wording(_("On hold. Please ask at the health centre."))
NOT_ACCEPTED = Wording(_("Not accepted. Ask why at the health centre."))
GRANT_ENDED = Wording(_("Your grant has ended. Ask at the health centre."))
NOT_KNOWN = Wording(_("This number is not registered. Please ask at the health centre."))
NO_HEALTH = Wording(_("There are no health SMS for you. Please ask at the health centre."))
NUMBER_DISOWNED = Wording(
    _(
        "Somebody said: SMS here go to the wrong person. "
        "If it is your number, ask at the health centre."
    )
)
REGISTERED = Wording(_("You are registered. Dial %(service_code)s for more."))

# NOTE: at the office her PIN was set anew; the three digits are those of her registration number,
# by which people of one phone are told apart. Never the PIN itself.
PIN_SET = Wording(
    _("Number ...%(digits)s has a new PIN. If you did not ask for it, call %(hotline)s.")
)
# NOTE: as above; the amount can be read without a PIN from now on.
PIN_REMOVED = Wording(
    _("Number ...%(digits)s has no PIN any more. If you did not ask for it, call %(hotline)s.")
)
# NOTE: after wrong tries the PIN was locked; the office has lifted that.
PIN_UNLOCKED = Wording(
    _("You can enter the PIN of number ...%(digits)s again. Forgotten? Ask at the health centre.")
)
# Answers to cases that stand ready for staff, who choose one and may change it before it goes.
# NOTE: an answer of staff to "call me back", "I was not paid" or an SMS.
ANSWER_WILL_CALL = Wording(_("We will call you on this number. Case number %(case)s."))
# NOTE: staff have tried to call.
ANSWER_NO_REPLY = Wording(_("We called, nobody answered. Call %(hotline)s. Case %(case)s."))
ANSWER_LOOKING = Wording(_("We are looking into your payment. Case number %(case)s."))
# NOTE: for what only the health centre can put right: her registration, her number.
ANSWER_ASK = Wording(_("Please ask at the health centre. Bring your registration number."))
ANSWER_DONE = Wording(_("Your request has been dealt with. Case number %(case)s."))
# NOTE: staff's answer to "I was not paid": what the paying clerk wrote down; nobody is accused.
ANSWER_PAID = Wording(
    _("Our list says: grant money of %(due_on)s was paid. If you did not get it, call %(hotline)s.")
)

# What one of the staff, or a system, wrote to one person: theirs word for word, in no catalogue.
STAFF_ANSWER = Wording("%(text)s")

WORDINGS: Mapping[str, Wording] = {
    "staff_answer": STAFF_ANSWER,
    "broadcast_trial": STAFF_ANSWER,
    "system_text": STAFF_ANSWER,
    "payment_due": PAYMENT,
    "payment_due_guarded": PAYMENT_GUARDED,
    "payment_due_together": PAYMENT_TOGETHER,
    "payment_due_together_guarded": PAYMENT_TOGETHER_GUARDED,
    "payment_changed": PAYMENT_CHANGED,
    "payment_changed_one": PAYMENT_CHANGED_ONE,
    "payment_cancelled": PAYMENT_CANCELLED,
    "payment_withdrawn": PAYMENT_WITHDRAWN,
    "payment_missed": PAYMENT_MISSED,
    "payment_missed_one": PAYMENT_MISSED_ONE,
    "payday_passed": PAYDAY_PASSED,
    "payday_cancelled": PAYDAY_CANCELLED,
    "health_check": HEALTH_CHECK,
    "postnatal": POSTNATAL,
    "vaccine": VACCINE,
    "case_opened": CASE_OPENED,
    "wrong_number": WRONG_NUMBER,
    "opted_out": OPTED_OUT,
    "opted_out_payment": OPTED_OUT_PAYMENT,
    "opted_out_health": OPTED_OUT_HEALTH,
    "opted_out_only": OPTED_OUT_ONLY,
    "opted_out_payment_only": OPTED_OUT_PAYMENT_ONLY,
    "opted_out_health_only": OPTED_OUT_HEALTH_ONLY,
    "opted_in": OPTED_IN,
    "opted_in_later": OPTED_IN_LATER,
    "no_payment": NO_PAYMENT,
    "being_checked": BEING_CHECKED,
    "help": HELP,
    "language_set": LANGUAGE_SET,
    "approved": APPROVED,
    "on_hold": ON_HOLD,
    "not_accepted": NOT_ACCEPTED,
    "grant_ended": GRANT_ENDED,
    "not_known": NOT_KNOWN,
    "no_health": NO_HEALTH,
    "number_disowned": NUMBER_DISOWNED,
    "registered": REGISTERED,
    "pin_set": PIN_SET,
    "pin_removed": PIN_REMOVED,
    "pin_unlocked": PIN_UNLOCKED,
    "answer_will_call": ANSWER_WILL_CALL,
    "answer_no_reply": ANSWER_NO_REPLY,
    "answer_looking": ANSWER_LOOKING,
    "answer_ask": ANSWER_ASK,
    "answer_done": ANSWER_DONE,
    "answer_paid": ANSWER_PAID,
}


# The widest values, in Latin letters and in Lao: an import refuses longer names.
LONGEST_VILLAGE = ("m" * 32, "\u0e9a" * 16)
LONGEST_PAY_POINT = ("m" * 40, "\u0e9a" * 24)  # and health centre
MOST_LAK = 1_200_000
LONGEST_ENDING = "26000001"
WIDEST = {
    "amount": "1.200.000 kip",
    "due_on": "28/12",
    "people": "12",
    "hotline": "12345678",
    "service_code": "*12345#",
    "case": "1234567",
    "digits": "123",
    "text": "",  # staff write it, and see its length while they do
}


# What an answer may tell of one of several on a phone: `ending` then says which of them, as on a
# screen, by the last digits of her registration number.
OF_ONE_OF_SEVERAL = frozenset(
    {
        "payment_due",
        "payment_due_guarded",
        "payment_missed",
        "payday_passed",
        "payday_cancelled",
        "no_payment",
        "being_checked",
        "approved",
        "on_hold",
        "not_accepted",
        "grant_ended",
    }
)


def write(wording: Wording, params: Mapping[str, str], locale: str, gettext: Gettext) -> str:
    """The longest of its texts that costs one segment with its `ending`, else the shortest."""
    return _write(wording, tuple(params.items()), locale, gettext)


@lru_cache(maxsize=4096)
def _write(
    wording: Wording, items: tuple[tuple[str, str], ...], locale: str, gettext: Gettext
) -> str:
    """A village's texts are the same: written once a batch, not once a woman."""
    return write_once(wording, dict(items), locale, gettext)


def write_once(wording: Wording, params: Mapping[str, str], locale: str, gettext: Gettext) -> str:
    """As `write`, and not remembered: for a `gettext` that nobody will ask again."""
    before = f"...{params['ending']}: " if "ending" in params else ""
    for text in wording.texts:
        written = fit(before + gettext(text) % params, locale)
        if segment(written).count == 1:
            break
    return written


_TURNS = dict.fromkeys([0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2066, 0x206A)])


@lru_cache(maxsize=1024)
def fit(text: str, locale: str) -> str:
    """The shortest spelling: composed Lao, GSM-7 letters in the Latin locales; nothing that turns
    the order of what follows, which an approver would read otherwise than a phone shows it.
    """
    text = text.translate(_TURNS)
    return compose(text) if locale == "lo" else to_gsm7(text)


def oversized(gettext: Mapping[str, Gettext]) -> list[str]:
    """A sentence for each text that costs a second segment in the longest place; for checks."""
    return [
        f"{locale}: the SMS {one.template!r} has {one.size.units} units: {one.text}"
        for locale, translate in gettext.items()
        for one in widest(locale, translate)
        if one.size.count > 1
    ]


@dataclass(frozen=True)
class Widest:
    """An SMS with the widest data; `template` is its name among WORDINGS."""

    template: str
    text: str
    size: Segments


def widest(locale: str, gettext: Gettext) -> Iterator[Widest]:
    """Every SMS in `locale`, in whichever place is longer: a village's, or a pay point's."""
    lao = locale == "lo"
    village = village_text(LONGEST_VILLAGE[lao], gettext)
    params = WIDEST | {
        "amount": format_amount(MOST_LAK, locale, gettext),
        "place": max(village, LONGEST_PAY_POINT[lao], key=len),
    }
    for name, wording in WORDINGS.items():
        text = write_once(wording, params, locale, gettext)
        yield Widest(name, text, segment(text))
        if name in OF_ONE_OF_SEVERAL:
            text = write_once(wording, params | {"ending": LONGEST_ENDING}, locale, gettext)
            yield Widest(f"{name} of one", text, segment(text))
