"""Callers who do not exist, and a host that writes nothing down."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import get_args

from gateway.core.caller import Beneficiary, Caller, Payment, Place, Status, Visit
from gateway.core.errors import MenuError
from gateway.core.kinds import EVENTS, EventKind, NeedKind
from gateway.core.programme import PROGRAMME
from gateway.core.texts import _
from gateway.ussd import engine
from gateway.ussd.drawing import World
from gateway.ussd.screens import Need
from gateway.ussd.session import Session

PIN, WRONG_PIN, LOCKING_PIN = "4321", "0000", "9999"
REGISTRATION_NO = "26000001"

# Whom one can be at the console's own phone.
CALLERS: dict[str, str] = {
    "enrolled": _("A mother who is enrolled"),
    "guarded": _("A mother with a PIN (4321)"),
    "several": _("A phone shared by two mothers"),
    "applied": _("A mother whose registration is being checked"),
    "missed": _("A mother whose payment was missed"),
    "unknown": _("A number that nobody knows"),
}
_PLACE = Place("ບ້ານ ໂພນແກ້ວ", "Ban Phonkeo")
_HEALTH_CENTRE = Place("ສຸກສາລາ ປິນດົງ", "Souksala Pindong")


def caller(who: str, on: date, locale: str) -> Caller:
    """One of CALLERS as of the day `on`; raises KeyError for anybody else."""
    due = _payment(on + timedelta(days=9), "scheduled")
    paid, missed = _payment(on - timedelta(days=52), "paid"), _payment(on, "missed")
    enrolled = _person(next_payment=due, last_payment=paid, visits=_visits(on))
    people: dict[str, tuple[Beneficiary, ...]] = {
        "enrolled": (enrolled,),
        "guarded": (_person(next_payment=due, last_payment=paid, has_pin=True),),
        "several": (enrolled, _person(REGISTRATION_NO[:-1] + "2", next_payment=due)),
        "applied": (_person(status="applied"),),
        "missed": (_person(last_payment=missed),),
        "unknown": (),
    }
    return Caller(locale=locale, beneficiaries=people[who])


def all_kinds(on: date, locale: str) -> Iterator[Caller]:
    """Callers enough to come to every screen of a menu about registrations and payments."""
    for who in CALLERS:
        yield caller(who, on, locale)
    for status in get_args(Status):
        yield Caller(locale=locale, beneficiaries=(_person(status=status),))
    due, missed = _payment(on, "scheduled"), _payment(on, "missed")
    for one in (
        _person(next_payment=due, last_payment=missed, course_ended=True),
        _person(last_payment=_payment(on, "paid")),
        _person(last_payment=_payment(on - timedelta(days=5), "scheduled")),
        _person(next_payment=due, disowned=True),
        _person(cancelled_payment=_payment(on + timedelta(days=9), "cancelled")),
        _person(last_payment=missed, cancelled_payment=_payment(on, "cancelled")),
    ):
        yield Caller(locale=locale, beneficiaries=(one,))
    for visits in _of_each_kind(on):
        yield Caller(locale=locale, beneficiaries=(_person(visits=visits),))
    crowd = tuple(_person(REGISTRATION_NO[:-1] + digit) for digit in "12")
    yield Caller(locale=locale, beneficiaries=crowd, more=True)


def press(world: World, session: Session, token: str) -> Session:
    """The session after one key; what a host would look up or write down is made up."""
    outcome = engine.step(world, session, token)
    if isinstance(outcome, Need):
        outcome = engine.step(world, session, token, _answer(outcome, world.today))
    if isinstance(outcome, Need):
        raise MenuError(f"{session.state} asks again for what it was told")
    return _with_event(world, outcome)


def dial(world: World) -> Session:
    return _with_event(world, engine.begin(world, world.facts.locale))


def _with_event(world: World, step: engine.Step) -> Session:
    if step.event is None:
        return step.session
    return engine.tell(world, step.session, EVENTS[EventKind(step.event.kind)].told)


def _answer(need: Need, today: date) -> Mapping[str, str]:
    return ANSWERS[NeedKind(need.kind)](need, today)


def _check_pin(need: Need, _today: date) -> Mapping[str, str]:
    return {"pin": _outcome(need), "tries_left": "2"}


def _look_up(need: Need, today: date) -> Mapping[str, str]:
    return {
        "look_up": _outcome(need),
        "tries_left": "2",
        "found_status": "enrolled",
        "found_due_on": (today + timedelta(days=9)).isoformat(),
        "found_amount": str(PROGRAMME.rules_on(today).cycle_amount),
        "found_place": _PLACE.name,
        "found_place_latin": _PLACE.latin,
    }


def _outcome(need: Need) -> str:
    return {WRONG_PIN: "wrong", LOCKING_PIN: "locked"}.get(need.data.get("pin", ""), "ok")


ANSWERS: Mapping[NeedKind, Callable[[Need, date], Mapping[str, str]]] = {
    NeedKind.CHECK_PIN: _check_pin,
    NeedKind.LOOK_UP: _look_up,
}


def _person(
    registration_no: str = REGISTRATION_NO,
    *,
    status: Status = "enrolled",
    next_payment: Payment | None = None,
    last_payment: Payment | None = None,
    cancelled_payment: Payment | None = None,
    visits: Sequence[Visit] = (),
    has_pin: bool = False,
    course_ended: bool = False,
    disowned: bool = False,
) -> Beneficiary:
    return Beneficiary(
        id=registration_no,
        registration_no=registration_no,
        status=status,
        category="child",
        since_on=date(2026, 6, 1),
        village=_PLACE,
        health_centre=_HEALTH_CENTRE,
        has_pin=has_pin,
        next_payment=next_payment,
        last_payment=last_payment,
        cancelled_payment=cancelled_payment,
        visits=tuple(visits),
        course_ended=course_ended,
        disowned=disowned,
    )


def _payment(due_on: date, status: str) -> Payment:
    return Payment(
        id=due_on.isoformat(),
        cycle=f"{due_on:%Y-%m}",
        due_on=due_on,
        amount=PROGRAMME.rules_on(due_on).cycle_amount,
        status=status,  # type: ignore[arg-type]
        pay_point=_PLACE,
    )


def _of_each_kind(on: date) -> Iterator[tuple[Visit, ...]]:
    """A visit of each kind that is due, and one that the programme has taken back since."""
    kinds = {rule.kind: rule.key for rule in PROGRAMME.rules_on(on).visits}
    for key in (*kinds.values(), "taken back"):
        yield (
            Visit(visit=key, due_on=on, closes_on=on + timedelta(days=28), place=_HEALTH_CENTRE),
        )


def _visits(on: date) -> list[Visit]:
    rules = PROGRAMME.rules_on(on).visits
    days = (on + timedelta(days=6), on + timedelta(days=34))
    return [
        Visit(visit=rule.key, due_on=day, closes_on=day + timedelta(days=28), place=_HEALTH_CENTRE)
        for rule, day in zip([rule for rule in rules if rule.kind == "vaccine"], days, strict=False)
    ]
