"""Everything that is learnt, by a real door: a key, an SMS, a receipt, a page of the console."""

from collections.abc import Callable, Mapping
from datetime import date, timedelta
from functools import cache, partial
from itertools import count
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select, update

from gateway.changes.reach import learn_reach
from gateway.core.learnt import Learnt
from gateway.registry.learning import changes
from gateway.registry.tables import payments
from tests.console.conftest import staff_of
from tests.console.happenings import MOTHER, STRANGER, beneficiary_of, mark_one, open_a_case
from tests.console.ledger import put_message
from tests.console.people import change, edited, page_of, person
from tests.handset import Handset
from tests.keys import IN_ENGLISH, NOT_PAID, keys_to
from tests.lines import AfricasTalkingLine
from tests.messaging.conftest import Office
from tests.messaging.scripted_provider import ScriptedProvider, failing
from tests.service import TODAY, Service

_numbers = count(1)
ZONE = ZoneInfo("Asia/Vientiane")


class World:
    """The service, and what all may do with it."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.operator = cache(partial(staff_of(service), "operator"))

    def learnt(self, kind: Learnt) -> list[Any]:
        with self.service.database.reading() as connection:
            mine = changes.c.kind == kind.value
            found = connection.execute(select(changes).where(mine).order_by(changes.c.id))
            return list(found)

    def dial(self, keys: str, msisdn: str = MOTHER) -> None:
        handset = Handset(AfricasTalkingLine(self.service), msisdn)
        handset.dial("*123#")
        for key in keys.split("*"):
            handset.press(key)

    def sms(self, text: str, msisdn: str = MOTHER) -> None:
        sent = {"date": "2026-11-24T02:00:00Z", "from": msisdn, "id": f"mo-{next(_numbers)}",
                "text": text, "to": "1330"}  # fmt: skip
        assert self.service.post("incoming-messages", sent).status_code == 200

    def receipt(self, status: str, reason: str = "", **values: Any) -> UUID:
        ref = f"ATXid_{next(_numbers)}"
        message_id = put_message(self.service, state="accepted", provider_ref=ref, **values)
        told = {"id": ref, "status": status, "phoneNumber": MOTHER, "failureReason": reason}
        assert self.service.post("delivery-reports", told).status_code == 200
        return message_id

    def submit(self, path: str, data: Mapping[str, Any] | None = None) -> None:
        self.operator().submit(path, data)

    def office(self, provider: ScriptedProvider | None = None) -> Office:
        now = self.service.clock()
        return Office(self.service.database, provider or ScriptedProvider(), now=now)

    def queued(self, **values: Any) -> None:
        """A reminder that is due."""
        now = self.service.clock()
        put_message(
            self.service, state="queued", sent_at=None, provider=None, body=None, not_before_at=now,
            template="staff_answer", params={"text": "hello"}, **values,
        )  # fmt: skip

    def look_for_the_unreached(self) -> None:
        since = self.service.clock() - timedelta(days=9)
        for _learnt in learn_reach(
            self.service.database, now=self.service.clock(), zone=ZONE, since=since
        ):
            pass


def _sms_stop(world: World) -> None:
    world.sms("STOP")


def _sms_start(world: World) -> None:
    world.sms("STOP")
    world.sms("START")


def _disowned(world: World) -> None:
    world.dial(IN_ENGLISH)  # all choices on one page
    world.dial(keys_to("not_my_number", "number_disowned"))


def _number_corrected(world: World) -> None:
    operator = world.operator()
    path = f"{page_of(world.service)}/edit"
    new = edited(operator.get(path), number="new", msisdn="020 9912 3456")
    operator.submit(path, new)


def _fails_for_days(world: World) -> None:
    for _day in range(3):
        world.receipt("Failed", "UserIsInactive")
        world.service.clock.move(days=1)
    world.look_for_the_unreached()


def _is_back(world: World) -> None:
    _fails_for_days(world)
    world.receipt("Success")
    world.look_for_the_unreached()


def _ended(world: World) -> None:
    world.submit(f"{page_of(world.service)}/end", {"course_end": "moved"})


def _resumed(world: World) -> None:
    _ended(world)
    world.submit(f"{page_of(world.service)}/resume")


def _birth(world: World) -> None:
    her = person(world.service)
    change(world.service, her.id, category="pregnant", edd=TODAY, child_dob=None)
    world.submit(
        f"{page_of(world.service)}/birth", {"born_on": date.isoformat(TODAY), "children": "1"}
    )  # fmt: skip


def _taken_back(world: World) -> None:
    _ended(world)
    world.submit(f"{page_of(world.service)}/take-back")


def _case(world: World, *acts: tuple[str, Mapping[str, str]]) -> None:
    number = open_a_case(world.service, MOTHER)
    for act, data in acts:
        world.submit(f"cases/{number}/{act}", data)


_CLOSE = ("close", {"outcome": "done"})


def _complained(world: World) -> None:
    world.dial(NOT_PAID)


def _said_twice(world: World) -> None:
    world.dial(NOT_PAID)
    world.dial(NOT_PAID)


def _lately(world: World) -> None:
    hers = payments.c.beneficiary_id == beneficiary_of(world.service, MOTHER)
    come = hers & (payments.c.due_on <= TODAY)
    with world.service.database.writing() as connection:
        lately = {"due_on": TODAY - timedelta(days=4)}
        connection.execute(update(payments).where(come).values(lately))


def _marked(world: World) -> None:
    _lately(world)
    mark_one(world.service, MOTHER)


def _unmarked(world: World) -> None:
    _lately(world)
    list_id, payment_id = mark_one(world.service, MOTHER)
    world.submit(f"payments/payment/{payment_id}/take-back/{list_id}")


def _refused(world: World) -> None:
    world.queued()
    world.office(ScriptedProvider(always=failing("refused", "InvalidPhoneNumber"))).send()


def _suppressed(world: World) -> None:
    change(world.service, person(world.service).id, consent_payment=False)
    world.queued()
    world.office().send()


def _expired(world: World) -> None:
    world.queued()
    world.service.clock.move(days=2)
    world.office().sweep()


# {kind: {what happened: how}}; the last change of the kind is looked at.
DOORS: Mapping[Learnt, Mapping[str, Callable[[World], object]]] = {
    Learnt.OPTOUT_STARTED: {
        "STOP by SMS": _sms_stop,
        "STOP of a stranger": lambda world: world.sms("STOP", STRANGER),
        "the operator's list": lambda world: world.service.post(
            "opt-outs", {"senderId": "MECG", "phoneNumber": MOTHER}
        ),
    },
    Learnt.OPTOUT_ENDED: {"START by SMS": _sms_start},
    Learnt.LANGUAGE_CHOSEN: {
        "by key": lambda world: world.dial(IN_ENGLISH),
        "by SMS": lambda world: world.sms("English"),
        "by key of a stranger": lambda world: world.dial(IN_ENGLISH, STRANGER),
    },
    Learnt.CONSENT_SET: {
        "by key": lambda world: world.dial(keys_to("reminders", "payment_stop", "reminders_off"))
    },
    Learnt.NUMBER_DISOWNED: {"by key": _disowned},
    Learnt.NUMBER_CORRECTED: {"in the console": _number_corrected},
    Learnt.NUMBER_UNREACHABLE: {"three days of failures": _fails_for_days},
    Learnt.NUMBER_REACHABLE: {"one that arrived": _is_back},
    Learnt.COURSE_ENDED: {"in the console": _ended},
    Learnt.COURSE_RESUMED: {"in the console": _resumed, "taken back": _taken_back},
    Learnt.LIFE_EVENT_ENTERED: {"a birth": _birth, "a move": _ended},
    Learnt.LIFE_EVENT_TAKEN_BACK: {"in the console": _taken_back},
    Learnt.CASE_OPENED: {
        "by key": _complained, "by SMS": lambda world: world.sms("who are you people"),
    },
    Learnt.CASE_REPEATED: {"by key": _said_twice},
    Learnt.CASE_NOTED: {"in the console": lambda world: _case(world, ("note", {"text": "called"}))},
    Learnt.CASE_ANSWERED: {
        "in the console": lambda world: _case(world, ("answer", {"answer": "hello"}))
    },
    Learnt.CASE_CLOSED: {"in the console": lambda world: _case(world, _CLOSE)},
    Learnt.CASE_REOPENED: {"in the console": lambda world: _case(world, _CLOSE, ("reopen", {}))},
    Learnt.PAYMENT_COMPLAINED: {
        "by key": _complained, "by SMS": lambda world: world.sms("not paid"),
    },
    Learnt.PAYMENT_MARKED: {"in the console": _marked},
    Learnt.PAYMENT_MARK_TAKEN_BACK: {"in the console": _unmarked},
    Learnt.MESSAGE_DELIVERED: {"a receipt": lambda world: world.receipt("Success")},
    Learnt.MESSAGE_FAILED: {
        "a receipt": lambda world: world.receipt("Failed", "UserDoesNotExist")
    },
    Learnt.MESSAGE_EXPIRED: {"by the sweeper": _expired},
    Learnt.MESSAGE_REFUSED: {"by the provider": _refused},
    Learnt.MESSAGE_SUPPRESSED: {"without consent": _suppressed},
}  # fmt: skip
