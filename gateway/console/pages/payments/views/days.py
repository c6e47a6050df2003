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
from gateway.paydays.moving import TOO_MANY, Order, TooManyError, move

CHANGED = _("%(count)s payments are changed to %(day)s.")
ONE_CHANGED = _("1 payment is changed to %(day)s.")
SMS_QUEUED = _("%(count)s correction SMS are on their way.")
ONE_QUEUED = _("1 correction SMS is on its way.")
NO_SMS = _("No correction SMS was needed.")
OTHERS_FOLLOW = _("%(count)s more are looked at within some minutes.")
GONE = _("Nothing is planned like this any more: see what is planned now.")


def day_or_404(text: str) -> date:
    on = read_day(text)
    if on is None:
        abort(404)
    return on


def say_gone() -> None:
    flash(gettext(GONE), "warning")


def carry_out(order: Order) -> ResponseReturnValue:
    """Moves it and says what followed; then the day, the new one where anything was moved."""
    old, new = order.which.due_on, order.becomes.due_on
    try:
        with writing() as connection:
            moved = move(connection, order, desk())
    except TooManyError:
        flash(gettext(TOO_MANY), "warning")
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
