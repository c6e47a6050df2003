"""`flask places`: what the console's page of places does, for scripts."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import click
from flask.cli import with_appcontext
from sqlalchemy import Connection

from gateway.catalogues import load_gettext
from gateway.cli.context import ports, sending_hours
from gateway.core.quiet_hours import SendingHours
from gateway.places.desk import Desk
from gateway.places.faults import GONE, PlaceError
from gateway.places.listing import counts_of, listed
from gateway.places.merging import Plan, merge, plan_merge
from gateway.places.naming import Names, names_of, plan_rename, rename
from gateway.places.records import Place, find_place, is_in_district, table_of
from gateway.registry.places import KINDS, Kind
from gateway.staff.audit import Actor

_KIND = click.argument("kind", type=click.Choice(KINDS))
_TELL = click.option(
    "--tell",
    is_flag=True,
    help="A correction SMS to those to whom an SMS named the former place.",
)
_DRY_RUN = click.option("--dry-run", is_flag=True, help="Say what would follow, change nothing.")


@click.group()
def places() -> None:
    """Provinces, districts, villages, health centres, pay points; ids are those of `list`."""


@places.command("list")
@_KIND
@click.option("--search", help="A part of a name, in Lao or in Latin letters.")
@click.option("--district", type=int, help="Only what lies in this one, by its id.")
@with_appcontext
def list_places(kind: Kind, search: str | None, district: int | None) -> None:
    """Id, name, Latin name, district, people on record, payments to come (of villages and
    pay points); by tabs."""
    table = table_of(kind)
    inside = district is not None and is_in_district(kind)
    where = [table.c.district_id == district] if inside else []
    found = listed(kind, where, search=search)
    with ports().database.reading() as connection:
        rows = connection.execute(found.statement.order_by(*found.key)).all()
        counts = counts_of(connection, kind, rows, today=_desk("list").today)
    for row in rows:
        place = [str(row.id), row.name, row.name_latin, getattr(row, "district_latin", "")]
        count = counts[row.id]
        paid = "" if count.payments is None else str(count.payments)
        click.echo("\t".join([*place, str(count.people), paid]))


@places.command("rename")
@_KIND
@click.argument("place_id", type=int)
@click.option("--name", help="In Lao letters.")
@click.option("--latin", help="In Latin letters; later imports keep it.")
@click.option("--short", help="A pay point's for SMS, in Lao letters; '' for none.")
@click.option("--short-latin", help="The same in Latin letters.")
@_TELL
@_DRY_RUN
@with_appcontext
def rename_place(kind: Kind, place_id: int, tell: bool, dry_run: bool, **given: str | None) -> None:
    """Give a place another name; what is not given stays. The old one is remembered for files."""
    desk = _desk("rename")
    with _changing(dry_run) as connection:
        place = _place(connection, kind, place_id)
        names = _names(place, given)
        plan = plan_rename(connection, place, names, desk)
        click.echo(f"{place.name} ({place.name_latin}) -> {plan.after.name} "
                   f"({plan.after.name_latin})")  # fmt: skip
        _say_told(plan.told, plan.otherwise)
        if not dry_run:
            _say_sms(rename(connection, place, names, tell=tell, desk=desk)[1])


@places.command("merge")
@_KIND
@click.argument("place_id", type=int)
@click.argument("into_id", type=int)
@_TELL
@_DRY_RUN
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_appcontext
def merge_places(
    kind: Kind, place_id: int, into_id: int, *, tell: bool, dry_run: bool, yes: bool
) -> None:
    """Merge PLACE_ID into INTO_ID, which stays: all that points at it follows. Not to be undone."""
    desk = _desk("merge")
    with ports().database.reading() as connection, _said():
        away, kept = (_place(connection, kind, one) for one in (place_id, into_id))
        _say_plan(plan_merge(connection, away, kept, desk))
    if dry_run:
        return
    if not yes:
        click.confirm("The two are one place?", abort=True)
    with _changing(dry_run) as connection:
        _say_sms(merge(connection, away, kept, tell=tell, desk=desk)[1])


def _names(place: Place, given: dict[str, str | None]) -> Names:
    fields = {
        "name": "name",
        "latin": "name_latin",
        "short": "short_name",
        "short_latin": "short_name_latin",
    }
    changed = {fields[option]: value for option, value in given.items() if value is not None}
    return Names(**(vars(names_of(place)) | changed))


def _desk(verb: str) -> Desk:
    hours: SendingHours = sending_hours()
    return Desk(
        actor=Actor(f"flask places {verb}"),
        now=datetime.now(UTC),
        hours=hours,
        default_locale=ports().settings.default_locale,
        gettext=load_gettext(),
    )


@contextmanager
def _changing(dry_run: bool) -> Iterator[Connection]:
    database = ports().database
    with _said(), database.reading() if dry_run else database.writing() as connection:
        yield connection


@contextmanager
def _said() -> Iterator[None]:
    """What cannot be is said in English."""
    try:
        yield
    except PlaceError as error:
        raise click.ClickException(error.reason % error.params) from None


def _place(connection: Connection, kind: Kind, place_id: int) -> Place:
    found = find_place(connection, kind, place_id)
    if found is None:
        raise PlaceError(GONE)
    return found


def _say_plan(plan: Plan) -> None:
    follows = plan.follows
    click.echo(f"{plan.away.name} ({plan.away.name_latin}) -> {plan.kept.name} "
               f"({plan.kept.name_latin})")  # fmt: skip
    click.echo(
        f"people {follows.people}, payments to come {follows.payments}, open cases "
        f"{follows.cases}, accounts {follows.accounts}, broadcasts {len(follows.broadcasts)}"
    )
    for kind, (moved, joined) in plan.inner.items():
        click.echo(f"{kind}: {moved} move along, {joined} become one with their namesake")
    _say_told(plan.told, plan.otherwise)


def _say_told(told: int, otherwise: bool) -> None:
    reads = "another place" if otherwise else "the same place, spelt otherwise"
    if told:
        click.echo(f"told by SMS: {told}; to them it reads as {reads}")


def _say_sms(sms: int) -> None:
    click.echo(f"correction SMS queued: {sms}")
