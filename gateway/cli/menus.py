"""`flask menus`: prove the menu, draw it, dial it in a terminal."""

import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from typing import cast
from uuid import uuid4

import click
from flask import current_app
from flask.cli import with_appcontext

from gateway.catalogues import LOCALES, load_gettext, lookup_in, read_messages
from gateway.cli.context import ports
from gateway.cli.menu_kinds import kind_faults
from gateway.cli.published import conflict_lines, published_faults, published_over_catalogues
from gateway.cli.room import room_table, way_line
from gateway.core.errors import InvalidMsisdn
from gateway.core.msisdn import Msisdn, parse
from gateway.dialogue.host import Dialogue
from gateway.messaging.wordings import oversized
from gateway.providers.base import UssdRequest
from gateway.ussd.check import check as find_faults
from gateway.ussd.check.room import rooms
from gateway.ussd.check.texts import Messages, check_texts
from gateway.ussd.check.ways import longest_way
from gateway.ussd.graph import mermaid
from gateway.ussd.pager import Budget
from gateway.ussd.screens import MenuTree
from gateway.wordings.ground import Repository, Texts


@click.group()
def menus() -> None:
    """The USSD menu."""


def _tree() -> MenuTree:
    return cast("MenuTree", current_app.extensions["menu"])


@menus.command()
@click.option("--ucs2", type=click.IntRange(40, 80), help="UCS-2 units a page; USSD_UCS2_UNITS.")
@click.option("--septets", type=click.IntRange(80, 182), help="septets a page; USSD_SEPTETS.")
@click.option("--room", is_flag=True, help="Also what is left on each screen, the tightest first.")
@click.option("--published", is_flag=True, help="With the published texts over the catalogues.")
@with_appcontext
def check(ucs2: int | None, septets: int | None, *, room: bool, published: bool) -> None:
    """Every kind, state, edge, text and page, every taught code, every SMS, and the time of the
    longest way, in every locale.

    Exit 1 with a sentence for each fault: one a state and language, the worst, says how many units
    or septets a page is over with the widest data.

    LEFT of the room is what still goes on the last page that a text reaches, each page before it
    being full; PAGES are those it takes, of those it may.

    Published texts are held to all that a proposal is; what an upgrade has got in the way of is
    said as well, and is no fault.
    """
    settings = ports().settings
    budget = Budget(ucs2 or settings.ussd_ucs2_units, septets or settings.ussd_septets)
    repository = replace(_repository(), page=budget)
    texts = published_over_catalogues(repository) if published else repository.base
    faults = list(menu_faults(texts, budget, settings.ussd_session_seconds))
    if room:
        _show_room(texts, budget, settings.ussd_session_seconds)
    if published:
        faults += published_faults(repository)
        for line in conflict_lines(repository):
            click.echo(line)
    for fault in faults:
        click.echo(fault)
    if faults:
        sys.exit(1)
    click.echo(
        f"{len(_tree().states)} states in {len(LOCALES)} locales hold at {budget.ucs2_units} UCS-2 "
        f"units and {budget.septets} septets, within {settings.ussd_session_seconds} s; "
        "every SMS of the service is one segment."
    )


def _repository() -> Repository:
    return cast("Repository", current_app.extensions["repository"])


def menu_faults(texts: Texts, budget: Budget, session_seconds: int) -> Iterator[str]:
    """The sentences of each check, one check after the other."""
    catalogues = _translated(texts)
    yield from kind_faults(_tree())
    yield from map(str, find_faults(_tree(), catalogues, budget, session_seconds))
    yield from oversized({locale: lookup_in(those) for locale, those in texts.items()})


def _show_room(texts: Texts, budget: Budget, session_seconds: int) -> None:
    """Before the faults, whose sentences stand last; of texts that are missing none is left."""
    catalogues = _translated(texts)
    if any(check_texts(_tree(), catalogues)):
        return
    for line in room_table(rooms(_tree(), catalogues, budget)):
        click.echo(line)
    click.echo(f"\n{way_line(longest_way(_tree()), session_seconds)}\n")


def _translated(texts: Texts) -> dict[str, Messages]:
    """`texts` without those that no catalogue translates: they would be read in English."""
    missing = {
        locale: {key for key, text in read_messages(locale).items() if not text} for locale in texts
    }
    return {
        locale: {key: text for key, text in those.items() if key not in missing[locale]}
        for locale, those in texts.items()
    }


@menus.command()
@click.option("--locale", type=click.Choice(LOCALES), default="lo", show_default=True)
@with_appcontext
def graph(locale: str) -> None:
    """The menu map as Mermaid."""
    click.echo(mermaid(_tree(), load_gettext()[locale]), nl=False)


class _MsisdnType(click.ParamType[Msisdn]):
    name = "msisdn"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> Msisdn:
        try:
            return parse(str(value))
        except InvalidMsisdn as error:
            self.fail(error.reason, param, ctx)


@menus.command()
@click.option("--msisdn", type=_MsisdnType(), default="+8562055500001", show_default=True)
@click.option("--locale", type=click.Choice(LOCALES), help="Answer in this language.")
@with_appcontext
def dial(msisdn: Msisdn, locale: str | None) -> None:
    """An interactive phone: type what you would press, an empty line hangs up."""
    dialogue = cast("Dialogue", current_app.extensions["dialogue"]).in_locale(locale)
    typed, session_id = "", f"terminal-{uuid4().hex}"
    while True:
        request = UssdRequest(
            provider="terminal",
            session_id=session_id,
            msisdn=msisdn,
            service_code=ports().settings.ussd_service_code,
            network_code="",
            text=typed,
            accumulated=True,
        )
        reply = dialogue.answer(request, datetime.now(UTC)).reply
        click.echo(f"\n{reply.text}\n")
        key = "" if reply.closes else click.prompt(">", default="", show_default=False)
        if not key:
            return
        typed = f"{typed}*{key}" if typed else key
