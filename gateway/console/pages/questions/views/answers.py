"""How each question is asked and answered: its form, its tables, when they were counted."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from types import MappingProxyType

from flask import abort
from sqlalchemy import Connection

from gateway.console.kit.context import current_staff, reading
from gateway.console.pages.questions.forms import BroadcastFilter, PaydayFilter, QuestionFilter
from gateway.console.pages.questions.queries import callers, registry, service, told
from gateway.console.pages.questions.queries.counted import Chosen, count
from gateway.console.pages.questions.queries.tables import Table
from gateway.core.texts import _
from gateway.staff.rights import Right


@dataclass(frozen=True)
class Answered:
    """`counted_at` None: nobody counted it while it could be, so there are no tables."""

    form: QuestionFilter
    chosen: Chosen
    tables: Sequence[Table]
    counted_at: datetime | None


@dataclass(frozen=True)
class Question:
    """`title` and `about` are msgids; `right` is needed beside that of the pages."""

    title: str
    about: str
    answer: Callable[[], Answered]
    right: Right = "report.see"


def _monthly(name: str, tables: Callable[[Connection, Chosen], list[Table]]) -> Answered:
    form = QuestionFilter()
    with reading() as connection:
        chosen = form.choose(connection)
    counted_at = count(name, chosen.month)
    with reading() as connection:
        return Answered(form, chosen, tables(connection, chosen) if counted_at else [], counted_at)


def _paydays() -> Answered:
    form = PaydayFilter()
    with reading() as connection:
        chosen = form.choose(connection, ahead=1)
    counted_at = count("told", chosen.month)
    with reading() as connection:
        on = form.choose_day(told.paydays(connection, chosen.month))
        about = told.About(month=chosen.month, on=on)
        return Answered(form, chosen, told.tables(connection, chosen, about), counted_at)


def _broadcasts() -> Answered:
    form = BroadcastFilter()
    with reading() as connection:
        chosen = form.choose(connection)
        broadcast_id = form.choose_broadcast(told.sent_broadcasts(connection))
    if broadcast_id is None:
        return Answered(form, chosen, [], None)
    counted_at = told.count_broadcast(broadcast_id)
    about = told.About(month=chosen.month, broadcast_id=broadcast_id)
    with reading() as connection:
        return Answered(form, chosen, told.tables(connection, chosen, about), counted_at)


QUESTIONS: Mapping[str, Question] = MappingProxyType(
    {
        "told": Question(
            _("Who was told of a payday?"),
            _("By village: who got an SMS that named the day and the place, and who did not."),
            _paydays,
        ),
        "broadcasts": Question(
            _("Who got a broadcast?"),
            _("By village: on whose phone it arrived, and on whose it did not."),
            _broadcasts,
            "broadcast.see",
        ),
        "calls": Question(
            _("What do callers ask?"),
            _(
                "Calls by branch of the menu, language and hour, and the screens where callers give"
                " up. Who reads what she dialled for and hangs up has got her answer."
            ),
            partial(_monthly, "calls", callers.calls),
        ),
        "villages": Question(
            _("Which villages never call?"),
            _("Villages from whose people's phones there was no call in the month."),
            partial(_monthly, "villages", callers.silent),
        ),
        "cases": Question(
            _("What becomes of cases?"),
            _("Cases opened in the month, by kind: how they were answered, how long it took."),
            partial(_monthly, "cases", service.cases),
        ),
        "visits": Question(
            _("Which visits are made?"),
            _(
                "Health visits whose first day falls in the month. Late: the day is over and it"
                " still can be made. Missed: it cannot be made any more."
            ),
            partial(_monthly, "visits", registry.visits),
        ),
        "sms": Question(
            _("What do SMS cost?"),
            _("SMS that went out in the month, their segments, and the cost that operators named."),
            partial(_monthly, "sms", service.sms),
        ),
        "people": Question(
            _("Who is in the programme?"),
            _(
                "People by status, age of the child and phone, as the registry stood when it was"
                " last counted in the month."
            ),
            partial(_monthly, "people", registry.people),
        ),
    }
)


def question_or_404(name: str) -> Question:
    """404 for a name of no question, and for one that is not this reader's."""
    question = QUESTIONS.get(name)
    if question is None or not current_staff().may(question.right):
        abort(404)
    return question
