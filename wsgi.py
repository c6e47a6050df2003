"""Composition root: settings, adapters and menus become the application.

`flask` finds `app` here, and so does the web server.
"""

import os
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from flask import Blueprint, Flask
from redis import Redis

from gateway.api.dependencies import ApiDependencies
from gateway.api.resources import OPERATIONS
from gateway.api.serving import create_api
from gateway.app import AppDependencies, create_app
from gateway.callbacks.dependencies import CallbackDependencies, allowance_of
from gateway.callbacks.dials import Dials
from gateway.catalogues import load_texts
from gateway.cli.commands import register_commands
from gateway.cli.context import Ports
from gateway.cli.doctor import refusal
from gateway.console import create_console
from gateway.console.dependencies import ConsoleDependencies
from gateway.core.programme import PROGRAMME
from gateway.core.quiet_hours import SendingHours, lao_holidays
from gateway.dci.doorway import PATHS as DCI_PATHS
from gateway.dci.doorway import DciDependencies, create_dci
from gateway.dci.loading import read_partners
from gateway.dci.operations import OPERATIONS as DCI_OPERATIONS
from gateway.demo.environment import simulator_url, with_demo_defaults
from gateway.dialogue.host import Dialogue, DialogueSettings
from gateway.dialogue.sql_backend import SqlBackend
from gateway.health.readiness import Readiness
from gateway.logs import configure_logs
from gateway.messaging.wakeups import Wakeups
from gateway.providers.known import PROVIDERS, read_settings
from gateway.providers.provider import Provider
from gateway.providers.routing import routing_of
from gateway.redis_client import connect
from gateway.registry.clock import utc_now
from gateway.registry.database import Database
from gateway.registry.deadlines import Patience
from gateway.sessions import SessionStore
from gateway.settings import Settings, SettingsError
from gateway.simulator.phone import create_blueprint as create_phone
from gateway.ussd.pager import Budget
from gateway.wordings.editions import Editions
from gateway.wordings.ground import Repository
from gateway.wordings.watching import Watch
from menus import build_menu


def compose(
    settings: Settings,
    now: Callable[[], datetime] = utc_now,
    patience: Patience | None = None,
    providers: tuple[Provider, ...] = PROVIDERS,
    *,
    watches: bool = False,
    console: bool = True,
    environ: Mapping[str, str] = os.environ,
) -> Flask:
    """The application of `settings`; opens no connection yet. `now` is the callbacks' clock.

    With `watches` its first request starts the watch for published texts; without `console` it
    serves operators and probes only. `environ` has the secrets that the file of CONNECTIONS names.
    Raises SettingsError.
    """
    patience = patience or Patience()
    database = _database(settings, patience)
    redis = connect(settings.redis_url)
    kept_seconds = settings.ussd_session_seconds + 60
    sessions = SessionStore(redis, ttl_seconds=kept_seconds)
    wakeups = Wakeups(redis)
    editions = Editions(database, load_texts())
    watch = Watch(editions)
    rules = _rules(settings, editions)
    repository = Repository(rules.tree, load_texts(), rules.budget)
    registry = _backend(settings, database, wakeups)
    dialogue = Dialogue(rules, sessions, registry)
    callbacks = CallbackDependencies(
        settings=settings,
        database=database,
        sessions=sessions,
        dials=Dials(redis, ttl_seconds=kept_seconds),
        dialogue=dialogue,
        wakeups=wakeups,
        gettext=rules.gettext,
        patience=patience,
        now=now,
    )
    dci = create_dci(_dci(callbacks, environ), DCI_OPERATIONS)
    application = create_app(
        AppDependencies(
            callbacks=callbacks,
            readiness=Readiness(database, redis, routing_of(settings, providers), _hours(settings)),
            blueprints=(_phone(settings, rules),) if settings.demo else (),
            providers=providers,
            extensions={
                "dci": dci,
                "ports": Ports(settings, database, providers),
                "menu": rules.tree,
                "dialogue": dialogue,
                "engine": (rules, registry),
                "editions": editions,
                "repository": repository,
                "close": partial(_close, watch, database, sessions, redis),
            },
            at_request=watch.begin if watches else None,
            machines={
                "/api/": create_api(_api(callbacks, redis, rules), OPERATIONS),
                **dict.fromkeys(DCI_PATHS, dci),
            },
        )
    )
    if console:
        create_console(application, _console(callbacks, redis, rules, repository, providers))
    register_commands(application, settings, providers)
    return application


def _hours(settings: Settings) -> SendingHours:
    holidays = lao_holidays(PROGRAMME.holidays)
    return SendingHours(zone=settings.zone, quiet=settings.quiet, is_holiday=holidays)


def _database(settings: Settings, patience: Patience) -> Database:
    """Its name is what PostgreSQL shows beside the connections; Flask tells its commands."""
    name = "gateway command" if "FLASK_RUN_FROM_CLI" in os.environ else "gateway web"
    url, prepared = settings.database_url, settings.prepares
    return Database(url, name=name, prepared=prepared, pause=patience.pause)


def _backend(settings: Settings, database: Database, wakeups: Wakeups) -> SqlBackend:
    return SqlBackend(
        database,
        wakeups,
        peppers=settings.peppers,
        default_locale=settings.default_locale,
        allowance=allowance_of(settings),
    )


def _console(
    callbacks: CallbackDependencies,
    redis: "Redis",
    rules: DialogueSettings,
    repository: Repository,
    providers: tuple[Provider, ...],
) -> ConsoleDependencies:
    """The console is of one mind with the callbacks: their settings, database and clock."""
    return ConsoleDependencies(
        settings=callbacks.settings,
        database=callbacks.database,
        redis=redis,
        gettext=rules.gettext,
        menu=rules.tree,
        editions=rules.editions,
        repository=repository,
        now=callbacks.now,
        providers=providers,
    )


def _api(
    callbacks: CallbackDependencies, redis: "Redis", rules: DialogueSettings
) -> ApiDependencies:
    return ApiDependencies(
        settings=callbacks.settings,
        database=callbacks.database,
        redis=redis,
        gettext=rules.gettext,
        hours=_hours(callbacks.settings),
        now=callbacks.now,
    )


def _dci(callbacks: CallbackDependencies, environ: Mapping[str, str]) -> DciDependencies:
    """Raises SettingsError where the file of CONNECTIONS cannot be used."""
    return DciDependencies(
        database=callbacks.database,
        partners=read_partners(callbacks.settings, environ),
        now=callbacks.now,
        wake=callbacks.wakeups.work_on_dci,
    )


def _rules(settings: Settings, editions: Editions) -> DialogueSettings:
    return DialogueSettings(
        tree=build_menu(settings.hotline),
        editions=editions,
        budget=Budget(settings.ussd_ucs2_units, settings.ussd_septets),
        inputs_key=settings.key("inputs"),
        pseudonyms_key=settings.key("pseudonyms"),
        zone=settings.zone,
        default_locale=settings.default_locale,
    )


def _phone(settings: Settings, rules: DialogueSettings) -> Blueprint:
    """The demo's handset."""
    return create_phone(
        simulator_url(os.environ), gettext=rules.gettext, service_code=settings.ussd_service_code
    )


def _close(watch: Watch, database: Database, sessions: SessionStore, redis: "Redis") -> None:
    watch.end()
    database.dispose()
    sessions.close()
    redis.close()


configure_logs()
try:
    app = compose(read_settings(with_demo_defaults(os.environ)), watches=True)
except SettingsError as error:
    sys.exit(refusal(error, sys.argv))
