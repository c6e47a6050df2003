"""Payments on a calendar: the months, and what is paid on one day."""

from datetime import date, timedelta

from flask import render_template, request
from flask.typing import ResponseReturnValue

from gateway.console.kit.context import reading, today
from gateway.console.kit.dates import read_month
from gateway.console.kit.guards import needs
from gateway.console.kit.language import babel_locale
from gateway.console.kit.listing import read_page
from gateway.console.kit.words import PAYMENT_STATES
from gateway.console.pages.payments import blueprint
from gateway.console.pages.payments.queries.calendar import (
    GROUP_KEY,
    groups_on,
    month_days,
    weeks_of,
)
from gateway.console.pages.payments.queries.planned import open_move
from gateway.console.pages.payments.views.days import day_or_404


@blueprint.get("/")
@needs("payment.see")
def index() -> ResponseReturnValue:
    first = _month(request.args.get("month"))
    with reading() as connection:
        days = month_days(connection, first)
    return render_template(
        "payments/index.html",
        first=first,
        weeks=weeks_of(first),
        days=days,
        today=today(),
        weekdays=babel_locale().days["stand-alone"]["wide"],
        before=_first_of(first - timedelta(days=1)),
        after=_first_of(first + timedelta(days=31)),
    )


@blueprint.get("/<day>")
@needs("payment.see")
def day(day: str) -> ResponseReturnValue:
    on = day_or_404(day)
    with reading() as connection:
        page = read_page(connection, groups_on(on), GROUP_KEY)
        move = open_move(connection, on)
    return render_template(
        "payments/day.html",
        on=on,
        page=page,
        move=move,
        today=today(),
        payment_states=PAYMENT_STATES,
    )


def _month(text: str | None) -> date:
    """The first of the month "2026-12"; of this one where there is no such month."""
    return read_month(text) or _first_of(today())


def _first_of(on: date) -> date:
    return on.replace(day=1)
