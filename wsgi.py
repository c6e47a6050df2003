"""Composition root: settings, adapters and menus become the application.

`flask` finds `app` here, and so does the web server.
"""

import os
from collections.abc import Callable
from datetime import datetime

from flask import Flask
from gateway.simulator.phone import create_blueprint as create_phone

from gateway.app import AppPorts, create_app
from gateway.callbacks.ports import CallbackPorts, utc_now
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


def compose(settings: Settings, now: Callable[[], datetime] = utc_now) -> Flask:
    """The application of `settings`; opens no connection yet. `now` is the callbacks' clock."""
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
        now=now,
    )
    phone = create_phone(
        settings.at_base_url, gettext=gettext, service_code=settings.ussd_service_code
    )
    application = create_app(
        AppPorts(
            callbacks=callbacks,
            readiness=Readiness(database, redis),
            blueprints=(phone,) if settings.demo else (),
            extensions={"ports": Ports(settings, database), "menu": menu, "dialogue": dialogue},
        )
    )
    application.extensions["close"] = lambda: (database.dispose(), redis.close())
    register_commands(application)
    return application


configure_logs()
app = compose(read_settings(with_demo_defaults(os.environ)))
