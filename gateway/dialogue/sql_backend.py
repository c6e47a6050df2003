"""The dialogue's view of the database: SQL behind the `Backend` protocol."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import Connection

from gateway.core.caller import Beneficiary
from gateway.core.keys import Peppers
from gateway.core.kinds import EventKind, NeedKind
from gateway.dialogue.backend import Asked, AtDial
from gateway.dialogue.effects import record_event
from gateway.messaging.receiving.allowance import Allowance
from gateway.messaging.wakeups import Wakeups
from gateway.registry.clock import database_clock
from gateway.registry.database import Database
from gateway.registry.pins import PinResult, check_pin
from gateway.registry.queries import Dialled, beneficiary_by_registration_no, facts_at_dial
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

    def at_dial(self, provider: str, session_id: str, msisdn: str, now: datetime) -> AtDial:
        known, resumed = facts_at_dial(
            self._database,
            Dialled(provider, session_id, msisdn, now),
            on=now.astimezone(self._zone).date(),
            default_locale=self._default_locale,
        )
        return AtDial(known, resumed)

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
