"""`flask beneficiaries`, `payments`, `visits`: import a file, list who is not reached."""

import csv
import sys
from collections.abc import Callable, Iterator
from dataclasses import asdict, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import click
from flask.cli import with_appcontext

from gateway.catalogues import LOCALES, load_gettext
from gateway.cli.context import ports
from gateway.core.lao_text import tidy_name
from gateway.core.spreadsheets import cell, harmless
from gateway.core.texts import _, plural
from gateway.messaging.unreachable import Unreachable, is_village, unreachable
from gateway.registry.imports import (
    Decisions,
    ImportReport,
    grouped,
    import_beneficiaries,
    import_payments,
    import_visits,
    tell,
)

FAULTS = _("%(count)s faults: nothing was written.")
ONE_FAULT = _("1 fault: nothing was written.")
COUNTS = _("%(new)s new, %(changed)s changed, %(unchanged)s unchanged, %(kept)s kept as set here.")
KEPT = _("Line %(line)s, %(number)s: kept as set here: %(columns)s")
KEPT_OTHERWISE = _(
    "Line %(line)s, %(number)s: kept as set here: %(columns)s (the file says: %(said)s)"
)
NEW_PLACE = _("NEW %(column)s: %(name)s, %(within)s: %(rows)s rows, the first in line %(line)s.")
ONE_NEW_PLACE = _("NEW %(column)s: %(name)s, %(within)s: 1 row, in line %(line)s.")
NEW_PLACE_LIKE = _(
    "NEW %(column)s: %(name)s, %(within)s: %(rows)s rows, the first in line %(line)s. "
    "Known is: %(like)s."
)
ONE_NEW_PLACE_LIKE = _(
    "NEW %(column)s: %(name)s, %(within)s: 1 row, in line %(line)s. Known is: %(like)s."
)
ALIKE = _("Line %(line)s, %(registration_no)s: perhaps the same person as %(other)s (%(shared)s)")
CHANGES = _("%(column)s: %(count)s rows change.")
ONE_CHANGES = _("%(column)s: 1 row changes.")
CHANGE = _("Line %(line)s, %(registration_no)s, %(column)s: %(before)s -> %(after)s")
# By whether a known place is like it.
_NEW_PLACES = {
    False: (ONE_NEW_PLACE, NEW_PLACE),
    True: (ONE_NEW_PLACE_LIKE, NEW_PLACE_LIKE),
}
DRY_RUN = _("A dry run: nothing was written.")

_FILE = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_DRY_RUN = click.option("--dry-run", is_flag=True, help="Count and check, write nothing.")
_KNOWN = click.option(
    "--known-places-only", is_flag=True, help="A place that is not known is a fault."
)
_LOCALE = click.option("--locale", type=click.Choice(LOCALES), default="en", show_default=True)


@click.group()
def beneficiaries() -> None:
    """The people of the programme."""


@click.group()
def payments() -> None:
    """Payments, planned and made."""


@click.group()
def visits() -> None:
    """Health visits."""


@beneficiaries.command("import")
@_FILE
@_DRY_RUN
@_KNOWN
@_LOCALE
@with_appcontext
def import_beneficiaries_file(
    file: Path, dry_run: bool, known_places_only: bool, locale: str
) -> None:
    """Import beneficiaries from a CSV or Excel FILE, all or nothing."""
    peppers = ports().settings.peppers
    decisions = Decisions(known_only=known_places_only)
    common = _common(file, dry_run) | {"decisions": decisions}
    _show(import_beneficiaries(peppers=peppers, **common), dry_run, locale)


@payments.command("import")
@_FILE
@_DRY_RUN
@_KNOWN
@_LOCALE
@with_appcontext
def import_payments_file(file: Path, dry_run: bool, known_places_only: bool, locale: str) -> None:
    """Import payments from a CSV or Excel FILE, all or nothing."""
    decisions = Decisions(known_only=known_places_only)
    _show(import_payments(**_common(file, dry_run), decisions=decisions), dry_run, locale)


@visits.command("import")
@_FILE
@_DRY_RUN
@_LOCALE
@with_appcontext
def import_visits_file(file: Path, dry_run: bool, locale: str) -> None:
    """Import health visits already made from a CSV or Excel FILE, all or nothing."""
    _show(import_visits(**_common(file, dry_run)), dry_run, locale)


def _common(file: Path, dry_run: bool) -> dict[str, Any]:
    now = datetime.now(UTC)
    today = now.astimezone(ports().settings.zone).date()
    database = ports().database
    return {"database": database, "path": file, "now": now, "today": today, "dry_run": dry_run}


def _show(report: ImportReport, dry_run: bool, locale: str) -> None:
    """The report on standard output; with faults the command fails."""
    gettext = load_gettext()[locale]
    for group in grouped((*report.errors, *report.warnings), gettext):
        click.echo(tell(group, gettext))
    if report.errors:
        count = len(report.errors)
        click.echo(gettext(plural(ONE_FAULT, FAULTS, count)) % {"count": count})
        sys.exit(1)
    for sentence in _found(report, gettext):
        click.echo(sentence)
    counts = asdict(report) | {"kept": len(report.kept)}
    click.echo(gettext(COUNTS) % counts)
    if dry_run:
        click.echo(gettext(DRY_RUN))


def _found(report: ImportReport, gettext: Callable[[str], str]) -> Iterator[str]:
    """New places, who may be somebody known, what changes, what is kept."""
    for place in report.places:
        one, many = _NEW_PLACES[bool(place.like)]
        yield gettext(plural(one, many, place.rows)) % asdict(place)
    for alike in report.alike:
        yield gettext(ALIKE) % (asdict(alike) | {"shared": ", ".join(alike.shared)})
    for column, count in report.changes.rows.items():
        sentence = plural(ONE_CHANGES, CHANGES, count)
        yield gettext(sentence) % {"column": column, "count": count}
    for change in report.changes.listed:
        yield gettext(CHANGE) % asdict(change)
    for kept in report.kept:
        said = zip(kept.columns, kept.says, strict=False)
        params = {
            "line": kept.line,
            "number": kept.registration_no,
            "columns": ", ".join(kept.columns),
            "said": ", ".join(value for _column, value in said if value),
        }
        yield gettext(KEPT_OTHERWISE if params["said"] else KEPT) % params


@beneficiaries.command("unreachable")
@click.option("--village", help="Only this one, in Lao or Latin letters.")
@click.option("--excel", is_flag=True, help="For a spreadsheet: numbers keep noughts and plus.")
@with_appcontext
def list_unreachable(village: str | None, excel: bool) -> None:
    """CSV of those without a working number, for the health worker."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    written = cell if excel else harmless
    with ports().database.reading() as connection:
        if village and not is_village(connection, tidy_name(village)):
            raise click.ClickException(f"There is no village {village!r}.")
        click.echo("\ufeff" if excel else "", nl=False)  # else Excel does not read UTF-8
        writer.writerow(field.name for field in fields(Unreachable))
        for person in unreachable(
            connection,
            now=datetime.now(UTC),
            zone=ports().settings.zone,
            village=tidy_name(village) if village else None,
        ):
            writer.writerow(written(value) for value in asdict(person).values())
