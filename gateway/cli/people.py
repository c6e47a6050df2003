"""`flask beneficiaries`: people who are one, merged as in the console; what names are found by."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, get_args

import click
from flask.cli import with_appcontext
from sqlalchemy import Connection, Row, select

from gateway.cli.context import ports, sending_hours
from gateway.cli.imports import beneficiaries as group
from gateway.people.comparing import Comparison, Field, Side, compare
from gateway.people.desk import Desk
from gateway.people.faults import PersonError
from gateway.people.merging import merge
from gateway.people.pairs import find_pairs, undecided
from gateway.registry.name_keys import refill_name_keys
from gateway.registry.numbers import number_now
from gateway.registry.tables import beneficiaries, people_pairs
from gateway.staff.audit import Actor

__all__ = ["group"]  # with the commands of this module in it

_DRY_RUN = click.option("--dry-run", is_flag=True, help="Say what would follow, change nothing.")


@group.command("duplicates")
@click.option("--district", type=int, help="Only pairs within this one, by its id.")
@click.option("--look", is_flag=True, help="Look through the registry first, as once a day.")
@with_appcontext
def duplicates(district: int | None, look: bool) -> None:
    """People who may be one and nobody has decided about: two registration numbers, and what they
    share; by tabs, the most alike first."""
    database = ports().database
    if look:
        for _step in find_pairs(database, now=datetime.now(UTC)):
            pass
    one, other = beneficiaries.alias("one"), beneficiaries.alias("other")
    listed = (
        undecided()
        .add_columns(one.c.registration_no, other.c.registration_no.label("other_no"))
        .join(one, one.c.id == people_pairs.c.one_id)
        .join(other, other.c.id == people_pairs.c.other_id)
        .order_by(people_pairs.c.score.desc(), people_pairs.c.id)
    )
    if district is not None:
        listed = listed.where(people_pairs.c.district_id == district)
    with database.reading() as connection:
        for row in connection.execute(listed):
            click.echo("\t".join([row.registration_no, row.other_no, ", ".join(row.shared)]))


@group.command("refill-keys")
@with_appcontext
def refill_keys() -> None:
    """Make anew what people are found by in the console, after a release that changed how; in small
    steps, while everything else goes on. Prints how many were changed."""
    click.echo(sum(refill_name_keys(ports().database)))


@group.command("merge")
@click.argument("keep")
@click.argument("other")
@click.option(
    "--take", multiple=True, type=click.Choice(get_args(Field)),
    help="A field whose value is taken from OTHER; of what is not named KEEP's stays.",
)  # fmt: skip
@click.option(
    "--take-payment", multiple=True, metavar="CYCLE",
    help="A cycle of which OTHER's payment stays; else the one that was paid, or KEEP's.",
)  # fmt: skip
@_DRY_RUN
@click.option("--yes", is_flag=True, help="Do not ask.")
@with_appcontext
def merge_people(
    keep: str,
    other: str,
    *,
    take: tuple[Field, ...],
    take_payment: tuple[str, ...],
    dry_run: bool,
    yes: bool,
) -> None:
    """Merge the woman registered as OTHER into KEEP, which stays: both histories follow. Not to be
    undone."""
    with ports().database.reading() as connection:
        found = _compared(connection, keep, other)
    sides: Mapping[Field, Side] = {
        field: "other" if field in take else "one" for field in found.defaults
    }
    cycles: dict[str, Side] = dict(found.stays)
    cycles |= {cycle: "other" for cycle in take_payment if cycle in cycles}
    _say(found, sides, cycles)
    if dry_run:
        return
    if not yes:
        click.confirm("The two are one woman?", abort=True)
    try:
        with ports().database.writing() as connection:
            merge(
                connection, found.one.id, found.other.id, keeps="one", take=sides, cycles=cycles,
                desk=_desk(),
            )  # fmt: skip
    except PersonError as error:
        raise click.ClickException(error.faults[0].reason) from None
    click.echo(f"{other} means {keep} from now on")


def _compared(connection: Connection, keep: str, other: str) -> Comparison:
    return compare(connection, _numbered(connection, keep), _numbered(connection, other))


def _numbered(connection: Connection, number: str) -> Row[Any]:
    now = number_now(connection, number)
    wanted = select(beneficiaries).where(beneficiaries.c.registration_no == now)
    row = connection.execute(wanted).one_or_none()
    if row is None:
        raise click.ClickException(f"nobody is registered as {number}")
    return row


def _say(found: Comparison, sides: Mapping[Field, Side], cycles: Mapping[str, Side]) -> None:
    brings = found.brings["other"]
    click.echo(", ".join(f"{name} {count}" for name, count in brings.items()))
    for field, side in sides.items():
        click.echo(f"{field}: {'OTHER' if side == 'other' else 'KEEP'} stays")
    for cycle in found.paid_twice:
        click.echo(f"payment of {cycle}: BOTH WERE PAID OUT; find out whether she got it twice")
    for cycle, side in cycles.items():
        click.echo(f"payment of {cycle}: {'OTHER' if side == 'other' else 'KEEP'} stays")


def _desk() -> Desk:
    settings = ports().settings
    return Desk(
        actor=Actor("flask beneficiaries merge"),
        now=datetime.now(UTC),
        hours=sending_hours(),
        default_locale=settings.default_locale,
        peppers=settings.peppers,
    )
