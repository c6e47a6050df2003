"""`flask texts`: the texts that handsets show, for those who read them over."""

from collections.abc import Callable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import IO, cast

import click
from flask import current_app
from flask.cli import with_appcontext

from gateway.catalogues import load_gettext
from gateway.cli.context import ports
from gateway.cli.po_files import export
from gateway.cli.published import conflict_lines, published_lines
from gateway.cli.take import take_command
from gateway.text_cards.cards import Service, branches, cards
from gateway.text_cards.sheets import cards_page, trial_page
from gateway.text_cards.trial import keys
from gateway.text_cards.workbook import write_workbook
from gateway.ussd.drawing import Gettext
from gateway.ussd.pager import Budget
from gateway.ussd.screens import MenuTree
from gateway.wordings.editions import Editions
from gateway.wordings.ground import Repository

_FILE = click.Path(dir_okay=False, writable=True, path_type=Path)
_language = click.option(
    "--language", type=click.Choice(("lo", "en")), default="lo", show_default=True,
    help="Of the headings; the texts are in all.",
)  # fmt: skip


@click.group()
def texts() -> None:
    """What a handset shows: cards to read over, and what comes back."""


texts.add_command(take_command)


@texts.command("cards")
@click.option("--xlsx", type=_FILE, help="To be filled in and sent back.")
@click.option("--html", type=_FILE, help="To be printed.")
@_language
@with_appcontext
def cards_command(xlsx: Path | None, html: Path | None, language: str) -> None:
    """A card for each text, in calling order, the riskiest first.

    Each is drawn as a phone shows it, in all languages, with what the translator asks and the room
    that the widest data leave.
    """
    if not xlsx and not html:
        raise click.UsageError("Say where to: --xlsx FILE, --html FILE, or both.")
    service = _service()
    gettext, found = load_gettext()[language], cards(service)
    titles = branches(service, language)
    if xlsx:
        _save(xlsx, lambda file: write_workbook(found, file, titles, gettext))
    if html:
        page = cards_page(found, titles, gettext, locale=language, on=service.on)
        _save(html, lambda file: file.write(page.encode()))
    click.echo(f"{len(found)} cards.")


@texts.command()
@click.option("--html", type=_FILE, required=True, help="To be printed.")
@_language
@with_appcontext
def trial(html: Path, language: str) -> None:
    """The sheet that is tried with mothers: eight tasks, and the keys that lead there."""
    service = _service()
    found = keys(service.tree, service.gettext, service.budget, service.on)
    page = trial_page(
        found,
        load_gettext()[language],
        locale=language,
        on=service.on,
        service_code=service.service_code,
    )
    _save(html, lambda file: file.write(page.encode()))
    click.echo(f"{len(found)} tasks.")


@texts.command("list")
@with_appcontext
def list_published() -> None:
    """Every text that has another wording than the catalogue's, and what is in the way of one."""
    repository = cast("Repository", current_app.extensions["repository"])
    for line in (*published_lines(repository), *conflict_lines(repository)):
        click.echo(line)


@texts.command("export")
@click.argument("folder", type=click.Path(file_okay=False, writable=True, path_type=Path))
@with_appcontext
def export_catalogues(folder: Path) -> None:
    """Write the catalogues with the published texts in them below FOLDER, for the repository.

    `flask texts export locales` in a checkout leaves the changes to be committed; once they are
    installed, wording and catalogue are the same. Remarks for the reviewer go where somebody has
    confirmed the text as it stands.
    """
    repository = cast("Repository", current_app.extensions["repository"])
    try:
        changed = export(repository, folder)
    except OSError as error:
        raise click.ClickException(f"{folder}: {error.strerror}") from error
    for locale, count in changed.items():
        click.echo(f"{locale}: {count} changed.")


def _service() -> Service:
    settings = ports().settings
    return Service(
        tree=cast("MenuTree", current_app.extensions["menu"]),
        gettext=_published(),
        budget=Budget(settings.ussd_ucs2_units, settings.ussd_septets),
        on=_today(),
        service_code=settings.ussd_service_code,
        hotline=settings.hotline,
    )


def _published() -> Mapping[str, Gettext]:
    """The wordings in force."""
    editions = cast("Editions", current_app.extensions["editions"])
    editions.refresh()
    return editions.gettext


def _today() -> date:
    return datetime.now(ports().settings.zone).date()


def _save(path: Path, write: Callable[[IO[bytes]], object]) -> None:
    try:
        with path.open("wb") as file:
            write(file)
    except OSError as error:
        raise click.ClickException(f"{path}: {error.strerror}") from error
