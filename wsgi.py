"""Composition root: settings, adapters and menus become the application.

`flask` finds `app` here, and so does the web server.
"""

import os

from flask import Flask
from gateway.simulator.phone import create_blueprint as create_phone

from gateway.app import AppPorts, create_app
from gateway.callbacks.ports import CallbackPorts
from gateway.catalogues import load_gettext
from gateway.cli.commands import register_commands
from gateway.cli.context import Ports
from gateway.demo.environment import with_demo_defaults
from gateway.dialogue.host import Dialogue, Rules
from gateway.dialogue.registry import SqlRegistry
from gateway.health import Readiness
from gateway.logs import configure_logs
from gateway.registry.database import Database
from gateway.sessions import SessionStore, connect
from gateway.settings import Settings, read_settings
from gateway.ussd.pager import Budget
from menus import build_menu


def compose(settings: Settings) -> Flask:
    """The application of `settings`; opens no connection yet."""
    database = Database(settings.database_url)
    redis = connect(settings.redis_url)
    sessions = SessionStore(redis, ttl_seconds=settings.ussd_session_seconds + 60)
    gettext = load_gettext()
    menu = build_menu(settings.hotline)
    secret = settings.secret_key.encode()
    registry = SqlRegistry(
        database,
        secret=secret,
        zone=settings.zone,
        default_locale=settings.default_locale,
    )
    rules = Rules(
        tree=menu,
        gettext=gettext,
        budget=Budget(settings.ussd_ucs2_units, settings.ussd_septets),
        secret=secret,
        zone=settings.zone,
        default_locale=settings.default_locale,
    )
    dialogue = Dialogue(rules, sessions, registry)
    callbacks = CallbackPorts(
        settings=settings,
        database=database,
        sessions=sessions,
        dialogue=dialogue,
        gettext=gettext,
    )
    blueprints = (create_phone(settings.at_base_url),) if settings.demo else ()
    application = create_app(
        AppPorts(
            callbacks=callbacks,
            readiness=Readiness(database, redis),
            blueprints=blueprints,
            extensions={"ports": Ports(settings, database), "menu": menu, "dialogue": dialogue},
        )
    )
    register_commands(application)
    return application


configure_logs()
app = compose(read_settings(with_demo_defaults(os.environ)))
