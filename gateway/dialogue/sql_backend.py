"""The dialogue's view of the database: SQL behind the `Backend` protocol of the host."""

from collections.abc import Callable, Mapping
from datetime import datetime

from msgspec import structs
from sqlalchemy import Connection, select

from gateway.core.caller import Beneficiary, Caller
from gateway.core.keys import Peppers
from gateway.core.kinds import EventKind, NeedKind
from gateway.dialogue.effects import record_event
from gateway.dialogue.host import Asked
from gateway.messaging.receiving.allowance import Allowance
from gateway.messaging.wakeups import Wakeups
from gateway.registry.clock import database_clock
from gateway.registry.database import Database
from gateway.registry.pins import PinResult, check_pin, locked_for
from gateway.registry.queries import beneficiary_by_registration_no, caller_facts
from gateway.registry.tables import events
from gateway.ussd.screens import Event, Need

_Reply = Callable[["SqlBackend", Connection, Asked, Need], dict[str, str]]
_FOUND = ("found_status", "found_due_on", "found_amount", "found_place", "found_place_latin")


class SqlBackend:
    def __init__(
        self,
        database: Database,
        wakeups: Wakeups,
        *,
        peppers: Peppers,
        default_locale: str,
        allowance: Allowance,
    ) -> None:
        self._database = database
        self._wakeups = wakeups
        self._peppers = peppers
        self._zone = allowance.zone
        self._default_locale = default_locale
        self._allowance = allowance

    def caller(self, msisdn: str, now: datetime) -> Caller:
        with self._database.reading() as connection:
            today = now.astimezone(self._zone).date()
            caller = caller_facts(connection, msisdn, on=today, default_locale=self._default_locale)
            return _with_locks(connection, caller, msisdn, now)

    def answer(self, asked: Asked, need: Need) -> Mapping[str, str]:
        """What NEEDS says of each kind; raises MenuError for a kind that is none."""
        reply = self.ANSWERS[NeedKind(need.kind)]
        with self._database.writing() as connection:
            return reply(self, connection, asked, need)

    def record(self, asked: Asked, event: Event) -> Mapping[str, str]:
        with self._database.writing() as connection:
            result = record_event(
                connection,
                key=f"{asked.key}:{event.kind}",
                provider=asked.provider,
                session_id=asked.session_id,
                msisdn=asked.msisdn,
                kind=EventKind(event.kind),
                data=event.data,
                # By the clock that the workers go by: else its SMS could wait for theirs.
                now=database_clock(connection, lambda: asked.now)(),
                default_locale=self._default_locale,
                allowance=self._allowance,
            )
        if result.get("sms") in {"queued", "refused"}:
            self._wakeups.dispatch()
        return result

    def was_resumed(self, provider: str, session_id: str) -> bool:
        offered = select(events.c.id).where(
            events.c.session_id == session_id,
            events.c.provider == provider,
            events.c.kind == "resume_offered",
        )
        with self._database.reading() as connection:
            return connection.execute(offered.limit(1)).first() is not None

    def _check(self, connection: Connection, asked: Asked, need: Need) -> PinResult:
        return check_pin(
            connection,
            event_key=f"{asked.key}:{need.kind}:{need.data['registration_no']}",
            msisdn=asked.msisdn,
            registration_no=need.data["registration_no"],
            pin=need.data["pin"],
            now=asked.now,
            peppers=self._peppers,
        )

    def _check_pin(self, connection: Connection, asked: Asked, need: Need) -> dict[str, str]:
        """Counts an attempt before it says anything, as a look-up does."""
        result = self._check(connection, asked, need)
        return {"pin": result.outcome, "tries_left": str(result.tries_left)}

    def _look_up(self, connection: Connection, asked: Asked, need: Need) -> dict[str, str]:
        result = self._check(connection, asked, need)
        answers = {"look_up": result.outcome, "tries_left": str(result.tries_left)}
        today = asked.now.astimezone(self._zone).date()
        found = (
            beneficiary_by_registration_no(connection, need.data["registration_no"], on=today)
            if result.outcome == "ok"
            else None
        )
        return answers | _found(found)

    ANSWERS: Mapping[NeedKind, "_Reply"] = {
        NeedKind.CHECK_PIN: _check_pin,
        NeedKind.LOOK_UP: _look_up,
    }


def _with_locks(connection: Connection, caller: Caller, msisdn: str, now: datetime) -> Caller:
    """So that nobody is asked for a PIN that will not be looked at."""
    guarded = [one.registration_no for one in caller.beneficiaries if one.has_pin]
    locked = locked_for(connection, msisdn, guarded, now=now) if guarded else set()
    if not locked:
        return caller
    people = (
        structs.replace(one, pin_locked=one.registration_no in locked)
        for one in caller.beneficiaries
    )
    return structs.replace(caller, beneficiaries=tuple(people))


def _found(beneficiary: Beneficiary | None) -> dict[str, str]:
    """What a look-up may show, under the names the menu asks for.

    Every name each time, empty where there is nothing: answers of an earlier look-up must not
    stand under a later one's number.
    """
    found = dict.fromkeys(_FOUND, "")
    if beneficiary is None:
        return found
    found["found_status"] = beneficiary.status
    payment = beneficiary.next_payment
    if payment is not None and beneficiary.told_of_paydays:
        found |= {
            "found_due_on": payment.due_on.isoformat(),
            "found_amount": str(payment.amount),
            "found_place": payment.pay_point.in_locale("lo"),
            "found_place_latin": payment.pay_point.in_locale("lo_Latn"),
        }
    return found
