"""`flask catalogue`: the texts' template and the languages brought up to it."""

import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import click
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po

from gateway.catalogues import FOLDER, LOCALES, read_catalogue

SOURCES = [("gateway/**.py", "python"), ("menus/**.py", "python"), ("gateway/**.html", "jinja2")]

STARTED_AT = datetime(2026, 11, 24, tzinfo=UTC)  # a date of today would make every update a change


@click.group()
def catalogue() -> None:
    """Every text of the service, in every language."""


def template() -> Catalog:
    """What the sources hold now."""
    found = Catalog(
        project="MECG gateway",
        version="1",
        header_comment="# The texts of the service.",
        creation_date=STARTED_AT,
        fuzzy=False,
    )
    root = FOLDER.parent
    for path, line, message, comments, _context in extract_from_dir(
        root, SOURCES, keywords={"_": None}, comment_tags=("NOTE:",), strip_comment_tags=False
    ):
        if path.startswith(("gateway/", "menus/")):
            found.add(message, locations=[(path, line)], auto_comments=comments)
    return found


@catalogue.command()
def update() -> None:
    """Write messages.pot and bring each language up to it; a text that changed is empty again."""
    fresh = template()
    _write(fresh, FOLDER / "messages.pot")
    for locale in LOCALES:
        target = FOLDER / locale / "LC_MESSAGES" / "messages.po"
        target.parent.mkdir(parents=True, exist_ok=True)
        language = (
            read_catalogue(locale)
            if target.exists()
            else Catalog(charset="utf-8", creation_date=STARTED_AT)
        )
        language.header_comment = f"# The texts of the service in {locale}."
        language.fuzzy = False
        language.update(fresh, no_fuzzy_matching=True)
        language.obsolete.clear()
        _write(language, target)


@catalogue.command()
def check() -> None:
    """Exit 1 where a text is missing, or messages.pot is older than the sources."""
    wanted = {message.id for message in template() if message.id}
    faults = []
    for locale in LOCALES:
        have = {message.id: message for message in read_catalogue(locale) if message.id}
        faults += [f"{locale}: {text!r} is not in the catalogue" for text in wanted - have.keys()]
        faults += [f"{locale}: {text!r} is no longer used" for text in have.keys() - wanted]
        faults += [
            f"{locale}: {text!r} is not translated"
            for text, message in have.items()
            if text in wanted and (not message.string or message.fuzzy)
        ]
    for fault in sorted(faults):
        click.echo(fault)
    if faults:
        sys.exit(1)
    click.echo(f"{len(wanted)} texts in {len(LOCALES)} languages are complete.")


def _write(catalog: Catalog, path: Path) -> None:
    text = BytesIO()
    write_po(
        text, catalog, width=100, sort_by_file=True, ignore_obsolete=True, include_lineno=False
    )
    path.write_bytes(text.getvalue())
