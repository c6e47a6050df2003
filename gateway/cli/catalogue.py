"""`flask catalogue`: the texts' template, every language brought up to it, and what to review."""

import sys
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import cast

import click
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import write_po
from flask import current_app
from flask.cli import with_appcontext

from gateway.catalogues import FOLDER, LOCALES, key_of, read_catalogue
from gateway.cli.glossary import spared_lines, word_faults
from gateway.cli.published import confirmed_line
from gateway.core.texts import named
from gateway.text_cards.written import BACK, REVIEW, said_in
from gateway.wordings.ground import Repository

KEYWORDS = {"_": None, "in_context": ((1, "c"), 2), "pgettext": ((1, "c"), 2)}
SOURCES = [("gateway/**.py", "python"), ("menus/**.py", "python"), ("gateway/**.html", "jinja2")]
# Romanised Lao is for handsets that cannot show the script; staff read Lao or English.
STAFF_PACKAGES = (
    "api", "casework", "cli", "connectors", "console", "demo", "menu_map", "own_data", "paydays",
    "people", "places", "providers", "registry", "simulator", "staff", "text_cards", "uploads",
    "wordings",
)  # fmt: skip
STAFF_ONLY = (
    *(f"gateway/{package}/" for package in STAFF_PACKAGES),
    "gateway/core/kinds.py",
    "gateway/core/message_words.py",
    "gateway/core/msisdn.py",
    "gateway/core/written_sms.py",
    "gateway/messaging/requested/",
)
HANDSET_LOCALES = ("lo_Latn",)

STARTED_AT = datetime(2026, 11, 24, tzinfo=UTC)  # a date of today would make every update a change


@click.group()
def catalogue() -> None:
    """Every text of the service, in every language."""


def template(locale: str | None = None) -> Catalog:
    """What the sources hold now; for a `locale`, what of it that language needs."""
    found = Catalog(
        project="MECG gateway",
        version="1",
        header_comment="# The texts of the service.",
        msgid_bugs_address="",
        creation_date=STARTED_AT,
        fuzzy=False,
    )
    for path, line, message, comments, context in extracted(FOLDER.parent):
        wanted = locale not in HANDSET_LOCALES or not path.startswith(STAFF_ONLY)
        if path.startswith(("gateway/", "menus/")) and wanted:
            found.add(message, locations=[(path, line)], auto_comments=comments, context=context)
    return found


@cache
def extracted(
    sources: Path,
) -> tuple[tuple[str, int, str | tuple[str, ...], list[str], str | None], ...]:
    """(path, line, msgid, notes, context) of every text that the `sources` mark.

    Read once: each language asks for the texts, and the sources stay as they are.
    """
    return tuple(
        extract_from_dir(
            sources,
            SOURCES,
            keywords=KEYWORDS,
            comment_tags=("NOTE:",),
            strip_comment_tags=False,
        )
    )


@catalogue.command()
def update() -> None:
    """Bring messages.pot and each language up to the sources.

    A text that is new or has changed is empty in every language.
    """
    write_catalogue(template(), FOLDER / "messages.pot")
    for locale in LOCALES:
        target = FOLDER / locale / "LC_MESSAGES" / "messages.po"
        target.parent.mkdir(parents=True, exist_ok=True)
        language = (
            read_catalogue(locale)
            if target.exists()
            else Catalog(charset="utf-8", creation_date=STARTED_AT)
        )
        language.header_comment = f"# The texts of the service in {locale}."
        bring_up(language, template(locale))
        write_catalogue(language, target)


def bring_up(language: Catalog, fresh: Catalog) -> None:
    """`language` gets the texts of `fresh`: translators' comments stay, nothing is guessed."""
    language.project, language.version = fresh.project, fresh.version
    language.msgid_bugs_address = fresh.msgid_bugs_address
    language.fuzzy = False
    language.update(fresh, no_fuzzy_matching=True)
    language.obsolete.clear()


@catalogue.command()
@click.option(
    "--folder", type=click.Path(exists=True, file_okay=False, path_type=Path), default=FOLDER,
    help="Of the languages, as `flask texts export` writes it; otherwise those in use.",
)  # fmt: skip
@with_appcontext
def check(folder: Path) -> None:
    """Exit 1 where a text is missing, messages.pot is older than the sources, a thing has another
    word than in the glossary, Latin letters are not those of the Lao text, or nobody has written
    down what the Lao of a handset's text says word for word.

    Also says what the glossary spares for nothing, and how many of the handset's texts somebody has
    confirmed as they stand; where there is no database, none.
    """
    faults = [fault for locale in LOCALES for fault in _faults(locale, folder)]
    faults += [*word_faults(folder), *without_back(read_catalogue("lo", folder))]
    for fault in sorted(faults):
        click.echo(fault)
    if faults:
        sys.exit(1)
    click.echo(
        f"{len(template())} texts in {len(LOCALES)} languages are complete, one word for one thing."
    )
    for line in spared_lines(folder):
        click.echo(line)
    click.echo(confirmed_line(cast("Repository", current_app.extensions["repository"])))


def _faults(locale: str, folder: Path) -> Iterator[str]:
    wanted = {key_of(message) for message in template(locale) if message.id}
    have = {key_of(message): message for message in read_catalogue(locale, folder) if message.id}
    yield from (f"{locale}: {named(key)} is not in the catalogue" for key in wanted - have.keys())
    yield from (f"{locale}: {named(key)} is no longer used" for key in have.keys() - wanted)
    for key, message in have.items():
        if key in wanted and (not message.string or message.fuzzy):
            yield f"{locale}: {named(key)} is not translated"


def without_back(lao: Catalog) -> Iterator[str]:
    """A sentence for each text of handsets whose comments do not say what its Lao says."""
    handset = {key_of(message) for message in template("lo_Latn") if message.id}
    for message in lao:
        if message.id and key_of(message) in handset and not said_in(message.user_comments, BACK):
            yield f"lo: {named(key_of(message))} has no comment `# {BACK} ...`, word for word"


@catalogue.command()
def review() -> None:
    """List as Markdown what no native reader has confirmed yet: comments that begin `REVIEW:`."""
    click.echo(review_list(), nl=False)


def review_list() -> str:
    """Two Markdown tables: what mothers read and, after it, what staff read."""
    everything = [message for message in read_catalogue("lo") if message.id]
    handset = {key_of(message) for message in template("lo_Latn") if message.id}
    return "\n".join(
        (
            "### On handsets\n",
            *_table(
                ("lo", "lo_Latn"), (message for message in everything if key_of(message) in handset)
            ),
            "\n### On the console, the phone simulator and the command line\n",
            "<details>\n<summary>What staff read</summary>\n",
            *_table(("lo",), (message for message in everything if key_of(message) not in handset)),
            "\n</details>",
            "",
        )
    )


def _table(locales: tuple[str, ...], messages: Iterable[Message]) -> Iterator[str]:
    catalogues = [{key_of(one): one for one in read_catalogue(locale)} for locale in locales]
    yield "| English | " + " | ".join(f"`{locale}` | look at" for locale in locales) + " |"
    yield "|---" * (1 + 2 * len(locales)) + "|"
    for message in messages:
        translated = [catalog[key_of(message)] for catalog in catalogues]
        if any(to_review(each) for each in translated):
            cells = (cell for each in translated for cell in (str(each.string), to_review(each)))
            yield "| " + " | ".join(map(_cell, (_english(message), *cells))) + " |"


def _english(message: Message) -> str:
    return f"{message.id} ({message.context})" if message.context else str(message.id)


def to_review(message: Message) -> str:
    """What a reviewer should look at; "" where the text is confirmed."""
    return said_in(message.user_comments, REVIEW)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", "⏎")


def write_catalogue(catalog: Catalog, path: Path, *, sort: bool = True) -> None:
    """As the files of the repository are written: a change of one text is one of a few lines. One
    that was read from there is in order, and has lost the line numbers to `sort` by.
    """
    text = BytesIO()
    write_po(
        text, catalog, width=100, sort_by_file=sort, ignore_obsolete=True, include_lineno=False
    )
    path.write_bytes(text.getvalue())
