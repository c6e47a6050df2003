"""`flask menus`: prove the menu, draw it, dial it in a terminal."""

import sys
from datetime import UTC, datetime
from typing import cast
from uuid import uuid4

import click
from flask import current_app
from flask.cli import with_appcontext

from gateway.catalogues import LOCALES, load_gettext, read_messages
from gateway.cli.context import ports
from gateway.core.errors import InvalidMsisdn
from gateway.core.msisdn import Msisdn, parse
from gateway.dialogue.host import Dialogue
from gateway.messaging.texts import oversized
from gateway.providers.base import UssdRequest
from gateway.ussd.check import check as find_faults
from gateway.ussd.graph import mermaid
from gateway.ussd.pager import Budget
from gateway.ussd.screens import MenuTree


@click.group()
def menus() -> None:
    """The USSD menu."""


def _tree() -> MenuTree:
    return cast("MenuTree", current_app.extensions["menu"])


@menus.command()
@click.option("--ucs2", type=click.IntRange(40, 80), help="UCS-2 units a page; USSD_UCS2_UNITS.")
@click.option("--septets", type=click.IntRange(80, 182), help="septets a page; USSD_SEPTETS.")
@with_appcontext
def check(ucs2: int | None, septets: int | None) -> None:
    """Every state, edge, text and page, and every SMS, in every locale; exit 1 with the faults."""
    settings = ports().settings
    budget = Budget(ucs2 or settings.ussd_ucs2_units, septets or settings.ussd_septets)
    catalogues = {locale: read_messages(locale) for locale in LOCALES}
    found = find_faults(_tree(), catalogues, budget, settings.ussd_session_seconds)
    faults = [*map(str, found), *oversized(load_gettext())]
    for fault in faults:
        click.echo(fault)
    if faults:
        sys.exit(1)
    states = len(_tree().states)
    click.echo(
        f"{states} states in {len(catalogues)} locales hold at {budget.ucs2_units} UCS-2 units "
        f"and {budget.septets} septets; every SMS of the service is one segment."
    )


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
