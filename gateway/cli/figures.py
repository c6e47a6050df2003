"""`flask figures`: count anew what the scheduler counts ahead."""

from datetime import UTC, date, datetime
from typing import cast

import click
from flask import current_app
from flask.cli import with_appcontext

from gateway.cli.context import ports
from gateway.figures.counting import Counting, counting_of
from gateway.figures.questions import count_again
from gateway.ussd.screens import MenuTree

PURGED = "Of {month:%Y-%m} messages and calls are already purged; the oldest month kept is {kept}."
AHEAD = "{month:%Y-%m} has not begun."


@click.group()
def figures() -> None:
    """What the console's questions are answered from."""


@figures.command("count")
@click.option("--month", type=click.DateTime(["%Y-%m"]), help="As 2026-11. Default: this month.")
@with_appcontext
def count(month: datetime | None) -> None:
    """Count the questions of a month again, whatever was counted before."""
    tree = cast("MenuTree", current_app.extensions["menu"])
    counting = counting_of(ports().settings, tree, now=datetime.now(UTC))
    wanted = (month.date() if month else counting.today).replace(day=1)
    _check(wanted, counting)
    for topic in dict.fromkeys(count_again(ports().database, wanted, counting)):
        click.echo(topic)


def _check(month: date, counting: Counting) -> None:
    if month > counting.today:
        raise click.ClickException(AHEAD.format(month=month))
    if month < counting.kept_from:
        raise click.ClickException(PURGED.format(month=month, kept=f"{counting.kept_from:%Y-%m}"))
