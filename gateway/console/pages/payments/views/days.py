"""The day that an address names, and moving what is planned on it."""

from datetime import date

from flask import abort, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import wakeups, writing
from gateway.console.kit.dates import read_day
from gateway.console.kit.filters import day as in_words
from gateway.console.kit.filters import number
from gateway.console.kit.language import gettext
from gateway.console.pages.payments.queries.desk import desk
from gateway.core.texts import _, plural
from gateway.paydays.large_moves import have_moved
from gateway.paydays.moving import TOO_MANY, Order, TooManyError, Which, move
from gateway.paydays.new_days import WrongDayError

CHANGED = _("%(count)s payments are changed to %(day)s.")
ONE_CHANGED = _("1 payment is changed to %(day)s.")
SMS_QUEUED = _("%(count)s correction SMS are on their way.")
ONE_QUEUED = _("1 correction SMS is on its way.")
NO_SMS = _("No correction SMS was needed.")
OTHERS_FOLLOW = _("%(count)s more are looked at within some minutes.")
IN_STEPS = _("So many are moved district by district, from now on: this page says how far it is.")
GONE = _("Nothing is planned like this any more: see what is planned now.")


def day_or_404(text: str) -> date:
    on = read_day(text)
    if on is None:
        abort(404)
    return on


def say_gone() -> None:
    flash(gettext(GONE), "warning")


def _later(order: Order) -> ResponseReturnValue:
    """By the scheduler, where it is the whole day of all districts; else smaller steps are asked
    for."""
    which = order.which
    whole = which == Which(due_on=which.due_on) and not desk().hers()
    if whole:
        with writing() as connection:
            have_moved(connection, order, desk())
    flash(gettext(IN_STEPS if whole else TOO_MANY), "done" if whole else "warning")
    return redirect(url_for(".day", day=which.due_on.isoformat()))


def carry_out(order: Order) -> ResponseReturnValue:
    """Moves it and says what followed; then the day, the new one where anything was moved."""
    old, new = order.which.due_on, order.becomes.due_on
    try:
        with writing() as connection:
            moved = move(connection, order, desk())
    except TooManyError:
        return _later(order)
    except WrongDayError as error:  # of these payments, where the form asked about the whole day
        flash(gettext(error.reason, **error.params), "warning")
        return redirect(url_for(".day", day=old.isoformat()))
    if not moved.payments:
        say_gone()
        return redirect(url_for(".day", day=old.isoformat()))
    if moved.queued:
        wakeups().dispatch()
    count, queued = moved.payments, moved.queued
    changed = plural(ONE_CHANGED, CHANGED, count)
    flash(gettext(changed, count=number(count), day=in_words(new)), "done")
    told = plural(ONE_QUEUED, SMS_QUEUED, queued) if queued else NO_SMS
    flash(gettext(told, count=number(queued)), "done")
    if moved.left:
        flash(gettext(OTHERS_FOLLOW, count=number(moved.left)), "done")
    return redirect(url_for(".day", day=new.isoformat()))
