"""Today: what needs a person, what is going out, and how the last week went."""

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from gateway.console.kit.charts import Series, bar_chart, svg_response
from gateway.console.kit.context import (
    audit,
    current_staff,
    database,
    menu,
    now,
    reading,
    settings,
    today,
    wakeups,
    writing,
)
from gateway.console.kit.counts import MANY
from gateway.console.kit.filters import day
from gateway.console.kit.guards import needs
from gateway.console.kit.language import gettext
from gateway.console.pages.today import blueprint
from gateway.console.pages.today.queries import attention, week
from gateway.console.pages.today.queries.texts import confirmed_texts, work
from gateway.console.pages.today.words import ALERTS, MANY_ALERTS
from gateway.core.texts import _
from gateway.figures.book import current
from gateway.figures.schedule import topics_of_today
from gateway.messaging.sending.breaker import release_provider

RELEASED = _("Messages go out through %(provider)s again.")


@blueprint.get("/")
@needs("console.see")
def index() -> ResponseReturnValue:
    """The first page; of whoever may not see it, because it counts people, the texts."""
    staff = current_staff()
    if not staff.may("today.see"):
        return redirect(url_for("console.texts.index"))
    counted_at = _count()
    with reading() as connection:
        return render_template(
            "today/index.html",
            attention=attention.read(connection, staff, now()),
            restore=attention.unreleased_restore(connection),
            stopped=attention.stopped_providers(connection),
            alerts=attention.open_alerts(connection),
            alert_words=ALERTS,
            many_alerts=MANY_ALERTS,
            paused=attention.paused_districts(connection),
            reminders=attention.reminders_waiting(connection),
            paydays=week.paydays(connection),
            reminded=week.reminders_of(connection, today()),
            days=week.delivery(connection, today()),
            hours=week.hours(connection),
            screens=week.broken_off(connection, menu()),
            counted_at=counted_at,
            confirmed=confirmed_texts(connection),
            texts=work(connection),
            many=MANY,
        )


@blueprint.get("/today/delivery.svg")
@needs("today.see")
def delivery_svg() -> ResponseReturnValue:
    _count()
    with reading() as connection:
        days = week.delivery(connection, today())
    series = [
        Series(gettext(_("Delivered")), [one.delivered for one in days]),
        Series(gettext(_("Not delivered")), [one.failed for one in days]),
    ]
    labels = [day(one.on, "d MMM") for one in days]
    return svg_response(bar_chart(labels, series, title=gettext(_("Delivery in the last 7 days"))))


@blueprint.get("/today/calls.svg")
@needs("today.see")
def calls_svg() -> ResponseReturnValue:
    _count()
    with reading() as connection:
        hours = week.hours(connection)
    labels = [f"{hour}" for hour in range(24)]
    series = [Series(gettext(_("Calls")), hours)]
    return svg_response(
        bar_chart(labels, series, title=gettext(_("Calls by hour of the day, last 7 days")))
    )


@blueprint.post("/today/providers/<provider>/release")
@needs("message.resolve")
def release(provider: str) -> ResponseReturnValue:
    with writing() as connection:
        release_provider(connection, provider, now())
        audit(connection, "provider.release", kind="provider", object_id=provider)
    wakeups().dispatch()
    flash(gettext(RELEASED, provider=provider), "done")
    return redirect(url_for(".index"))


def _count() -> object:
    """When the figures were counted: the oldest of them."""
    zone = settings().zone
    return min(
        current(database(), topic, count, now=now())
        for topic, count in topics_of_today(on=today(), now=now(), zone=zone).items()
    )
